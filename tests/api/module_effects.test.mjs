// D8 D12 D13 M5 X4: registers of things, exclusive bookings, approvals used once, absences with a
// stand-in that ends by itself. (DESIGN §7)
import test from 'node:test'
import assert from 'node:assert/strict'
import { city, query, until } from './tongban.mjs'
import { bpmn, done, install, todo } from './module_kit.mjs'

const c = await city()
const accounts = ['drafter', 'section_head', 'finance', 'office_head', 'doc_clerk', 'logistics', 'unit_admin', 'town_clerk', 'town_office', 'leader', 'secretary', 'legal', 'duty', 'principal']
let who = {}
const signIn = async () => { for (const a of accounts) who[a] = await c.signIn(a) }
await signIn()
const me = async a => (await who[a].read('/me')).posts[0]
const office = (await me('drafter')).unit.id, town = (await me('town_clerk')).unit.id
const posts = Object.fromEntries(await Promise.all(accounts.map(async a => [a, (await me(a)).id])))
const HOUR = 3600_000, DAY = 24 * HOUR
const day = n => new Date(c.now() + 8 * HOUR + n * DAY).toISOString().slice(0, 10)
const at = (n, hour) => Date.parse(day(n) + 'T00:00:00+08:00') + hour * HOUR

const steps = (second, third) => [['fill', '填写', { assign: 'starter' }], ['check', '审核', { assign: second, returnTo: 'any' }], ...(third ? [third] : [])]
const approve = bpmn(steps('starter.section_head'), { check: [['同意', 'end', 'outcome = "同意"'], ['不同意', 'end']] })

await install(c, 'car_use', {
  name: '用车', tier: 'city', start: 'anyone', group: 'affairs', title: '"用车：" + place',
  fields: [
    { name: 'place', label: '目的地', type: 'text', required: true, list: true },
    { name: 'span', label: '使用时间', type: 'moment_range', step_minutes: 15, max_hours: 72, required: true },
    { name: 'car', label: '车辆', type: 'thing', thing: 'car', read_only: true },
    { name: 'riders', label: '人数', type: 'number', decimals: 0, default: '1' },
  ],
  steps: { assign: { edit: ['car'], require: ['car'] } },
  rules: [{ when: 'riders > car.seats', message: '乘车人数超过核定座位', at: ['assign'], field: 'car' }],
  things: [{ key: 'car', name: '公务车辆', keeper: 'vehicle_keeper', fields: [
    { name: 'plate', label: '车牌', type: 'text', pattern: 'plate', required: true }, { name: 'seats', label: '座位', type: 'number', decimals: 0, required: true }] }],
  bookings: [{ thing_field: 'car', from: 'span.from', to: 'span.to', at: 'assign' }],
}, bpmn([['fill', '填写', { assign: 'starter' }], ['assign', '派车', { assign: 'role(vehicle_keeper)', returnTo: 'any' }], ['drive', '出车回报', { assign: 'starter', ops: 'complete,send_back,cancel,terminate' }]],
  { assign: [['派车', 'drive', 'outcome = "派车"'], ['无车', 'end']] }))
await install(c, 'car_return', {
  name: '用车回报', tier: 'city', start: 'anyone', fields: [
    { name: 'basis', label: '用车审批', type: 'matter', module: 'car_use' }, { name: 'place', label: '目的地', type: 'text' }, { name: 'km', label: '里程', type: 'number' }],
  requires: [{ field: 'basis', module: 'car_use', state: 'done', once: true, same: { place: 'place' } }],
}, approve)
await install(c, 'trip_leave', {
  name: '外出请假', tier: 'city', start: 'anyone', title: 'starter.name + "外出"', fields: [
    { name: 'trip', label: '时间', type: 'date_range', required: true }, { name: 'deputy', label: '代办人', type: 'post', within: 'unit' }],
  effects: [
    { at: 'done', kind: 'absence', who: 'starter', from: 'trip.from', to: 'trip.to', label: 'trip' },
    { at: 'done', kind: 'stand_in', post_field: 'deputy', from: 'trip.from', to: 'trip.to' }],
}, bpmn(steps('role(office_head)'), { check: [['同意', 'end', 'outcome = "同意"'], ['不同意', 'fill']] }))
await install(c, 'leave_end', {
  name: '销假', tier: 'city', start: 'anyone', fields: [{ name: 'basis', label: '请假', type: 'matter', module: 'trip_leave' }],
  requires: [{ field: 'basis', module: 'trip_leave' }], effects: [{ at: 'done', kind: 'absence_end', of: 'basis' }],
}, bpmn([['fill', '填写', { assign: 'starter' }]]))
await install(c, 'asset_buy', {
  name: '资产购置', tier: 'city', start: 'anyone', fields: [
    { name: 'items', label: '资产', type: 'table', min_rows: 1, columns: [{ name: 'what', label: '名称', type: 'text', required: true }, { name: 'price', label: '单价', type: 'money', required: true }] }],
  things: [{ key: 'asset', name: '固定资产', keeper: 'asset_keeper', fields: [
    { name: 'what', label: '名称', type: 'text', required: true }, { name: 'price', label: '原值', type: 'money' }, { name: 'user', label: '使用人', type: 'text' }] }],
  effects: [{ at: 'done', kind: 'thing_add', thing: 'asset', rows: 'items', set: { what: 'what', price: 'price', user: 'starter.name', state: '"in_use"' } }],
}, approve)
await install(c, 'asset_scrap', {
  name: '资产处置', tier: 'city', start: 'anyone', fields: [{ name: 'asset', label: '资产', type: 'thing', thing: 'asset_buy.asset', required: true }, { name: 'why', label: '原因', type: 'text', required: true }],
  rules: [{ when: 'asset.state = "disposed"', message: '已经处置过', field: 'asset' }],
  effects: [{ at: 'done', kind: 'thing_state', thing_field: 'asset', set: { state: '"disposed"', user: '""' }, when: 'why != "误填"' }],
}, approve)

const start = (a, module, form, more = {}) => who[a].act('/matters', { module, title: '某事', form, hand_on: true, ...more })
const yes = (a, matter, more = {}) => done(who[a], matter, { outcome: '同意', ...more })
const state = async (a, matter) => (await who[a].read('/matters/' + matter)).state
const cars = {}

test('D12 a register is its keeper’s; a mistake is named; another unit sees nothing', async () => {
  const add = form => ['/things/car_use.car', { form }]
  cars.one = (await who.logistics.act(...add({ plate: '湘J00001', seats: '5' }))).thing_id
  cars.two = (await who.logistics.act(...add({ plate: '湘J00002', seats: '7' }))).thing_id
  await who.drafter.refused(...add({ plate: '湘J00003', seats: '5' }), 403, 'thing.not_keeper')
  for (const [form, code, field] of [[{ seats: '5' }, 'input.required', 'form.plate'], [{ plate: 'x', seats: '5' }, 'form.plate', 'form.plate'],
    [{ plate: '湘J00003', seats: '5', color: 'red' }, 'input.unknown', 'form.color'], [{ plate: '湘J00003', seats: '1.5' }, 'form.whole', 'form.seats']]) {
    const p = await who.logistics.refused(...add(form), 400, code)
    assert.equal(p.field, field)
  }
  await who.logistics.refused('/things/car_use.boat', { form: {} }, 404, 'not_found')
  await who.logistics.refused('/things/car', { form: {} }, 404, 'not_found')
  await who.logistics.refused('/things/car_use.car', { unit_id: town, form: {} }, 404, 'not_found')
  const rows = await who.drafter.rows('/things/car_use.car?limit=1')
  assert.deepEqual(rows.map(r => [r.name, r.values.seats, r.may_change]), [['湘J00001', '5', false], ['湘J00002', '7', false]])
  await who.logistics.act(`/things/${cars.one}/change`, { form: { seats: '4' }, rev: 1 })
  await who.logistics.refused(`/things/${cars.one}/change`, { form: { seats: '6' }, rev: 1 }, 409, 'thing.stale')
  await who.logistics.refused(`/things/${cars.one}/change`, { state: 'In Use' }, 400, 'thing.state')
  for (const a of ['town_clerk']) {
    assert.equal((await who[a].get('/things/car_use.car?unit_id=' + office)).status, 404)
    assert.deepEqual(await who[a].rows('/things/car_use.car'), [])
    for (const path of ['history', 'bookings']) assert.equal((await who[a].get(`/things/${cars.one}/${path}`)).status, 404)
    await who[a].refused(`/things/${cars.one}/change`, { form: {} }, 404, 'not_found')
    await who[a].refused(`/things/${cars.one}/retire`, { reason: 'x' }, 404, 'not_found')
  }
  await who.drafter.refused(`/things/${cars.one}/retire`, { reason: '卖了' }, 403, 'thing.not_keeper')
  const old = (await who.logistics.act(...add({ plate: '湘J00009', seats: '5' }))).thing_id
  await who.logistics.act(`/things/${old}/retire`, { reason: '报废' })
  await who.logistics.refused(`/things/${old}/retire`, { reason: '报废' }, 409, 'thing.retired')
  assert.ok(!(await who.drafter.rows('/things/car_use.car')).some(r => r.id === old))
  assert.ok((await who.drafter.rows('/things/car_use.car?retired=1')).some(r => r.id === old))
  assert.deepEqual((await who.drafter.rows(`/things/${cars.one}/history`)).map(r => [r.op, r.who]), [['change', '车国良'], ['create', '车国良']])
  assert.deepEqual((await who.drafter.rows('/things/car_use.car?q=' + encodeURIComponent('湘J00002'))).map(r => r.id), [cars.two])
})

const ask = async (n, from, to, more = {}) => (await start('drafter', 'car_use', { place: '石门县', span: { from: at(n, from), to: at(n, to) }, ...more })).matter_id
const assign = async (matter, car) => {
  const item = await todo(who.logistics, matter)
  return who.logistics.post(`/items/${item.id}/complete`, { outcome: '派车', form: { car } })
}

test('D8 a car is given once at a time; the calendar shows it; an end releases it', async () => {
  const first = await ask(3, 9, 12), second = await ask(3, 11, 14), third = await ask(3, 12, 13)
  assert.equal((await assign(first, cars.one)).status, 200)
  const taken = await assign(second, cars.one)
  assert.deepEqual([taken.status, taken.body.code, taken.body.field], [409, 'booking.taken', 'form.car'])
  assert.match(taken.body.detail, /湘J00001/)
  assert.match(taken.body.detail, /09:00/)
  assert.equal((await assign(third, cars.one)).status, 200, 'from noon on it is free')
  assert.equal((await assign(second, cars.two)).status, 200, 'another car')
  let rows = await who.drafter.rows(`/things/${cars.one}/bookings?from=${at(3, 0)}&to=${at(4, 0)}`)
  assert.deepEqual(rows.map(r => [r.from_at, r.to_at, r.who, r.matter_id]), [[at(3, 9), at(3, 12), '温晓川', first], [at(3, 12), at(3, 13), '温晓川', third]])
  assert.equal((await who.drafter.rows(`/bookings/car_use.car?from=${at(3, 0)}&to=${at(4, 0)}`)).length, 3)
  const [hidden] = await who.legal.rows(`/things/${cars.one}/bookings?from=${at(3, 0)}&to=${at(4, 0)}`)
  assert.deepEqual([hidden.matter_id, hidden.title, hidden.who], [null, null, '温晓川'], 'what for is told to who may see it')
  const item = await todo(who.drafter, first)
  await who.drafter.act(`/items/${item.id}/terminate`, { reason: '行程取消' })
  assert.equal(await state('drafter', first), 'rejected')
  const again = await ask(3, 9, 12)
  assert.equal((await assign(again, cars.one)).status, 200, 'released')
  const crowd = await ask(5, 9, 10, { riders: '6' })
  const full = await assign(crowd, cars.one)
  assert.deepEqual([full.body.code, full.body.field], ['form.rule', 'form.car'], 'the thing’s own fields in a rule')
  assert.equal((await assign(crowd, '99')).body.code, 'ref.thing')
  assert.equal((await assign(crowd, cars.two)).status, 200)
})

test('D8 of fifty at once exactly one gets the car', async () => {
  const ids = await Promise.all(Array.from({ length: 50 }, () => ask(6, 8, 18)))
  const items = Object.fromEntries((await who.logistics.rows('/items?box=todo')).map(r => [r.matter, r.id]))
  const results = await Promise.all(ids.map(id => who.logistics.post(`/items/${items[id]}/complete`, { outcome: '派车', form: { car: cars.two } })))
  const won = results.filter(r => r.status === 200)
  assert.equal(won.length, 1, JSON.stringify(results.map(r => r.body.code)))
  assert.ok(results.every(r => r.status === 200 || r.body.code === 'booking.taken'), JSON.stringify(results.map(r => r.body)))
  assert.equal((await who.drafter.rows(`/things/${cars.two}/bookings?from=${at(6, 0)}&to=${at(7, 0)}`)).length, 1)
})

let approvals
test('D13 nothing is used without an approval, and each is used once', async () => {
  const use = (basis, more = {}) => ['/matters', { module: 'car_return', title: '回报', form: { basis, place: '石门县', ...more } }]
  const running = await ask(8, 9, 10)
  await who.drafter.refused('/matters', { module: 'car_return', title: '回报', form: { place: '石门县' } }, 400, 'input.required')
  for (const basis of ['99', (await start('drafter', 'asset_buy', { items: [{ what: 'x', price: '1' }] })).matter_id]) await who.drafter.refused(...use(basis), 400, 'ref.matter')
  let p = await who.drafter.refused(...use(running), 400, 'requires.not_approved')
  assert.equal(p.field, 'form.basis')
  const finish = async hour => { const id = await ask(9, hour, hour + 1); await assign(id, cars.one); await done(who.drafter, id); return id }
  approvals = [await finish(9), await finish(11)]
  await who.drafter.refused(...use(approvals[0], { place: '别处' }), 400, 'requires.differs')
  assert.deepEqual((await who.drafter.rows('/modules/car_return/candidates?field=basis')).map(r => r.matter_id).slice(0, 2), [approvals[1], approvals[0]])
  assert.equal((await who.drafter.rows('/modules/car_return/candidates?field=basis'))[0].values.place, '石门县')
  assert.deepEqual(await who.legal.rows('/modules/car_return/candidates?field=basis'), [])
  assert.equal((await who.drafter.get('/modules/car_return/candidates?field=km')).body.field, 'field')
  const first = await who.drafter.act(...use(approvals[0]))
  await who.drafter.refused(...use(approvals[0]), 400, 'requires.used')
  assert.ok(!(await who.drafter.rows('/modules/car_return/candidates?field=basis')).some(r => r.matter_id === approvals[0]))
  await who.drafter.refused(`/items/${first.item_id}/complete`, { form: { basis: running } }, 400, 'requires.not_approved')
  await who.drafter.act(`/matters/${first.matter_id}/cancel`, { reason: '填错' })
  await who.drafter.act(...use(approvals[0]))
  await who.legal.refused(...use(approvals[1]), 400, 'ref.matter')
})

test('D13 twenty at once use one approval once', async () => {
  const results = await Promise.all(Array.from({ length: 20 }, () => who.drafter.post('/matters', { module: 'car_return', title: '回报', form: { basis: approvals[1], place: '石门县' } })))
  assert.equal(results.filter(r => r.status === 201).length, 1)
  assert.ok(results.every(r => r.status === 201 || r.body.code === 'requires.used'), JSON.stringify(results.map(r => r.body.code)))
})

test('D12 an approval makes and changes things; a step done twice makes none twice', async () => {
  const { matter_id } = await start('drafter', 'asset_buy', { items: [{ what: '打印机', price: '2000' }, { what: '碎纸机', price: '800.50' }] })
  assert.deepEqual(await who.drafter.rows('/things/asset_buy.asset'), [], 'nothing before it is approved')
  await yes('section_head', matter_id)
  const rows = await who.drafter.rows('/things/asset_buy.asset')
  assert.deepEqual(rows.map(r => [r.name, r.values.price, r.values.user, r.state]), [['打印机', '2000.00', '温晓川', 'in_use'], ['碎纸机', '800.50', '温晓川', 'in_use']])
  assert.equal((await who.drafter.rows(`/things/${rows[0].id}/history`))[0].matter_id, matter_id)
  const item = (await who.section_head.rows('/items?box=done')).find(r => r.matter === matter_id)
  await who.section_head.refused(`/items/${item.id}/withdraw`, { reason: '看错' }, 409, 'effect.cannot_undo')
  const scrap = await start('drafter', 'asset_scrap', { asset: rows[0].id, why: '损坏' })
  await yes('section_head', scrap.matter_id)
  const after = await who.drafter.rows('/things/asset_buy.asset')
  assert.deepEqual(after.map(r => [r.state, r.values.user ?? null]), [['disposed', null], ['in_use', '温晓川']])
  await who.drafter.refused('/matters', { module: 'asset_scrap', title: 'x', form: { asset: rows[0].id, why: '再来' } }, 400, 'form.rule')
  const wrong = await start('drafter', 'asset_scrap', { asset: rows[1].id, why: '误填' })
  await yes('section_head', wrong.matter_id)
  assert.equal((await who.drafter.rows('/things/asset_buy.asset?state=in_use')).length, 1, 'the effect’s own condition')
  await who.town_clerk.refused('/matters', { module: 'asset_scrap', title: 'x', form: { asset: rows[1].id, why: '别家的' } }, 400, 'ref.thing')
})

const away = async (a, query = '') => (await who[a].rows('/whereabouts' + query)).map(r => [r.name, r.label, r.is_now, r.stand_in])

test('X4 M5 an approved absence: on the board, the stand-in acts for, and it ends by itself', async () => {
  const before = await start('legal', 'asset_buy', { items: [{ what: 'y', price: '1' }] }, { hand_on: false })
  const deputy = posts.finance
  const { matter_id } = await start('legal', 'trip_leave', { trip: { from: day(0), to: day(2) }, deputy })
  assert.deepEqual(await away('drafter'), [], 'asked for is not away')
  await yes('office_head', matter_id)
  assert.deepEqual(await away('drafter'), [['简正平', 'trip', true, '伏玉成']])
  assert.deepEqual(await away('drafter', '?on=' + day(2)), [['简正平', 'trip', true, '伏玉成']])
  assert.deepEqual(await away('drafter', '?on=' + day(3)), [])
  assert.deepEqual(await away('town_clerk'), [])
  assert.equal((await who.town_clerk.get('/whereabouts?unit_id=' + office)).status, 404)
  const row = (await who.finance.rows('/items?box=todo')).find(r => r.matter === before.matter_id)
  assert.equal(row.capacity.acting_for, '简正平')
  await who.finance.act(`/items/${row.id}/complete`, { opinion: '代为提交' })
  const page = await who.legal.read('/matters/' + before.matter_id)
  assert.equal(page.sheet.flatMap(s => s.opinions).find(o => o.text === '代为提交').acting_for, '简正平')
  const [given] = await who.legal.rows('/me/delegations')
  assert.match(given.authorisation, /简正平外出/)
  await c.later(3 * DAY)
  await signIn()
  await until('the period is over', async () => (await who.legal.rows('/me/delegations')).length === 0)
  assert.deepEqual(await away('drafter'), [])
  await until('the return stands in the record', async () => (await who.legal.rows(`/matters/${matter_id}/trace`)).some(r => r.op === 'absence.return'))
  assert.equal((await who.finance.read('/me')).acting_for.length, 0)
})

test('X4 back earlier: 销假 ends the absence and the stand-in; a wrong deputy is refused', async () => {
  await who.legal.refused('/matters', { module: 'trip_leave', form: { trip: { from: day(0), to: day(1) }, deputy: posts.town_clerk } }, 400, 'ref.post')
  const own = await start('legal', 'trip_leave', { trip: { from: day(0), to: day(5) }, deputy: posts.legal })
  const item = await todo(who.office_head, own.matter_id)
  await who.office_head.refused(`/items/${item.id}/complete`, { outcome: '同意' }, 400, 'effect.stand_in')
  await who.office_head.act(`/items/${item.id}/complete`, { outcome: '不同意', opinion: '请换代办人' })
  const { matter_id } = await start('legal', 'trip_leave', { trip: { from: day(0), to: day(5) }, deputy: posts.finance })
  await yes('office_head', matter_id)
  assert.equal((await away('drafter')).length, 1)
  assert.equal((await who.finance.read('/me')).acting_for.length, 1)
  await start('legal', 'leave_end', { basis: matter_id })
  assert.deepEqual((await away('drafter')).filter(r => r[2]), [])
  assert.equal((await who.finance.read('/me')).acting_for.length, 0)
})

test('FLOW 5.4 a withdrawn approval takes the absence back', async () => {
  const { matter_id } = await start('legal', 'trip_leave', { trip: { from: day(0), to: day(5) }, deputy: posts.finance })
  await yes('office_head', matter_id)
  const mine = (await who.office_head.rows('/items?box=done')).find(r => r.matter === matter_id)
  await who.office_head.act(`/items/${mine.id}/withdraw`, { reason: '再议' })
  assert.equal((await away('drafter')).filter(r => r[2]).length, 0)
  assert.equal((await who.finance.read('/me')).acting_for.length, 0)
})

test('M5 where a leader is, the office, the duty room and the secretary know', async () => {
  const { matter_id } = await start('leader', 'trip_leave', { trip: { from: day(0), to: day(1) } })
  assert.equal((await who.leader.read('/matters/' + matter_id)).unit_id, office, 'a leader’s business is done by his office')
  await yes('office_head', matter_id)
  for (const a of ['office_head', 'doc_clerk', 'duty', 'secretary', 'leader']) assert.ok((await away(a)).some(r => r[0] === '贺青林'), a)
  for (const a of ['drafter', 'legal']) assert.ok(!(await away(a)).some(r => r[0] === '贺青林'), a)
})

test('nothing stays behind: slots belong to bookings that stand', () => {
  const rows = query(c, 'SELECT count(*) FROM booking_slot s LEFT JOIN booking b ON b.id = s.booking_id WHERE b.id IS NULL OR b.released_at IS NOT NULL')
  assert.equal(+rows[0][0], 0)
})
