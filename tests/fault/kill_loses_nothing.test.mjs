// kill -9 under load, again and again: nothing acknowledged is lost, nothing happens twice, and the
// record is whole (DESIGN §10, K3).
import test from 'node:test'
import assert from 'node:assert/strict'
import { city, founder, until } from '../api/tongban.mjs'
import { Load, verified } from './load.mjs'

const c = await city({ demo: null })
const admin = await founder(c)

test('kill -9 under load loses nothing acknowledged', async () => {
  const load = await Load.of(admin)
  for (let round = 1; round <= 4; round++) {
    load.going = true
    load.start()
    await until('work was acknowledged', () => load.acknowledged.length > 100 * round)
    await c.kill()
    await load.stop()
    verified(c.dir)
    await c.start()
  }
  assert.ok(load.acknowledged.length > 400)
  await load.check()
  await c.stop()
  verified(c.dir)
  await c.start()
})
