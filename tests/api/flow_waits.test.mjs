// What a flow waits for, through the real server: timers, messages, signals, called processes. With
// two nodes (PostgreSQL) everything still happens once. (FLOW §3, 5.12, 5.13; C11 C12)
import test from 'node:test'
import assert from 'node:assert/strict'
import { city, query, until } from './tongban.mjs'
import { begin, boundary, chain, current, done, end, messageEvent, node, ops, people, process, put, state, timer, todo, user } from './flow_kit.mjs'

const c = await city()
const DAY = 86400e3
let who
const signIn = async () => { who = await people(c, ['drafter', 'office_head', 'doc_clerk', 'town_clerk', 'city_admin']) }
await signIn()
const later = async ms => { await c.later(ms); await signIn() }
const start = async (module, form = {}, client = who.drafter) => (await client.act('/matters', { module, title: module, form })).matter_id
const count = async (matter, op) => (await ops(who.drafter, matter)).filter(x => x === op).length
const mine = () => who.drafter

test('timers on a step: one that reminds beside it, one that takes it away', async () => {
  await put(c, 'w_timer', [], process(begin + user('fill') + user('check', { assign: 'role(office_head)' }) +
    boundary('soon', 'check', timer('P2D'), false) + boundary('over', 'check', timer('P5D')) +
    user('remind', { assign: 'role(doc_clerk)' }) + user('late') + end + node('endEvent', 'end2') +
    chain('begin', 'fill', 'check', 'end') + chain('soon', 'remind', 'end2') + chain('over', 'late', 'end')))
  const a = await start('w_timer'), b = await start('w_timer')
  await done(mine(), a)
  await done(mine(), b)
  assert.deepEqual(await current(mine(), a), ['check'])
  await later(3 * DAY)
  await until('the reminder came', async () => (await current(mine(), a)).includes('remind'))
  assert.deepEqual(await current(mine(), a), ['check', 'remind'])
  await done(who.office_head, b) // in time: its second timer never fires
  await until('b too', async () => (await current(mine(), b)).includes('remind'))
  await done(who.doc_clerk, b)
  assert.equal(await state(mine(), b), 'done')
  await later(3 * DAY)
  await until('too late', async () => (await current(mine(), a)).includes('late'))
  assert.deepEqual(await current(mine(), a), ['late', 'remind'])
  assert.equal(await todo(who.office_head, a), undefined)
  assert.equal(await count(a, 'flow.timer'), 2, 'each once, whatever the number of nodes')
  await done(mine(), a)
  await done(who.doc_clerk, a)
  assert.equal(await state(mine(), a), 'done')
  assert.equal(await count(b, 'flow.timer'), 1)
  assert.deepEqual(query(c, `SELECT count(*) FROM flow_timer WHERE matter_id IN (${a}, ${b})`), [['0']])
})

test('an intermediate timer, and a choice between a message and time', async () => {
  await put(c, 'w_pause', [{ name: 'ref', label: '编号', type: 'text' }], process(begin + user('fill') +
    node('intermediateCatchEvent', 'rest', '', timer('P1D')) + node('eventBasedGateway', 'either') +
    messageEvent('intermediateCatchEvent', 'came', 'w_answer', 'ref') + node('intermediateCatchEvent', 'silence', '', timer('P3D')) +
    user('answered') + user('unanswered') + end +
    chain('begin', 'fill', 'rest', 'either', 'came', 'answered', 'end') + chain('either', 'silence', 'unanswered', 'end')))
  await put(c, 'w_send', [{ name: 'ref', label: '编号', type: 'text' }], process(begin + user('fill') +
    messageEvent('intermediateThrowEvent', 'say', 'w_answer', 'ref') + end + chain('begin', 'fill', 'say', 'end')))
  const [a, b] = [await start('w_pause', { ref: 'one' }), await start('w_pause', { ref: 'two' })]
  for (const m of [a, b]) await done(mine(), m)
  assert.deepEqual(await current(mine(), a), [])
  // sent before anybody waits for it: kept, and taken by the one whose key it is
  const s = await start('w_send', { ref: 'two' })
  await done(mine(), s)
  assert.equal(await state(mine(), s), 'done')
  await later(2 * DAY)
  await until('the kept message', async () => (await current(mine(), b)).includes('answered'))
  assert.deepEqual(await current(mine(), a), [], 'another key is another’s')
  assert.deepEqual(query(c, "SELECT count(*) FROM flow_message WHERE name = 'w_answer'"), [['0']], 'taken is gone')
  await later(4 * DAY)
  await until('silence', async () => (await current(mine(), a)).includes('unanswered'))
  for (const m of [a, b]) await done(mine(), m)
  assert.equal(await state(mine(), a), 'done')
  assert.equal(await count(b, 'flow.message'), 1)
})

test('of two that wait for one message the elder gets it; after 30 days it is forgotten', async () => {
  const wait = () => start('w_wait', { ref: 'k' })
  await put(c, 'w_wait', [{ name: 'ref', label: '编号', type: 'text' }], process(begin + user('fill') +
    node('receiveTask', 'listen', 'oa:message="w_answer" oa:correlation="ref"') + user('go_on') + end + chain('begin', 'fill', 'listen', 'go_on', 'end')))
  const [a, b] = [await wait(), await wait()]
  await done(mine(), a)
  await done(mine(), b)
  await done(mine(), await start('w_send', { ref: 'k' }))
  await until('one of them', async () => (await current(mine(), a)).length === 1)
  assert.deepEqual([await current(mine(), a), await current(mine(), b)], [['go_on'], []])
  await done(mine(), await start('w_send', { ref: 'nobody' }))
  await done(mine(), await start('w_send', { ref: 'soon' }))
  assert.deepEqual(query(c, "SELECT count(*) FROM flow_message WHERE name = 'w_answer'"), [['2']])
  await later(29 * DAY)
  const last = await start('w_wait', { ref: 'soon' })
  await done(mine(), last)
  await until('kept for 29 days and delivered', async () => (await current(mine(), last)).length === 1)
  await done(mine(), last)
  await later(2 * DAY)
  await until('forgotten', () => query(c, "SELECT count(*) FROM flow_message WHERE name = 'w_answer'")[0][0] === '0')
  await done(mine(), await start('w_send', { ref: 'k' }))
  await until('the other', async () => (await current(mine(), b)).length === 1)
  for (const m of [a, b]) await done(mine(), m)
})

test('a signal reaches everyone who waits when it is sent, and nobody later', async () => {
  const signals = '<signal id="s" name="w_all_clear"/>', event = '<signalEventDefinition signalRef="s"/>'
  await put(c, 'w_listen', [], process(begin + user('fill') + node('intermediateCatchEvent', 'hear', '', event) + user('heard') + end + chain('begin', 'fill', 'hear', 'heard', 'end'), signals))
  await put(c, 'w_call', [], process(begin + user('fill') + node('intermediateThrowEvent', 'shout', '', event) + end + chain('begin', 'fill', 'shout', 'end'), signals))
  const all = [await start('w_listen'), await start('w_listen'), await start('w_listen')]
  for (const m of all.slice(0, 2)) await done(mine(), m)
  await done(mine(), await start('w_call'))
  for (const m of all.slice(0, 2)) await until('heard', async () => (await current(mine(), m)).includes('heard'))
  await until('settled', () => query(c, "SELECT count(*) FROM flow_message WHERE kind = 'signal'")[0][0] === '0')
  await done(mine(), all[2])
  assert.deepEqual(await current(mine(), all[2]), [])
  await done(mine(), await start('w_call'))
  await until('the third', async () => (await current(mine(), all[2])).includes('heard'))
})

test('a called process: what goes in, what comes back, and its end with the caller’s', async () => {
  await put(c, 'w_child', [{ name: 'topic', label: '题目', type: 'text' }, { name: 'spare', label: '其他', type: 'text' }],
    process(begin + user('judge', { assign: 'role(doc_clerk)' }) + end + chain('begin', 'judge', 'end')))
  await put(c, 'w_parent', [{ name: 'topic', label: '题目', type: 'text' }], process(begin + user('fill') +
    node('callActivity', 'ask', 'calledElement="w_child"', '<extensionElements><oa:in source="topic" target="topic"/></extensionElements>') +
    user('after') + end + chain('begin', 'fill', 'ask', 'after', 'end')))
  const a = await start('w_parent', { topic: '防汛' })
  await done(mine(), a)
  assert.deepEqual(await current(mine(), a), [])
  const child = (await who.doc_clerk.rows('/items?box=todo')).find(r => r.title === 'w_parent' && r.matter !== a)
  assert.ok(child, 'the called process is a matter of its own')
  await done(who.doc_clerk, child.matter)
  assert.deepEqual(await current(mine(), a), ['after'])
  await done(mine(), a)
  assert.equal(await state(mine(), a), 'done')
  // the caller ends: so does what it called
  const b = await start('w_parent', { topic: '防汛' })
  await done(mine(), b)
  const other = (await who.doc_clerk.rows('/items?box=todo')).find(r => r.title === 'w_parent' && r.matter !== b)
  await mine().act(`/matters/${b}/cancel`, { reason: '不需要了' })
  assert.equal(await todo(who.doc_clerk, other.matter), undefined)
  assert.equal(await state(who.doc_clerk, other.matter), 'void')
  await who.doc_clerk.refused(`/items/${other.id}/complete`, {}, 409)
})

test('B10 consent on a signature is never the clock’s: refused with line and what to do', async () => {
  const said = await c.operator('module.install', { key: 'w_auto', module: JSON.stringify({ name: '自动签发', tier: 'city', start: 'anyone', fields: [{ name: 'note', label: '说明', type: 'text' }] }),
    bpmn: process(begin + user('fill') + '\n' + user('check', { assign: 'role(office_head)', sheet: '签发', due: '1wd', overdue: 'auto:agree' }) + end + chain('begin', 'fill', 'check', 'end')) })
  const e = said.report.errors.find(x => x.code === 'flow.auto_agreement')
  assert.deepEqual([e.file, e.line, e.element], ['flow.bpmn', 5, 'check'])
  for (const k of ['message', 'message_en', 'todo', 'todo_en']) assert.ok(e[k].length > 5, k)
  assert.match(e.todo, /urge/)
  assert.equal(said.report.ok, false)
})

test('5.12 a changed calendar counts open timers again, on the record; what went on after a pause stays', async () => {
  await put(c, 'w_days', [], process(begin + user('fill') + user('check', { assign: 'role(office_head)' }) + boundary('over', 'check', timer('3wd')) + user('late') + end +
    chain('begin', 'fill', 'check', 'end') + chain('over', 'late', 'end')))
  const day = at => new Date(at + 8 * 3600e3).toISOString().slice(0, 10)
  const fires = m => Number(query(c, `SELECT fire_at FROM flow_timer WHERE matter_id = ${m}`)[0][0])
  const [a, b] = [await start('w_days'), await start('w_days')]
  for (const m of [a, b]) await done(mine(), m)
  await who.office_head.act(`/matters/${b}/suspend`, { reason: '等文件' })
  await who.office_head.act(`/matters/${b}/resume`, { reason: '文件到' })
  const [first, fixed] = [fires(a), fires(b)]
  await who.city_admin.act('/calendar/days', { day_on: day(first), is_work: false, name: '台风停工' })
  await until('the timer moved', () => fires(a) > first)
  assert.ok(day(fires(a)) > day(first))
  assert.equal(await count(a, 'flow.recount'), 1)
  await who.city_admin.act('/calendar/days/reset', { day_on: day(first) })
  await until('and back', () => fires(a) === first)
  assert.equal(fires(b), fixed)
  assert.equal(await count(b, 'flow.recount'), 0)
  await later(first - c.now() + 60e3)
  await until('it fires', async () => (await current(mine(), a)).includes('late'))
})
