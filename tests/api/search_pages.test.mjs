// B26: search page by page. A search merges what the index has with what the person may see; however
// the pages are cut, they give the same hits, newest first, each once, and none that is not theirs.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city, until } from './tongban.mjs'

const c = await city()
const people = { clerk: await c.signIn('doc_clerk'), town: await c.signIn('town_clerk'), drafter: await c.signIn('drafter') }
const path = (q, limit) => `/search?limit=${limit}&q=${encodeURIComponent(q)}`

// texts are indexed in order: when the last one is found, all are
const last = await people.drafter.act('/matters', { module: 'internal_request', title: '关于堃喆水库除险加固的呈批', form: { content: '请批准' } })
await until('every text is indexed', async () => (await people.drafter.rows(path('堃喆', 20))).some(r => r.matter === last.matter_id), 60000)

async function paged(client, q, limit) {
  const all = []
  for (let after = ''; ;) {
    const page = await client.read(path(q, limit) + (after ? '&after=' + after : ''))
    assert.ok(page.rows.length <= limit)
    all.push(...page.rows)
    if (!page.after) return all
    after = page.after
  }
}

// in most texts; in many; in some; two words; one character; a number; in none
for (const q of ['国务院', '通知', '工作', '防汛', '医疗 改革', '疗', '常政办发', '堃喆'])
  test(`B26 ${q}: pages of 3 and of 100 give the same`, async () => {
    for (const [who, client] of Object.entries(people)) {
      const large = (await paged(client, q, 100)).map(r => r.matter), small = (await paged(client, q, 3)).map(r => r.matter)
      assert.deepEqual(small, large, who)
      assert.equal(new Set(small).size, small.length, who)
    }
  })

test('B26 the office finds every paper of 国务院 that it registered, the town none that it was not sent', async () => {
  const hits = (await paged(people.clerk, '国务院', 20)).filter(r => r.unit.startsWith('国务院'))
  assert.equal(hits.length, 39)
  const seen = new Set((await people.town.rows('/deliveries?box=signed')).map(r => r.matter))
  for (const r of await paged(people.town, '国务院', 20)) assert.ok(seen.has(r.matter), r.title)
})
