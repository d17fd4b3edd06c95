// 分类 (B14): a unit's own categories of its papers: kept by its administrator and office head, filled by
// its clerks, undone, merged, retired; a column and a filter of both registers; nothing of it is another
// unit's, tried with real ids.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city, until } from './tongban.mjs'

const c = await city()
const [clerk, office, handler, other, otherOffice, sender, director] = await Promise.all(['town_clerk', 'town_office', 'town_handler', 'county_clerk', 'emergency_clerk', 'doc_clerk', 'office_head'].map(a => c.signIn(a)))
const unitOf = async who => (await who.read('/me')).posts[0].unit.id
const unit = await unitOf(clerk)
const make = (name, more = {}, who = office, of = unit) => who.act('/categories', { unit_id: of, name, for_sent: true, for_received: true, ...more })
const paper = title => clerk.act('/received', { unit_id: unit, issuer: '湖南省水利厅', number: '', title, doc_type: '通知' })
const list = async (who = clerk, q = '') => (await who.rows('/categories' + q)).map(x => [x.name, x.n])
const of = async title => (await clerk.rows('/registers/received?q=' + encodeURIComponent(title)))[0].categories

const flood = (await make('防汛')).category_id
const proposals = (await make('人大建议办理', { for_sent: false })).category_id
const papers = []
for (const t of ['分类甲', '分类乙', '分类丙']) papers.push((await paper('关于' + t + '的通知')).matter_id)

test('B14 office head makes, renames and orders; names are used once', async () => {
  assert.deepEqual(await list(), [['防汛', 0], ['人大建议办理', 0]])
  await office.refused('/categories', { unit_id: unit, name: ' 防汛 ', for_sent: true }, 409, 'category.name_taken')
  await office.refused('/categories', { unit_id: unit, name: '无用', for_sent: false, for_received: false }, 400, 'category.for_none')
  await office.act('/categories/order', { unit_id: unit, category_ids: [proposals, flood] })
  await office.act(`/categories/${flood}`, { name: '防汛抗旱', for_sent: true, for_received: true })
  assert.deepEqual(await list(), [['人大建议办理', 0], ['防汛抗旱', 0]])
  await clerk.refused('/categories', { unit_id: unit, name: '文员', for_sent: true }, 404)
  await clerk.refused(`/categories/${flood}/retire`, {}, 404)
  assert.equal((await handler.get('/categories')).status, 404)
  assert.ok((await clerk.read('/me')).can.includes('categories'))
  assert.ok(!(await handler.read('/me')).can.includes('categories'))
})

test('B14 papers go in, one or many, into several; what changed is answered and undone', async () => {
  assert.deepEqual((await clerk.act(`/categories/${flood}/put`, { matter_ids: [papers[0]] })).matter_ids, [papers[0]])
  const many = await clerk.act(`/categories/${flood}/put`, { matter_ids: papers })
  assert.deepEqual(many.matter_ids, papers.slice(1)) // the first was in it
  await clerk.act(`/categories/${proposals}/put`, { matter_ids: [papers[0]] })
  assert.deepEqual(await list(), [['人大建议办理', 1], ['防汛抗旱', 3]])
  await clerk.act(`/categories/${flood}/take_out`, { matter_ids: many.matter_ids })
  assert.deepEqual(await list(), [['人大建议办理', 1], ['防汛抗旱', 1]])
  assert.equal(await of('分类甲'), '人大建议办理、防汛抗旱')
  assert.equal(await of('分类乙') || '', '')
  const page = await clerk.read('/matters/' + papers[0])
  assert.deepEqual(page.categories.map(x => x.name), ['人大建议办理', '防汛抗旱'])
  assert.equal(page.may_categorise, true)
  assert.equal((await handler.get('/matters/' + papers[0])).body.categories, undefined)
})

test('B14 filter, column and file of the register', async () => {
  assert.deepEqual((await clerk.rows(`/registers/received?category=${flood}`)).map(r => r.matter), [papers[0]])
  const { job_id } = await clerk.act('/registers/export', { register: 'received', format: 'csv', filter: { category: flood } })
  const job = await until('the export is done', async () => { const j = await clerk.read(`/jobs/${job_id}`); return ['done', 'failed'].includes(j.state) && j })
  assert.equal(job.count, 1, JSON.stringify(job))
  assert.ok(String((await clerk.get(`/jobs/${job_id}/file`)).body).includes('人大建议办理、防汛抗旱'))
})

test('B14 sent documents: numbered ones of the own unit', async () => {
  const cityUnit = await unitOf(director)
  const key = (await make('重点工作', { for_received: false }, director, cityUnit)).category_id
  const sent = (await sender.rows('/registers/sent')).filter(r => r.matter_id && !r.is_led_elsewhere)
  await sender.act(`/categories/${key}/put`, { matter_ids: [sent[0].matter_id, sent[1].matter_id] })
  assert.deepEqual((await sender.rows(`/registers/sent?category=${key}`)).map(r => r.id), [sent[0].id, sent[1].id])
  assert.equal((await sender.rows('/registers/sent'))[0].categories, '重点工作')
  await sender.refused(`/categories/${key}/put`, { matter_ids: [(await sender.rows('/registers/received'))[0].matter] }, 409, 'category.for_sent_only')
  const draft = (await (await c.signIn('drafter')).rows('/items?box=todo')).find(x => x.module === 'send')
  if (draft) await sender.refused(`/categories/${key}/put`, { matter_ids: [draft.matter] }, 409, 'category.not_in_book')
  // The receiving unit's page of the same document knows nothing of it.
  const got = (await clerk.rows('/registers/received?limit=100')).find(r => sent.slice(0, 2).some(s => s.number === r.number))
  if (got) assert.equal(got.categories || '', '')
})

test('B14 another unit’s category and papers are not there', async () => {
  const theirs = (await make('外单位的', {}, director, await unitOf(director))).category_id
  for (const [who, id] of [[other, flood], [otherOffice, flood], [clerk, theirs], [office, theirs]]) {
    await who.refused(`/categories/${id}/put`, { matter_ids: [papers[0]] }, 404)
    await who.refused(`/categories/${id}`, { name: '改名', for_sent: true, for_received: true }, 404)
    await who.refused(`/categories/${id}/retire`, {}, 404)
  }
  const known = await other.get(`/registers/received?category=${flood}`)
  const none = await other.get('/registers/received?category=1')
  assert.equal(known.status, 404)
  assert.deepEqual(known.body.code, none.body.code)
  assert.equal((await other.get(`/registers/sent?category=${flood}`)).status, 404)
  assert.equal((await other.get(`/categories?unit=${unit}`)).status, 404)
  await office.refused('/categories/order', { unit_id: unit, category_ids: [theirs] }, 404)
  await office.refused(`/categories/${flood}/merge`, { into_id: theirs }, 404)
  const foreign = (await other.rows('/registers/received'))[0].matter
  await clerk.refused(`/categories/${flood}/put`, { matter_ids: [papers[1], foreign] }, 404)
  assert.equal(await of('分类乙') || '', '') // all or nothing
})

test('B14 merged: each paper once; retired: kept, and nothing more goes in', async () => {
  await clerk.act(`/categories/${flood}/put`, { matter_ids: [papers[1]] })
  await office.act(`/categories/${flood}/merge`, { into_id: proposals })
  assert.deepEqual(await list(), [['人大建议办理', 2]])
  assert.equal(await of('分类乙'), '人大建议办理')
  await office.act(`/categories/${proposals}/retire`, {})
  await clerk.refused(`/categories/${proposals}/put`, { matter_ids: [papers[2]] }, 409, 'category.retired')
  assert.deepEqual(await list(), [])
  assert.deepEqual(await list(clerk, '?retired=true'), [['人大建议办理', 2]])
  await office.act(`/categories/${proposals}/restore`, {})
  await office.refused(`/categories/${proposals}/restore`, {}, 409, 'category.in_use')
  assert.deepEqual(await list(), [['人大建议办理', 2]])
})
