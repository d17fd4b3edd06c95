// 公文统计 (B13) on computer and phone: a month beside the one before, the rows behind a figure, the units
// below for the office that oversees them, the sheet on paper.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city, until } from '../api/tongban.mjs'
import { done, fits, isAccessible, open, shot, signIn } from './browser.mjs'

const c = await city()
const clerk = await c.signIn('town_clerk')
const unit = (await clerk.read('/me')).posts[0].unit.id
const today = new Date(Date.now() + 8 * 3600e3)
const [year, month] = [today.getUTCFullYear(), today.getUTCMonth() + 1]
for (let i = 0; i < 3; i++) await clerk.act('/received', { unit_id: unit, issuer: '湖南省水利厅', number: '', title: `关于统计${i}的批复`, doc_type: '批复' })
await until('they are counted', async () => { const s = await clerk.read(`/statistics?year=${year}&month=${month}`); return !s.is_pending && s.figures.some(f => f.measure === 'received_type' && f.key === '批复' && f.n >= 3) })

for (const phone of [false, true]) {
  const where = phone ? 'phone' : 'computer'
  test(`B13 a clerk reads the month and opens the rows of a figure, ${where}`, async () => {
    const page = await open(c, { phone })
    await signIn(page, 'town_clerk')
    await page.goto('/statistics')
    await page.getByRole('heading', { level: 1, name: '公文统计' }).waitFor()
    const mains = page.getByRole('region', { name: '主要指标' })
    await mains.waitFor()
    await isAccessible(page, 'statistics ' + where)
    await fits(page, 'statistics ' + where)
    await page.getByRole('button', { name: `${month}月`, exact: true }).click()
    await mains.getByRole('heading', { name: new RegExp(`${year}年${month}月`) }).waitFor()
    await shot(page, 'statistics' + (phone ? '-phone' : ''))
    // Printed: what stands on the page, head and page number on each sheet.
    await page.evaluate(() => { window.print = () => { window.printed = Array.from(document.querySelectorAll('.kbook-page'), p => p.textContent) } })
    await page.getByRole('button', { name: '打印', exact: true }).click()
    await page.waitForFunction(() => window.printed)
    assert.match((await page.evaluate(() => window.printed))[0], /公文统计.*收文.*收文：按文种批复/)
    const types = page.getByRole('region', { name: '收文：按文种' })
    const shown = Number(await types.getByRole('row', { name: /批复/ }).getByRole('cell').first().textContent())
    await types.getByRole('link', { name: '批复' }).click()
    await page.getByRole('heading', { level: 1, name: '收文登记' }).waitFor()
    await page.waitForFunction(n => document.querySelectorAll('[data-row]').length === n, shown)
    await page.goBack()
    await mains.getByRole('link', { name: '办结', exact: true }).or(mains.getByText('办结', { exact: true })).first().waitFor()
    await page.goto(`/statistics/rows?figure=closed&year=${year}`)
    await page.getByRole('heading', { level: 1, name: '办结明细' }).waitFor()
    await isAccessible(page, 'rows of a figure ' + where)
    await fits(page, 'rows of a figure ' + where)
    // A year of which nothing is known says what would stand here.
    await page.goto(`/statistics?year=${year - 5}`)
    await page.getByText('这段时间没有收发文').waitFor()
    await done(page)
  })

  test(`B13 the office of the city sees the units below, ${where}`, async () => {
    const page = await open(c, { phone })
    await signIn(page, 'office_head')
    await page.goto(`/statistics?year=${year}&month=${month}`)
    await page.getByRole('tab', { name: '下级单位' }).click()
    await page.locator('[data-row]').first().waitFor()
    await isAccessible(page, 'units below ' + where)
    await fits(page, 'units below ' + where)
    await shot(page, 'statistics-below' + (phone ? '-phone' : ''))
    await page.locator('[data-row] a').first().click()
    await page.getByRole('link', { name: '回到下级单位' }).waitFor()
    await page.getByRole('button', { name: /导出 .xlsx/ }).click()
    await page.getByText('导出完成').waitFor()
    await done(page)
  })
}
