// What came from elsewhere is not given up from inside: a letter, a countersign, an assignment are
// closed, refused where that is allowed, or retracted by the sender; never cancelled (R4, I3, X3).
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from './tongban.mjs'
import { officeOf } from './document_office.mjs'

const c = await city()
const o = await officeOf(c)
const [town, office, secretary, handler, village] = await Promise.all(
  ['town_clerk', 'town_office', 'town_secretary', 'town_handler', 'village_clerk'].map(a => c.signIn(a)))
const unitOf = async client => (await client.read('/me')).posts[0].unit.id
const postOf = async client => (await client.read('/me')).posts[0].id
const [townUnit, villageUnit] = await Promise.all([town, village].map(unitOf))

/** Neither cancelled nor ended, by any verb; it runs on, and the page offers neither. */
async function stays(client, matter) {
  const before = await client.read(`/matters/${matter}`)
  assert.equal(before.can.cancel, false)
  const p = await client.post(`/matters/${matter}/cancel`, { reason: '不办了' })
  assert.ok(p.status === 409 || p.status === 403, JSON.stringify(p.body))
  assert.ok(['matter.received', 'matter.not_initiator'].includes(p.body.code), p.body.code)
  if (before.my_item) {
    assert.ok(!before.my_item.ops.includes('terminate'))
    await client.refused(`/items/${before.my_item.id}/terminate`, { reason: '不办了' }, 409, 'matter.received')
  }
  assert.equal((await client.read(`/matters/${matter}`)).state, 'running')
  return p.body.code
}
async function dispatched() {
  const d = await o.draft({ title: `常德市人民政府关于第${Date.now()}号事项的通知` })
  await o.toNumber(d.matter_id)
  await o.doc_clerk.act(`/documents/${d.document_id}/reserve_number`, { book_id: (await o.book()).id })
  await o.done(o.doc_clerk, d.matter_id)
  const { dispatch_id } = await o.doc_clerk.act(`/documents/${d.document_id}/dispatch`, { main: { unit_ids: [o.post.countersign_clerk.unit.id] }, cc: { unit_ids: [townUnit, villageUnit] }, reason: '镇村同步知晓' })
  return { d, dispatch_id }
}

test('R4 the superior’s letter stays: at a small unit, at a village, before and after a step', async () => {
  const { dispatch_id } = await dispatched()
  const board = async () => o.doc_clerk.rows(`/dispatches/${dispatch_id}/board`)
  for (const [client, unit] of [[town, townUnit], [village, villageUnit]]) {
    const row = (await client.rows(`/deliveries?box=to_sign&unit=${unit}`)).find(r => r.title.includes('号事项'))
    const { matter_id } = await client.act(`/deliveries/${row.id}/sign_for`, {})
    assert.equal(await stays(client, matter_id), 'matter.received')
    const mine = (await board()).find(r => r.unit.id === unit)
    assert.ok(mine.signed_at && !mine.closed_at)
  }
  const row = (await office.rows('/items?box=todo')).find(r => r.title.includes('号事项'))
  await stays(office, row.matter)
})

test('R4 the superior’s document is refused neither by refusing nor by cancelling; the sender retracts it', async () => {
  const { dispatch_id } = await dispatched()
  const row = (await o.doc_clerk.rows(`/dispatches/${dispatch_id}/board`)).find(r => r.unit.id === townUnit)
  await town.refused(`/deliveries/${row.delivery}/refuse`, { code: 'not_ours', text: '不办' }, 409, 'delivery.superior')
  const { matter_id } = await town.act(`/deliveries/${row.delivery}/sign_for`, {})
  await stays(town, matter_id)
})

test('X3 an assignment ends with a result only', async () => {
  const { matter_id } = await town.act('/received', { unit_id: townUnit, issuer: '湖南省水利厅', number: '湘水〔2026〕88号', title: '关于堤防巡查的通知', doc_type: '通知', urgency: 'normal' })
  assert.equal(await stays(town, matter_id), 'matter.received')
  const item = async client => (await client.rows('/items?box=todo')).find(r => r.matter === matter_id)
  await office.act(`/items/${(await item(office)).id}/complete`, { outcome: 'instruct', vars: { leaders: ['post:' + await postOf(secretary)] } })
  await secretary.act(`/items/${(await item(secretary)).id}/complete`, { outcome: 'instruct', opinion: '请水利站办理。' })
  const d = (await office.read(`/matters/${matter_id}`)).delivery
  const made = await office.act(`/matters/${matter_id}/assign`, { instruction_ids: [d.instructions[0].id], lead: 'post:' + await postOf(handler) })
  await stays(handler, made.matter_id)
  await stays(office, made.matter_id) // who assigned began it, and cannot call it off either
})

test('D2 a countersign for another unit is answered, not cancelled', async () => {
  const d = await o.draft({ title: '常德市人民政府关于会签不可撤的通知' })
  await o.done(o.drafter, d.matter_id, { opinion: '请审核' })
  await o.done(o.section_head, d.matter_id, { vars: { countersign_units: ['unit:' + await unitOf(o.countersign_clerk)] } })
  const row = (await o.countersign_clerk.rows('/items?box=todo')).find(r => r.title.includes('会签不可撤'))
  await stays(o.countersign_clerk, row.matter)
  // its own matter the drafter no longer cancels, since others have acted; a fresh one yes
  assert.equal((await o.page(o.drafter, d.matter_id)).can.cancel, false)
  await o.drafter.refused(`/matters/${d.matter_id}/cancel`, { reason: '不发了' }, 409, 'matter.others_acted')
  const fresh = await o.draft({ title: '常德市人民政府关于可以撤件的通知' })
  assert.equal((await o.page(o.drafter, fresh.matter_id)).can.cancel, true)
  await o.drafter.act(`/matters/${fresh.matter_id}/cancel`, { reason: '不发了' })
})
