// A clock that goes back, as one does that ran ahead and was put right, or whose battery died: no id is
// given twice or below an earlier one, the record stays whole and is still signed. (DESIGN §4, S36)
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { city, founder, newKey, query, run, until } from './tongban.mjs'

const c = await city({ demo: null })
const admin = await founder(c)
async function work(n) {
  const ids = []
  for (let i = 0; i < n; i++) {
    const { id } = await admin.act('/me/tokens', { name: newKey(), expires_on: new Date(Date.now() + 9 * 86_400_000).toISOString().slice(0, 10) })
    await admin.act(`/tokens/${id}/revoke`, {})
    ids.push(BigInt(id))
  }
  return ids
}
const most = ids => ids.reduce((a, b) => a > b ? a : b)
const least = ids => ids.reduce((a, b) => a < b ? a : b)

test('stopped, and started with the clock two days back', async () => {
  const before = await work(20)
  await c.stop()
  c.shiftMs -= 2 * 86_400_000
  await c.start()
  const after = await work(20)
  assert.ok(least(after) > most(before), 'ids go on')
  await c.stop()
  const r = run(['verify', '--data', c.dir])
  assert.equal(r.code, 0, r.out)
  await c.start()
})

test('killed, and started with the clock an hour back', async () => {
  const before = await work(50)
  await c.kill()
  c.shiftMs -= 3_600_000
  await c.start()
  const after = await work(50)
  assert.ok(least(after) > most(before), 'ids go on')
})

test('the record is signed although the clock is behind the last signature', async () => {
  const count = () => Number(query(c, 'SELECT count(*) FROM checkpoint')[0][0])
  const had = count()
  await work(1)
  await c.stop()
  await c.start()
  await until('a checkpoint more', () => count() > had)
  const uncovered = run(['verify', '--data', c.dir])
  assert.equal(uncovered.code, 0, uncovered.out)
})
