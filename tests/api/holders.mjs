// Who holds an open item of a matter, wherever in the city: for flows that leave the unit.
import assert from 'node:assert/strict'
import { query } from './tongban.mjs'

const OPEN = "i.state IN ('ready', 'opened')"

export function holdersOf(c) {
  const clients = {}
  const h = {}
  h.as = async account => (clients[account] ||= await c.signIn(account))
  h.post = account => query(c, `SELECT t.id FROM post t JOIN account a ON a.person_id = t.person_id WHERE a.account = '${account}' ORDER BY t.is_main DESC, t.id`)[0][0]
  h.account = (name, unit) => query(c, `SELECT a.account FROM account a JOIN person p ON p.id = a.person_id JOIN post t ON t.person_id = p.id JOIN unit u ON u.id = t.unit_id WHERE p.name = '${name}' AND u.name = '${unit}'`)[0][0]
  h.head = unit => query(c, `SELECT a.account FROM grant_ g JOIN account a ON a.person_id = g.person_id JOIN unit u ON u.id = g.unit_id WHERE u.name = '${unit}' AND g.role = 7 AND g.is_revoked = 0 ORDER BY g.id`)[0][0]
  /** Accounts of those who hold an open item of it: by post, or as one of a pool. */
  h.of = matter => [...new Set([
    ...query(c, `SELECT a.account FROM item i JOIN post t ON t.id = i.owner_id JOIN account a ON a.person_id = t.person_id WHERE i.matter_id = ${matter} AND ${OPEN} AND i.owner_kind = 0`),
    ...query(c, `SELECT a.account FROM item i JOIN pool o ON o.id = i.owner_id JOIN grant_ g ON g.unit_id = o.unit_id AND g.role = o.role AND g.is_revoked = 0 JOIN account a ON a.person_id = g.person_id WHERE i.matter_id = ${matter} AND ${OPEN} AND i.owner_kind = 1`),
  ].map(r => r[0]))].sort()
  h.item = async (account, matter) => (await (await h.as(account)).read('/matters/' + matter)).my_item
  /** The first holder does the step: "node account". */
  h.step = async (matter, body = {}) => {
    const [account] = h.of(matter)
    assert.ok(account, `somebody holds ${matter}`)
    const who = await h.as(account), item = await h.item(account, matter)
    assert.ok(item, `${account} finds the item on the page`)
    const outcome = item.outcomes.some(o => o.name === '同意') ? '同意' : item.outcomes[0]?.name
    await who.act(`/items/${item.id}/complete`, { opinion: '办理。', ...(outcome ? { outcome } : {}), ...body[item.node] })
    return `${item.node} ${account}`
  }
  /** Until it is closed, or until the step named is open: "node account" in order. */
  h.play = async (matter, { plan = {}, until } = {}) => {
    const seen = []
    for (let i = 0; i < 20; i++) {
      const [[state, node]] = query(c, `SELECT m.state, coalesce((SELECT min(i.node) FROM item i WHERE i.matter_id = m.id AND ${OPEN}), '-') FROM matter m WHERE m.id = ${matter}`)
      if (state !== 'running' || node === until) return { seen, state }
      seen.push(await h.step(matter, plan))
    }
    assert.fail('no end after ' + seen.join(', '))
  }
  return h
}
