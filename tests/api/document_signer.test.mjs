// 签发人: who may sign a document is a leader of the body in whose name it goes out; what goes up and
// what is important is signed by the principal head (W1, W2).
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from './tongban.mjs'
import { officeOf } from './document_office.mjs'

const c = await city()
const o = await officeOf(c)
const village = await c.signIn('village_clerk')
const signer = id => ({ signer: ['post:' + id] })
const office = o.agencies.find(a => a.name === '常德市人民政府办公室')
const villageUnit = (await village.read('/me')).posts[0].unit.id
const villageHead = (await village.rows(`/units/${villageUnit}/people`)).find(p => p.is_leader).post
const officeLeader = o.post.office_head.id

/** The document of that agency, with the office head who names its signer. */
async function atOffice(doc, type = '通知') {
  const d = await o.draft(doc, type)
  await o.toOffice(d.matter_id)
  return d
}

test('W1 the signer leads the body in whose name it goes out', async () => {
  const d = await atOffice({ title: '常德市人民政府关于签发人的通知' })
  const stop = async (id, code) => (await o.stopped(o.office_head, d.matter_id, { outcome: 'to_signer', vars: signer(id) }, 400, code))
  // a leader, but of a village: as absent as any post of another unit
  const far = await stop(villageHead, 'item.unknown_person'), none = await stop('4711', 'item.unknown_person')
  assert.deepEqual([far.field, far.detail], [none.field, none.detail])
  assert.equal(far.field, 'vars.signer')
  // staff of the office, and the office's own leader: neither leads the city government
  for (const id of [o.post.drafter.id, officeLeader]) {
    const p = await stop(id, 'doc.signer_no_leader')
    assert.equal(p.field, 'vars.signer')
    assert.match(p.detail, /常德市人民政府/)
  }
  await o.stopped(o.office_head, d.matter_id, { outcome: 'to_signer', vars: { signer: [] } }, 400, 'doc.no_signer')
  await o.stopped(o.office_head, d.matter_id, { outcome: 'to_signer', vars: { signer: ['role:doc_clerk'] } }, 400, 'doc.no_signer')
  // a vice mayor may, for what is neither important nor to a superior
  await o.done(o.office_head, d.matter_id, { outcome: 'to_signer', opinion: '呈签发', vars: signer(o.post.leader.id) })
  // nobody else becomes the signer by the way of an added signature; advice is open to own people
  const item = await o.todo(o.leader, d.matter_id)
  const p = await o.leader.refused(`/items/${item.id}/add_signer`, { post_ids: [o.post.reviewer.id], place: 'after', role: 'sign' }, 400, 'doc.signer_no_leader')
  assert.equal(p.field, 'post_ids')
  await o.leader.act(`/items/${item.id}/add_signer`, { post_ids: [o.post.reviewer.id], place: 'before', role: 'advise' })
  await o.done(o.reviewer, d.matter_id, { opinion: '建议同意。' })
  assert.equal((await o.page(o.drafter, d.matter_id)).document.signer, null)
  await o.done(o.leader, d.matter_id, { opinion: '同意发。' })
  assert.equal((await o.page(o.drafter, d.matter_id)).document.signer, '贺青林')
})

test('W1 what is important is signed by the principal, also when that is found later', async () => {
  const d = await atOffice({ title: '常德市人民政府关于重要事项的通知', is_important: true })
  const p = await o.stopped(o.office_head, d.matter_id, { outcome: 'to_signer', vars: signer(o.post.leader.id) }, 400, 'doc.signer_no_principal')
  assert.equal(p.field, 'vars.signer')
  await o.done(o.office_head, d.matter_id, { outcome: 'to_signer', opinion: '呈签发', vars: signer(o.post.principal.id) })
  await o.done(o.principal, d.matter_id, { opinion: '同意发。' })
  assert.equal((await o.page(o.drafter, d.matter_id)).document.signer, '章启航')

  const later = await atOffice({ title: '常德市人民政府关于后来重要的通知' })
  await o.done(o.office_head, later.matter_id, { outcome: 'to_signer', opinion: '呈签发', vars: signer(o.post.leader.id) })
  const doc = (await o.page(o.leader, later.matter_id)).document
  await o.leader.act(`/documents/${doc.id}/save`, { ...o.elements(doc.title), is_important: true, rev: doc.rev })
  await o.stopped(o.leader, later.matter_id, { opinion: '同意发。' }, 400, 'doc.signer_no_principal')
})

test('W1 what went to a superior was signed by the principals', async () => {
  const [water, county] = await Promise.all(['countersign_clerk', 'county_clerk'].map(a => c.signIn(a)))
  const asked = async client => (await client.rows('/registers/sent')).filter(r => r.doc_type === '请示' && r.signer)
  const head = (await o.c.signIn('countersign_head').then(x => x.read('/me'))).person.name
  const ours = await asked(water), theirs = await asked(county)
  assert.ok(ours.length && theirs.length, 'the city’s history has requests of both')
  assert.ok(ours.every(r => r.signer === head))
  const unit = (await county.read('/me')).posts[0].unit.id
  const leaders = (await county.rows(`/people?named_by=${unit}`)).filter(p => p.is_leader && p.unit_id !== unit)
  assert.ok(theirs.every(r => leaders[0].name === r.signer), 'a county government’s by the head of the county, not of its office')
})

test('W2 an office’s own paper is signed by its leader or by those it serves', async () => {
  for (const id of [officeLeader, o.post.leader.id]) {
    const d = await atOffice({ title: '常德市人民政府办公室关于内部值守的通知', agency_id: office.id })
    await o.stopped(o.office_head, d.matter_id, { outcome: 'to_signer', vars: signer(o.post.drafter.id) }, 400, 'doc.signer_no_leader')
    await o.done(o.office_head, d.matter_id, { outcome: 'to_signer', opinion: '呈签发', vars: signer(id) })
  }
})
