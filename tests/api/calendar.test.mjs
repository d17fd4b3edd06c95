// The working calendar and what it does to deadlines. (B10; FLOW 5.12; STANDARDS K1; OFFICE P8)
import test from 'node:test'
import assert from 'node:assert/strict'
import { city, until } from './tongban.mjs'

const c = await city()
const [admin, drafter, head, office, reviewer] = await Promise.all(
  ['city_admin', 'drafter', 'section_head', 'office_head', 'reviewer'].map(a => c.signIn(a)))
const year = y => drafter.read('/calendar?year=' + y)
const day = at => new Date(at + 8 * 3600e3).toISOString().slice(0, 10)
const clockTime = at => new Date(at + 8 * 3600e3).toISOString().slice(11, 16)
const start = async (client, title) => (await client.act('/matters', { module: 'internal_request', title, form: { content: '请批准' } })).matter_id
const todo = async (client, matter) => (await client.rows('/items?box=todo')).find(r => r.matter === matter)
const done = async (client, matter, body = {}) => client.act(`/items/${(await todo(client, matter)).id}/complete`, body)
const trace = async (matter, op) => (await drafter.rows(`/matters/${matter}/trace`)).filter(t => t.op === op)
const nextDay = text => day(Date.parse(text + 'T12:00:00+08:00') + 86400e3)

test('K1 the public list is there; a year without data says so', async () => {
  const y = await year(2026)
  assert.equal(y.is_known, true)
  assert.equal(y.work_days, 248)
  assert.ok(y.days.some(d => d.day_on === '2026-10-01' && !d.is_work))
  assert.ok(y.days.some(d => d.is_work), 'make-up days are there')
  const far = await year(2040)
  assert.equal(far.is_known, false)
  assert.equal(y.hours[0].afternoon_to, '17:30')
  assert.equal((await drafter.get('/calendar?year=26')).status, 400)
})

test('only the city changes it, and what is malformed is named', async () => {
  assert.equal((await year(2026)).can_change, false)
  for (const [at, body] of [['/calendar/days', { day_on: '2040-01-02', is_work: false, name: '元旦' }],
    ['/calendar/import', { year: 2040, text: '2040-01-01,off,元旦' }], ['/calendar/days/reset', { day_on: '2040-01-02' }],
    ['/calendar/hours', { from_on: '2040-05-01', morning_from: '08:00', morning_to: '12:00', afternoon_from: '15:00', afternoon_to: '18:00' }]])
    await drafter.refused(at, body, 403)
  assert.equal((await admin.refused('/calendar/days', { day_on: '2040-13-02', is_work: false, name: '元旦' }, 400)).field, 'day_on')
  assert.equal((await admin.refused('/calendar/hours', { from_on: '2040-05-01', morning_from: '8点', morning_to: '12:00', afternoon_from: '15:00', afternoon_to: '18:00' }, 400, 'calendar.time')).field, 'morning_from')
  assert.equal((await admin.refused('/calendar/hours', { from_on: '2040-05-01', morning_from: '08:00', morning_to: '12:00', afternoon_from: '11:00', afternoon_to: '18:00' }, 400, 'calendar.hours')).field, 'afternoon_from')
  const bad = await admin.refused('/calendar/import', { year: 2040, text: 'date,kind,name\n2040-01-01,off,元旦\n2041-01-02,off,元旦\n2040-01-03,休,元旦\n2040-01-01,off,元旦' }, 400, 'calendar.lines')
  assert.equal(bad.field, 'text')
  for (const n of [3, 4, 5]) assert.match(bad.detail, new RegExp(`第 ${n} 行`))
  assert.equal((await year(2040)).is_known, false, 'nothing was imported')
})

test('a year is imported again and again; a single day goes back to the public list', async () => {
  await admin.act('/calendar/import', { year: 2040, text: 'date,kind,name\n2040-01-01,off,元旦\n2040-01-02,off,元旦' })
  await admin.act('/calendar/import', { year: 2040, text: '2040-01-02,off,元旦' })
  assert.deepEqual((await year(2040)).days.map(d => d.day_on), ['2040-01-02'])
  await admin.act('/calendar/days', { day_on: '2026-10-01', is_work: true, name: '防汛值守' })
  assert.equal((await year(2026)).days.find(d => d.day_on === '2026-10-01').source, 'city')
  await admin.act('/calendar/days/reset', { day_on: '2026-10-01' })
  const back = (await year(2026)).days.find(d => d.day_on === '2026-10-01')
  assert.equal(back.is_work, false)
  assert.equal(back.source, 'program')
})

test('5.12 a changed calendar counts open deadlines again, and the record says so', async () => {
  const matter = await start(drafter, '关于期限重算的呈批')
  await done(drafter, matter, { opinion: '请审核' })
  const first = (await todo(head, matter)).due_at
  assert.equal(clockTime(first), '17:30')
  await admin.act('/calendar/days', { day_on: day(first), is_work: false, name: '台风停工' })
  const moved = await until('the deadline moved', async () => { const at = (await todo(head, matter)).due_at; return at > first && at })
  assert.ok(day(moved) > day(first))
  assert.equal((await trace(matter, 'item.recount')).length, 1)
  await admin.act('/calendar/hours', { from_on: nextDay(day(first)), morning_from: '08:00', morning_to: '12:00', afternoon_from: '14:30', afternoon_to: '18:00' })
  await until('the hours moved it too', async () => clockTime((await todo(head, matter)).due_at) === '18:00')
  await admin.act('/calendar/days/reset', { day_on: day(first) })
  await until('and back', async () => day((await todo(head, matter)).due_at) === day(first))
})

test('5.6 a transferred item keeps its deadline', async () => {
  const matter = await start(drafter, '关于转办的呈批')
  await done(drafter, matter, { opinion: '请审核' })
  const item = await todo(head, matter)
  const to = (await reviewer.read('/me')).posts[0].id
  await c.later(2 * 3600e3)
  const h = await c.signIn('section_head'), r = await c.signIn('reviewer')
  await h.act(`/items/${item.id}/transfer`, { to_post: to, reason: '外出' })
  assert.equal((await todo(r, matter)).due_at, item.due_at)
})

test('B9 5.12 what is overdue is urged by the clock, once a working day; the holder sees it red', async () => {
  const [d, h] = await Promise.all(['drafter', 'section_head'].map(a => c.signIn(a)))
  const matter = await start(d, '关于超期催办的呈批')
  await done(d, matter, { opinion: '请审核' })
  assert.equal((await todo(h, matter)).overdue, false)
  await c.later(5 * 86400e3)
  const again = await c.signIn('section_head')
  const row = await until('urged', async () => { const r = await todo(again, matter); return r && r.urges > 0 && r })
  assert.equal(row.overdue, true)
  assert.equal(row.urges, 1)
  const told = (await (await c.signIn('drafter')).rows(`/matters/${matter}/trace`)).filter(t => t.op === 'item.overdue')
  assert.equal(told.length, 1)
  assert.equal((await todo(again, matter)).state, 'ready', 'nothing was decided for anybody')
})

test('P8 an overdue step of a leader: the office hears, never the leader', async () => {
  const [d, h] = await Promise.all(['drafter', 'section_head'].map(a => c.signIn(a)))
  const matter = await start(d, '关于领导审批超期的呈批')
  await done(d, matter, { opinion: '请审核' })
  const leader = await c.signIn('leader')
  const post = (await leader.read('/me')).posts[0].id
  await done(h, matter, { opinion: '拟同意', vars: { leaders: ['post:' + post] } })
  assert.ok(await todo(leader, matter))
  await c.later(9 * 86400e3)
  const [l, d2, s] = await Promise.all(['leader', 'drafter', 'secretary'].map(a => c.signIn(a)))
  const asked = await until('the secretary is asked', async () => { const r = await todo(s, matter); return r && r.urges > 0 && r })
  assert.equal(asked.for_leader, true)
  const his = await todo(l, matter)
  assert.deepEqual([his.urges, his.overdue], [0, false])
  const told = (await d2.rows(`/matters/${matter}/trace`)).filter(t => t.op === 'item.overdue')
  assert.ok(told.length >= 1)
  for (const t of told) assert.doesNotMatch(JSON.stringify(t), new RegExp(post))
})
