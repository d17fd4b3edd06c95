// 发文登记簿 and 收文登记簿 by month, kind, urgency, issuer, state and handler: the filters combine, pages go
// on where the last one stopped looking, a file holds the same rows. (B12)
import test from 'node:test'
import assert from 'node:assert/strict'
import { city, until } from './tongban.mjs'

const c = await city()
const [clerk, office, handler, county] = await Promise.all(['town_clerk', 'town_office', 'town_handler', 'county_clerk'].map(a => c.signIn(a)))
const unit = (await clerk.read('/me')).posts[0].unit.id
const doer = (await handler.read('/me')).posts.find(p => p.unit.id === unit)
const doerName = (await handler.read('/me')).person.name
const today = new Date(Date.now() + 8 * 3600e3)
const [year, month] = [today.getUTCFullYear(), today.getUTCMonth() + 1]
const paper = (title, issuer, doc_type, urgency) => clerk.act('/received', { unit_id: unit, issuer, number: '', title, doc_type, urgency, signed_on: `${year}-01-02` })
const book = (query, who = clerk) => who.rows('/registers/received?unit=' + unit + '&' + new URLSearchParams(query))
const titles = async (query, who) => (await book({ q: '簿册', ...query }, who)).map(r => r.title)
const step = async (who, matter, body) => {
  const m = await who.read(`/matters/${matter}`)
  return who.act(`/items/${m.my_item.id}/complete`, { rev: m.my_item.rev, ...body })
}

const first = await paper('关于簿册甲的通知', '湖南省水利厅', '通知', 'urgent')
const second = await paper('关于簿册乙的函', '湖南省财政厅', '函', 'normal')
await paper('关于簿册丙的通知', '湖南省财政厅', '通知', 'critical')
await step(office, first.matter_id, { outcome: 'handle', opinion: '请承办。', vars: { handlers: ['post:' + doer.id] } })

test('B12 filters of the received register combine', async () => {
  assert.deepEqual(await titles({}), ['关于簿册丙的通知', '关于簿册乙的函', '关于簿册甲的通知'])
  assert.deepEqual(await titles({ doc_type: '通知' }), ['关于簿册丙的通知', '关于簿册甲的通知'])
  assert.deepEqual(await titles({ doc_type: '通知', issuer: '财政' }), ['关于簿册丙的通知'])
  assert.deepEqual(await titles({ urgency: 'urgent' }), ['关于簿册甲的通知'])
  assert.deepEqual(await titles({ urgency: 'normal', doc_type: '通知' }), [])
  assert.deepEqual(await titles({ state: 'handling' }), ['关于簿册甲的通知'])
  assert.deepEqual(await titles({ state: 'registered', issuer: '财政', kind: 'action' }), ['关于簿册丙的通知', '关于簿册乙的函'])
  assert.equal((await clerk.get('/registers/received?urgency=soon')).status, 400)
  assert.equal((await clerk.get('/registers/received?month=13')).status, 400)
})

test('B12 who it was given to stands in the book and filters it', async () => {
  const [row] = await book({ handler: doerName, q: '簿册甲' })
  assert.equal(row.handler, doerName)
  assert.equal((await book({ q: '簿册乙' }))[0].handler, '')
  assert.deepEqual(await titles({ handler: '没有此人' }), [])
  assert.equal((await county.get(`/registers/received?unit=${unit}&handler=${encodeURIComponent(doerName)}`)).status, 404)
})

test('B12 by month of registering', async () => {
  const all = await book({ limit: 100 })
  const here = all.filter(r => new Date(r.registered_at + 8 * 3600e3).getUTCMonth() + 1 === month)
  assert.deepEqual((await book({ month, limit: 100 })).map(r => r.seq), here.map(r => r.seq))
  assert.deepEqual((await book({ month, year, limit: 100, q: '簿册' })).length, 3)
  assert.deepEqual(await book({ month, year: year - 7 }), [])
  for (let m = 1; m <= 12; m++) if (m !== month) assert.deepEqual(await titles({ month: m }), [], 'month ' + m)
})

test('B12 the file holds what the filters leave', async () => {
  const { job_id } = await clerk.act('/registers/export', { register: 'received', format: 'csv', filter: { unit, q: '簿册', doc_type: '通知', issuer: '水利', urgency: 'urgent', state: 'handling', month: String(month) } })
  const job = await until('the export is done', async () => { const j = await clerk.read(`/jobs/${job_id}`); return ['done', 'failed'].includes(j.state) && j })
  assert.equal(job.count, 1, JSON.stringify(job))
  const text = String((await clerk.get(`/jobs/${job_id}/file`)).body)
  assert.ok(text.includes('承办') && text.includes(doerName) && text.includes('关于簿册甲的通知'))
})

test('B12 the sent register by month, urgency and state', async () => {
  const sender = await c.signIn('doc_clerk')
  const all = await sender.rows('/registers/sent?limit=100')
  assert.ok(all.length > 3)
  const monthOf = r => { const d = new Date(r.numbered_at + 8 * 3600e3); return [d.getUTCFullYear(), d.getUTCMonth() + 1] }
  const [y, m] = monthOf(all[0])
  const same = all.filter(r => monthOf(r).join() === [y, m].join())
  assert.deepEqual((await sender.rows(`/registers/sent?limit=100&year=${y}&month=${m}`)).map(r => r.id), same.map(r => r.id))
  for (const state of ['numbered', 'dispatched', 'retracted'])
    assert.deepEqual((await sender.rows(`/registers/sent?limit=100&state=${state}`)).map(r => r.id), all.filter(r => r.state === state).map(r => r.id))
  for (const urgency of ['critical', 'urgent', 'normal'])
    assert.deepEqual((await sender.rows(`/registers/sent?limit=100&urgency=${urgency}&state=dispatched&year=${y}`)).map(r => r.id), all.filter(r => r.urgency === urgency && r.state === 'dispatched' && Number(/〔(\d{4})〕/.exec(r.number)?.[1]) === y).map(r => r.id))
  // The last page of a filter says that it is the last.
  assert.equal((await sender.read('/registers/sent?urgency=critical&q=' + encodeURIComponent('没有的词'))).after, null)
})
