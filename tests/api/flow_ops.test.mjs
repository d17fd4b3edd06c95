// What the page of a matter offers is accepted, and what is accepted is offered: claim, put back,
// delegate, forward, finish, suspend, resume, and the branches of a parallel sending, each asked of the
// real server; a stranger with another unit's real id is answered as for one that does not exist.
// (FLOW 5.6, 5.8, 5.9, 5.11; B6)
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from './tongban.mjs'
import { begin, chain, current, done, end, page, people, process, put, state, todo, user } from './flow_kit.mjs'

const c = await city()
const who = await people(c, ['drafter', 'office_head', 'reviewer', 'doc_clerk', 'recheck', 'town_office', 'finance', 'legal', 'city_admin'])
const post = {}
for (const n of Object.keys(who)) post[n] = (await who[n].read('/me')).posts[0]?.id
const start = async (module, form = {}) => (await who.drafter.act('/matters', { module, title: module, form })).matter_id
const offered = async (client, m) => (await page(client, m)).my_item?.ops ?? []
const VERBS = ['claim', 'put_back', 'delegate', 'forward', 'finish']
const verbs = async (client, m) => (await offered(client, m)).filter(x => VERBS.includes(x)).sort()
const bodies = { claim: {}, put_back: {}, delegate: { reason: '请先看' }, forward: {}, finish: {} }

/** Verbs that are not offered are refused, and a stranger gets no word of any. */
async function refusedAre(name, m, to) {
  const mine = (await page(who[name], m)).my_item, ops = mine.ops
  for (const verb of VERBS) {
    const body = { ...bodies[verb], ...(verb === 'delegate' ? { to_post: to } : verb === 'forward' ? { post_ids: [to] } : {}) }
    const none = await who.town_office.refused(`/items/4711/${verb}`, body, 404, 'not_found')
    const a = await who.town_office.refused(`/items/${mine.id}/${verb}`, body, 404, 'not_found')
    assert.deepEqual([a.code, a.detail], [none.code, none.detail])
    if (ops.includes(verb)) continue
    const r = await who[name].post(`/items/${mine.id}/${verb}`, body)
    assert.ok(r.status === 409 || r.status === 403, `${verb} is not offered to ${name}, and answered ${r.status}`)
  }
}

test('claim is offered to each of several candidates, put back to who has it', async () => {
  await put(c, 'o_pool', [], process(begin + user('fill') + user('take', { assign: `post(${post.reviewer}), post(${post.recheck})` }) + user('pool', { assign: 'role(reviewer)' }) + end + chain('begin', 'fill', 'take', 'pool', 'end')))
  const m = await start('o_pool')
  assert.deepEqual(await verbs(who.drafter, m), ['delegate'])
  await refusedAre('drafter', m, post.legal)
  await done(who.drafter, m)
  for (const n of ['reviewer', 'recheck']) assert.deepEqual(await verbs(who[n], m), ['claim', 'delegate'], n)
  await refusedAre('reviewer', m, post.legal)
  await who.reviewer.act(`/items/${(await todo(who.reviewer, m)).id}/claim`, {})
  assert.deepEqual(await verbs(who.reviewer, m), ['delegate', 'put_back'])
  assert.equal((await page(who.recheck, m)).my_item, null)
  await refusedAre('reviewer', m, post.legal)
  await who.reviewer.act(`/items/${(await todo(who.reviewer, m)).id}/put_back`, {})
  assert.deepEqual(await verbs(who.recheck, m), ['claim', 'delegate'])
  await done(who.recheck, m)
  // a pool of a role
  assert.deepEqual((await verbs(who.reviewer, m)).includes('claim'), true)
  await who.reviewer.act(`/items/${(await todo(who.reviewer, m)).id}/claim`, {})
  assert.deepEqual((await verbs(who.reviewer, m)).includes('put_back'), true)
  await done(who.reviewer, m)
  assert.equal(await state(who.drafter, m), 'done')
})

test('what a step does not allow its holder is not offered, and refused', async () => {
  await put(c, 'o_strict', [], process(begin + user('fill', { ops: 'urge' }) + end + chain('begin', 'fill', 'end')))
  const m = await start('o_strict')
  assert.deepEqual(await offered(who.drafter, m), ['complete'])
  await refusedAre('drafter', m, post.legal)
})

test('a delegation is offered once more to the one who advises, and not while one waits', async () => {
  await put(c, 'o_plain', [], process(begin + user('fill') + user('check', { assign: 'role(office_head)' }) + end + chain('begin', 'fill', 'check', 'end')))
  const m = await start('o_plain')
  await done(who.drafter, m)
  await who.office_head.act(`/items/${(await todo(who.office_head, m)).id}/delegate`, { to_post: post.reviewer, reason: '请先看' })
  const p = await page(who.office_head, m)
  assert.deepEqual([p.my_item, p.waiting.length], [null, 1])
  await refusedAre('reviewer', m, post.legal)
  await done(who.reviewer, m)
  assert.deepEqual(await verbs(who.office_head, m), ['delegate'])
})

test('B6 自由协同 from its start to its closing: the owner closes, the others send on or are done', async () => {
  const m = await start('free_collaboration', { content: '商量迎检分工', want: 'comment' })
  await done(who.drafter, m)
  assert.deepEqual(await verbs(who.drafter, m), ['finish', 'forward'])
  await refusedAre('drafter', m, post.legal)
  const item = await todo(who.drafter, m)
  const plan = await who.drafter.read(`/items/${item.id}/impact?op=forward&mode=par&post_ids=${post.reviewer},${post.recheck}`)
  assert.deepEqual(plan.rows.map(r => r.change).sort(), ['close', 'open', 'open'])
  await who.drafter.act(`/items/${item.id}/forward`, { post_ids: [post.reviewer, post.recheck], way: 'par', opinion: '请各自准备' })
  assert.deepEqual(await verbs(who.reviewer, m), ['forward'], 'who does not own it does not close it')
  await refusedAre('reviewer', m, post.legal)
  await who.reviewer.act(`/items/${(await todo(who.reviewer, m)).id}/forward`, { post_ids: [post.legal], opinion: '法制科也看看' })
  for (const n of ['legal', 'recheck']) await done(who[n], m, { opinion: '已办' })
  assert.deepEqual(await verbs(who.drafter, m), ['finish', 'forward'], 'it came back to its owner')
  await who.drafter.act(`/items/${(await todo(who.drafter, m)).id}/finish`, { opinion: '都齐了' })
  assert.deepEqual(await current(who.drafter, m), ['sum_up'])
  await refusedAre('drafter', m, post.legal)
  await done(who.drafter, m, { form: { summary: '分工已定' } })
  assert.equal(await state(who.drafter, m), 'done')
})

test('B6 5.9 the owner closes early without holding an item, with a reason; nobody else does', async () => {
  const m = await start('free_collaboration', { content: '商量迎检分工', want: 'comment' }), at = id => `/matters/${id}/finish`
  await done(who.drafter, m)
  const can = async client => (await page(client, m)).can.finish
  assert.equal(await can(who.drafter), false, 'the owner has it still')
  await who.drafter.refused(at(m), { reason: '不用了' }, 403, 'flow.not_owner')
  await who.drafter.act(`/items/${(await todo(who.drafter, m)).id}/forward`, { post_ids: [post.reviewer, post.recheck], way: 'par', opinion: '请各自准备' })
  await who.reviewer.act(`/items/${(await todo(who.reviewer, m)).id}/forward`, { post_ids: [post.legal], opinion: '法制科也看看' })
  assert.deepEqual([await can(who.drafter), await can(who.reviewer), await can(who.recheck)], [true, false, false])
  await who.reviewer.refused(at(m), { reason: '不用了' }, 403, 'flow.not_owner')
  const other = await who.town_office.refused(at(m), { reason: '不用了' }, 404), none = await who.town_office.refused(at('4711'), { reason: '不用了' }, 404)
  assert.deepEqual([other.code, other.detail], [none.code, none.detail])
  assert.equal((await who.drafter.refused(at(m), {}, 400)).field, 'reason')
  const plan = await who.drafter.read(`/matters/${m}/impact?op=finish`)
  assert.deepEqual(plan.rows.map(r => r.change).sort(), ['open', 'void', 'void'])
  await who.drafter.act(at(m), { reason: '分工已在会上定了' })
  for (const n of ['recheck', 'legal']) assert.equal(await todo(who[n], m), undefined)
  assert.deepEqual(await current(who.drafter, m), ['sum_up'])
  await who.drafter.refused(at(m), { reason: '再来' }, 403, 'flow.not_owner')
  await done(who.drafter, m, { form: { summary: '分工已定' } })
  assert.equal(await state(who.drafter, m), 'done')
  assert.ok((await who.drafter.rows(`/matters/${m}/trace`)).some(t => t.op === 'matter.finish'))
})

test('a matter of a module that only some roles start is its starter’s to cancel too', async () => {
  await put(c, 'o_roles', [], process(begin + user('fill') + user('check', { assign: 'role(office_head)' }) + end + chain('begin', 'fill', 'check', 'end')), { start: ['doc_clerk'] })
  await who.drafter.refused('/matters', { module: 'o_roles', title: '试' }, 403, 'module.not_your_role')
  const m = (await who.doc_clerk.act('/matters', { module: 'o_roles', title: '试' })).matter_id
  await done(who.doc_clerk, m)
  assert.equal((await page(who.doc_clerk, m)).can.cancel, true)
  await who.doc_clerk.act(`/matters/${m}/cancel`, { reason: '不办了' })
  assert.equal(await state(who.doc_clerk, m), 'void')
})

test('suspend and resume are offered to the head of office, one after the other', async () => {
  await put(c, 'o_hold', [], process(begin + user('fill') + user('check', { assign: 'role(office_head)' }) + end + chain('begin', 'fill', 'check', 'end')))
  const m = await start('o_hold')
  await done(who.drafter, m)
  const can = async client => { const x = (await page(client, m)).can; return [x.govern, x.suspend, x.resume] }
  assert.deepEqual(await can(who.drafter), [false, false, false])
  assert.deepEqual(await can(who.office_head), [true, true, false])
  await who.office_head.refused(`/matters/${m}/resume`, { reason: '没有挂起' }, 409)
  await who.office_head.act(`/matters/${m}/suspend`, { reason: '等上级文件' })
  assert.deepEqual(await can(who.office_head), [true, false, true])
  await who.office_head.refused(`/matters/${m}/suspend`, { reason: '再挂' }, 409)
  await who.office_head.act(`/matters/${m}/resume`, { reason: '文件已到' })
  await done(who.office_head, m)
  assert.deepEqual(await can(who.office_head), [true, false, false], 'what has ended stays ended')
})

test('5.8 the branches say what may be done to each and to their step', async () => {
  await put(c, 'o_branches', [{ name: 'people', label: '送给', type: 'posts' }], process(begin + user('fill') +
    '<subProcess id="each" name="each" oa:collection="people" oa:item="one"><multiInstanceLoopCharacteristics/>' +
    '<startEvent id="b2"/><endEvent id="e2"/>' + user('read', { assign: 'var(one)' }) + chain('b2', 'read', 'e2') + '</subProcess>' +
    user('close') + end + chain('begin', 'fill', 'each', 'close', 'end')), { variables: ['one'] })
  const m = await start('o_branches', { people: [post.finance, post.legal] })
  assert.equal((await page(who.drafter, m)).can.branches, false)
  await done(who.drafter, m)
  assert.equal((await page(who.drafter, m)).can.branches, true)
  const rows = async n => (await who[n].rows(`/matters/${m}/branches`)).map(b => [b.is_opened, b.can_withdraw, b.can_add, b.can_collect])
  assert.deepEqual(await rows('drafter'), [[false, true, true, true], [false, true, true, true]])
  assert.deepEqual(await rows('legal'), [[false, false, false, false], [false, false, false, false]], 'not to who only has a branch')
  await who.legal.refused(`/matters/${m}/collect`, { act: 1, reason: 'x' }, 403)
  await who.legal.act(`/items/${(await todo(who.legal, m)).id}/open`, {})
  assert.deepEqual(await rows('drafter'), [[false, true, true, true], [true, false, true, true]])
  for (const n of ['finance', 'legal']) await done(who[n], m)
  assert.deepEqual(await rows('drafter'), [[true, false, false, false], [true, false, false, false]])
})
