// The register of sent documents: by year, kind and words, page by page, and as a file made by a
// job that belongs to who asked. (B12 G4)
import test from 'node:test'
import assert from 'node:assert/strict'
import { city, until } from './tongban.mjs'
import { officeOf } from './document_office.mjs'

const c = await city()
const o = await officeOf(c)
const year = new Date(Date.now() + 8 * 3600e3).getUTCFullYear()
const book = await o.doc_clerk.act('/number-books', { agency_id: o.government.id, mark: '常政登', year, start_value: 1, kind: 'mark' })
const sent = []
for (const [title, type] of [['=1+1，常德市人民政府关于甲事的通知', '通知'], ['常德市人民政府关于乙事的意见', '意见'], ['常德市人民政府关于丙事的通知', '通知']]) {
  const doc = await o.draft({ title }, type)
  await o.toNumber(doc.matter_id)
  sent.push({ title, type, ...(await o.doc_clerk.act(`/documents/${doc.document_id}/reserve_number`, { book_id: book.book_id })) })
  await o.done(o.doc_clerk, doc.matter_id, {})
}
const mine = async (client, query = '') => (await client.rows('/registers/sent?q=' + encodeURIComponent('常政登') + query)).map(r => r.number)

test('B12 newest first, filtered by kind, year and words, in pages', async () => {
  const all = sent.map(s => s.number).reverse()
  assert.deepEqual(await mine(o.doc_clerk), all)
  assert.deepEqual(await mine(o.doc_clerk, '&doc_type=' + encodeURIComponent('意见')), [sent[1].number])
  assert.deepEqual(await mine(o.doc_clerk, `&year=${year}`), all)
  assert.deepEqual(await mine(o.doc_clerk, `&year=${year - 1}`), [])
  assert.deepEqual((await o.doc_clerk.rows('/registers/sent?q=' + encodeURIComponent('丙事'))).map(r => r.title), [sent[2].title])
  const q = '/registers/sent?limit=2&q=' + encodeURIComponent('常政登')
  const first = await o.doc_clerk.read(q)
  const second = await o.doc_clerk.read(`${q}&after=${encodeURIComponent(first.after)}`)
  assert.deepEqual([...first.rows, ...second.rows].map(r => r.number), all)
  assert.equal((await o.doc_clerk.get('/registers/sent?after=rubbish')).status, 400)
})

test('B12 a drafter sees the own, another unit nothing', async () => {
  assert.equal((await mine(o.drafter)).length, 3)
  assert.deepEqual(await mine(o.section_head), [])
  assert.deepEqual(await mine(o.town_clerk), [])
})

const exported = async (client, format, filter = { q: '常政登' }) => {
  const { job_id } = await client.act('/registers/export', { register: 'sent', format, filter })
  const job = await until('the export is done', async () => {
    const j = await client.read(`/jobs/${job_id}`)
    return ['done', 'failed'].includes(j.state) && j
  })
  assert.equal(job.state, 'done', JSON.stringify(job))
  assert.equal(job.progress, 100)
  return job
}

test('B12 the register as .csv: all rows, no formula', async () => {
  const job = await exported(o.doc_clerk, 'csv')
  assert.equal(job.count, 3)
  const r = await o.doc_clerk.get(`/jobs/${job.job_id}/file`)
  assert.equal(r.status, 200)
  assert.match(r.headers.get('content-type'), /text\/csv/)
  const text = String(r.body)
  assert.ok(text.includes('发文字号') && sent.every(s => text.includes(s.number)))
  assert.ok(text.includes("'=1+1") && !/(^|,)"?=1/m.test(text), 'a cell that begins with = stays text')
  assert.equal((await o.drafter.get(`/jobs/${job.job_id}`)).status, 404)
  assert.equal((await o.drafter.get(`/jobs/${job.job_id}/file`)).status, 404)
})

test('B12 the register as .xlsx', async () => {
  const job = await exported(o.doc_clerk, 'xlsx', { q: '常政登', doc_type: '通知', year })
  assert.equal(job.count, 2)
  const r = await o.doc_clerk.get(`/jobs/${job.job_id}/file`)
  assert.ok(String(r.body).startsWith('PK'))
})

test('B12 D9 the register of received letters as a file; a listed paper does not get into it', async () => {
  const unit = o.post.doc_clerk.unit.id
  const paper = { unit_id: unit, issuer: '湖南省人民政府办公厅', number: '湘政办发〔2026〕8号', title: '湖南省人民政府办公厅关于防汛的通知', doc_type: '通知', urgency: 'urgent', signed_on: `${year}-06-01` }
  const got = await o.doc_clerk.act('/received', paper)
  await o.done(o.doc_clerk, got.matter_id)
  await o.doc_clerk.refused('/received', { ...paper, number: '湘办发〔2026〕8号' }, 400, 'secret.refused')
  await o.doc_clerk.refused('/received', { ...paper, body: '秘密★5年' }, 400, 'secret.refused')
  const made = await o.doc_clerk.act('/registers/export', { register: 'received', format: 'csv', filter: { year: String(year), q: '湘政办发' } })
  const job = await until('the export is done', async () => {
    const j = await o.doc_clerk.read(`/jobs/${made.job_id}`)
    return ['done', 'failed'].includes(j.state) && j
  })
  assert.equal(job.state, 'done', JSON.stringify(job))
  const rows = (await o.doc_clerk.rows(`/registers/received?q=${encodeURIComponent('湘政办发')}&doc_type=${encodeURIComponent('通知')}`)).length
  assert.equal(rows, 1)
  assert.equal(job.count, rows)
  assert.ok(String((await o.doc_clerk.get(`/jobs/${job.job_id}/file`)).body).includes('湖南省人民政府办公厅关于防汛的通知'))
})
