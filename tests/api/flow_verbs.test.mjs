// The office's further verbs through the real server: allowed; forbidden with another unit's real id;
// malformed, by the named field; the key repeated; a stale revision. (FLOW 5.6, 5.8, 5.9, 5.10, 5.12,
// 5.13; S30, S58)
import test from 'node:test'
import assert from 'node:assert/strict'
import { city, newKey, query, until } from './tongban.mjs'
import { begin, boundary, chain, current, done, end, flow, node, ops, page, people, process, put, state, timer, todo, user } from './flow_kit.mjs'

const c = await city()
const DAY = 86400e3
const names = ['drafter', 'section_head', 'office_head', 'reviewer', 'doc_clerk', 'recheck', 'town_clerk', 'town_office', 'city_admin', 'finance', 'legal']
let who
const signIn = async () => { who = await people(c, names) }
await signIn()
const post = {}
const nameOf = {}
for (const n of names) {
  const me = await who[n].read('/me')
  post[n] = me.posts[0]?.id
  nameOf[n] = me.person.name
}
const later = async ms => { await c.later(ms); await signIn() }
const start = async (module, form = {}, client = who.drafter) => (await client.act('/matters', { module, title: module, form })).matter_id
const told = async (matter, op) => (await ops(who.drafter, matter)).filter(x => x === op).length
const dry = (client, matter, query) => client.read(`/matters/${matter}/impact?${query}`)

/** An id of another unit's is answered as one that does not exist. */
async function foreign(at, real, body = {}) {
  const a = await who.town_office.refused(at(real), body, 404, 'not_found')
  const b = await who.town_office.refused(at('4711'), body, 404, 'not_found')
  assert.deepEqual([a.code, a.detail], [b.code, b.detail])
}
/** The same key twice is one act with one answer. */
async function twice(client, at, body) {
  const key = newKey()
  const a = await client.act(at, body, { key }), b = await client.act(at, body, { key })
  assert.deepEqual(a, b)
  return a
}

/** The dry run of a verb on an item: [change, step, who] of each row; it changes nothing. */
async function dryItem(client, item, op, more = {}) {
  const before = (await ops(client, item.matter)).length
  const r = await client.read(`/items/${item.id}/impact?` + new URLSearchParams({ op, ...more }))
  assert.equal((await ops(client, item.matter)).length, before, 'nothing was done by ' + op)
  await foreign.read(id => `/items/${id}/impact?` + new URLSearchParams({ op, ...more }), item.id)
  return { ...r, rows: r.rows.map(x => [x.change, x.step, x.who]) }
}
foreign.read = async (at, real) => {
  const [a, b] = [await who.town_office.get(at(real)), await who.town_office.get(at('4711'))]
  assert.deepEqual([a.status, a.body.code], [404, 'not_found'])
  assert.deepEqual([b.status, b.body.detail], [404, a.body.detail])
}

test('R14 claim and put back: one of several candidates, in competition', async () => {
  await put(c, 'v_pool', [], process(begin + user('fill') + user('take', { assign: `post(${post.reviewer}), post(${post.recheck})` }) + end + chain('begin', 'fill', 'take', 'end')))
  const m = await start('v_pool')
  await done(who.drafter, m)
  const [one, two] = [await todo(who.reviewer, m), await todo(who.recheck, m)]
  assert.ok(one && two)
  const at = id => `/items/${id}/claim`
  await foreign(at, one.id)
  await who.reviewer.refused(at(one.id), { rev: 999 }, 409, 'item.stale')
  assert.equal((await who.reviewer.refused(at(one.id), { rev: 'x' }, 400)).field, 'rev')
  assert.deepEqual((await dryItem(who.reviewer, one, 'claim')).rows, [['suspend', 'take', nameOf.recheck]], 'the other has it no more')
  await twice(who.reviewer, at(one.id), { rev: one.rev })
  assert.equal(await todo(who.recheck, m), undefined, 'the others have it no more')
  await who.recheck.refused(at(two.id), {}, 409)
  const mine = await todo(who.reviewer, m)
  await foreign(id => `/items/${id}/put_back`, mine.id)
  assert.deepEqual((await dryItem(who.reviewer, mine, 'put_back')).rows, [['reopen', 'take', nameOf.recheck]])
  await twice(who.reviewer, `/items/${mine.id}/put_back`, {})
  assert.ok(await todo(who.recheck, m), 'back with all of them')
  await who.reviewer.refused(`/items/${mine.id}/put_back`, {}, 409, 'flow.not_claimed')
  const again = await todo(who.recheck, m)
  await who.recheck.act(at(again.id), {})
  await done(who.recheck, m)
  assert.equal(await state(who.drafter, m), 'done')
})

test('5.6 a delegation: the other prepares, it comes back', async () => {
  await put(c, 'v_plain', [], process(begin + user('fill') + user('check', { assign: 'role(office_head)' }) + end + chain('begin', 'fill', 'check', 'end')))
  const m = await start('v_plain')
  await done(who.drafter, m)
  const item = await todo(who.office_head, m), at = id => `/items/${id}/delegate`
  await foreign(at, item.id, { to_post: post.reviewer, reason: '请先看' })
  assert.equal((await who.office_head.refused(at(item.id), { to_post: post.town_clerk, reason: '请先看' }, 400, 'item.unknown_person')).field, 'to_post')
  assert.equal((await who.office_head.refused(at(item.id), { to_post: post.reviewer }, 400, 'input.required')).field, 'reason')
  await who.office_head.refused(at(item.id), { to_post: post.reviewer, reason: '请先看', rev: 999 }, 409, 'item.stale')
  for (const [op, was] of [['delegate', 'suspend'], ['transfer', 'void']])
    assert.deepEqual((await dryItem(who.office_head, item, op, { post_ids: post.reviewer })).rows, [[was, 'check', nameOf.office_head], ['open', 'check', nameOf.reviewer]], op)
  const ends = await dryItem(who.office_head, item, 'terminate')
  assert.deepEqual([ends.rows, ends.ends], [[['close', 'check', nameOf.office_head]], 'rejected'])
  await twice(who.office_head, at(item.id), { to_post: post.reviewer, reason: '请先看', rev: item.rev })
  assert.equal(await todo(who.office_head, m), undefined)
  await done(who.reviewer, m, { opinion: '已看，无意见' })
  await done(who.office_head, m)
  assert.equal(await state(who.drafter, m), 'done')
})

test('5.9 free routing: forward to one or several, in turn, and the owner finishes', async () => {
  await put(c, 'v_free', [], process(begin + user('fill') +
    '<adHocSubProcess id="zone" name="zone" oa:finish="owner">' + user('work') + '</adHocSubProcess>' + user('sum_up') + end + chain('begin', 'fill', 'zone', 'sum_up', 'end')))
  const m = await start('v_free')
  await done(who.drafter, m)
  const item = await todo(who.drafter, m), at = id => `/items/${id}/forward`
  await foreign(at, item.id, { post_ids: [post.reviewer] })
  for (const [body, field] of [[{}, 'post_ids'], [{ post_ids: [] }, 'post_ids'], [{ post_ids: [post.reviewer], way: 'both' }, 'way']])
    assert.equal((await who.drafter.refused(at(item.id), body, 400)).field, field)
  assert.equal((await who.drafter.refused(at(item.id), { post_ids: [post.reviewer, post.town_clerk] }, 400, 'item.unknown_person')).field, 'post_ids')
  await who.drafter.refused(at(item.id), { post_ids: [post.reviewer], rev: 999 }, 409, 'item.stale')
  await twice(who.drafter, at(item.id), { post_ids: [post.reviewer, post.recheck], way: 'par', opinion: '请各自办理', rev: item.rev })
  assert.deepEqual(await current(who.drafter, m), ['work', 'work'])
  const his = await todo(who.reviewer, m)
  await who.reviewer.act(at(his.id), { post_ids: [post.legal, post.finance], way: 'seq' })
  assert.ok(await todo(who.legal, m))
  assert.equal(await todo(who.finance, m), undefined, 'one after the other')
  await done(who.legal, m)
  await done(who.finance, m)
  const other = await todo(who.recheck, m)
  await foreign(id => `/items/${id}/finish`, other.id)
  await who.recheck.refused(`/items/${other.id}/finish`, {}, 403, 'flow.not_owner')
  await done(who.recheck, m)
  const back = await todo(who.drafter, m)
  assert.equal(back.node ?? back.step, 'work', 'it comes back to its owner')
  assert.deepEqual((await dryItem(who.drafter, back, 'finish')).rows, [['close', 'work', nameOf.drafter], ['open', 'sum_up', nameOf.drafter]])
  await twice(who.drafter, `/items/${back.id}/finish`, { opinion: '都办好了' })
  assert.deepEqual(await current(who.drafter, m), ['sum_up'])
  await who.drafter.refused(`/items/${(await todo(who.drafter, m)).id}/forward`, { post_ids: [post.reviewer] }, 409)
  await done(who.drafter, m)
  assert.equal(await state(who.drafter, m), 'done')
})

const branches = (client, m) => client.rows(`/matters/${m}/branches`)
test('5.8 a parallel sending: one more, one withdrawn, and collected', async () => {
  await put(c, 'v_branches', [{ name: 'people', label: '送给', type: 'posts' }], process(begin + user('fill') +
    '<subProcess id="each" name="each" oa:collection="people" oa:item="one"><multiInstanceLoopCharacteristics/>' +
    '<startEvent id="b2"/><endEvent id="e2"/>' + user('read', { assign: 'var(one)' }) + chain('b2', 'read', 'e2') + '</subProcess>' +
    user('close') + end + chain('begin', 'fill', 'each', 'close', 'end')), { variables: ['one'] })
  const m = await start('v_branches', { people: [post.reviewer, post.recheck] })
  await done(who.drafter, m)
  let all = await branches(who.drafter, m)
  assert.deepEqual(all.map(b => [b.state, b.is_opened, b.can_withdraw]), [['open', false, true], ['open', false, true]])
  const act = all[0].act, at = verb => id => `/matters/${id}/${verb}`
  await foreign(at('add_branch'), m, { act, post_id: post.town_clerk })
  await foreign(at('withdraw_branch'), m, { scope: all[1].scope, reason: '送错' })
  await foreign(at('collect'), m, { act, reason: '够了' })
  assert.equal((await who.town_office.get(`/matters/${m}/branches`)).status, 404)
  await who.reviewer.get(`/matters/${m}/branches`)
  for (const [body, field] of [[{ act }, 'post_id'], [{ post_id: post.legal }, 'act'], [{ act: 0, post_id: post.legal }, 'act'], [{ act, post_id: post.town_clerk }, 'post_id']])
    assert.equal((await who.drafter.refused(at('add_branch')(m), body, 400)).field, field)
  assert.equal((await who.drafter.refused(at('add_branch')(m), { act: 99, post_id: post.legal }, 404, 'flow.no_act')).field, 'act')
  assert.equal((await who.drafter.refused(at('withdraw_branch')(m), { scope: 99, reason: '送错' }, 404, 'flow.no_branch')).field, 'scope')
  const before = await dry(who.drafter, m, `op=add_branch&act=${act}&post_id=${post.legal}`)
  assert.deepEqual(before.rows.map(r => [r.change, r.step]), [['open', 'read']])
  await twice(who.drafter, at('add_branch')(m), { act, post_id: post.legal })
  assert.ok(await todo(who.legal, m))
  all = await branches(who.drafter, m)
  assert.equal(all.length, 3, 'the key repeated adds no fourth')
  assert.equal((await who.drafter.refused(at('withdraw_branch')(m), { scope: all[1].scope }, 400)).field, 'reason')
  const gone = await dry(who.drafter, m, `op=withdraw_branch&scope=${all[1].scope}`)
  assert.deepEqual(gone.rows.map(r => [r.change, r.was]), [['void', 'todo']])
  await twice(who.drafter, at('withdraw_branch')(m), { scope: all[1].scope, reason: '送错' })
  assert.equal(await todo(who.recheck, m), undefined)
  await who.reviewer.act(`/items/${(await todo(who.reviewer, m)).id}/open`, {})
  await who.drafter.refused(at('withdraw_branch')(m), { scope: all[0].scope, reason: '送错' }, 409)
  await done(who.reviewer, m, { opinion: '阅。' })
  all = await branches(who.drafter, m)
  assert.deepEqual(all.map(b => [b.state, b.opinion]), [['closed', '阅。'], ['void', ''], ['open', '']].map(([s, o]) => [s, o || null]))
  assert.equal((await who.drafter.refused(at('collect')(m), { act }, 400)).field, 'reason')
  assert.deepEqual((await dry(who.drafter, m, `op=collect&act=${act}`)).rows.map(r => r.change).sort(), ['open', 'void'])
  await twice(who.drafter, at('collect')(m), { act, reason: '其余不再等待' })
  assert.deepEqual(await current(who.drafter, m), ['close'])
  assert.equal(await todo(who.legal, m), undefined)
  await who.drafter.refused(at('add_branch')(m), { act, post_id: post.legal }, 409)
  await done(who.drafter, m)
})

test('挂起 and 恢复: nobody has it, every clock stands', async () => {
  await put(c, 'v_hold', [], process(begin + user('fill') + user('check', { assign: 'role(office_head)', due: '2wd' }) + boundary('over', 'check', timer('P6D')) +
    user('late') + end + chain('begin', 'fill', 'check', 'end') + chain('over', 'late', 'end')))
  const m = await start('v_hold')
  await done(who.drafter, m)
  const at = verb => id => `/matters/${id}/${verb}`, item = await todo(who.office_head, m)
  for (const verb of ['suspend', 'resume']) {
    await foreign(at(verb), m, { reason: '等上级文件' })
    await who.reviewer.refused(at(verb)(m), { reason: 'x' }, 404)
    await who.drafter.refused(at(verb)(m), { reason: '等上级文件' }, 403, 'matter.only_admin')
    assert.equal((await who.office_head.refused(at(verb)(m), {}, 400, 'input.required')).field, 'reason')
  }
  const plan = await dry(who.office_head, m, 'op=suspend')
  assert.deepEqual([plan.ends, plan.rows.map(r => [r.change, r.step])], ['suspended', [['suspend', 'check']]])
  await who.office_head.refused(at('resume')(m), { reason: '没有挂起' }, 409)
  await twice(who.office_head, at('suspend')(m), { reason: '等上级文件' })
  assert.equal(await state(who.drafter, m), 'suspended')
  assert.equal(await todo(who.office_head, m), undefined)
  await who.office_head.refused(`/items/${item.id}/complete`, {}, 409)
  await later(20 * DAY)
  assert.equal(await state(who.drafter, m), 'suspended')
  assert.equal(await told(m, 'flow.timer'), 0, 'the timer stood')
  assert.deepEqual((await dry(who.office_head, m, 'op=resume')).rows.map(r => [r.change, r.step]), [['reopen', 'check']])
  await twice(who.office_head, at('resume')(m), { reason: '文件已到' })
  const back = await todo(who.office_head, m)
  assert.ok(back.due_at > c.now(), 'and so did the limit: what was left is left')
  assert.equal(await told(m, 'flow.timer'), 0)
  assert.deepEqual(await current(who.drafter, m), ['check'])
  await later(7 * DAY)
  await until('the timer goes on', async () => (await current(who.drafter, m)).includes('late'))
  await done(who.drafter, m)
})

const two = process(begin + user('fill') + user('check', { assign: 'role(office_head)' }) + user('look', { assign: `post(${post.reviewer})` }) +
  node('parallelGateway', 'split') + user('left', { assign: `post(${post.recheck})` }) + user('right', { assign: `post(${post.legal})` }) + node('parallelGateway', 'join') + end +
  chain('begin', 'fill', 'check', 'look', 'split', 'left', 'join', 'end') + chain('split', 'right', 'join'))
const actOf = async (client, m, id) => (await page(client, m)).current.find(x => x.node === id).act

test('5.10 the administrator moves it, only to where the process can be', async () => {
  await put(c, 'v_two', [], two)
  const m = await start('v_two')
  await done(who.drafter, m)
  const act = await actOf(who.drafter, m, 'check'), at = id => `/matters/${id}/reroute`
  assert.ok(act, 'the page names the act')
  const body = { act, to: 'look', reason: '主任外出，先由文秘科核' }
  await foreign(at, m, body)
  for (const n of ['drafter', 'office_head']) await who[n].refused(at(m), body, 403, 'matter.only_admin')
  for (const [change, field] of [[{ reason: '' }, 'reason'], [{ to: '' }, 'to'], [{ to: 'nowhere' }, 'to'], [{ act: 0 }, 'act']])
    assert.equal((await who.city_admin.refused(at(m), { ...body, ...change }, 400)).field, field)
  assert.equal((await who.city_admin.refused(at(m), { ...body, act: 99 }, 404, 'flow.no_act')).field, 'act')
  const plan = await dry(who.city_admin, m, `op=reroute&act=${act}&to=look`)
  assert.deepEqual(plan.rows.map(r => [r.change, r.step]), [['void', 'check'], ['open', 'look']])
  await twice(who.city_admin, at(m), body)
  assert.deepEqual(await current(who.drafter, m), ['look'])
  assert.equal(await told(m, 'matter.reroute'), 1)
  // into one branch of two: the other side waits as done, the join is not starved
  await who.city_admin.act(at(m), { act: await actOf(who.drafter, m, 'look'), to: 'left', reason: '已看' })
  await done(who.recheck, m)
  assert.equal(await state(who.drafter, m), 'done')
  await who.city_admin.refused(at(m), body, 409)
})

test('5.13 others are named for one step of one matter', async () => {
  const m = await start('v_two'), at = id => `/matters/${id}/override`
  const body = { node: 'look', post_ids: [post.finance], reason: '季思远休假' }
  await foreign(at, m, body)
  await who.drafter.refused(at(m), body, 403, 'matter.only_admin')
  for (const [change, field] of [[{ reason: '' }, 'reason'], [{ node: '' }, 'node'], [{ node: 'nowhere' }, 'node'], [{ post_ids: [post.town_clerk] }, 'post_ids']])
    assert.equal((await who.city_admin.refused(at(m), { ...body, ...change }, 400)).field, field)
  await twice(who.city_admin, at(m), body)
  const other = await start('v_two')
  for (const x of [m, other]) { await done(who.drafter, x); await done(who.office_head, x) }
  assert.ok(await todo(who.finance, m))
  assert.equal(await todo(who.reviewer, m), undefined)
  assert.ok(await todo(who.reviewer, other), 'only of that matter')
  await who.city_admin.act(at(m), { node: 'look', post_ids: [], reason: '已返岗' })
  await done(who.finance, m)
})

test('5.13 to another version, only where the marking has its place', async () => {
  await put(c, 'v_move', [], process(begin + user('fill') + user('check', { assign: 'role(office_head)' }) + user('look', { assign: `post(${post.reviewer})` }) + end + chain('begin', 'fill', 'check', 'look', 'end')))
  const [a, b] = [await start('v_move'), await start('v_move')]
  for (const m of [a, b]) await done(who.drafter, m)
  await put(c, 'v_move', [], process(begin + user('fill') + user('office', { assign: 'role(office_head)' }) + user('legal', { assign: `post(${post.legal})` }) + end + chain('begin', 'fill', 'office', 'legal', 'end')))
  const at = id => `/matters/${id}/migrate`, body = { version: 2, map: { check: 'office', look: 'legal' }, reason: '新流程' }
  await foreign(at, a, body)
  await who.office_head.refused(at(a), body, 403, 'matter.only_admin')
  for (const [change, field] of [[{ version: 99 }, 'version'], [{ version: 0 }, 'version'], [{ map: ['x'] }, 'map'], [{ reason: '' }, 'reason']])
    assert.equal((await who.city_admin.refused(at(a), { ...body, ...change }, 400)).field, field)
  await who.city_admin.refused(at(a), { version: 2, reason: '新流程' }, 409, 'flow.does_not_fit')
  assert.deepEqual(await current(who.drafter, a), ['check'])
  const item = await todo(who.office_head, a)
  await twice(who.city_admin, at(a), body)
  assert.deepEqual(await current(who.drafter, a), ['office'])
  assert.equal((await todo(who.office_head, a)).id, item.id, 'the same item')
  await done(who.office_head, a)
  await done(who.legal, a)
  await done(who.office_head, b)
  assert.ok(await todo(who.reviewer, b), 'who was not moved goes on as begun')
  for (const m of [a, b]) assert.deepEqual(query(c, `SELECT count(*) FROM flow_timer WHERE matter_id = ${m}`), [['0']])
})
