// A4 A5: units, people, posts and roles; what a unit's administrator changes about clerks and
// administrators waits for the city (备案); nobody gets further than the own unit.
import test from 'node:test'
import assert from 'node:assert/strict'
import { orgCity, password } from './org_city.mjs'
import { until } from './tongban.mjs'

const { c, admin, as, unit, person } = await orgCity()
const cityAdmin = await as('city_admin')
const finance = await as('finance_admin')
const bureau = unit('示例市财政局')
const water = unit('示例市水利局')
const budget = (await finance.read('/units/' + bureau)).sections.find(s => s.name === '预算科').id
const held = async (client, account) => (await client.read('/me')).roles.map(r => r.role)

test('A5 a unit administrator’s new clerk waits for the city and works from the approval on', async () => {
  const jie = await person('解堃')
  const budgetHead = await as('budget_head')
  const asked = await finance.act('/grants', { post_id: jie.post, role: 'doc_clerk', unit_id: bureau })
  assert.equal(asked.grant_id, null)
  assert.ok(asked.filing_id)
  assert.ok(!(await held(budgetHead)).includes('doc_clerk'))
  await finance.refused('/grants', { post_id: jie.post, role: 'doc_clerk', unit_id: bureau }, 409, 'filing.pending')
  // both sides see it
  const mine = await finance.rows('/filings?unit=' + bureau)
  assert.equal(mine[0].id, asked.filing_id)
  assert.equal(mine[0].state, 'pending')
  const citys = await cityAdmin.rows('/filings?state=pending')
  assert.ok(citys.some(f => f.id === asked.filing_id && f.name === '解堃' && f.role === 'doc_clerk'))
  const waiting = (await cityAdmin.read('/me')).filings
  assert.equal(waiting, citys.length, 'the city is told how many wait')
  assert.equal((await finance.read('/me')).filings, 0, 'nobody else')
  await finance.refused(`/filings/${asked.filing_id}/approve`, {}, 403)
  await cityAdmin.act(`/filings/${asked.filing_id}/approve`, {})
  assert.ok((await held(budgetHead)).includes('doc_clerk'), 'the next request already has it')
  assert.equal((await cityAdmin.read('/me')).filings, waiting - 1)
  await cityAdmin.refused(`/filings/${asked.filing_id}/approve`, {}, 409, 'filing.decided')
})

test('A5 taking a clerk away waits too; a rejection leaves everything as it was', async () => {
  const grants = await finance.rows(`/units/${bureau}/grants`)
  const clerk = grants.find(g => g.role === 'doc_clerk' && g.name === '田雨涵')
  const asked = await finance.act(`/grants/${clerk.id}/revoke`, {})
  assert.ok(asked.filing_id)
  await cityAdmin.refused(`/filings/${asked.filing_id}/reject`, {}, 400)
  await cityAdmin.act(`/filings/${asked.filing_id}/reject`, { reason: '该单位只有一名收发文员' })
  const after = await finance.rows(`/units/${bureau}/grants`)
  assert.ok(after.some(g => g.id === clerk.id))
  assert.equal((await finance.rows(`/filings?unit=${bureau}&state=rejected`))[0].reason, '该单位只有一名收发文员')
})

test('A5 other roles a unit gives by itself; a revoked right is gone with the next request (S29)', async () => {
  const zhang = (await finance.rows('/people?q=zw&unit=' + bureau))[0]
  const made = await finance.act('/grants', { post_id: zhang.post, role: 'archivist', unit_id: bureau })
  assert.ok(made.grant_id)
  const who = await as('budget_one')
  assert.ok((await held(who)).includes('archivist'))
  await finance.act(`/grants/${made.grant_id}/revoke`, {})
  assert.ok(!(await held(who)).includes('archivist'))
  await finance.refused('/grants', { post_id: zhang.post, role: 'king', unit_id: bureau }, 400, 'input.choice')
})

test('S25 another unit is not there for a unit administrator', async () => {
  const ouyang = await person('欧阳喆')
  await finance.refused('/grants', { post_id: ouyang.post, role: 'archivist', unit_id: water }, 404)
  await finance.refused('/grants', { post_id: ouyang.post, role: 'archivist', unit_id: bureau }, 404)
  await finance.refused(`/people/${ouyang.person}/reset_secret`, {}, 404)
  await finance.refused(`/people/${ouyang.person}/disable`, {}, 404)
  await finance.refused(`/people/${ouyang.person}/change`, { name: '欧阳' }, 404)
  await finance.refused(`/units/${water}/close`, { on: '2030-01-01' }, 404)
  await finance.refused(`/units/${water}/change`, { phone: '1' }, 404)
  await finance.refused('/people', { name: '甲', account: 'jia.one', title: '科员', unit_id: water }, 404)
  assert.equal((await finance.get(`/units/${water}/grants`)).status, 404)
  assert.equal((await finance.get(`/org/changes?unit=${water}`)).status, 404)
  assert.equal((await finance.get(`/filings?unit=${water}`)).status, 404)
})

test('S25 nobody climbs: no city role, no account of somebody with more rights', async () => {
  const office = await as('office_admin')
  const home = unit('示例市人民政府办公室')
  const own = await person('聂洪'), chief = await person('向智')
  await office.refused('/grants', { post_id: own.post, role: 'city_admin', unit_id: home }, 403, 'right.missing')
  await office.refused('/grants', { post_id: own.post, role: 'supervision_office', unit_id: home }, 403)
  // the city administrator sits in this very unit
  await office.refused(`/people/${chief.person}/reset_secret`, {}, 404)
  await office.refused(`/people/${chief.person}/disable`, {}, 404)
  // a bureau's administrator does not reach who also holds a post elsewhere
  const waterAdmin = await as('water_clerk')
  const head = await person('樊江')
  await waterAdmin.refused(`/people/${head.person}/reset_secret`, {}, 404)
  await waterAdmin.refused('/posts', { person_id: head.person, unit_id: water, title: '另职', is_main: true }, 403)
})

test('A4 a new person signs in with the one-time secret, is reset, disabled', async () => {
  const made = await finance.act('/people', { name: '查良', account: 'zha.liang', unit_id: bureau, section_id: budget, title: '科员', mobile: '13911112222' })
  assert.match(made.initial_secret, /^([A-Z2-9]{4}-){3}[A-Z2-9]{4}$/)
  const zha = await c.signIn('zha.liang', made.initial_secret)
  await zha.act('/me/password', { old_password: made.initial_secret, new_password: password })
  assert.equal((await zha.read('/me')).posts[0].section.name, '预算科')
  assert.equal((await zha.rows('/people?q=zl')).length, 1)
  await finance.refused('/people', { name: '查良', account: 'zha.liang', unit_id: bureau, title: '科员' }, 409, 'account.taken')
  await finance.refused('/people', { name: '查良', account: 'Zha Liang', unit_id: bureau, title: '科员' }, 400, 'account.text')
  await finance.act(`/people/${made.id}/change`, { name: '查良镛' })
  assert.equal((await zha.rows('/people?q=zly'))[0].name, '查良镛')
  await zha.act(`/people/${made.id}/change`, { office_phone: '0736-3999' })
  assert.equal((await zha.rows('/people?q=0736-3999')).length, 1)
  await zha.refused(`/people/${made.id}/change`, { name: '别名' }, 404)
  const again = await finance.act(`/people/${made.id}/reset_secret`, {})
  assert.notEqual(again.initial_secret, made.initial_secret)
  assert.equal((await zha.get('/me')).status, 401, 'a reset ends every login')
  const back = await c.signIn('zha.liang', again.initial_secret)
  await finance.act(`/people/${made.id}/disable`, {})
  assert.equal((await back.get('/me')).status, 401)
  assert.equal((await finance.rows('/people?q=zly')).length, 0)
  await finance.refused(`/people/${made.id}/disable`, {}, 409, 'person.disabled')
  // they leave the unit's list, stand among the disabled, and come back with a new secret
  const listed = async query => (await finance.rows(`/units/${bureau}/people${query}`)).some(p => p.person === made.id)
  assert.equal(await listed(''), false)
  assert.equal(await listed('?disabled=true'), true)
  const budgetHead = await as('budget_head')
  assert.equal((await budgetHead.get(`/units/${bureau}/people?disabled=true`)).status, 404, 'for administrators')
  assert.equal((await finance.get(`/units/${water}/people?disabled=true`)).status, 404)
  await (await as('water_clerk')).refused(`/people/${made.id}/enable`, {}, 404)
  await budgetHead.refused(`/people/${made.id}/enable`, {}, 403)
  const { initial_secret } = await finance.act(`/people/${made.id}/enable`, {})
  assert.match(initial_secret, /^([A-Z2-9]{4}-){3}[A-Z2-9]{4}$/)
  await finance.refused(`/people/${made.id}/enable`, {}, 409, 'person.enabled')
  const returned = await c.signIn('zha.liang', initial_secret)
  await returned.act('/me/password', { old_password: initial_secret, new_password: password + '2' })
  assert.equal((await returned.read('/me')).posts[0].section.name, '预算科')
  assert.equal((await finance.rows('/people?q=zly')).length, 1)
  assert.equal(await listed(''), true)
  assert.equal(await listed('?disabled=true'), false)
  assert.ok((await finance.rows('/org/changes?unit=' + bureau)).some(x => x.op === 'person.enable'))
})

test('A4 a group of units says who may change it, and refuses the others', async () => {
  const { id } = await finance.act('/groups', { name: '预算单位', unit_ids: [water] })
  const of = async client => (await client.rows('/groups')).find(g => g.id === id)
  const budgetHead = await as('budget_head')
  assert.equal((await of(finance)).can_keep, true)
  const seen = await of(await as('budget_one'))
  assert.deepEqual([seen.is_mine, seen.can_keep], [true, false], 'a colleague uses it and does not change it')
  assert.equal((await (await as('budget_one')).read('/groups/' + id)).can_keep, false)
  await (await as('budget_one')).refused(`/groups/${id}/remove`, {}, 404)
  assert.equal((await budgetHead.read('/groups/' + id)).can_keep, (await held(budgetHead)).includes('doc_clerk'))
  const waterOnly = await as('water_clerk')
  await waterOnly.refused(`/groups/${id}/change`, { name: '他单位', unit_ids: [bureau] }, 404)
  await finance.act(`/groups/${id}/remove`, {})
  assert.equal(await of(finance), undefined)
})

test('P6 a second post is one more capacity; ending it ends its roles', async () => {
  const ouyang = await person('欧阳喆')
  const made = await cityAdmin.act('/posts', { person_id: ouyang.person, unit_id: bureau, title: '挂职副局长', from_on: '2026-01-01' })
  const who = await as('water_clerk')
  assert.equal((await who.read('/me')).posts.length, 2)
  await cityAdmin.act('/grants', { post_id: made.id, role: 'doc_clerk', unit_id: bureau })
  assert.equal((await who.read('/me')).roles.filter(r => r.role === 'doc_clerk').length, 2)
  const day = new Date(c.now() + 8 * 3600e3).toISOString().slice(0, 10)
  await cityAdmin.act(`/posts/${made.id}/end`, { on: day })
  const me = await who.read('/me')
  assert.equal(me.posts.length, 1)
  assert.equal(me.roles.filter(r => r.role === 'doc_clerk').length, 1)
  await cityAdmin.refused(`/posts/${made.id}/end`, { on: day }, 409, 'post.ended')
})

test('A5 a clerk’s post does not end before the city has agreed; titles are the unit’s', async () => {
  const clerk = await person('田雨涵')
  const day = new Date(c.now() + 8 * 3600e3).toISOString().slice(0, 10)
  await finance.refused(`/posts/${clerk.post}/end`, { on: day }, 409, 'filing.first')
  await finance.act(`/posts/${clerk.post}/change`, { title: '文书', section_id: budget, is_leader: false, rank_order: 5 })
  const rows = await finance.rows(`/units/${bureau}/people`)
  assert.equal(rows.find(r => r.name === '田雨涵').title, '文书')
  const section = await finance.rows(`/units/${budget}/people`)
  assert.equal(section[0].name, '田雨涵')
  assert.equal(section[0].unit, '示例市财政局')
  // Of one's own unit first, then others of that title.
  assert.deepEqual((await finance.rows('/people?q=' + encodeURIComponent('文书'))).slice(0, 2).map(r => r.name), ['田雨涵', '廖小梅'])
  await (await as('water_clerk')).refused(`/posts/${clerk.post}/change`, { title: '文书', is_leader: false }, 404)
})

test('A4 a post’s days are changed; its roles that ended with it follow', async () => {
  const day = n => new Date(c.now() + 8 * 3600e3 + n * 86400e3).toISOString().slice(0, 10)
  const made = await finance.act('/people', { name: '纪晓岚', account: 'ji.xiaolan', unit_id: bureau, title: '借调干部' })
  const post = (await finance.read('/people/' + made.id)).posts[0]
  const grant = await finance.act('/grants', { post_id: post.id, role: 'archivist', unit_id: bureau })
  assert.ok(grant.grant_id)
  const untilOf = async () => (await finance.rows(`/units/${bureau}/grants`)).find(g => g.post_id === post.id).until_on
  await finance.act(`/posts/${post.id}/dates`, { from_on: '2026-02-01', until_on: day(30) })
  const now = (await finance.read('/people/' + made.id)).posts[0]
  assert.deepEqual([now.from_on, now.until_on], ['2026-02-01', day(30)])
  assert.equal(await untilOf(), day(30))
  await finance.act(`/posts/${post.id}/dates`, { from_on: '2026-02-01', until_on: day(60) })
  assert.equal(await untilOf(), day(60))
  await finance.act(`/posts/${post.id}/dates`, { from_on: '2026-02-01' })
  assert.equal((await finance.read('/people/' + made.id)).posts[0].until_on, null)
  assert.equal(await untilOf(), null)
  await finance.refused(`/posts/${post.id}/dates`, { from_on: '2026-02-01', until_on: '2026-01-01' }, 400, 'post.period')
  await finance.refused(`/posts/${post.id}/dates`, { from_on: '2026-02-01', until_on: day(0) }, 400, 'post.period')
  await (await as('water_clerk')).refused(`/posts/${post.id}/dates`, { from_on: '2026-02-01' }, 404)
})

test('A4 a person is moved to another unit from a day on: the old post ends, the main one goes along', async () => {
  const day = n => new Date(c.now() + 8 * 3600e3 + n * 86400e3).toISOString().slice(0, 10)
  const made = await finance.act('/people', { name: '翁同和', account: 'weng.tonghe', unit_id: bureau, section_id: budget, title: '科员' })
  const post = (await finance.read('/people/' + made.id)).posts[0]
  const good = { unit_id: water, title: '主任科员', grade: '一级主任科员', is_leader: false, on: day(0) }
  await finance.refused(`/posts/${post.id}/move`, good, 404)
  await (await as('water_clerk')).refused(`/posts/${post.id}/move`, good, 404)
  await cityAdmin.refused(`/posts/${post.id}/move`, { ...good, unit_id: bureau }, 400, 'post.unit')
  await cityAdmin.refused(`/posts/${post.id}/move`, { ...good, section_id: budget }, 400, 'post.section')
  await cityAdmin.refused(`/posts/${post.id}/move`, { ...good, on: '2000-01-01' }, 400, 'post.period')
  await finance.act(`/posts/${post.id}/dates`, { from_on: '2026-01-01' })
  const moved = await cityAdmin.act(`/posts/${post.id}/move`, good)
  const posts = (await cityAdmin.read('/people/' + made.id)).posts
  const fresh = posts.find(p => p.id === moved.id)
  assert.deepEqual([fresh.unit_id, fresh.title, fresh.is_main, fresh.from_on], [water, '主任科员', true, day(0)])
  assert.equal(posts.find(p => p.id === post.id)?.until_on ?? day(0), day(0))
  assert.equal((await finance.rows(`/units/${bureau}/people?limit=100`)).some(r => r.name === '翁同和'), false)
  assert.equal((await cityAdmin.rows('/people?q=' + encodeURIComponent('翁同和')))[0].post, moved.id)
  await cityAdmin.refused(`/posts/${post.id}/move`, good, 409, 'post.ended')
})

test('P9 a unit is renamed from a day on, closed when empty, and keeps its old names', async () => {
  await finance.refused(`/units/${bureau}/rename`, { name: '财政厅', from_on: '2026-01-01' }, 404)
  await cityAdmin.act(`/units/${water}/rename`, { name: '示例市水务局', short_name: '市水务局', from_on: '2026-06-01' })
  let u = await finance.read('/units/' + water)
  assert.equal(u.name, '示例市水务局')
  assert.deepEqual(u.names.map(n => [n.from_on, n.name]),
    [['2019-03-01', '示例市水利局'], ['2026-06-01', '示例市水务局']])
  await cityAdmin.refused(`/units/${water}/rename`, { name: '旧', from_on: '2020-01-01' }, 400, 'unit.rename_early')
  const tree = await finance.read('/units/tree')
  assert.ok(tree.rows.some(r => r[2] === '示例市水务局'), 'the cached tree is renewed')
  // in the future: today's name stays until the clock comes to that day
  const later = new Date(c.now() + 8 * 3600e3 + 2 * 86400e3).toISOString().slice(0, 10)
  const village = unit('城东镇二里村村民委员会')
  await cityAdmin.act(`/units/${village}/rename`, { name: '城东镇二里社区居民委员会', from_on: later })
  assert.equal((await finance.read('/units/' + village)).name, '城东镇二里村村民委员会')
  await cityAdmin.refused(`/units/${water}/close`, { on: '2030-01-01' }, 409, 'unit.not_empty')
  const made = await cityAdmin.act('/units', { name: '临时指挥部', parent_id: unit('示例市人民政府'), kind: 'unit', level: 'city', branch: 'government' })
  await cityAdmin.act(`/units/${made.id}/close`, { on: '2026-11-01' })
  assert.equal((await finance.read('/units/' + made.id)).closed_on, '2026-11-01')
  assert.ok(!(await finance.read('/units/tree')).rows.some(r => r[0] === made.id))
})

test('P9 a unit’s agencies take their new names with it, on its day', async () => {
  const district = unit('东山区财政局')
  const agency = (await cityAdmin.act('/agencies', { unit_id: district, name: '东山区财政局文件', signature_name: '东山区财政局', book_mark: '东财', kind: 'department', doc_types: ['通知'] })).id
  const later = new Date(c.now() + 8 * 3600e3 + 2 * 86400e3).toISOString().slice(0, 10)
  const renamed = { agency_id: agency, name: '东山区财政金融局文件', signature_name: '东山区财政金融局', book_mark: '东财金' }
  await cityAdmin.refused(`/units/${bureau}/rename`, { name: '某局', from_on: later, agencies: [renamed] }, 400, 'agency.not_here')
  await cityAdmin.act(`/units/${district}/rename`, { name: '东山区财政金融局', from_on: later, agencies: [renamed] })
  const listed = async () => (await finance.rows(`/units/${district}/agencies`))[0]
  assert.equal((await listed()).signature_name, '东山区财政局')
  assert.deepEqual((await listed()).next, { from_on: later, name: renamed.name, signature_name: renamed.signature_name, book_mark: renamed.book_mark })
})

test('A4 a unit administrator keeps the own sections', async () => {
  await finance.refused('/units', { name: '新局', parent_id: unit('示例市人民政府'), kind: 'unit' }, 404)
  const made = await finance.act('/units', { name: '国库科', parent_id: bureau, kind: 'section' })
  assert.ok((await finance.read('/units/' + bureau)).sections.some(s => s.id === made.id))
  const day = new Date(c.now() + 8 * 3600e3).toISOString().slice(0, 10)
  await finance.refused(`/units/${made.id}/rename`, { name: '国库支付科', from_on: '2020-01-01' }, 400, 'unit.rename_early')
  await finance.act(`/units/${made.id}/rename`, { name: '国库支付科', from_on: day })
  assert.equal((await finance.read('/units/' + made.id)).name, '国库支付科')
  await finance.act(`/units/${made.id}/close`, { on: day })
  assert.ok(!(await finance.read('/units/' + bureau)).sections.some(s => s.id === made.id))
  await finance.act(`/units/${bureau}/change`, { phone: '0736-3333' })
  assert.equal((await finance.read('/units/' + bureau)).phone, '0736-3333')
})

test('P4 issuing bodies are registered by the city; a second superior is set', async () => {
  const good = { unit_id: bureau, name: '中共示例市财政局党组文件', signature_name: '中共示例市财政局党组', book_mark: '示财党', kind: 'party_group', doc_types: ['通知', '报告'] }
  await finance.refused('/agencies', good, 403)
  await cityAdmin.refused('/agencies', { ...good, doc_types: ['便条'] }, 400, 'agency.doc_type')
  await cityAdmin.refused('/agencies', { ...good, kind: 'club' }, 400, 'input.choice')
  const made = await cityAdmin.act('/agencies', good)
  const marks = async () => (await finance.read('/units/' + bureau)).agencies.map(a => a.mark)
  assert.deepEqual(await marks(), ['示财', '示财党'])
  // all that is registered; a new name from a day on, another unit, other kinds of document
  const listed = async (u = bureau) => (await finance.rows(`/units/${u}/agencies`)).find(a => a.id === made.id)
  assert.deepEqual([(await listed()).kind, (await listed()).doc_types], ['party_group', ['通知', '报告']])
  const names = { name: '中共示例市财政局委员会文件', signature_name: '中共示例市财政局委员会', book_mark: '示财委' }
  const later = new Date(c.now() + 8 * 3600e3 + 2 * 86400e3).toISOString().slice(0, 10)
  await finance.refused(`/agencies/${made.id}/rename`, { ...names, from_on: later }, 403)
  await cityAdmin.act(`/agencies/${made.id}/rename`, { ...names, from_on: later })
  assert.equal((await listed()).name, good.name)
  assert.equal((await listed()).next.book_mark, '示财委')
  await cityAdmin.refused(`/agencies/${made.id}/rename`, { ...names, from_on: '2020-01-01' }, 400, 'unit.rename_early')
  await cityAdmin.act(`/agencies/${made.id}/change`, { doc_types: ['通知', '函'], unit_id: water })
  assert.equal(await listed(), undefined)
  assert.deepEqual((await listed(water)).doc_types, ['通知', '函'])
  await cityAdmin.refused(`/agencies/${made.id}/change`, { doc_types: ['通知'], unit_id: budget }, 400, 'post.unit')
  await cityAdmin.act(`/agencies/${made.id}/change`, { doc_types: ['通知', '报告'], unit_id: bureau })
  await cityAdmin.act(`/agencies/${made.id}/close`, { on: '2026-06-30' })
  assert.equal((await listed()).closed_on, '2026-06-30')
  assert.deepEqual(await marks(), ['示财'])
  await cityAdmin.refused(`/agencies/${made.id}/close`, { on: '2026-06-30' }, 404)
  const district = unit('东山区财政局')
  await cityAdmin.act(`/units/${district}/second_superior`, { superior_id: bureau })
  assert.equal((await finance.read('/units/' + district)).other_superior.name, '示例市财政局')
  await cityAdmin.refused(`/units/${district}/second_superior`, { superior_id: district }, 400, 'unit.second')
  await cityAdmin.act(`/units/${district}/second_superior`, { superior_id: null })
  assert.equal((await finance.read('/units/' + district)).other_superior, null)
})

test('A5 the record shows who changed what, to the unit’s administrators', async () => {
  const rows = await finance.rows('/org/changes?unit=' + bureau + '&limit=3')
  const ops = rows.map(r => r.op)
  for (const op of ['filing.ask', 'grant.create', 'filing.decide', 'person.create', 'person.reset_secret', 'unit.create', 'unit.change'])
    assert.ok(ops.includes(op), op + ' in ' + ops)
  assert.ok(rows.every((r, i) => !i || r.seq < rows[i - 1].seq))
  assert.ok(!JSON.stringify(rows).includes('initial_secret'), 'S39 no secret on record')
  assert.equal((await (await as('budget_two')).get('/org/changes?unit=' + bureau)).status, 403)
})

test('P9 what was dated becomes true on its day', async () => {
  const later = new Date(c.now() + 8 * 3600e3 + 2 * 86400e3).toISOString().slice(0, 10)
  const zhang = (await finance.rows('/people?q=zw&unit=' + bureau))[0]
  await finance.act('/posts', { person_id: zhang.person, unit_id: bureau, title: '未来科长', from_on: later })
  assert.equal((await finance.rows('/people?q=' + encodeURIComponent('未来科长'))).length, 0)
  await c.later(3 * 86400e3)
  const client = await c.signIn('finance_admin', password)
  const village = unit('城东镇二里村村民委员会')
  await until('the clock renames the unit', async () => (await client.read('/units/' + village)).name === '城东镇二里社区居民委员会')
  await until('its agencies too', async () => (await client.rows(`/units/${unit('东山区财政局')}/agencies`))[0].signature_name === '东山区财政金融局')
  await until('the new post is found', async () => {
    const found = await client.rows('/people?q=' + encodeURIComponent('未来科长'))
    return found.length === 1 && found[0].person === zhang.person
  })
})
