// The sender's board of one dispatch to every unit: filtered by county, town, branch, level and
// milestone, on the computer and on the phone; tiles and the list to telephone follow the filter, and
// the address keeps it.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from '../api/tongban.mjs'
import { open, signIn, done, isAccessible, fits, shot } from './browser.mjs'

const c = await city()
const api = await c.signIn('doc_clerk')
const TITLE = '关于切实做好强降雨防范应对工作的紧急通知'
const flood = (await api.rows('/dispatches?limit=100')).find(d => d.title.includes(TITLE))
const places = (await api.read(`/dispatches/${flood.id}/receivers`)).places
const county = places.find(p => p.name === '津市市'), town = places.find(p => p.name.includes('毛里湖镇'))
const totals = async q => api.read(`/dispatches/${flood.id}/totals?${q}`)
const tile = (page, n, name) => page.getByRole('list', { name: '汇总' }).getByRole('button', { name: new RegExp(`^${n}\\s*${name}`) })

for (const phone of [false, true]) {
  test(`X1 the board by county, town, branch, level and milestone, on the ${phone ? 'phone' : 'computer'}`, async () => {
    const page = await open(c, { phone })
    await signIn(page, 'doc_clerk')
    await page.goto('/dispatches')
    await page.getByRole('link', { name: new RegExp(TITLE) }).click()
    await tile(page, flood.count, '全部单位').waitFor()
    const choose = async (label, name) => {
      const select = page.getByLabel(label, { exact: true })
      const option = select.locator('option', { hasText: name })
      await option.first().waitFor({ state: 'attached' })
      await select.selectOption(await option.first().getAttribute('value'))
    }
    await choose('区县', `津市市（${county.count}）`)
    await tile(page, county.count, '符合条件').waitFor()
    await tile(page, (await totals('under=' + county.id)).totals.signed, '已?签收').waitFor()
    await choose('乡镇街道', '毛里湖镇')
    await tile(page, town.count, '符合条件').waitFor()
    await choose('层级', '村（社区）')
    const villages = await totals(`under=${town.id}&level=village`)
    await tile(page, villages.count, '符合条件').waitFor()
    await tile(page, villages.totals.signed, '已?签收').click()
    const rows = await api.rows(`/dispatches/${flood.id}/board?limit=100&under=${town.id}&level=village&reached=signed`)
    const drawn = phone ? page.locator('[data-row]') : page.getByRole('row', { name: /毛里湖镇/ })
    await drawn.nth(rows.length - 1).waitFor()
    assert.equal(await drawn.count(), rows.length)
    await isAccessible(page, 'board, filtered')
    await fits(page, 'board, filtered')
    await shot(page, phone ? 'board-filter-phone' : 'board-filter')
    // What is chosen stands in the address: a reload and another visit show the same.
    const kept = new URL(page.url()).searchParams
    assert.deepEqual(Object.fromEntries(kept), { state: 'signed', level: 'village', under: town.id })
    await page.reload()
    await tile(page, villages.count, '符合条件').waitFor()
    assert.equal(await page.getByLabel('区县', { exact: true }).inputValue(), county.id)
    assert.equal(await page.getByLabel('乡镇街道', { exact: true }).inputValue(), town.id)
    // Back to the county, of the party's branch; who has not signed there is what is copied.
    await page.getByRole('button', { name: '重置' }).click()
    await tile(page, flood.count, '全部单位').waitFor()
    await choose('区县', '津市市')
    await choose('系统', '党委')
    const party = await totals(`under=${county.id}&branch=party`)
    await tile(page, party.count, '符合条件').waitFor()
    await choose('系统', '全部系统')
    const left = (await api.rows(`/dispatches/${flood.id}/unsigned?limit=100&under=${county.id}`)).length
    const everywhere = (await api.rows(`/dispatches/${flood.id}/unsigned?limit=100`)).length
    assert.ok(left > 0 && left < everywhere)
    if (!phone) await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.getByRole('button', { name: '复制未签收名单' }).click()
    await page.getByText(`已复制 ${left} 个未签收单位。`).waitFor()
    // Nothing fits: the page says how to see all again.
    await page.getByRole('searchbox', { name: '单位名称中的词' }).fill('没有这个单位')
    await page.getByRole('button', { name: '查询' }).click()
    await page.getByText('没有符合条件的单位').waitFor()
    await tile(page, 0, '符合条件').waitFor()
    await done(page)
  })
}
