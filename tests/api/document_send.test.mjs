// A document goes through the sending flow in the order of OFFICE D1: every step by its own people,
// signer and date fixed on signing, the number after recheck. (B1 B6 B19; W1–W4, D1, D7)
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from './tongban.mjs'
import { officeOf } from './document_office.mjs'

const c = await city()
const o = await officeOf(c)
const today = new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10)

test('B1 from the drafter to the number, each step in its own hands', async () => {
  const doc = await o.draft()
  const matter = doc.matter_id
  let p = await o.page(o.drafter, matter)
  assert.equal(p.module, 'send')
  assert.equal(p.document.title, '常德市人民政府关于做好防汛工作的通知')
  assert.equal(p.document.state, 'draft')
  await o.toOffice(matter)
  await o.stopped(o.office_head, matter, { outcome: 'to_leader', opinion: '呈贺市长审签' }, 400, 'doc.no_signer')
  await o.stopped(o.office_head, matter, { outcome: 'to_leader', vars: { signer: ['post:' + o.post.drafter.id] } }, 400, 'doc.signer_no_leader')
  await o.done(o.office_head, matter, { outcome: 'to_leader', opinion: '呈贺市长审签', vars: o.signer() })
  await o.done(o.leader, matter, { opinion: '同意，呈市长签发' })
  p = await o.page(o.office_head, matter)
  assert.equal(p.document.signer, null)
  await o.done(o.principal, matter, { noted: true })
  p = await o.page(o.drafter, matter)
  assert.equal(p.document.state, 'signed')
  assert.equal(p.document.signer, '章启航')
  assert.equal(p.document.signed_on, today)
  await o.done(o.recheck, matter, { outcome: 'pass', opinion: '复核无误' })
  await o.stopped(o.doc_clerk, matter, {}, 409, 'doc.no_number')
  const book = await o.book()
  const got = await o.doc_clerk.act(`/documents/${doc.document_id}/reserve_number`, { book_id: book.id })
  assert.equal(got.number, `${book.mark}〔${today.slice(0, 4)}〕${book.next_value}号`)
  await o.done(o.doc_clerk, matter, {})
  p = await o.page(o.doc_clerk, matter)
  assert.equal(p.document.state, 'numbered')
  assert.equal(p.number, got.number)
  assert.equal(p.my_item.node, 'dispatch')
  await o.stopped(o.doc_clerk, matter, {}, 409, 'doc.not_dispatched')
  const rows = await o.doc_clerk.rows('/registers/sent?q=' + encodeURIComponent('防汛工作的通知'))
  assert.ok(rows.some(r => r.number === got.number && r.signer === '章启航' && r.state === 'numbered'))
  const sheet = p.sheet.map(s => s.name)
  for (const step of ['科室意见', '核稿意见', '办公室意见', '分管领导意见', '签发', '复核']) assert.ok(sheet.includes(step), step)
})

test('B22 E1 secret papers are refused, audited, and nothing of them is kept', async () => {
  const before = (await o.drafter.rows('/items?box=todo')).length
  await o.drafter.refused('/documents', { agency_id: o.government.id, doc_type: '通知', title: '机密★1年' }, 400, 'secret.refused')
  assert.equal((await o.drafter.rows('/items?box=todo')).length, before)
  const doc = await o.draft()
  const e = o.elements('常德市人民政府关于某事项的通知')
  await o.drafter.refused(`/documents/${doc.document_id}/save`, { ...e, classification: '秘密', rev: doc.rev }, 400, 'secret.refused')
  await o.drafter.refused(`/documents/${doc.document_id}/save`, { ...e, body: [{ kind: 'p', text: '绝　密' }], rev: doc.rev }, 400, 'secret.refused')
  await o.drafter.refused(`/documents/${doc.document_id}/save`, { ...e, body: [{ kind: 'p', text: '中办发〔2026〕3号' }], rev: doc.rev }, 400, 'secret.refused')
  await o.drafter.refused(`/documents/${doc.document_id}/buffer`, { ...e, classification: '机密' }, 400, 'secret.refused')
  const p = await o.page(o.drafter, doc.matter_id)
  assert.equal(p.document.revision, 2)
  await o.drafter.act(`/documents/${doc.document_id}/save`, { ...e, classification: '非密', body: [{ kind: 'p', text: '根据中办发〔2026〕3号文件精神，通知如下。' }], rev: p.document.rev })
})

test('W3 a change of substance after signing returns to the signer, a slip is mended on record', async () => {
  const doc = await o.draft()
  const matter = doc.matter_id
  await o.toSigned(matter)
  let d = (await o.page(o.recheck, matter)).document
  const text = s => ({ ...o.elements(d.title), body: [{ kind: 'h1', text: '一、提高认识' }, { kind: 'p', text: s }], rev: d.rev })
  let saved = await o.recheck.act(`/documents/${doc.document_id}/save`, text('各级各部门要立即行动，落实好防汛责任。'))
  assert.equal(saved.is_substantive, false)
  const trace = await o.recheck.rows(`/matters/${matter}/trace`)
  assert.ok(trace.some(t => t.op === 'doc.fix'))
  d = (await o.page(o.recheck, matter)).document
  assert.equal(d.changed_after_signing, false)
  saved = await o.recheck.act(`/documents/${doc.document_id}/save`, text('各级各部门可视情况自行决定是否行动，不再追究责任，经费由各地自行承担。'))
  assert.equal(saved.is_substantive, true)
  await o.stopped(o.recheck, matter, { outcome: 'pass' }, 409, 'doc.changed_after_signing')
  await o.done(o.recheck, matter, { outcome: 'to_signer', opinion: '文稿有实质性修改，请复审' })
  await o.done(o.principal, matter, { opinion: '同意修改' })
  d = (await o.page(o.recheck, matter)).document
  assert.equal(d.changed_after_signing, false)
  await o.done(o.recheck, matter, { outcome: 'pass' })
  assert.ok(await o.todo(o.doc_clerk, matter))
})

test('D1 a leader sends back to the office; sent back before the signature, the signature falls', async () => {
  const doc = await o.draft()
  const matter = doc.matter_id
  await o.toOffice(matter)
  await o.done(o.office_head, matter, { outcome: 'to_signer', vars: o.signer() })
  const item = await o.todo(o.principal, matter)
  const targets = (await o.principal.read(`/items/${item.id}/targets`)).rows.map(t => t.node)
  assert.ok(targets.includes('office') && !targets.includes('draft'), `the office, never the drafter: ${targets}`)
  await o.principal.act(`/items/${item.id}/send_back`, { to: 'office', way: 'rewind', reason: '请补充依据' })
  await o.done(o.office_head, matter, { outcome: 'to_signer', opinion: '已补充', vars: o.signer() })
  await o.done(o.principal, matter, { opinion: '同意' })
  const again = await o.todo(o.recheck, matter)
  await o.recheck.act(`/items/${again.id}/send_back`, { to: 'review', way: 'rewind', reason: '依据有误' })
  const d = (await o.page(o.reviewer, matter)).document
  assert.equal(d.state, 'draft')
  assert.equal(d.signer, null)
})

test('B22 the city keeps its own list of marks that stay on paper', async () => {
  const admin = await c.signIn('city_admin')
  const before = (await admin.read('/secret-marks')).marks
  assert.ok(before.includes('中办发'))
  await o.drafter.refused('/secret-marks', { marks: ['常密发'] }, 403)
  await admin.refused('/secret-marks', { marks: ['a,b'] }, 400)
  await admin.act('/secret-marks', { marks: [...before, '常密发'] })
  const doc = await o.draft()
  const e = { ...o.elements('常德市人民政府关于某事项的通知'), rev: doc.rev }
  await o.drafter.refused(`/documents/${doc.document_id}/save`, { ...e, body: [{ kind: 'p', text: '常密发〔2026〕1号' }] }, 400, 'secret.refused')
  await o.drafter.act(`/documents/${doc.document_id}/save`, { ...e, body: [{ kind: 'p', text: '常发〔2026〕1号' }] })
})

test('D7 a document that is given up gives its number back and stays as void', async () => {
  const doc = await o.draft()
  await o.toOffice(doc.matter_id)
  await o.done(o.office_head, doc.matter_id, { outcome: 'to_signer', vars: o.signer() })
  const item = await o.todo(o.principal, doc.matter_id)
  await o.principal.act(`/items/${item.id}/terminate`, { reason: '此事暂缓' })
  const p = await o.page(o.drafter, doc.matter_id)
  assert.equal(p.state, 'rejected')
  assert.equal(p.document.state, 'void')
  const fresh = await o.draft()
  await o.drafter.act(`/matters/${fresh.matter_id}/cancel`, { reason: '重复起草' })
  assert.equal((await o.page(o.drafter, fresh.matter_id)).document.state, 'void')
})
