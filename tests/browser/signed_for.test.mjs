// What the people see who send: a unit that was not signed for needs a reason at dispatch; after the
// signature a file more is told at recheck; the silence of a countersigning unit is recorded by a
// press. (D2, D5, W3; B1 B19)
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from '../api/tongban.mjs'
import { officeOf } from '../api/document_office.mjs'
import { done, isAccessible, open, signIn } from './browser.mjs'

const c = await city()
const o = await officeOf(c)
const water = o.post.countersign_clerk.unit.id

test('W3 D5 the rechecker is told of a file more; the clerk is asked why it goes further', async () => {
  const title = '常德市人民政府关于做好冬修水利的通知'
  const doc = await o.draft({ title, main_recipients: { units: [water], groups: [] } }), m = doc.matter_id
  await o.toSigned(m)
  let page = await open(c)
  await signIn(page, 'recheck')
  await page.goto('/matters/' + m)
  await page.getByRole('heading', { level: 1, name: title }).waitFor()
  const told = page.getByText('签发后文稿或附件有实质性改动')
  assert.equal(await told.count(), 0)
  await page.getByRole('tab', { name: /^附件/ }).click()
  await page.locator('input[type=file]').setInputFiles({ name: '补充说明.txt', mimeType: 'text/plain', buffer: Buffer.from('签发人没有见过') })
  await page.getByRole('link', { name: '补充说明.txt' }).waitFor()
  await told.waitFor()
  await page.getByRole('button', { name: /补充说明\.txt/ }).click()
  await told.waitFor({ state: 'detached' })
  await done(page)

  await o.done(o.recheck, m, { outcome: 'pass' })
  await o.doc_clerk.act(`/documents/${doc.document_id}/reserve_number`, { book_id: (await o.book()).id })
  await o.done(o.doc_clerk, m, {})
  page = await open(c)
  await signIn(page, 'doc_clerk')
  await page.goto('/matters/' + m)
  await page.getByRole('link', { name: '选择主送、抄送并分发' }).click()
  await page.getByRole('button', { name: '分发给 1 个单位' }).waitFor()
  await page.getByRole('tab', { name: '层级与系统' }).first().click()
  await page.getByRole('checkbox', { name: '县区单位' }).first().check()
  const send = page.getByRole('button', { name: /^分发给 \d{2,} 个单位$/ })
  await send.click()
  await page.getByRole('dialog').getByRole('button', { name: '分发', exact: true }).click()
  await page.getByText(/不在签发时所列的主送、抄送单位之内/).waitFor()
  await page.getByLabel('仍要分发的理由').fill('主要领导同意发至各县')
  await isAccessible(page, 'dispatch with a reason')
  await send.click()
  await page.getByRole('dialog').getByRole('button', { name: '分发', exact: true }).click()
  await page.getByText(/已分发 \d+ 个单位。/).waitFor()
  await done(page)
})

test('D2 who waits records that a unit did not answer in time', async () => {
  const title = '常德市人民政府关于加强涵闸管理的通知'
  const doc = await o.draft({ title }), m = doc.matter_id
  await o.done(o.drafter, m, {})
  await o.done(o.section_head, m, { vars: { countersign_units: ['unit:' + water] } })
  await c.later(21 * 86400e3)
  const page = await open(c)
  await signIn(page, 'drafter')
  await page.goto('/matters/' + m)
  await page.getByRole('button', { name: '记为逾期未反馈' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('不视为同意').waitFor()
  await isAccessible(page, 'silence')
  await dialog.getByRole('button', { name: '记为逾期未反馈' }).click()
  await page.getByText('已记录逾期未反馈。').waitFor()
  await page.getByRole('button', { name: '记为逾期未反馈' }).waitFor({ state: 'detached' })
  assert.ok(await page.getByText('逾期未反馈', { exact: true }).count() >= 1, 'on the sheet and beside the unit')
  await done(page)
})
