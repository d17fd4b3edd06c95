// The growing road (DESIGN §2): the whole demo city, 3,600 units with their people and history, is backed
// up, restored into PostgreSQL and carried back. Every list that people of nine kinds see, every page
// of a matter with its record and picture, and what verify counts, are the same in all three; and work
// goes on in the city that was moved.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { City, engine, freshDatabase, openapi, run, until } from './tongban.mjs'

const apart = engine === 'pgsql' ? false : 'runs with the PostgreSQL suite, which has both engines'
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'tongban-city-'))
const at = name => path.join(dir, name)
const running = []
after(async () => {
  for (const c of running) await c.stop()
  fs.rmSync(dir, { recursive: true, force: true })
})

function good(...words) {
  const r = run(words)
  assert.equal(r.code, 0, r.out + r.err)
  return r.out
}

/* Three months back: nothing falls due while we read, so the clock has nothing to do in any of them. */
const BEFORE = ['--clock-shift', String(-90 * 86_400_000)]

async function serve(name, db) {
  const c = await new City({ dir: at(name), said: '', db }).start(BEFORE)
  running.push(c)
  return c
}

/* Texts come into the index, and months are counted, after the program listens. */
function waiting({ dir, db }) {
  const sql = 'SELECT (SELECT count(*) FROM search_queue) + (SELECT count(*) FROM stat_touch)'
  const p = db ? spawnSync('psql', [db, '-qAtc', 'SET search_path=tongban', '-c', sql], { encoding: 'utf8' })
    : spawnSync('python3', ['-c', 'import sqlite3,sys\nprint(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchone()[0])', path.join(dir, 'tongban.db'), sql], { encoding: 'utf8' })
  assert.equal(p.status, 0, p.stderr)
  return Number(p.stdout)
}

/* Every read that asks for nothing, and those that ask for a box or a word; pages of at most 200 rows. */
function lists() {
  const plain = Object.entries(openapi().paths)
    .filter(([p, v]) => v.get && !p.includes('{') && (v.get.parameters || []).every(q => !q.required))
    .map(([p]) => p)
  const boxes = ['todo', 'done', 'started', 'reading', 'watched'].map(b => '/items?box=' + b)
  const boxesOfLetters = ['to_sign', 'signed', 'retract_asked'].map(b => '/deliveries?box=' + b)
  return [...plain, ...boxes, ...boxesOfLetters, '/search?q=' + encodeURIComponent('防汛'), '/search?q=' + encodeURIComponent('通知')]
}
const OWN = new Set(['/events', '/me/logins', '/openapi.json']) // a login of its own each, not of the city

/* What may differ: the moment of this sign-in, and when a month was counted. */
const plainly = body => JSON.parse(JSON.stringify(body, (k, v) => k === 'last_sign_in_at' || k === 'csrf' || k === 'now' || k === 'counted_at' ? undefined : v))

async function seen(c, account) {
  const person = await c.signIn(account)
  const all = {}
  const take = async at => {
    const r = await person.get(at)
    all[at] = { status: r.status, body: plainly(r.body) }
    return r
  }
  const matters = new Set()
  for (const list of lists()) {
    if (OWN.has(list)) continue
    const join = list.includes('?') ? '&' : '?'
    let r = await take(list)
    for (let pages = 0, rows = 0; r.status === 200 && r.body.after && rows < 150; pages++) {
      rows += r.body.rows.length
      for (const row of r.body.rows) if ((row.matter || row.matter_id)) matters.add((row.matter || row.matter_id))
      r = await take(`${list}${join}after=${encodeURIComponent(r.body.after)}`)
    }
    for (const row of r.body.rows || []) if ((row.matter || row.matter_id)) matters.add((row.matter || row.matter_id))
  }
  for (const id of [...matters].sort().slice(0, 4)) {
    await take('/matters/' + id)
    await take(`/matters/${id}/trace`)
    await take(`/matters/${id}/diagram`)
  }
  return all
}

test('the demo city goes to PostgreSQL and back, the same by lists, record and verify', { skip: apart }, async () => {
  good('init', '--data', at('first'), '--demo', 'city')
  good('backup', '--data', at('first'), '--to', at('1.tongban'))
  const middle = freshDatabase()
  const there = good('restore', '--from', at('1.tongban'), '--data', at('middle'), '--db', middle.url)
  good('backup', '--data', at('middle'), '--to', at('2.tongban'))
  const back = good('restore', '--from', at('2.tongban'), '--data', at('back'))
  const counted = text => /留痕.*\n.*事项.*指令.*?\d+/.exec(text)[0]
  const verified = ['first', 'middle', 'back'].map(d => counted(good('verify', '--data', at(d))))
  assert.equal(new Set(verified).size, 1, verified.join('\n'))
  assert.equal(counted(there), verified[0])
  assert.equal(counted(back), verified[0])

  const cities = [await serve('first', null), await serve('middle', middle.url), await serve('back', null)]
  for (const c of cities) await until('every text is in the index', () => waiting(c) === 0, 60000)
  // one of each kind of work
  const accounts = ['drafter', 'leader', 'secretary', 'doc_clerk', 'town_clerk', 'town_handler', 'village_clerk', 'unit_admin', 'city_admin']
  let reads = 0, rows = 0
  for (const account of accounts) {
    const [a, b, d] = [await seen(cities[0], account), await seen(cities[1], account), await seen(cities[2], account)]
    for (const list of new Set([...Object.keys(a), ...Object.keys(b), ...Object.keys(d)])) {
      assert.deepEqual(b[list], a[list], `${account}: ${list} on PostgreSQL`)
      assert.deepEqual(d[list], a[list], `${account}: ${list} carried back`)
      reads++
      rows += a[list].body.rows?.length || 0
    }
  }
  assert.ok(reads > 300 && rows > 2500, `${reads} reads, ${rows} rows`)
})

test('work goes on in the city that was moved', { skip: apart }, async () => {
  const middle = running[1]
  const clerk = await middle.signIn('town_clerk')
  const [letter] = await clerk.rows('/deliveries?box=to_sign')
  const got = await clerk.act(`/deliveries/${letter.id}/sign_for`, {})
  const office = await middle.signIn('town_office') // who proposes in this town
  assert.ok((await office.rows('/items?box=todo')).some(i => i.matter === got.matter_id))
  for (const c of running.splice(0)) await c.stop()
  for (const d of ['first', 'middle', 'back']) good('verify', '--data', at(d))
})
