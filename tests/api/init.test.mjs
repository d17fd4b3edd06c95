// `tongban init` that broke off leaves no city: nothing is served from the folder, and it is made anew
// (so that `make run` cannot go on for ever with half a demo city). What stands is never made again.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { engine, freshDatabase, program, run, until } from './tongban.mjs'

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'tongban-init-'))
after(() => fs.rmSync(dir, { recursive: true, force: true }))
const at = name => path.join(dir, name)
const db = engine === 'pgsql' ? ['--db', freshDatabase().url] : []
const conf = at('city/tongban.conf')

test('a demo that there is not leaves no city', () => {
  const r = run(['init', '--data', at('city'), '--demo', 'village', ...db])
  assert.equal(r.code, 1)
  assert.match(r.err, /There is no demo scale "village"/)
  assert.ok(!fs.existsSync(conf))
  assert.match(run(['serve', '--data', at('city')]).err, /run tongban init first/)
})

test('killed while it was at it, and begun again; two at once are one', async () => {
  const one = spawn(program, ['init', '--data', at('city'), '--demo', 'small', ...db], { stdio: 'ignore' })
  const gone = new Promise(done => one.on('exit', (code, signal) => done(signal)))
  if (engine === 'sqlite') {
    await until('the city is being made', () => fs.existsSync(at('city/tongban.db-wal')) && fs.statSync(at('city/tongban.db-wal')).size > 100_000, 60_000)
    const two = run(['init', '--data', at('city')])
    assert.equal(two.code, 1)
    assert.match(two.err, /is being made by another process/)
  } else {
    await until('the city is being made', () => fs.existsSync(at('city/node.key')), 60_000)
  }
  one.kill('SIGKILL')
  assert.equal(await gone, 'SIGKILL')
  assert.ok(!fs.existsSync(conf))
  assert.equal(run(['verify', '--data', at('city')]).code, 1)
  const again = run(['init', '--data', at('city'), '--demo', 'small', ...db])
  assert.equal(again.code, 0, again.err)
  assert.ok(fs.existsSync(conf))
  const verified = run(['verify', '--data', at('city')])
  assert.equal(verified.code, 0, verified.out)
})

test('what stands is not made again', () => {
  const before = fs.readFileSync(conf, 'utf8')
  assert.match(run(['init', '--data', at('city'), '--demo', 'small', ...db]).err, /is in use/)
  assert.equal(fs.readFileSync(conf, 'utf8'), before)
  assert.equal(run(['verify', '--data', at('city')]).code, 0)
  if (engine !== 'sqlite') return
  fs.mkdirSync(at('bare')) // a database that somebody copied there
  fs.copyFileSync(at('city/tongban.db'), at('bare/tongban.db'))
  const size = fs.statSync(at('bare/tongban.db')).size
  assert.equal(run(['init', '--data', at('bare')]).code, 1)
  assert.equal(fs.statSync(at('bare/tongban.db')).size, size)
})
