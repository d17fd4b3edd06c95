// M6: duty runs day and night. The roster is made, published and seen; a swap changes it; silence at the set
// hours is chased; a spot check is kept with its result; a report goes up level by level, each adding to it.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city, query, until } from './tongban.mjs'
import { office } from './modules_plays.mjs'
import { holdersOf } from './holders.mjs'

const c = await city()
let o = await office(c), h = holdersOf(c)
const { post } = o
const HOUR = 3600e3, DAY = 86400e3
const day = (n, at = c.now()) => new Date(at + 8 * HOUR + n * DAY).toISOString().slice(0, 10)
const moment = minutes => (Math.floor(c.now() / 60e3) + minutes) * 60e3
const unitOf = async account => (await (await h.as(account)).read('/me')).posts[0].unit.id
const nodes = p => p.current.map(x => x.node).sort()
const shift = (on, more = {}) => ({ on, shift: 'all', leader: post.youshining, officer: post.duty, second: post.drafter, ...more })
const roster = (rows, more = {}) => ({ period: { from: rows[0].on, to: rows.at(-1).on }, phone: '0736-7000110', shifts: rows, ...more })
const shifts = async (client, q, unit) => client.rows(`/things/duty_roster.shift?q=${q}${unit ? '&unit_id=' + unit : ''}`)
const words = s => [s.name, s.words.leader, s.words.officer, s.words.second ?? '']

test('the roster of a month: made, published, seen by the unit and by nobody else; a shift is set once', async () => {
  const rows = [0, 1, 2, 3].map(n => shift(day(n)))
  const bad = (change, field) => o.refused('duty_roster', { ...roster(rows), ...change }, field, { as: 'duty' })
  await bad({ shifts: [...rows, shift(day(9))] }, 'shifts')
  await bad({ shifts: [...rows, shift(day(1))] }, 'shifts')
  await bad({ shifts: [...rows, shift(day(1), { shift: 'night' })] }, 'shifts')
  await bad({ shifts: [shift(day(0), { officer: post.youshining }), ...rows.slice(1)] }, 'shifts')
  await bad({ shifts: rows.slice(0, 3) }, 'reasons.4') // a day that is nobody's
  await bad({ shifts: [...rows.slice(1), shift(day(0), { shift: 'day' })] }, 'reasons.4')
  await bad({ phone: 'abc' }, 'phone')
  const foreign = await h.post('town_clerk')
  await bad({ shifts: [shift(day(0), { officer: foreign }), ...rows.slice(1)] }, 'shifts.0.officer')
  assert.equal((await o.people.drafter.post('/matters', { module: 'duty_roster', form: roster(rows), hand_on: true })).status, 403)

  const matter = await o.start('duty_roster', roster(rows), { as: 'duty' })
  assert.deepEqual(await shifts(o.people.drafter, day(0)), [], 'not before it is published')
  const end = await o.play(matter, {}, o.people.duty)
  assert.deepEqual([end.seen.join(' '), end.state], ['approve', 'done'])
  await o.looks('duty_roster', matter, o.people.duty)
  const [today] = await shifts(o.people.drafter, day(0))
  assert.deepEqual(words(today).slice(0, 1), [`${day(0)} 全天`])
  assert.deepEqual([today.values.leader, today.values.officer, today.values.second, today.values.phone], [post.youshining, post.duty, post.drafter, '0736-7000110'])
  assert.equal((await shifts(o.people.drafter, day(0).slice(0, 4))).length, 4)
  const town = await h.as('town_clerk')
  for (const unit of [o.unit, '99999']) assert.equal((await town.get(`/things/duty_roster.shift?unit_id=${unit}`)).status, 404)
  assert.deepEqual(await town.rows('/things/duty_roster.shift'), [])

  const again = await o.start('duty_roster', roster([shift(day(3)), shift(day(4))]), { as: 'duty' })
  const at = await o.holder(again)
  const no = await o.people[at.name].post(`/items/${at.item.id}/complete`, { outcome: '同意' })
  assert.deepEqual([no.status, no.body.code], [409, 'thing.taken'])
  assert.deepEqual(await shifts(o.people.duty, day(4)), [], 'nothing of it was half published')
  await o.people[at.name].act(`/items/${at.item.id}/complete`, { outcome: '不同意', opinion: '重复' })
  assert.equal((await o.people.duty.read('/matters/' + again)).state, 'rejected')
})

test('two rosters approved at the same instant set a shift once', async () => {
  const made = []
  for (let i = 0; i < 2; i++) made.push(await o.start('duty_roster', roster([shift(day(20))]), { as: 'duty' }))
  const items = []
  for (const m of made) items.push(await o.holder(m))
  const done = await Promise.all(items.map(at => o.people[at.name].post(`/items/${at.item.id}/complete`, { outcome: '同意', opinion: '同意' })))
  assert.deepEqual(done.map(r => r.status).sort(), [200, 409], JSON.stringify(done.map(r => r.body)))
  assert.equal(done.find(r => r.status === 409).body.code, 'thing.taken')
  assert.equal((await shifts(o.people.duty, day(20))).length, 1)
})

test('a swap: asked, accepted by the other, approved; the roster has it', async () => {
  const thing = async n => (await shifts(o.people.drafter, day(n)))[0]
  const one = await thing(1)
  const form = { shift: one.id, place: 'second', taker: post.legal, reason: '出差' }
  const bad = (change, field, as = 'drafter') => o.refused('duty_swap', { ...form, ...change }, field, { as })
  await bad({ place: 'officer' }, 'place')
  await bad({}, 'place', 'finance')
  await bad({ taker: post.duty }, 'taker')
  await bad({ back: (await thing(2)).id }, 'back')
  await bad({ taker: await h.post('town_clerk') }, 'taker')
  const foreign = async shift => { const r = await (await h.as('town_clerk')).post('/matters', { module: 'duty_swap', form: { ...form, shift, taker: await h.post('town_office') }, hand_on: true }); return [r.status, r.body.code, r.body.field, r.body.detail] }
  assert.deepEqual(await foreign(form.shift), await foreign('99999'), 'another unit’s shift is as one that does not exist')
  assert.equal((await foreign(form.shift))[0], 400)

  const fired = await Promise.all([0, 1].map(() => o.people.drafter.post('/matters', { module: 'duty_swap', form, hand_on: true })))
  assert.deepEqual(fired.map(r => r.status).sort(), [201, 400], 'one at a time, also at the same instant')
  const matter = fired.find(r => r.status === 201).body.matter_id
  assert.deepEqual(nodes(await o.people.drafter.read('/matters/' + matter)), ['accept'])
  assert.equal((await thing(1)).values.second, post.drafter, 'nothing yet')
  const item = (await o.people.legal.read('/matters/' + matter)).my_item
  await o.people.legal.act(`/items/${item.id}/complete`, { outcome: '接受', opinion: '可以' })
  assert.equal((await thing(1)).values.second, post.drafter, 'nor before the office agrees')
  assert.equal((await o.play(matter)).state, 'done')
  await o.looks('duty_swap', matter, o.people.drafter)
  const now = await thing(1)
  assert.deepEqual([now.values.leader, now.values.officer, now.values.second], [post.youshining, post.duty, post.legal])
  assert.ok((await o.people.duty.rows(`/things/${now.id}/history`)).some(x => x.matter_id === matter))
  await bad({}, 'place') // not his any more

  // In exchange, by another road: declined first.
  const ask = { shift: (await thing(2)).id, place: 'second', taker: post.legal, back: now.id, reason: '对调' }
  const declined = await o.start('duty_swap', ask)
  const at = (await o.people.legal.read('/matters/' + declined)).my_item
  await o.people.legal.act(`/items/${at.id}/complete`, { outcome: '不接受', opinion: '不便' })
  assert.equal((await o.people.drafter.read('/matters/' + declined)).state, 'rejected')
  const both = await o.start('duty_swap', ask)
  assert.equal((await o.play(both, { accept: { outcome: '接受' } })).state, 'done')
  assert.deepEqual([(await thing(1)).values.second, (await thing(2)).values.second], [post.drafter, post.legal])
})

test('duty_check: of a unit below, with its result; what is wrong the unit explains', async () => {
  const county = await unitOf('county_clerk')
  const form = { unit_checked: county, checked_at: moment(-10), way: 'phone', found: 'on_post', who: '值班员' }
  const bad = (change, field) => o.refused('duty_check', { ...form, ...change }, field, { as: 'duty' })
  await bad({ checked_at: moment(10) }, 'checked_at')
  await bad({ found: 'late' }, 'note')
  await bad({ unit_checked: o.unit }, 'unit_checked')
  const up = await (await h.as('town_office')).post('/matters', { module: 'duty_check', form, hand_on: true })
  assert.deepEqual([up.status, up.body.field], [400, 'form.unit_checked'], 'nobody checks who is above')
  const fine = await o.start('duty_check', form, { as: 'duty' })
  assert.equal((await o.people.duty.read('/matters/' + fine)).state, 'done')
  const matter = await o.start('duty_check', { ...form, found: 'absent', who: null, note: '电话无人接听' }, { as: 'duty' })
  const [[child]] = query(c, `SELECT id FROM matter WHERE parent_id = ${matter}`)
  const [account] = h.of(child)
  const page = await (await h.as(account)).read('/matters/' + child)
  assert.deepEqual([page.form.values.found, page.form.values.note], ['absent', '电话无人接听'])
  assert.equal((await o.people.duty.get('/matters/' + child)).status, 404, 'the inside of the unit')
  await h.play(child, { plan: { explain: { form: { explanation: '线路故障，已修复。' } } } })
  const end = await o.play(matter, { settle: { form: { measure: 'mend' } } }, o.people.duty)
  assert.deepEqual([end.seen.join(' '), end.state], ['settle', 'done'])
  assert.deepEqual(end.page.print_sheet.rows.flat().find(x => x.place === '被查单位说明').opinions.map(x => x.text), ['线路故障，已修复。'])
  await o.looks('duty_check', matter, o.people.duty)
})

test('duty_report: from village to town, county and city; each adds, each tells its leaders, the answer comes back', async () => {
  const form = { kind: 'first', event_title: '山塘渗漏', occurred_at: moment(-20), phoned_at: moment(-10), place: '毛里湖镇', dead: '0', injured: '1', situation: '山塘坝脚渗水。' }
  const village = await h.as('village_clerk')
  const { matter_id } = await village.act('/matters', { module: 'duty_report', form, hand_on: true })
  const childOf = matter => query(c, `SELECT id, unit_id FROM matter WHERE parent_id = ${matter}`)[0]
  const due = matter => Number(query(c, `SELECT due_at FROM item WHERE matter_id = ${matter} AND node = 'duty'`)[0][0])
  assert.equal(due(matter_id), form.occurred_at + 60 * 60e3, 'in writing within sixty minutes')
  const step = (matter, body) => h.step(matter, body)
  await step(matter_id, { duty: { form: { additions: '村：已转移三户。' } } })
  assert.deepEqual(nodes(await village.read('/matters/' + matter_id)), ['above', 'duty_leader'], 'dealt with and reported at once')
  const units = [], chain = [matter_id]
  for (const add of ['镇：抢险队已到。', '县：已派专家。', '市：已通知水利局。']) {
    const [child, unit] = childOf(chain.at(-1))
    const [account] = h.of(child), who = await h.as(account)
    const page = await who.read('/matters/' + child)
    assert.equal(page.my_item.node, 'duty')
    assert.deepEqual([page.form.values.event_title, page.form.values.injured, page.form.values.situation], [form.event_title, '1', form.situation])
    assert.ok(Math.abs(due(child) - c.now() - 30 * 60e3) < 90e3, 'thirty natural minutes')
    await step(child, { duty: { form: { additions: page.form.values.additions + '\n' + add } } })
    units.push(query(c, `SELECT name FROM unit WHERE id = ${unit}`)[0][0])
    chain.push(child)
  }
  assert.match(units[0], /毛里湖镇/)
  assert.match(units[1], /津市/)
  assert.equal(chain.length, 4)
  assert.equal(childOf(chain[3]), undefined, 'the city is the top')
  const top = await o.people.duty.read('/matters/' + chain[3])
  assert.equal(top.form.values.additions, '村：已转移三户。\n镇：抢险队已到。\n县：已派专家。\n市：已通知水利局。')
  for (const other of chain.slice(0, 3)) assert.equal((await o.people.duty.get('/matters/' + other)).status, 404, 'the inside of each level')
  assert.equal((await village.get('/matters/' + chain[1])).status, 404)
  // From the top down: each answers, and the village is told.
  const plan = { duty_leader: { form: { reply: '全力抢险。' } }, bulletin_place: { form: { bulletin_no: '第1期' } }, bulletin: { form: { bulletin_no: '第1期' } } }
  for (const m of [...chain].reverse()) {
    if (m === matter_id) break
    assert.equal((await h.play(m, { plan })).state, 'done', m)
  }
  const readers = m => query(c, `SELECT DISTINCT a.account FROM reading r JOIN post t ON t.id = r.post_id JOIN account a ON a.person_id = t.person_id WHERE r.matter_id = ${m}`).map(r => r[0])
  assert.ok(readers(chain[3]).includes('mayor') || readers(chain[3]).length > 3, 'the leaders of the city: ' + readers(chain[3]))
  const party = query(c, `SELECT a.account FROM grant_ g JOIN account a ON a.person_id = g.person_id JOIN unit u ON u.id = g.unit_id WHERE u.name = '中共常德市委办公室' AND g.role = (SELECT role FROM grant_ g2 JOIN account a2 ON a2.person_id = g2.person_id WHERE a2.account = 'duty' AND g2.is_revoked = 0 AND g2.role IN (SELECT role FROM pool) LIMIT 1) AND g.is_revoked = 0`).map(r => r[0])
  if (party.length) assert.ok(party.some(a => readers(chain[3]).includes(a)), 'one entry serves both duty rooms')
  const mine = await village.read('/matters/' + matter_id)
  assert.deepEqual(mine.print_sheet.rows.flat().find(x => x.place === '上级值班室').opinions.map(x => x.text), ['全力抢险。'])
  await h.play(matter_id, { plan: { duty_leader: {}, bulletin: plan.bulletin } })
  assert.equal((await village.read('/matters/' + matter_id)).state, 'done')
})

test('duty_report: two final reports at the same instant, and one of them is refused', async () => {
  const form = { kind: 'first', event_title: '山体滑坡', occurred_at: moment(-20), phoned_at: moment(-10), place: '石门县', dead: '0', injured: '0', situation: '滑坡二百方。' }
  const first = await o.start('duty_report', form)
  const final = { ...form, phoned_at: null, first, measures: '已处置。', kind: 'final' }
  for (let i = 0; i < 3; i++) {
    const one = i ? await o.start('duty_report', form) : first
    const fired = await Promise.all(Array.from({ length: 4 }, () => o.people.drafter.post('/matters', { module: 'duty_report', form: { ...final, first: one }, hand_on: true })))
    assert.deepEqual(fired.map(r => r.status).sort(), [201, 400, 400, 400], JSON.stringify(fired.map(r => r.body)))
    for (const r of fired.filter(r => r.status === 400)) assert.equal(r.body.field, 'form.first')
    assert.equal((await o.people.drafter.read('/matters/' + fired.find(r => r.status === 201).body.matter_id)).form.values.first_no, (await o.people.drafter.read('/matters/' + one)).number)
  }
})

test('zero_report: at the set hours, chased by the duty room above when silent', async () => {
  const admin = await h.as('city_admin'), county = await unitOf('county_clerk')
  await admin.act('/modules/zero_report/switch', { unit_id: county, is_on: true })
  const [s] = (await admin.rows('/modules/zero_report/starts?unit_id=' + county)).sort((a, b) => a.next_at - b.next_at)
  assert.ok(['00:00', '09:00'].includes(new Date(s.next_at).toISOString().slice(11, 16)), 'at eight or at five')
  const rows = () => query(c, `SELECT id, state FROM matter WHERE module = 'zero_report' AND unit_id = ${county} ORDER BY id`)
  await c.later(s.next_at - c.now() + 60e3)
  o = await office(c); h = holdersOf(c)
  await until('it begins', () => rows().length === 1)
  const matter = rows()[0][0]
  assert.deepEqual(h.of(matter).length > 0, true, 'the duty room has it')
  const open = () => query(c, `SELECT node FROM item WHERE matter_id = ${matter} AND state IN ('ready', 'opened') ORDER BY node`).map(r => r[0])
  assert.deepEqual(open(), ['say'])
  await c.later(31 * 60e3)
  o = await office(c); h = holdersOf(c)
  await until('silent: it is chased', () => open().join() === 'chase,say')
  const page = await o.people.duty.read('/matters/' + matter)
  assert.equal(page.my_item.node, 'chase')
  assert.match(page.title, /^零报告：.*津市/)
  const account = query(c, `SELECT a.account FROM item i JOIN pool p ON p.id = i.owner_id JOIN grant_ g ON g.unit_id = p.unit_id AND g.role = p.role AND g.is_revoked = 0 JOIN account a ON a.person_id = g.person_id WHERE i.matter_id = ${matter} AND i.node = 'say'
    UNION SELECT a.account FROM item i JOIN post t ON t.id = i.owner_id JOIN account a ON a.person_id = t.person_id WHERE i.matter_id = ${matter} AND i.node = 'say'`)[0][0]
  const who = await h.as(account), item = (await who.read('/matters/' + matter)).my_item
  const no = await who.post(`/items/${item.id}/complete`, { outcome: '有情况', form: { officer: '王值班' } })
  assert.deepEqual([no.status, no.body.field], [400, 'form.situation'])
  await who.act(`/items/${item.id}/complete`, { outcome: '无情况', form: { officer: '王值班' } })
  assert.equal(rows()[0][1], 'done')
  assert.deepEqual(open(), [], 'nobody has to call any more')
  assert.equal((await (await h.as('town_clerk')).get('/matters/' + matter)).status, 404)
})
