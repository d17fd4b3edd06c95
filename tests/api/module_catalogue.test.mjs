// A9: the catalogue in two tiers; a module as its starter finds it; a broken one is refused with file,
// line and element, and what was installed stays.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from './tongban.mjs'
import { bpmn, install } from './module_kit.mjs'

const c = await city()
const [drafter, clerk, unitAdmin, cityAdmin, townClerk, finance] = await Promise.all(
  ['drafter', 'doc_clerk', 'unit_admin', 'city_admin', 'town_clerk', 'finance'].map(a => c.signIn(a)))
const unitOf = async client => (await client.read('/me')).posts[0].unit.id
const office = await unitOf(drafter), town = await unitOf(townClerk)

const steps = [['fill', '填写', { assign: 'starter' }], ['check', '财务审核', { assign: 'role(finance)', due: '1wd' }]]
const trial = {
  name: '试验业务', name_en: 'Trial', summary: '只在试验里', tier: 'unit', group: 'affairs', start: ['doc_clerk', 'section_head'],
  title: '"试验：" + reason',
  fields: [
    { name: 'reason', label: '事由', type: 'text', required: true },
    { name: 'on', label: '日期', type: 'date', default: 'today()' },
    { name: 'price', label: '单价', type: 'money' }, { name: 'pieces', label: '数量', type: 'number', decimals: 0 },
    { name: 'total', label: '合计', type: 'money', compute: 'price * pieces' },
    { name: 'why', label: '超标理由', type: 'long_text', visible: 'total > 100', required_when: 'total > 100' },
    { name: 'note', label: '财务意见', type: 'text', read_only: true },
  ],
  steps: { check: { edit: ['note'] } },
  rules: [{ when: 'total > 1000', message: '不得超过 1000 元', message_en: 'not over 1000', field: 'total' }],
}
await install(c, 'trial', trial, bpmn(steps))
const row = async (client, key, query = '') => (await client.rows('/modules' + query)).find(r => r.key === key)

test('A9 city modules are in use everywhere, an optional one where a unit switches it on', async () => {
  const sent = await row(drafter, 'send')
  assert.deepEqual([sent.tier, sent.is_on, sent.can_start], ['city', true, false])
  const request = await row(drafter, 'internal_request')
  assert.deepEqual([request.is_on, request.can_start, request.group], [true, true, 'affairs'])
  assert.equal(request.pinyin, 'nbcp neibuchengpi')
  const car = await row(drafter, 'vehicle_use')
  assert.deepEqual([car.things[0].key, car.things[0].keeper, car.is_booked, request.things.length], ['vehicle', 'vehicle_keeper', true, 0])
  let t = await row(clerk, 'trial')
  assert.deepEqual([t.tier, t.is_on, t.can_start, t.name_en], ['unit', false, false, 'Trial'])
  await clerk.refused('/modules/trial/switch', { unit_id: office, is_on: true }, 403)
  await unitAdmin.refused('/modules/trial/switch', { unit_id: town, is_on: true }, 404)
  await unitAdmin.refused('/modules/trial/switch', { unit_id: '99', is_on: true }, 404)
  await unitAdmin.refused('/modules/nothing/switch', { unit_id: office, is_on: true }, 404, 'module.absent')
  await unitAdmin.refused('/modules/send/switch', { unit_id: office, is_on: false }, 409, 'module.mandatory')
  await unitAdmin.act('/modules/trial/switch', { unit_id: office, is_on: true })
  t = await row(clerk, 'trial')
  assert.deepEqual([t.is_on, t.can_start], [true, true])
  assert.equal((await row(drafter, 'trial')).can_start, false, 'not the role')
  assert.equal((await row(townClerk, 'trial')).is_on, false, 'another unit')
  await cityAdmin.act('/modules/trial/switch', { unit_id: town, is_on: true })
  assert.equal((await row(townClerk, 'trial')).can_start, true)
})

test('the catalogue of another unit is for its administrators', async () => {
  assert.equal((await drafter.get('/modules?unit_id=' + town)).status, 404)
  assert.equal((await row(cityAdmin, 'trial', '?unit_id=' + town)).is_on, true)
  const other = (await townClerk.read('/me')).posts[0].id
  assert.equal((await drafter.get('/modules?post_id=' + other)).status, 404)
})

test('a module as its starter finds it: rights, defaults, picture', async () => {
  const m = await clerk.read('/modules/trial')
  assert.equal(m.version, 1)
  assert.equal(m.module.fields.length, 7)
  assert.ok(m.picture.nodes.some(n => n.id === 'check'))
  assert.equal(m.start.node, 'fill')
  assert.equal(m.start.title_is_computed, true)
  const right = Object.fromEntries(m.start.fields.map(f => [f.name, f.edit]))
  assert.deepEqual(right, { reason: true, on: true, price: true, pieces: true, total: false, why: true, note: false })
  assert.match(m.start.values.on, /^\d{4}-\d\d-\d\d$/)
  assert.equal((await clerk.get('/modules/nothing')).body.code, 'module.absent')
  assert.equal(m.start.fields.find(f => f.name === 'why').is_visible, false)
})

test('a form answers while it is being filled in', async () => {
  const ask = (form, more = {}) => clerk.act('/forms/evaluate', { module: 'trial', form, ...more }, { key: null })
  let e = await ask({ reason: '纸', price: '19.90', pieces: '3' })
  assert.equal(e.computed.total, '59.70')
  assert.deepEqual([e.visible.why, e.required.why, e.title], [false, false, '试验：纸'])
  assert.deepEqual(e.findings, [])
  e = await ask({ price: '50.00', pieces: '3' })
  assert.deepEqual([e.visible.why, e.required.why], [true, true])
  assert.deepEqual(e.findings.map(f => [f.field, f.code]), [['form.reason', 'input.required'], ['form.why', 'input.required']])
  e = await ask({ reason: '纸', price: '600', pieces: '2', why: '急用' })
  assert.deepEqual(e.findings.map(f => [f.field, f.level, f.message, f.rule]), [['form.total', 'error', '不得超过 1000 元', 1]])
  const en = await c.signIn('doc_clerk', undefined, { lang: 'en' })
  const r = await en.act('/forms/evaluate', { module: 'trial', form: { reason: '纸', price: '600', pieces: '2', why: 'x' } })
  assert.equal(r.findings[0].message, 'not over 1000')
  await clerk.refused('/forms/evaluate', { form: {} }, 400, 'input.required')
  await clerk.refused('/forms/evaluate', { module: 'trial', form: [] }, 400, 'input.object')
})

test('a broken module is refused with file, line and element; what was there stays', async () => {
  const broken = { ...trial, fields: [...trial.fields, { name: 'more', label: '更多', type: 'money', compute: 'prize * 2' }] }
  const said = await install(c, 'trial', broken, bpmn(steps), { bad: true })
  assert.equal(said.report.ok, false)
  const e = said.report.errors[0]
  assert.deepEqual([e.file, e.element, e.code], ['module.json', 'fields[7].compute', 'form.unknown_name'])
  assert.ok(e.line > 10 && e.message.includes('prize') && e.todo.length > 3)
  assert.equal((await clerk.read('/modules/trial')).version, 1)
  const retyped = { ...trial, fields: trial.fields.map(f => f.name === 'reason' ? { ...f, type: 'money' } : f) }
  const types = await install(c, 'trial', retyped, bpmn(steps), { bad: true })
  assert.ok(types.report.errors.some(x => x.code === 'form.type_changed' && x.element === 'fields[0].type'))
  assert.equal((await install(c, 'trial', trial, bpmn(steps))).version, 1, 'the same text again makes no version')
  const flow = await install(c, 'trial', trial, bpmn([steps[0], ['check', '审核', { assign: 'role(king)' }]]), { bad: true })
  assert.deepEqual(flow.report.errors.map(x => [x.file, x.element, x.code]), [['flow.bpmn', 'check', 'module.no_role']])
  const entity = '<!DOCTYPE x [<!ENTITY a "b">]>' + bpmn(steps)
  assert.ok((await install(c, 'trial', trial, entity, { bad: true })).report.errors.some(x => x.code === 'flow.xml_dtd'))
  const big = bpmn(steps).replace('</process>', '<!--' + 'x'.repeat(1_000_001) + '--></process>')
  assert.equal((await c.operator('module.install', { key: 'trial', module: JSON.stringify(trial), bpmn: big })).code, 'input.too_long')
})

test('a new version is for new matters', async () => {
  const next = { ...trial, summary: '第二版' }
  assert.equal((await install(c, 'trial', next, bpmn(steps))).version, 2)
  assert.equal((await clerk.read('/modules/trial')).summary, '第二版')
  assert.equal((await row(finance, 'trial')).version, 2)
})
