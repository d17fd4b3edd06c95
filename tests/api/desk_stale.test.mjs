// A page that is stale does not act: the act names the revision it was read at and learns what has
// changed; and the page offers only what the program would accept (FLOW 5; B4 of the page).
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from './tongban.mjs'
import { officeOf } from './document_office.mjs'

const c = await city()
const o = await officeOf(c)
let n = 0
const start = async () => (await o.drafter.act('/matters', { module: 'internal_request', title: `关于第${++n}次修订的呈批`, form: { content: '请批准' } })).matter_id
const mine = async (client, m) => (await client.read(`/matters/${m}`)).my_item

test('send back, transfer, add signer, terminate: a stale revision is refused and told what changed', async () => {
  const m = await start()
  await o.done(o.drafter, m)
  const old = await mine(o.section_head, m)
  await o.drafter.act(`/matters/${m}/urge`, {}) // something happened to it meanwhile
  const at = `/items/${old.id}`
  for (const [verb, body] of [['send_back', { to: 'draft', reason: '退' }], ['transfer', { to_post: o.post.reviewer.id, reason: '转' }],
    ['add_signer', { post_ids: [o.post.reviewer.id], place: 'before' }], ['terminate', { reason: '不同意' }], ['complete', {}]]) {
    const p = await o.section_head.refused(`${at}/${verb}`, { ...body, rev: old.rev }, 409, 'item.stale')
    assert.equal(p.field, 'rev')
    assert.match(p.detail, /温晓川 催办/, verb)
  }
  const en = await c.signIn('section_head', undefined, { lang: 'en' })
  assert.match((await en.refused(`${at}/transfer`, { to_post: o.post.reviewer.id, reason: 'x', rev: old.rev }, 409, 'item.stale')).detail, /温晓川 Urge/)
  const fresh = await mine(o.section_head, m)
  assert.ok(fresh.rev > old.rev)
  await o.section_head.act(`${at}/transfer`, { to_post: o.post.reviewer.id, reason: '转办', rev: fresh.rev })
  // gone: told by whom and what
  const gone = await o.section_head.refused(`${at}/complete`, {}, 409, 'item.not_open')
  assert.match(gone.detail, /转办|Hand one item/)
})

test('withdraw names the revision of the item that was finished', async () => {
  const m = await start()
  await o.done(o.drafter, m)
  const can = (await o.drafter.read(`/matters/${m}`)).can
  assert.ok(can.withdraw_item && can.withdraw_rev > 0)
  await o.drafter.refused(`/items/${can.withdraw_item}/withdraw`, { reason: '改', rev: can.withdraw_rev + 1 }, 409, 'item.stale')
  await o.drafter.act(`/items/${can.withdraw_item}/withdraw`, { reason: '改', rev: can.withdraw_rev })
})

test('what changed does not name a leader to those outside the office', async () => {
  const m = await start()
  await o.done(o.drafter, m)
  await o.done(o.section_head, m, { vars: { leaders: ['post:' + o.post.leader.id, 'post:' + o.post.principal.id] } })
  const item = await mine(o.leader, m)
  await o.leader.act(`/items/${item.id}/complete`, { outcome: 'agree', opinion: '同意。' })
  const again = await o.leader.refused(`/items/${item.id}/complete`, { outcome: 'agree' }, 409, 'item.not_open')
  assert.match(again.detail, /贺青林 办理/, 'the own act')
  const his = await o.principal.refused(`/items/${(await mine(o.principal, m)).id}/complete`, { outcome: 'agree', rev: 9999 }, 409, 'item.stale')
  assert.doesNotMatch(his.detail, /贺青林/)
  assert.match(his.detail, /办理/)
})

test('B4 the page offers what the program would accept', async () => {
  const m = await start()
  const first = await o.drafter.read(`/matters/${m}`)
  assert.ok(!first.my_item.ops.includes('send_back'), 'nowhere to send back to')
  await o.drafter.refused(`/items/${first.my_item.id}/send_back`, { to: 'section', reason: '退' }, 409)
  assert.deepEqual([first.can.cancel, first.can.withdraw_item, first.can.urge, first.can.attach], [true, null, false, true])
  await o.done(o.drafter, m)
  const later = await o.drafter.read(`/matters/${m}`)
  assert.deepEqual([later.can.cancel, !!later.can.withdraw_item, later.can.urge, later.can.attach], [true, true, true, false])
  await o.drafter.refused(`/matters/${m}/attachments`, { upload_id: '1' }, 404)
  const head = await o.section_head.read(`/matters/${m}`)
  assert.ok(head.my_item.ops.includes('send_back'))
  assert.deepEqual([head.can.cancel, head.can.urge, head.can.attach], [false, false, true])
  await o.section_head.act(`/items/${head.my_item.id}/open`, {})
  const opened = await o.drafter.read(`/matters/${m}`)
  assert.deepEqual([opened.can.cancel, opened.can.withdraw_item], [false, null])
  await o.drafter.refused(`/matters/${m}/cancel`, { reason: '不办了' }, 409, 'matter.others_acted')
  // every verb the page names is accepted with good input; one it does not name is refused
  const done = await o.drafter.read(`/matters/${m}`)
  assert.equal(done.my_item, null)
})
