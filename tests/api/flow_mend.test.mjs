// What cannot go on by itself stands still and is seen: incidents, their list and their mending; and
// what comes next: the dry run of a module and of a matter. (FLOW §3, 5.13, 5.14; C13 C14)
import test from 'node:test'
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { city, newKey, root } from './tongban.mjs'
import { officeOf } from './document_office.mjs'
import { install } from './module_kit.mjs'
import { begin, boundary, chain, current, done, end, flow, node, ops, page, people, process, put, state, todo, user } from './flow_kit.mjs'

const c = await city()
const who = await people(c, ['drafter', 'office_head', 'reviewer', 'leader', 'legal', 'town_clerk', 'town_office', 'city_admin'])
const post = {}
for (const n of Object.keys(who)) post[n] = (await who[n].read('/me')).posts[0]?.id
const start = async (module, form = {}) => (await who.drafter.act('/matters', { module, title: module, form })).matter_id
const incidents = async client => client.rows('/flow-incidents')
async function foreign(at, real, body) {
  const a = await who.town_office.refused(at(real), body, 404, 'not_found'), b = await who.town_office.refused(at('4711'), body, 404, 'not_found')
  assert.deepEqual([a.code, a.detail], [b.code, b.detail])
}

await put(c, 'm_gate', [{ name: 'total', label: '金额', type: 'number' }], process(begin + user('fill') + node('exclusiveGateway', 'gate', 'default="f_gate_small"') +
  user('big', { assign: `post(${post.reviewer})` }) + user('small', { assign: `post(${post.legal})` }) + end +
  chain('begin', 'fill', 'gate') + flow('gate', 'big', 'total > 1000') + flow('gate', 'small') + chain('big', 'end') + chain('small', 'end')))

test('a condition without a result is an incident, never the default way; retried with what was missing', async () => {
  const m = await start('m_gate'), at = id => `/matters/${id}/retry`
  await done(who.drafter, m)
  assert.deepEqual(await current(who.drafter, m), [], 'no way was taken')
  const [seen] = (await page(who.drafter, m)).incidents
  assert.deepEqual([seen.node, seen.act, seen.code], ['gate', 0, 'flow.condition_failed'])
  assert.ok(seen.words.length > 8)
  for (const n of ['city_admin', 'office_head']) {
    const row = (await incidents(who[n])).find(r => r.matter_id === m)
    assert.deepEqual([row.node, row.code, row.act], ['gate', 'flow.condition_failed', 0], n)
  }
  for (const n of ['drafter', 'town_office']) assert.equal((await incidents(who[n])).some(r => r.matter_id === m), false, n)
  assert.equal((await who.city_admin.get('/flow-incidents?after=x')).body.field, 'after')
  await foreign(at, m, { vars: { total: 5 }, reason: '补数' })
  await who.drafter.refused(at(m), { vars: { total: 5 }, reason: '补数' }, 403, 'matter.only_admin')
  for (const [body, field] of [[{ vars: { total: 5 } }, 'reason'], [{ vars: [5], reason: '补数' }, 'vars'], [{ vars: { total: 'post:' + post.town_clerk }, reason: '补数' }, 'vars.total']])
    assert.equal((await who.office_head.refused(at(m), body, 400)).field, field)
  assert.equal((await who.office_head.act(at(m), { reason: '再试一次' })).incidents_n, 1, 'nothing is better for trying')
  assert.deepEqual(await current(who.drafter, m), [])
  const plan = await who.office_head.read(`/matters/${m}/impact?op=retry&vars=${encodeURIComponent('{"total":5000}')}`)
  assert.deepEqual(plan.rows.map(r => [r.change, r.node]), [['open', 'big']])
  const key = newKey(), body = { vars: { total: 5000 }, reason: '经核实为 5000 元' }
  const a = await who.office_head.act(at(m), body, { key }), b = await who.office_head.act(at(m), body, { key })
  assert.deepEqual([a, a.incidents_n], [b, 0])
  assert.deepEqual(await current(who.drafter, m), ['big'])
  assert.deepEqual((await page(who.drafter, m)).incidents, [])
  assert.equal((await incidents(who.city_admin)).some(r => r.matter_id === m), false)
  await who.office_head.refused(at(m), body, 409, 'matter.no_incident')
  await done(who.reviewer, m)
  assert.equal(await state(who.drafter, m), 'done')
  assert.equal((await ops(who.drafter, m)).filter(x => x === 'matter.retry').length, 2)
})

test('a vote whose rule has no result is an incident with its votes kept, never “not passed”', async () => {
  await put(c, 'm_vote', [{ name: 'quorum', label: '通过票数', type: 'number' }], process(begin + user('fill') +
    user('vote', { assign: `post(${post.office_head}), post(${post.reviewer}), post(${post.legal})`, sign: 'vote', pass: 'agree >= quorum' }) + node('exclusiveGateway', 'gate') +
    user('yes') + user('no') + end + chain('begin', 'fill', 'vote', 'gate') + flow('gate', 'yes', 'outcome = "agree"') + flow('gate', 'no', 'outcome = "disagree"') + chain('yes', 'end') + chain('no', 'end')))
  const m = await start('m_vote')
  await done(who.drafter, m)
  for (const [n, outcome] of [['office_head', 'agree'], ['reviewer', 'disagree'], ['legal', 'agree']]) await done(who[n], m, { outcome })
  assert.deepEqual(await current(who.drafter, m), [], 'neither way was taken')
  const [seen] = (await page(who.office_head, m)).incidents
  assert.deepEqual([seen.node, seen.code, seen.asks], ['vote', 'flow.vote_failed', ['quorum']])
  assert.equal((await who.office_head.act(`/matters/${m}/retry`, { reason: '再试' })).incidents_n, 1)
  assert.equal((await who.office_head.act(`/matters/${m}/retry`, { vars: { quorum: 2 }, reason: '章程规定两票' })).incidents_n, 0)
  assert.deepEqual(await current(who.drafter, m), ['yes'])
  await done(who.drafter, m)
  assert.equal(await state(who.drafter, m), 'done')
})

test('a step that found nobody: the office names who does it', async () => {
  await put(c, 'm_nobody', [{ name: 'handler', label: '承办人', type: 'post' }], process(begin + user('fill') + user('work', { assign: 'var(handler)' }) + end + chain('begin', 'fill', 'work', 'end')))
  const m = await start('m_nobody'), at = id => `/matters/${id}/set_assignees`
  await done(who.drafter, m)
  const [x] = (await page(who.drafter, m)).incidents
  assert.equal(x.code, 'flow.no_assignee')
  const body = { act: x.act, post_ids: [post.legal], reason: '由法制科办理' }
  await foreign(at, m, body)
  for (const [change, field] of [[{ post_ids: [post.town_clerk] }, 'post_ids'], [{ post_ids: [] }, 'post_ids'], [{ act: 0 }, 'act'], [{ reason: '' }, 'reason']])
    assert.equal((await who.office_head.refused(at(m), { ...body, ...change }, 400)).field, field)
  assert.equal((await who.office_head.refused(at(m), { ...body, act: 99 }, 404)).field, 'act')
  const plan = await who.office_head.read(`/matters/${m}/impact?op=set_assignees&act=${x.act}&post_ids=${post.legal}`)
  assert.deepEqual(plan.rows.map(r => [r.change, r.node]), [['open', 'work']])
  await who.office_head.act(at(m), body)
  await done(who.legal, m)
  assert.equal(await state(who.drafter, m), 'done')
})

test('5.10 5.13 the dry run of naming others and of migrating touches nothing and says what would be', async () => {
  const twoSteps = (x, y) => process(begin + user('fill') + user(x, { assign: 'role(office_head)' }) + user(y, { assign: `post(${post.legal})` }) + end + chain('begin', 'fill', x, y, 'end'))
  await put(c, 'm_move', [], twoSteps('check', 'look'))
  const m = await start('m_move')
  await done(who.drafter, m)
  const dry = q => who.city_admin.read(`/matters/${m}/impact?${q}`)
  assert.deepEqual((await dry(`op=override&to=look&post_ids=${post.reviewer}`)).rows, [])
  await put(c, 'm_move', [], twoSteps('office', 'legal'))
  assert.deepEqual((await dry(`op=migrate&version=2&map=${encodeURIComponent('{"check":"office","look":"legal"}')}`)).rows, [])
  const no = await who.city_admin.get(`/matters/${m}/impact?op=migrate&version=2`)
  assert.deepEqual([no.status, no.body.code], [409, 'flow.does_not_fit'])
  assert.equal((await who.city_admin.get(`/matters/${m}/impact?op=migrate&version=9`)).body.field, 'version')
  assert.equal((await who.city_admin.get(`/matters/${m}/impact?op=migrate&version=2&map=x`)).body.field, 'map')
  assert.equal((await who.drafter.get(`/matters/${m}/impact?op=migrate&version=2`)).status, 403)
  assert.equal((await who.town_office.get(`/matters/${m}/impact?op=retry`)).status, 404)
  assert.deepEqual(await current(who.drafter, m), ['check'])
})

test('5.14 the dry run of a module in the real organisation: paths, people, dates, findings', async () => {
  await put(c, 'm_sim', [{ name: 'total', label: '金额', type: 'number' }, { name: 'handler', label: '承办人', type: 'post' }], process(begin + user('fill') + node('exclusiveGateway', 'gate', 'default="f_gate_small"') +
    user('big', { assign: 'role(office_head)', due: '2wd' }) + user('small', { assign: 'var(handler)' }) + end +
    chain('begin', 'fill', 'gate') + flow('gate', 'big', 'total > 1000') + flow('gate', 'small') + chain('big', 'end') + chain('small', 'end')))
  const sim = body => who.drafter.act('/modules/m_sim/simulate', body, { key: null })
  const no = (body, at = 'm_sim') => who.drafter.refused(`/modules/${at}/simulate`, body, at === 'm_sim' ? 400 : 404, undefined, { key: null })
  const big = await sim({ form: { total: '5000' } })
  assert.deepEqual([big.ways, big.is_capped, big.nodes.map(s => [s.node, s.is_sure, s.is_now])], [1, false, [['fill', true, false], ['big', true, false]]])
  assert.equal(big.way.steps[0].people[0].who, '温晓川')
  assert.ok(big.way.steps[1].people.length && big.way.steps[1].due_at > c.now())
  assert.ok(big.findings.some(f => f.node === 'small' && f.code === 'sim.unreachable' && f.message.length > 4))
  const small = await sim({ form: { total: '5' } })
  assert.deepEqual(small.way.steps.map(s => s.node), ['fill', 'small'])
  assert.equal(small.way.steps[1].people[0].choice, '承办人')
  const named = await sim({ form: { total: '5', handler: post.legal } })
  assert.deepEqual([named.way.steps[1].people.length, named.way.steps[1].people[0].choice], [1, null])
  const open = await sim({})
  assert.deepEqual([open.ways, open.nodes.map(s => [s.node, s.is_sure])], [2, [['fill', true], ['big', false], ['small', false]]], 'what is not known leaves both ways open')
  for (const [body, field] of [[{ form: [] }, 'form'], [{ outcomes: [] }, 'outcomes'], [{ vars: 'x' }, 'vars'], [{ post_id: post.town_clerk }, 'post_id']])
    assert.equal((await no(body)).field, field)
  await no({}, 'nothing')
})

test('5.14 what comes next in a matter; leaders are shielded from who need not know', async () => {
  await put(c, 'm_next', [], process(begin + user('fill') + user('check', { assign: 'role(office_head)', due: '1wd' }) + user('boss', { assign: `post(${post.leader})`, due: '2wd' }) + end + chain('begin', 'fill', 'check', 'boss', 'end')))
  const m = await start('m_next')
  await done(who.drafter, m)
  const at = `/matters/${m}/simulate`
  const next = await who.drafter.act(at, {}, { key: null })
  assert.deepEqual(next.nodes.map(s => [s.node, s.is_sure, s.is_now]), [['check', true, true], ['boss', true, false]])
  const [check, boss] = next.way.steps
  assert.ok(boss.due_at > check.due_at && boss.from_at === check.due_at)
  assert.deepEqual([check.people.length > 0, boss.people[0].shielded, boss.people[0].who], [true, true, null])
  const office = await who.office_head.act(at, {}, { key: null })
  assert.deepEqual([office.way.steps[1].people[0].shielded, typeof office.way.steps[1].people[0].who], [false, 'string'])
  await who.town_office.refused(at, {}, 404, undefined, { key: null })
  await who.town_office.refused('/matters/4711/simulate', {}, 404, undefined, { key: null })
  assert.equal((await who.drafter.refused(at, { outcomes: [] }, 400, 'input.object', { key: null })).field, 'outcomes')
  assert.deepEqual(await current(who.drafter, m), ['check'], 'nothing has moved')
  await done(who.office_head, m)
  await done(who.leader, m)
  await who.drafter.refused(at, {}, 409, 'flow.not_running', { key: null })
})

const service = (id, attributes) => node('serviceTask', id, attributes)
test('a service that fails is an incident with a retry, never a refusal of what the person did', async () => {
  await put(c, 'm_service', [], process(begin + user('fill') + service('number', 'oa:op="receiving.register"') + user('check', { assign: `post(${post.legal})` }) + end + chain('begin', 'fill', 'number', 'check', 'end')))
  const m = await start('m_service')
  await done(who.drafter, m, { opinion: '请编号。' }) // no letter was received: there is nothing to number
  const p = await page(who.drafter, m)
  assert.equal(p.state, 'running')
  assert.deepEqual(p.incidents.map(x => [x.node, x.code]), [['number', 'flow.service_failed']])
  assert.ok(p.sheet.flatMap(s => s.opinions).some(x => x.text === '请编号。'), 'what was said stands')
  assert.equal(await todo(who.drafter, m), undefined)
  assert.ok((await incidents(who.office_head)).some(r => r.matter_id === m && r.node === 'number'))
  assert.equal((await who.office_head.act(`/matters/${m}/retry`, { reason: '再试一次' })).incidents_n, 1, 'still not')
  assert.deepEqual(await current(who.drafter, m), [])
  await who.city_admin.act(`/matters/${m}/reroute`, { act: p.incidents[0].act, to: 'check', reason: '此件无须编号' })
  await done(who.legal, m)
  assert.equal(await state(who.drafter, m), 'done')
})

test('a service that failed is called again, and goes on when what was missing is there', async () => {
  // the number is confirmed beside the step that takes it: too early, until the clerk has reserved one
  const o = await officeOf(c), at = f => fs.readFileSync(path.join(root, 'modules/send', f), 'utf8')
  const change = (s, id, what) => { const line = s.split('\n').find(l => l.includes(what)); assert.ok(line, what); return s.replace(line, line.replace(/targetRef="\w+"/, `targetRef="${id}"`)) }
  let drawing = at('flow.bpmn')
  drawing = change(drawing, 'fork', 'id="f_pass"')
  drawing = change(drawing, 'both', 'sourceRef="number"')
  drawing = change(drawing, 'both', 'sourceRef="confirm_number"')
  drawing = drawing.replace('<serviceTask id="confirm_number"', node('parallelGateway', 'fork') + node('parallelGateway', 'both') + chain('fork', 'number') + chain('fork', 'confirm_number') + chain('both', 'dispatch') + '<serviceTask id="confirm_number"')
  await install(c, 'send', at('module.json'), drawing)
  const doc = await o.draft(), m = doc.matter_id
  await o.toNumber(m)
  const stuck = (await page(o.office_head, m)).incidents
  assert.deepEqual(stuck.map(x => [x.node, x.code]), [['confirm_number', 'flow.service_failed']])
  assert.equal((await o.office_head.act(`/matters/${m}/retry`, { reason: '再试一次' })).incidents_n, 1, 'still no number')
  const { book_id } = await o.doc_clerk.act('/number-books', { agency_id: o.government.id, mark: '常政再', year: new Date(c.now() + 8 * 3600e3).getUTCFullYear(), start_value: 1, kind: 'mark' })
  await o.doc_clerk.act(`/documents/${doc.document_id}/reserve_number`, { book_id })
  const key = newKey(), again = () => o.office_head.act(`/matters/${m}/retry`, { reason: '文号已取' }, { key })
  assert.equal((await again()).incidents_n, 0)
  await again() // the same once more is the same
  const p = await page(o.doc_clerk, m)
  assert.deepEqual([p.incidents, p.document.state], [[], 'numbered'])
  assert.equal((await incidents(o.office_head)).some(r => r.matter_id === m), false)
  await o.done(o.doc_clerk, m, {})
  assert.deepEqual(await current(o.doc_clerk, m), ['dispatch'])
  assert.equal((await ops(o.doc_clerk, m)).filter(x => x === 'doc.confirm_number').length, 1)
})

test('a service that fails may be caught where the flow says what then', async () => {
  await put(c, 'm_caught', [], process(begin + user('fill') + service('number', 'oa:op="receiving.register"') + boundary('none', 'number', '<errorEventDefinition errorRef="e"/>') +
    user('check') + user('by_hand', { assign: `post(${post.legal})` }) + end + node('endEvent', 'end2') + chain('begin', 'fill', 'number', 'check', 'end') + chain('none', 'by_hand', 'end2'), '<error id="e" errorCode="not_found"/>'))
  const m = await start('m_caught')
  await done(who.drafter, m)
  assert.deepEqual(await current(who.drafter, m), ['by_hand'])
  assert.deepEqual((await page(who.drafter, m)).incidents, [])
  await done(who.legal, m)
  assert.equal(await state(who.drafter, m), 'done')
})

test('a timer of the whole flow without a result refuses nobody’s start; retried it runs', async () => {
  await put(c, 'm_late', [{ name: 'by', label: '期限', type: 'text' }], process(begin + user('fill') + end + chain('begin', 'fill', 'end') +
    node('subProcess', 'watch', 'triggeredByEvent="true"', node('startEvent', 'late', 'isInterrupting="false"', '<timerEventDefinition><timeDuration>by</timeDuration></timerEventDefinition>') +
      user('remind', { assign: `post(${post.legal})` }) + node('endEvent', 'end3') + chain('late', 'remind', 'end3'))))
  const m = await start('m_late')
  assert.deepEqual((await page(who.drafter, m)).incidents.map(x => [x.node, x.code]), [['fill', 'flow.bad_timer']])
  assert.equal((await who.office_head.act(`/matters/${m}/retry`, { vars: { by: 'P2D' }, reason: '补期限' })).incidents_n, 0)
  await done(who.drafter, m)
  assert.equal(await state(who.drafter, m), 'done')
})
