// A6 A14, OFFICE P1–P5: backup posts, delegations with written authorisation, secretaries, the
// division of work, rank lists, saved groups.
import test from 'node:test'
import assert from 'node:assert/strict'
import { orgCity } from './org_city.mjs'

const { as, unit, person } = await orgCity()
const one = await as('budget_head')
const cityAdmin = await as('city_admin')
const bureau = unit('示例市财政局')
const post = async name => (await person(name)).post
const acting = async client => (await client.read('/me')).acting_for

test('A6 a backup post lets the deputy act for the clerk, until it ends', async () => {
  const clerk = await as('finance_clerk'), deputy = await as('finance_admin')
  const mine = await post('田雨涵')
  await clerk.act(`/posts/${mine}/backup`, { backup_post: await post('盛平') })
  const [a] = await acting(deputy)
  assert.equal(a.kind, 'backup')
  assert.equal(a.person_name, '田雨涵')
  assert.equal(a.post, mine)
  await clerk.refused(`/posts/${mine}/backup`, { backup_post: mine }, 400, 'acting.self')
  await clerk.refused(`/posts/${mine}/backup`, { backup_post: await post('欧阳喆') }, 400, 'acting.unit')
  await one.refused(`/posts/${mine}/backup`, { backup_post: null }, 404)
  await clerk.act(`/posts/${mine}/backup`, { backup_post: null })
  assert.equal((await acting(deputy)).length, 0)
  await clerk.refused(`/posts/${mine}/backup`, { backup_post: null }, 409, 'backup.none')
})

test('P2 a leader has no backup post', async () => {
  const head = await as('finance_head')
  await head.refused(`/posts/${await post('曾德明')}/backup`, { backup_post: await post('仇敏') }, 400, 'backup.leader')
})

test('A14 a delegation needs a period and a written authorisation, and is seen by both', async () => {
  const two = await as('budget_two')
  const from_post = await post('解堃'), to_post = (await two.read('/me')).posts[0].id
  const good = { from_post, to_post, from_on: '2026-01-01', until_on: '2099-12-31', mode: 'redirect', modules: ['send'], authorisation: '财办〔2026〕3号授权书' }
  for (const [change, code] of [
    [{ authorisation: '' }, 'input.required'], [{ until_on: undefined }, 'input.required'],
    [{ mode: 'steal' }, 'input.choice'], [{ until_on: '2025-12-31' }, 'acting.period'],
    [{ from_on: '2020-01-01', until_on: '2020-02-01' }, 'acting.past'], [{ to_post: await post('欧阳喆') }, 'acting.unit'],
    [{ from_on: '2026-02-30' }, 'input.day'],
  ]) await one.refused('/delegations', { ...good, ...change }, 400, code)
  await two.refused('/delegations', good, 404) // somebody else's post to give away
  const made = await one.act('/delegations', good)
  const [a] = await acting(two)
  assert.equal(a.kind, 'delegation')
  assert.equal(a.until_on, '2099-12-31')
  for (const client of [one, two]) {
    const [row] = await client.rows('/me/delegations')
    assert.equal(row.id, made.id)
    assert.deepEqual(row.modules, ['send'])
    assert.equal(row.authorisation, '财办〔2026〕3号授权书')
    assert.equal(row.mode, 'redirect')
  }
  await two.refused(`/delegations/${made.id}/end`, {}, 404)
  await one.act(`/delegations/${made.id}/end`, {})
  assert.equal((await acting(two)).length, 0)
  await one.refused(`/delegations/${made.id}/end`, {}, 404)
})

test('A14 a redirected module’s new items come to the deputy; what was there before stays closed', async () => {
  const starter = await as('budget_one'), deputy = await as('budget_two')
  const todo = async (client, matter) => (await client.rows('/items?box=todo')).find(r => r.matter === matter)
  const handOn = async title => {
    const { matter_id } = await starter.act('/matters', { module: 'internal_request', title, form: { content: '请批准' } })
    const item = await todo(starter, matter_id)
    await starter.act(`/items/${item.id}/complete`, { opinion: '请审核' })
    return matter_id
  }
  const before = await handOn('委托之前的呈批')
  assert.ok(await todo(one, before))
  const day = new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10)
  const made = await one.act('/delegations', { from_post: await post('解堃'), to_post: (await deputy.read('/me')).posts[0].id,
    from_on: day, until_on: '2099-12-31', mode: 'redirect', modules: ['internal_request'], authorisation: '外出授权' })
  const after = await handOn('委托之后的呈批')
  const item = await todo(deputy, after)
  assert.ok(item, 'the new item is the deputy’s')
  assert.equal(await todo(one, after), undefined)
  assert.equal(await todo(deputy, before), undefined)
  assert.equal((await deputy.get('/matters/' + before)).status, 404)
  await deputy.act(`/items/${item.id}/complete`, { opinion: '同意', vars: { leaders: ['post:' + await post('曾德明')] } })
  const page = await starter.read('/matters/' + after)
  assert.ok(JSON.stringify(page.sheet).includes('解堃'), 'marked as acting for')
  await one.act(`/delegations/${made.id}/end`, {})
})

test('A14 a shared box limited to modules opens these and nothing else', async () => {
  const starter = await as('budget_one'), deputy = await as('budget_two')
  const agency = (await starter.rows('/agencies?mine=1')).find(a => a.name === '示例市财政局')
  const draft = await starter.act('/documents', { agency_id: agency.id, doc_type: '函', title: '示例市财政局关于商请核对资金的函' })
  await starter.act(`/documents/${draft.document_id}/save`, { title: '示例市财政局关于商请核对资金的函', urgency: 'normal', disclosure: 'active', main_text: '示例市水利局',
    main_recipients: { units: [unit('示例市水利局')], groups: [] }, body: [{ kind: 'p', text: '请予核对。' }], contact: '张伟', phone: '0736-3006', rev: 1 })
  const inTodo = async (client, matter, more = '') => (await client.rows('/items?box=todo' + more)).find(r => r.matter === matter)
  const handOn = async matter => starter.act(`/items/${(await inTodo(starter, matter)).id}/complete`, { opinion: '请审核' })
  const request = await starter.act('/matters', { module: 'internal_request', title: '共享之后的呈批', form: { content: '请批准' } })
  await handOn(draft.matter_id)
  await handOn(request.matter_id)
  const badge = async client => (await client.read('/me/counters')).todo
  const had = await badge(deputy)
  const give = modules => one.act('/delegations', { from_post: fromJie, to_post: toTwo, from_on: '2026-01-01', until_on: '2099-12-31', mode: 'share', modules, authorisation: '外出授权' })
  const fromJie = await post('解堃'), toTwo = (await deputy.read('/me')).posts[0].id
  const first = await give(['send'])

  const item = await inTodo(deputy, draft.matter_id)
  assert.equal(item.capacity.acting_for, '解堃')
  assert.equal(await inTodo(deputy, request.matter_id), undefined)
  assert.ok(await inTodo(deputy, draft.matter_id, '&module=send'))
  assert.equal(await inTodo(deputy, draft.matter_id, '&module=internal_request'), undefined)
  assert.equal(await badge(deputy), had + 1)
  const theirs = (await inTodo(one, request.matter_id)).id
  assert.equal((await deputy.get('/matters/' + request.matter_id)).status, 404)
  await deputy.refused(`/items/${theirs}/complete`, { opinion: '同意' }, 404)
  await deputy.refused(`/items/${theirs}/open`, {}, 404)
  const page = await deputy.read('/matters/' + draft.matter_id)
  assert.equal(page.my_item.id, item.id)

  // a second one adds its module; a whole box beside them lists nothing twice
  const second = await give(['internal_request', 'send'])
  assert.ok(await inTodo(deputy, request.matter_id))
  const all = await deputy.rows('/items?box=todo')
  assert.equal(new Set(all.map(r => r.id)).size, all.length)
  assert.equal(await badge(deputy), all.length)
  const whole = await give([])
  const box = await deputy.rows('/items?box=todo')
  assert.equal(new Set(box.map(r => r.id)).size, box.length)
  assert.equal(await badge(deputy), box.length)
  assert.ok(box.length >= all.length)
  for (const d of [second, whole]) await one.act(`/delegations/${d.id}/end`, {})
  assert.equal((await deputy.get('/matters/' + request.matter_id)).status, 404)

  await deputy.act(`/items/${item.id}/complete`, { opinion: '同意' })
  const sheet = (await starter.read('/matters/' + draft.matter_id)).sheet.flatMap(s => s.opinions)
  assert.equal(sheet.at(-1).acting_for, '解堃')
  await one.act(`/delegations/${first.id}/end`, {})
})

test('P1 a secretary acts for the leader named in the authorisation', async () => {
  const secretary = await as('secretary'), vice = await as('vice_mayor')
  assert.equal((await acting(secretary))[0].kind, 'secretary')
  const [row] = await vice.rows('/secretaries')
  assert.equal(row.to_name, '安雨晨')
  await one.refused(`/secretaries/${row.id}/end`, {}, 404)
  const leader_post = await post('单青林')
  await one.refused('/secretaries', { leader_post, secretary_post: await post('解堃'), from_on: '2026-01-01', authorisation: '口头' }, 404)
  await vice.act(`/secretaries/${row.id}/end`, {})
  assert.equal((await acting(secretary)).length, 0)
  await vice.act('/secretaries', { leader_post, secretary_post: await post('安雨晨'), from_on: '2026-01-01', authorisation: '市政府办公室通知' })
  assert.equal((await acting(secretary)).length, 1)
  await cityAdmin.refused('/secretaries', { leader_post: await post('解堃'), secretary_post: await post('安雨晨'), from_on: '2026-01-01', authorisation: '通知' }, 400, 'secretary.leader')
})

test('S29 who no longer holds the post no longer acts', async () => {
  const secretary = await as('secretary')
  const today = new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10)
  const later = new Date(Date.now() + 8 * 3600e3 + 5 * 86400e3).toISOString().slice(0, 10)
  assert.equal((await acting(secretary)).length, 1)
  const anPost = await post('安雨晨'), an = (await person('安雨晨')).person
  const next = await cityAdmin.act('/posts', { person_id: an, unit_id: bureau, title: '拟任副科长', from_on: later })
  await cityAdmin.refused('/grants', { post_id: next.id, role: 'archivist', unit_id: bureau }, 409, 'post.ended')
  await cityAdmin.act(`/posts/${anPost}/end`, { on: today })
  assert.equal((await acting(secretary)).length, 0)
  assert.ok(!(await secretary.read('/me')).roles.some(r => r.role === 'reviewer'))
})

test('P3 the division of work is everybody’s to read and the administrators’ to keep', async () => {
  const rows = await one.rows('/in-charge?unit=' + bureau)
  assert.equal(rows[0].leader, '单青林')
  assert.equal(rows[0].deputy, '骆文达')
  assert.ok(rows.some(r => r.leader === '仇敏' && r.unit === '预算科'))
  const finance = await as('finance_admin')
  const section = (await finance.read('/units/' + bureau)).sections.find(s => s.name === '办公室').id
  const made = await finance.act('/in-charge', { leader_post: await post('曾德明'), unit_id: section, from_on: '2026-01-01' })
  assert.ok((await one.rows('/in-charge?unit=' + bureau)).some(r => r.id === made.id))
  await finance.refused('/in-charge', { leader_post: await post('单青林'), unit_id: section, from_on: '2026-01-01' }, 404)
  await one.refused('/in-charge', { leader_post: await post('曾德明'), unit_id: section, from_on: '2026-01-01' }, 403)
  await finance.act(`/in-charge/${made.id}/end`, { on: '2026-06-30' })
  assert.ok(!(await one.rows('/in-charge?unit=' + bureau)).some(r => r.id === made.id))
  await finance.refused(`/in-charge/${made.id}/end`, { on: '2026-06-30' }, 409, 'in_charge.ended')
})

test('P5 a rank list is set as a whole from a day on', async () => {
  const finance = await as('finance_admin')
  const lists = await one.rows('/rank-lists')
  const list = lists.find(l => l.name === '市财政局领导班子')
  assert.ok(lists.some(l => l.name === '市政府领导'))
  const before = await one.read('/rank-lists/' + list.id)
  assert.deepEqual(before.rows.map(r => r.name), ['曾德明', '仇敏'])
  const post_ids = before.rows.map(r => r.post_id).reverse()
  await one.refused(`/rank-lists/${list.id}/set`, { from_on: '2026-07-01', post_ids }, 404)
  await finance.act(`/rank-lists/${list.id}/set`, { from_on: '2026-07-01', post_ids })
  assert.deepEqual((await one.read('/rank-lists/' + list.id)).rows.map(r => r.name), ['仇敏', '曾德明'])
  assert.deepEqual((await one.read(`/rank-lists/${list.id}?on=2026-06-30`)).rows.map(r => r.name), ['曾德明', '仇敏'])
  await finance.refused(`/rank-lists/${list.id}/set`, { from_on: '2026-07-01', post_ids: [post_ids[0], post_ids[0]] }, 400, 'rank.twice')
})

test('A7 saved groups: a city office’s are everybody’s, a bureau’s its own', async () => {
  const clerk = await as('finance_clerk'), water = await as('water_clerk'), office = await as('office_clerk')
  const names = async client => (await client.rows('/groups')).map(g => g.name)
  assert.deepEqual(await names(clerk), ['各县（市、区）人民政府', '市政府各部门'])
  assert.deepEqual(await names(await as('town_clerk')), ['各县（市、区）人民政府', '市政府各部门', '各村'])
  const unit_ids = [unit('东山区财政局'), unit('示例市水利局')]
  const made = await clerk.act('/groups', { name: '财政往来单位', unit_ids })
  assert.ok((await names(clerk)).includes('财政往来单位'))
  assert.ok(!(await names(water)).includes('财政往来单位'))
  assert.equal((await water.get('/groups/' + made.id)).status, 404)
  const shown = await clerk.read('/groups/' + made.id)
  assert.equal(shown.units.length, 2)
  assert.equal(shown.is_mine, true)
  await clerk.refused('/groups', { name: '财政往来单位', unit_ids }, 409, 'group.same')
  await one.refused('/groups', { name: '另一组', unit_ids }, 403, 'right.missing')
  await water.refused(`/groups/${made.id}/change`, { name: '乙', unit_ids }, 404)
  await clerk.act(`/groups/${made.id}/change`, { name: '财政系统', unit_ids: unit_ids.slice(0, 1) })
  assert.equal((await clerk.read('/groups/' + made.id)).units.length, 1)
  await clerk.refused(`/groups/${made.id}/change`, { name: '财政系统', unit_ids: [bureau + '1'] }, 400, 'group.member')
  await clerk.act(`/groups/${made.id}/remove`, {})
  assert.equal((await clerk.get('/groups/' + made.id)).status, 404)
  await office.act('/groups', { name: '市直', unit_ids })
  assert.ok((await names(water)).includes('市直'))
})

test('S29 a leader who leaves takes the secretary’s view along at once', async () => {
  const vice = await person('单青林')
  await cityAdmin.act('/secretaries', { leader_post: vice.post, secretary_post: await post('梅静'), from_on: '2026-01-01', authorisation: '通知' })
  const mei = await as('office_clerk')
  assert.equal((await acting(mei)).length, 1)
  const today = new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10)
  await cityAdmin.act(`/posts/${vice.post}/end`, { on: today })
  assert.equal((await acting(mei)).length, 0)
})
