// The power goes under load. Everything that was not synced is lost, or lost by chance and torn; what
// was acknowledged must be there. With the syncs taken out the same test must find losses, or it could
// not find any (DESIGN §10). SQLite; PostgreSQL keeps its own promise.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city, engine, founder, run, until } from '../api/tongban.mjs'
import { Load, verified } from './load.mjs'
import { Disk, chanceOf } from './power_cut.mjs'

const skip = engine !== 'sqlite'
const c = await city({ demo: null })
const admin = await founder(c)

// Serves with the strict disk, works, cuts. The folder as found afterwards takes the old one's place.
async function cut(load, chance, extra) {
  await c.stop()
  const disk = new Disk(c.dir)
  await disk.serve(c, extra)
  const more = load.acknowledged.length + 150
  load.going = true
  load.start()
  await until('work was acknowledged', () => load.acknowledged.length > more)
  await c.kill()
  await load.stop()
  return disk.cut(chance)
}

test('a power cut loses nothing acknowledged', { skip }, async () => {
  const load = await Load.of(admin)
  for (const chance of [null, null, chanceOf(1), chanceOf(2), chanceOf(3), chanceOf(4)]) {
    const seen = await cut(load, chance)
    assert.ok(seen.W > 100 && seen.S > 5, `the disk saw the work: ${JSON.stringify(seen)}`)
    verified(c.dir)
    await c.start()
  }
  await load.check()
})

test('with the syncs taken out the cut is found out', { skip }, async () => {
  const load = await Load.of(admin)
  await cut(load, null, { TB_CUT_NOSYNC: '1' })
  const r = run(['verify', '--data', c.dir])
  await c.start()
  const lost = await load.lost()
  assert.ok(lost.length > 0 || r.code !== 0, 'a disk that never synced lost nothing: this test cannot fail')
})
