// A7: the search for people answers those of one's own unit first, then the leaders whose office it is,
// then the city in the order of pinyin: each once, over all pages.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from './tongban.mjs'

const c = await city()

async function all(who, q, limit) {
  const rows = []
  for (let after = ''; after !== null;) {
    const page = await who.read(`/people?q=${encodeURIComponent(q)}&limit=${limit}` + (after ? '&after=' + after : ''))
    assert.ok(page.rows.length <= limit)
    rows.push(...page.rows)
    after = page.after
  }
  return rows
}
/** Rows in blocks: own unit, the body, others; none comes back to an earlier block. */
function inOrder(rows, own, body) {
  const block = r => (r.unit_id === own ? 0 : r.unit_id === body ? 1 : 2)
  const blocks = rows.map(block)
  assert.deepEqual(blocks, blocks.slice().sort())
  assert.equal(new Set(rows.map(r => r.post)).size, rows.length, 'each once')
  return [0, 1, 2].map(b => blocks.filter(x => x === b).length)
}

for (const q of ['王', 'li', '收发文员']) test(`own unit, leaders served, then all: ${q}`, async () => {
  const clerk = await c.signIn('doc_clerk')
  const own = (await clerk.read('/me')).posts[0].unit.id
  const leader = (await (await c.signIn('leader')).read('/me')).posts[0].unit.id
  const rows = await all(clerk, q, 7)
  const [n] = inOrder(rows, own, leader)
  assert.ok(rows.length > 7, `${rows.length}`)
  // The same people in another page size, and for somebody of another unit, who has others first.
  assert.deepEqual((await all(clerk, q, 100)).map(r => r.post), rows.map(r => r.post))
  const town = await c.signIn('town_clerk')
  const theirs = await all(town, q, 50)
  inOrder(theirs, (await town.read('/me')).posts[0].unit.id, '')
  assert.deepEqual(theirs.map(r => r.post).sort(), rows.map(r => r.post).sort())
  assert.ok(n > 0, 'somebody of the own unit')
})

test('by name, initials, full pinyin, telephone and title one is found', async () => {
  const clerk = await c.signIn('doc_clerk')
  const me = (await clerk.rows('/people?q=' + encodeURIComponent('梅静')))[0]
  for (const q of ['mj', 'meijing', me.office_phone, '收发文员']) assert.ok((await all(clerk, q, 20)).some(r => r.post === me.post), q)
  assert.equal((await clerk.rows('/people?q=hql'))[0].name, '贺青林')
})
