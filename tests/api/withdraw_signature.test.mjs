// What is taken back is taken back whole: the signature of a document, a leader's instruction at the
// office, another unit's countersign. (FLOW 5.4; W2; OFFICE D2, R1)
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from './tongban.mjs'
import { officeOf } from './document_office.mjs'

const c = await city()
const o = await officeOf(c)
const takeBack = async (client, matter, reason = '再斟酌') => {
  const item = (await o.page(client, matter)).can.withdraw_item
  assert.ok(item, 'it may be taken back')
  return client.act(`/items/${item}/withdraw`, { reason })
}

test('W2 a withdrawn signature falls: no signer, no date, nothing on the sheet until it is signed again', async () => {
  const doc = await o.draft()
  const matter = doc.matter_id
  await o.toSigned(matter)
  assert.equal((await o.page(o.drafter, matter)).document.state, 'signed')
  await takeBack(o.principal, matter)
  let p = await o.page(o.principal, matter)
  assert.equal(p.document.state, 'draft')
  assert.equal(p.document.signer, null)
  assert.equal(p.document.signed_on, null)
  assert.ok(!p.sheet.some(s => s.name === '签发'))
  assert.equal(await o.todo(o.recheck, matter), undefined)
  await o.done(o.principal, matter, { opinion: '同意发。' })
  p = await o.page(o.drafter, matter)
  assert.equal(p.document.state, 'signed')
  const item = await o.todo(o.recheck, matter)
  await o.recheck.act(`/items/${item.id}/open`, {})
  assert.equal((await o.page(o.principal, matter)).can.withdraw_item, null)
})

test('R1 an instruction taken back leaves the office’s list; one that was transcribed stays', async () => {
  const town = { clerk: o.town_clerk, office: await c.signIn('town_office'), secretary: await c.signIn('town_secretary'), head: await c.signIn('town_head'), handler: await c.signIn('town_handler') }
  const unit = o.post.town_clerk.unit.id
  const postOf = async who => (await who.read('/me')).posts.find(p => p.unit.id === unit).id
  const { matter_id } = await town.clerk.act('/received', { unit_id: unit, issuer: '湖南省人民政府办公厅', number: '湘政办发〔2026〕31号', title: '关于水毁工程修复的通知', doc_type: '通知', urgency: 'normal', signed_on: '2026-03-02', body: '请认真贯彻执行。' })
  await o.done(town.office, matter_id, { outcome: 'instruct', opinion: '呈领导阅示', vars: { leaders: [`post:${await postOf(town.secretary)}`, `post:${await postOf(town.head)}`] } })
  const fresh = async () => (await town.office.rows(`/instructions?unit=${unit}&state=new`)).filter(i => i.matter === matter_id)
  await o.done(town.secretary, matter_id, { outcome: 'instruct', opinion: '请水利站办理。' })
  assert.equal((await fresh()).length, 1)
  await takeBack(town.secretary, matter_id)
  assert.equal((await fresh()).length, 0)
  let p = await o.page(town.clerk, matter_id)
  assert.equal(p.delivery.instructions.length, 0)
  assert.ok(!p.sheet.some(s => s.opinions.some(x => x.text === '请水利站办理。')), 'the words left the sheet')
  await o.done(town.secretary, matter_id, { outcome: 'instruct', opinion: '请应急办办理。' })
  p = await o.page(town.office, matter_id)
  assert.deepEqual(p.delivery.instructions.map(i => i.text), ['请应急办办理。'])
  await town.office.act(`/matters/${matter_id}/assign`, { instruction_ids: [p.delivery.instructions[0].id], lead: `post:${await postOf(town.handler)}` })
  const item = (await o.page(town.secretary, matter_id)).can.withdraw_item
  await town.secretary.refused(`/items/${item}/withdraw`, { reason: '改主意' }, 409, 'instruction.used')
})

test('D2 a countersign taken back is no countersign; the unit answers anew in the same matter', async () => {
  const water = o.post.countersign_clerk.unit.id
  const title = '常德市人民政府关于水库除险加固的通知'
  const doc = await o.draft({ title, involved_units: [water] })
  const matter = doc.matter_id
  await o.done(o.drafter, matter, {})
  await o.done(o.section_head, matter, { vars: { countersign_units: ['unit:' + water] } })
  const child = (await o.countersign_clerk.rows('/items?box=todo')).find(r => r.module === 'countersign' && r.title === title)
  await o.countersign_clerk.act(`/items/${child.id}/complete`, { vars: { handlers: ['post:' + o.post.countersign_handler.id] } })
  await o.done(o.countersign_handler, child.matter, { outcome: 'agree' })
  await o.done(o.countersign_head, child.matter, { outcome: 'agree', opinion: '同意。' })
  assert.ok(await o.todo(o.reviewer, matter))
  await takeBack(o.countersign_head, child.matter, '条文有误')
  assert.equal(await o.todo(o.reviewer, matter), undefined, 'the office waits for the unit again')
  let p = await o.page(o.section_head, matter)
  assert.ok(!p.sheet.some(s => s.name === '会签意见'))
  assert.deepEqual(p.current.map(x => x.node), ['countersign'])
  assert.equal((await o.page(o.countersign_clerk, child.matter)).state, 'running')
  assert.equal((await o.countersign_clerk.rows('/items?box=todo')).filter(r => r.title === title).length, 0)
  await o.done(o.countersign_head, child.matter, { outcome: 'comment', opinion: '建议明确责任单位。' })
  p = await o.page(o.reviewer, matter)
  assert.deepEqual(p.sheet.find(s => s.name === '会签意见').opinions.map(x => x.text), ['建议明确责任单位。'])
  const item = await o.todo(o.reviewer, matter)
  await o.reviewer.act(`/items/${item.id}/open`, {})
  const again = (await o.page(o.countersign_head, child.matter)).can.withdraw_item
  await o.countersign_head.refused(`/items/${again}/withdraw`, { reason: '再改' }, 409, 'flow.already_opened')
})
