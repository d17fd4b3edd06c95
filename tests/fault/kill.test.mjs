// kill -9 at random under load, fifty times: every acknowledged command is there once, a repeated
// key gives the first answer, nothing else is there, and `tongban verify` finds no fault.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city, newKey, query, run } from '../api/tongban.mjs'

const ROUNDS = Number(process.env.ROUNDS || 50)
const WORKERS = 8

test(`nothing acknowledged is lost, nothing happens twice: ${ROUNDS} kills`, async () => {
  const c = await city()
  const clerk = await c.signIn('doc_clerk')
  const unit = (await clerk.read('/me')).posts[0].unit.id
  const tried = new Map() // name → { key, id when acknowledged }
  const create = (name, key) => clerk.post('/groups', { name, unit_ids: [unit] }, { key })
  const before = Number(query(c, "SELECT count(*) FROM trace WHERE op = 'group.create'")[0][0])
  let serial = 0

  for (let round = 0; round < ROUNDS; round++) {
    let goes = true
    const worker = async () => {
      while (goes) {
        const name = `组 ${++serial}`, one = { key: newKey() }
        tried.set(name, one)
        try {
          const r = await create(name, one.key)
          if (r.status === 201) one.id = r.body.id
          else if (r.status !== 503) assert.fail(`${name}: ${r.status} ${JSON.stringify(r.body)}`)
        } catch (e) {
          if (e instanceof assert.AssertionError) throw e
          return // the program is gone
        }
      }
    }
    const workers = Array.from({ length: WORKERS }, worker)
    await new Promise(done => setTimeout(done, 5 + Math.random() * 120))
    await c.kill()
    goes = false
    await Promise.all(workers)
    await c.start()
    for (const [name, one] of tried) {
      if (one.id) continue
      const r = await create(name, one.key)
      assert.equal(r.status, 201, `${name} again: ${JSON.stringify(r.body)}`)
      one.id = r.body.id
    }
  }

  const rows = query(c, "SELECT name, id FROM unit_group WHERE name LIKE '组 %'")
  const byName = new Map(rows)
  assert.equal(byName.size, rows.length, 'a name is there twice')
  for (const [name, one] of tried) assert.equal(byName.get(name), one.id, name)
  assert.equal(rows.length, tried.size)
  const traces = Number(query(c, "SELECT count(*) FROM trace WHERE op = 'group.create'")[0][0])
  assert.equal(traces, tried.size + before, 'one entry on record for each')
  assert.ok(tried.size > ROUNDS * 3, `only ${tried.size} commands were under way`)
  const [name, one] = [...tried][0]
  assert.equal((await create(name, one.key)).body.id, one.id)

  await c.stop()
  // what the clock had in hand at two of so many kills is refused from then on, by rule (crash.test)
  c.errorsExpected = true
  const errors = c.logs.split('\n').filter(l => /^\S+ error /.test(l))
  assert.deepEqual(errors.filter(l => !/ incident: running at two crashes: refused from now on .* what=item\.clock by=0 /.test(l)), [])
  const verified = run(['verify', '--data', c.dir])
  assert.equal(verified.code, 0, verified.out + verified.err)
})
