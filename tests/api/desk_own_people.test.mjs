// Whom a person may name: only people of the unit whose matter it is, and the leaders of the body
// whose office it is. Another unit's real post is answered as one that does not exist (S30).
import test from 'node:test'
import assert from 'node:assert/strict'
import { bpmn, install } from './module_kit.mjs'
import { city } from './tongban.mjs'
import { officeOf } from './document_office.mjs'

const c = await city()
const o = await officeOf(c)
const [village, townOffice, townHandler, townSecretary, townClerk] = await Promise.all(
  ['village_clerk', 'town_office', 'town_handler', 'town_secretary', 'town_clerk'].map(a => c.signIn(a)))
const me = async client => (await client.read('/me'))
const postOf = async client => (await me(client)).posts[0].id
const [villagePost, townPost] = await Promise.all([village, townHandler].map(postOf))
const villagePerson = (await me(village)).person.id
const villageUnit = (await me(village)).posts[0].unit.id

/** Both real and absent ids must be refused with the same words. */
async function alike(client, at, bodyOf, real, none, code, field) {
  const a = await client.refused(at, bodyOf(real), 400, code)
  const b = await client.refused(at, bodyOf(none), 400, code)
  assert.equal(a.field, field)
  assert.deepEqual([a.code, a.field, a.detail], [b.code, b.field, b.detail])
}
const sees = async (client, matter) => (await client.get(`/matters/${matter}`)).status === 200

test('S30 transfer, added signers and readers are the unit’s own people', async () => {
  const { matter_id } = await o.drafter.act('/matters', { module: 'internal_request', title: '关于本单位内部事项的呈批', form: { content: '请批准' } })
  await o.done(o.drafter, matter_id)
  const item = await o.todo(o.section_head, matter_id)
  for (const other of [villagePost, townPost]) {
    await alike(o.section_head, `/items/${item.id}/transfer`, to => ({ to_post: to, reason: '请办' }), other, '4711', 'item.unknown_person', 'to_post')
    await alike(o.section_head, `/items/${item.id}/add_signer`, to => ({ post_ids: [to], place: 'before' }), other, '4711', 'item.unknown_person', 'post_ids')
    await alike(o.section_head, `/matters/${matter_id}/circulate`, to => ({ post_ids: [to] }), other, '4711', 'reading.other_unit', 'post_ids')
    await alike(o.doc_clerk, `/matters/${matter_id}/circulate`, to => ({ post_ids: [to] }), other, '4711', 'reading.other_unit', 'post_ids')
  }
  // one stranger among own people: nobody is added
  await o.section_head.refused(`/items/${item.id}/add_signer`, { post_ids: [o.post.reviewer.id, villagePost], place: 'before' }, 400, 'item.unknown_person')
  assert.equal(await o.todo(o.reviewer, matter_id), undefined)
  assert.equal(await sees(village, matter_id), false)
})

test('S30 the choices of a step name own people, in every notation', async () => {
  const { matter_id } = await o.drafter.act('/matters', { module: 'internal_request', title: '关于呈批领导的呈批', form: { content: '请批准' } })
  await o.done(o.drafter, matter_id)
  const item = await o.todo(o.section_head, matter_id)
  const at = `/items/${item.id}/complete`
  await alike(o.section_head, at, to => ({ vars: { leaders: ['post:' + to] } }), villagePost, '4711', 'item.unknown_person', 'vars.leaders')
  await alike(o.section_head, at, to => ({ vars: { leaders: ['person:' + to] } }), villagePerson, '4711', 'item.unknown_person', 'vars.leaders')
  await alike(o.section_head, at, to => ({ vars: { leaders: [`pool:${to}:doc_clerk`] } }), villageUnit, '4711', 'item.unknown_person', 'vars.leaders')
  // whole units come in only where the flow is drawn for them
  await alike(o.section_head, at, to => ({ vars: { leaders: ['unit:' + to] } }), villageUnit, '4711', 'item.unknown_person', 'vars.leaders')
  // nor by a variable the step does not ask for, nor inside another value
  await o.section_head.refused(at, { vars: { leaders: ['post:' + o.post.office_head.id], spare: [{ who: 'post:' + villagePost }] } }, 400, 'item.unknown_person')
  // the leader of the body whose office this is stays a legitimate choice
  await o.section_head.act(at, { vars: { leaders: ['post:' + o.post.leader.id] } })
  assert.ok(await o.todo(o.leader, matter_id))
})

test('S30 the picker offers whom the unit may name, and nobody else', async () => {
  const unit = o.post.drafter.unit.id
  const all = await o.drafter.rows(`/people?named_by=${unit}`)
  const ids = all.map(p => p.post)
  assert.equal(new Set(ids).size, ids.length)
  for (const p of ['leader', 'principal', 'reviewer', 'office_head']) assert.ok(ids.includes(o.post[p].id), p)
  assert.ok(all.every(p => p.unit_id === unit || (p.is_leader && p.unit === '常德市人民政府')))
  const page = await o.drafter.read(`/people?named_by=${unit}&limit=1`)
  assert.equal(page.rows.length, 1)
  assert.deepEqual((await o.drafter.rows(`/people?named_by=${unit}&limit=3`)).map(p => p.post), ids)
  assert.deepEqual((await o.drafter.rows(`/people?named_by=${unit}&q=${encodeURIComponent('鲁春生')}`)), [])
  assert.ok((await o.drafter.rows(`/people?named_by=${unit}&q=hql`)).some(p => p.post === o.post.leader.id))
  const town = (await me(townClerk)).posts[0].unit.id
  assert.ok((await townClerk.rows(`/people?named_by=${town}`)).every(p => p.unit_id === town))
})

test('S30 what a form says in words names nobody', async () => {
  const { matter_id } = await o.drafter.act('/matters', { module: 'internal_request', title: '某事', form: { content: 'post:' + villagePost } })
  await o.done(o.drafter, matter_id, {})
  assert.equal((await (await c.signIn('village_clerk')).get('/matters/' + matter_id)).status, 404)
})

test('S30 a form names own people', async () => {
  await install(o.c, 'boss_asked', { name: '请示领导', tier: 'city', start: 'anyone',
    fields: [{ name: 'boss', label: '领导', type: 'post' }, { name: 'note', label: '说明', type: 'text' }] },
  bpmn([['fill', '填写', { assign: 'starter' }], ['ask', '领导', { assign: 'var(boss)' }]], { fill: [['请示', 'ask', 'note != "no"'], ['不请示', 'end']] }))
  const start = form => ['/matters', { module: 'boss_asked', title: '某事', form }]
  for (const form of [{ boss: villagePost }, { boss: o.post.drafter.id, note: 'post:' + villagePost }]) {
    const p = await o.drafter.refused(...start(form), 400, 'item.unknown_person')
    assert.equal(p.field, form.note ? 'form.note' : 'form.boss')
  }
  const { item_id } = await o.drafter.act(...start({ boss: o.post.office_head.id, note: 'yes' }))
  await o.drafter.refused(`/items/${item_id}/complete`, { form: { boss: villagePost } }, 400, 'item.unknown_person')
  await o.drafter.act(`/items/${item_id}/complete`, { vars: { boss: 'post:' + villagePost } }).then(() => assert.fail('named by a choice'), () => null)
})

test('S30 countersigning units are units; a signer is no unit', async () => {
  const d = await o.draft({ title: '常德市人民政府关于会签范围的通知' })
  await o.done(o.drafter, d.matter_id, { opinion: '请审核' })
  const item = await o.todo(o.section_head, d.matter_id)
  await o.section_head.refused(`/items/${item.id}/complete`, { vars: { countersign_units: ['unit:4711'] } }, 400, 'item.unknown_person')
  await o.section_head.act(`/items/${item.id}/complete`, { vars: { countersign_units: ['unit:' + (await me(o.countersign_clerk)).posts[0].unit.id] } })
  assert.deepEqual((await o.page(o.drafter, d.matter_id)).current.map(x => x.kind), ['unit'])
})

test('S30 receiving: leaders, handlers and the lead a leader names', async () => {
  const unit = (await me(townClerk)).posts[0].unit.id
  const { matter_id } = await townClerk.act('/received', { unit_id: unit, issuer: '湖南省水利厅', number: '湘水〔2026〕77号', title: '关于水库巡查的通知', doc_type: '通知', urgency: 'normal' })
  const at = async client => `/items/${(await o.todo(client, matter_id)).id}/complete`
  const office = await at(townOffice)
  await alike(townOffice, office, to => ({ outcome: 'instruct', vars: { leaders: ['post:' + to] } }), o.post.leader.id, '4711', 'item.unknown_person', 'vars.leaders')
  await alike(townOffice, office, to => ({ outcome: 'handle', vars: { handlers: ['post:' + to] } }), villagePost, '4711', 'item.unknown_person', 'vars.handlers')
  await townOffice.act(office, { outcome: 'instruct', vars: { leaders: ['post:' + await postOf(townSecretary)] } })
  await alike(townSecretary, await at(townSecretary), to => ({ outcome: 'instruct', opinion: '请办', vars: { lead: 'post:' + to } }), villagePost, '4711', 'item.unknown_person', 'vars.lead')
  await townSecretary.act(await at(townSecretary), { outcome: 'instruct', opinion: '请水利站牵头。', vars: { lead: 'post:' + townPost } })
  await alike(townOffice, `/matters/${matter_id}/assign`, to => ({ text: '请办', lead: 'post:' + to }), villagePost, '4711', 'assignment.who', 'lead')
  assert.equal(await sees(village, matter_id), false)
})
