// 传阅: the office fixes the readers, by rank with the leader in charge first, one after the other or at
// once; the absent are passed over and read later; a reader proposes, the clerk adds (R2, W7, B15).
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from './tongban.mjs'
import { officeOf } from './document_office.mjs'

const c = await city()
const o = await officeOf(c)
const village = await c.signIn('village_clerk')
const villagePost = (await village.read('/me')).posts[0].id
const id = n => o.post[n].id

let n = 0
async function matter() {
  const { matter_id } = await o.drafter.act('/matters', { module: 'internal_request', title: `关于第${++n}次传阅的呈批`, form: { content: '请批准' } })
  return matter_id
}
const box = async (client, m) => (await client.rows('/items?box=to_read')).find(r => r.matter === m)
const read = async (client, m, note = '') => client.act(`/readings/${(await box(client, m)).id}/read`, { note })
const readings = async (m, client = o.office_head) => (await client.read(`/matters/${m}`)).readings
const states = async (m, client) => (await readings(m, client)).map(r => [r.who, r.state])
const count = async client => (await client.read('/me/counters')).to_read
const circulate = (m, who, more = {}) => o.doc_clerk.act(`/matters/${m}/circulate`, { post_ids: who.map(id), ...more })

test('R2 the default order is the rank list’s, the leader in charge first; it is shown beforehand', async () => {
  const m = await matter()
  const asked = ['reviewer', 'leader', 'principal', 'office_head'].map(id).join(',')
  const order = await o.doc_clerk.rows(`/matters/${m}/reading_order?post_ids=${asked}`)
  assert.deepEqual(order.map(r => [r.name, r.in_charge]), [['贺青林', true], ['章启航', false], ['骆文达', false], ['季思远', false]])
  await circulate(m, ['reviewer', 'leader', 'principal', 'office_head'], { way: 'in_order' })
  assert.deepEqual((await readings(m)).map(r => r.who), ['贺青林', '章启航', '骆文达', '季思远'])
  const given = await matter()
  await circulate(given, ['reviewer', 'leader'], { way: 'in_order', order: 'given' })
  assert.deepEqual((await readings(given)).map(r => r.who), ['季思远', '贺青林'])
  // a letter of another unit: the leader in charge of that unit comes first
  const bureau = (await o.countersign_clerk.read('/me')).posts[0].unit.id
  const charge = (await o.doc_clerk.rows(`/in-charge?unit=${bureau}`)).find(x => x.unit_id === bureau)
  assert.ok(charge, 'the water bureau has a leader in charge')
})

test('R2 W7 in order: one after the other; who has it, since when, who is next', async () => {
  const m = await matter()
  const before = await Promise.all([o.reviewer, o.section_head, o.recheck].map(count))
  await circulate(m, ['reviewer', 'section_head', 'recheck'], { way: 'in_order', order: 'given' })
  assert.deepEqual((await states(m)).map(s => s[1]), ['sent', 'waiting', 'waiting'])
  assert.deepEqual(await Promise.all([o.reviewer, o.section_head, o.recheck].map(count)), [before[0] + 1, before[1], before[2]])
  assert.equal(await box(o.section_head, m), undefined)
  const rows = await readings(m)
  assert.ok(rows[0].sent_at && !rows[1].sent_at)
  assert.deepEqual(rows.map(r => r.place), [1, 2, 3])
  // not his turn: as if there were none
  await o.section_head.refused(`/readings/${rows[1].id}/read`, {}, 404)
  await read(o.reviewer, m, '已阅。')
  assert.deepEqual((await states(m)).map(s => s[1]), ['read', 'sent', 'waiting'])
  assert.equal(await count(o.section_head), before[1] + 1)
  await read(o.section_head, m)
  await read(o.recheck, m)
  assert.deepEqual((await states(m)).map(s => s[1]), ['read', 'read', 'read'])
  assert.deepEqual(await Promise.all([o.reviewer, o.section_head, o.recheck].map(count)), before)
})

test('R2 at once; readers added later stand behind, each once', async () => {
  const m = await matter()
  assert.deepEqual(await circulate(m, ['reviewer', 'section_head']), { sent: 2, already: 0 })
  assert.deepEqual((await states(m)).map(s => s[1]), ['sent', 'sent'])
  assert.deepEqual(await circulate(m, ['reviewer', 'recheck', 'drafter'], { way: 'in_order', order: 'given' }), { sent: 2, already: 1 })
  assert.deepEqual((await readings(m)).map(r => [r.who, r.state]).filter(r => r[1] === 'waiting').length, 1)
  assert.ok(await box(o.recheck, m))
})

test('R2 the absent are passed over and read later', async () => {
  const m = await matter()
  await circulate(m, ['reviewer', 'section_head', 'recheck'], { way: 'in_order', order: 'given' })
  const [first, second] = await readings(m)
  await o.reviewer.act(`/matters/${m}/watch`, { on: true })
  await o.section_head.refused(`/readings/${first.id}/skip`, {}, 404) // not his matter yet
  await o.drafter.refused(`/readings/${first.id}/skip`, {}, 403, 'reading.only_clerk')
  await o.doc_clerk.refused(`/readings/${second.id}/skip`, {}, 409, 'reading.not_sent')
  await o.doc_clerk.act(`/readings/${first.id}/skip`, {})
  await o.doc_clerk.refused(`/readings/${first.id}/skip`, {}, 409, 'reading.skipped')
  assert.deepEqual((await states(m)).map(s => s[1]), ['skipped', 'sent', 'waiting'])
  assert.ok(await box(o.reviewer, m), 'it stays on the desk of who was passed over')
  await read(o.section_head, m)
  await read(o.reviewer, m, '补阅。')
  const end = await readings(m)
  assert.deepEqual(end.map(r => [r.state, r.skipped]), [['read', true], ['read', false], ['sent', false]])
  await read(o.recheck, m)
  await o.doc_clerk.refused(`/readings/${first.id}/skip`, {}, 409, 'reading.read')
  await village.refused(`/readings/${first.id}/skip`, {}, 404)
  await village.refused('/readings/4711/skip', {}, 404)
  // who has given the posts to somebody else for these days is passed over without being asked
  const day = new Date(c.now() + 8 * 3600e3).toISOString().slice(0, 10)
  await o.reviewer.act('/delegations', { from_post: id('reviewer'), to_post: id('recheck'), from_on: day, until_on: day, mode: 'redirect', authorisation: '外出学习，委托办理' })
  const next = await matter()
  const order = await o.doc_clerk.rows(`/matters/${next}/reading_order?post_ids=${id('reviewer')},${id('section_head')}`)
  assert.deepEqual(order.filter(r => r.is_away).map(r => r.name), ['季思远'])
  await circulate(next, ['reviewer', 'section_head'], { way: 'in_order', order: 'given' })
  assert.deepEqual((await states(next)).map(s => s[1]), ['skipped', 'sent'])
})

test('R2 a reader proposes a reader; only the office adds one', async () => {
  const m = await matter()
  await circulate(m, ['section_head', 'recheck'], { way: 'in_order', order: 'given' })
  assert.equal((await o.section_head.read(`/matters/${m}`)).can.propose_reader, true)
  const at = `/matters/${m}/propose_reader`, body = { post_ids: [id('countersign_clerk')], reason: '涉及水利' }
  // another unit's real post, and one that is none
  const real = await o.section_head.refused(at, body, 400, 'reading.other_unit')
  const none = await o.section_head.refused(at, { ...body, post_ids: ['4711'] }, 400, 'reading.other_unit')
  assert.deepEqual([real.field, real.detail], [none.field, none.detail])
  await o.section_head.refused(at, { ...body, post_ids: [id('recheck')] }, 409, 'reading.has')
  await o.section_head.act(at, { post_ids: [id('reviewer')], reason: '其分管此项' })
  await o.section_head.refused(at, { post_ids: [id('reviewer')], reason: '再提' }, 409, 'reading.proposed')
  await village.refused(at, body, 404)
  // the clerk is told, sees and decides
  const told = await box(o.doc_clerk, m)
  assert.match(told.step, /^建议传阅：季思远/)
  const p = await o.doc_clerk.read(`/matters/${m}`)
  assert.deepEqual(p.proposals.map(x => [x.who, x.by, x.reason]), [['季思远', (await o.section_head.read('/me')).person.name, '其分管此项']])
  assert.deepEqual((await o.drafter.read(`/matters/${m}`)).proposals, [])
  const one = p.proposals[0].id
  await o.section_head.refused(`/reading_proposals/${one}/decide`, { add: true }, 403, 'reading.only_clerk')
  await village.refused(`/reading_proposals/${one}/decide`, { add: true }, 404)
  await o.doc_clerk.act(`/reading_proposals/${one}/decide`, { add: true })
  await o.doc_clerk.refused(`/reading_proposals/${one}/decide`, { add: false }, 409, 'reading.decided')
  const rows = (await readings(m)).filter(r => r.place)
  assert.deepEqual(rows.map(r => [r.who, r.state]).at(-1), ['季思远', 'waiting'], 'behind the others')
  // declined: no reader
  await o.section_head.act(at, { post_ids: [id('principal')], reason: '请市长阅' })
  const again = (await o.doc_clerk.read(`/matters/${m}`)).proposals[0]
  await o.doc_clerk.act(`/reading_proposals/${again.id}/decide`, { add: false })
  assert.ok(!(await readings(m)).some(r => r.who === '章启航'))
  // who neither reads nor works on it does not propose
  const other = await matter()
  await o.doc_clerk.refused(`/matters/${other}/propose_reader`, { post_ids: [id('reviewer')], reason: '请阅' }, 403, 'reading.only_reader')
})

test('P7 in order, too, a leader’s turn and reading are the office head’s to know', async () => {
  const m = await matter()
  await circulate(m, ['leader', 'reviewer'], { way: 'in_order' })
  const seen = (await readings(m, o.doc_clerk)).find(r => r.who === '贺青林')
  assert.deepEqual([seen.state, seen.sent_at, seen.read_at, seen.skipped], ['hidden', null, null, false])
  assert.equal((await readings(m)).find(r => r.who === '贺青林').state, 'sent')
})

test('R2 P8 opening is marked reader by reader, once; of a leader nobody outside the office learns it', async () => {
  const m = await matter()
  await circulate(m, ['section_head', 'leader'], { way: 'at_once' })
  const ofHead = (await readings(m, o.doc_clerk)).find(r => r.who === '骆文达' || !r.hidden && r.state === 'sent')
  const mine = async who => (await who.read(`/matters/${m}`)).readings.find(r => r.mine)
  const head = await mine(o.section_head), leader = await mine(o.leader)
  for (const x of [head.id, '4711']) await village.refused(`/readings/${x}/open`, {}, 404)
  assert.ok(ofHead && !head.opened_at)
  await o.section_head.act(`/readings/${head.id}/open`, {})
  const at = (await mine(o.section_head)).opened_at
  assert.ok(at)
  await o.section_head.act(`/readings/${head.id}/open`, {})
  assert.equal((await mine(o.section_head)).opened_at, at)
  await o.leader.act(`/readings/${leader.id}/open`, {})
  const drafter = await o.drafter.read(`/matters/${m}`)
  assert.ok(drafter.readings.find(r => r.id === head.id).opened_at)
  assert.equal(drafter.readings.find(r => r.id === leader.id).opened_at, null)
  assert.equal((await o.drafter.rows(`/matters/${m}/trace`)).filter(r => r.op === 'reading.open').length, 1)
})
