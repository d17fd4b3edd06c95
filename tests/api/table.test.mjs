// Every command and read of the program's own table, from its OpenAPI document: without login
// refused (S19, S24), malformed input refused with the field's name (S51), a retry key needed.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city, isProblem, openapi } from './tongban.mjs'

const c = await city()
const people = []
for (const account of ['city_admin', 'unit_admin', 'doc_clerk', 'office_head', 'secrecy_officer', 'drafter'])
  people.push(await c.signIn(account))
const guest = c.guest()

const open = ['login.sign_in', 'demo.accounts', 'authority.certificate', 'authority.crl', 'authority.ocsp'] // what anybody may ask
const api = openapi()
const routes = []
for (const [path, methods] of Object.entries(api.paths))
  for (const [method, o] of Object.entries(methods))
    routes.push({ path, method: method.toUpperCase(), name: o.operationId, schema: o.requestBody?.content['application/json'].schema, hasKey: o['x-retry-key'] })
const filled = path => path.replace(/\{\w+\}/g, '1')
const isId = s => s.format === 'id'
const typeOf = s => (Array.isArray(s.type) ? s.type.find(t => t !== 'null') : s.type)

function sample(s) {
  if (s.allOf) return sample(s.allOf[0])
  if (s.enum) return s.enum.find(x => x !== null)
  switch (typeOf(s)) {
    case 'string': return isId(s) ? '1' : s.format === 'date' ? '2026-01-05' : 'x'.repeat(Math.max(s.minLength || 0, 1))
    case 'integer': return s.format === 'ms-utc' ? Date.now() - 60_000 : Math.max(s.minimum || 0, 0)
    case 'boolean': return true
    case 'array': return Array.from({ length: Math.max(s.minItems || 0, 1) }, (_, i) => isId(s.items || {}) ? String(i + 1) : sample(s.items || {}))
    case 'object': return Object.fromEntries(Object.entries(s.properties || {}).map(([k, v]) => [k, sample(v)]))
  }
  return {}
}

function wrongs(s) {
  const list = []
  const type = typeOf(s)
  if (type === 'string') {
    list.push(['a list', ['x']], ['an object', { a: 1 }])
    if (s.enum) list.push(['no choice', 'no-such-choice'])
    else if (isId(s)) list.push(['no id', 'abc'], ['a negative id', '-5'])
    else if (s.format === 'date') list.push(['no day', '2026-02-30'])
    else {
      list.push(['a number', 5], ['a control character', 'a\u0007b'])
      if (s.maxLength && s.maxLength < 100_000) list.push(['too long', '长'.repeat(s.maxLength + 1)])
    }
  }
  if (type === 'integer') list.push(['text', 'many'], ['a fraction', 1.5])
  if (type === 'integer' && s.maximum !== undefined && s.maximum < Number.MAX_SAFE_INTEGER) list.push(['too much', s.maximum + 1])
  if (type === 'boolean') list.push(['text', 'perhaps'])
  if (type === 'array') list.push(['no list', { a: 1 }], ['a list of lists', [[[]]]])
  if (type === 'array' && s.maxItems && s.maxItems <= 1000) list.push(['too many', Array.from({ length: s.maxItems + 1 }, (_, i) => isId(s.items) ? String(i + 1) : 'x' + i)])
  return list
}

/** Asks as each person until somebody has the right to be told more than "not permitted". */
async function answer(ask) {
  let r
  for (const p of people) {
    r = await ask(p)
    if (r.status !== 403) return r
  }
  return r
}

test('the table is whole: every route has words and a permission', () => {
  assert.ok(routes.length >= 12)
  for (const [path, methods] of Object.entries(api.paths))
    for (const o of Object.values(methods)) assert.ok(o.summary && o.description, path)
})

test('S19 S24 nothing is answered without a login except the listed few', async () => {
  for (const r of routes) {
    if (open.includes(r.name)) continue
    const got = await guest.request(r.method, filled(r.path), r.method === 'POST' ? { body: {} } : {})
    assert.equal(got.status, 401, `${r.method} ${r.path}`)
    isProblem(got)
  }
  const stranger = c.guest()
  stranger.cookie = 'tb_login=' + 'A'.repeat(43)
  assert.equal((await stranger.get('/me')).status, 401)
})

test('S51 an unknown field is refused by its name', async () => {
  for (const r of routes) {
    if (r.method === 'GET') {
      const got = await answer(p => p.get(filled(r.path) + '?no_such_field=1'))
      assert.equal(got.status, 400, `GET ${r.path}: ${JSON.stringify(got.body)}`)
      assert.equal(got.body.field, 'no_such_field', r.path)
      continue
    }
    const body = { ...sample(r.schema), no_such_field: 1 }
    const got = await answer(p => p.post(filled(r.path), body))
    assert.equal(got.status, 400, `${r.name}: ${JSON.stringify(got.body)}`)
    isProblem(got)
    assert.equal(got.body.field, 'no_such_field', r.name)
  }
})

test('S51 a value of another type, out of range or too long is refused by the field’s name', async () => {
  for (const r of routes) {
    if (r.method !== 'POST') continue
    for (const [field, s] of Object.entries(r.schema.properties || {}))
      for (const [what, value] of wrongs(s)) {
        const got = await answer(p => p.post(filled(r.path), { ...sample(r.schema), [field]: value }))
        assert.equal(got.status, 400, `${r.name}.${field} ${what}: ${JSON.stringify(got.body)}`)
        isProblem(got)
        assert.ok(got.body.field === field || got.body.field?.startsWith(field), `${r.name}.${field} ${what}: ${JSON.stringify(got.body)}`)
      }
  }
})

test('S51 a required field that is missing is refused by its name', async () => {
  for (const r of routes) {
    if (r.method !== 'POST') continue
    for (const field of r.schema.required || []) {
      const body = sample(r.schema)
      delete body[field]
      const got = await answer(p => p.post(filled(r.path), body))
      assert.equal(got.status, 400, `${r.name} without ${field}: ${JSON.stringify(got.body)}`)
      assert.equal(got.body.field, field, `${r.name} without ${field}`)
    }
  }
})

test('what is no JSON object is refused', async () => {
  for (const r of routes) {
    if (r.method !== 'POST') continue
    for (const body of ['{"a":1', '[]', '"x"', '{"a":1,"a":2}', '{"a":"\\u0000"}', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])]) {
      const got = await answer(p => p.post(filled(r.path), body))
      assert.equal(got.status, 400, `${r.name} ${body}: ${JSON.stringify(got.body)}`)
      isProblem(got)
    }
  }
})

test('a command needs a retry key of eight to 64 plain characters', async () => {
  for (const r of routes) {
    if (r.method !== 'POST' || !r.hasKey) continue
    for (const key of [null, 'short', 'x'.repeat(65), 'with space', 'umläut-key']) {
      const got = await answer(p => p.post(filled(r.path), sample(r.schema), { key: key && encodeURIComponent(key) === key ? key : key === null ? null : 'bad key!' }))
      assert.equal(got.status, 400, `${r.name}: ${JSON.stringify(got.body)}`)
      assert.equal(got.body.code, 'key.missing', r.name)
    }
  }
})

test('a path parameter that is no id finds nothing', async () => {
  for (const r of routes) {
    if (!r.path.includes('{')) continue
    for (const bad of ['abc', '-1', '0', '99999999999999999999', '%F0%28', "1'--"]) {
      const at = r.path.replace(/\{\w+\}/g, bad)
      const got = await answer(p => (r.method === 'GET' ? p.get(at) : p.post(at, sample(r.schema))))
      assert.ok(got.status === 400 || got.status === 404, `${r.name} ${bad}: ${got.status} ${JSON.stringify(got.body)}`)
      isProblem(got)
    }
  }
})

test('the same key gives the first answer, with another body it is refused, across restarts', async () => {
  const admin = people[0]
  const day = new Date(c.now() + 20 * 86400_000).toISOString().slice(0, 10)
  const first = await admin.post('/me/tokens', { name: '报表', expires_on: day }, { key: 'table-key-1' })
  assert.equal(first.status, 201)
  const second = await admin.post('/me/tokens', { name: '报表', expires_on: day }, { key: 'table-key-1' })
  assert.equal(second.status, 201)
  assert.equal(second.body.id, first.body.id)
  const reordered = await admin.post('/me/tokens', `{"expires_on":"${day}", "name":"报表"}`, { key: 'table-key-1' })
  assert.equal(reordered.body.id, first.body.id, 'the same body, written otherwise')
  const reused = await admin.refused('/me/tokens', { name: '别的', expires_on: day }, 409, 'key.reused', { key: 'table-key-1' })
  assert.equal(reused.title, '重试键已用过')
  await admin.refused('/me/settings', { theme: 'red', lang: 'en' }, 409, 'key.reused', { key: 'table-key-1' })
  assert.equal((await people[1].post('/me/tokens', { name: '报表', expires_on: day }, { key: 'table-key-1' })).status, 201, 'keys are a person’s own')
  assert.equal((await admin.rows('/me/tokens')).length, 1)
  await c.stop()
  await c.start()
  assert.equal((await admin.post('/me/tokens', { name: '报表', expires_on: day }, { key: 'table-key-1' })).body.id, first.body.id)
  const many = await Promise.all(Array.from({ length: 8 }, () => admin.post('/me/tokens', { name: '同时', expires_on: day }, { key: 'table-key-2' })))
  assert.equal(new Set(many.map(x => x.body.id)).size, 1, JSON.stringify(many.map(x => x.body)))
})
