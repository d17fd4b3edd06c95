// 收文登记簿 and 发文登记簿 in the page: filters that combine, the book on paper sheet by sheet. (B12)
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from '../api/tongban.mjs'
import { done, fits, isAccessible, open, shot, signIn } from './browser.mjs'

const c = await city()
const clerk = await c.signIn('town_clerk')
const unit = (await clerk.read('/me')).posts[0].unit.id
const year = new Date(Date.now() + 8 * 3600e3).getUTCFullYear()
for (let i = 1; i <= 26; i++) await clerk.act('/received', { unit_id: unit, issuer: i % 2 ? '湖南省水利厅' : '湖南省财政厅', number: `湘簿〔${year}〕${i}号`, title: `关于第${i}件簿册登记有关事项的${i % 3 ? '通知' : '函'}`, doc_type: i % 3 ? '通知' : '函', urgency: i === 7 ? 'critical' : 'normal', signed_on: `${year}-01-02` })

for (const phone of [false, true]) {
  const where = phone ? 'phone' : 'computer'
  test(`B12 the received register is filtered and printed, ${where}`, async () => {
    const page = await open(c, { phone })
    await signIn(page, 'town_clerk')
    await page.goto('/registers/received')
    const rows = page.locator(phone ? '.lcard' : 'tbody tr[data-row]')
    await rows.first().waitFor()
    await page.getByRole('button', { name: '更多条件' }).click()
    await page.getByRole('searchbox', { name: '来文单位' }).fill('水利')
    await page.getByLabel('紧急程度').selectOption('critical')
    await page.getByText('关于第7件簿册登记有关事项的通知').waitFor()
    await page.getByRole('button', { name: '查询' }).click()
    await page.waitForFunction(n => document.querySelectorAll('[data-row]').length === n, 1)
    await page.getByText('关于第7件簿册登记有关事项的通知').waitFor()
    await isAccessible(page, 'register ' + where)
    await fits(page, 'register ' + where)
    await shot(page, 'register-filters' + (phone ? '-phone' : ''))
    await page.getByLabel('紧急程度').selectOption('urgent')
    await page.getByText('没有符合条件的登记').waitFor()
    await page.getByRole('button', { name: '重置' }).click()
    await page.waitForFunction(() => document.querySelectorAll('[data-row]').length > 20)
    await page.getByRole('searchbox', { name: '标题、文号' }).or(page.locator('.filters input[type=search]').first()).first().fill('湘簿')
    await page.getByRole('button', { name: '查询' }).click()
    await page.waitForFunction(() => document.querySelectorAll('[data-row]').length === 26)
    // On paper: as many sheets as it takes, on each the head and its number.
    await page.evaluate(() => { window.print = () => { window.printed = { sheets: Array.from(document.querySelectorAll('.kbook-page'), p => p.textContent), heads: document.querySelectorAll('.kbook-page thead').length, rows: document.querySelectorAll('.kbook-page tbody tr').length, rules: Array.from(document.styleSheets).some(s => Array.from(s.cssRules).some(r => r.cssText.includes('landscape'))) } } })
    await page.getByRole('button', { name: '打印', exact: true }).click()
    await page.waitForFunction(() => window.printed)
    const p = await page.evaluate(() => window.printed)
    assert.equal(p.rows, 26)
    assert.ok(p.sheets.length > 1 && p.heads === p.sheets.length, JSON.stringify(p))
    p.sheets.forEach((s, i) => assert.ok(s.startsWith('收文登记簿') && s.includes('来文单位') && s.endsWith(`第 ${i + 1} 页　共 ${p.sheets.length} 页`), s))
    assert.match(p.sheets[0], /毛里湖镇.*湘簿.*共 26 条/)
    assert.equal(p.rules, true)
    assert.equal(await page.evaluate(() => document.body.className.includes('prints-book') || Array.from(document.styleSheets).some(s => Array.from(s.cssRules).some(r => r.cssText.includes('landscape')))), false)
    await done(page)
  })
}

test('B12 what the printer gets: sheets across, nothing beside them', async () => {
  const page = await open(c)
  await signIn(page, 'town_clerk')
  await page.goto('/registers/received?q=' + encodeURIComponent('湘簿'))
  await page.waitForFunction(() => document.querySelectorAll('[data-row]').length === 26)
  await page.evaluate(() => { window.print = () => { window.asked = true; return undefined } })
  // The sheets stay as they are while the printer takes them: print() is held open by the test.
  await page.evaluate(() => { const remove = DOMTokenList.prototype.remove; DOMTokenList.prototype.remove = function (...x) { if (!x.includes('prints-book')) remove.apply(this, x) }; const drop = CSSStyleSheet.prototype.deleteRule; CSSStyleSheet.prototype.deleteRule = function () { void drop } })
  await page.getByRole('button', { name: '打印', exact: true }).click()
  await page.waitForFunction(() => window.asked)
  const sheets = await page.locator('.kbook-page').count()
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1')
  assert.equal((pdf.match(/\/Type\s*\/Page\b(?!s)/g) || []).length, sheets)
  const [, w, h] = /\/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]/.exec(pdf)
  assert.ok(Number(w) > Number(h), `${w} × ${h}`)
  await done(page)
})
