// A8: a unit settles for itself what the city left open in a module; the city's next version takes it along,
// or the unit is told what no longer fits and stays where it is. Running matters stay on their version.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from './tongban.mjs'
import { bpmn, done, install, todo } from './module_kit.mjs'

const c = await city()
const [drafter, unitAdmin, townClerk, townAdmin, head] = await Promise.all(
  ['drafter', 'unit_admin', 'town_clerk', 'town_admin', 'section_head'].map(a => c.signIn(a).catch(() => null)))
const unitOf = async client => (await client.read('/me')).posts[0].unit.id
const office = await unitOf(drafter), town = await unitOf(townClerk)

const KEY = 'parcel_room'
const module = more => ({
  name: '包裹代收申请', name_en: 'Parcels', tier: 'city', group: 'affairs', start: 'anyone', title: '"包裹：" + what',
  fields: [
    { name: 'what', label: '物品', type: 'text', required: true },
    { name: 'size', label: '大小', type: 'choice', options: [{ value: 'small', label: '小' }, { value: 'large', label: '大' }] },
    { name: 'remark', label: '备注', type: 'text' },
  ],
  number: { pattern: '包〔{year}〕{seq}号', scope: 'unit', at: 'done' },
  register: { columns: ['number', 'what', 'state'], open_to: 'unit' }, sheet: { title: '包裹代收单', rows: [['what', 'size']] },
  open: ['assign:check', 'due:check', 'step:look', 'step:check', 'hide:remark', 'require:size', 'option:size', 'label:what', 'columns', 'sheet'], ...more,
})
const steps = [['fill', '填写', { assign: 'starter' }], ['look', '初看', { assign: 'starter' }], ['check', '审核', { assign: 'role(section_head)', due: '3wd' }], ['tell', '告知', { assign: 'starter' }]]
const ways = { check: [['同意', 'tell', 'outcome = "同意"'], ['不同意', 'end']] }
await install(c, KEY, module(), bpmn(steps, ways))

const at = `/studio/modules/${KEY}/tailor`
const read = (client, unit) => client.read(`${at}?unit_id=${unit}`)
const row = async client => (await client.rows('/modules')).find(r => r.key === KEY)
const good = [
  { change: 'assign', target: 'check', to: 'starter.section_head' }, { change: 'due', target: 'check', to: '1wd' }, { change: 'step', target: 'look', to: false },
  { change: 'hide', target: 'remark', to: true }, { change: 'require', target: 'size', to: true }, { change: 'option', target: 'size', to: [{ value: 'huge', label: '超大' }] },
  { change: 'label', target: 'what', to: '包裹 "名称" & <内容>' }, { change: 'columns', to: ['what', 'size', 'number'] }, { change: 'sheet', to: '本办包裹单' },
]
let before, mine

test('A8 what is open, as the city has it', async () => {
  before = await drafter.act('/matters', { module: KEY, form: { what: '早先的' }, hand_on: true })
  const t = await read(unitAdmin, office)
  assert.deepEqual([t.state, t.base_version, t.city_version, t.rev, t.problems], ['none', 0, 1, 0, []])
  const by = Object.fromEntries(t.open.map(o => [o.change + (o.target && ':' + o.target), o]))
  assert.deepEqual([by['due:check'].city, by['assign:check'].city, by['assign:check'].label, by['require:size'].city, by['sheet'].city, by['columns'].city], ['3wd', 'role(section_head)', '审核', false, '包裹代收单', ['number', 'what', 'state']])
  assert.ok(t.open.every(o => o.own === null))
  const list = await unitAdmin.rows('/studio/tailorings?unit_id=' + office)
  assert.deepEqual(list.filter(r => r.key === KEY).map(r => [r.tier, r.state]), [['city', 'none']])
})

test('A8 each change shows where it belongs', async () => {
  const r = await unitAdmin.act(at, { unit_id: office, changes: good })
  assert.deepEqual(r, { version: 1, rev: 1 })
  const t = await read(unitAdmin, office)
  assert.deepEqual([t.state, t.base_version, t.rev], ['fits', 1, 1])
  assert.deepEqual(t.open.find(o => o.change === 'due').own, '1wd')
  const seen = await row(drafter)
  assert.deepEqual([seen.is_tailored, seen.is_own, seen.is_on, seen.can_start], [true, false, true, true], 'still mandatory, so still on')
  assert.equal((await row(townClerk)).is_tailored, false)
  const page = await drafter.read('/modules/' + KEY)
  const f = Object.fromEntries(page.start.fields.map(x => [x.name, x]))
  assert.equal(f.what.label, '包裹 "名称" & <内容>')
  assert.deepEqual(f.size.options.map(o => o.value), ['small', 'large', 'huge'])
  assert.equal(f.remark.is_visible, false)
  assert.deepEqual([page.module.register.columns, page.module.sheet.title], [['what', 'size', 'number'], '本办包裹单'])
  const no = await drafter.refused('/matters', { module: KEY, form: { what: '茶' }, hand_on: true }, 400)
  assert.match(JSON.stringify(no), /form\.size/)
  mine = await drafter.act('/matters', { module: KEY, form: { what: '茶', size: 'huge' }, hand_on: true })
  const item = await todo(head, mine.matter_id)
  assert.equal(item.node_name ?? item.step ?? item.node, '审核', 'the first look is passed over')
  await done(head, mine.matter_id, { outcome: '同意' })
  // What ran before runs as it began: the look is still there.
  const old = await todo(drafter, before.matter_id)
  assert.equal(old.node_name ?? old.step ?? old.node, '初看')
})

test('refused by its place: closed, wrong, twice, others’ people, a step that decides', async () => {
  const no = async (changes, code, field) => {
    const r = await unitAdmin.refused(at, { unit_id: office, changes }, 400, code)
    assert.equal(r.field, field)
    return r
  }
  const townPost = (await townClerk.read('/me')).posts[0].id
  await no([good[0], { change: 'due', target: 'tell', to: '1wd' }], 'tailor.closed', 'changes[1]')
  await no([{ change: 'number', to: 'x' }], 'tailor.closed', 'changes[0]')
  await no(['due'], 'tailor.closed', 'changes[0]')
  await no([good[1], good[1]], 'tailor.twice', 'changes[1]')
  for (const to of [true, '', 'x'.repeat(300), null]) await no([{ change: 'label', target: 'what', to }], 'tailor.value', 'changes[0]')
  await no([{ change: 'step', target: 'look', to: true }], 'tailor.value', 'changes[0]')
  await no([{ change: 'columns', to: [] }], 'tailor.value', 'changes[0]')
  await no([{ change: 'option', target: 'size', to: [{ value: 'small', label: '小小' }] }], 'tailor.option_taken', 'changes[0]')
  const people = await no([{ change: 'assign', target: 'check', to: `post(${townPost})` }], 'tailor.people', 'changes[0]')
  assert.match(people.detail, /审核/)
  await no([{ change: 'step', target: 'check', to: false }], 'tailor.step_used', 'changes[0]')
  // What only the check can tell names the list.
  await no([{ change: 'due', target: 'check', to: 'soon' }], 'tailor.check', 'changes')
  await no([{ change: 'columns', to: ['nothing'] }], 'tailor.check', 'changes')
  await no([{ change: 'assign', target: 'check', to: 'role(king)"><x' }], 'tailor.check', 'changes')
  await unitAdmin.refused(at, { unit_id: office, changes: {} }, 400)
  await unitAdmin.refused(at, { unit_id: office, changes: good, rev: 7 }, 409, 'studio.stale')
  assert.equal((await read(unitAdmin, office)).rev, 1)
})

test('another unit’s is answered as for a unit that does not exist', async () => {
  for (const body of [{ changes: good }, { changes: [] }]) {
    const a = await unitAdmin.refused(at, { ...body, unit_id: town }, 404)
    const b = await unitAdmin.refused(at, { ...body, unit_id: '4711' }, 404)
    assert.deepEqual([a.code, a.detail], [b.code, b.detail])
    await drafter.refused(at, { ...body, unit_id: office }, 403)
  }
  for (const path of [`${at}?unit_id=`, '/studio/tailorings?unit_id=']) {
    const a = await unitAdmin.get(path + town), b = await unitAdmin.get(path + '4711')
    assert.deepEqual([a.status, a.body.code, a.body.detail], [404, b.body.code, b.body.detail])
  }
  await unitAdmin.refused('/studio/modules/no_such_thing/tailor', { unit_id: office, changes: good }, 404, 'module.absent')
})

test('A8 the city’s next version takes the changes along', async () => {
  await install(c, KEY, module({ summary: '第二版' }), bpmn([...steps.slice(0, 3), ['tell', '告知本人', { assign: 'starter' }]], ways))
  const t = await read(unitAdmin, office)
  assert.deepEqual([t.state, t.base_version, t.city_version], ['fits', 2, 2])
  const page = await drafter.read('/modules/' + KEY)
  assert.deepEqual([page.version, page.summary, page.module.sheet.title], [2, '第二版', '本办包裹单'])
  assert.ok(page.picture.nodes.some(n => n.name === '告知本人'))
  assert.equal((await drafter.read('/matters/' + mine.matter_id)).form.version, 1)
})

test('A8 what no longer fits is named, and the unit stays on its old one until it says otherwise', async () => {
  await install(c, KEY, module({ summary: '第三版', open: module().open.filter(o => o !== 'step:look') }), bpmn(steps, ways))
  let t = await read(unitAdmin, office)
  assert.deepEqual([t.state, t.base_version, t.city_version, t.problems.map(p => p.at)], ['held', 2, 3, [2]])
  assert.match(t.problems[0].message, /初看/)
  assert.deepEqual((await unitAdmin.rows('/studio/tailorings?unit_id=' + office)).filter(r => r.key === KEY).map(r => r.state), ['held'])
  assert.equal((await drafter.read('/modules/' + KEY)).summary, '第二版')
  assert.equal((await townClerk.read('/modules/' + KEY)).summary, '第三版')
  await unitAdmin.act(at, { unit_id: office, rev: t.rev, changes: good.filter(g => g.change !== 'step') })
  t = await read(unitAdmin, office)
  assert.deepEqual([t.state, t.base_version, t.rev, t.problems], ['fits', 3, 2, []])
  assert.equal((await drafter.read('/modules/' + KEY)).summary, '第三版')
  assert.deepEqual(await unitAdmin.act(at, { unit_id: office, changes: [] }), { version: 0, rev: 0 })
  const seen = await row(drafter)
  assert.deepEqual([seen.is_tailored, seen.version], [false, 3])
  const last = await drafter.act('/matters', { module: KEY, form: { what: '书' }, hand_on: true })
  assert.equal((await todo(drafter, last.matter_id)) !== undefined, true, 'the look is back')
})

test('an optional module is tailored without being switched on', async () => {
  await install(c, 'parcel_extra', module({ tier: 'unit' }), bpmn(steps, ways))
  await unitAdmin.act('/studio/modules/parcel_extra/tailor', { unit_id: office, changes: [good[1]] })
  const of = async () => (await drafter.rows('/modules')).find(r => r.key === 'parcel_extra')
  assert.deepEqual([(await of()).is_on, (await of()).is_tailored], [false, true])
  await unitAdmin.act('/modules/parcel_extra/switch', { unit_id: office, is_on: true })
  assert.deepEqual([(await of()).is_on, (await of()).can_start], [true, true])
})
