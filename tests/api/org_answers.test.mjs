// What org's reads answer is what the OpenAPI document says of them, member by member.
import test from 'node:test'
import assert from 'node:assert/strict'
import { openapi } from './tongban.mjs'
import { orgCity } from './org_city.mjs'

const { as, unit, person } = await orgCity()
const api = openapi()
const bureau = unit('示例市财政局')

function holds(schema, value, at) {
  if (schema.$ref) schema = schema.$ref.split('/').slice(1).reduce((o, k) => o[k], api)
  if (schema.oneOf) schema = schema.oneOf.find(s => s.type !== 'null')
  if (schema.anyOf) schema = schema.anyOf.find(s => s.type !== 'null')
  if (value === null) return
  const type = [].concat(schema.type || []).filter(t => t !== 'null')[0]
  if (type === 'object' && schema.properties) {
    assert.equal(typeof value, 'object', at)
    assert.deepEqual(Object.keys(value).sort(), Object.keys(schema.properties).sort(), at)
    for (const [k, v] of Object.entries(value)) holds(schema.properties[k], v, at + '.' + k)
  } else if (type === 'array') {
    assert.ok(Array.isArray(value), at)
    value.forEach((v, i) => holds(schema.items, v, `${at}[${i}]`))
  } else if (type) {
    assert.equal(typeof value, type === 'integer' ? 'number' : type, at)
  }
}

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

test('every read of org answers what its description says', async () => {
  const admin = await as('finance_admin')
  await admin.act('/grants', { post_id: (await person('解堃')).post, role: 'doc_clerk', unit_id: bureau })
  for (const [account, path, values, query] of await cases()) {
    const schema = api.paths[path]?.get?.responses['200'].content['application/json'].schema
    assert.ok(schema, path)
    const isList = schema.properties.rows && schema.properties.after
    const more = [query, isList && 'limit=100'].filter(Boolean).join('&')
    const at = path.replace(/\{(\w+)\}/g, (_, k) => values[k]) + (more ? '?' + more : '')
    const answer = await (await as(account)).read(at)
    if (isList) {
      assert.ok(answer.rows.length, path + ' has rows to look at')
      answer.rows.forEach((r, i) => holds(schema.properties.rows.items, r, `${path} row ${i}`))
    } else {
      holds(schema, answer, path)
    }
  }
})
