// Uploads: tus 1.0, resumable, one's own, nothing half (B-row attachments; S25, S56, S57).
import test from 'node:test'
import assert from 'node:assert/strict'
import net from 'node:net'
import { randomBytes } from 'node:crypto'
import { city, founder, isProblem, until } from './tongban.mjs'

const c = await city({ demo: null })
const me = await founder(c)
const tus = { 'Tus-Resumable': '1.0.0' }
const base64 = s => Buffer.from(s).toString('base64')

const begin = (size, name = '会议纪要.pdf', who = me) =>
  who.request('POST', '/uploads', { headers: { ...tus, 'Upload-Length': String(size), 'Upload-Metadata': 'filename ' + base64(name) } })
const place = r => r.headers.get('location').replace('/api/v1', '')
const patch = (at, offset, body, headers = {}, who = me) =>
  who.request('PATCH', at, { body, headers: { ...tus, 'Upload-Offset': String(offset), 'Content-Type': 'application/offset+octet-stream', ...headers } })
const offsetOf = async at => Number((await me.request('HEAD', at, { headers: tus })).headers.get('upload-offset'))

test('a file comes in pieces, each at the place where the last one ended', async () => {
  const file = randomBytes(300_000)
  const made = await begin(file.length)
  assert.equal(made.status, 201, JSON.stringify(made.body))
  const at = place(made)
  assert.equal(await offsetOf(at), 0)
  for (let from = 0; from < file.length; from += 100_000) {
    const r = await patch(at, from, file.subarray(from, from + 100_000))
    assert.equal(r.status, 204, JSON.stringify(r.body))
    assert.equal(Number(r.headers.get('upload-offset')), Math.min(file.length, from + 100_000))
  }
  const state = await me.request('HEAD', at, { headers: tus })
  assert.equal(state.headers.get('upload-length'), '300000')
  assert.equal(state.headers.get('upload-offset'), '300000')
})

test('a piece at another place, of another kind or beyond the end is refused and changes nothing', async () => {
  const at = place(await begin(1000))
  assert.equal((await patch(at, 0, randomBytes(400))).status, 204)
  const wrong = await patch(at, 0, randomBytes(400))
  assert.equal(wrong.status, 409)
  isProblem(wrong)
  assert.equal((await patch(at, 400, randomBytes(601))).status, 413)
  assert.equal((await patch(at, 400, randomBytes(10), { 'Content-Type': 'application/json' })).status, 415)
  assert.equal((await patch(at, 400, randomBytes(10), { 'Tus-Resumable': '0.2.0' })).status, 412)
  assert.equal((await patch(at, 400, randomBytes(10), { 'X-CSRF-Token': 'x'.repeat(43) })).status, 403)
  assert.equal(await offsetOf(at), 400)
})

test('sizes and names are checked before anything comes', async () => {
  assert.equal((await begin(500 * 1024 * 1024 + 1)).status, 413)
  assert.equal((await begin(-1)).status, 400)
  assert.equal((await begin(0)).status, 400)
  for (const name of ['../etc/passwd', 'a/b', '.hidden', '']) isProblem(await begin(10, name))
  const nameless = await me.request('POST', '/uploads', { headers: { ...tus, 'Upload-Length': '10' } })
  assert.equal(nameless.status, 400)
  const options = await me.request('OPTIONS', '/uploads')
  assert.equal(options.status, 204)
  assert.equal(options.headers.get('tus-version'), '1.0.0')
})

test('S19 S25 an upload is its person’s alone', async () => {
  const at = place(await begin(100))
  const guest = c.guest()
  assert.equal((await begin(100, 'a.pdf', guest)).status, 401)
  assert.equal((await patch(at, 0, randomBytes(10), {}, guest)).status, 401)
  assert.equal((await me.request('HEAD', '/uploads/123456', { headers: tus })).status, 404)
  assert.equal(await offsetOf(at), 0)
})

test('a connection that breaks leaves what came, and the rest follows', async () => {
  const file = randomBytes(5_000_000)
  const at = place(await begin(file.length))
  const node = new URL(c.anyUrl())
  await new Promise(done => {
    const s = net.connect(Number(node.port), node.hostname, () => {
      s.write(`PATCH /api/v1${at} HTTP/1.1\r\nHost: x\r\nCookie: ${me.cookie}\r\nX-CSRF-Token: ${me.csrf}\r\nTus-Resumable: 1.0.0\r\n` +
        `Upload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: ${file.length}\r\n\r\n`)
      s.write(file.subarray(0, 1_500_000), () => setTimeout(() => { s.resetAndDestroy(); done() }, 100))
    })
  })
  let arrived = 0
  await until('the torn piece is released', async () => {
    arrived = await offsetOf(at)
    const r = await patch(at, arrived, file.subarray(arrived, arrived + 1))
    return r.status === 204
  })
  arrived++
  assert.ok(arrived > 1 && arrived < file.length, String(arrived))
  assert.equal((await patch(at, arrived, file.subarray(arrived))).status, 204)
  assert.equal(await offsetOf(at), file.length)
})

test('an upload given up is gone', async () => {
  const at = place(await begin(100))
  assert.equal((await me.request('DELETE', at, { headers: tus })).status, 204)
  assert.equal((await me.request('HEAD', at, { headers: tus })).status, 404)
  assert.equal((await patch(at, 0, randomBytes(10))).status, 404)
})

test('what is here survives a kill', async () => {
  const at = place(await begin(1000))
  assert.equal((await patch(at, 0, randomBytes(600))).status, 204)
  await c.kill()
  await c.start()
  assert.equal(await offsetOf(at), 600)
  assert.equal((await patch(at, 600, randomBytes(400))).status, 204)
})

test('sixty megabytes pass through little memory', async () => {
  const size = 60 * 1024 * 1024
  const at = place(await begin(size))
  assert.equal((await patch(at, 0, Buffer.alloc(size, 7))).status, 204)
  assert.equal(await offsetOf(at), size)
})
