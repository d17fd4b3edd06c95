// File contents in an S3 store: what a folder promises holds there too, for nodes that share nothing
// else, and when the store is silent, full of doubt or back again. (DESIGN §2; S25, S45, S59, D9)
import test, { after } from 'node:test'
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import net from 'node:net'
import { randomBytes } from 'node:crypto'
import { city, engine, freshDatabase, isProblem, run, until } from './tongban.mjs'
import { inStore, keys, s3store, writeKeys } from './s3.mjs'

const store = await s3store()
const c = await city({ blob: inStore(store, 'city/one', '&cache_mb=64') })
after(() => store.end())
c.errorsExpected = true // a store that is away is an error in the log
c.exchangeKeys()
const drafter = await c.signIn('drafter'), stranger = await c.signIn('town_clerk')
const tus = { 'Tus-Resumable': '1.0.0' }
const { matter_id } = await drafter.act('/matters', { module: 'internal_request', title: '关于附件的呈批', form: { content: '请批准' } })

/** What follows goes to this node (on SQLite there is one). */
function on(k) { c.anyUrl = () => c.nodes[k % c.nodes.length].url; return c.nodes[k % c.nodes.length] }
const pdfOf = n => Buffer.concat([Buffer.from('%PDF-1.4\n%\xe2\xe3\xcf\xd3\n', 'latin1'), randomBytes(n)])
const begin = (size, name) => drafter.request('POST', '/uploads', { headers: { ...tus, 'Upload-Length': String(size), 'Upload-Metadata': 'filename ' + Buffer.from(name).toString('base64') } })
const place = r => { assert.equal(r.status, 201, JSON.stringify(r.body)); return r.headers.get('location').replace('/api/v1', '') }
const patch = (at, offset, body) => drafter.request('PATCH', at, { body, headers: { ...tus, 'Upload-Offset': String(offset), 'Content-Type': 'application/offset+octet-stream' } })
const head = at => drafter.request('HEAD', at, { headers: tus })
const offsetOf = async at => Number((await head(at)).headers.get('upload-offset'))
async function upload(bytes, name) {
  const at = place(await begin(bytes.length, name))
  const r = await patch(at, 0, bytes)
  assert.equal(r.status, 204, JSON.stringify(r.body))
  return at.split('/').pop()
}
const name = (upload_id, called) => drafter.post(`/matters/${matter_id}/attachments`, { upload_id, name: called, kind: 'attachment' })
async function attach(bytes, called = 'a.pdf') {
  const r = await name(await upload(bytes, called), called)
  assert.equal(r.status, 201, JSON.stringify(r.body))
  return r.body
}
const content = (id, options, who = drafter) => who.get(`/attachments/${id}/content`, { raw: true, ...options })
const localFile = (node, digest) => path.join(node.dir, 'blob', digest.slice(0, 2), digest.slice(2))
/** The node has fetched nothing yet, or lost it. */
function forget(node) {
  for (const f of fs.readdirSync(path.join(node.dir, 'blob'))) if (/^[0-9a-f]{2}$/.test(f)) fs.rmSync(path.join(node.dir, 'blob', f), { recursive: true })
}
const objects = below => store.objects('city/one/' + below)
const alone = () => c.nodes.length === 1

test('an upload goes on from node to node, and every node gives it out, whole and in parts', async () => {
  const file = pdfOf(500_000)
  on(0)
  const at = place(await begin(file.length, '防汛清单.pdf'))
  assert.equal(await offsetOf(at), 0)
  for (let from = 0, k = 1; from < file.length; from += 100_000, k++) {
    on(k)
    assert.equal(await offsetOf(at), from, 'told by one node, known to the next')
    const r = await patch(at, from, file.subarray(from, from + 100_000))
    assert.equal(r.status, 204, JSON.stringify(r.body))
    assert.equal(Number(r.headers.get('upload-offset')), Math.min(file.length, from + 100_000))
  }
  assert.equal((await patch(at, 100_000, file.subarray(0, 10))).status, 409, 'from where it does not stand')
  on(1)
  const made = await name(at.split('/').pop(), '防汛清单.pdf')
  assert.equal(made.status, 201, JSON.stringify(made.body))
  assert.deepEqual(objects('content'), [made.body.digest])
  assert.deepEqual(objects('upload'), [], 'its parts are gone')
  assert.deepEqual(objects('lock'), [])
  const far = on(0)
  forget(far)
  const part = await content(made.body.id, { headers: { Range: 'bytes=100-299' } })
  assert.equal(part.status, 206)
  assert.ok(part.body.equals(file.subarray(100, 300)))
  assert.ok(fs.existsSync(localFile(far, made.body.digest)), 'fetched once, read here from then on')
  for (const k of [0, 1]) {
    on(k)
    const whole = await content(made.body.id)
    assert.equal(whole.status, 200)
    assert.ok(whole.body.equals(file))
    const inline = await drafter.get(`/attachments/${made.body.id}/content?preview=1`, { raw: true })
    assert.match(inline.headers.get('content-disposition'), /^inline/)
    assert.equal((await content(made.body.id, { headers: { 'If-None-Match': whole.headers.get('etag') } })).status, 304)
    forget(c.nodes[k % c.nodes.length])
    assert.equal((await content(made.body.id, {}, stranger)).status, 404, 'not theirs, also when it would have to be fetched')
  }
})

test('two stretches from the same place: nothing that was told is lost', async () => {
  const file = pdfOf(200_000)
  on(0)
  const at = place(await begin(file.length, 'b.pdf'))
  const both = await Promise.all([0, 1].map(k => { on(k); return patch(at, 0, file.subarray(0, 50_000 * (k + 1))) }))
  const told = both.filter(r => r.status === 204).map(r => Number(r.headers.get('upload-offset')))
  assert.ok(told.length >= 1, JSON.stringify(both.map(r => r.body)))
  const stands = await offsetOf(at)
  assert.ok(told.every(t => t <= stands), `${told} told, ${stands} there`)
  assert.equal((await patch(at, stands, file.subarray(stands))).status, 204)
  const made = await name(at.split('/').pop(), 'b.pdf')
  assert.equal(made.status, 201, JSON.stringify(made.body))
  assert.ok((await content(made.body.id)).body.equals(file))
})

test('a connection that breaks leaves what came, and the rest follows', async () => {
  const file = pdfOf(3_000_000)
  on(0)
  const at = place(await begin(file.length, 't.pdf'))
  const node = new URL(c.nodes[0].url)
  await new Promise(done => {
    const s = net.connect(Number(node.port), node.hostname, () => {
      s.write(`PATCH /api/v1${at} HTTP/1.1\r\nHost: x\r\nCookie: ${drafter.cookie}\r\nX-CSRF-Token: ${drafter.csrf}\r\nTus-Resumable: 1.0.0\r\n` +
        `Upload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: ${file.length}\r\n\r\n`)
      s.write(file.subarray(0, 1_500_000), () => setTimeout(() => { s.resetAndDestroy(); done() }, 100))
    })
  })
  on(1)
  const arrived = await until('what came is in the store', () => offsetOf(at))
  assert.ok(arrived > 0 && arrived < file.length, String(arrived))
  assert.equal((await patch(at, arrived, file.subarray(arrived))).status, 204)
  const made = await name(at.split('/').pop(), 't.pdf')
  assert.equal(made.status, 201, JSON.stringify(made.body))
  assert.ok((await content(made.body.id)).body.equals(file))
})

test('an upload given up is gone, on every node', async () => {
  on(0)
  const at = place(await begin(1000, 'c.pdf'))
  assert.equal((await patch(at, 0, randomBytes(600))).status, 204)
  assert.equal((await drafter.request('DELETE', at, { headers: tus })).status, 204)
  on(1)
  assert.equal((await head(at)).status, 404)
  assert.equal((await patch(at, 0, randomBytes(10))).status, 404)
  assert.deepEqual(objects('upload'), [])
})

test('twenty megabytes pass through; what is fetched stays within its bound', async () => {
  on(0)
  const made = []
  for (let i = 0; i < 4; i++) made.push(await attach(pdfOf(20 * 1024 * 1024), `big${i}.pdf`))
  const node = c.nodes[0]
  const bytes = fs.readdirSync(path.join(node.dir, 'blob'), { recursive: true, withFileTypes: true }).filter(f => f.isFile())
    .reduce((n, f) => n + fs.statSync(path.join(f.parentPath || f.path, f.name)).size, 0)
  assert.ok(bytes <= 64 * 1024 * 1024, `${bytes} bytes kept here`)
  assert.ok(!fs.existsSync(localFile(node, made[0].digest)), 'the longest unused has gone')
  assert.equal((await content(made[0].id)).body.length, made[0].size)
})

test('S45 what was altered in the store is not given out; what was altered here is fetched anew', async () => {
  on(0)
  const text = Buffer.from('原来的内容\n'.repeat(50))
  const made = await attach(text, 'g.txt')
  const here = localFile(c.nodes[0], made.digest)
  fs.writeFileSync(here, Buffer.from('换掉的内容\n'.repeat(50)))
  const healed = await content(made.id)
  assert.ok(healed.body.equals(text))
  const object = store.fileOf('city/one', 'content/' + made.digest)
  fs.writeFileSync(object, Buffer.from('换掉的内容\n'.repeat(50)))
  forget(c.nodes[0])
  const refused = await content(made.id)
  assert.equal(refused.status, 500)
  assert.match(String(refused.body), /blob\.altered/)
  assert.ok(!fs.existsSync(here), 'nothing of it stays here')
  const told = run(['verify', '--data', c.dir])
  assert.equal(told.code, 1)
  assert.match(told.out, new RegExp(made.digest))
  fs.writeFileSync(object, text)
  assert.ok((await content(made.id)).body.equals(text))
})

test('a silent store: said plainly, nothing half done, all else goes on; when it is back, so do uploads', async () => {
  on(0)
  const kept = await attach(pdfOf(1000), 'kept.pdf'), far = await attach(pdfOf(2000), 'far.pdf')
  fs.rmSync(localFile(c.nodes[0], far.digest))
  const file = pdfOf(100_000)
  const at = place(await begin(file.length, 'd.pdf'))
  assert.equal((await patch(at, 0, file.subarray(0, 60_000))).status, 204)
  const whole = await upload(pdfOf(3000), 'whole.pdf')
  const before = objects('content')
  await store.stop()
  for (const r of [await begin(10, 'e.pdf'), await patch(at, 60_000, file.subarray(60_000)), await name(whole, 'whole.pdf')]) {
    assert.equal(r.status, 503, JSON.stringify(r.body))
    isProblem(r)
    assert.equal(r.body.code, 'blob.unreachable')
    assert.match(r.body.detail, /文件存储暂时连接不上/)
  }
  assert.equal((await head(at)).status, 503)
  const gone = await content(far.id)
  assert.equal(gone.status, 503)
  assert.match(String(gone.body), /blob\.unreachable/)
  const english = await c.signIn('drafter', undefined, { lang: 'en' })
  assert.match((await english.request('POST', '/uploads', { headers: { ...tus, 'Upload-Length': '10', 'Upload-Metadata': 'filename YS5wZGY=' } })).body.detail, /cannot be reached/)
  assert.equal((await content(kept.id)).status, 200, 'what is here is read')
  const other = await drafter.act('/matters', { module: 'internal_request', title: '照常办理', form: { content: '请批准' } })
  assert.ok(other.matter_id)
  const verified = run(['verify', '--data', c.dir])
  assert.equal(verified.code, 1)
  assert.match(verified.err, /文件存储暂时连接不上/)
  await c.stop()
  const started = Date.now()
  await c.start() // also without the store
  assert.ok(Date.now() - started < 5000, 'the start waits for no store')
  on(0)
  assert.equal((await drafter.read(`/matters/${matter_id}`)).id ?? matter_id, matter_id)
  await store.start()
  await until('the store is asked again', async () => (await head(at)).status === 200)
  assert.equal(await offsetOf(at), 60_000, 'what was told stands, what was refused does not')
  assert.deepEqual(objects('content'), before)
  assert.equal((await patch(at, 60_000, file.subarray(60_000))).status, 204)
  const made = await name(at.split('/').pop(), 'd.pdf')
  assert.equal(made.status, 201, JSON.stringify(made.body))
  forget(on(1))
  assert.ok((await content(made.body.id)).body.equals(file))
  assert.equal((await name(whole, 'whole.pdf')).status, 201)
})

test('a store that is full says so, and reading goes on', async () => {
  on(0)
  const kept = await attach(pdfOf(1000), 'kept.pdf')
  const at = place(await begin(1000, 'f.pdf'))
  for (const refuses of [[507, 'InsufficientStorage'], [403, 'QuotaExceeded']]) {
    await store.tell({ refuses })
    const r = await patch(at, 0, randomBytes(1000))
    assert.equal(r.status, 503)
    isProblem(r)
    assert.equal(r.body.code, 'blob.full')
    assert.match(r.body.detail, /空间不足/)
  }
  assert.ok((await content(kept.id)).status === 200)
  await store.tell({ refuses: null })
  assert.equal(await offsetOf(at), 0)
  assert.equal((await patch(at, 0, randomBytes(1000))).status, 204)
})

test('D9 a purged content goes from the store and from every node', async () => {
  const mark = '鬯鬲鬻魃'
  const [secrecy, security] = await Promise.all(['secrecy_officer', 'security_admin'].map(a => c.signIn(a)))
  on(0)
  const bytes = Buffer.from('附件说明：' + mark.repeat(500))
  const made = await attach(bytes, 'p.txt')
  for (let k = 0; k < c.nodes.length; k++) { on(k); assert.equal((await content(made.id)).status, 200) }
  for (const n of c.nodes) assert.ok(fs.existsSync(localFile(n, made.digest)))
  const object = 'city/one/content/' + made.digest
  await store.tell({ versions: { [object]: ['v1', 'v2/+='] } })
  const backup = store.copy('city/one', 'content/' + made.digest, 'lock/use-0123456789abcdef')
  const { spill_id } = await security.act('/spills', { matter_id, file: made.digest, rule: 'central' })
  await secrecy.act(`/spills/${spill_id}/confirm`)
  const asked = store.asked('lock/remove-')
  await until('a node tries', async () => (await asked()) > 0, 20000)
  assert.ok(objects('content').includes(made.digest), 'a backup on another machine reads it')
  backup.older(11 * 60_000) // and has died: its lock is void
  await until('purged', async () => (await secrecy.read(`/spills/${spill_id}`)).state === 'done', 20000)
  await until('gone from the store', () => !objects('content').includes(made.digest), 20000)
  await until('gone from every node', () => c.nodes.every(n => !fs.existsSync(localFile(n, made.digest))), 20000)
  assert.deepEqual((await store.tell({})).versions[object], [], 'old versions too')
  await store.tell({ versions: null })
  for (let k = 0; k < c.nodes.length; k++) { on(k); assert.equal((await content(made.id)).status, 404) }
  const again = await name(await upload(bytes, 'q.txt'), 'q.txt')
  assert.deepEqual([again.status, again.body.code], [400, 'secret.purged'])
  assert.ok(!objects('content').includes(made.digest))
  await until('no lock stays', () => objects('lock').length === 0)
})

test('lists longer than a page are read to their end', async () => {
  const { digest } = await attach(pdfOf(100), 'page.pdf')
  for (let i = 0; i < 1050; i++) store.copy('city/pages', 'content/' + digest, 'content/' + i.toString(16).padStart(64, '0'), 'city/one')
  const told = run(['verify', '--data', c.dir, '--blob', store.place('city/pages')])
  assert.match(told.out, /文件 \(contents\) 1050,/)
  assert.ok(Number(/发现问题 \(faults\): (\d+)/.exec(told.out)[1]) >= 1050, 'none is what its name says')
})

test('what nobody names goes after a day, what is named stays', async () => {
  on(0)
  const kept = await attach(pdfOf(4000), 'kept.pdf')
  const at = place(await begin(1000, 'torn.pdf'))
  assert.equal((await patch(at, 0, randomBytes(600))).status, 204)
  const refused = await name(await upload(Buffer.from('<?xml version="1.0"?><a><b>1</b></a>'), 'a.pdf'), 'a.pdf')
  assert.equal(refused.status, 400) // it has its place, but nobody names it
  const before = objects('content').length
  await c.later(20 * 3600 * 1000)
  await c.later(6 * 3600 * 1000)
  await until('uploads and contents are swept', () => objects('upload').length === 0 && objects('content').length === before - 1, 20000)
  assert.ok(objects('content').includes(kept.digest))
  await until('no lock stays', () => objects('lock').length === 0)
  const later = await c.signIn('drafter')
  assert.equal((await content(kept.id, {}, later)).status, 200)
})

test('wrong keys: said plainly; keys that others may read are not used', async () => {
  const elsewhere = path.join(c.dir, '..', `keys-${process.pid}`)
  const pack = elsewhere + '.tar.zst', made = run(['backup', '--data', c.dir, '--to', pack])
  assert.equal(made.code, 0, made.err)
  const restore = () => run(['restore', '--from', pack, '--data', elsewhere, '--blob', store.place('city/keys')])
  fs.mkdirSync(elsewhere, { mode: 0o700 })
  for (const [wrong, words] of [
    [{ secret: 'NOT-THE-SECRET' }, /文件存储拒绝了访问/],
    [{ access: 'NOBODY' }, /文件存储拒绝了访问/],
    [{ mode: 0o640 }, /别人也能读/],
  ]) {
    writeKeys(elsewhere, wrong)
    const r = restore()
    assert.equal(r.code, 1, r.out)
    assert.match(r.err, words)
    assert.ok(!(r.out + r.err).includes('NOT-THE-SECRET'))
  }
  fs.rmSync(path.join(elsewhere, 's3.keys'))
  assert.match(restore().err, /没有找到文件存储的密钥/)
  fs.rmSync(elsewhere, { recursive: true })
  fs.rmSync(pack)
  assert.deepEqual(store.objects('city/keys'), [])
  assert.deepEqual([...new Set((await store.tell({})).wrong.map(w => w[2]))].sort(), ['InvalidAccessKeyId', 'SignatureDoesNotMatch'])

  writeKeys(c.dir, { secret: 'NOT-THE-SECRET' })
  await c.stop()
  await c.start()
  on(0)
  const me = await c.signIn('drafter')
  const r = await me.request('POST', '/uploads', { headers: { ...tus, 'Upload-Length': '10', 'Upload-Metadata': 'filename YS5wZGY=' } })
  assert.equal(r.status, 503)
  isProblem(r)
  assert.equal(r.body.code, 'blob.refused')
  writeKeys(c.dir)
  await c.stop()
  await c.start()
  assert.ok(!c.log.includes('NOT-THE-SECRET'))
  for (const place of ['s3://tongban?endpoint=ftp://x', 's3://x?endpoint=http://h', 's3://tongban/..?endpoint=http://h', 's3://tongban?endpoint=http://h&secret=SECRET1', 's3://tongban?endpoint=http://key:SECRET1@h', 'tongban']) {
    const bad = run(['verify', '--data', c.dir, '--blob', place])
    assert.equal(bad.code, 1, place)
    assert.match(bad.err, /文件存储的设置/)
    assert.ok(!bad.err.includes('SECRET1'), bad.err)
  }
})

test('S59 the road from a folder to PostgreSQL and S3, and back', async () => {
  on(0)
  const at = what => path.join(c.dir, '..', `road-${process.pid}-${what}`)
  const good = (...words) => { const r = run(words, { env: { ...process.env, AWS_ACCESS_KEY_ID: keys.access, AWS_SECRET_ACCESS_KEY: keys.secret } }); assert.equal(r.code, 0, r.out + r.err); return r }
  const held = /文件 \(contents\) (\d+)/
  const one = good('backup', '--data', c.dir, '--to', at('one.tar.zst'))
  assert.ok(Number(held.exec(one.out)[1]) >= 8, one.out)
  // into a folder, from there into another place of S3 and, on that engine, another database, and back
  good('restore', '--from', at('one.tar.zst'), '--data', at('folder'))
  good('backup', '--data', at('folder'), '--to', at('two.tar.zst'))
  const db = engine === 'pgsql' ? ['--db', freshDatabase().url] : []
  good('restore', '--from', at('two.tar.zst'), '--data', at('s3'), '--blob', store.place('city/two'), ...db)
  assert.deepEqual(store.objects('city/two/content'), objects('content'))
  assert.deepEqual(store.objects('city/two').filter(n => !n.startsWith('content/')), [], 'no mark and no lock stays')
  assert.ok(!fs.existsSync(path.join(at('s3'), 's3.keys')) && !fs.readFileSync(path.join(at('s3'), 'tongban.conf'), 'utf8').includes('S3RVER'))
  good('verify', '--data', at('s3'))
  good('backup', '--data', at('s3'), '--to', at('three.tar.zst'))
  good('restore', '--from', at('three.tar.zst'), '--data', at('back'))
  const files = dir => fs.readdirSync(path.join(dir, 'blob'), { recursive: true }).filter(f => /^..\/.{62}$/.test(f)).sort()
  assert.deepEqual(files(at('back')), files(at('folder')))
  // a place where another city is
  const other = run(['restore', '--from', at('two.tar.zst'), '--data', at('other'), '--blob', store.place('city/one')],
    { env: { ...process.env, AWS_ACCESS_KEY_ID: keys.access, AWS_SECRET_ACCESS_KEY: keys.secret } })
  assert.equal(other.code, 1)
  assert.match(other.err, /已有别的数据/)
  const fresh = run(['init', '--data', at('fresh'), '--blob', store.place('city/two')], { env: { ...process.env, AWS_ACCESS_KEY_ID: keys.access, AWS_SECRET_ACCESS_KEY: keys.secret } })
  assert.equal(fresh.code, 1)
  assert.match(fresh.err, /已有别的数据/)
  // a place where a restore broke off
  const some = objects('content')[0]
  for (const to of ['content/' + some, 'filling']) store.copy('city/broken', 'content/' + some, to, 'city/one')
  good('restore', '--from', at('two.tar.zst'), '--data', at('again'), '--blob', store.place('city/broken'))
  assert.deepEqual(store.objects('city/broken').map(n => n.replace('content/', '')), objects('content'))
  for (const f of ['one.tar.zst', 'two.tar.zst', 'three.tar.zst', 'folder', 's3', 'back', 'other', 'fresh', 'again']) fs.rmSync(at(f), { recursive: true, force: true })
})
