// Other units countersign in their own matters: their inside stays hidden, one answer comes back,
// several work at once. (B1 B19; OFFICE D2; R8)
import test from 'node:test'
import assert from 'node:assert/strict'
import { city, query } from './tongban.mjs'
import { officeOf } from './document_office.mjs'

const c = await city()
const o = await officeOf(c)
const emergency = { clerk: await c.signIn('emergency_clerk'), head: await c.signIn('emergency_head') }
const water = o.post.countersign_clerk.unit.id
const emergencyUnit = (await emergency.clerk.read('/me')).posts[0].unit.id
const child = async (client, title) => (await client.rows('/items?box=todo')).find(r => r.module === 'countersign' && r.title === title)

test('D2 B19 two units countersign at once; only their answers return', async () => {
  const title = '常德市人民政府关于加强水库安全管理的通知'
  const doc = await o.draft({ title, involved_units: [water, emergencyUnit] })
  const matter = doc.matter_id
  await o.done(o.drafter, matter, { opinion: '请审核' })
  await o.done(o.section_head, matter, { opinion: '送有关单位会签', vars: { countersign_units: ['unit:' + water, 'unit:' + emergencyUnit] } })
  const atWater = await child(o.countersign_clerk, title), atEmergency = await child(emergency.clerk, title)
  assert.ok(atWater && atEmergency, 'both units have it at once')
  const seen = await o.page(o.countersign_clerk, atWater.matter)
  assert.equal(seen.document.title, title)
  assert.equal(seen.document.body.length, 2)
  await o.countersign_clerk.refused(`/documents/${doc.document_id}/save`, { ...o.elements(title), rev: doc.rev }, 404)
  assert.equal((await o.countersign_clerk.get(`/matters/${matter}`)).status, 404)

  await o.countersign_clerk.act(`/items/${atWater.id}/complete`, { opinion: '请防御科研究', vars: { handlers: ['post:' + o.post.countersign_handler.id] } })
  await o.done(o.countersign_handler, atWater.matter, { outcome: 'agree', opinion: '内部意见：第二条责任不清，建议谨慎' })
  await o.done(o.countersign_head, atWater.matter, { outcome: 'comment', opinion: '建议第二条写明水库管理单位的责任。' })
  assert.equal(await o.todo(o.reviewer, matter), undefined, 'the other unit has not answered yet')
  const emergencyPost = (await emergency.head.read('/me')).posts[0].id
  await emergency.clerk.act(`/items/${atEmergency.id}/complete`, { vars: { handlers: ['post:' + emergencyPost] } })
  await o.done(emergency.head, atEmergency.matter, { outcome: 'agree' })
  await o.done(emergency.head, atEmergency.matter, { outcome: 'agree', opinion: '同意。' })

  const p = await o.page(o.reviewer, matter)
  const sheet = JSON.stringify(p.sheet)
  assert.ok(sheet.includes('建议第二条写明水库管理单位的责任'), 'the answer is on the sheet')
  assert.ok(!sheet.includes('内部意见') && !sheet.includes('请防御科研究'), 'nothing of their inside is')
  assert.equal((await o.drafter.get(`/matters/${atWater.matter}`)).status, 404)
  assert.equal((await o.reviewer.get(`/matters/${atWater.matter}`)).status, 404)
  assert.equal((await o.page(o.countersign_clerk, atWater.matter)).state, 'done')
  await o.done(o.reviewer, matter, { opinion: '会签完毕' })
})

test('R8 what touches another unit’s powers does not pass the review without its countersign', async () => {
  const doc = await o.draft({ involved_units: [water] })
  await o.done(o.drafter, doc.matter_id, {})
  await o.done(o.section_head, doc.matter_id, {})
  await o.stopped(o.reviewer, doc.matter_id, {}, 409, 'doc.finding_error')
  const found = await o.reviewer.rows(`/documents/${doc.document_id}/findings`)
  assert.deepEqual(found.filter(f => f.level === 'error').map(f => f.rule), ['R8'])
})

test('D2 a unit that stays silent past its day is recorded as such, never as consent', async () => {
  const title = '常德市人民政府关于加强堤防白蚁防治的通知'
  const doc = await o.draft({ title, involved_units: [water] })
  const m = doc.matter_id
  await o.done(o.drafter, m, {})
  await o.done(o.section_head, m, { vars: { countersign_units: ['unit:' + water] } })
  const inside = await child(o.countersign_clerk, title)
  assert.equal((await o.page(o.drafter, m)).children[0].silence_item, null, 'not yet late')
  const of = query(c, `SELECT id FROM item WHERE child_id = ${inside.matter}`)[0][0]
  await o.drafter.refused(`/items/${of}/no_answer`, {}, 409, 'item.not_late')
  await c.later(21 * 86400e3)
  const again = await Promise.all(['drafter', 'section_head', 'reviewer', 'countersign_clerk'].map(n => c.signIn(n)))
  const [drafter, head, reviewer, clerk] = again
  const page = await o.page(drafter, m)
  assert.equal(page.children[0].silence_item, of)
  assert.equal((await o.page(head, m)).children[0].silence_item, null)
  await head.refused(`/items/${of}/no_answer`, {}, 403, 'item.not_waiting')
  await clerk.refused(`/items/${of}/no_answer`, {}, 404)
  await drafter.act(`/items/${of}/no_answer`)
  await drafter.refused(`/items/${of}/no_answer`, {}, 409, 'item.not_open')
  const after = await o.page(reviewer, m)
  assert.equal(after.children[0].state, 'silent')
  assert.ok(after.sheet.some(s => s.opinions.some(x => x.who === page.children[0].unit && x.text === '逾期未反馈')), 'on the sheet')
  assert.equal((await o.page(clerk, inside.matter)).state, 'void')
  await o.stopped(reviewer, m, {}, 409, 'doc.finding_error') // R8: silence is no consent
})
