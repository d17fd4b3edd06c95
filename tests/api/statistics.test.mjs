// 统计 (B13): figures of a unit's month are what its registers' rows say, a few seconds later; compared with
// the period before; above, below and inside seen by whom they are for; rebuilt; told by verify when off.
import test from 'node:test'
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { city, engine, run, until } from './tongban.mjs'

const c = await city()
const names = ['town_clerk', 'town_office', 'town_handler', 'town_secretary', 'county_clerk', 'doc_clerk', 'office_head', 'drafter', 'emergency_clerk']
const [clerk, office, handler, secretary, county, sender, director, drafter, emergency] = await Promise.all(names.map(a => c.signIn(a)))
const unit = (await clerk.read('/me')).posts[0].unit.id
const doer = (await handler.read('/me')).posts.find(p => p.unit.id === unit)
const doerId = (await handler.read('/me')).person.id
const today = new Date(Date.now() + 8 * 3600e3)
const [year, month] = [today.getUTCFullYear(), today.getUTCMonth() + 1]
const settled = (who = clerk, q = `unit=${unit}&year=${year}&month=${month}`) => until('the month is counted', async () => { const s = await who.read('/statistics?' + q); return !s.is_pending && s.counted_at && s })
const of = (s, measure, key = '') => { const f = s.figures.find(x => x.measure === measure && x.key === key); return f ? f.n : 0 }
const paper = (title, doc_type = '通知', urgency = 'normal') => clerk.act('/received', { unit_id: unit, issuer: '湖南省水利厅', number: '', title, doc_type, urgency })
const step = async (who, matter, body) => {
  const m = await who.read(`/matters/${matter}`)
  return who.act(`/items/${m.my_item.id}/complete`, { rev: m.my_item.rev, ...body })
}
const before = await settled()

test('B13 the demo’s own history is counted: figures and rows agree', async () => {
  const rows = []
  for (let after = '', page; after !== null; after = page.after) { page = await clerk.read(`/registers/received?limit=100&year=${year}&month=${month}&after=${encodeURIComponent(after)}`); rows.push(...page.rows) }
  assert.equal(of(before, 'received'), rows.length)
  for (const type of new Set(rows.map(r => r.doc_type || ''))) assert.equal(of(before, 'received_type', type), rows.filter(r => (r.doc_type || '') === type).length, type)
  assert.equal(before.months[month - 1].received, rows.length)
  const sent = await sender.rows(`/registers/sent?limit=100&year=${year}&month=${month}`)
  const s = await settled(sender, `year=${year}&month=${month}`)
  if (sent.length < 100) assert.equal(of(s, 'sent'), sent.length)
  assert.equal(s.figures.filter(x => x.measure === 'sent_type').reduce((n, x) => n + x.n, 0), of(s, 'sent'))
})

test('B13 a letter registered, handled and closed grows its figures', async () => {
  const a = await paper('关于统计甲的通知', '通知', 'urgent')
  await paper('关于统计乙的函', '函')
  let s = await until('two more', async () => { const x = await settled(); return of(x, 'received') === of(before, 'received') + 2 && x })
  assert.equal(of(s, 'received_type', '函'), of(before, 'received_type', '函') + 1)
  assert.equal(of(s, 'received_urgency', 'urgent'), of(before, 'received_urgency', 'urgent') + 1)
  await step(office, a.matter_id, { outcome: 'handle', opinion: '请承办。', vars: { handlers: ['post:' + doer.id] } })
  await step(handler, a.matter_id, { outcome: 'done', opinion: '已办。' })
  await step(clerk, a.matter_id, { outcome: 'close' })
  s = await until('closed', async () => { const x = await settled(); return of(x, 'closed') === of(before, 'closed') + 1 && x })
  assert.equal(of(s, 'closed_in_limit'), of(before, 'closed_in_limit') + 1)
  // By section to who reads the books, by person to the heads alone, of leaders nothing.
  const head = await settled(office)
  assert.equal(of(head, 'person', doerId), of(await settled(secretary), 'person', doerId))
  assert.ok(of(head, 'person', doerId) >= 1)
  assert.ok(s.figures.some(x => x.measure === 'section'))
  assert.ok(!s.figures.some(x => x.measure.startsWith('person')))
  const leader = (await secretary.read('/me')).person.id
  assert.equal(of(head, 'person', leader), 0)
  // The rows behind it.
  const rows = await clerk.rows(`/registers/received/figure?figure=closed&year=${year}&month=${month}&limit=100`)
  assert.equal(rows.length, of(s, 'closed'))
  assert.equal(rows[0].matter, a.matter_id)
  assert.equal(rows.filter(r => !r.is_late).length, of(s, 'closed_in_limit'))
  const late = await clerk.rows(`/registers/received/figure?figure=closed_late&year=${year}&month=${month}&limit=100`)
  assert.deepEqual(late.map(r => r.id), rows.filter(r => r.is_late).map(r => r.id))
  const signed = await clerk.rows(`/registers/received/figure?figure=signed&year=${year}&month=${month}&limit=100`)
  if (signed.length < 100) assert.equal(signed.length, of(s, 'signed'))
  assert.equal(signed.filter(r => !r.is_late).length, signed.length < 100 ? of(s, 'signed_in_time') : signed.filter(r => !r.is_late).length)
})

test('B13 the year is its months; before it stands the year before', async () => {
  const y = await clerk.read(`/statistics?year=${year}`)
  let sum = 0, last = 0
  for (let m = 1; m <= 12; m++) {
    const s = await clerk.read(`/statistics?year=${year}&month=${m}`)
    sum += of(s, 'received')
    const f = s.figures.find(x => x.measure === 'received' && x.key === '')
    if (m > 1) assert.equal(f ? f.before : 0, last, 'before month ' + m)
    last = of(s, 'received')
  }
  assert.equal(of(y, 'received'), sum)
  const next = await clerk.read(`/statistics?year=${year + 1}`)
  assert.deepEqual(next.figures.find(x => x.measure === 'received' && x.key === '').before, sum)
  assert.equal(of(next, 'received'), 0)
})

test('B13 who oversees sees the units below, not their inside; nobody else', async () => {
  const below = []
  for (let after = '', page; after !== null; after = page.after) { page = await director.read(`/statistics/below?year=${year}&month=${month}&limit=100&after=${encodeURIComponent(after)}`); below.push(...page.rows) }
  const row = below.find(r => r.id === unit)
  const own = await settled()
  assert.ok(row && below.length > 10)
  for (const m of ['received', 'sent', 'closed', 'closed_in_limit', 'days']) assert.equal(row[m], of(own, m), m)
  assert.equal(new Set(below.map(r => r.id)).size, below.length)
  const seen = await director.read(`/statistics?unit=${unit}&year=${year}&month=${month}`)
  assert.equal(seen.is_own, false)
  assert.equal(of(seen, 'received'), of(own, 'received'))
  assert.ok(!seen.figures.some(x => /^(section|person)/.test(x.measure)))
  const mine = (await director.read('/me')).posts[0].unit.id
  for (const who of [clerk, office, county, emergency]) {
    const known = await who.get(`/statistics?unit=${mine}`), none = await who.get('/statistics?unit=1')
    assert.equal(known.status, 404)
    assert.equal(known.body.code, none.body.code)
    assert.equal((await who.get(`/statistics/below?unit=${mine}`)).status, 404)
  }
  for (const who of [county, emergency]) assert.equal((await who.get(`/statistics?unit=${unit}`)).status, 404)
  assert.equal((await drafter.get('/statistics')).status, 404)
  assert.equal((await county.get(`/registers/received/figure?figure=closed&year=${year}&unit=${unit}`)).status, 404)
  assert.ok((await clerk.read('/me')).can.includes('statistics') && !(await drafter.read('/me')).can.includes('statistics'))
})

test('B13 as files', async () => {
  for (const [who, register] of [[clerk, 'statistics'], [director, 'statistics_below']]) {
    const { job_id } = await who.act('/registers/export', { register, format: 'csv', filter: { year: String(year), month: String(month) } })
    const job = await until('the export is done', async () => { const j = await who.read(`/jobs/${job_id}`); return ['done', 'failed'].includes(j.state) && j })
    assert.equal(job.state, 'done', JSON.stringify(job))
    const text = String((await who.get(`/jobs/${job_id}/file`)).body)
    assert.match(text, register === 'statistics' ? /收文：文种,通知,\d+/ : /毛里湖镇[^,]*,\d+/)
  }
})

test('B13 returned letters are counted by reason', async () => {
  const mine = (await county.read('/me')).posts[0].unit.id
  assert.ok(mine)
  const s = await settled(sender, `year=${year}&month=${month}`)
  const refusals = (await sender.read('/refusals?limit=100')).rows.filter(r => { const d = new Date(r.at + 8 * 3600e3); return d.getUTCFullYear() === year && d.getUTCMonth() + 1 === month })
  assert.equal(s.figures.filter(x => x.measure === 'returned').reduce((n, x) => n + x.n, 0), refusals.length)
})

test('B13 a figure that is off is told by verify and mended by counting again', async () => {
  const sql = text => {
    const p = engine === 'pgsql'
      ? spawnSync('psql', ['-d', c.db, '-qAtc', `SET search_path=tongban; ${text}`], { encoding: 'utf8' })
      : spawnSync('python3', ['-c', 'import sqlite3,sys\nc=sqlite3.connect(sys.argv[1])\nc.execute(sys.argv[2])\nc.commit()', path.join(c.dir, 'tongban.db'), text], { encoding: 'utf8' })
    assert.equal(p.status, 0, p.stderr)
  }
  const right = of(await settled(), 'received')
  await c.stop()
  sql(`UPDATE stat SET n = n + 5 WHERE unit_id = ${unit} AND month = ${year * 100 + month} AND measure = 'received'`)
  const r = run(['verify', '--data', c.dir])
  assert.equal(r.code, 1)
  assert.match(r.out, new RegExp(`stat received ${unit}`))
  await c.start()
  const again = await c.signIn('town_clerk')
  assert.equal(of(await settled(again), 'received'), right + 5)
  await (await c.signIn('city_admin')).act('/statistics/rebuild', { unit_id: unit, year })
  await until('counted again', async () => of(await settled(again), 'received') === right)
  await (await c.signIn('town_clerk')).refused('/statistics/rebuild', { unit_id: unit, year }, 403)
  let at = {}
  const a = await c.signIn('city_admin')
  do at = await a.act('/statistics/rebuild_all', at); while (Number(at.unit_id))
  await until('all counted again', async () => of(await settled(again), 'received') === right)
})
