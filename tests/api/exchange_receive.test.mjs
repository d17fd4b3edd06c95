// Receiving in one unit, from a letter brought on paper to its close: register, check, propose,
// instruct by two leaders, transcript and assignment, handle, close (CAPABILITIES B2 B5 X2 X3).
import test from 'node:test'
import assert from 'node:assert/strict'
import { city, run, until } from './tongban.mjs'

const c = await city()
const clerk = await c.signIn('town_clerk')
const office = await c.signIn('town_office')
const secretary = await c.signIn('town_secretary')
const head = await c.signIn('town_head')
const handler = await c.signIn('town_handler')
const stranger = await c.signIn('county_clerk')

const me = await clerk.read('/me')
const unit = me.posts[0].unit.id
const postOf = async who => (await who.read('/me')).posts.find(p => p.unit.id === unit).id

const page = (who, matter) => who.read(`/matters/${matter}`)
const step = async (who, matter, body) => {
  const m = await page(who, matter)
  assert.ok(m.my_item, `an open item of ${who.account} at ${matter}`)
  return who.act(`/items/${m.my_item.id}/complete`, { rev: m.my_item.rev, ...body })
}
const hidden = async (who, at) => assert.equal((await who.get(at)).status, 404)
const paper = (title, more = {}) => clerk.act('/received', {
  unit_id: unit, issuer: '湖南省人民政府办公厅', number: '湘政办发〔2026〕9号', title,
  doc_type: '通知', urgency: 'urgent', signed_on: '2026-03-02', body: '各市州人民政府：\n请认真贯彻执行。', ...more,
})

test('B2 a small unit signs and registers in one step; the number has no gap', async () => {
  const first = await paper('关于做好防汛备汛工作的通知')
  const second = await paper('关于做好防汛备汛工作的通知')
  const one = await clerk.read(`/deliveries/${first.delivery_id}`)
  const two = await clerk.read(`/deliveries/${second.delivery_id}`)
  assert.equal(one.state, 'registered')
  assert.match(one.receipt_no, /^收〔\d{4}〕\d+号$/)
  const seq = d => Number(/(\d+)号$/.exec(d.receipt_no)[1])
  assert.equal(seq(two), seq(one) + 1)
  assert.equal(one.document.body[1].text, '请认真贯彻执行。')
  assert.equal(two.registered_before[0].receipt_no, one.receipt_no)
  const rows = await clerk.rows(`/registers/received?unit=${unit}`)
  assert.equal(rows[0].receipt_no, two.receipt_no)
  assert.equal(rows[0].is_paper, true)
  await hidden(stranger, `/deliveries/${first.delivery_id}`)
  await hidden(stranger, `/registers/received?unit=${unit}`)
  await clerk.refused(`/deliveries/${first.delivery_id}/sign_for`, {}, 409)
})

test('B5 X2 two leaders instruct in parallel; the office has each at once; a contradiction is flagged', async () => {
  const { matter_id, delivery_id } = await paper('关于开展安全生产检查的通知')
  const leaders = [`post:${await postOf(secretary)}`, `post:${await postOf(head)}`]
  const doer = `post:${await postOf(handler)}`
  await step(office, matter_id, { outcome: 'instruct', opinion: '拟请鲁春生、皮兴旺同志阅示。', vars: { leaders } })
  assert.ok((await clerk.read(`/deliveries/${delivery_id}`)).proposed)

  await step(secretary, matter_id, { outcome: 'instruct', opinion: '请应急办牵头。', vars: { lead: doer, due_on: '2030-01-10' } })
  let d = (await page(clerk, matter_id)).delivery
  assert.equal(d.instructions.length, 1)              // nobody waited for the other
  assert.equal(d.instructions[0].text, '请应急办牵头。')
  assert.ok(d.instructed)
  assert.equal(d.is_contradicted, false)
  const fresh = async () => (await office.rows(`/instructions?unit=${unit}&state=new`)).filter(i => i.matter === matter_id).length
  assert.equal(await fresh(), 1)                      // beside those of the demo's own history

  const made = await office.act(`/matters/${matter_id}/assign`, {
    instruction_ids: [d.instructions[0].id], lead: doer, due_on: '2030-01-10' })
  assert.ok(made.matter_id)
  const todo = await handler.rows('/items?box=todo')
  assert.ok(todo.some(i => i.matter === made.matter_id), 'the handler works before the other leader has said a word')
  assert.equal(await fresh(), 0)

  await step(head, matter_id, { outcome: 'instruct', opinion: '请党政办牵头，一周内办结。', vars: { lead: `post:${await postOf(office)}`, due_on: '2030-01-05' } })
  d = (await page(clerk, matter_id)).delivery
  assert.equal(d.instructions.filter(i => i.is_contradicted).length, 2)
  const m = await page(office, matter_id)
  await office.refused(`/items/${m.my_item.id}/complete`, { outcome: 'file' }, 409, 'receiving.contradiction')
  await step(office, matter_id, { outcome: 'file', opinion: '经请示书记，按鲁春生同志批示办理。' })

  // X3: no close without a result
  const at = await page(clerk, matter_id)
  await clerk.refused(`/items/${at.my_item.id}/complete`, { outcome: 'close' }, 409, 'receiving.unanswered')
  const child = await page(handler, made.matter_id)
  await handler.refused(`/items/${child.my_item.id}/complete`, { outcome: 'done' }, 400, 'assignment.result_empty')
  await step(handler, made.matter_id, { outcome: 'done', opinion: '已完成排查，整改隐患三处。' })
  d = (await page(clerk, matter_id)).delivery
  assert.equal(d.assignments[0].result, '已完成排查，整改隐患三处。')
  await step(clerk, matter_id, { outcome: 'close' })
  const end = await page(clerk, matter_id)
  assert.equal(end.state, 'done')
  assert.ok(end.delivery.closed)
})

test('B12 thirty letters registered at once have thirty numbers without a gap', async () => {
  const before = (await clerk.rows(`/registers/received?unit=${unit}`)).length
  await Promise.all(Array.from({ length: 30 }, (_, i) => paper(`关于第${i}件事的通知`, { number: '' })))
  const seqs = (await clerk.rows(`/registers/received?unit=${unit}`)).map(r => r.seq).sort((a, b) => a - b)
  assert.deepEqual(seqs, Array.from({ length: before + 30 }, (_, i) => i + 1))
})

test('B15 a reading item is circulated and closed without instruction', async () => {
  const { matter_id } = await paper('关于印发会议纪要的通知', { number: '湘政办函〔2026〕3号' })
  await step(office, matter_id, { outcome: 'read', opinion: '请班子成员传阅。' })
  await step(clerk, matter_id, { opinion: '传阅完毕。' })
  await step(clerk, matter_id, { outcome: 'close' })
  assert.equal((await page(clerk, matter_id)).state, 'done')
})

test('B2 a unit that is not small checks first; the kind stands in the register', async () => {
  const county = (await stranger.read('/me')).posts[0].unit.id
  const made = await stranger.act('/received', { unit_id: county, issuer: '湖南省水利厅', number: '湘水函〔2026〕1号', title: '关于水库调度的函' })
  assert.equal((await stranger.read(`/deliveries/${made.delivery_id}`)).state, 'signed')
  await step(stranger, made.matter_id, {})
  assert.equal((await stranger.read(`/deliveries/${made.delivery_id}`)).state, 'registered')
  await step(stranger, made.matter_id, { outcome: 'read' })
  const row = (await stranger.rows(`/registers/received?unit=${county}`))[0]
  assert.equal(row.kind, 'reading')
  await stranger.refused('/received', { unit_id: unit, issuer: 'x', title: 'y' }, 404)
})

test('B26 a letter on paper is found by its words, by those who may see it', async () => {
  await paper('关于做好烟花爆竹管理的通知', { number: '湘安办〔2026〕7号', body: '严禁超量储存。' })
  await until('the index', async () => (await clerk.rows('/search?q=' + encodeURIComponent('超量储存'))).length === 1)
  assert.equal((await stranger.rows('/search?q=' + encodeURIComponent('超量储存'))).length, 0)
})

test('P1 a secretary records the leader’s spoken word; said again, it takes the old one’s place', async () => {
  const [cityClerk, director, leader, writes] = await Promise.all(['doc_clerk', 'office_head', 'leader', 'secretary'].map(n => c.signIn(n)))
  const cityUnit = (await cityClerk.read('/me')).posts[0].unit.id
  const { matter_id } = await cityClerk.act('/received', { unit_id: cityUnit, issuer: '湖南省应急管理厅', number: '湘应急〔2026〕2号', title: '关于汛期值守的通知' })
  const lead = `post:${(await director.read('/me')).posts.find(p => p.unit.id === cityUnit).id}`
  await step(cityClerk, matter_id, {})
  await step(cityClerk, matter_id, { outcome: 'accept' })
  const me = await leader.read('/me')
  await step(director, matter_id, { outcome: 'instruct', vars: { leaders: [`post:${me.posts[0].id}`] } })
  const m = await page(writes, matter_id)
  await writes.refused(`/items/${m.my_item.id}/complete`, { outcome: 'instruct', opinion: '同意' }, 403)
  await writes.act(`/items/${m.my_item.id}/record_for`, { text: '请应急局牵头落实。', form: 'oral', said_at: Date.now() - 60_000, outcome: 'instruct', vars: { lead } })
  let d = (await page(cityClerk, matter_id)).delivery
  assert.deepEqual(d.instructions.map(i => [i.who, i.text]), [[me.person.name, '请应急局牵头落实。']])
  const at = await page(director, matter_id)
  await director.act(`/items/${at.my_item.id}/send_back`, { to: 'instruct', way: 'rewind', reason: '请明确时限' })
  await step(leader, matter_id, { outcome: 'instruct', opinion: '请应急局牵头，三日内落实。', vars: { lead, due_on: '2030-02-01' } })
  d = (await page(cityClerk, matter_id)).delivery
  assert.deepEqual(d.instructions.map(i => i.text), ['请应急局牵头，三日内落实。'])
  assert.equal(d.is_contradicted, false)
})

test('R1 an instruction flies by itself where the unit has switched it on', async () => {
  const admin = await c.signIn('town_office')
  await stranger.refused(`/units/${unit}/receiving`, { is_small: true, forwards: true }, 404)
  await admin.act(`/units/${unit}/receiving`, { is_small: true, forwards: true })
  const { matter_id } = await paper('关于森林防火的通知', { number: '湘林〔2026〕1号' })
  await step(office, matter_id, { outcome: 'instruct', vars: { leaders: [`post:${await postOf(secretary)}`] } })
  await step(secretary, matter_id, { outcome: 'instruct', opinion: '请立即部署。', vars: { lead: `post:${await postOf(handler)}` } })
  const d = (await page(clerk, matter_id)).delivery
  assert.equal(d.assignments.length, 1)
  const child = await page(handler, d.assignments[0].matter)
  assert.equal(child.document.body[1].text, '请认真贯彻执行。')
  assert.ok(JSON.stringify(child.sheet).includes('请立即部署。'))
})

test('what was counted on the way is what the rows say', async () => {
  await c.stop()
  const v = run(['verify', '--data', c.dir])
  assert.equal(v.code, 0, v.out + v.err)
})
