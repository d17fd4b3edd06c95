// 手写批示 (B18): strokes beside or instead of words, checked, kept, held by the record, seen by whom the
// matter is seen by alone.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from './tongban.mjs'
import { officeOf } from './document_office.mjs'

const c = await city()
const o = await officeOf(c)
const stranger = await c.signIn('town_clerk')
const INK = { w: 1000, h: 300, strokes: [[100, 50, 0, 180, 60, 40], [140, 20, 300, 140, 120, 360]] }

let n = 0
async function atHead() {
  const { matter_id } = await o.drafter.act('/matters', { module: 'internal_request', title: `关于第${++n}次检修的呈批`, form: { content: '请批准' } })
  await o.done(o.drafter, matter_id, { opinion: '请审核' })
  return { matter: matter_id, item: (await o.section_head.read(`/matters/${matter_id}`)).my_item.id }
}
const opinionOf = async (who, matter) => (await who.read(`/matters/${matter}`)).sheet.flatMap(s => s.opinions).find(x => x.ink)
const ahead = { outcome: 'agree', vars: { leaders: ['post:' + o.post.leader.id] } }

test('B18 written by hand, without a typed word: kept as it was written, with its times', async () => {
  const { matter, item } = await atHead()
  await o.section_head.act(`/items/${item}/complete`, { ...ahead, ink: INK })
  const one = await opinionOf(o.drafter, matter)
  assert.equal(one.text, '')
  assert.deepEqual(await o.drafter.read(`/opinions/${one.id}/ink`), INK)
})

test('B18 beside words; an opinion without it has none', async () => {
  const { matter, item } = await atHead()
  await o.section_head.act(`/items/${item}/complete`, { ...ahead, opinion: '拟同意。', ink: INK })
  const all = (await o.drafter.read(`/matters/${matter}`)).sheet.flatMap(s => s.opinions)
  assert.deepEqual(all.map(x => [x.text, x.ink]), [['请审核', false], ['拟同意。', true]])
  assert.equal((await o.drafter.get(`/opinions/${all[0].id}/ink`)).status, 404)
})

test('S25 another unit is told what it is told of an opinion that is none', async () => {
  const { matter, item } = await atHead()
  await o.section_head.act(`/items/${item}/complete`, { ...ahead, ink: INK })
  const one = await opinionOf(o.drafter, matter)
  const real = await stranger.get(`/opinions/${one.id}/ink`), none = await stranger.get('/opinions/4711/ink')
  assert.deepEqual([real.status, real.body.code, real.body.message], [none.status, none.body.code, none.body.message])
  assert.equal(real.status, 404)
})

test('B18 what is no handwriting is refused by the field, and nothing is done', async () => {
  const { matter, item } = await atHead()
  for (const ink of [{}, { ...INK, strokes: [] }, { ...INK, strokes: [[1, 2]] }, { ...INK, strokes: [[1, 2, 'x']] }, { ...INK, strokes: [[1001, 2, 0]] },
    { ...INK, strokes: [[1, 2, 50, 3, 4, 49]] }, { ...INK, strokes: [[1, -2, 0]] }, { ...INK, w: 0 }, { ...INK, w: 1.5 }, { ...INK, more: 1 }, [], 'M0 0'])
    assert.equal((await o.section_head.refused(`/items/${item}/complete`, { ...ahead, ink }, 400, 'item.ink')).field, 'ink', JSON.stringify(ink))
  assert.equal((await o.section_head.refused(`/items/${item}/complete`, { ...ahead, ink: { ...INK, strokes: Array(1001).fill([1, 2, 0]) } }, 400, 'item.ink_large')).field, 'ink')
  const big = await o.section_head.refused(`/items/${item}/complete`, { ...ahead, ink: { ...INK, strokes: [Array(40000).fill(100)] } }, 400)
  assert.equal(big.field, 'ink')
  assert.equal((await o.section_head.read(`/matters/${matter}`)).my_item.id, item)
})
