// Numbers from the book: fifty at once leave no gap, one given back is offered first, a void one
// stays, last year's book stays open until it is closed. (D7, W4)
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from './tongban.mjs'
import { officeOf } from './document_office.mjs'

const c = await city()
const o = await officeOf(c)
const year = new Date(Date.now() + 8 * 3600e3).getUTCFullYear()
const newBook = (mark, start = 1, more = {}) =>
  o.doc_clerk.act('/number-books', { agency_id: o.government.id, mark, year, start_value: start, kind: 'mark', ...more })
const numbers = book => o.doc_clerk.rows(`/number-books/${book}/numbers?limit=100`)
const reserve = (doc, book) => o.doc_clerk.act(`/documents/${doc.document_id}/reserve_number`, { book_id: book })

test('D7 fifty reserve at once: every number once, no gap', async () => {
  const { book_id } = await newBook('常政试', 7)
  const docs = []
  for (let i = 0; i < 50; i++) docs.push(await o.draft())
  for (let i = 0; i < 50; i += 10) await Promise.all(docs.slice(i, i + 10).map(d => o.toNumber(d.matter_id)))
  const got = await Promise.all(docs.map(d => reserve(d, book_id)))
  assert.deepEqual(got.map(g => g.value).sort((a, b) => a - b), Array.from({ length: 50 }, (_, i) => 7 + i))
  assert.equal(new Set(got.map(g => g.number)).size, 50)
  const again = await o.doc_clerk.refused(`/documents/${docs[0].document_id}/reserve_number`, { book_id }, 409, 'doc.has_number')
  assert.ok(again.detail)
  // ten give theirs back, ten others take them: still no gap
  const back = got.slice(10, 20)
  await Promise.all(back.map(g => o.doc_clerk.act(`/numbers/${g.number_id}/void`, { reason: '文稿退回' })))
  const taken = await Promise.all(docs.slice(10, 20).map(d => reserve(d, book_id)))
  assert.deepEqual(taken.map(g => g.value).sort((a, b) => a - b), back.map(g => g.value).sort((a, b) => a - b))
  const book = (await o.doc_clerk.rows('/number-books?limit=100')).find(b => b.id === book_id)
  assert.equal(book.next_value, 57)
})

test('D7 a number that was used becomes void, with its reason, and is never given again', async () => {
  const { book_id } = await newBook('常政废')
  const doc = await o.draft()
  await o.toNumber(doc.matter_id)
  const first = await reserve(doc, book_id)
  await o.done(o.doc_clerk, doc.matter_id, {})
  await o.doc_clerk.refused(`/numbers/${first.number_id}/void`, { reason: '' }, 400)
  await o.doc_clerk.act(`/numbers/${first.number_id}/void`, { reason: '印制有误' })
  assert.equal((await o.page(o.doc_clerk, doc.matter_id)).document.number, null)
  const second = await reserve(doc, book_id)
  assert.equal(second.value, first.value + 1)
  const all = await numbers(book_id)
  assert.deepEqual(all.map(n => [n.value, n.state, n.reason]), [[2, 'confirmed', ''], [1, 'void', '印制有误']])
  assert.equal((await o.page(o.doc_clerk, doc.matter_id)).document.state, 'numbered')
  await o.doc_clerk.refused(`/numbers/${first.number_id}/void`, { reason: '再作废一次' }, 409, 'doc.number_ended')
})

test('D7 sent back before the signature, a reserved number returns to its book', async () => {
  const { book_id } = await newBook('常政还')
  const [a, b] = [await o.draft(), await o.draft()]
  await o.toNumber(a.matter_id)
  await o.toNumber(b.matter_id)
  assert.equal((await reserve(a, book_id)).value, 1)
  const item = await o.todo(o.doc_clerk, a.matter_id)
  await o.doc_clerk.act(`/items/${item.id}/send_back`, { to: 'office', way: 'rewind', reason: '主送单位有误' })
  assert.equal((await reserve(b, book_id)).value, 1)
})

test('D7 the year is that of the date of the document; a closed book gives nothing', async () => {
  const doc = await o.draft()
  await o.toNumber(doc.matter_id)
  const old = await newBook('常政旧', 1, { year: year - 1 })
  await o.doc_clerk.refused(`/documents/${doc.document_id}/reserve_number`, { book_id: old.book_id }, 400, 'doc.book_year')
  const { book_id } = await newBook('常政闭')
  await o.doc_clerk.act(`/number-books/${book_id}/close`, {})
  await o.doc_clerk.refused(`/number-books/${book_id}/close`, {}, 409, 'doc.book_closed')
  await o.doc_clerk.refused(`/documents/${doc.document_id}/reserve_number`, { book_id }, 409, 'doc.book_closed')
  await o.doc_clerk.refused('/number-books', { agency_id: o.government.id, mark: '常政闭', year, start_value: 1, kind: 'mark' }, 409, 'doc.book_exists')
  await o.doc_clerk.refused('/number-books', { agency_id: o.government.id, mark: '常政〔坏〕', year, start_value: 1, kind: 'mark' }, 400, 'doc.mark')
})

test('D7 paper of before the cut-over is registered below the first number', async () => {
  const { book_id } = await newBook('常政补', 30)
  const paper = { value: 12, title: '常德市人民政府关于春耕的通知', signed_on: `${year}-02-01` }
  const got = await o.doc_clerk.act(`/number-books/${book_id}/register_paper`, paper)
  assert.equal(got.number, `常政补〔${year}〕12号`)
  await o.doc_clerk.refused(`/number-books/${book_id}/register_paper`, paper, 409, 'doc.number_taken')
  await o.doc_clerk.refused(`/number-books/${book_id}/register_paper`, { ...paper, value: 30 }, 400, 'doc.paper_value')
  await o.doc_clerk.refused(`/number-books/${book_id}/register_paper`, { ...paper, value: 11, signed_on: `${year - 1}-02-01` }, 400, 'doc.book_year')
  assert.equal((await numbers(book_id))[0].title, paper.title)
})

test('D7 a number on no paper goes back, is offered first again, and leaves no gap', async () => {
  const { book_id } = await newBook('常政退')
  const [a, b, other] = [await o.draft(), await o.draft(), await o.draft()]
  await o.toNumber(a.matter_id)
  await o.toNumber(b.matter_id)
  await o.toNumber(other.matter_id)
  const first = await reserve(a, book_id)
  await o.done(o.doc_clerk, a.matter_id, {})
  assert.equal((await reserve(b, book_id)).value, 2)
  await o.doc_clerk.act(`/numbers/${first.number_id}/void`, { reason: '尚未付印，文稿撤下', unprinted: true })
  const gone = (await o.page(o.doc_clerk, a.matter_id)).document
  assert.deepEqual([gone.number, gone.state], [null, 'signed'])
  assert.deepEqual((await numbers(book_id)).map(n => [n.value, n.state, n.may_end]), [[2, 'reserved', true], [1, 'returned', false]])
  const page = await o.page(o.doc_clerk, other.matter_id)
  assert.equal(page.number_books.find(x => x.id === book_id).next_value, 1)   // said before it is taken
  const book = await o.doc_clerk.read(`/number-books/${book_id}`)
  assert.deepEqual([book.reserved, book.returned, book.void, book.paper, book.next_value], [1, 1, 0, 0, 3])
  const row = (await o.doc_clerk.rows('/number-books?limit=100')).find(x => x.id === book_id)
  assert.deepEqual([row.returned, row.may_keep], [1, true])
  assert.equal((await reserve(other, book_id)).value, 1)
})

test('D7 the book says which numbers of before the cut-over are not registered yet', async () => {
  const { book_id } = await newBook('常政缺', 6)
  const missing = async () => { const b = await o.doc_clerk.read(`/number-books/${book_id}`); return [b.missing, b.missing_count, b.paper] }
  assert.deepEqual(await missing(), [[[1, 5]], 5, 0])
  const on = value => o.doc_clerk.act(`/number-books/${book_id}/register_paper`, { value, title: `第${value}号纸质文件`, signed_on: `${year}-01-0${value}` })
  await on(3)
  assert.deepEqual(await missing(), [[[1, 2], [4, 5]], 4, 1])
  for (const value of [1, 2, 4, 5]) await on(value)
  assert.deepEqual(await missing(), [[], 0, 5])
  const row = (await numbers(book_id))[0]
  assert.deepEqual([row.is_paper, row.state, row.may_end, row.title], [true, 'confirmed', true, '第5号纸质文件'])
})

test('D1 D7 neither the drafter nor another unit touches the book', async () => {
  const book = await o.book()
  const doc = await o.draft()
  await o.toNumber(doc.matter_id)
  await reserve(doc, book.id)
  const taken = (await numbers(book.id))[0]
  for (const stranger of [o.drafter, o.town_clerk, o.countersign_clerk]) {
    await stranger.refused(`/number-books/${book.id}/close`, {}, 404)
    await stranger.refused('/number-books', { agency_id: o.government.id, mark: '常政盗', year, start_value: 1 }, 400, 'doc.not_your_agency')
    assert.equal((await stranger.get(`/number-books/${book.id}/numbers`)).status, 404)
    assert.equal((await stranger.get(`/number-books/${book.id}`)).status, 404)
    await stranger.refused(`/number-books/${book.id}/register_paper`, { value: 1, title: '盗登', signed_on: `${year}-01-01` }, 404)
    await stranger.refused(`/numbers/${taken.id}/void`, { reason: '盗用', unprinted: true }, 404)
  }
})
