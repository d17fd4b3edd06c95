// P2 主持工作: while the head is away another leader presides by written authorisation. What that person
// does stands in the own name, never with 代; the signature is 受委托签发, on sheet, trace and register.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from './tongban.mjs'
import { officeOf } from './document_office.mjs'

const c = await city()
const o = await officeOf(c)
const [admin, stranger, unitAdmin] = await Promise.all(['city_admin', 'county_clerk', 'unit_admin'].map(a => c.signIn(a)))
const day = new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10)
const head = o.post.principal, deputy = o.post.leader, body = head.unit.id
const name = async who => (await who.read('/me')).person.name
const mayor = await name(o.principal), vice = await name(o.leader)
const paper = '市政府常务会议纪要第12期'
const good = { head_post: head.id, deputy_post: deputy.id, from_on: day, until_on: day, authorisation: paper }

test('P2 only for a head, only another leader of the same unit, with a paper and a period', async () => {
  assert.equal(deputy.unit.id, body)
  await admin.refused('/presiding', { ...good, head_post: deputy.id, deputy_post: head.id }, 400, 'presiding.head')
  await admin.refused('/presiding', { ...good, deputy_post: o.post.countersign_head.id }, 400, 'presiding.deputy')
  await admin.refused('/presiding', { ...good, authorisation: '' }, 400)
  await admin.refused('/presiding', { ...good, until_on: '2020-01-01' }, 400, 'acting.period')
  await admin.refused('/presiding', { ...good, deputy_post: head.id }, 400, 'acting.self')
})

test('P2 who may not name it is answered as for a post that does not exist; nor is the list theirs', async () => {
  const absent = await stranger.post('/presiding', { ...good, head_post: '9007199254740993' })
  for (const who of [stranger, o.leader, o.drafter]) {
    const r = await who.post('/presiding', good)
    assert.deepEqual([r.status, r.body.code], [absent.status, absent.body.code], who.account)
  }
  assert.equal((await stranger.get('/presiding?unit=' + body)).status, 404)
  assert.equal((await stranger.get('/presiding?unit=9007199254740993')).status, 404)
})

let doc
test('P2 before it stands the deputy has nothing of the head’s', async () => {
  doc = await o.draft({ title: '常德市人民政府关于做好防汛值守的通知', is_important: true })
  await o.toOffice(doc.matter_id)
  await o.done(o.office_head, doc.matter_id, { outcome: 'to_signer', opinion: '拟同意，呈签发', vars: o.signer() })
  assert.equal(await o.todo(o.leader, doc.matter_id), undefined)
})

let made
test('P2 the head names it; one at a time; both see it', async () => {
  made = await o.principal.act('/presiding', good)
  await admin.refused('/presiding', { ...good, authorisation: '另一份' }, 409, 'presiding.taken')
  const [row] = await o.leader.rows('/presiding?unit=' + body)
  assert.deepEqual([row.kind, row.from_name, row.to_name, row.authorisation], ['presiding', mayor, vice, paper])
  const mine = (await o.leader.read('/me')).acting_for.find(a => a.post === head.id)
  assert.deepEqual([mine.kind, mine.person_name], ['presiding', mayor])
  assert.ok((await admin.rows('/org/changes?unit=' + body)).some(x => x.op === 'presiding.create'))
})

test('P2 受委托签发: own name and title on the sheet, in the record, in the register; no 代', async () => {
  const item = await o.todo(o.leader, doc.matter_id)
  assert.deepEqual([item.capacity.presides, item.capacity.acting_for], [true, mayor])
  const before = await o.page(o.leader, doc.matter_id)
  assert.equal(before.my_item.standing, 'entrusted')
  assert.ok(before.my_item.ops.includes('complete'))
  await o.done(o.leader, doc.matter_id, { opinion: '同意发' })

  const page = await o.page(o.drafter, doc.matter_id)
  assert.deepEqual([page.document.signer, page.document.signed_for, page.document.state], [vice, mayor, 'signed'])
  const opinion = page.sheet.flatMap(s => s.opinions).find(x => x.text === '同意发')
  assert.deepEqual([opinion.who, opinion.title, opinion.standing], [vice, deputy.title, 'entrusted'])
  const trace = await o.office_head.rows(`/matters/${doc.matter_id}/trace`)
  const signed = trace.findLast(r => r.op === 'item.complete' && r.standing)
  assert.deepEqual([signed.actor, signed.acting_for, signed.standing], [vice, mayor, 'entrusted'])
  assert.deepEqual(trace.filter(r => r.standing).map(r => r.op).sort(), ['doc.sign', 'item.complete'])

  await o.done(o.recheck, doc.matter_id, { outcome: 'pass', opinion: '复核无误' })
  const { number } = await o.doc_clerk.act(`/documents/${doc.document_id}/reserve_number`, { book_id: (await o.book()).id })
  await o.done(o.doc_clerk, doc.matter_id, {})
  const row = (await o.doc_clerk.rows('/registers/sent')).find(r => r.number === number)
  assert.deepEqual([row.signer, row.signed_for], [vice, mayor])
})

test('P2 what the deputy signs by own right is not entrusted', async () => {
  const own = await o.draft({ title: '常德市人民政府办公室关于值班安排的通知' })
  await o.toOffice(own.matter_id)
  await o.done(o.office_head, own.matter_id, { outcome: 'to_signer', opinion: '呈签发', vars: { signer: ['post:' + deputy.id] } })
  await o.done(o.leader, own.matter_id, { opinion: '同意' })
  const page = await o.page(o.drafter, own.matter_id)
  assert.deepEqual([page.document.signer, page.document.signed_for], [vice, null])
  assert.ok(page.sheet.flatMap(s => s.opinions).every(x => !x.standing))
})

test('P2 a deputy who only stands in may still not sign', async () => {
  const other = await o.draft({ title: '常德市人民政府关于做好冬修水利工作的通知' })
  await o.toOffice(other.matter_id)
  await o.done(o.office_head, other.matter_id, { outcome: 'to_signer', opinion: '呈签发', vars: o.signer() })
  await o.principal.act(`/presiding/${made.id}/end`)
  assert.equal(await o.todo(o.leader, other.matter_id), undefined)
  await o.principal.act('/delegations', { from_post: head.id, to_post: deputy.id, from_on: day, until_on: day, mode: 'share', authorisation: '休假，日常公文由其代为处理' })
  await o.stopped(o.leader, other.matter_id, { opinion: '同意' }, 403, 'item.no_backup')
  assert.equal((await o.page(o.leader, other.matter_id)).my_item.standing, null)
})

test('P2 only who could name it ends it; twice is not there', async () => {
  const again = await admin.act('/presiding', good)
  await stranger.refused(`/presiding/${again.id}/end`, {}, 404)
  await o.leader.refused(`/presiding/${again.id}/end`, {}, 404)
  await unitAdmin.refused(`/presiding/${again.id}/end`, {}, 404)
  await admin.act(`/presiding/${again.id}/end`)
  await admin.refused(`/presiding/${again.id}/end`, {}, 404)
})
