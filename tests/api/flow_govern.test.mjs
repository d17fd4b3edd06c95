// Who governs a flow sees where it stands and what keeps it, without the paper; is offered only what is
// accepted: steps to which it may be moved, versions it fits; a stranger with the real id is answered as
// for one that does not exist. (FLOW §3, 5.10, 5.13)
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from './tongban.mjs'
import { begin, chain, current, done, end, flow, node, page, people, process, put, todo, user } from './flow_kit.mjs'

const c = await city()
const who = await people(c, ['drafter', 'office_head', 'reviewer', 'recheck', 'legal', 'town_office', 'city_admin'])
const post = {}
for (const n of Object.keys(who)) post[n] = (await who[n].read('/me')).posts[0]?.id
const unit = (await who.drafter.read('/me')).posts[0].unit.id
const start = async (module, form = {}) => (await who.drafter.act('/matters', { module, title: module, form })).matter_id
const govern = (client, m) => client.read(`/matters/${m}/govern`)
async function hidden(path) {
  const none = await who.town_office.get(path('4711')), a = await who.town_office.get(path.real)
  assert.deepEqual([a.status, a.body.code, a.body.detail], [404, none.body.code, none.body.detail])
}
const at = (m, what) => Object.assign(x => `/matters/${x}${what}`, { real: `/matters/${m}${what}` })

const two = process(begin + user('fill') + user('check', { assign: 'role(office_head)' }) + user('look', { assign: `post(${post.reviewer})` }) +
  node('parallelGateway', 'split') + user('left', { assign: `post(${post.recheck})` }) + user('right', { assign: `post(${post.legal})` }) + node('parallelGateway', 'join') + end +
  chain('begin', 'fill', 'check', 'look', 'split', 'left', 'join', 'end') + chain('split', 'right', 'join'))

test('the administrator sees the flow, not the paper; the head of office may mend, not move', async () => {
  await put(c, 'g_two', [], two)
  const m = await start('g_two')
  await done(who.drafter, m)
  for (const x of ['/govern', '/reroute-targets?act=1', '/migration?version=1']) await hidden(at(m, x))
  assert.equal((await who.drafter.get(`/matters/${m}/govern`)).status, 403)
  assert.equal((await who.office_head.get(`/matters/${m}/reroute-targets?act=1`)).status, 403)
  const a = await govern(who.city_admin, m)
  assert.deepEqual([a.title, a.state, a.version, a.newest, a.can], [null, 'running', 1, 1, { suspend: true, resume: false, retry: false, reroute: true, override: true, migrate: true }])
  assert.deepEqual([a.current.map(x => x.node), a.steps.map(s => s.node), a.picture.nodes.find(n => n.id === 'check').state], [['check'], ['fill', 'check', 'look', 'left', 'right'], 'active'])
  const o = await govern(who.office_head, m)
  assert.deepEqual([o.title, o.can], ['g_two', { suspend: true, resume: false, retry: false, reroute: false, override: false, migrate: false }])
})

test('5.10 every step offered is accepted, every other one refused', async () => {
  const act = async m => (await page(who.drafter, m)).current[0].act
  const first = await start('g_two')
  await done(who.drafter, first)
  const offered = (await who.city_admin.rows(`/matters/${first}/reroute-targets?act=${await act(first)}`)).map(x => x.node)
  assert.deepEqual(offered.filter(x => ['fill', 'look', 'left', 'right'].includes(x)), ['fill', 'look', 'left', 'right'])
  for (const to of ['fill', 'check', 'look', 'left', 'right', 'split', 'nowhere']) {
    const m = await start('g_two')
    await done(who.drafter, m)
    const r = await who.city_admin.post(`/matters/${m}/reroute`, { act: await act(m), to, reason: '调度' })
    assert.equal(r.status < 300, offered.includes(to), `${to} answered ${r.status}`)
  }
  assert.equal((await who.city_admin.get(`/matters/${first}/reroute-targets`)).body.field, 'act')
  assert.deepEqual(await who.city_admin.rows(`/matters/${first}/reroute-targets?act=99`), [])
})

test('5.13 who was named for this matter stands on its page', async () => {
  const m = await start('g_two')
  await who.city_admin.act(`/matters/${m}/override`, { node: 'look', post_ids: [post.legal], reason: '代办' })
  const name = (await who.legal.read('/me')).person.name
  assert.deepEqual((await govern(who.city_admin, m)).steps.find(s => s.node === 'look').named, [name])
})

test('5.13 a version: what stands for what, why it does not fit, and behind a gateway that was dropped', async () => {
  const decide = process(begin + user('fill') + node('exclusiveGateway', 'gate', 'default="f_gate_check"') + user('check', { assign: 'role(office_head)' }) + user('look', { assign: `post(${post.reviewer})` }) + end +
    chain('begin', 'fill', 'gate', 'check', 'end') + flow('gate', 'look', 'note = "look"') + chain('look', 'end'))
  await put(c, 'g_gate', [], decide)
  const [m, other] = [await start('g_gate', { note: 'x' }), await start('g_gate', { note: 'look' })]
  for (const x of [m, other]) await done(who.drafter, x)
  await put(c, 'g_gate', [], process(begin + user('fill') + user('check', { assign: 'role(office_head)' }) + user('sum', { assign: `post(${post.legal})` }) + end + chain('begin', 'fill', 'check', 'sum', 'end')))
  const plan = (x, map) => who.city_admin.read(`/matters/${x}/migration?version=2${map ? '&map=' + encodeURIComponent(JSON.stringify(map)) : ''}`)
  const fits = await plan(m)
  assert.deepEqual([fits.fits, fits.findings, fits.steps.map(s => [s.node, s.is_here, s.to])], [true, [], [['fill', false, 'fill'], ['check', true, 'check'], ['look', false, null]]])
  assert.deepEqual(fits.places.map(p => p.node), ['fill', 'check', 'sum'])
  const no = await plan(other)
  assert.deepEqual([no.fits, no.findings.map(f => [f.node, f.code])], [false, [['look', 'flow.misfit_gone']]])
  assert.ok(no.findings[0].words.length > 8)
  assert.equal((await plan(other, { look: 'sum' })).fits, true)
  for (const [q, field] of [['version=9', 'version'], ['version=2&map=x', 'map'], ['', 'version']]) assert.equal((await who.city_admin.get(`/matters/${m}/migration?${q}`)).body.field, field)
  const rows = async () => (await who.city_admin.rows(`/flow-matters?module=g_gate&unit_id=${unit}`)).map(r => [r.matter_id, r.version, r.title])
  assert.deepEqual(await rows(), [[other, 1, null], [m, 1, null]])
  const item = await todo(who.office_head, m)
  await who.city_admin.act(`/matters/${m}/migrate`, { version: 2, reason: '新流程' })
  await who.city_admin.act(`/matters/${other}/migrate`, { version: 2, map: { look: 'sum' }, reason: '新流程' })
  assert.equal((await todo(who.office_head, m)).id, item.id, 'the same item')
  assert.deepEqual([await current(who.drafter, m), await current(who.drafter, other)], [['check'], ['sum']])
  assert.deepEqual((await rows()).map(r => r[1]), [2, 2])
  await done(who.office_head, m)
  assert.deepEqual(await current(who.drafter, m), ['sum'])
  // the list is the governor's alone, and by state
  assert.deepEqual((await who.office_head.rows('/flow-matters?module=g_gate')).map(r => r.title), ['g_gate', 'g_gate'])
  assert.deepEqual(await who.office_head.rows('/flow-matters?module=g_gate&state=suspended'), [])
  assert.equal((await who.drafter.get('/flow-matters?module=g_gate')).status, 404)
  assert.equal((await who.town_office.get(`/flow-matters?module=g_gate&unit_id=${unit}`)).status, 404)
  assert.equal((await who.office_head.get('/flow-matters')).body.field, 'module')
})

test('an incident says by which data the flow decides', async () => {
  await put(c, 'g_stuck', [{ name: 'total', label: '金额', type: 'number' }], process(begin + user('fill') + node('exclusiveGateway', 'gate', 'default="f_gate_small"') +
    user('big', { assign: `post(${post.reviewer})` }) + user('small', { assign: `post(${post.legal})` }) + end + chain('begin', 'fill', 'gate') + flow('gate', 'big', 'total > 1000') + flow('gate', 'small') + chain('big', 'end') + chain('small', 'end')))
  const m = await start('g_stuck')
  await done(who.drafter, m)
  const a = await govern(who.city_admin, m)
  assert.deepEqual([a.incidents.map(x => [x.node, x.asks]), a.choices.find(x => x.name === 'total'), a.can.retry], [[['gate', ['total']]], { name: 'total', label: '金额', kind: 'number' }, true])
  assert.deepEqual((await page(who.drafter, m)).incidents[0].asks, ['total'])
})

test('P8 the picture names who had a step and when; a leader who has it is not named to others', async () => {
  const m = await start('g_two')
  await done(who.drafter, m)
  const hands = async client => (await client.read(`/matters/${m}/diagram`)).nodes.find(n => n.id === 'check').hands[0]
  const seen = await hands(who.drafter), office = await hands(who.office_head)
  assert.deepEqual([office.state, office.shielded, typeof office.who, typeof office.at], ['active', false, 'string', 'number'])
  if (seen.shielded) assert.deepEqual([seen.who, seen.at], [null, null])
  const fill = (await who.drafter.read(`/matters/${m}/diagram`)).nodes.find(n => n.id === 'fill').hands
  assert.deepEqual(fill.map(h => [h.state, h.who]), [['done', (await who.drafter.read('/me')).person.name]])
})
