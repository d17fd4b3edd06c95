// The rules of docs/standards.md §7 that no other test is about; docs/security.md says where the rest
// stand. Asked over HTTP, as somebody who means harm would.
import test from 'node:test'
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { city, demoPassword, newKey, openapi, until } from './tongban.mjs'

const c = await city()
const api = openapi()
const admin = await c.signIn('city_admin')
const clerk = await c.signIn('doc_clerk')
const drafter = await c.signIn('drafter')
const stranger = await c.signIn('village_clerk')
const unit = (await clerk.read('/me')).posts[0].unit.id
const day = ms => new Date(c.now() + ms + 8 * 3600e3).toISOString().slice(0, 10)
const tus = { 'Tus-Resumable': '1.0.0' }
async function upload(who, bytes, name) {
  const made = await who.request('POST', '/uploads', { headers: { ...tus, 'Upload-Length': String(bytes.length), 'Upload-Metadata': 'filename ' + Buffer.from(name).toString('base64') } })
  if (made.status !== 201) return made
  const at = made.headers.get('location').replace('/api/v1', '')
  await who.request('PATCH', at, { body: bytes, headers: { ...tus, 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' } })
  return { status: 201, id: at.split('/').pop() }
}

test('S1 S2 a password: eight characters of three kinds, not the account, not a common one with a disguise', async () => {
  const change = fresh => drafter.post('/me/password', { old_password: demoPassword, new_password: fresh })
  for (const [fresh, code] of [
    ['Ab1-xyz', 'password.short'], ['abcdefgh1', 'password.classes'], ['ABCDEFGH1', 'password.classes'],
    ['Qwerty123', 'password.listed'], ['P@ssw0rd!', 'password.listed'], ['Admin@123', 'password.listed'], ['Iloveyou1!', 'password.listed'],
    ['Aa1' + '长'.repeat(90), 'password.long'],
  ]) {
    const r = await change(fresh)
    assert.deepEqual([r.status, r.body.code, r.body.field], [400, code, 'new_password'], fresh)
  }
  const made = await admin.act('/people', { name: '何账号', account: 'he.account-2026', unit_id: unit, title: '科员' })
  assert.equal(made.initial_secret, null, 'a demo folder has one public password')
  const he = await c.signIn('he.account-2026')
  await he.refused('/me/password', { old_password: demoPassword, new_password: 'he.account-2026' }, 400, 'password.account')
})

test('S16 who is disabled is out at once: the page, the token, the open event stream', async () => {
  const made = await admin.act('/people', { name: '卫停用', account: 'wei.tingyong', unit_id: unit, title: '科员' })
  const wei = await c.signIn('wei.tingyong')
  await wei.act('/me/password', { old_password: demoPassword, new_password: 'Dong-Fang-7788' })
  const { token } = await wei.act('/me/tokens', { name: '脚本', expires_on: day(20 * 86400e3) })
  const program = c.guest({ token })
  assert.equal((await program.get('/me')).status, 200)
  const stream = await wei.events()
  await admin.act(`/people/${made.id}/disable`, {})
  assert.equal((await wei.get('/me')).status, 401)
  assert.equal((await program.get('/me')).status, 401)
  assert.equal((await c.guest().post('/sign-in', { account: 'wei.tingyong', password: 'Dong-Fang-7788' }, { key: null })).status, 401)
  await until('the stream ends', () => stream.ended)
  stream.close()
})

// Every command with ids of another unit's things in its path, as somebody without any right there.
test('S25 S28 what the pages do not offer, the program refuses: every command on another unit’s things', async () => {
  const items = await clerk.rows('/items?box=todo')
  const matter = (await clerk.read(`/matters/${items[0].matter}`))
  const sent = (await clerk.rows('/registers/sent'))[0]
  const dispatch = (await clerk.rows('/dispatches'))[0]
  const board = (await clerk.rows(`/dispatches/${dispatch.id}/board`))[0]
  const book = (await clerk.rows('/number-books')).find(b => b.last_value >= b.start_value)
  const number = (await clerk.rows(`/number-books/${book.id}/numbers`))[0]
  const person = (await clerk.rows(`/units/${unit}/people`))[0]
  const group = await clerk.act('/groups', { name: '本单位的组', unit_ids: [unit] })
  const ids = {
    unit_id: unit, person_id: person.person, post_id: person.post, item_id: items[0].id, matter_id: matter.id, document_id: sent.id,
    dispatch_id: dispatch.id, delivery_id: board.delivery, book_id: book.id, number_id: number.id, group_id: group.id,
    agency_id: book.agency_id, list_id: (await clerk.rows('/rank-lists'))[0]?.id || '1',
  }
  const sample = s => {
    if (s.allOf) return sample(s.allOf[0])
    if (s.enum) return s.enum[0]
    const type = [].concat(s.type || []).find(t => t !== 'null')
    if (type === 'string') return s.format === 'id' ? '1' : s.format === 'date' ? day(86400e3) : 'x'.repeat(Math.max(s.minLength || 0, 2))
    if (type === 'integer') return s.format === 'ms-utc' ? c.now() - 60_000 : Math.max(s.minimum || 0, 0)
    if (type === 'boolean') return true
    if (type === 'array') return [sample(s.items || {})]
    if (type === 'object') return Object.fromEntries((s.required || []).map(k => [k, sample(s.properties[k])]))
    return {}
  }
  let asked = 0
  for (const [route, methods] of Object.entries(api.paths)) {
    if (!methods.post || !route.includes('{')) continue
    const at = route.replace(/\{(\w+)\}/g, (_, k) => ids[k] || person.post)
    const r = await stranger.post(at, sample(methods.post.requestBody.content['application/json'].schema))
    assert.ok([400, 403, 404, 409].includes(r.status), `${methods.post.operationId}: ${r.status} ${JSON.stringify(r.body)}`)
    // "forbidden" tells that it is there: allowed only for rights that are the person's, not the thing's
    if (r.status === 403) assert.ok(['right.missing', 'reading.only_clerk'].includes(r.body.code), `${methods.post.operationId}: ${JSON.stringify(r.body)}`)
    asked++
  }
  assert.ok(asked > 40, `${asked} commands`)
  assert.deepEqual((await clerk.read(`/matters/${matter.id}`)).rev, matter.rev, 'and nothing happened')
})

test('S26 what is said inside a unit stays inside: no answer to the sender holds the receiver’s words', async () => {
  const dispatch = (await clerk.rows('/dispatches')).find(d => d.closed > 0)
  const words = new Set()
  for (const account of ['town_clerk', 'town_office', 'town_secretary', 'county_clerk']) {
    const who = await c.signIn(account)
    for (const row of await who.rows('/items?box=done')) {
      const m = await who.read(`/matters/${row.matter}`)
      if (!m.delivery) continue
      for (const s of m.sheet) for (const o of s.opinions) if (o.text.length > 3) words.add(o.text)
    }
  }
  assert.ok(words.size > 3, 'receivers have said something')
  let told = ''
  for (const d of await clerk.rows('/dispatches')) {
    for (const part of ['', '/board', '/unsigned', '/feedback']) told += JSON.stringify((await clerk.get(`/dispatches/${d.id}${part}`)).body)
    if (d.matter) for (const part of ['', '/trace', '/diagram']) told += JSON.stringify((await clerk.get(`/matters/${d.matter}${part}`)).body)
  }
  assert.ok(dispatch && told.length > 1000)
  const own = new Set()
  for (const row of (await clerk.rows('/items?box=done')).concat(await clerk.rows('/items?box=todo'))) for (const s of (await clerk.read(`/matters/${row.matter}`)).sheet) for (const o of s.opinions) own.add(o.text)
  for (const text of words) if (!own.has(text)) assert.ok(!told.includes(text), `the sender reads: ${text}`)
})

test('S49 no answer has a member for what is not needed: secrets, digests of them, numbers and days of birth', () => {
  const allowed = new Set(['initial_secret', 'token', 'csrf', 'must_change_password', 'password_until_at', 'account_row.password'])
  for (const [name, schema] of Object.entries(api.components.schemas))
    for (const member of Object.keys(schema.properties || {}))
      if (/secret|password|salt|hash|(^|_)once(_|$)|token|csrf|id_card|identity|birth|gender|sex|home|nation|email/i.test(member))
        assert.ok(allowed.has(member) || allowed.has(`${name}.${member}`), `${name}.${member}`)
})

test('S52 texts are values: quotes, wildcards, query operators and shell words find and do nothing else', async () => {
  const bad = ["Robert'); DROP TABLE unit_group;--", "' OR '1'='1", '%', '_', '\\', '"', '*', 'NEAR(a b)', 'a OR b', 'title:x', '$(touch /tmp/tongban-pwned)', '`id`', '; ls', '${jndi:ldap://x}', '{{7*7}}', '=1+1', '@SUM(1)']
  const before = (await clerk.rows('/groups')).length
  for (const text of bad) {
    for (const at of ['/people?q=', '/search?q=', '/registers/sent?q=', '/registers/received?q=']) {
      const r = await clerk.get(at + encodeURIComponent(text))
      assert.ok(r.status === 200 || r.status === 400, `${at}${text}: ${r.status} ${JSON.stringify(r.body)}`)
      if (r.status === 200 && /^['%_\\"*]/.test(text) && at !== '/search?q=') assert.equal(r.body.rows.length, 0, `${at}${text} finds ${JSON.stringify(r.body.rows[0])}`)
    }
    await clerk.act('/groups', { name: text, unit_ids: [unit] })
  }
  const after = await clerk.rows('/groups')
  assert.equal(after.length, before + bad.length)
  for (const text of bad) assert.ok(after.some(g => g.name === text), text)
  assert.ok(!fs.existsSync('/tmp/tongban-pwned'))
  // what a spreadsheet would run as a formula stays text in an exported register
  const town = await c.signIn('town_clerk')
  await town.act('/received', { unit_id: (await town.read('/me')).posts[0].unit.id, issuer: '某单位', title: '=HYPERLINK("http://x","y")' })
  const { job_id } = await town.act('/registers/export', { register: 'received', format: 'csv', filter: {} })
  await until('the export', async () => (await town.read(`/jobs/${job_id}`)).state === 'done')
  const csv = (await town.get(`/jobs/${job_id}/file`, { raw: true })).body.toString()
  assert.match(csv, /"'=HYPERLINK\(/)
})

test('S53 S57 a name with script, traversal or line breaks is a name: nowhere a path, a header or HTML', async () => {
  const { matter_id } = await drafter.act('/matters', { module: 'internal_request', title: '<script>alert(1)</script>', form: { content: '<img src=x onerror=alert(1)>' } })
  const page = await drafter.get(`/matters/${matter_id}`)
  assert.match(page.headers.get('content-type'), /^application\/json/)
  assert.equal(page.headers.get('x-content-type-options'), 'nosniff')
  const text = Buffer.from('一份普通的文本。\n'.repeat(20))
  for (const name of ['../../../etc/passwd.txt', '..\\..\\boot.txt', '/abs/olute.txt', 'a\r\nSet-Cookie: x=1.txt', 'x\u202etxt.exe.txt', '<img src=x onerror=alert(1)>.txt', 'CON.txt', '.htaccess.txt', 'a"; filename="evil.exe.txt']) {
    const up = await upload(drafter, text, name)
    if (up.status !== 201) { assert.equal(up.status, 400, `${name}: ${up.status}`); continue }
    const made = await drafter.post(`/matters/${matter_id}/attachments`, { upload_id: up.id, name, kind: 'attachment' })
    if (made.status !== 201) { assert.equal(made.status, 400, `${name}: ${JSON.stringify(made.body)}`); continue }
    const got = await drafter.get(`/attachments/${made.body.id}/content`, { raw: true })
    const how = got.headers.get('content-disposition')
    assert.match(how, /^attachment; filename="[^"/\\\r\n]*"; filename\*=UTF-8''[A-Za-z0-9%!#$&+.^_`|~-]+$/, `${name}: ${how}`)
    assert.doesNotMatch(how, /%2F|%5C|%0D|%0A|%E2%80%AE/i, name)
    assert.equal(got.headers.get('set-cookie'), null)
    assert.ok(got.body.equals(text))
  }
  for (const p of ['/etc/passwd.txt', path.join(c.dir, '../../../etc/passwd.txt')]) assert.ok(!fs.existsSync(p))
  for (const at of ['//../../etc/passwd', '//assets/../../../etc/passwd', '//assets/%2e%2e/%2e%2e/etc/passwd', '//assets/..%2f..%2ftongban.conf']) {
    const r = await c.guest().get(at)
    assert.ok(!/root:|database =/.test(r.body), at)
  }
})

test('a retry key and its first answer are kept seven days, and no longer', async () => {
  const key = newKey(), body = { name: '保留', unit_ids: [unit] }
  const first = await clerk.act('/groups', body, { key })
  await c.later(6 * 86400e3 + 20 * 3600e3)
  const again = await c.signIn('doc_clerk')
  assert.equal((await again.act('/groups', body, { key })).id, first.id)
  await again.refused('/groups', { ...body, name: '别的' }, 409, 'key.reused', { key })
  await c.later(6 * 3600e3)
  const late = await c.signIn('doc_clerk')
  // forgotten: it is a new act, and a group of that name is there already
  await until('the key is forgotten', async () => (await late.post('/groups', body, { key })).body.code === 'group.same')
})
