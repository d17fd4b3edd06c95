// What org's reads answer is what the OpenAPI document says of them, member by member: asks for
// each with something in it; and that the comparison itself finds faults.
import test from 'node:test'
import assert from 'node:assert/strict'
import { openapi } from './tongban.mjs'
import { answersOf } from './answers.mjs'
import { orgCity } from './org_city.mjs'

const { as, unit, person } = await orgCity()
const bureau = unit('示例市财政局')

const cases = async () => [
  ['finance_clerk', '/units/{unit_id}', { unit_id: bureau }],
  ['finance_clerk', '/units/{unit_id}/people', { unit_id: bureau }],
  ['finance_clerk', '/units/{unit_id}/grants', { unit_id: bureau }],
  ['finance_clerk', '/people', {}, 'q=z'],
  ['finance_clerk', '/people/{person_id}', { person_id: (await person('单青林')).person }],
  ['finance_admin', '/people/{person_id}', { person_id: (await person('田雨涵')).person }],
  ['finance_admin', '/org/changes', {}, 'unit=' + bureau],
  ['finance_admin', '/filings', {}, 'unit=' + bureau],
  ['secretary', '/me/delegations', {}],
  ['vice_mayor', '/secretaries', {}],
  ['finance_clerk', '/in-charge', {}, 'unit=' + bureau],
  ['finance_clerk', '/rank-lists', {}],
  ['finance_clerk', '/rank-lists/{list_id}', { list_id: (await (await as('finance_clerk')).rows('/rank-lists'))[0].id }],
  ['finance_clerk', '/groups', {}],
  ['finance_clerk', '/groups/{group_id}', { group_id: (await (await as('finance_clerk')).rows('/groups'))[0].id }],
]

test('every read of org has rows to be held against its description', async () => {
  const admin = await as('finance_admin')
  await admin.act('/grants', { post_id: (await person('解堃')).post, role: 'doc_clerk', unit_id: bureau })
  for (const [account, path, values, query] of await cases()) {
    const at = path.replace(/\{(\w+)\}/g, (_, k) => values[k]) + (query ? '?' + query : '')
    const answer = await (await as(account)).read(at) // the harness compares
    if (answer.rows) assert.ok(answer.rows.length, path + ' has rows to look at')
  }
})

test('the comparison finds what is missing, too much, null or of another type', async () => {
  const { fault, schemaOf } = answersOf(openapi())
  const group = (await (await as('finance_clerk')).rows('/groups'))[0]
  const schema = schemaOf('GET', '/groups').properties.rows.items
  const wrong = change => fault(schema, { ...group, ...change }, 'group')
  assert.equal(wrong({}), null)
  assert.match(wrong({ extra: 1 }), /group.extra is not described/)
  assert.match(wrong({ name: null }), /group.name is null/)
  assert.match(wrong({ count: '3' }), /group.count is string/)
  assert.match(wrong({ id: '007' }), /group.id is no id/)
  const { name, ...without } = group
  assert.match(fault(schema, without, 'group'), /group.name is missing/)
})
