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

test('S10 a real folder lists no accounts', async () => {
  const real = await city({ demo: null })
  const answer = await fetch(real.url + '/api/v1/demo/accounts')
  assert.equal(answer.status, 404)
  await real.stop()
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
