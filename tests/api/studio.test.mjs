// A8, A10: the studio. A module is drafted, checked, published, and runs at once; the city's for the city,
// a unit's own inside the unit; whoever may not is answered as for a draft that does not exist.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from './tongban.mjs'
import { bpmn, done, todo } from './module_kit.mjs'

const c = await city()
const [drafter, unitAdmin, cityAdmin, townClerk, townAdmin, head] = await Promise.all(
  ['drafter', 'unit_admin', 'city_admin', 'town_clerk', 'town_admin', 'section_head'].map(a => c.signIn(a).catch(() => null)))
const unitOf = async client => (await client.read('/me')).posts[0].unit.id
const office = await unitOf(drafter), town = await unitOf(townClerk)

const steps = [['fill', '填写', { assign: 'starter' }], ['check', '科室负责人审核', { assign: 'starter.section_head', due: '1wd' }]]
const form = more => ({ name: '读书分享申请', tier: 'unit', group: 'affairs', start: 'anyone', title: '"读书分享：" + book',
  fields: [{ name: 'book', label: '书名', type: 'text', required: true }, { name: 'pages', label: '页数', type: 'number', decimals: 0 }], ...more })
const begin = (client, body) => client.act('/studio/modules', body)
const check = (client, id) => client.act(`/studio/modules/${id}/check`, {}, { key: null })
const rev = async (client, id) => (await client.read('/studio/modules/' + id)).rev
const save = async (client, id, module, flow) => client.act(`/studio/modules/${id}/save`, { module, bpmn: flow, rev: await rev(client, id) })
const publish = async (client, id, note) => client.act(`/studio/modules/${id}/publish`, { rev: await rev(client, id), note })
const row = async (client, key) => (await client.rows('/modules')).find(r => r.key === key)

test('A10 a unit makes a module of its own: draft, check, publish, run', async () => {
  const { id } = await begin(unitAdmin, { key: 'book_talk', name: '读书分享申请', unit_id: office })
  let d = await unitAdmin.read('/studio/modules/' + id)
  assert.deepEqual([d.key, d.unit_id, d.state, d.rev, d.version, d.module.tier], ['book_talk', office, 'draft', 1, 0, 'unit'])
  assert.equal((await check(unitAdmin, id)).ok, true, 'a new draft is a module that runs')
  // an unfinished one is saved all the same, and says what is wrong and where
  assert.deepEqual(await save(unitAdmin, id, form({ fields: [{ name: 'book', type: 'text' }] }), bpmn([steps[0], ['check', '审核', { assign: 'role(nobody_knows)' }]])), { rev: 2 })
  const said = await check(unitAdmin, id)
  assert.equal(said.ok, false)
  const role = said.errors.find(e => e.code === 'module.no_role')
  assert.deepEqual([role.file, role.element, role.line > 1, role.todo.length > 0], ['flow.bpmn', 'check', true, true])
  assert.ok(said.errors.some(e => e.file === 'module.json' && e.line > 1), 'lines of module.json as exported')
  const refused = await unitAdmin.refused(`/studio/modules/${id}/publish`, { rev: 2 }, 409, 'studio.not_clean')
  assert.match(refused.detail, /nobody_knows|label|标签|名称/)
  assert.equal(await row(drafter, 'book_talk'), undefined)
  await save(unitAdmin, id, form(), bpmn(steps))
  assert.deepEqual(await publish(unitAdmin, id, '第一版'), { version: 1, rev: 4 })
  assert.equal(await rev(unitAdmin, id), 4)
  const r = await row(drafter, 'book_talk')
  assert.deepEqual([r.is_on, r.can_start, r.is_own, r.version], [true, true, true, 1])
  const { matter_id } = await drafter.act('/matters', { module: 'book_talk', form: { book: '围城' }, hand_on: true })
  await done(head, matter_id)
  assert.equal((await drafter.read('/matters/' + matter_id)).state, 'done')
  d = (await unitAdmin.rows('/studio/modules')).find(x => x.id === id)
  assert.deepEqual([d.state, d.version, d.base_version, d.changed_by?.length > 0], ['published', 1, 1, true])
})

test('A10 it is the unit’s alone', async () => {
  assert.equal(await row(townClerk, 'book_talk'), undefined)
  await townClerk.refused('/matters', { module: 'book_talk', form: { book: '围城' } }, 404, 'module.absent')
  const { id } = (await unitAdmin.rows('/studio/modules'))[0]
  const ways = [['save', { module: form(), bpmn: bpmn(steps), rev: 1 }], ['publish', { rev: 1 }], ['discard', {}]]
  await begin(unitAdmin, { key: 'not_yours', name: '别人的', unit_id: town }).then(() => assert.fail('another unit'), () => null)
  const other = await unitAdmin.refused('/studio/modules', { key: 'not_yours', name: '别人的', unit_id: town }, 404)
  const none = await unitAdmin.refused('/studio/modules', { key: 'not_yours', name: '别人的', unit_id: '4711' }, 404)
  assert.deepEqual([other.code, other.detail], [none.code, none.detail])
  await unitAdmin.refused('/studio/modules', { key: 'not_mine', name: '全市的' }, 404)
  const cityDraft = await begin(cityAdmin, { key: 'city_talk', name: '全市读书' })
  for (const [way, body] of ways) {
    const a = await unitAdmin.refused(`/studio/modules/${cityDraft.id}/${way}`, body, 404)
    const b = await unitAdmin.refused(`/studio/modules/4711/${way}`, body, 404)
    assert.deepEqual([a.code, a.detail], [b.code, b.detail])
    await drafter.refused(`/studio/modules/${id}/${way}`, body, 403)
  }
  for (const at of ['', '/compare', '/export']) assert.equal((await unitAdmin.get(`/studio/modules/${cityDraft.id}${at}`)).status, 404)
  assert.equal((await unitAdmin.post(`/studio/modules/${cityDraft.id}/check`, {}, { key: null })).status, 404)
  assert.equal((await unitAdmin.get('/studio/modules?unit_id=' + town)).status, 404)
  assert.equal((await unitAdmin.get('/modules/book_talk/versions?unit_id=' + town)).status, 404)
  assert.ok((await unitAdmin.rows('/studio/modules')).every(r => r.unit_id === office))
  await cityAdmin.act(`/studio/modules/${cityDraft.id}/discard`, {})
  assert.equal((await cityAdmin.get('/studio/modules/' + cityDraft.id)).status, 404)
})

test('A10 a unit’s own reaches nobody outside, and no series of the city', async () => {
  const { id } = await begin(unitAdmin, { key: 'too_far', name: '越界', unit_id: office })
  const townPost = (await townClerk.read('/me')).posts[0].id
  await save(unitAdmin, id, form({ tier: 'city', number: { pattern: '〔{year}〕{seq}号', scope: 'city', at: 'start' } }), bpmn([steps[0], ['check', '审核', { assign: `post(${townPost})` }]]))
  const codes = (await check(unitAdmin, id)).errors.map(e => e.code)
  for (const code of ['module.own_tier', 'module.own_number', 'module.own_people']) assert.ok(codes.includes(code), code)
  await unitAdmin.refused(`/studio/modules/${id}/publish`, { rev: 2 }, 409, 'studio.not_clean')
})

test('a draft is saved by one at a time; limits are named', async () => {
  const { id } = await begin(unitAdmin, { key: 'twice', name: '两人同改', unit_id: office })
  await save(unitAdmin, id, form(), bpmn(steps))
  const stale = await unitAdmin.refused(`/studio/modules/${id}/save`, { module: form(), bpmn: bpmn(steps), rev: 1 }, 409, 'studio.stale')
  assert.equal(stale.field, 'rev')
  await unitAdmin.refused(`/studio/modules/${id}/publish`, { rev: 1 }, 409, 'studio.stale')
  assert.equal((await unitAdmin.refused(`/studio/modules/${id}/save`, { module: { name: 'x'.repeat(300_000) }, bpmn: 'x', rev: 2 }, 400)).field, 'module')
  assert.equal((await unitAdmin.refused(`/studio/modules/${id}/save`, { module: {}, bpmn: 'x'.repeat(500_000), rev: 2 }, 400)).field, 'bpmn')
  assert.equal((await unitAdmin.refused(`/studio/modules/${id}/save`, { module: [], bpmn: 'x', rev: 2 }, 400)).field, 'module')
  assert.equal((await unitAdmin.refused('/studio/modules', { key: 'Bad Key', name: '键', unit_id: office }, 400, 'studio.key')).field, 'key')
  await unitAdmin.refused('/studio/modules', { key: 'twice', name: '又一份', unit_id: office }, 409, 'studio.has_draft')
  await unitAdmin.refused('/studio/modules', { key: 'book_talk', name: '又一份', unit_id: office }, 409, 'studio.key_taken')
  await unitAdmin.refused('/studio/modules', { key: 'vehicle_use', name: '自己的用车', unit_id: office, from: 'vehicle_use' }, 409, 'studio.key_taken')
  assert.equal((await unitAdmin.refused('/studio/modules', { key: 'from_none', name: '无底稿', unit_id: office, from: 'nothing_there' }, 400, 'module.absent')).field, 'from')
  await unitAdmin.act(`/studio/modules/${id}/discard`, {})
})

test('a second version: running matters keep theirs, a field keeps its type, both side by side', async () => {
  const before = await drafter.act('/matters', { module: 'book_talk', form: { book: '边城' }, hand_on: true })
  const { id } = (await unitAdmin.rows('/studio/modules')).find(r => r.key === 'book_talk')
  await unitAdmin.refused(`/studio/modules/${id}/publish`, { rev: await rev(unitAdmin, id) }, 409, 'studio.unchanged')
  const two = form({ fields: [{ name: 'book', label: '书名', type: 'text', required: true }, { name: 'pages', label: '页数', type: 'text' }] })
  await save(unitAdmin, id, two, bpmn(steps))
  assert.deepEqual((await check(unitAdmin, id)).errors.map(e => [e.file, e.element, e.code]), [['module.json', 'fields[1].type', 'form.type_changed']])
  await unitAdmin.refused(`/studio/modules/${id}/publish`, { rev: await rev(unitAdmin, id) }, 409, 'studio.not_clean')
  two.fields[1] = { name: 'hall', label: '会场', type: 'text' }
  await save(unitAdmin, id, two, bpmn([...steps, ['tell', '通知', { assign: 'starter' }]]))
  const diff = await unitAdmin.read(`/studio/modules/${id}/compare?with=1`)
  assert.deepEqual(diff.fields.map(f => [f.path, f.change]).sort(), [['fields.hall', 'added'], ['fields.pages', 'removed']])
  assert.ok(diff.elements.some(e => e.id === 'tell' && e.change === 'added' && e.kind === 'userTask' && e.name === '通知'))
  assert.notEqual(diff.bpmn, diff.with_bpmn)
  assert.equal((await publish(unitAdmin, id, '增加会场')).version, 2)
  assert.equal((await drafter.read('/modules/book_talk')).version, 2)
  const page = await drafter.read('/matters/' + before.matter_id)
  assert.equal(page.form.version, 1)
  await done(head, before.matter_id)
  assert.equal((await drafter.read('/matters/' + before.matter_id)).state, 'done', 'without the new step')
  const versions = await unitAdmin.rows('/modules/book_talk/versions?unit_id=' + office)
  assert.deepEqual(versions.map(v => [v.version, v.note]), [[2, '增加会场'], [1, '第一版']])
  assert.ok(versions[0].published_by)
  for (const q of ['with=77', 'with=1&of=77']) assert.equal((await unitAdmin.get(`/studio/modules/${id}/compare?${q}`)).status, 400)
  const both = await unitAdmin.read(`/studio/modules/${id}/compare?with=2&of=1`)
  assert.deepEqual([both.with, both.fields.map(f => [f.path, f.change]).sort()], [2, [['fields.hall', 'removed'], ['fields.pages', 'added']]], 'two published ones, the other way round')
})

test('the city puts its own version on one that came with the program; it stands after a restart', async () => {
  const came = (await cityAdmin.rows('/modules/vehicle_use/versions'))[0]
  assert.equal(came.published_by, null)
  await cityAdmin.refused('/studio/modules', { key: 'vehicle_use', name: '用车' }, 409, 'studio.key_taken')
  const { id } = await begin(cityAdmin, { key: 'vehicle_use', name: '公务用车申请', from: 'vehicle_use' })
  const d = await cityAdmin.read('/studio/modules/' + id)
  d.module.summary = '本市的用车规定'
  await save(cityAdmin, id, d.module, d.bpmn)
  assert.equal((await publish(cityAdmin, id)).version, came.version + 1)
  assert.equal((await row(drafter, 'vehicle_use')).summary, '本市的用车规定')
  await c.later(1000)
  assert.equal((await row(drafter, 'vehicle_use')).version, came.version + 1)
  await cityAdmin.refused('/studio/modules', { key: 'book_talk', name: '全市的读书' }, 409, 'studio.key_taken')
})

test('export: one file, the same bytes each time', async () => {
  const { id } = (await unitAdmin.rows('/studio/modules')).find(r => r.key === 'book_talk')
  const get = () => unitAdmin.request('GET', `/studio/modules/${id}/export`, { raw: true })
  const a = await get(), b = await get()
  assert.equal(a.headers.get('content-type'), 'application/zip')
  const bytes = r => r.body
  const x = bytes(a)
  assert.equal(x.subarray(0, 2).toString(), 'PK')
  assert.deepEqual(x, bytes(b))
})

test('what a service task may name is listed for who draws; a parameter that would never arrive is refused', async () => {
  const ops = await cityAdmin.rows('/studio/operations')
  assert.deepEqual(ops.map(o => o.op).sort(), ['doc.confirm_number', 'doc.finish_dispatch', 'receiving.register'])
  assert.ok(ops.every(o => /[一-龥]/.test(o.words)))
  assert.equal((await drafter.get('/studio/operations')).status, 403)
  const { id } = await begin(cityAdmin, { key: 'op_talk', name: '带系统操作' })
  const text = more => `<?xml version="1.0"?>\n<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:oa="urn:tongban:oa:1" targetNamespace="x"><process id="op_talk" isExecutable="true"><startEvent id="s"/><sequenceFlow id="a" sourceRef="s" targetRef="fill"/>\n<userTask id="fill" oa:assign="starter"/><sequenceFlow id="b" sourceRef="fill" targetRef="op"/>\n<serviceTask id="op" oa:op="receiving.register"${more}/><sequenceFlow id="c" sourceRef="op" targetRef="e"/><endEvent id="e"/></process></definitions>`
  await save(cityAdmin, id, form({ tier: 'city' }), text(' oa:barrier="true" oa:book="3"'))
  const e = (await check(cityAdmin, id)).errors.find(x => x.code === 'module.no_parameter')
  assert.deepEqual([e.file, e.line, e.element], ['flow.bpmn', 4, 'op'])
  await save(cityAdmin, id, form({ tier: 'city' }), text(' oa:barrier="true"'))
  assert.equal((await check(cityAdmin, id)).errors.some(x => x.code === 'module.no_parameter'), false)
})
