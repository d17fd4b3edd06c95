// 更正件: a substantive error in what has gone out is mended by a new text that goes the whole way
// again and keeps the number; every unit gets it in the place of the wrong one. (CAPABILITIES X8 B26,
// OFFICE D7 D8)
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from './tongban.mjs'
import { officeOf } from './document_office.mjs'

const c = await city()
const o = await officeOf(c)
const town = o.post.town_clerk.unit.id, water = o.post.countersign_clerk.unit.id
const begin = (who, doc) => who.act(`/documents/${doc.document_id}/correction`, { reason: '附件名单有误' })

async function dispatched() {
  const doc = await o.draft()
  await o.toNumber(doc.matter_id)
  const got = await o.doc_clerk.act(`/documents/${doc.document_id}/reserve_number`, { book_id: (await o.book()).id })
  await o.done(o.doc_clerk, doc.matter_id, {})
  const sent = await o.doc_clerk.act(`/documents/${doc.document_id}/dispatch`, { main: { unit_ids: [water] }, cc: { unit_ids: [town] }, reason: '镇里同步知晓' })
  return { ...doc, ...got, ...sent }
}
const arrived = (who, sent) => who.rows('/deliveries?box=to_sign').then(l => l.find(d => d.number === sent.number && !d.is_correction))

/* The corrected text, from its drafter's desk to the clerk's dispatch step. */
async function corrected(fix) {
  await o.toNumber(fix.matter_id)
  await o.doc_clerk.act(`/documents/${fix.document_id}/keep_number`, {})
  await o.done(o.doc_clerk, fix.matter_id, {})
}

test('X8 a correction is signed again, keeps the number, and takes the place of the wrong text', async () => {
  const wrong = await dispatched()
  const water_got = await arrived(o.countersign_clerk, wrong)
  await o.countersign_clerk.act(`/deliveries/${water_got.id}/sign_for`, {})
  assert.ok(await arrived(o.town_clerk, wrong))
  const fix = await begin(o.drafter, wrong)
  let d = (await o.page(o.drafter, fix.matter_id)).document
  assert.deepEqual([d.corrects.id, d.corrects.number, d.corrects.reason, d.state, d.number], [wrong.document_id, wrong.number, '附件名单有误', 'draft', null])
  assert.equal(d.body[1].text, '各级各部门要立即行动，落实防汛责任。')       // begun from the wrong text
  assert.equal((await o.page(o.drafter, wrong.matter_id)).document.correction.id, fix.document_id)

  await o.toNumber(fix.matter_id)
  const book = await o.book()
  await o.doc_clerk.refused(`/documents/${fix.document_id}/reserve_number`, { book_id: book.id }, 409, 'doc.keeps_number')
  await o.drafter.refused(`/documents/${fix.document_id}/keep_number`, {}, 409, 'doc.not_your_turn')
  const kept = await o.doc_clerk.act(`/documents/${fix.document_id}/keep_number`, {})
  assert.deepEqual([kept.number, kept.number_id], [wrong.number, wrong.number_id])
  await o.done(o.doc_clerk, fix.matter_id, {})
  assert.equal((await o.doc_clerk.read(`/number-books/${book.id}`)).next_value, book.next_value)   // none was taken

  await o.doc_clerk.refused(`/documents/${fix.document_id}/dispatch`, { main: { unit_ids: [water] } }, 409, 'dispatch.is_correction')
  await o.town_clerk.refused(`/documents/${wrong.document_id}/correct`, { kind: 'replace', by_document_id: fix.document_id, reason: '附件名单有误' }, 404)
  await o.drafter.refused(`/documents/${wrong.document_id}/correct`, { kind: 'replace', by_document_id: fix.document_id, reason: '附件名单有误' }, 404)
  const sent = await o.doc_clerk.act(`/documents/${wrong.document_id}/correct`, { kind: 'replace', by_document_id: fix.document_id, reason: '附件名单有误' })
  assert.equal(sent.count, 2)
  const m = await o.page(o.doc_clerk, fix.matter_id)
  assert.deepEqual([m.state, m.document.state, m.document.number], ['done', 'dispatched', wrong.number])

  const old = await o.page(o.doc_clerk, wrong.matter_id)
  assert.equal(old.document.replaced_by, fix.document_id)
  const rows = (await o.doc_clerk.rows('/registers/sent?limit=100')).filter(r => r.number === wrong.number)
  assert.deepEqual(rows.map(r => [r.id, r.state]).sort(), [[wrong.document_id, 'replaced'], [fix.document_id, 'dispatched']].sort())
  const at = (await o.doc_clerk.rows(`/number-books/${book.id}/numbers?limit=100`)).find(n => n.number === wrong.number)
  assert.deepEqual([at.state, at.document_id, at.may_end], ['confirmed', fix.document_id, false])

  assert.equal(await arrived(o.town_clerk, wrong), undefined)                    // unsigned: the wrong one is gone
  const new_at_town = (await o.town_clerk.rows('/deliveries?box=to_sign')).find(x => x.number === wrong.number)
  assert.equal(new_at_town.is_correction, true)
  const at_water = await o.countersign_clerk.read(`/deliveries/${water_got.id}`)   // signed: it is told
  assert.equal(at_water.corrections.length, 1)
  assert.ok((await o.countersign_clerk.rows('/deliveries?box=to_sign')).some(x => x.number === wrong.number && x.is_correction))
})

test('X8 one correction at a time; given up, the old text and its number stand', async () => {
  const wrong = await dispatched()
  const fix = await begin(o.doc_clerk, wrong)
  await o.drafter.refused(`/documents/${wrong.document_id}/correction`, { reason: '再更正一次' }, 409, 'doc.correction_open')
  await o.doc_clerk.act(`/matters/${fix.matter_id}/cancel`, { reason: '原文无误' })
  const d = (await o.page(o.drafter, wrong.matter_id)).document
  assert.deepEqual([d.state, d.number, d.correction, d.replaced_by], ['dispatched', wrong.number, undefined, null])
  await begin(o.drafter, wrong)
})

test('D7 the kept number is not ended with the correction, and cannot be made void under it', async () => {
  const wrong = await dispatched()
  const fix = await begin(o.drafter, wrong)
  await o.toNumber(fix.matter_id)
  await o.doc_clerk.act(`/documents/${fix.document_id}/keep_number`, {})
  const item = await o.todo(o.doc_clerk, fix.matter_id)
  await o.doc_clerk.act(`/items/${item.id}/send_back`, { to: 'office', way: 'rewind', reason: '名单还缺一人' })
  assert.equal((await o.page(o.doc_clerk, fix.matter_id)).document.number, null)
  assert.equal((await o.page(o.doc_clerk, wrong.matter_id)).document.number, wrong.number)
  const rows = await o.doc_clerk.rows(`/number-books/${(await o.book()).id}/numbers?limit=100`)
  assert.deepEqual(rows.filter(n => n.number === wrong.number).map(n => [n.state, n.document_id]), [['confirmed', wrong.document_id]])
  await o.doc_clerk.refused(`/numbers/${wrong.number_id}/void`, { reason: '作废原号' }, 409, 'doc.already_dispatched')
})

test('X8 only what has gone out is corrected, and only by its people and office', async () => {
  const draft = await o.draft()
  await o.drafter.refused(`/documents/${draft.document_id}/correction`, { reason: '还没有发出' }, 409, 'doc.not_dispatched_yet')
  const wrong = await dispatched()
  await o.drafter.refused(`/documents/${wrong.document_id}/correction`, { reason: '' }, 400)
  await o.town_clerk.refused(`/documents/${wrong.document_id}/correction`, { reason: '别处的公文' }, 404)
  await o.countersign_clerk.refused(`/documents/${wrong.document_id}/correction`, { reason: '别处的公文' }, 404)
  await o.recheck.refused(`/documents/${wrong.document_id}/correction`, { reason: '不是本人的' }, 403, 'doc.not_yours_to_correct')
  const fix = await begin(o.drafter, wrong), other = await dispatched()
  await corrected(fix)
  await o.office_head.refused(`/documents/${other.document_id}/correct`, { kind: 'replace', by_document_id: fix.document_id, reason: '错放一处' }, 400, 'correction.other')
  await o.doc_clerk.refused(`/documents/${fix.document_id}/keep_number`, {}, 409, 'doc.not_your_turn')
})
