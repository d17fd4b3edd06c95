// A1 A7: the tree and the address book: by tree, by name, pinyin initials, telephone and title;
// mobile numbers masked outside the own unit, leaders shielded (OFFICE P7).
import test from 'node:test'
import assert from 'node:assert/strict'
import { orgCity } from './org_city.mjs'

const { c, as, unit, tree, person } = await orgCity()
const clerk = await as('finance_clerk')
const find = (client, q, more = '') => client.rows('/people?q=' + encodeURIComponent(q) + more)

test('A1 the tree comes whole, without sections, with an ETag', async () => {
  assert.deepEqual(tree.fields, ['id', 'parent', 'name', 'level', 'branch', 'kind'])
  assert.equal(tree.rows.length, 15)
  assert.ok(tree.rows.every(r => r[5] !== 'section'))
  assert.equal(tree.rows[0][1], null)
  const first = await clerk.get('/units/tree')
  assert.ok(first.headers.get('etag'))
  assert.equal(first.headers.get('content-encoding'), 'gzip')
  const again = await clerk.request('GET', '/units/tree', { headers: { 'If-None-Match': first.headers.get('etag') } })
  assert.equal(again.status, 304)
})

test('A1 a unit shows what is above it, its sections and its agencies', async () => {
  const u = await clerk.read('/units/' + unit('示例市人民政府办公室'))
  assert.deepEqual(u.above.map(x => x.name), ['示例市', '示例市人民政府'])
  assert.deepEqual(u.sections.map(x => x.name), ['秘书一科', '文书科'])
  assert.deepEqual(u.agencies.map(x => x.mark), ['示政发', '示政办发'])
  assert.equal(u.can_administer, false)
})

test('A7 people are found by name, its tail, initials, pinyin, telephone and title', async () => {
  for (const [q, name] of [
    ['曾德明', '曾德明'], ['德明', '曾德明'], ['zdm', '曾德明'], ['ZENGDE', '曾德明'],
    ['oyz', '欧阳喆'], ['阳喆', '欧阳喆'], ['xk', '解堃'], ['sql', '单青林'], ['qm', '仇敏'],
    ['0736-3004', '田雨涵'], ['党组书记', '曾德明'], ['镇长', '邓一山'],
  ]) {
    const rows = await find(clerk, q)
    assert.ok(rows.some(r => r.name === name), q + ' → ' + JSON.stringify(rows.map(r => r.name)))
  }
  assert.equal((await find(clerk, '没有此人')).length, 0)
  const twins = await find(clerk, '张伟')
  assert.equal(twins.length, 2)
  assert.notEqual(twins[0].person, twins[1].person)
})

test('A7 a person with two posts is found once by name, by title in each post', async () => {
  assert.equal((await find(clerk, 'fj')).length, 1)
  assert.equal((await find(clerk, '市政府党组成员'))[0].unit, '示例市人民政府')
})

test('A7 pages join without gap or repeat, in Chinese order', async () => {
  const all = []
  let after = ''
  for (let i = 0; i < 20; i++) {
    const page = await clerk.read('/people?q=z&limit=1' + (after && '&after=' + encodeURIComponent(after)))
    all.push(...page.rows.map(r => r.person))
    if (!page.after) break
    after = page.after
  }
  const whole = (await clerk.read('/people?q=z&limit=100')).rows.map(r => r.person)
  assert.deepEqual(all, whole)
  assert.equal(new Set(all).size, all.length)
})

test('A7 a unit’s people stand in the unit’s order and come in pages', async () => {
  const rows = await clerk.rows(`/units/${unit('示例市财政局')}/people?limit=2`)
  assert.deepEqual(rows.map(r => r.title),
    ['党组书记、局长', '副局长', '系统管理员', '收发文员', '预算科科长', '科员', '一级科员'])
})

test('P7 mobile numbers are masked outside the own unit, leaders’ are hidden, the secretary is the contact', async () => {
  const own = await find(clerk, '解堃')
  assert.equal(own[0].mobile, '13900000012')
  const other = await find(clerk, '欧阳喆')
  assert.equal(other[0].mobile, '139****0016')
  const leader = (await find(clerk, '单青林'))[0]
  assert.equal(leader.mobile, null)
  assert.deepEqual(leader.contact, { name: '安雨晨', phone: '0736-2004' })
  const head = (await find(clerk, '曾德明'))[0]
  assert.equal(head.mobile, null)
  assert.equal(head.contact.phone, '0736-3000')
  assert.equal((await find(clerk, '13900000003')).length, 0, 'nobody finds a leader by the mobile number')
  assert.equal((await find(clerk, '13900000016')).length, 1)
  assert.equal((await find(clerk, '1390000')).length, 0, 'nobody leafs through mobile numbers')
  const seen = await clerk.read('/people/' + leader.person)
  assert.equal(seen.mobile, null)
  assert.equal(seen.account, null)
  assert.deepEqual(seen.roles, [])
})

test('P7 the person and the administrator see what others do not', async () => {
  const me = (await person('田雨涵')).person
  assert.equal((await clerk.read('/people/' + me)).mobile, '13900000011')
  const admin = await as('finance_admin')
  const head = await person('曾德明')
  assert.equal((await admin.read('/people/' + head.person)).mobile, '13900000008')
})

test('A7 what is not there is not there', async () => {
  for (const at of ['/units/1', '/people/1', '/units/1/people']) {
    const r = await clerk.get(at)
    assert.equal(r.status, 404)
  }
  assert.equal((await clerk.get('/people?q=z&after=nonsense')).status, 400)
})
