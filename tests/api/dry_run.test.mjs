// Before a confirmation the program says whose work falls and who gets it, by name, and changes
// nothing; signers are added before, after and beside, and taken out by who brought them in.
// (FLOW 5 common, 5.1, 5.4, 5.5; A13; OFFICE P8)
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from './tongban.mjs'
import { officeOf } from './document_office.mjs'

const c = await city()
const o = await officeOf(c)
const name = async who => (await who.read('/me')).person.name
const nameOf = Object.fromEntries(await Promise.all(['drafter', 'section_head', 'reviewer', 'office_head', 'principal', 'recheck', 'leader'].map(async x => [x, await name(o[x])])))
const impact = (who, item, op, more = {}) => who.read(`/items/${item}/impact?` + new URLSearchParams({ op, ...more }))
const told = rows => rows.map(r => [r.change, r.step, r.who, r.was])
const trace = async (who, matter) => (await who.rows(`/matters/${matter}/trace`)).length

test('FLOW 5.1 the dry run of a return names whose work falls and to whom it goes; the act then does that', async () => {
  const doc = await o.draft()
  const matter = doc.matter_id
  await o.toSigned(matter)
  const item = await o.todo(o.recheck, matter)
  await o.recheck.act(`/items/${item.id}/open`, {})
  const before = await trace(o.recheck, matter)
  const r = await impact(o.recheck, item.id, 'send_back', { to: 'office', way: 'rewind' })
  assert.equal(await trace(o.recheck, matter), before, 'nothing was done')
  assert.ok(await o.todo(o.recheck, matter))
  const fallen = r.rows.filter(x => x.change === 'void')
  assert.deepEqual(fallen.map(x => [x.step, x.who, x.was]), [
    ['办公室主任审核', nameOf.office_head, 'done'],
    ['主要领导签发', nameOf.principal, 'done'], ['复核', '核稿', 'todo']])
  assert.deepEqual(r.rows.filter(x => x.change === 'open').map(x => [x.step, x.who]), [['办公室主任审核', nameOf.office_head]])
  assert.deepEqual(r.notes, [`${nameOf.principal}的签发将失效，须重新签发。`])
  assert.equal(r.ends, '')
  await o.recheck.act(`/items/${item.id}/send_back`, { to: 'office', way: 'rewind', reason: '请核实' })
  assert.deepEqual((await o.page(o.drafter, matter)).current.map(x => x.node), ['office'])
})

test('FLOW 5.2 a return for rework undoes nobody', async () => {
  const doc = await o.draft()
  await o.toOffice(doc.matter_id)
  const item = await o.todo(o.office_head, doc.matter_id)
  const r = await impact(o.office_head, item.id, 'send_back', { to: 'draft', way: 'rework' })
  assert.deepEqual(told(r.rows), [['suspend', '办公室主任审核', nameOf.office_head, 'todo'], ['open', '拟稿', nameOf.drafter, '']])
  const gone = await o.office_head.get(`/items/${item.id}/impact?op=send_back&to=dispatch`)
  assert.equal(gone.status, 409)
  assert.equal((await o.office_head.get(`/items/${item.id}/impact?op=send_back`)).body.code, 'input.required')
})

test('FLOW 5.4 the dry run of a withdrawal and of a cancel, refused as the act would be', async () => {
  const doc = await o.draft()
  const matter = doc.matter_id
  await o.done(o.drafter, matter, {})
  const mine = (await o.page(o.drafter, matter)).can.withdraw_item
  const r = await impact(o.drafter, mine, 'withdraw')
  assert.deepEqual(told(r.rows), [['void', '拟稿', nameOf.drafter, 'done'], ['void', '科室负责人审核', nameOf.section_head, 'todo'], ['open', '拟稿', nameOf.drafter, '']])
  const all = await o.drafter.read(`/matters/${matter}/impact?op=cancel`)
  assert.equal(all.ends, 'void')
  assert.deepEqual(told(all.rows), [['void', '科室负责人审核', nameOf.section_head, 'todo']])
  const item = await o.todo(o.section_head, matter)
  await o.section_head.act(`/items/${item.id}/open`, {})
  assert.equal((await o.drafter.get(`/items/${mine}/impact?op=withdraw`)).body.code, 'flow.already_opened')
  assert.equal((await o.drafter.get(`/matters/${matter}/impact?op=cancel`)).body.code, 'matter.others_acted')
  assert.equal((await o.section_head.get(`/matters/${matter}/impact?op=cancel`)).status, 403)
})

test('P8 a leader who holds it now is named to the office, not to others', async () => {
  const doc = await o.draft()
  const matter = doc.matter_id
  await o.toOffice(matter)
  const item = await o.todo(o.reviewer, matter)
  assert.equal(item, undefined)
  const mine = (await o.page(o.reviewer, matter)).can.withdraw_item
  const r = await impact(o.reviewer, mine, 'withdraw')
  const held = r.rows.find(x => x.step === '办公室主任审核')
  assert.deepEqual([held.shielded, held.who, held.title], [true, null, null])
  await o.done(o.office_head, matter, { outcome: 'to_signer', vars: o.signer() })
  const last = (await o.page(o.office_head, matter)).can.withdraw_item
  const seen = await impact(o.office_head, last, 'withdraw')
  assert.ok(seen.rows.some(x => x.who === nameOf.principal && x.was === 'todo'))
})

test('FLOW 5.5 signers before, after and beside; taken out by who added them, also before their turn', async () => {
  const doc = await o.draft()
  const matter = doc.matter_id
  await o.done(o.drafter, matter, {})
  const item = await o.todo(o.section_head, matter)
  const at = `/items/${item.id}`
  const wouldBe = await impact(o.section_head, item.id, 'add_signer', { post_ids: o.post.reviewer.id, place: 'before' })
  assert.deepEqual(told(wouldBe.rows), [['suspend', '科室负责人审核', nameOf.section_head, 'todo'], ['open', '科室负责人审核', nameOf.reviewer, '']])

  await o.section_head.act(at + '/add_signer', { post_ids: [o.post.drafter.id], place: 'after', role: 'advise' })
  await o.section_head.act(at + '/add_signer', { post_ids: [o.post.recheck.id], place: 'parallel', role: 'advise' })
  let p = await o.page(o.section_head, matter)
  const signer = who => p.my_item.signers.find(s => s.who === who)
  assert.deepEqual(p.my_item.signers.map(s => [s.who, s.state, s.may_remove]).sort(), [[nameOf.drafter, 'waiting', true], [nameOf.recheck, 'todo', true]].sort())
  const seen = await o.page(o.recheck, matter)
  assert.ok(seen.my_item.signers.every(s => !s.may_remove), 'who was added takes nobody out')
  await o.recheck.refused(`/items/${seen.my_item.id}/remove_signer`, { other_leaf: signer(nameOf.drafter).leaf }, 403, 'flow.not_your_signer')

  const gone = await impact(o.section_head, item.id, 'remove_signer', { other_leaf: String(signer(nameOf.recheck).leaf) })
  assert.deepEqual(told(gone.rows), [['void', '科室负责人审核', nameOf.recheck, 'todo']])
  await o.section_head.refused(at + '/remove_signer', {}, 400, 'input.required')
  await o.section_head.act(at + '/remove_signer', { other_leaf: signer(nameOf.recheck).leaf })
  assert.equal(await o.todo(o.recheck, matter), undefined)
  await o.section_head.act(at + '/remove_signer', { other_leaf: signer(nameOf.drafter).leaf })
  p = await o.page(o.section_head, matter)
  assert.deepEqual(p.my_item.signers, [])

  await o.section_head.act(at + '/add_signer', { post_ids: [o.post.reviewer.id], place: 'before' })
  p = await o.page(o.section_head, matter)
  assert.equal(p.my_item, null)
  assert.deepEqual(p.waiting.map(x => [x.id, x.signers.map(s => s.who)]), [[item.id, [nameOf.reviewer]]])
  await o.section_head.act(at + '/remove_signer', { other_leaf: p.waiting[0].signers[0].leaf })
  assert.ok(await o.todo(o.section_head, matter), 'with the signer before gone it is my turn again')
})

test('FLOW 5.11 the dry run of urging names who would hear of it and who is left out; the act then does that', async () => {
  const [a, b] = [await o.draft(), await o.draft()]
  const told = who => who.read(`/matters/${a.matter_id}/impact?op=urge`)
  assert.equal((await o.drafter.get(`/matters/${a.matter_id}/impact?op=urge`)).body.code, 'urge.own')
  for (const d of [a, b]) await o.done(o.drafter, d.matter_id, {})
  const before = await trace(o.drafter, a.matter_id)
  const r = await told(o.drafter)
  assert.deepEqual(r.rows.map(x => [x.change, x.step, x.who, x.was, x.shielded]), [['urge', '科室负责人审核', nameOf.section_head, 'todo', false]])
  assert.deepEqual([r.notes, r.ends, r.services], [[], '', []])
  assert.equal(await trace(o.drafter, a.matter_id), before, 'nothing was done')
  assert.equal((await o.todo(o.section_head, a.matter_id)).urges, 0)
  await o.drafter.act(`/matters/${a.matter_id}/urge`, {})
  const again = await o.drafter.get(`/matters/${a.matter_id}/impact?op=urge`)
  assert.deepEqual([again.status, again.body.code], [409, 'urge.too_soon'])
  // several at once: who is left out is told with the title, whatever is not there without
  const many = await o.drafter.read(`/items/urge-impact?ids=${a.matter_id},${b.matter_id},12345`)
  assert.deepEqual(many.rows.map(x => [x.change, x.who]), [['urge', nameOf.section_head]])
  assert.equal(many.notes.length, 2)
  assert.ok(many.notes[0].startsWith(`《${(await o.page(o.drafter, a.matter_id)).title}》：`), many.notes[0])
  const { results } = await o.drafter.act('/items/urge', { ids: [a.matter_id, b.matter_id, '12345'] })
  assert.deepEqual(results.map(x => x.ok), [false, true, false])
  const stranger = await o.town_clerk.get(`/matters/${b.matter_id}/impact?op=urge`), none = await o.town_clerk.get('/matters/999/impact?op=urge')
  assert.deepEqual([stranger.status, stranger.body.code, stranger.body.detail], [404, none.body.code, none.body.detail])
  const hidden = await o.town_clerk.read(`/items/urge-impact?ids=${b.matter_id}`)
  assert.deepEqual([hidden.rows, hidden.notes], [[], [none.body.detail]])
})

test('P8 the dry run of urging a leader names who presents it, to those who may know', async () => {
  const d = await o.draft()
  await o.toOffice(d.matter_id)
  await o.done(o.office_head, d.matter_id, { outcome: 'to_signer', vars: o.signer() })
  const mine = await o.office_head.read(`/matters/${d.matter_id}/impact?op=urge`)
  assert.deepEqual(mine.rows.map(x => [x.change, x.shielded]), [['present', false]])
  assert.ok(mine.rows[0].who && mine.rows[0].who !== nameOf.principal, 'the secretary or the office, never the leader')
  const theirs = await o.drafter.read(`/matters/${d.matter_id}/impact?op=urge`)
  assert.deepEqual(theirs.rows.map(x => [x.change, x.shielded, x.who, x.title]), [['present', true, null, null]])
})

test('S25 another unit’s item and matter are answered as if they did not exist', async () => {
  const doc = await o.draft()
  const item = await o.todo(o.drafter, doc.matter_id)
  const none = await o.town_clerk.get('/items/999/impact?op=complete')
  for (const path of [`/items/${item.id}/impact?op=complete`, `/items/${item.id}/impact?op=send_back&to=draft`, `/matters/${doc.matter_id}/impact?op=cancel`]) {
    const r = await o.town_clerk.get(path)
    assert.equal(r.status, 404, path)
    assert.deepEqual([r.body.code, r.body.detail], [none.body.code, none.body.detail])
  }
  await o.town_clerk.refused(`/items/${item.id}/remove_signer`, { other_leaf: 1 }, 404)
})
