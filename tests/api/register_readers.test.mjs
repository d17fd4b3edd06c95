// Who reads a unit's registers (OFFICE R1, L5): who keeps them, its head, 核稿, 督查室 and 档案员 the
// 收文登记簿; the office the 批示登记本. /me says so, by what the menus go. A row that its reader may not
// open has no matter, and of another unit nothing is there.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from './tongban.mjs'

const c = await city()
const accounts = (await c.guest().read('/demo/accounts')).rows.map(a => a.account)
const people = new Map()
for (const a of accounts) { const who = await c.signIn(a); people.set(a, { who, me: await who.read('/me') }) }
const of = a => people.get(a)
const unitOf = a => of(a).me.posts[0].unit.id
const status = async (a, at) => (await of(a).who.get(at)).status

test('/me names exactly the registers that answer, for everybody', async () => {
  for (const a of accounts) {
    const can = of(a).me.can
    const expected = { 'register.received': '/registers/received', instructions: '/instructions', 'exchange.keep': '/refusals' }
    for (const [right, at] of Object.entries(expected)) assert.equal(await status(a, at + '?limit=1'), can.includes(right) ? 200 : 404, `${a} ${at}`)
    assert.equal(await status(a, '/problems?limit=1'), can.includes('exchange.keep') ? 200 : 404, a)
  }
})

test('heads, reviewers, supervision and archivist read what their unit received, and no other’s', async () => {
  const whole = (await of('doc_clerk').who.rows('/registers/received?limit=100')).map(r => r.receipt_no)
  for (const a of ['reviewer', 'supervision', 'office_head']) assert.deepEqual((await of(a).who.rows('/registers/received?limit=100')).map(r => r.receipt_no), whole, a)
  assert.deepEqual((await of('countersign_head').who.rows('/registers/received')).map(r => r.receipt_no), (await of('countersign_clerk').who.rows('/registers/received')).map(r => r.receipt_no))
  assert.deepEqual((await of('town_secretary').who.rows('/registers/received')).map(r => r.receipt_no), (await of('town_clerk').who.rows('/registers/received')).map(r => r.receipt_no))
  const job = await of('countersign_head').who.act('/registers/export', { register: 'received', format: 'csv', filter: {} })
  assert.ok(job.job_id)
  for (const a of ['reviewer', 'supervision', 'countersign_head', 'town_secretary', 'doc_clerk'])
    for (const other of ['emergency_clerk', 'county_clerk']) {
      assert.equal(await status(a, '/registers/received?unit=' + unitOf(other)), 404, a)
      assert.equal(await status(a, '/instructions?unit=' + unitOf(other)), 404, a)
      assert.equal(await status(a, '/refusals?unit=' + unitOf(other)), 404, a)
      assert.deepEqual(await of(a).who.get('/registers/received?unit=' + unitOf(other)).then(r => r.body.code), await of(a).who.get('/registers/received?unit=1').then(r => r.body.code))
    }
  // To read the book is not to deal with it, and the leaders in it are nobody's else to read.
  const i = (await of('reviewer').who.rows('/instructions'))[0]
  await of('countersign_head').who.refused(`/instructions/${i.id}/note`, {}, 404)
  for (const a of ['countersign_head', 'town_secretary', 'leader', 'principal']) assert.equal(await status(a, '/instructions'), 404, a)
})

test('a register row is a way to the matter only for whom it opens', async () => {
  let shut = 0, opens = 0
  for (const a of accounts)
    for (const [at, key] of [['/registers/received?limit=100', 'matter'], ['/registers/sent?limit=100', 'matter_id']]) {
      const r = await of(a).who.get(at)
      if (r.status !== 200) continue
      for (const row of r.body.rows.slice(0, 12)) {
        if (!row[key]) { shut++; continue }
        opens++
        assert.equal(await status(a, '/matters/' + row[key]), 200, `${a} ${row.title}`)
      }
    }
  assert.ok(shut > 0 && opens > 50, `${shut} ${opens}`)
  // What a head may not open is another's to read all the same.
  const head = (await of('town_head').who.rows('/registers/sent')).find(r => !r.matter_id)
  const clerk = (await of('town_clerk').who.rows('/registers/sent')).find(r => r.id === head.id)
  assert.equal(await status('town_head', '/matters/' + clerk.matter_id), 404)
})
