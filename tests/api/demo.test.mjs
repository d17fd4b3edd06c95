// The demo folder: its accounts, its public password, and that a real folder has neither.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city, demoPassword } from './tongban.mjs'

const c = await city()
const listed = await (await fetch(c.url + '/api/v1/demo/accounts')).json()

test('A2 every story account signs in with the public password and has a post', async () => {
  assert.ok(listed.rows.length >= 16)
  for (const { account, name, password } of listed.rows) {
    assert.equal(password, demoPassword)
    const me = await (await c.signIn(account)).read('/me')
    assert.equal(me.person.name, name)
    assert.equal(me.must_change_password, false)
    assert.ok(me.posts.length >= 1, account)
    assert.equal(me.city.is_demo, true)
    assert.ok(me.city.demo_note.length > 10)
  }
})

test('A1 the tree holds the city with its 349 units, bodies apart', async () => {
  const tree = await (await c.signIn('drafter')).read('/units/tree')
  const kind = tree.fields.indexOf('kind')
  assert.equal(tree.rows.filter(r => r[kind] === 'unit').length, 349)
})

test('A7 a leader is found with his secretary and without his mobile', async () => {
  const found = await (await c.signIn('village_clerk')).rows('/people?q=' + encodeURIComponent('贺青林'))
  assert.equal(found.length, 1)
  assert.equal(found[0].mobile, null)
  assert.equal(found[0].contact.name, '安雨晨')
})

test('P6 the mayor holds three posts', async () => {
  const me = await (await c.signIn('principal')).read('/me')
  assert.deepEqual(me.posts.map(p => p.title).sort(), ['市委副书记', '市政府党组书记', '市长'].sort())
})

test('D2 a joint issue of two bureaus was signed by both heads; each has it in its register', async () => {
  const joint = async account => (await (await c.signIn(account)).rows('/registers/sent?limit=100')).find(r => r.agency === '常德市水利局、常德市应急管理局')
  const [lead, other] = await Promise.all([joint('countersign_clerk'), joint('emergency_clerk')])
  assert.deepEqual([lead.is_led_elsewhere, other.is_led_elsewhere, other.number], [false, true, lead.number])
  const { document } = await (await c.signIn('emergency_clerk')).read(`/matters/${other.matter_id}`)
  assert.ok(document.issuers.every(i => i.signer && i.title && i.signed_on <= document.signed_on))
})

test('S10 a real folder lists no accounts', async () => {
  const real = await city({ demo: null })
  const answer = await fetch(real.url + '/api/v1/demo/accounts')
  assert.deepEqual([answer.status, (await answer.json()).rows], [200, []])
  await real.stop()
})

test('G4 what goes wrong and what waits at the office is there to be seen', async () => {
  const clerk = await c.signIn('doc_clerk'), village = await c.signIn('village_clerk')
  for (const list of ['/refusals', '/problems', '/instructions?state=new', '/dispatches'])
    assert.ok((await clerk.rows(list)).length > 0, list)
  for (const account of ['emergency_clerk', 'county_clerk', 'town_clerk', 'countersign_clerk'])
    assert.ok((await (await c.signIn(account)).rows('/problems')).length > 0, account)
  assert.ok((await village.rows('/registers/received')).length > 0, 'what a village signed for is in its register')
})

test('milestones are spread over hours and days, as they would be', async () => {
  const clerk = await c.signIn('doc_clerk')
  const flood = (await clerk.rows('/dispatches?limit=50')).find(d => /强降雨/.test(d.title))
  const rows = await clerk.rows(`/dispatches/${flood.id}/board?limit=100`)
  const moments = key => rows.map(r => r[key]).filter(x => x)
  for (const [key, hours] of [['signed_at', 3], ['registered_at', 3], ['closed_at', 12]]) {
    const at = moments(key)
    assert.ok(at.length > 10, `${key}: ${at.length}`)
    assert.ok(new Set(at.map(x => Math.floor(x / 60e3))).size > Math.min(20, at.length / 2), `${key} in different minutes`)
    assert.ok(Math.max(...at) - Math.min(...at) > hours * 3600e3, key)
  }
  for (const r of rows) {
    const way = ['delivered_at', 'signed_at', 'registered_at', 'proposed_at', 'instructed_at', 'handling_at', 'closed_at'].map(k => r[k]).filter(x => x)
    assert.deepEqual(way, [...way].sort((a, b) => a - b), r.unit.name)
  }
})

test('G4 no list of a story account is empty', async () => {
  for (const { account } of listed.rows) {
    const person = await c.signIn(account)
    for (const box of ['todo', 'done', 'to_read', 'initiated', 'watched']) {
      const rows = await person.rows('/items?box=' + box)
      assert.ok(rows.length > 0, `${account} ${box}`)
    }
  }
})

test('B3 B12 the clerks have letters to sign, and registers of what was sent and received', async () => {
  for (const account of ['doc_clerk', 'countersign_clerk', 'emergency_clerk', 'county_clerk', 'town_clerk', 'village_clerk']) {
    const clerk = await c.signIn(account)
    for (const box of ['to_sign', 'signed']) assert.ok((await clerk.rows('/deliveries?box=' + box)).length > 0, `${account} ${box}`)
  }
  const clerk = await c.signIn('doc_clerk')
  const sent = await clerk.rows('/registers/sent')
  const unit = (await clerk.read('/me')).posts[0].unit.id
  assert.ok(sent.length >= 6)
  assert.ok((await clerk.rows('/registers/received?limit=100&unit=' + unit)).length >= 39, 'the 39 real documents')
  assert.ok((await clerk.rows('/dispatches')).length >= 6)
})

test('X1 the flood notice went to every unit, and nothing happened later than now', async () => {
  const clerk = await c.signIn('doc_clerk')
  const flood = (await clerk.rows('/dispatches')).find(d => d.title.includes('强降雨'))
  const { totals, count } = await clerk.read('/dispatches/' + flood.id)
  assert.equal(count, 348)                            // all but the sender
  assert.ok(totals.signed > 300 && totals.closed > 20 && totals.signed < count)
  for (const account of ['leader', 'town_clerk']) {
    const done = await (await c.signIn(account)).rows('/items?box=done')
    assert.ok(done.every(r => r.arrived_at < Date.now()))
  }
})
