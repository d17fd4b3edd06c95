// The last step of sending: the clerk dispatches what has its number; only then may the step be
// finished, and the document stays as it was signed. (B1 B3; D7, W4)
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from './tongban.mjs'
import { officeOf } from './document_office.mjs'

const c = await city()
const o = await officeOf(c)

test('B1 B3 a numbered document is dispatched once, arrives, and its flow ends', async () => {
  const town = o.post.town_clerk.unit.id, water = o.post.countersign_clerk.unit.id
  const doc = await o.draft({ main_recipients: { units: [water], groups: [] }, main_text: '市水利局' })
  const matter = doc.matter_id
  await o.toNumber(matter)
  await o.doc_clerk.refused(`/documents/${doc.document_id}/dispatch`, { main: { unit_ids: [water] } }, 409, 'dispatch.no_item')
  const book = await o.book()
  const got = await o.doc_clerk.act(`/documents/${doc.document_id}/reserve_number`, { book_id: book.id })
  await o.done(o.doc_clerk, matter, {})
  await o.drafter.refused(`/documents/${doc.document_id}/dispatch`, { main: { unit_ids: [water] } }, 409, 'dispatch.no_item')
  const sent = await o.doc_clerk.act(`/documents/${doc.document_id}/dispatch`, { main: { unit_ids: [water] }, cc: { unit_ids: [town] }, reason: '镇里同步知晓' })
  assert.equal(sent.count, 2)
  await o.doc_clerk.refused(`/documents/${doc.document_id}/dispatch`, { main: { unit_ids: [water] } }, 409, 'dispatch.no_item')
  const arrived = (await o.countersign_clerk.rows('/deliveries?box=to_sign')).find(d => d.number === got.number)
  assert.ok(arrived, 'it waits at the other unit')
  let d = (await o.page(o.doc_clerk, matter)).document
  assert.equal(d.state, 'dispatched')
  assert.equal(d.dispatch_id, sent.dispatch_id)
  await o.doc_clerk.refused(`/documents/${doc.document_id}/save`, { ...o.elements(d.title), rev: d.rev }, 409, 'doc.not_your_turn')
  assert.equal((await o.page(o.drafter, matter)).state, 'done')
  const mine = await o.drafter.rows('/registers/sent')
  assert.ok(mine.some(r => r.number === got.number && r.state === 'dispatched'))
})
