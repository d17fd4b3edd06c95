// People at work while something breaks: each makes groups of units, one after another, and remembers
// what was acknowledged. Afterwards: nothing acknowledged is lost, what was asked again happened once.

import assert from 'node:assert/strict'
import { newKey, run } from '../api/tongban.mjs'

export class Load {
  constructor(client, unitId) {
    this.client = client
    this.unitId = unitId
    this.batch = newKey().slice(0, 6)
    this.asked = []  // every request: { name, key, id once acknowledged }
    this.going = true
  }
  // In a city of its founder: with one unit.
  static async of(client) {
    const tree = await client.read('/units/tree')
    const column = name => tree.fields.indexOf(name)
    const unit = tree.rows.find(r => r[column('kind')] === 'unit')
    if (unit) return new Load(client, unit[column('id')])
    const made = await client.act('/units', { name: '市档案馆', parent_id: tree.rows[0][column('id')], kind: 'unit', level: 'city' })
    return new Load(client, made.id)
  }
  ask(one) {
    return this.client.post('/groups', { name: one.name, unit_ids: [this.unitId] }, { key: one.key })
  }
  // Until stopped or the connection is gone. Answers that are refusals are counted, not kept.
  async person(n) {
    while (this.going) {
      const one = { name: `组 ${this.batch}-${n}-${this.asked.length}`, key: newKey(), id: null }
      this.asked.push(one)
      let r
      try { r = await this.ask(one) } catch { return }
      if (r.status === 201) one.id = r.body.id
      else one.status = r.status
    }
  }
  start(people = 8) {
    this.people = Array.from({ length: people }, (_, n) => this.person(n))
    return this
  }
  async stop() {
    this.going = false
    await Promise.all(this.people)
  }
  get acknowledged() { return this.asked.filter(o => o.id) }

  // What was acknowledged and is not there.
  async lost() {
    const lost = []
    for (const o of this.acknowledged) {
      const r = await this.client.get(`/groups/${o.id}`)
      if (r.status !== 200 || r.body.name !== o.name) lost.push(o)
    }
    return lost
  }
  // Against a program that runs again, with the same login. What is asked again is answered with what
  // was made the first time; what had not happened happens now.
  async check() {
    const lost = await this.lost()
    assert.deepEqual(lost, [], `${lost.length} of ${this.acknowledged.length} acknowledged were lost`)
    const ids = new Set()
    for (const o of this.asked) {
      const again = await this.ask(o)
      assert.equal(again.status, 201, JSON.stringify(again.body))
      if (o.id) assert.equal(again.body.id, o.id, 'a repeated request was done again')
      ids.add(again.body.id)
    }
    assert.equal(ids.size, this.asked.length)
  }
}

export function verified(dir) {
  const r = run(['verify', '--data', dir])
  assert.equal(r.code, 0, r.out + r.err)
}
