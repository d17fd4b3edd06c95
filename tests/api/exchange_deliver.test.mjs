// From unit to unit, without the drafting of a document: a referral (转办单) of a received letter goes
// to several units. Cover before signing, milestones by direction, refusing within R4, problems,
// feedback, taking back in two stages (CAPABILITIES B3 B4 X1 X8, OFFICE R3 R4 R5 D8).
import test from 'node:test'
import assert from 'node:assert/strict'
import { city, run } from './tongban.mjs'

const c = await city()
const sender = await c.signIn('doc_clerk')
const senderHead = await c.signIn('office_head')
const town = await c.signIn('town_clerk')
const townOffice = await c.signIn('town_office')
const townSecretary = await c.signIn('town_secretary')
const village = await c.signIn('village_clerk')
const county = await c.signIn('county_clerk')
const bureau = await c.signIn('countersign_clerk')

const unitOf = async who => (await who.read('/me')).posts[0].unit.id
const ids = {
  sender: await unitOf(sender), town: await unitOf(town), village: await unitOf(village),
  county: await unitOf(county), bureau: await unitOf(bureau),
}
const hidden = async (who, at) => assert.equal((await who.get(at)).status, 404, at)
const toSign = async who => (await who.read('/me/counters')).to_sign
const box = (who, name) => who.rows(`/deliveries?box=${name}`)
const step = async (who, matter, body) => {
  const m = await who.read(`/matters/${matter}`)
  assert.ok(m.my_item, 'an open item at ' + matter)
  return who.act(`/items/${m.my_item.id}/complete`, { rev: m.my_item.rev, ...body })
}
let number = 0
/** A letter from outside, referred to these units by `who` of unit `from`. */
const refer = async (who, from, units, more = {}) => {
  const got = await who.act('/received', { unit_id: from, issuer: '湖南省人民政府', number: `湘政发〔2026〕${++number}号`, title: `关于第${number}项工作的通知`, body: '正文。' })
  const made = await who.act(`/matters/${got.matter_id}/assign`, { text: '请按要求办理并反馈。', lead: `unit:${units[0]}`, assist: units.slice(1).map(u => `unit:${u}`), ...more })
  return { ...made, matter_id: got.matter_id, title: `关于第${number}项工作的通知` }
}
const deliveryOf = async (who, title) => (await box(who, 'to_sign')).find(d => d.title === title)

test('B3 X1 the cover before signing, the text after; each milestone on the sender’s board', async () => {
  const before = await toSign(town)
  const r = await refer(sender, ids.sender, [ids.town, ids.village, ids.county])
  assert.equal(await toSign(town), before + 1)
  const d = await deliveryOf(town, r.title)
  assert.ok(d)
  const cover = await town.read(`/deliveries/${d.id}`)
  assert.equal(cover.document, null)
  assert.equal(cover.title, r.title)
  const board = () => sender.rows(`/dispatches/${r.dispatch_id}/board`)
  assert.deepEqual((await board()).map(x => x.state), ['delivered', 'delivered', 'delivered'])
  assert.equal((await sender.rows(`/dispatches/${r.dispatch_id}/unsigned`)).length, 3)
  assert.ok((await sender.rows(`/dispatches/${r.dispatch_id}/unsigned`))[0].clerks[0].phone)

  const { matter_id } = await town.act(`/deliveries/${d.id}/sign_for`, {})
  assert.equal(await toSign(town), before)
  assert.equal((await town.read(`/deliveries/${d.id}`)).document.transcript, '请按要求办理并反馈。')
  await town.refused(`/deliveries/${d.id}/sign_for`, {}, 409, 'delivery.signed_already')
  const row = async () => (await board()).find(x => x.unit.id === ids.town)
  assert.ok((await row()).signed_at && (await row()).registered_at)      // a small unit: one step
  assert.equal((await row()).sees_all, true)

  // X1: the inside stays inside, also against real ids
  const secret = '此件涉及我镇困难，先缓一缓。'
  await step(townOffice, matter_id, { outcome: 'instruct', opinion: secret, vars: { leaders: [`post:${(await townSecretary.read('/me')).posts.find(p => p.unit.id === ids.town).id}`] } })
  await step(townSecretary, matter_id, { outcome: 'instruct', opinion: secret })
  assert.ok((await row()).proposed_at && (await row()).instructed_at)
  for (const at of [`/matters/${matter_id}`, `/matters/${matter_id}/trace`, `/matters/${matter_id}/diagram`, `/deliveries/${d.id}`])
    await hidden(sender, at)
  for (const at of [`/dispatches/${r.dispatch_id}`, `/dispatches/${r.dispatch_id}/board`, `/dispatches/${r.dispatch_id}/feedback`, `/matters/${r.matter_id}`])
    assert.ok(!JSON.stringify(await sender.read(at)).includes(secret), at)

  // and the board is the sender's alone
  for (const at of [`/dispatches/${r.dispatch_id}`, `/dispatches/${r.dispatch_id}/board`, `/dispatches/${r.dispatch_id}/unsigned`])
    await hidden(town, at)
  await hidden(county, `/deliveries/${d.id}`)
  await county.refused(`/deliveries/${d.id}/sign_for`, {}, 404)
  await county.refused(`/deliveries/${d.id}/feedback`, { text: 'x' }, 404)

  const totals = (await sender.read(`/dispatches/${r.dispatch_id}`)).totals
  assert.deepEqual({ ...totals }, { delivered: 3, signed: 1, registered: 1, proposed: 1, instructed: 1, handling: 0, closed: 0, refused: 0, retracted: 0 })
})

test('B3 two who sign at once: one signs, one is told', async () => {
  const r = await refer(sender, ids.sender, [ids.town])
  const d = await deliveryOf(town, r.title)
  const got = await Promise.all([town, townOffice, town, townOffice].map(who => who.post(`/deliveries/${d.id}/sign_for`)))
  assert.deepEqual(got.map(g => g.status).sort(), [200, 409, 409, 409])
  assert.equal((await sender.read(`/dispatches/${r.dispatch_id}`)).totals.signed, 1)
})

test('R5 a village only signs and feeds back; the lead’s feedback settles the assignment', async () => {
  const r = await refer(sender, ids.sender, [ids.village])
  const d = await deliveryOf(village, r.title)
  const { matter_id } = await village.act(`/deliveries/${d.id}/sign_for`, {})
  await step(village, matter_id, { opinion: '已入户走访 32 户。' })
  const rows = await sender.rows(`/dispatches/${r.dispatch_id}/feedback`)
  assert.equal(rows[0].text, '已入户走访 32 户。')
  const row = (await sender.rows(`/dispatches/${r.dispatch_id}/board`))[0]
  assert.ok(row.closed_at)
  assert.equal(row.feedback, 1)
  const m = await sender.read(`/matters/${r.matter_id}`)
  assert.equal(m.delivery.assignments[0].result, '已入户走访 32 户。')
  assert.ok(m.delivery.assignments[0].done_at)
})

test('R4 a superior’s letter is not refused; problems are reported and settled', async () => {
  const r = await refer(sender, ids.sender, [ids.county])
  const d = await deliveryOf(county, r.title)
  assert.equal((await county.read(`/deliveries/${d.id}`)).may_refuse, false)
  await county.refused(`/deliveries/${d.id}/refuse`, { code: 'not_ours', text: '不属我单位职权' }, 409, 'delivery.superior')
  await county.refused(`/deliveries/${d.id}/report_problem`, { code: 'ugly' }, 400, 'delivery.problem_code')
  await county.act(`/deliveries/${d.id}/report_problem`, { code: 'misdirected', text: '应发水利局' })
  const p = (await sender.rows('/problems')).find(x => x.delivery === d.id)
  assert.equal(p.reason, '误投')
  await county.refused(`/problems/${p.id}/settle`, { answer: 'x' }, 404)
  await sender.act(`/problems/${p.id}/settle`, { answer: '已改送市水利局。' })
  await sender.refused(`/problems/${p.id}/settle`, { answer: 'x' }, 409, 'problem.settled')
})

test('R3 R4 an upward letter: refused with a coded reason, acknowledged; few milestones shown', async () => {
  const r = await refer(town, ids.town, [ids.sender])
  const d = await deliveryOf(sender, r.title)
  assert.equal((await sender.read(`/deliveries/${d.id}`)).may_refuse, true)
  await sender.refused(`/deliveries/${d.id}/refuse`, { code: 'because', text: 'x' }, 400, 'delivery.refuse_code')
  await sender.act(`/deliveries/${d.id}/refuse`, { code: 'level_skipped', text: '请先报津市市人民政府。' })
  await sender.refused(`/deliveries/${d.id}/sign_for`, {}, 409, 'delivery.refused')
  const list = await town.read('/refusals')
  const one = list.rows.find(x => x.delivery === d.id)
  assert.equal(one.reason, '越级行文')
  assert.equal(list.counts.find(x => x.code === 'level_skipped').n, 1)
  await sender.refused(`/refusals/${one.id}/acknowledge`, {}, 404)
  await town.act(`/refusals/${one.id}/acknowledge`, {})
  await town.refused(`/refusals/${one.id}/acknowledge`, {}, 409, 'refusal.acknowledged')

  // 重发, approved by the office head; then the city proposes and instructs unseen by the town
  await town.refused(`/deliveries/${d.id}/resend`, { reason: '已补报' }, 403, 'dispatch.approval')
  await townOffice.act(`/deliveries/${d.id}/resend`, { reason: '已补报' })
  const { matter_id } = await sender.act(`/deliveries/${d.id}/sign_for`, {})
  await step(sender, matter_id, {})
  await step(sender, matter_id, { outcome: 'accept' })
  const leader = await c.signIn('leader')
  const post = (await leader.read('/me')).posts[0].id
  await step(senderHead, matter_id, { outcome: 'instruct', opinion: '拟请贺青林同志阅示。', vars: { leaders: [`post:${post}`] } })
  await step(leader, matter_id, { outcome: 'instruct', opinion: '同意。' })
  const row = (await town.rows(`/dispatches/${r.dispatch_id}/board`))[0]
  assert.ok(row.registered_at)
  assert.equal(row.sees_all, false)
  assert.equal(row.proposed_at, null)
  assert.equal(row.instructed_at, null)
  const totals = (await town.read(`/dispatches/${r.dispatch_id}`)).totals
  assert.equal(totals.instructed, undefined)                    // no such column for the town
  assert.equal(totals.refused, 0)
})

test('W5 R4 after signing, the initial check sends an upward letter back with its reason', async () => {
  const r = await refer(town, ids.town, [ids.sender])
  const d = await deliveryOf(sender, r.title)
  const { matter_id } = await sender.act(`/deliveries/${d.id}/sign_for`, {})
  await step(sender, matter_id, {})
  const at = await sender.read(`/matters/${matter_id}`)
  const complete = `/items/${at.my_item.id}/complete`
  await sender.refused(complete, { outcome: 'refuse', opinion: '一文多事，请分别行文。', vars: { refuse_code: 'whim' } }, 400, 'delivery.refuse_code')
  await sender.refused(complete, { outcome: 'refuse', vars: { refuse_code: 'many_matters' } }, 400, 'delivery.refuse_text')
  await sender.act(complete, { outcome: 'refuse', opinion: '一文多事，请分别行文。', vars: { refuse_code: 'many_matters' } })
  assert.equal((await sender.read(`/matters/${matter_id}`)).state, 'done')
  const row = (await town.rows(`/dispatches/${r.dispatch_id}/board`))[0]
  assert.equal(row.state, 'refused')
  assert.ok(row.registered_at)
  assert.equal((await town.read('/refusals')).rows[0].text, '一文多事，请分别行文。')

  // a superior's letter passes the same check no more than the first one
  const down = await refer(sender, ids.sender, [ids.county])
  const k = await deliveryOf(county, down.title)
  const got = await county.act(`/deliveries/${k.id}/sign_for`, {})
  await step(county, got.matter_id, {})
  const there = await county.read(`/matters/${got.matter_id}`)
  await county.refused(`/items/${there.my_item.id}/complete`, { outcome: 'refuse', opinion: '不属我单位', vars: { refuse_code: 'not_ours' } }, 409, 'delivery.superior')
})

test('B4 a sender who asks for an answer gets one before the letter is closed', async () => {
  const r = await refer(sender, ids.sender, [ids.town])
  const d = await deliveryOf(town, r.title)
  const { matter_id } = await town.act(`/deliveries/${d.id}/sign_for`, {})
  await step(townOffice, matter_id, { outcome: 'read' })
  await step(town, matter_id, {})
  const at = await town.read(`/matters/${matter_id}`)
  await town.refused(`/items/${at.my_item.id}/complete`, { outcome: 'close' }, 409, 'receiving.feedback_due')
  await town.refused(`/items/${at.my_item.id}/complete`, { outcome: 'reply' }, 400, 'receiving.reply_empty')
  await step(town, matter_id, { outcome: 'reply', opinion: '已按要求落实。' })
  assert.equal((await sender.rows(`/dispatches/${r.dispatch_id}/feedback`))[0].kind, 'reply')
  assert.equal((await sender.rows(`/dispatches/${r.dispatch_id}/board`))[0].state, 'registered')
  // taken back, it is not closed any more
  const done = await town.read(`/matters/${matter_id}`)
  await town.act(`/items/${done.can.withdraw_item}/withdraw`, { reason: '补充内容' })
  assert.equal((await sender.rows(`/dispatches/${r.dispatch_id}/board`))[0].closed_at, null)
  assert.equal((await sender.read(`/dispatches/${r.dispatch_id}`)).totals.closed, 0)
})

test('X8 taking back in two stages: silent before signing, asked and answered after', async () => {
  const r = await refer(sender, ids.sender, [ids.town, ids.county, ids.bureau])
  const t = await deliveryOf(town, r.title), k = await deliveryOf(county, r.title), b = await deliveryOf(bureau, r.title)
  const signed = await town.act(`/deliveries/${t.id}/sign_for`, {})
  const other = await county.act(`/deliveries/${k.id}/sign_for`, {})
  const waiting = await toSign(bureau)
  await sender.refused(`/dispatches/${r.dispatch_id}/retract`, { reason: '内容有误' }, 403, 'dispatch.approval')
  await senderHead.refused(`/dispatches/${r.dispatch_id}/retract`, {}, 400)
  await town.refused(`/dispatches/${r.dispatch_id}/retract`, { reason: 'x' }, 404)
  assert.deepEqual(await senderHead.act(`/dispatches/${r.dispatch_id}/retract`, { reason: '内容有误' }), { retracted: 1, asked: 2 })
  assert.equal(await toSign(bureau), waiting - 1)
  await bureau.refused(`/deliveries/${b.id}/sign_for`, {}, 409, 'delivery.retracted')
  await senderHead.refused(`/dispatches/${r.dispatch_id}/retract`, { reason: '再次' }, 409, 'dispatch.nothing_to_retract')

  const asked = (await box(town, 'retract_asked')).find(x => x.id === t.id)
  await county.refused(`/retract-requests/${asked.retract_request}/answer`, { agree: true }, 404)
  await town.act(`/retract-requests/${asked.retract_request}/answer`, { agree: true })
  await town.refused(`/retract-requests/${asked.retract_request}/answer`, { agree: true }, 409, 'retract.answered')
  assert.equal((await town.read(`/matters/${signed.matter_id}`)).state, 'void')
  const no = (await box(county, 'retract_asked')).find(x => x.id === k.id)
  await county.refused(`/retract-requests/${no.retract_request}/answer`, { agree: false }, 400, 'retract.reason')
  await county.act(`/retract-requests/${no.retract_request}/answer`, { agree: false, reason: '已部署落实' })
  assert.equal((await county.read(`/matters/${other.matter_id}`)).state, 'running')
  const rows = await sender.rows(`/dispatches/${r.dispatch_id}/board`)
  assert.deepEqual(rows.map(x => [x.state, x.retract]), [['retracted', 'agreed'], ['signed', 'declined'], ['retracted', null]])
})

test('B4 many are signed for at once, item by item', async () => {
  const titles = []
  for (let i = 0; i < 3; i++) titles.push((await refer(sender, ids.sender, [ids.town])).title)
  const mine = (await box(town, 'to_sign')).filter(d => titles.includes(d.title)).map(d => d.id)
  const foreign = await refer(sender, ids.sender, [ids.county])
  const theirs = (await deliveryOf(county, foreign.title)).id
  const { results } = await town.act('/deliveries/sign_for', { delivery_ids: [...mine, theirs] })
  assert.deepEqual(results.map(x => x.ok), [true, true, true, false])
  assert.equal(results[3].code, 'not_found')
  assert.equal((await deliveryOf(county, foreign.title)).state, 'delivered')
})

test('B9 P8 the sender urges who has not signed: marked in the box of clerk and office, not twice, told item by item', async () => {
  const r = await refer(sender, ids.sender, [ids.town, ids.village, ids.county])
  const rows = await sender.rows(`/dispatches/${r.dispatch_id}/board`)
  const at = u => rows.find(x => x.unit.id === u).delivery
  const box = async who => (await who.rows('/deliveries?box=to_sign')).find(d => d.title === r.title)
  // a receiver with the real id, and another's: as one that does not exist
  for (const who of [town, county]) {
    await who.refused(`/deliveries/${at(ids.town)}/urge`, {}, 404)
    await who.refused('/deliveries/4711/urge', {}, 404)
  }
  await sender.act(`/deliveries/${at(ids.town)}/urge`, {})
  assert.equal((await box(town)).urges, 1)
  assert.equal((await town.read(`/deliveries/${at(ids.town)}`)).urges, 1)
  await sender.refused(`/deliveries/${at(ids.town)}/urge`, {}, 409, 'urge.too_soon')
  await county.act(`/deliveries/${at(ids.county)}/sign_for`, {})
  const { results } = await sender.act('/deliveries/urge', { delivery_ids: [at(ids.town), at(ids.village), at(ids.county)] })
  assert.deepEqual(results.map(x => [x.ok, x.code || '']), [[false, 'urge.too_soon'], [true, ''], [false, 'delivery.urge_state']])
  assert.equal((await box(village)).urges, 1)
  const urged = (await sender.rows(`/dispatches/${r.dispatch_id}/board`)).map(x => [x.unit.id, x.urges])
  assert.deepEqual(new Map(urged).get(ids.village), 1)
  assert.equal((await sender.request('POST', '/deliveries/urge', { body: { delivery_ids: [] } })).status, 400)
  // the leader of the unit has nothing of it
  assert.ok(!(await townSecretary.rows('/items?box=todo')).some(i => i.title === r.title))
  // tiles filter the way they count; by level
  const reached = async q => (await sender.rows(`/dispatches/${r.dispatch_id}/board?${q}`)).map(x => x.unit.id)
  const { totals } = await sender.read(`/dispatches/${r.dispatch_id}`)
  assert.equal((await reached('reached=delivered')).length, totals.delivered)
  assert.deepEqual(await reached('reached=signed'), [ids.county])
  assert.deepEqual(await reached('reached=queued'), [])
  assert.deepEqual(await reached('level=village'), [ids.village])
  assert.equal((await sender.get(`/dispatches/${r.dispatch_id}/board?reached=seen`)).status, 400)
})

test('R5 what a village signed for stands in its register', async () => {
  const r = await refer(sender, ids.sender, [ids.village])
  const d = await deliveryOf(village, r.title)
  await village.act(`/deliveries/${d.id}/sign_for`, {})
  const row = (await village.rows(`/registers/received?unit=${ids.village}`)).find(x => x.delivery === d.id)
  assert.equal(row.title, r.title)
  assert.match(row.receipt_no, /^收〔\d{4}〕\d+号$/)
  await hidden(town, `/registers/received?unit=${ids.village}`)
  const seen = (await sender.rows(`/dispatches/${r.dispatch_id}/board`))[0]
  assert.ok(seen.signed_at && !seen.registered_at)      // it only signs: no milestone is made up
})

test('what was counted on the way is what the rows say', async () => {
  await c.stop()
  const v = run(['verify', '--data', c.dir])
  assert.equal(v.code, 0, v.out + v.err)
})
