// 一键复文: the answer to a received document is drafted in one step, and sending it closes the
// receipt. (B1 B2; OFFICE L2)
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from './tongban.mjs'
import { officeOf } from './document_office.mjs'

const c = await city()
const o = await officeOf(c)
const unit = o.post.doc_clerk.unit.id, water = o.post.countersign_clerk.unit.id
const paper = { unit_id: unit, issuer: '湖南省水利厅', number: '湘水函〔2026〕8号', title: '湖南省水利厅关于商请协助水库巡查的函', doc_type: '函', urgency: 'urgent', signed_on: '2026-06-01' }

async function atReply() {
  const got = await o.doc_clerk.act('/received', paper)
  await o.done(o.doc_clerk, got.matter_id)
  await o.done(o.doc_clerk, got.matter_id, { outcome: 'read' })
  await o.done(o.doc_clerk, got.matter_id)
  return got.matter_id
}
const answer = (client, matter, form) => client.act(`/matters/${matter}/answer_document`, { agency_id: o.government.id, form })

test('L2 kind, title, opening, basis and link are filled from what came', async () => {
  const matter = await atReply()
  const made = await answer(o.doc_clerk, matter, '复函')
  const d = (await o.page(o.doc_clerk, made.matter_id)).document
  assert.equal(d.doc_type, '函')
  assert.equal(d.title, '常德市人民政府关于商请协助水库巡查的复函')
  assert.equal(d.main_text, '湖南省水利厅')
  assert.match(d.body[0].text, /^贵单位《湖南省水利厅关于商请协助水库巡查的函》（湘水函〔2026〕8号）收悉。/)
  assert.deepEqual(d.links.map(l => [l.kind, l.matter_id]), [['incoming', matter]])
  const passed = await answer(o.doc_clerk, matter, '转发')
  assert.equal((await o.page(o.doc_clerk, passed.matter_id)).document.title, '常德市人民政府转发湖南省水利厅关于商请协助水库巡查的函的通知')
  await o.doc_clerk.refused(`/matters/${matter}/answer_document`, { agency_id: o.government.id, form: '命令' }, 400)
  await o.doc_clerk.refused(`/matters/${made.matter_id}/answer_document`, { agency_id: o.government.id, form: '复函' }, 409, 'doc.nothing_received')
  await o.drafter.refused(`/matters/${matter}/answer_document`, { agency_id: o.government.id, form: '复函' }, 404)
})

test('L2 the answer goes to who sent it, inside the city', async () => {
  const sent = await o.draft({ main_text: '市水利局', main_recipients: { units: [water], groups: [] } })
  await o.toNumber(sent.matter_id)
  await o.doc_clerk.act(`/documents/${sent.document_id}/reserve_number`, { book_id: (await o.book()).id })
  await o.done(o.doc_clerk, sent.matter_id)
  await o.doc_clerk.act(`/documents/${sent.document_id}/dispatch`, { main: { unit_ids: [water] } })
  const delivery = (await o.countersign_clerk.rows('/deliveries?box=to_sign'))[0]
  const { matter_id } = await o.countersign_clerk.act(`/deliveries/${delivery.id}/sign_for`, {})
  const bureau = (await o.countersign_clerk.rows('/agencies?mine=1'))[0]
  const made = await o.countersign_clerk.act(`/matters/${matter_id}/answer_document`, { agency_id: bureau.id, form: '报告' })
  const d = (await o.page(o.countersign_clerk, made.matter_id)).document
  assert.equal(d.doc_type, '报告')
  assert.deepEqual(d.main_recipients.units, [unit])
  assert.equal(d.direction, 'up')
})

test('L2 sending the answer closes the receipt', async () => {
  const matter = await atReply()
  await o.doc_clerk.act(`/matters/${matter}/circulate`, { post_ids: [o.post.drafter.id], note: '请起草复函' })
  const made = await answer(o.drafter, matter, '复函')
  const d = (await o.page(o.drafter, made.matter_id)).document
  await o.drafter.act(`/documents/${made.document_id}/save`, { title: d.title, disclosure: 'on_request', main_text: d.main_text, body: d.body, links: d.links, basis: d.basis, urgency: d.urgency, rev: d.rev })
  await o.toNumber(made.matter_id)
  const got = await o.doc_clerk.act(`/documents/${made.document_id}/reserve_number`, { book_id: (await o.book()).id })
  await o.done(o.doc_clerk, made.matter_id)
  await o.doc_clerk.act(`/documents/${made.document_id}/dispatch`, { main: { unit_ids: [water] } })
  const p = await o.page(o.doc_clerk, matter)
  assert.equal(p.state, 'done')
  assert.ok(JSON.stringify(p.sheet).includes(got.number), 'the sheet says by which document it was answered')
})
