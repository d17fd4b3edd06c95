// A8 D1–D15: every module of the catalogue, tried by the clerk of a village, a town, a county's and a city's
// bureau: each step has somebody, or the module is not offered there and says what is lacking.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city, query } from './tongban.mjs'
import { holdersOf } from './holders.mjs'

const c = await city()
const h = holdersOf(c)
const admin = await h.as('city_admin')
const clerkOf = unit => query(c, `SELECT a.account FROM grant_ g JOIN account a ON a.person_id = g.person_id JOIN unit u ON u.id = g.unit_id WHERE u.name = '${unit}' AND g.role = 3 AND g.is_revoked = 0 ORDER BY g.id`)[0][0]
const places = { village: 'village_clerk', town: 'town_clerk', 'county bureau': clerkOf('津市市水利局'), 'city bureau': 'countersign_clerk', 'Party office': clerkOf('中共常德市委办公室') }
const lacking = { village: ['seal_request'] } // its seal is kept in its town

for (const [place, account] of Object.entries(places))
  test(`${place}: a holder for every step of every module, or it is not offered`, async () => {
    const clerk = await h.as(account), unit_id = (await clerk.read('/me')).posts[0].unit.id
    const none = []
    for (const m of (await clerk.rows('/modules')).filter(m => m.tier === 'unit' && !m.is_on)) {
      const r = await admin.post(`/modules/${m.key}/switch`, { unit_id, is_on: true })
      if (r.status === 200) continue
      assert.deepEqual([r.status, r.body.code], [409, 'module.no_holder'], m.key)
      none.push(m.key)
    }
    const rows = await clerk.rows('/modules')
    let tried = 0
    for (const m of rows) {
      const { module } = await clerk.read('/modules/' + m.key)
      if (!module.start || module.start === 'system' || module.start === 'document') continue
      if (!m.can_start && module.start === 'anyone') {
        const r = await clerk.post('/matters', { module: m.key, title: '试', form: {}, is_draft: true })
        if (m.is_on) assert.deepEqual([r.status, r.body.code], [409, 'module.no_holder'], m.key)
        if (!none.includes(m.key)) none.push(m.key)
        continue
      }
      const seen = await clerk.act(`/modules/${m.key}/simulate`, {}, { key: null })
      assert.deepEqual(seen.findings.filter(f => f.code === 'sim.empty_assignee').map(f => f.node), [], `${place}: ${m.key}`)
      tried++
    }
    assert.deepEqual(none, lacking[place] || [])
    assert.ok(tried > 30, `${tried} tried`)
  })

test('a village’s head: what an office would agree to is his; his own goes to the town', async () => {
  const steps = async account => (await (await h.as(account)).act('/modules/internal_document/simulate', {}, { key: null })).way.steps.filter(s => s.node === 'office')
  const name = account => query(c, `SELECT p.name FROM person p JOIN account a ON a.person_id = p.id WHERE a.account = '${account}'`)[0][0]
  assert.deepEqual((await steps('village_clerk')).map(s => [s.people.map(p => p.who), s.is_raised]), [[[name('village_head')], false]])
  const [own] = await steps('village_head')
  assert.ok(own.is_raised && own.people.every(p => p.who !== name('village_head')) && own.people.length, JSON.stringify(own))
})
