// A full disk and a failing one, under load (DESIGN §10, K3, S60). Full: new work is refused in words,
// reading goes on, and when there is room again work goes on. Failing sync: nothing is acknowledged that
// is not on disk; the program ends for recovery. SQLite only: PostgreSQL has a disk of its own.
import { randomBytes } from 'node:crypto'
import test from 'node:test'
import assert from 'node:assert/strict'
import { city, engine, founder, newKey, until } from '../api/tongban.mjs'
import { Load, verified } from './load.mjs'
import { Disk } from './power_cut.mjs'

const skip = engine !== 'sqlite'
const c = await city({ demo: null })
c.errorsExpected = true
const admin = await founder(c)

async function serveOnDisk() {
  await c.stop()
  const disk = new Disk(c.dir)
  await disk.serve(c)
  return disk
}

test('a full disk refuses in words and recovers by itself', { skip }, async () => {
  const disk = await serveOnDisk()
  const load = await Load.of(admin)
  load.start()
  await until('work was acknowledged', () => load.acknowledged.length > 50)
  disk.fault('enospc', true)
  await until('it is refused', () => load.asked.some(o => o.status))
  const refused = await load.ask({ name: '满', key: newKey() })
  assert.equal(refused.status, 503, JSON.stringify(refused.body))
  assert.equal(refused.body.code, 'db.full')
  assert.match(refused.body.detail, /磁盘空间不足/)
  assert.ok((await admin.rows('/groups')).length > 0, 'reading goes on')
  const before = load.acknowledged.length
  disk.fault('enospc', false)
  await until('work goes on', () => load.acknowledged.length > before + 20)
  await load.stop()
  await load.check()
  await c.stop()
  verified(c.dir)
  await c.start()
})

test('K3 before the disk is full new work is refused, what is read and who signs in or out is not', { skip }, async () => {
  const disk = await serveOnDisk()
  const load = await Load.of(admin)
  const first = { name: `宽时 ${newKey()}`, key: newKey() }
  assert.equal((await load.ask(first)).status, 201)
  disk.fault('narrow', 969)
  assert.equal((await load.ask({ name: `将窄 ${newKey()}`, key: newKey() })).status, 201, 'below 97 % work goes on')
  disk.fault('narrow', 972)
  const refused = await load.ask({ name: '窄时', key: newKey() })
  assert.equal(refused.status, 503, JSON.stringify(refused.body))
  assert.equal(refused.body.code, 'core.disk_narrow')
  assert.match(refused.body.detail, /磁盘快要用满/)
  assert.equal((await load.ask(first)).status, 201, 'an answer given before is given again')
  assert.ok(!(await admin.rows('/groups')).some(g => g.name === '窄时'))
  const guest = c.guest()
  assert.equal((await guest.post('/sign-in', { account: 'admin', password: 'Wind-und-Wetter9' }, { key: null })).status, 200, 'signing in is on record also then')
  disk.fault('narrow', false)
  await until('work goes on', async () => (await load.ask({ name: `又宽 ${newKey()}`, key: newKey() })).status === 201)
  assert.match(c.log, /the disk is nearly full: commands are refused percent=97/)
  assert.match(c.log, /the disk has room again/)
  await c.stop()
  verified(c.dir)
  await c.start()
})

test('a file that finds no room is refused in words, and goes on when there is', { skip }, async () => {
  const disk = await serveOnDisk()
  const file = randomBytes(400_000), tus = { 'Tus-Resumable': '1.0.0' }
  const made = await admin.request('POST', '/uploads', { headers: { ...tus, 'Upload-Length': String(file.length), 'Upload-Metadata': 'filename ' + Buffer.from('防汛.pdf').toString('base64') } })
  const at = made.headers.get('location').replace('/api/v1', '')
  const patch = from => admin.request('PATCH', at, { body: file.subarray(from), headers: { ...tus, 'Upload-Offset': String(from), 'Content-Type': 'application/offset+octet-stream' } })
  disk.fault('enospc', true)
  const full = await patch(0)
  assert.equal(full.status, 503, JSON.stringify(full.body))
  assert.equal(full.body.code, 'blob.full')
  assert.match(full.body.detail, /磁盘空间不足/)
  disk.fault('enospc', false)
  const came = Number((await admin.request('HEAD', at, { headers: tus })).headers.get('upload-offset'))
  assert.equal((await patch(came)).status, 204)
  await c.stop()
  verified(c.dir)
  await c.start()
})

test('a program that starts on a full disk answers reads, and writes when there is room', { skip }, async () => {
  const name = `满前 ${newKey()}`
  const load = await Load.of(admin)
  assert.equal((await load.ask({ name, key: newKey() })).status, 201)
  await c.kill() // as one that died of it; a stop in good order gives the room of its log back
  const disk = new Disk(c.dir)
  disk.fault('enospc', true)
  await disk.serve(c)
  assert.match(c.log, /the disk is full: started for reading/)
  assert.ok((await admin.rows('/groups')).some(g => g.name === name), 'reading goes on')
  const refused = await load.ask({ name: '满中', key: newKey() })
  assert.equal(refused.status, 503)
  assert.equal(refused.body.code, 'db.full')
  const guest = await c.guest().post('/sign-in', { account: 'admin', password: 'Wind-und-Wetter9' }, { key: null })
  assert.equal(guest.body.code, 'db.full', 'a sign-in that cannot be put on record is none (S42)')
  disk.fault('enospc', false)
  await until('work goes on', async () => (await load.ask({ name: `满后 ${newKey()}`, key: newKey() })).status === 201)
  await c.stop()
  verified(c.dir)
  await c.start()
})

test('after a failed sync nothing more is acknowledged, and what was is on disk', { skip }, async () => {
  const disk = await serveOnDisk()
  const load = await Load.of(admin)
  load.start()
  await until('work was acknowledged', () => load.acknowledged.length > 50)
  disk.fault('eio', true)
  await Promise.all(load.people) // the program ends: every connection breaks
  assert.notEqual(await c.nodes[0].ended, 0)
  assert.match(c.log, /storage failed/)
  c.nodes = []
  // what a disk holds that failed to sync: only what was synced before
  disk.cut(null)
  verified(c.dir)
  await c.start()
  const lost = await load.lost()
  assert.deepEqual(lost, [])
})
