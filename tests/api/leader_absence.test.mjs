// M5 请假 and 报备 of leaders: whose leave is agreed to by whom, level by level; what is only filed, and with
// whom; who presides meanwhile; what the two principals of a place may not do together; 销假. P8, S30.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city, query } from './tongban.mjs'
import { holdersOf } from './holders.mjs'

const c = await city()
const h = holdersOf(c)
const WATER = '常德市水利局', GOVERNMENT = '常德市人民政府'
const day = n => new Date(c.now() + 8 * 3600e3 + n * 86400e3).toISOString().slice(0, 10)
const deputy = h.account('陈晓沅', WATER), secretary = h.head('中共常德市委员会'), county = h.head('津市市人民政府')
const form = (kind, acting, a = 5, b = 8) => ({ kind, reason: '赴省里开会', destination: '长沙', trip: { from: day(a), to: day(b) }, acting_head: h.post(acting), contact: '13900001111' })
const ask = async (account, form, more = {}) => (await (await h.as(account)).act('/matters', { module: 'leader_absence', form, hand_on: true, ...more })).matter_id
const back = n => ({ back: { form: { returned_on: day(n) } } })
const presides = matter => query(c, `SELECT a.account, x.kind FROM stand_in s JOIN acting x ON x.id = s.acting_id JOIN account a ON a.person_id = x.to_person WHERE s.matter_id = ${matter} AND s.ended_at IS NULL`)
const isAway = matter => query(c, `SELECT count(*) FROM absence WHERE matter_id = ${matter} AND is_void = 0`)[0][0] !== '0'

test('M5 a deputy of a bureau asks its head; the bureau’s own office checks and closes', async () => {
  const matter = await ask(deputy, form('leave', 'countersign_head'))
  assert.deepEqual((await h.play(matter, { plan: back(8) })).seen, ['duty anhan', 'principal countersign_head', `back ${deputy}`, 'closed anhan'])
  const filed = await ask(deputy, form('filing', 'countersign_head', 20, 21))
  assert.deepEqual((await h.play(filed, { plan: back(21) })).seen, ['duty anhan', `back ${deputy}`, 'closed anhan'])
})

test('M5 the head of a bureau: vice mayor in charge, the city’s duty room, the mayor; a deputy presides', async () => {
  const matter = await ask('countersign_head', form('leave', deputy))
  assert.deepEqual((await h.play(matter, { until: 'above_head' })).seen, ['above_leader leader', 'above_duty duty'])
  assert.deepEqual(h.of(matter), ['principal'])
  assert.equal(isAway(matter), false, 'not agreed yet')
  assert.deepEqual((await h.play(matter, { until: 'back' })).seen, ['above_head principal'])
  assert.deepEqual(presides(matter), [[deputy, '4']])
  assert.ok(isAway(matter))
  assert.deepEqual((await h.play(matter, { plan: back(7) })).seen, ['back countersign_head', 'above_closed duty'])
  assert.deepEqual(presides(matter), [])
})

test('M5 his filing is filed by the city’s duty room; vice mayor and mayor read it; nobody agrees', async () => {
  const matter = await ask('countersign_head', form('filing', deputy, 12, 13))
  assert.deepEqual((await h.play(matter, { until: 'back' })).seen, ['above_filed duty'])
  for (const account of ['leader', 'principal']) assert.ok((await (await h.as(account)).rows('/items?box=to_read')).some(r => r.matter === matter), account)
  assert.deepEqual((await h.play(matter, { plan: back(13) })).seen, ['back countersign_head', 'above_closed duty'])
})

test('S30 P8 what went up is seen by those it went to; the bureau learns no moment of a city leader', async () => {
  const matter = await ask('countersign_head', form('leave', deputy, 24, 25))
  assert.deepEqual(h.of(matter), ['leader'])
  await (await h.as('leader')).act(`/items/${(await h.item('leader', matter)).id}/open`, {})
  const vice = '贺青林'
  for (const account of ['countersign_head', 'anhan']) {
    const seen = await (await h.as(account)).get('/matters/' + matter)
    if (seen.status === 200) assert.ok(seen.body.current.every(x => x.shielded && !JSON.stringify(x).includes(vice)), account + JSON.stringify(seen.body.current))
    else assert.equal(seen.status, 404)
  }
  assert.ok((await (await h.as('countersign_head')).rows(`/matters/${matter}/trace`)).every(r => r.op !== 'item.open'))
  for (const account of ['emergency_head', 'county_clerk', 'drafter', 'duty']) {
    const [seen, absent] = await Promise.all([matter, '9007199254740993'].map(async id => (await h.as(account)).get('/matters/' + id)))
    assert.deepEqual([seen.status, seen.body.code], [absent.status, absent.body.code], account)
  }
  const refused = { above_leader: { outcome: '不同意' } }
  assert.deepEqual(await h.play(matter, { plan: refused }), { seen: ['above_leader leader'], state: 'rejected' })
})

test('M5 a vice mayor: the office handles, the mayor agrees; who presides is of the government, not of the office', async () => {
  const leader = await h.as('leader')
  const wrong = await leader.post('/matters', { module: 'leader_absence', form: form('leave', 'office_head'), hand_on: true })
  assert.deepEqual([wrong.status, wrong.body.field], [400, 'form.acting_head'])
  const matter = await ask('leader', form('leave', 'shiqingyuan'))
  assert.deepEqual((await h.play(matter, { plan: back(8) })).seen, ['above_duty duty', 'above_head principal', 'back leader', 'above_closed duty'])
  const filed = await ask('leader', form('filing', 'shiqingyuan', 15, 16))
  assert.deepEqual((await h.play(filed, { until: 'back' })).seen, ['above_filed duty'])
  assert.ok((await (await h.as('principal')).rows('/items?box=to_read')).some(r => r.matter === filed))
})

let mayors
test('M5 the mayor asks the secretary by the Party committee’s office; a vice mayor presides', async () => {
  const matter = mayors = await ask('principal', form('leave', 'shiqingyuan', 30, 33))
  const seen = (await h.play(matter, { until: 'back' })).seen
  assert.deepEqual(seen, ['above_duty zhongqiqiong', `above_head ${secretary}`])
  assert.deepEqual(presides(matter), [['shiqingyuan', '4']])
})

test('M5 the two principals of the city not away together, or somebody says why', async () => {
  const who = await h.as(secretary)
  const [[other]] = query(c, `SELECT a.account FROM post t JOIN account a ON a.person_id = t.person_id JOIN unit u ON u.id = t.unit_id WHERE u.name = '中共常德市委员会' AND t.is_leader = 1 AND a.account NOT IN ('${secretary}', 'principal') ORDER BY t.sort_key`)
  const body = { module: 'leader_absence', form: { ...form('filing', other, 32, 34), acting_head: query(c, `SELECT t.id FROM post t JOIN account a ON a.person_id = t.person_id JOIN unit u ON u.id = t.unit_id WHERE a.account = '${other}' AND u.name = '中共常德市委员会'`)[0][0] }, hand_on: true }
  const both = await who.post('/matters', body)
  assert.deepEqual([both.status, both.body.field], [400, 'reasons.2'])
  // 书记's level above is not on this platform: registered by the office, and the card says so
  const leave = await who.post('/matters', { ...body, form: { ...body.form, kind: 'leave', trip: { from: day(40), to: day(42) } } })
  assert.deepEqual([leave.status, leave.body.field], [400, 'reasons.3'])
  assert.match(leave.body.detail, /不在本平台/)
  const matter = (await who.act('/matters', { ...body, form: { ...body.form, kind: 'leave', trip: { from: day(40), to: day(42) } }, reasons: { 3: '省委办公厅已批准' } })).matter_id
  assert.deepEqual((await h.play(matter, { plan: back(42) })).seen, ['top zhongqiqiong', `back ${secretary}`, 'closed zhongqiqiong'])
  assert.deepEqual((await h.play(mayors, { plan: back(33) })).seen, ['back principal', 'above_closed zhongqiqiong'])
})

test('M5 a county’s head of government: the city’s duty room and the mayor; with a city leader in charge of the county, he first', async () => {
  const [[vice]] = query(c, `SELECT t.id FROM post t JOIN unit u ON u.id = t.unit_id WHERE u.name = '津市市人民政府' AND t.title = '常务副市长'`)
  const matter = await ask(county, { ...form('leave', county), acting_head: vice })
  assert.deepEqual((await h.play(matter, { plan: back(8) })).seen, ['above_duty duty', 'above_head principal', `back ${county}`, 'above_closed duty'])
  const admin = await h.as('city_admin')
  const [[area]] = query(c, `SELECT id FROM unit WHERE name = '津市市'`)
  await admin.act('/in-charge', { leader_post: h.post('shiqingyuan'), unit_id: area, from_on: day(0) })
  const second = await ask(county, { ...form('leave', county, 12, 13), acting_head: vice })
  assert.deepEqual((await h.play(second, { until: 'above_head' })).seen, ['above_leader shiqingyuan', 'above_duty duty'])
})

test('M5 the head of a town asks the county, the head of a village its town', async () => {
  const town = await ask('town_secretary', form('leave', 'town_handler'))
  const seen = (await h.play(town, { until: 'back' })).seen
  assert.equal(seen.map(s => s.split(' ')[0]).join(' '), 'above_leader above_duty above_head')
  assert.equal(seen[2], `above_head ${county}`)
  const village = await ask('village_head', form('filing', 'village_clerk'))
  const filed = (await h.play(village, { until: 'back' })).seen
  assert.equal(filed.length, 1)
  const [[unit]] = query(c, `SELECT count(*) FROM grant_ g JOIN account a ON a.person_id = g.person_id JOIN account o ON o.account = 'town_office' JOIN grant_ og ON og.person_id = o.person_id AND og.unit_id = g.unit_id WHERE a.account = '${filed[0].split(' ')[1]}'`)
  assert.notEqual(unit, '0', `${filed[0]} is of the town`)
})

test('B24 a bureau’s major matter goes up when its head says so: office of the government, the vice mayor in charge, back to the bureau', async () => {
  const asks = [{ ask: '请批准启用应急资金' }]
  const form = { matter_title: '水库险情处置', kind: 'request', field: 'safety', happened_on: day(0), situation: '坝体渗漏。', asks, proposal: '先行加固' }
  const matter = (await (await h.as('countersign_handler')).act('/matters', { module: 'major_matter_report', form, hand_on: true })).matter_id
  const road = (await h.play(matter, { plan: { principal: { outcome: '报上级' } }, until: 'above_office' })).seen.map(s => s.split(' ')[0])
  assert.deepEqual(road, ['section', 'leader', 'principal'])
  assert.deepEqual(h.of(matter), ['office_head'])
  await h.step(matter)
  const item = await h.item('leader', matter), leader = await h.as('leader')
  const silent = await leader.post(`/items/${item.id}/complete`, { opinion: '同意。' })
  assert.deepEqual([silent.status, silent.body.field], [400, 'form.reply'], 'a request gets an answer')
  const rest = (await h.play(matter, { plan: { above_leader: { form: { reply: '同意启用。' } } } })).seen
  assert.deepEqual(rest, ['above_leader leader', 'office anhan'])
})
