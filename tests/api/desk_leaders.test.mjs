// Leaders are shielded: when a leader opened, read or decided is told to the office head, the leader
// and the secretary; to everybody else only the day of what was decided (OFFICE P7, P8).
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from './tongban.mjs'
import { officeOf } from './document_office.mjs'

const c = await city()
const o = await officeOf(c)
o.names = { office_head: (await o.office_head.read('/me')).person.name }
const secretary = await c.signIn('secretary')
const LEADER = '贺青林'
const isDay = at => (at + 8 * 3600e3) % 86400e3 === 0

/** Sent to the vice mayor, opened by him, decided. */
async function decided() {
  const d = await o.draft({ title: '常德市人民政府关于领导信息保护的通知' })
  await o.toOffice(d.matter_id)
  await o.done(o.office_head, d.matter_id, { outcome: 'to_leader', opinion: '呈审签', vars: o.signer() })
  const item = await o.todo(o.leader, d.matter_id)
  await o.leader.act(`/items/${item.id}/open`, {})
  return { ...d, item: item.id }
}
const traceOf = (client, matter) => client.rows(`/matters/${matter}/trace`)

test('P8 while a leader has it nobody outside learns that it was opened, or since when', async () => {
  const { matter_id } = await decided()
  for (const client of [o.drafter, o.section_head, o.reviewer, o.doc_clerk]) {
    const rows = await traceOf(client, matter_id).catch(() => null)
    if (!rows) continue
    assert.ok(!rows.some(r => r.actor === LEADER), JSON.stringify(rows.filter(r => r.actor === LEADER)))
    const p = await client.read(`/matters/${matter_id}`)
    assert.ok(p.current.every(x => x.shielded && !x.who && !x.since_at))
  }
  for (const client of [o.office_head, o.leader, secretary]) {
    const open = (await traceOf(client, matter_id)).find(r => r.op === 'item.open' && r.actor === LEADER)
    assert.ok(open && !open.day_only && !isDay(open.at))
  }
})

test('P8 what a leader decided is shown by its day; the others’ acts with their time', async () => {
  const { matter_id, item } = await decided()
  await o.leader.act(`/items/${item}/complete`, { opinion: '同意，呈章市长签发。' })
  const rows = await traceOf(o.drafter, matter_id)
  const his = rows.filter(r => r.actor === LEADER)
  assert.deepEqual(his.map(r => [r.op, r.day_only, isDay(r.at)]), [['item.complete', true, true]])
  const leaders = [LEADER, o.names.office_head] // the office head is one of the office's leadership too
  assert.ok(rows.filter(r => !leaders.includes(r.actor)).every(r => !r.day_only && !isDay(r.at)))
  const said = async client => (await client.read(`/matters/${matter_id}`)).sheet.flatMap(s => s.opinions).find(x => x.who === LEADER)
  assert.ok(isDay((await said(o.drafter)).at))
  assert.ok(!isDay((await said(o.office_head)).at))
  assert.ok(!isDay((await said(o.leader)).at))
  // page by page nothing is lost of the rest
  const all = []
  for (let after = ''; after !== null;) {
    const r = await o.drafter.read(`/matters/${matter_id}/trace?limit=2${after ? '&after=' + after : ''}`)
    all.push(...r.rows)
    after = r.after
  }
  assert.deepEqual(all.map(r => r.seq), rows.map(r => r.seq))
})

test('P7 whether and when a leader read a circulated paper is not on record for others', async () => {
  const { matter_id } = await o.drafter.act('/matters', { module: 'internal_request', title: '关于领导传阅的呈批', form: { content: '请批准' } })
  await o.doc_clerk.act(`/matters/${matter_id}/circulate`, { post_ids: [o.post.leader.id, o.post.reviewer.id] })
  const box = async client => (await client.rows('/items?box=to_read')).find(r => r.matter === matter_id)
  await o.leader.act(`/readings/${(await box(o.leader)).id}/read`, {})
  await o.reviewer.act(`/readings/${(await box(o.reviewer)).id}/read`, {})
  const readers = async client => (await traceOf(client, matter_id)).filter(r => r.op === 'reading.read').map(r => r.actor)
  assert.deepEqual(await readers(o.drafter), ['季思远'])
  assert.deepEqual(await readers(o.doc_clerk), ['季思远'])
  assert.deepEqual((await readers(o.office_head)).sort(), [LEADER, '季思远'].sort())
  const shown = (await o.doc_clerk.read(`/matters/${matter_id}`)).readings.find(r => r.who === LEADER)
  assert.equal(shown.hidden, true)
  assert.equal(shown.read_at, null)
})

test('P8 instructions and recorded words of a leader carry the day for the clerk', async () => {
  const unit = o.post.doc_clerk.unit.id
  const { matter_id, delivery_id } = await o.doc_clerk.act('/received', { unit_id: unit, issuer: '湖南省应急管理厅', number: '湘应急〔2026〕66号', title: '关于冬季值守的通知' })
  await o.done(o.doc_clerk, matter_id)
  await o.done(o.doc_clerk, matter_id, { outcome: 'accept' })
  await o.done(o.office_head, matter_id, { outcome: 'instruct', vars: { leaders: ['post:' + o.post.leader.id] } })
  const item = (await secretary.read(`/matters/${matter_id}`)).my_item
  await secretary.act(`/items/${item.id}/record_for`, { text: '请应急局牵头。', form: 'oral', said_at: Date.now() - 60_000, outcome: 'instruct' })
  const one = async client => (await client.rows(`/instructions?unit=${unit}`)).find(i => i.matter === matter_id)
  assert.ok(isDay((await one(o.doc_clerk)).at))
  assert.ok(!isDay((await one(o.office_head)).at))
  const d = async client => (await client.read(`/matters/${matter_id}`)).delivery
  assert.ok(isDay((await d(o.doc_clerk)).instructions[0].at) && isDay((await d(o.doc_clerk)).instructed))
  assert.ok(!isDay((await d(o.office_head)).instructions[0].at) && !isDay((await d(o.office_head)).instructed))
  assert.ok(isDay((await o.doc_clerk.read(`/deliveries/${delivery_id}`)).instructed))
  const rows = (await traceOf(o.doc_clerk, matter_id)).filter(r => r.acting_for === LEADER)
  assert.deepEqual(rows.map(r => [r.op, isDay(r.at)]), [['item.record_for', true]])
})

test('P8 a leader is not urged: the secretary has it to present, the leader’s row is calm', async () => {
  const { matter_id } = await decided()
  const row = async client => (await client.rows('/items?box=todo')).find(r => r.matter === matter_id)
  assert.equal((await o.page(o.drafter, matter_id)).can.urge, true)
  await o.drafter.act(`/matters/${matter_id}/urge`, {})
  assert.deepEqual([(await row(o.leader)).urges, (await row(o.leader)).overdue], [0, false])
  const hers = await row(secretary)
  assert.deepEqual([hers.urges, hers.for_leader, hers.capacity.acting_for], [1, true, LEADER])
  assert.equal((await o.page(o.drafter, matter_id)).can.urge, false)
  await o.drafter.refused(`/matters/${matter_id}/urge`, {}, 409, 'urge.too_soon')
  const told = (await traceOf(o.drafter, matter_id)).filter(r => r.op === 'matter.urge')
  assert.equal(told.length, 1)
})

test('P8 without a secretary the office head gets it to read, worded as a request, again and again', async () => {
  const { matter_id } = await o.drafter.act('/matters', { module: 'internal_request', title: '关于无秘书领导的呈批', form: { content: '请批准' } })
  const unit = o.post.drafter.unit.id
  const people = await o.drafter.rows(`/people?named_by=${unit}`)
  const secretaries = await o.drafter.rows(`/secretaries?unit=${people.find(p => p.post === o.post.leader.id).unit_id}`).catch(() => [])
  const alone = people.find(p => p.is_leader && p.unit_id !== unit && !['贺青林', '章启航'].includes(p.name) && !secretaries.some(s => s.from_post === p.post) && p.contact && !p.contact.name)
  if (!alone) return assert.fail('the demo has a leader without a secretary')
  await o.done(o.drafter, matter_id)
  await o.done(o.section_head, matter_id, { vars: { leaders: ['post:' + alone.post] } })
  await o.drafter.act(`/matters/${matter_id}/urge`, {})
  const box = async () => (await o.office_head.rows('/items?box=to_read')).find(r => r.matter === matter_id)
  const asked = await box()
  assert.match(asked.step, /^呈请/)
  await o.office_head.act(`/readings/${asked.id}/read`, {})
  assert.equal(await box(), undefined)
})

test('B9 nobody urges himself, as holder, secretary or one of a pool', async () => {
  const { matter_id } = await o.drafter.act('/matters', { module: 'internal_request', title: '关于自己催办的呈批', form: { content: '请批准' } })
  assert.equal((await o.page(o.drafter, matter_id)).can.urge, false)
  await o.drafter.refused(`/matters/${matter_id}/urge`, {}, 409, 'urge.own')
  const d = await decided()
  for (const client of [o.leader, secretary]) {
    assert.equal((await o.page(client, d.matter_id)).can.urge, false)
    await client.refused(`/matters/${d.matter_id}/urge`, {}, 409, 'urge.own')
  }
  const unit = o.post.doc_clerk.unit.id
  const paper = await o.doc_clerk.act('/received', { unit_id: unit, issuer: '湖南省水利厅', number: '湘水〔2026〕55号', title: '关于自催的通知' })
  await o.doc_clerk.refused(`/matters/${paper.matter_id}/urge`, {}, 409, 'urge.own')
})
