// The server itself: framing, limits, headers, problem documents, pages, stop (S40, S54–S57, S60–S62).
import test from 'node:test'
import assert from 'node:assert/strict'
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import zlib from 'node:zlib'
import { city, engine, founder, isProblem, run } from './tongban.mjs'

const c = await city({ demo: null })
const me = await founder(c)
const guest = c.guest()

/** Sends bytes as they are, gives all that comes back until the other side closes. */
function wire(bytes, { wait = 5000 } = {}) {
  const { hostname, port } = new URL(c.anyUrl())
  return new Promise((done, failed) => {
    let text = ''
    const late = setTimeout(() => { s.destroy(); failed(new Error('still open: ' + text)) }, wait)
    const s = net.connect(Number(port), hostname, () => s.write(bytes))
    s.on('data', d => { text += d.toString('latin1') })
    s.on('error', () => {})
    s.on('close', () => { clearTimeout(late); done(text) })
  })
}
const status = text => Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1])

test('requests that two programs could read differently are refused and the connection closed', async () => {
  for (const head of [
    'POST /api/v1/sign-out HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}',
    'POST /api/v1/sign-out HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}',
    'POST /api/v1/sign-out HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'POST /api/v1/sign-out HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
    'POST /api/v1/sign-out HTTP/1.1\r\nHost: x\r\nContent-Length : 2\r\n\r\n{}',
    'POST /api/v1/sign-out HTTP/1.1\r\nHost: x\r\nContent-Length: +2\r\n\r\n{}',
    'POST /api/v1/sign-out HTTP/1.1\r\nHost: x\r\nContent-Length: 0x2\r\n\r\n{}',
    'GET /api/v1/health HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n',
    'GET /api/v1/health HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello',
    'GET /api/v1/health HTTP/1.1\r\n\r\n',
  ]) {
    const text = await wire(head)
    assert.equal(status(text), 400, head + '\n' + text)
    assert.match(text, /^Connection: close/im, head)
    for (const m of text.matchAll(/HTTP\/1\.1 (\d+)/g)) assert.equal(m[1], '400', 'nothing behind it was taken as a request: ' + text)
  }
})

test('a body over a megabyte, told or not, is refused with 413', async () => {
  const big = JSON.stringify({ account: 'a'.repeat(1_100_000), password: 'x' })
  const told = await guest.request('POST', '/sign-in', { body: big })
  assert.equal(told.status, 413)
  isProblem(told)
  const pieces = big.match(/.{1,60000}/gs).map(x => x.length.toString(16) + '\r\n' + x + '\r\n').join('')
  const text = await wire('POST /api/v1/sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n' + pieces + '0\r\n\r\n')
  assert.equal(status(text), 413)
})

test('a chunked body is a body', async () => {
  const body = '{"account":"admin","password":"x"}'
  const text = await wire(`POST /api/v1/sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`)
  assert.equal(status(text), 401)
  assert.match(text, /login\.wrong/)
})

test('what is no JSON by its type is refused', async () => {
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])
    assert.deepEqual((r => [r.status, r.body.title])(await me.request('POST', '/me/settings', { body: '{}', headers: { 'Content-Type': type, 'Idempotency-Key': 'abcdefgh' } })), [415, '内容类型不支持'], type)
})

test('unknown addresses, wrong methods, broken escapes', async () => {
  isProblem(await guest.get('/no/such/thing'))
  assert.equal((await guest.get('/no/such/thing')).status, 404)
  assert.equal((await me.get('/me/')).status, 404)
  assert.equal((await me.get('//api/v1//me')).status, 404)
  const wrong = await me.request('PUT', '/me')
  assert.deepEqual([wrong.status, wrong.body.title], [405, '请求方式不支持'])
  assert.equal(wrong.headers.get('allow'), 'GET, HEAD')
  assert.match((await me.request('GET', '/sign-in')).headers.get('allow'), /POST/)
  assert.equal((await me.get('/me?x=%zz')).status, 400)
  assert.equal((await me.get('/me?x=%00')).status, 400)
  assert.equal((await me.get('/me?x=1&x=2')).status, 400)
  assert.equal((await me.get('/me?' + Array.from({ length: 40 }, (_, i) => `p${i}=1`).join('&'))).status, 400)
})

test('S55 S62 every answer carries the headers of caution, none a version', async () => {
  for (const at of ['/health', '/me', '/no/such', '//', '//api/docs', '/openapi.json', '//assets/none.js']) {
    const r = await guest.get(at)
    assert.equal(r.headers.get('x-content-type-options'), 'nosniff', at)
    assert.ok(r.headers.get('referrer-policy'), at)
    assert.match(r.headers.get('content-security-policy'), /default-src/, at)
    assert.match(r.headers.get('content-security-policy'), /frame-ancestors '(none|self)'/, at)
    assert.ok(r.headers.get('cache-control'), at)
    assert.equal(r.headers.get('server'), null, at)
    assert.equal(r.headers.get('x-powered-by'), null, at)
  }
  assert.equal((await me.get('/me')).headers.get('cache-control'), 'no-store')
})

test('problem documents speak the person’s language', async () => {
  const zh = await c.guest().get('/me'), en = await c.guest({ lang: 'en' }).get('/me')
  isProblem(zh)
  isProblem(en)
  assert.equal(zh.body.code, en.body.code)
  assert.match(zh.body.detail, /[\u4e00-\u9fff]/)
  assert.match(en.body.detail, /^[\x20-\x7e“”]+$/)
  assert.match((await c.guest({ lang: 'fr, zh;q=0.5, en;q=0.9' }).get('/me')).body.detail, /sign in/)
  assert.match((await c.guest({ lang: 'fr' }).get('/me')).body.detail, /登录/)
})

test('JSON is packed for who asks', async () => {
  const { hostname, port } = new URL(c.anyUrl())
  const http = await import('node:http')
  const ask = (at, encoding) => new Promise(done => http.get({ hostname, port, path: '/api/v1' + at, headers: { Cookie: me.cookie, ...(encoding ? { 'Accept-Encoding': encoding } : {}) } }, r => {
    const parts = []
    r.on('data', d => parts.push(d))
    r.on('end', () => done({ headers: r.headers, bytes: Buffer.concat(parts) }))
  }))
  for (let i = 0; i < 8; i++) await c.signIn('admin', 'Wind-und-Wetter9', { headers: { 'User-Agent': 'Mozilla/5.0 (a browser with a long name) ' + i } })
  const plain = await ask('/me/logins'), packed = await ask('/me/logins', 'gzip, br')
  assert.ok(plain.bytes.length > 1024)
  assert.equal(plain.headers['content-encoding'], undefined)
  assert.equal(packed.headers['content-encoding'], 'gzip')
  assert.ok(packed.bytes.length < plain.bytes.length / 2)
  assert.deepEqual(JSON.parse(zlib.gunzipSync(packed.bytes)), JSON.parse(plain.bytes))
})

test('the interface describes itself', async () => {
  const doc = await guest.read('/openapi.json')
  assert.equal(doc.openapi, '3.1.0')
  const page = await guest.get('//api/docs')
  assert.equal(page.status, 200)
  for (const path of Object.keys(doc.paths)) assert.ok(page.body.includes(path), path)
  const groups = page.body.split('<h2 ').slice(1).map(x => ({ head: /^id="[a-z_]+">([^<]+)</.exec(x)[1], routes: x.split('<details>').length - 1 }))
  assert.equal(new Set(groups.map(g => g.head)).size, groups.length, 'each group stands once')
  for (const g of groups) assert.ok(g.routes > 0 && / · /.test(g.head), JSON.stringify(g))
})

test('HEAD tells what GET would', async () => {
  const get = await me.get('/me', { raw: true }), head = await me.request('HEAD', '/me', { raw: true })
  assert.equal(head.status, 200)
  assert.equal(head.body.length, 0)
  assert.equal(head.headers.get('content-length'), String(get.body.length))
})

test('S61 what lies in the data folder is its owner’s alone', () => {
  const open = fs.readdirSync(c.dir, { recursive: true }).filter(f => fs.statSync(path.join(c.dir, f)).mode & 0o077)
  assert.deepEqual(open, [])
  assert.ok(fs.existsSync(path.join(c.dir, 'node.key')))
})

test('S61 without TLS only the loopback address is served', () => {
  const r = run(['serve', '--data', c.dir, '--listen', '0.0.0.0:0'], engine === 'sqlite' ? { env: { ...process.env } } : {})
  assert.equal(r.code, 1)
})

test('events: hints after the commit, on whichever node, resumed, ended with the login', async () => {
  const she = await c.signIn('admin', 'Wind-und-Wetter9')
  assert.equal((await guest.get('/events')).status, 401)
  const stream = await she.events()
  await she.act('/sign-out-everywhere')
  assert.equal(await stream.next('never', 6000), null, 'the stream ends with the login')
  stream.close()
  const one = await c.signIn('admin', 'Wind-und-Wetter9'), two = await c.signIn('admin', 'Wind-und-Wetter9')
  const ofOne = await one.events(), ofTwo = await two.events()
  await one.act('/sign-out')
  assert.equal(await ofOne.next('never', 6000), null, 'S15 this login’s stream ends')
  assert.equal(ofTwo.ended, false, 'the other one goes on')
  ofTwo.close()
})

test('a stop answers what was accepted', async () => {
  const she = await c.signIn('admin', 'Wind-und-Wetter9')
  const settings = i => ({ theme: i % 2 ? 'red' : 'blue', dark: false, large: false, lang: 'zh-CN' })
  const asked = Array.from({ length: 200 }, (_, i) => she.post('/me/settings', settings(i)).then(r => r.status, () => 0))
  await new Promise(r => setTimeout(r, 30))
  await c.stop()
  const got = await Promise.all(asked)
  for (const s of got) assert.ok(s === 200 || s === 0, String(s))
  assert.ok(got.filter(s => s === 200).length > 0)
  await c.start()
})

test('who goes away while the command runs does not keep the program from stopping', async () => {
  const { hostname, port } = new URL(c.anyUrl())
  const she = await c.signIn('admin', 'Wind-und-Wetter9')
  const body = JSON.stringify({ theme: 'red', dark: false, large: false, lang: 'zh-CN' })
  const head = `POST /api/v1/me/settings HTTP/1.1\r\nHost: x\r\nCookie: ${she.cookie}\r\nX-CSRF-Token: ${she.csrf}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n`
  const gone = Array.from({ length: 400 }, (_, i) => new Promise(done => {
    const s = net.connect(Number(port), hostname, () => s.write(`${head}Idempotency-Key: gone-${i}\r\n\r\n${body}`, () => s.resetAndDestroy()))
    s.on('error', () => {})
    s.on('close', done)
  }))
  await Promise.all(gone)
  let late
  const stopped = await Promise.race([c.stop().then(() => true), new Promise(done => { late = setTimeout(() => done(false), 15000) })])
  clearTimeout(late)
  if (!stopped) await c.kill()
  assert.ok(stopped, 'the program ends')
  await c.start()
})

test('S18 S35 S43 behind a proxy: its word on https and on the address counts, the browser’s own does not', async t => {
  const http = await import('node:http')
  const ask = (base, path, headers, { cookie, body } = {}) => new Promise((done, failed) => {
    const q = http.request(base + '/api/v1' + path, { method: body ? 'POST' : 'GET', headers: { 'Content-Type': 'application/json', ...(cookie ? { Cookie: cookie } : {}), ...headers } }, r => {
      let text = ''
      r.on('data', d => { text += d })
      r.on('end', () => done({ status: r.statusCode, headers: r.headers, body: JSON.parse(text) }))
    })
    q.on('error', failed)
    q.end(body && JSON.stringify(body))
  })
  const me = { account: 'admin', password: 'Wind-und-Wetter9' }
  // two headers, as a proxy leaves them that adds its own after the browser's
  const proxied = { 'X-Forwarded-For': ['203.0.113.9', '198.51.100.7, 192.0.2.44'], 'X-Forwarded-Proto': 'https' }
  const r = await ask(c.url, '/sign-in', proxied, { body: me })
  assert.equal(r.status, 200, JSON.stringify(r.body))
  assert.match(r.headers['set-cookie'][0], /^__Host-tb_login=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/)
  assert.match(r.headers['strict-transport-security'], /max-age=\d{8}/)
  const cookie = r.headers['set-cookie'][0].split(';')[0]
  const logins = await ask(c.url, '/me/logins', proxied, { cookie })
  assert.equal(logins.body.rows.find(l => l.is_current).address, '192.0.2.44')
  assert.equal((await ask(c.url, '/me', {}, { cookie })).status, 401, 'the cookie of https is none without it')
  const plain = await ask(c.url, '/sign-in', { 'X-Forwarded-For': '192.0.2.45, nonsense' }, { body: me })
  assert.match(plain.headers['set-cookie'][0], /^tb_login=/)
  assert.equal(plain.headers['strict-transport-security'], undefined)
  const own = await ask(c.url, '/me/logins', {}, { cookie: plain.headers['set-cookie'][0].split(';')[0] })
  assert.equal(own.body.rows.find(l => l.is_current).address, '127.0.0.1')
  await c.stop()
  const wrong = run(['serve', '--data', c.dir, '--proxy', '10.0.0.1,balancer'])
  assert.equal(wrong.code, 1)
  assert.match(wrong.err, /--proxy takes numeric addresses/)
  await c.start()
})

test('S18 S43 with TLS: 1.2 or newer, strict transport, a cookie for this host alone', async t => {
  const { spawnSync } = await import('node:child_process')
  const https = await import('node:https'), tls = await import('node:tls')
  const key = c.dir + '-key.pem', cert = c.dir + '-cert.pem'
  const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', cert, '-days', '2', '-subj', '/CN=localhost'], { encoding: 'utf8' })
  assert.equal(made.status, 0, made.stderr)
  // another machine's address, as a balancer has one: this machine's own, where it has any
  const os = await import('node:os')
  const far = Object.values(os.networkInterfaces()).flat().find(i => i.family === 'IPv4' && !i.internal)?.address
  await c.stop()
  await c.start(['--tls-cert', cert, '--tls-key', key, '--listen', '0.0.0.0:0', ...far ? ['--proxy', '192.0.2.1, ' + far] : []])
  const port = Number(new URL(c.url).port)
  const ask = (method, path, body, headers = {}, host = '127.0.0.1') => new Promise((done, failed) => {
    const q = https.request({ host, port, path: '/api/v1' + path, method, rejectUnauthorized: false, headers: { 'Content-Type': 'application/json', ...headers } }, r => {
      let text = ''
      r.on('data', d => { text += d })
      r.on('end', () => done({ status: r.statusCode, headers: r.headers, body: text ? JSON.parse(text) : null }))
    })
    q.on('error', failed)
    q.end(body && JSON.stringify(body))
  })
  const r = await ask('POST', '/sign-in', { account: 'admin', password: 'Wind-und-Wetter9' })
  assert.equal(r.status, 200, JSON.stringify(r.body))
  assert.match(r.headers['set-cookie'][0], /^__Host-tb_login=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/)
  assert.match(r.headers['strict-transport-security'], /max-age=\d{8}/)
  const cookie = r.headers['set-cookie'][0].split(';')[0]
  assert.equal((await ask('GET', '/me', null, { Cookie: cookie })).status, 200)
  if (far) {
    const via = { Cookie: (await ask('POST', '/sign-in', { account: 'admin', password: 'Wind-und-Wetter9' }, { 'X-Forwarded-For': '192.0.2.46' }, far)).headers['set-cookie'][0].split(';')[0] }
    assert.equal((await ask('GET', '/me/logins', null, via)).body.rows.find(l => l.is_current).address, '192.0.2.46')
  }
  const old = await new Promise(done => {
    const s = tls.connect({ host: '127.0.0.1', port, rejectUnauthorized: false, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' }, () => done('connected'))
    s.on('error', () => done('refused'))
  })
  assert.equal(old, 'refused')
  const weak = await new Promise(done => {
    const s = tls.connect({ host: '127.0.0.1', port, rejectUnauthorized: false, maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA:AES256-GCM-SHA384:@SECLEVEL=0' }, () => done(s.getCipher().name))
    s.on('error', () => done('refused'))
  })
  assert.equal(weak, 'refused', 'keys that a stolen private key would open later')
  await c.stop()
  await c.start()
})

test('the pages: index anew each time, assets for ever, packed as they are', async t => {
  const index = await guest.get('//')
  if (index.status === 404) return t.skip('the pages are not built into this program')
  assert.match(index.headers.get('content-type'), /^text\/html; charset=utf-8/)
  assert.equal(index.headers.get('cache-control'), 'no-cache')
  assert.match(index.headers.get('content-security-policy'), /default-src 'self'.*frame-ancestors 'none'/)
  const etag = index.headers.get('etag')
  assert.equal((await guest.get('//', { headers: { 'If-None-Match': etag } })).status, 304)
  for (const page of ['//me/settings', '//matters/123', '//no/such/page'])
    assert.equal((await guest.get(page)).headers.get('etag'), etag, page)
  const [, asset] = /(?:src|href)="(\/assets\/[^"]+\.js)"/.exec(index.body)
  const got = await guest.get('/' + asset, { raw: true })
  assert.equal(got.status, 200)
  assert.match(got.headers.get('content-type'), /^text\/javascript/)
  assert.match(got.headers.get('cache-control'), /immutable/)
  assert.equal(got.headers.get('content-encoding'), 'gzip')
  assert.equal((await guest.get('//assets/no-such-file.js')).status, 404)
  for (const bad of ['//../src/main.c', '//%2e%2e/tongban.db', '//assets/../../tongban.conf', '//assets%2f..%2fx'])
    assert.doesNotMatch(JSON.stringify((await guest.get(bad)).body), /database|#include/, bad)
  assert.equal((await guest.request('POST', '//', { body: {} })).status, 405)
})

test('broken JSON is told in the words of the person, by what is wrong with it', async () => {
  const zh = c.guest(), en = c.guest({ lang: 'en' })
  for (const [body, code, words] of [['{"a":1,', 'input.json_cut', /断了/], ['{"account":"a",\n"account":"b"}', 'input.json_twice', /“account”写了两次（第 2 行）/], ['{"a":1 x}', 'input.json', /第 1 行/]]) {
    const r = await zh.post('/sign-in', body, { key: null })
    assert.equal(r.status, 400)
    assert.equal(r.body.code, code)
    assert.match(r.body.detail, words)
    assert.doesNotMatch(r.body.detail.replace('account', '').replace('JSON', ''), /[a-z]{3}/i)
    assert.match((await en.post('/sign-in', body, { key: null })).body.detail, /line [12]/)
  }
})
