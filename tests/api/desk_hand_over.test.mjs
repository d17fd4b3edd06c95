// 移交 (FLOW 5.6; OFFICE P3): a change of who is in charge lists the open ones for hand-over; who
// leaves hands everything over, item by item under one batch; what cannot go is told by itself.
import test from 'node:test'
import assert from 'node:assert/strict'
import { orgCity } from './org_city.mjs'

const { c, as, unit, person } = await orgCity()
const bureau = unit('示例市财政局')
const admin = await as('finance_admin'), cityAdmin = await as('city_admin')
const one = await as('budget_one'), two = await as('budget_two'), head = await as('budget_head'), chief = await as('finance_head'), vice = await as('finance_vice')
const budget = (await admin.read('/units/' + bureau)).sections.find(s => s.name === '预算科').id
const post = async name => (await person(name)).post
const jie = await post('解堃'), zeng = await post('曾德明'), qiu = await post('仇敏')
const postTwo = (await two.read('/me')).posts[0].id
const day = n => new Date(c.now() + 8 * 3600e3 + n * 86400e3).toISOString().slice(0, 10)
const todo = client => client.rows('/items?box=todo')
const of = async (client, matter) => (await todo(client)).find(r => r.matter === matter)
const badges = async client => (await client.read('/me/counters'))
const impact = (client, from, to, items = [], readings = []) => client.read(`/posts/${from}/hand-over-impact?` + new URLSearchParams({ to_post: to, ...(items.length ? { item_ids: items } : {}), ...(readings.length ? { reading_ids: readings } : {}) }))
const request = async (title, client = one) => (await client.act('/matters', { module: 'internal_request', title, form: { content: '请批准' } })).matter_id
const toHead = async title => { const m = await request(title); await one.act(`/items/${(await of(one, m)).id}/complete`, { opinion: '请审核' }); return m }
const toLeader = async (title, who) => { const m = await toHead(title); await head.act(`/items/${(await of(head, m)).id}/complete`, { opinion: '拟同意', vars: { leaders: ['post:' + who] } }); return m }

test('P3 a new leader in charge: the former one’s charge ends on that day, open work is listed', async () => {
  const inSection = await toLeader('预算科的请示', qiu)
  const other = await request('另一科的事', admin)
  await admin.act(`/items/${(await of(admin, other)).id}/complete`, { opinion: '请审' })
  const chargesOf = async () => (await one.rows('/in-charge?unit=' + budget)).filter(r => r.unit_id === budget)
  const made = await admin.act('/in-charge', { leader_post: zeng, unit_id: budget, from_on: day(0) })
  assert.equal(made.former_post, qiu)
  const rows = await chargesOf()
  assert.deepEqual([...new Set(rows.map(r => r.leader))], ['曾德明'], 'from today on only the new one')
  const again = await admin.act('/in-charge', { leader_post: zeng, unit_id: budget, from_on: day(1) })
  assert.equal(again.former_post, null)

  const headOf = await admin.read(`/posts/${qiu}/hand-over`)
  assert.equal(headOf.name, '仇敏')
  assert.equal(headOf.is_leader, true)
  assert.equal(headOf.todo, (await todo(vice)).length)
  const open = await admin.rows(`/posts/${qiu}/open-work?box=todo&unit=${budget}`)
  const row = open.find(r => r.title === '预算科的请示')
  assert.equal(row.is_concerned, true)
  assert.equal(row.arrived_at, null, 'P8: nobody sees how long a leader has had it')
  // nothing was re-routed by itself
  assert.ok(await of(vice, inSection))
  assert.equal(await of(chief, inSection), undefined)

  const r = await admin.act(`/posts/${qiu}/hand_over`, { to_post: zeng, item_ids: [row.id], reason: '领导分工调整' })
  assert.deepEqual(r.results.map(x => [x.id, x.ok]), [[row.id, true]])
  assert.ok(r.batch_id)
  assert.equal(await of(vice, inSection), undefined)
  const theirs = await of(chief, inSection)
  await chief.act(`/items/${theirs.id}/complete`, { outcome: 'agree', opinion: '同意' })
  const trace = await one.rows(`/matters/${inSection}/trace`)
  const entry = trace.find(t => t.op === 'item.hand_over')
  assert.equal(entry.actor, '盛平')
  assert.equal(entry.reason, '领导分工调整')
})

test('FLOW 5.6 everything a leaver has goes, item by item under one batch, and the counts follow', async () => {
  const matters = []
  for (let i = 0; i < 3; i++) matters.push(await toHead('离任前的事' + i))
  const read = await request('传阅的事')
  const office = await as('finance_clerk')
  await one.act(`/items/${(await of(one, read)).id}/complete`, { opinion: '请审核' })
  await office.act(`/matters/${read}/circulate`, { post_ids: [jie], note: '请阅' })
  const before = { jie: await badges(head), two: await badges(two) }
  const items = await admin.rows(`/posts/${jie}/open-work?box=todo`), readings = await admin.rows(`/posts/${jie}/open-work?box=to_read`)
  assert.equal(items.length, before.jie.todo)
  assert.equal(readings.length, 1)
  // two has one of them already: this one is told, the others go
  const twice = matters[0], mine = await of(head, twice)
  await head.act(`/items/${mine.id}/add_signer`, { post_ids: [postTwo], place: 'parallel', mode: 'all', reason: '一起看' })
  // the dry run says the same, piece by piece, and does nothing
  const dry = await impact(admin, jie, postTwo, items.map(x => x.id), readings.map(x => x.id))
  assert.deepEqual([dry.name, dry.items, dry.readings], [(await two.read('/me')).person.name, items.length - 1, 1])
  assert.equal(dry.matters, new Set(dry.results.filter(x => x.ok).map(x => x.matter)).size)
  assert.deepEqual(await badges(head), before.jie)
  const r = await admin.act(`/posts/${jie}/hand_over`, { to_post: postTwo, item_ids: items.map(x => x.id), reading_ids: readings.map(x => x.id), reason: '调离本单位' })
  assert.deepEqual(dry.results.map(x => [x.id, x.kind, x.ok, x.code, x.detail]), r.results.map(x => [x.id, x.kind, x.ok, x.code, x.detail]))
  assert.equal(r.results.length, items.length + 1)
  const failed = r.results.filter(x => !x.ok)
  assert.deepEqual(failed.map(x => x.id), [mine.id])
  assert.equal(failed[0].code, 'flow.already_signer')
  assert.ok(failed[0].detail.length > 4)
  assert.equal(r.done, items.length)
  const after = { jie: await badges(head), two: await badges(two) }
  assert.equal(after.jie.todo, 1)
  assert.equal(after.jie.to_read, 0)
  assert.equal(after.two.todo, before.two.todo + items.length - 1 + 1)
  assert.equal(after.two.to_read, before.two.to_read + 1)
  for (const m of matters.slice(1)) {
    assert.equal(await of(head, m), undefined)
    assert.ok(await of(two, m))
  }
  // going on with the same batch; what has gone is not there any more
  const rest = await admin.act(`/posts/${jie}/hand_over`, { to_post: postTwo, item_ids: [items.find(x => x.id !== mine.id).id], reading_ids: [readings[0].id], reason: '调离本单位', batch_id: r.batch_id })
  assert.equal(rest.batch_id, r.batch_id)
  assert.deepEqual(rest.results.map(x => x.ok), [false, false])
  const history = await admin.rows('/org/changes?unit=' + bureau)
  const entry = history.find(h => h.op === 'post.hand_over')
  assert.equal(entry.body.batch, r.batch_id)
})

test('who leaves leaves all posts: the dry run names the others that still have work, to who may hand them over', async () => {
  const second = (await admin.act('/posts', { person_id: (await person('解堃')).person, unit_id: bureau, title: '工会主席', is_main: false })).id
  const [a, b] = [await toHead('兼职的事'), await toHead('本职的事')]
  const item = async m => (await of(head, m)).id
  await admin.act(`/posts/${jie}/hand_over`, { to_post: second, item_ids: [await item(a)], reason: '分工' })
  const [main] = (await admin.rows(`/posts/${jie}/open-work?box=todo`)).filter(r => r.title === '本职的事')
  const dry = await impact(admin, jie, postTwo, [main.id])
  assert.deepEqual(dry.other_posts.map(p => [p.post_id, p.title, p.todo, p.to_read]), [[second, '工会主席', 1, 0]])
  assert.deepEqual(dry.results.map(r => [r.ok, r.matter]), [[true, b]])
  await admin.act(`/posts/${second}/hand_over`, { to_post: jie, item_ids: [await item(a)], reason: '收回' })
  assert.deepEqual((await impact(admin, jie, postTwo, [main.id])).other_posts, [])
})

test('S25 who may hand over: the holder, administrators, the office head; another unit’s post is not there', async () => {
  const mine = await toHead('本人移交')
  const item = await of(head, mine)
  const good = { to_post: postTwo, item_ids: [item.id], reason: '休假' }
  const water = await as('water_clerk'), stranger = await as('budget_one')
  for (const who of [water, stranger]) {
    assert.equal((await who.get(`/posts/${jie}/hand-over`)).status, 404)
    assert.equal((await who.get(`/posts/${jie}/open-work?box=todo`)).status, 404)
    await who.refused(`/posts/${jie}/hand_over`, good, 404)
    const no = await who.get(`/posts/${jie}/hand-over-impact?to_post=${postTwo}&item_ids=${item.id}`), none = await who.get(`/posts/999/hand-over-impact?to_post=${postTwo}&item_ids=${item.id}`)
    assert.deepEqual([no.status, no.body.detail], [404, none.body.detail])
    await who.refused(`/posts/999/hand_over`, good, 404)
  }
  await head.refused(`/posts/${jie}/hand_over`, { ...good, to_post: await post('欧阳喆') }, 400, 'acting.unit')
  await head.refused(`/posts/${jie}/hand_over`, { ...good, to_post: jie }, 400, 'acting.self')
  await head.refused(`/posts/${jie}/hand_over`, { ...good, item_ids: [] }, 400, 'hand_over.nothing')
  await head.refused(`/posts/${jie}/hand_over`, { ...good, reason: '' }, 400, 'input.required')
  for (const [from, to, code] of [[jie, await post('欧阳喆'), 'acting.unit'], [jie, jie, 'acting.self']])
    assert.equal((await head.get(`/posts/${from}/hand-over-impact?to_post=${to}&item_ids=${item.id}`)).body.code, code)
  assert.equal((await head.get(`/posts/${jie}/hand-over-impact?to_post=${postTwo}`)).body.code, 'hand_over.nothing')
  await admin.refused(`/posts/${qiu}/hand_over`, { ...good, item_ids: ['1'] }, 400, 'hand_over.leader')
  // an item of somebody else under this post's address is not there
  const theirs = await request('别人的事')
  const other = await of(one, theirs)
  const told = await admin.act(`/posts/${jie}/hand_over`, { ...good, item_ids: [other.id] })
  assert.deepEqual(told.results.map(x => [x.ok, x.code]), [[false, 'not_found']])
  assert.deepEqual((await impact(admin, jie, postTwo, [other.id])).results.map(x => [x.ok, x.code, x.matter]), [[false, 'not_found', null]])
  assert.ok(await of(one, theirs))
  await head.act(`/posts/${jie}/hand_over`, good)
  assert.ok(await of(two, mine))
  // across units the city decides; a post that has ended still hands over
  await admin.act(`/grants`, { post_id: jie, role: 'reviewer', unit_id: bureau })
  const left = await toHead('离任之后')
  await cityAdmin.act(`/posts/${jie}/end`, { on: day(0) })
  const open = await admin.rows(`/posts/${jie}/open-work?box=todo`)
  assert.ok(open.some(r => r.title === '离任之后'))
  const r = await cityAdmin.act(`/posts/${jie}/hand_over`, { to_post: await post('欧阳喆'), item_ids: [open.find(x => x.title === '离任之后').id], reason: '离任' })
  assert.equal(r.done, 1)
  assert.ok(await of(await as('water_clerk'), left))
})
