// Matters that nobody begins by hand: start events with a timer or a message (FLOW §3). With two nodes
// (PostgreSQL) and over restarts each turn begins one matter a unit.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city, query, until } from './tongban.mjs'
import { install } from './module_kit.mjs'
import { begin, chain, done, end, messageEvent, node, page, people, process, put, user } from './flow_kit.mjs'

const c = await city()
const DAY = 86400e3, HOUR = 3600e3
let who
const signIn = async () => { who = await people(c, ['drafter', 'office_head', 'doc_clerk', 'town_clerk', 'unit_admin', 'city_admin']) }
await signIn()
const later = async ms => { await c.later(ms); await signIn() }
const day = at => new Date(at + 8 * HOUR).toISOString().slice(0, 10)
const at = (d, time) => Date.parse(`${d}T${time}:00+08:00`)
const timerStart = (id, kind, rule) => node('startEvent', id, '', `<timerEventDefinition><${kind}>${rule}</${kind}></timerEventDefinition>`)
const rows = key => query(c, `SELECT unit_id, id FROM matter WHERE module = '${key}' ORDER BY id`)
const starts = async (key, client = who.city_admin, unit) => client.rows(`/modules/${key}/starts${unit ? '?unit_id=' + unit : ''}`)
const mine = async client => (await client.read('/me')).posts[0].unit.id
/** A module that the clerk of a unit fills in when its time has come. */
const report = (rule, kind = 'timeCycle') => process(timerStart('daily', kind, rule) + user('fill', { assign: 'role(doc_clerk)' }) + end + chain('daily', 'fill', 'end'))
const module = (name, more = {}) => ({ name, tier: 'unit', title: `"${name} " + string(day)`, steps: { fill: { edit: ['day', 'text'] } },
  fields: [{ name: 'day', label: '日期', type: 'date', default: 'today()' }, { name: 'text', label: '情况', type: 'text', required: true }], ...more })
const settled = async () => { await until('no turn waits', () => query(c, 'SELECT count(*) FROM flow_turn')[0][0] === '0') }
const unit = await mine(who.doc_clerk)

test('each working day at half past eight, in the units that switched it on, once and as the system', async () => {
  const first = day(c.now() + DAY)
  await install(c, 't_zero', module('零报告'), report(`R/${first}T08:30/1wd`))
  const [s] = await starts('t_zero')
  assert.deepEqual([s.node, s.kind, s.rule, s.turns_left, s.waiting], ['daily', 'timer', `R/${first}T08:30/1wd`, -1, 0])
  assert.equal(new Date(s.next_at).toISOString().slice(11, 16), '00:30')
  assert.ok(s.next_at > c.now())
  await who.unit_admin.act('/modules/t_zero/switch', { unit_id: unit, is_on: true })
  await later(s.next_at - c.now() - HOUR)
  assert.deepEqual(rows('t_zero'), [], 'not yet')
  await later(HOUR + 60e3)
  await until('it begins', () => rows('t_zero').length === 1)
  await settled()
  assert.deepEqual(rows('t_zero').map(r => r[0]), [unit], 'only who switched it on')
  const [, matter] = rows('t_zero')[0]
  const p = await page(who.doc_clerk, matter)
  assert.equal(p.title, `零报告 ${day(c.now())}`)
  assert.deepEqual(p.current.map(x => x.node), ['fill'])
  const [entry] = await who.doc_clerk.rows(`/matters/${matter}/trace`)
  assert.equal(entry.op, 'matter.start')
  assert.equal(query(c, `SELECT count(*) FROM trace WHERE stream = ${matter} AND seq = 1 AND person_id IS NOT NULL`)[0][0], '0', 'the system')
  await who.doc_clerk.refused(`/items/${p.my_item.id}/complete`, {}, 400)
  await done(who.doc_clerk, matter, { form: { text: '平安' } })
  assert.equal((await page(who.doc_clerk, matter)).state, 'done')
  await who.drafter.refused('/matters', { module: 't_zero' }, 403)
})

test('what was missed while the program stood still is made up for by one; a restart begins none twice', async () => {
  const had = rows('t_zero').length
  await later(9 * DAY)
  await until('one for all of them', () => rows('t_zero').length > had)
  await settled()
  await later(1000)
  await settled()
  assert.equal(rows('t_zero').length, had + 1)
  const [s] = await starts('t_zero')
  assert.ok(s.next_at > c.now() && s.next_at < c.now() + 12 * DAY)
})

test('a new version replaces the schedule; the same rule goes on; without the timer it ends', async () => {
  const [was] = await starts('t_zero')
  await install(c, 't_zero', module('零报告'), report(was.rule).replace('name="fill"', 'name="填报"'))
  assert.equal((await starts('t_zero'))[0].next_at, was.next_at)
  const soon = new Date(c.now() + HOUR + 8 * HOUR).toISOString().slice(0, 16)
  await install(c, 't_zero', module('零报告'), report(`R2/${soon}/P1D`))
  let [s] = await starts('t_zero')
  assert.equal(s.turns_left, 2)
  assert.equal(s.next_at, at(soon.slice(0, 10), soon.slice(11)))
  const had = rows('t_zero').length
  await later(2 * HOUR)
  await until('the first of two', () => rows('t_zero').length === had + 1)
  await later(DAY)
  await until('the second', () => rows('t_zero').length === had + 2)
  ;[s] = await starts('t_zero')
  assert.deepEqual([s.next_at, s.turns_left], [null, 0])
  await later(3 * DAY)
  await settled()
  assert.equal(rows('t_zero').length, had + 2)
  await install(c, 't_zero', module('零报告', { start: 'anyone' }), process(begin + user('fill') + end + chain('begin', 'fill', 'end')))
  assert.deepEqual(await starts('t_zero'), [])
})

test('switching it off ends it; one moment is one turn', async () => {
  await install(c, 't_off', module('值班报告'), report('R/PT1H'))
  await who.unit_admin.act('/modules/t_off/switch', { unit_id: unit, is_on: true })
  assert.equal((await starts('t_off', who.unit_admin, unit))[0].is_on, true)
  await later(HOUR + 60e3)
  await until('on', () => rows('t_off').length === 1)
  await who.unit_admin.act('/modules/t_off/switch', { unit_id: unit, is_on: false })
  const [s] = await starts('t_off', who.unit_admin, unit)
  assert.deepEqual([s.is_on, s.next_at], [false, null])
  await later(3 * HOUR)
  await settled()
  assert.equal(rows('t_off').length, 1)
  const once = day(c.now() + 2 * DAY)
  await install(c, 't_once', module('一次性报告', { tier: 'unit' }), report(once, 'timeDate'))
  await who.unit_admin.act('/modules/t_once/switch', { unit_id: unit, is_on: true })
  assert.equal((await starts('t_once'))[0].next_at, at(once, '00:00'))
  await later(3 * DAY)
  await until('once', () => rows('t_once').length === 1)
  await later(3 * DAY)
  await settled()
  assert.equal(rows('t_once').length, 1)
  assert.equal((await starts('t_once'))[0].next_at, null)
})

test('a module of the whole city begins in every unit that works here', async () => {
  await install(c, 't_city', module('全市零报告', { tier: 'city' }), report('R1/PT1H'))
  await later(HOUR + 60e3)
  await until('all of them', () => Number(query(c, "SELECT count(*) FROM unit WHERE kind = 'unit' AND closed_on IS NULL AND by_paper = 0")[0][0]) === rows('t_city').length)
  await settled()
  assert.equal(new Set(rows('t_city').map(r => r[0])).size, rows('t_city').length)
})

test('another unit’s list is answered as for a unit that does not exist', async () => {
  const other = await mine(who.town_clerk)
  const no = (await who.unit_admin.get(`/modules/t_city/starts?unit_id=${other}`))
  const none = (await who.unit_admin.get('/modules/t_city/starts?unit_id=999999999999'))
  assert.deepEqual([no.status, no.body.code], [none.status, none.body.code])
  assert.equal(no.status, 404)
  assert.equal((await who.drafter.get('/modules/t_city/starts')).status, 403)
})

test('a calendar that changes moves the turn that is next', async () => {
  await install(c, 't_day', module('工作日报'), report('R/1wd'))
  const [s] = await starts('t_day')
  await who.city_admin.act('/calendar/days', { day_on: day(s.next_at), is_work: false, name: '台风停工' })
  const [moved] = await starts('t_day')
  assert.ok(moved.next_at >= s.next_at + DAY - 60e3)
  await who.city_admin.act('/calendar/days/reset', { day_on: day(s.next_at) })
  assert.equal((await starts('t_day'))[0].next_at, s.next_at)
})

test('a message that nobody waits for begins a matter in the sender’s unit, its fields filled in', async () => {
  const note = [{ name: 'topic', label: '事由', type: 'text' }, { name: 'sum', label: '金额', type: 'money' }, { name: 'due_on', label: '期限', type: 'date' }]
  const map = '<extensionElements><oa:in source="topic" target="what"/><oa:in source="sum" target="sum"/><oa:in source="due_on" target="due_on"/></extensionElements>'
  await put(c, 'm_send', note, process(begin + user('fill') +
    node('intermediateThrowEvent', 'say', 'oa:message="m_flood" oa:correlation="topic"', map + '<messageEventDefinition/>') + end + chain('begin', 'fill', 'say', 'end')))
  const take = '<extensionElements><oa:out source="what" target="topic"/><oa:out source="sum" target="sum"/><oa:out source="due_on" target="due_on"/></extensionElements>'
  await install(c, 'm_begin', { name: '应急处置', tier: 'city', title: '"处置：" + topic', fields: note, steps: { react: { edit: ['topic', 'sum'] } } },
    process(node('startEvent', 'called', 'oa:message="m_flood"', take + '<messageEventDefinition/>') + user('react', { assign: 'role(doc_clerk)' }) +
      messageEvent('intermediateCatchEvent', 'more', 'm_flood', 'topic') + user('again', { assign: 'role(doc_clerk)' }) + end + chain('called', 'react', 'more', 'again', 'end')))
  const send = async (topic, form = {}) => done(who.drafter, (await who.drafter.act('/matters', { module: 'm_send', title: topic, form: { topic, ...form } })).matter_id)
  await send('河道漫水', { sum: '1200.50', due_on: '2027-01-31' })
  await until('begun', () => rows('m_begin').length === 1)
  const [at, first] = rows('m_begin')[0]
  assert.equal(at, unit)
  const p = await page(who.doc_clerk, first)
  assert.equal(p.title, '处置：河道漫水')
  assert.deepEqual([p.form.values.topic, p.form.values.sum, p.form.values.due_on], ['河道漫水', '1200.5', '2027-01-31'])
  assert.equal(query(c, "SELECT count(*) FROM flow_message WHERE name = 'm_flood'")[0][0], '0', 'taken is gone')
  // now one waits for the same topic: it is told, and no second one begins
  await done(who.doc_clerk, first)
  await send('河道漫水')
  await until('told', async () => (await page(who.doc_clerk, first)).current.some(x => x.node === 'again'))
  assert.equal(rows('m_begin').length, 1)
  // another topic is another matter
  await send('山体滑坡')
  await until('a second', () => rows('m_begin').length === 2)
  const [s] = await starts('m_begin')
  assert.deepEqual([s.kind, s.message, s.next_at], ['message', 'm_flood', null])
})

test('§3 a message that is addressed begins the matter in that unit, with the sender’s name; decimals are exact', async () => {
  const fields = [{ name: 'topic', label: '事由', type: 'text' }, { name: 'sum', label: '金额', type: 'number', decimals: 4 }, { name: 'helper', label: '协办单位', type: 'unit', within: 'city' }]
  const map = '<extensionElements><oa:in source="topic" target="what"/><oa:in source="sum + 0.0001" target="sum"/><oa:in source="helper" target="to_unit"/></extensionElements>'
  await put(c, 'm_ask', fields, process(begin + user('fill') + node('intermediateThrowEvent', 'say', 'oa:message="m_help"', map + '<messageEventDefinition/>') + end + chain('begin', 'fill', 'say', 'end')))
  const take = '<extensionElements><oa:out source="what" target="topic"/><oa:out source="sum" target="sum"/></extensionElements>'
  await install(c, 'm_help', { name: '协助办理', tier: 'unit', title: '"协助：" + topic', fields: fields.slice(0, 2) },
    process(node('startEvent', 'called', 'oa:message="m_help" oa:correlation="to_unit"', take + '<messageEventDefinition/>') + user('react', { assign: 'role(doc_clerk)' }) + end + chain('called', 'react', 'end')))
  const there = await mine(who.town_clerk)
  const ask = async (topic, helper) => done(who.drafter, (await who.drafter.act('/matters', { module: 'm_ask', title: topic, form: { topic, helper, sum: '12345678901234.8901' } })).matter_id)
  await ask('借用冲锋舟', there)
  await until('it is on its way', () => query(c, "SELECT count(*) FROM flow_message WHERE name = 'm_help'")[0][0] === '1')
  const [[sent]] = query(c, "SELECT vars FROM flow_message WHERE name = 'm_help'")
  assert.deepEqual(JSON.parse(sent).sum, { number: '12345678901234.8902' })
  assert.deepEqual(rows('m_help'), [], 'not in the sender’s unit, and not before the other uses it')
  await who.city_admin.act('/modules/m_help/switch', { unit_id: there, is_on: true })
  await later(11 * 60e3)
  await until('begun there', () => rows('m_help').length === 1)
  const [at, matter] = rows('m_help')[0]
  assert.equal(at, there)
  const p = await page(who.town_clerk, matter)
  assert.deepEqual([p.title, p.form.values.sum], ['协助：借用冲锋舟', '12345678901234.8902'])
  const [row] = (await who.town_clerk.rows('/items?box=todo')).filter(r => r.matter === matter)
  assert.equal(row.from_unit, (await who.drafter.read('/me')).posts[0].unit.name)
  // the sender's people do not see it: it is the other unit's
  const no = await who.doc_clerk.get('/matters/' + matter), none = await who.doc_clerk.get('/matters/999')
  assert.deepEqual([no.status, no.body.detail], [404, none.body.detail])
  // addressed to nobody it waits, and begins nowhere
  await ask('没有对象', null)
  await until('tried', () => Number(query(c, "SELECT max(begin_at) FROM flow_message WHERE name = 'm_help'")[0][0]) > c.now())
  assert.equal(rows('m_help').length, 1)
  const [s] = await starts('m_help')
  assert.deepEqual([s.kind, s.message, s.rule], ['message', 'm_help', 'to_unit'])
})

test('a unit that does not use the module begins nothing: the message waits until it is switched on', async () => {
  const flow = process(node('startEvent', 'called', 'oa:message="m_quiet"', '<messageEventDefinition/>') + user('react', { assign: 'role(doc_clerk)' }) + end + chain('called', 'react', 'end'))
  await install(c, 'm_quiet', { name: '可选处置', tier: 'unit', fields: [{ name: 'note', label: '说明', type: 'text' }] }, flow)
  await put(c, 'm_quiet_send', [], process(begin + user('fill') + messageEvent('endEvent', 'end', 'm_quiet') + chain('begin', 'fill', 'end')))
  await done(who.drafter, (await who.drafter.act('/matters', { module: 'm_quiet_send', title: '试' })).matter_id)
  await put(c, 'm_city_send', [], process(begin + user('fill') + messageEvent('endEvent', 'end', 'm_flood') + chain('begin', 'fill', 'end')))
  await done(who.drafter, (await who.drafter.act('/matters', { module: 'm_city_send', title: '试' })).matter_id)
  await until('the other one was dealt with', () => rows('m_begin').length === 3)
  assert.equal(rows('m_quiet').length, 0)
  await who.unit_admin.act('/modules/m_quiet/switch', { unit_id: unit, is_on: true })
  await until('now', () => rows('m_quiet').length === 1)
})

test('the check: a rule that is none, a start without a person, a step of a starter who is not there', async () => {
  const check = async (flow, more) => (await install(c, 't_bad', module('检查', more), flow, { bad: true })).report
  for (const [kind, rule] of [['timeCycle', 'R/PT5M'], ['timeCycle', 'R0/P1D'], ['timeCycle', 'R/1wd/1wd'], ['timeDate', 'tomorrow'], ['timeDuration', 'P1DT2H'], ['timeCycle', '0 30 8 * * ?']]) {
    const e = (await check(report(rule, kind))).errors.find(x => x.code === 'flow.start_timer')
    assert.ok(e, rule)
    assert.deepEqual([e.file, e.line, e.element], ['flow.bpmn', 4, 'daily'])
    for (const k of ['message', 'message_en', 'todo', 'todo_en']) assert.ok(e[k].length > 5, k)
  }
  assert.ok((await check(report('R/P1D'), { start: 'anyone' })).errors.some(x => x.code === 'module.no_plain_start'))
  const nobody = await check(report('R/P1D').replace('role(doc_clerk)', 'starter'))
  const w = nobody.warnings.find(x => x.code === 'module.nobody_started')
  assert.deepEqual([w.file, w.element], ['flow.bpmn', 'fill'])
})
