// 征求意见 by hand: the drafter asks two units, each answers once, the table fills while it is open, on the
// computer and on the phone; what was adopted is written beside it and the table taken as a Word file.
// (OFFICE D2.1, L1)
import test from 'node:test'
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { city } from '../api/tongban.mjs'
import { officeOf } from '../api/document_office.mjs'
import { done, fits, isAccessible, open, shot, signIn } from './browser.mjs'

const c = await city()
const o = await officeOf(c)
const TITLE = '常德市人民政府关于加强饮用水水源保护的通知'
const SENT = TITLE + '（征求意见稿）'
const doc = await o.draft({ title: TITLE })
const emergency = { clerk: await c.signIn('emergency_clerk'), head: await c.signIn('emergency_head') }
const unitOf = async who => (await who.read('/me')).posts[0].unit.name
const [water, fire] = [await unitOf(o.countersign_clerk), await unitOf(emergency.clerk)]
const by = new Date(c.now() + 8 * 3600e3 + 5 * 86400e3).toISOString().slice(0, 10)
let table = '', drafter, broken = ''
// The desks stand in a row: after one that failed the next has nothing to do, and says so at once.
function desk(name, run) {
  test(name, async () => {
    assert.equal(broken, '', 'an earlier desk failed')
    broken = name
    await run()
    broken = ''
  })
}

desk('D2 the drafter asks two units in one step', async () => {
  drafter = await open(c)
  await signIn(drafter, 'drafter')
  await drafter.goto('/matters/' + doc.matter_id)
  const part = drafter.getByRole('region', { name: '征求意见' })
  await part.getByText('文稿定稿前，可以向其他单位征求意见').waitFor()
  await part.getByRole('link', { name: '征求意见' }).click()
  await drafter.getByRole('heading', { level: 1, name: '征求意见' }).waitFor()
  await drafter.getByRole('button', { name: '送出征求意见' }).click()
  await drafter.getByText('请选择征求意见的单位').waitFor()
  await drafter.getByText('请选择反馈截止日期').waitFor()
  await drafter.getByRole('button', { name: '粘贴名单' }).click()
  const paste = drafter.getByRole('dialog', { name: '粘贴名单' })
  await paste.getByRole('textbox').fill(`${water}\n${fire}\n${o.post.drafter.unit.name}`)
  await paste.getByRole('button', { name: '添加', exact: true }).click()
  await drafter.getByLabel('反馈截止日期').fill(by)
  await drafter.keyboard.press('Enter')
  await drafter.getByRole('textbox', { name: '说明' }).fill('请重点研究水源地划定。')
  await isAccessible(drafter, 'asking for opinions')
  await shot(drafter, 'solicit-ask')
  await drafter.getByRole('button', { name: '送出征求意见' }).click()
  const sure = drafter.getByRole('dialog', { name: '征求意见' })
  await sure.getByText('将向 2 个单位征求意见').waitFor()
  await sure.getByText(`本单位不在征求之列：${o.post.drafter.unit.name}`).waitFor()
  await shot(drafter, 'solicit-sure')
  await sure.getByRole('button', { name: '送 2 个单位' }).click()
  await drafter.getByRole('heading', { level: 1, name: '征求意见汇总表' }).waitFor()
  table = drafter.url()
  assert.equal(await drafter.getByRole('row').filter({ hasText: '未反馈' }).count(), 2)
  await isAccessible(drafter, 'table of opinions')
})

desk('D2 the drafter may ask from the phone as well; who may not is told so', async () => {
  const page = await open(c, { phone: true })
  await signIn(page, 'drafter')
  await page.goto(`/matters/${doc.matter_id}/solicit`)
  await page.getByRole('heading', { level: 1, name: '征求意见' }).waitFor()
  await page.getByRole('treeitem').first().waitFor()
  await isAccessible(page, 'asking, phone')
  await fits(page, 'asking, phone')
  await shot(page, 'solicit-ask-phone')
  await done(page)
  const asked = (await o.countersign_clerk.rows('/items?box=todo')).find(r => r.title === SENT)
  const other = await open(c, { phone: true })
  await signIn(other, 'countersign_clerk')
  await other.goto(`/matters/${asked.matter}/solicit`)
  await other.getByText('征求意见由拟稿人及其科室在签发前办理。').waitFor()
  await other.goto(table)
  await other.getByText('打不开这份文件').waitFor()
  await done(other)
})

desk('D2 a unit, on the phone, has the draft, the note and the day, and its head answers', async () => {
  const at = (await o.countersign_clerk.rows('/items?box=todo')).find(r => r.title === SENT)
  await o.countersign_clerk.act(`/items/${at.id}/complete`, { vars: { handlers: ['post:' + o.post.countersign_handler.id] } })
  await o.done(o.countersign_handler, at.matter, { outcome: 'done', opinion: '内部意见' })
  const page = await open(c, { phone: true })
  await signIn(page, 'countersign_head')
  await page.getByRole('link', { name: SENT }).first().click()
  await page.getByRole('heading', { level: 1, name: SENT }).waitFor()
  await page.getByText(`${o.post.drafter.unit.name}就这份文稿征求意见`).waitFor()
  await page.getByText('请重点研究水源地划定。').waitFor()
  await page.getByText('征求意见办理单').waitFor()
  await isAccessible(page, 'asked unit, phone')
  await fits(page, 'asked unit, phone')
  await shot(page, 'solicit-asked-phone')
  await page.getByRole('button', { name: '有意见' }).click()
  const sheet = page.getByRole('dialog', { name: '办理' })
  assert.ok(await sheet.getByRole('radio', { name: '有意见' }).isChecked())
  await sheet.locator('.act-go').click()
  await sheet.getByText('请写明意见').first().waitFor()
  await sheet.getByRole('textbox', { name: '意见' }).fill('建议明确一级保护区的管理单位。')
  await sheet.locator('.act-go').click()
  await page.getByText('已提交。').waitFor()
  await done(page)
})

desk('L1 the table follows by itself; what was adopted is saved, and it goes out as Word', async () => {
  const row = drafter.getByRole('row').filter({ hasText: water })
  await row.getByText('建议明确一级保护区的管理单位。').waitFor()
  await row.getByRole('combobox', { name: water + ' 采纳情况' }).selectOption('partly')
  await row.getByRole('button', { name: '保存' }).click()
  await row.getByText('请说明理由').waitFor()
  await row.getByRole('textbox', { name: water + ' 理由' }).fill('管理单位另文明确。')
  await row.getByRole('button', { name: '保存' }).click()
  await drafter.getByText(`${water}的采纳情况已保存。`).waitFor()
  await drafter.getByRole('button', { name: '催办未反馈单位' }).click()
  await drafter.getByText('已催办').first().waitFor()
  await isAccessible(drafter, 'table, decided')
  await shot(drafter, 'solicit-table')
  const file = drafter.waitForEvent('download')
  await drafter.getByRole('link', { name: '导出 Word' }).click()
  const got = await file
  assert.equal(got.suggestedFilename(), '征求意见汇总表（第1次）.docx')
  assert.equal(fs.readFileSync(await got.path()).subarray(0, 2).toString(), 'PK')
  await done(drafter)
})

desk('L1 on the phone: the other reply, its verdict, and the round is finished', async () => {
  const at = (await emergency.clerk.rows('/items?box=todo')).find(r => r.title === SENT)
  assert.equal(at.urges, 1, 'urged where it lies')
  await emergency.clerk.act(`/items/${at.id}/complete`, { vars: { handlers: ['post:' + (await emergency.head.read('/me')).posts[0].id] } })
  await o.done(emergency.head, at.matter, { outcome: 'done' })
  await o.done(emergency.head, at.matter, { outcome: 'comment', opinion: '建议增加应急预案。' })
  const page = await open(c, { phone: true })
  await signIn(page, 'drafter')
  await page.goto('/matters/' + doc.matter_id)
  const part = page.getByRole('region', { name: '征求意见' })
  await part.getByText('已反馈 2/2').waitFor()
  await part.getByText('1 条未写采纳情况').waitFor()
  await part.getByRole('link', { name: '第 1 次征求意见' }).click()
  const row = page.locator('tr').filter({ hasText: fire })
  await row.getByText('建议增加应急预案。').waitFor()
  await row.getByRole('combobox').selectOption('adopted')
  await isAccessible(page, 'table, phone')
  await fits(page, 'table, phone')
  await shot(page, 'solicit-table-phone')
  await row.getByRole('button', { name: '保存' }).click()
  await page.getByText(`${fire}的采纳情况已保存。`).waitFor()
  await page.getByRole('link', { name: '汇总办结' }).click()
  await page.getByRole('button', { name: /^办理/ }).click()
  const sheet = page.getByRole('dialog', { name: '办理' })
  await sheet.getByRole('textbox', { name: '意见' }).fill('已汇总。')
  await sheet.locator('.act-go').click()
  await page.getByText('已提交。').waitFor()
  await page.goto(table)
  await page.getByText('已办结').waitFor()
  await done(page)
})
