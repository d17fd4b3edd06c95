// A full disk: writes are refused with a clear sentence, reads go on, nothing is damaged, and when
// there is room again, work goes on without a restart. The disk is a small one in memory, which
// takes root to mount.
import test from 'node:test'
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { spawnSync } from 'node:child_process'
import { city, engine, isProblem, run, until } from '../api/tongban.mjs'

const may = process.getuid() === 0 && engine === 'sqlite' && spawnSync('mount', ['--version']).status === 0

test('a full disk refuses writes, keeps reads, damages nothing', { skip: !may && 'needs root to mount a small disk' }, async () => {
  const c = await city()
  await c.stop()
  const saved = c.dir + '-saved'
  fs.renameSync(c.dir, saved)
  fs.mkdirSync(c.dir)
  const size = spawnSync('du', ['-sm', saved], { encoding: 'utf8' }).stdout.split('\t')[0]
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${Number(size) + 24}m`, 'none', c.dir], { encoding: 'utf8' })
  assert.equal(mounted.status, 0, mounted.stderr)
  try {
    await fillAndFree(c, saved)
  } finally {
    await c.stop()
    spawnSync('umount', ['-l', c.dir])
  }
})

async function fillAndFree(c, saved) {
  fs.cpSync(saved, c.dir, { recursive: true })
  await c.start()
  c.errorsExpected = true

  const clerk = await c.signIn('doc_clerk')
  const unit = (await clerk.read('/me')).posts[0].unit.id
  const create = name => clerk.post('/groups', { name, unit_ids: [unit] })
  const made = []
  assert.equal((await create('先有的')).status, 201)
  made.push('先有的')

  const ballast = path.join(c.dir, 'ballast')
  const fd = fs.openSync(ballast, 'w')
  const block = Buffer.alloc(1 << 16, 1)
  try { for (;;) fs.writeSync(fd, block) } catch (e) { assert.equal(e.code, 'ENOSPC') }
  fs.closeSync(fd)

  let refused = null
  for (let i = 0; i < 3000 && !refused; i++) {
    const r = await create(`满 ${i}`)
    if (r.status === 201) made.push(`满 ${i}`)
    else refused = r
  }
  assert.ok(refused, 'writes went on on a full disk')
  assert.equal(refused.status, 503)
  isProblem(refused)
  assert.match(refused.body.code, /full/)
  assert.match(refused.body.detail, /空间/)

  const names = async () => (await clerk.rows('/groups', 1e6)).map(g => g.name).filter(n => made.includes(n))
  assert.deepEqual((await names()).sort(), [...made].sort(), 'reads go on')
  assert.equal((await clerk.get('/units/tree')).status, 200)

  fs.rmSync(ballast)
  await until('work goes on', async () => {
    const r = await create('又有了')
    return r.status === 201
  })
  made.push('又有了')
  assert.deepEqual((await names()).sort(), [...made].sort())
  await c.stop()
  const verified = run(['verify', '--data', c.dir])
  assert.equal(verified.code, 0, verified.out + verified.err)
}
