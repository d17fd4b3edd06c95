// A8: a draft tried against the real people before it is published; modules as files, in and out.
import test from 'node:test'
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { city } from './tongban.mjs'
import { bpmn, upload } from './module_kit.mjs'
import { zip } from './zip.mjs'

const c = await city()
const [drafter, unitAdmin, cityAdmin, townClerk] = await Promise.all(['drafter', 'unit_admin', 'city_admin', 'town_clerk'].map(a => c.signIn(a)))
const me = async client => (await client.read('/me'))
const post = async client => (await me(client)).posts[0]
const office = (await post(drafter)).unit.id, town = (await post(townClerk)).unit.id

const module = { name: '图书采购', tier: 'unit', group: 'affairs', start: 'anyone', fields: [{ name: 'price', label: '金额', type: 'money' }] }
const flow = bpmn([['fill', '填写', { assign: 'starter' }], ['section', '科室负责人审核', { assign: 'starter.section_head', due: '1wd' }], ['pay', '财务付款', { assign: 'role(finance)', due: '3wd' }]],
  { section: [['超过一千', 'pay', 'price > 1000'], ['不超过', 'end']] })
const draftOf = async (key, m = module, f = flow, more = {}) => {
  const { id } = await unitAdmin.act('/studio/modules', { key, name: m.name, unit_id: office, ...more })
  await unitAdmin.act(`/studio/modules/${id}/save`, { module: m, bpmn: f, rev: 1 })
  return id
}

test('a draft is tried: who would have it, until when, and which way', async () => {
  const id = await draftOf('book_buy')
  const at = `/studio/modules/${id}/simulate`
  const by = (await post(drafter)).id
  const ask = body => unitAdmin.act(at, { post_id: by, ...body }, { key: null })
  const dear = await ask({ form: { price: '2000.00' } })
  assert.deepEqual(dear.way.steps.map(s => s.node), ['fill', 'section', 'pay'])
  assert.equal(dear.way.steps[0].people[0].who, (await me(drafter)).person.name)
  assert.ok(dear.way.steps.every(s => s.people.length && s.people.every(p => p.who && p.title)))
  assert.ok(dear.way.steps[1].due_at > dear.way.steps[1].from_at)
  assert.equal(dear.way.steps[2].from_at, dear.way.steps[1].due_at)
  assert.deepEqual([dear.way.end, dear.ways, dear.nodes.map(n => [n.node, n.is_sure])], ['ended', 1, [['fill', true], ['section', true], ['pay', true]]])
  const cheap = await ask({ form: { price: '20.00' } })
  assert.deepEqual(cheap.way.steps.map(s => s.node), ['fill', 'section'])
  assert.ok(cheap.findings.some(f => f.node === 'pay' && f.code === 'sim.unreachable'), JSON.stringify(cheap.findings))
  assert.deepEqual((await drafter.rows('/items?box=todo')).filter(r => r.title.includes('图书采购')), [], 'nothing is left behind')
  for (const other of [(await post(townClerk)).id, '4711']) assert.equal((await unitAdmin.refused(at, { post_id: other }, 400, 'item.unknown_person', { key: null })).field, 'post_id')
  for (const field of ['form', 'vars', 'outcomes']) assert.equal((await unitAdmin.refused(at, { [field]: [] }, 400, 'input.object', { key: null })).field, field)
  await drafter.refused(at, {}, 403, undefined, { key: null })
  await unitAdmin.refused('/studio/modules/4711/simulate', {}, 404, undefined, { key: null })
  const broken = await draftOf('broken', { ...module, fields: [{}] })
  await unitAdmin.refused(`/studio/modules/${broken}/simulate`, {}, 409, 'studio.not_simulated', { key: null })
})

test('the outcome asked for decides the way', async () => {
  const f = bpmn([['fill', '填写', { assign: 'starter' }], ['section', '审核', { assign: 'starter.section_head' }], ['tell', '办结告知', { assign: 'starter' }]],
    { section: [['同意', 'tell', 'outcome = "同意"'], ['不同意', 'end']] })
  const id = await draftOf('two_ways', module, f)
  const ask = async outcome => (await unitAdmin.act(`/studio/modules/${id}/simulate`, { post_id: (await post(drafter)).id, outcomes: { section: outcome } }, { key: null })).way.steps
  const names = (await ask('同意')).map(s => [s.node, s.outcome])
  assert.deepEqual(names[1], ['section', '同意'])
  assert.deepEqual(names.map(n => n[0]), ['fill', 'section', 'tell'])
  assert.deepEqual((await ask('不同意')).map(s => s.node), ['fill', 'section'])
})

test('exported here, imported there: the same module', async () => {
  const id = (await unitAdmin.rows('/studio/modules')).find(r => r.key === 'book_buy').id
  const file = (await unitAdmin.request('GET', `/studio/modules/${id}/export`, { raw: true })).body
  const made = await unitAdmin.act('/studio/import', { upload_id: await upload(unitAdmin, file, 'book_again.zip'), unit_id: office })
  const [a, b] = await Promise.all([id, made.id].map(x => unitAdmin.read('/studio/modules/' + x)))
  assert.deepEqual([b.key, b.module, b.bpmn, b.unit_id], ['book_again', a.module, a.bpmn, office])
  const again = await unitAdmin.refused('/studio/import', { upload_id: await upload(unitAdmin, file, 'book_again.zip'), unit_id: office }, 409, 'studio.has_draft')
  assert.equal(again.field, 'key')
  const mine = await upload(unitAdmin, file, 'theirs.zip')
  await cityAdmin.refused('/studio/import', { upload_id: mine }, 404)
  await cityAdmin.refused('/studio/import', { upload_id: '4711' }, 404)
  await unitAdmin.refused('/studio/import', { upload_id: mine, unit_id: town }, 404)
  await unitAdmin.refused('/studio/import', { upload_id: mine }, 404)
})

test('hostile and broken files are refused by name', async () => {
  const json = JSON.stringify(module)
  const cases = [
    ['broken.zip', Buffer.from('PK\x03\x04 not really'), 'studio.zip_broken'],
    ['nothing.zip', Buffer.from('hello'), 'studio.zip_broken'],
    ['cut.zip', zip([['module.json', json], ['flow.bpmn', flow]]).subarray(0, 120), 'studio.zip_broken'],
    ['bomb.zip', zip([['module.json', json], ['flow.bpmn', Buffer.alloc(64 << 20, 32), true]]), 'studio.part_large'],
    ['more.zip', zip([['module.json', json], ['flow.bpmn', flow], ['../../etc/passwd', 'x']]), 'studio.zip_entry'],
    ['lack.zip', zip([['module.json', json]]), 'studio.zip_lacks'],
    ['entities.zip', zip([['module.json', json], ['flow.bpmn', '<!DOCTYPE a [<!ENTITY b "c">]><definitions/>']]), 'studio.xml_dtd'],
    ['bytes.zip', zip([['module.json', json], ['flow.bpmn', Buffer.from([60, 0xff, 0xfe])]]), 'studio.not_utf8'],
    ['list.zip', zip([['module.json', '[1]'], ['flow.bpmn', flow]]), 'studio.json_broken'],
    ['cut_json.zip', zip([['module.json', '{"name":\n'], ['flow.bpmn', flow]]), 'studio.json_broken'],
    ['large.zip', Buffer.alloc(5 << 20, 60), 'studio.file_large'],
  ]
  for (const [name, bytes, code] of cases) {
    const p = await unitAdmin.refused('/studio/import', { upload_id: await upload(unitAdmin, bytes, name), unit_id: office, key: 'hostile' }, 400, code)
    assert.equal(p.field, 'upload_id', name)
  }
  assert.equal((await unitAdmin.refused('/studio/import', { upload_id: await upload(unitAdmin, zip([['module.json', json], ['flow.bpmn', flow]]), '图书.zip'), unit_id: office }, 400, 'studio.key')).field, 'key')
})

test('a drawing of another modeler is kept, and what cannot run is named with its line', async () => {
  const foreign = `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="urn:x">
<bpmn:process id="leave" isExecutable="true" camunda:historyTimeToLive="7"><bpmn:startEvent id="s"/><bpmn:sequenceFlow id="a" sourceRef="s" targetRef="t"/>
<bpmn:userTask id="t" name="审批" camunda:assignee="demo"/>
<bpmn:sequenceFlow id="b" sourceRef="t" targetRef="x"/>
<bpmn:complexGateway id="x"/><bpmn:sequenceFlow id="d" sourceRef="x" targetRef="e"/><bpmn:endEvent id="e"/></bpmn:process></bpmn:definitions>`
  const { id } = await unitAdmin.act('/studio/import', { upload_id: await upload(unitAdmin, Buffer.from(foreign), 'foreign_leave.bpmn'), unit_id: office })
  const d = await unitAdmin.read('/studio/modules/' + id)
  assert.equal(d.bpmn.trim(), foreign)
  const said = await unitAdmin.act(`/studio/modules/${id}/check`, {}, { key: null })
  const e = said.errors.find(x => x.element === 'x')
  assert.deepEqual([said.ok, e.file, e.line], [false, 'flow.bpmn', 6])
})

test('the command line exports and imports the same file', () => {
  const dir = mkdtempSync(join(tmpdir(), 'tongban-module-'))
  const program = c.program ?? join(process.cwd(), 'build', process.env.VARIANT ?? 'release', 'tongban')
  try {
    mkdirSync(join(dir, 'copy'))
    execFileSync(program, ['module', 'export', 'modules/vehicle_use', join(dir, 'vehicle_use.zip')])
    execFileSync(program, ['module', 'import', join(dir, 'vehicle_use.zip'), join(dir, 'copy')])
    for (const name of ['module.json', 'flow.bpmn']) assert.deepEqual(readFileSync(join(dir, 'copy', name)), readFileSync(join('modules/vehicle_use', name)))
    writeFileSync(join(dir, 'bad.zip'), 'PK')
    const bad = spawnSync(program, ['module', 'import', join(dir, 'bad.zip'), join(dir, 'copy')])
    assert.equal(bad.status, 2)
    assert.match(String(bad.stderr), /archive is broken/)
  } finally { rmSync(dir, { recursive: true }) }
})
