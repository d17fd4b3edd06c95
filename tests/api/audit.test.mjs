// The record and its secrets: S33–S36, S39, S40, S42, S47, S60, S62. These look into the database,
// since nobody is given the node's own stream over HTTP.
import test from 'node:test'
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { spawnSync } from 'node:child_process'
import { city, demoPassword, engine, query, run, until } from './tongban.mjs'

const c = await city()
const traces = op => query(c, `SELECT person_id, at, client, body FROM trace WHERE op = '${op}' ORDER BY at`)
const settings = { theme: 'red', dark: false, large: false, lang: 'zh-CN' }

test('S33 S35 every sign-in is on record, good and bad: who, when, from where', async () => {
  const before = { in: traces('login.in').length, failed: traces('login.failed').length }
  const who = c.guest({ headers: { 'X-Forwarded-For': '192.0.2.55', 'User-Agent': 'Pruefer/1.0' } })
  await who.post('/sign-in', { account: 'drafter', password: 'wrong' }, { key: null })
  await who.post('/sign-in', { account: 'no-such-account', password: 'wrong' }, { key: null })
  await who.signIn('drafter', demoPassword)
  const good = traces('login.in'), bad = traces('login.failed')
  assert.equal(good.length, before.in + 1)
  assert.equal(bad.length, before.failed + 2)
  const body = JSON.parse(good.at(-1)[3])
  assert.equal(body.address, '192.0.2.55')
  assert.equal(body.agent, 'Pruefer/1.0')
  assert.match(body.person, /^\d+$/)
  assert.ok(Math.abs(Number(good.at(-1)[1]) - Date.now()) < 60_000)
  assert.equal(JSON.parse(bad.at(-2)[3]).account, 'drafter')
  assert.doesNotMatch(bad.at(-1)[3], /no-such-account/, 'what is no account may be a password: only a digest')
})

test('S34 refused access is on record', async () => {
  const drafter = await c.signIn('drafter')
  await drafter.refused('/units', { name: '不该有的单位', parent_id: '1', kind: 'unit', level: 'city' }, 403)
  await drafter.get('/matters/12345')
  const of = what => traces('access.refused').map(r => r[3]).filter(b => b.includes(what))
  await until('the refusals are written', () => of('unit.create').length > 0 && of('not_found').length > 0)
})

test('S39 S47 no password, code or token is in the database or the log', async () => {
  const admin = await c.signIn('city_admin')
  const { csrf } = admin
  const secret = 'Ein-Geheimnis-Wort9'
  await admin.act('/me/password', { old_password: demoPassword, new_password: secret })
  const day = new Date(c.now() + 9 * 86400_000).toISOString().slice(0, 10)
  const { token } = await admin.act('/me/tokens', { name: '程序', expires_on: day })
  await c.guest().post('/sign-in', { account: secret, password: 'x' }, { key: null }) // typed into the wrong field
  await c.stop()
  const cookie = admin.cookie.split('=')[1]
  const dump = engine === 'pgsql' ? spawnSync('pg_dump', [c.db], { encoding: 'utf8', maxBuffer: 1 << 28 }).stdout
    : fs.readFileSync(path.join(c.dir, 'tongban.db')).toString('latin1')
  assert.ok(dump.includes('$argon2id$'), 'passwords are slow salted hashes')
  for (const [what, text] of [['the password', secret], ['the token', token], ['the cookie', cookie]]) {
    assert.ok(!c.logs.includes(text), what + ' is in the log')
    assert.ok(!dump.toLowerCase().includes(text.toLowerCase()), what + ' is in the database')
  }
  assert.ok(!c.logs.includes(csrf))
  await c.start()
})

test('S40 control characters do not reach the record as such', async () => {
  for (const account of ['a\nb', 'a\u0000b', 'a\u001b[2Jb'])
    assert.equal((await c.guest().post('/sign-in', { account, password: 'x' }, { key: null })).status, 400)
  await c.stop()
  for (const line of c.logs.split('\n').filter(Boolean)) {
    assert.match(line, /^\d{4}-\d\d-\d\dT[\d:.]+\+08:00 (debug|info|warn|error) /, line)
    assert.doesNotMatch(line, /[\u0000-\u0008\u000b-\u001f]/)
  }
  await c.start()
})

test('S42 what cannot be put on record is not done', { skip: engine !== 'sqlite' && 'the trigger is made on SQLite' }, async () => {
  const clerk = await c.signIn('doc_clerk')
  const unit = (await clerk.read('/me')).posts[0].unit.id
  await c.stop()
  const sql = s => { const p = spawnSync('python3', ['-c', 'import sqlite3,sys\nd=sqlite3.connect(sys.argv[1]);d.executescript(sys.argv[2]);d.commit()', path.join(c.dir, 'tongban.db'), s], { encoding: 'utf8' }); assert.equal(p.status, 0, p.stderr) }
  sql("CREATE TRIGGER no_trace BEFORE INSERT ON trace BEGIN SELECT RAISE(ABORT, 'no record'); END")
  await c.start()
  c.errorsExpected = true
  const before = (await clerk.rows('/groups')).length
  const r = await clerk.post('/groups', { name: '无记录的组', unit_ids: [unit] })
  assert.ok(r.status >= 400, JSON.stringify(r.body))
  assert.equal((await clerk.rows('/groups')).length, before)
  const sign = await c.guest().post('/sign-in', { account: 'drafter', password: demoPassword }, { key: null })
  assert.ok(sign.status >= 400, 'not even a sign-in')
  for (const bad of [r, sign]) assert.doesNotMatch(JSON.stringify(bad.body), /trigger|RAISE|no record|INSERT|SQL/i, 'S62')
  await c.stop()
  sql('DROP TRIGGER no_trace')
  await c.start()
  await clerk.act('/groups', { name: '有记录的组', unit_ids: [unit] })
})

test('S36 an altered, removed or moved entry is found', { skip: engine !== 'sqlite' && 'the rows are altered on SQLite' }, async () => {
  await c.stop()
  const file = path.join(c.dir, 'tongban.db')
  assert.equal(run(['verify', '--data', c.dir]).code, 0)
  const good = fs.readFileSync(file)
  for (const sql of [
    "UPDATE trace SET body = replace(body, '192.0.2.55', '192.0.2.56') WHERE op = 'login.in'",
    "UPDATE trace SET at = at + 1 WHERE op = 'login.in'",
    "DELETE FROM trace WHERE stream = (SELECT max(stream) FROM trace) AND seq = (SELECT max(seq) FROM trace t WHERE t.stream = trace.stream)",
    "DELETE FROM trace WHERE op = 'login.failed'",
    "UPDATE trace SET person_id = 1 WHERE op = 'login.password'",
  ]) {
    const p = spawnSync('python3', ['-c', 'import sqlite3,sys\nd=sqlite3.connect(sys.argv[1]);print(d.execute(sys.argv[2]).rowcount);d.commit()', file, sql], { encoding: 'utf8' })
    assert.equal(p.status, 0, p.stderr)
    assert.ok(Number(p.stdout) > 0, sql)
    const v = run(['verify', '--data', c.dir])
    assert.equal(v.code, 1, sql + '\n' + v.out + v.err)
    for (const more of ['-wal', '-shm']) fs.rmSync(file + more, { force: true })
    fs.writeFileSync(file, good)
  }
  assert.equal(run(['verify', '--data', c.dir]).code, 0)
  await c.start()
})

test('S60 the database goes away and comes back: nothing is claimed, work goes on', { skip: engine !== 'pgsql' && 'SQLite is part of the program' }, async () => {
  c.errorsExpected = true
  const clerk = await c.signIn('doc_clerk')
  const unit = (await clerk.read('/me')).posts[0].unit.id
  const made = []
  for (let round = 0; round < 3; round++) {
    query(c, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`)
    for (let i = 0; i < 5; i++) {
      const name = `断线 ${round}.${i}`
      const r = await clerk.post('/groups', { name, unit_ids: [unit] })
      if (r.status === 201) made.push(name)
      else assert.ok(r.status === 503 || r.status === 500 || r.status === 401, `${r.status} ${JSON.stringify(r.body)}`)
      assert.doesNotMatch(JSON.stringify(r.body), /terminat|connection|libpq|SELECT|FATAL/i)
    }
    await until('work goes on', async () => (await clerk.post('/me/settings', settings)).status === 200)
  }
  const names = (await clerk.rows('/groups')).map(g => g.name)
  for (const n of made) assert.ok(names.includes(n), n)
})
