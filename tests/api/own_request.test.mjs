// M5, M7: nobody agrees to his own request: where a step would be the starter's own it goes one up, by the
// division of work; nor as a deputy, out of a pool, by choice or by transfer. The record and the dry run
// say so. A document's own order (D1) stays as it is.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city, query } from './tongban.mjs'
import { holdersOf } from './holders.mjs'

const c = await city()
const h = holdersOf(c)
const admin = await h.as('city_admin')
const day = n => new Date(c.now() + 8 * 3600e3 + n * 86400e3).toISOString().slice(0, 10)
const units = query(c, `SELECT DISTINCT t.unit_id FROM post t JOIN account a ON a.person_id = t.person_id WHERE a.account IN ('drafter', 'countersign_head', 'town_head') AND t.is_main = 1`)
for (const [unit_id] of units)
  for (const key of ['leave', 'overtime']) await admin.act(`/modules/${key}/switch`, { unit_id, is_on: true })
const start = async (account, module, form, more = {}) => (await (await h.as(account)).act('/matters', { module, form, hand_on: true, ...more })).matter_id
const leave = (a, b) => ({ kind: 'personal', period: { from: day(a), to: day(b) }, reason: '家事' })
const fund = () => ({ purpose: '维修', source: 'budget', items: [{ what: '空调', quantity: '1', price: '500.00' }], amount: '500.00', grounds: '损坏' })
const finance = { finance: { form: { checked: '500.00' } } }
const foreseen = async (account, key, form) => (await (await h.as(account)).act(`/modules/${key}/simulate`, { form }, { key: null })).way.steps
const name = account => query(c, `SELECT p.name FROM person p JOIN account a ON a.person_id = p.id WHERE a.account = '${account}'`)[0][0]

let mine
test('a head of a section does not agree to his own leave: the unit’s leader in charge does; dry run and record say why', async () => {
  const section = (await foreseen('section_head', 'leave', leave(3, 4))).find(s => s.node === 'section')
  assert.deepEqual([section.people.map(p => p.who), section.is_raised], [[name('chengenyi')], true])
  const others = (await foreseen('drafter', 'leave', leave(3, 4))).find(s => s.node === 'section')
  assert.deepEqual([others.people.map(p => p.who), others.is_raised], [[name('section_head')], false])
  mine = await start('section_head', 'leave', leave(3, 4))
  assert.deepEqual(h.of(mine), ['chengenyi'])
  const said = (await (await h.as('section_head')).rows(`/matters/${mine}/trace`)).filter(r => r.raised)
  assert.deepEqual(said.map(r => r.raised), ['科室负责人审批'])
  const english = await c.signIn('section_head', undefined, { lang: 'en' })
  assert.ok((await english.rows(`/matters/${mine}/trace`)).some(r => r.raised === "Section head's approval"))
  const other = await start('drafter', 'leave', leave(3, 4))
  assert.deepEqual(h.of(other), ['section_head'])
  assert.ok((await (await h.as('drafter')).rows(`/matters/${other}/trace`)).every(r => !r.raised))
})

test('he does not get it by transfer, nor as a signer who votes; to advise is no agreement', async () => {
  const who = await h.as('chengenyi'), to_post = h.post('section_head'), item = await h.item('chengenyi', mine)
  for (const [op, more] of [['transfer', {}], ['add_signer', { place: 'before', mode: 'all', role: 'sign' }]]) {
    const dry = await who.get(`/items/${item.id}/impact?` + new URLSearchParams({ op, post_ids: to_post, ...more }))
    assert.deepEqual([dry.status, dry.body.code], [409, 'item.own_request'], 'the dry run says it before')
  }
  const moved = await who.post(`/items/${item.id}/transfer`, { to_post, reason: '请代办' })
  assert.deepEqual([moved.status, moved.body.code], [409, 'item.own_request'])
  const added = await who.post(`/items/${item.id}/add_signer`, { post_ids: [to_post], place: 'before', mode: 'all', role: 'sign' })
  assert.deepEqual([added.status, added.body.code], [409, 'item.own_request'])
  await who.act(`/items/${item.id}/add_signer`, { post_ids: [to_post], place: 'before', mode: 'all', role: 'advise' })
  assert.deepEqual(h.of(mine), ['section_head'])
  await (await h.as('section_head')).act(`/items/${(await h.item('section_head', mine)).id}/complete`, { opinion: '工作已安排好。' })
  assert.deepEqual(h.of(mine), ['chengenyi'])
})

test('nor as the deputy of the one it went to: shared he sees it and may not act, redirected it stays', async () => {
  const boss = await h.as('chengenyi'), who = await h.as('section_head')
  const share = await boss.act('/delegations', { from_post: h.post('chengenyi'), to_post: h.post('section_head'), mode: 'share', from_on: day(0), until_on: day(9), authorisation: '书面委托' })
  const page = await who.read('/matters/' + mine)
  assert.deepEqual([page.my_item.is_acting, page.my_item.own_request, page.my_item.ops], [true, true, []])
  const refused = await who.post(`/items/${page.my_item.id}/complete`, { outcome: '同意', opinion: '同意。' })
  assert.deepEqual([refused.status, refused.body.code], [409, 'item.own_request'])
  assert.equal((await who.get(`/items/${page.my_item.id}/impact?op=complete&outcome=${encodeURIComponent('同意')}`)).status, 409)
  const colleagues = await start('drafter', 'overtime', { work: '汇总', day: day(2), from_time: '18:30', to_time: '20:30', people: [h.post('drafter')] })
  assert.deepEqual((await h.play(colleagues, { until: 'leader' })).seen, ['section section_head'])
  const acting = await h.item('section_head', colleagues)
  assert.deepEqual([acting.own_request, acting.ops.includes('complete')], [false, true], 'for a colleague he acts as the deputy')
  await boss.act(`/delegations/${share.id}/end`, {})
  const redirect = await boss.act('/delegations', { from_post: h.post('chengenyi'), to_post: h.post('section_head'), mode: 'redirect', from_on: day(0), until_on: day(9), authorisation: '书面委托' })
  const next = await start('section_head', 'leave', leave(10, 11))
  assert.deepEqual(h.of(next), ['chengenyi'])
  assert.deepEqual((await h.play(mine, { until: 'record' })).seen, ['section chengenyi'])
  await boss.act(`/delegations/${redirect.id}/end`, {})
})

test('the head of the Office and the head of a bureau: the level above; never themselves on any step', async () => {
  const one = await start('youshining', 'fund_request', fund())
  const road = (await h.play(one, { plan: finance })).seen
  assert.deepEqual(road, ['section principal', 'finance finance', 'finance_leader principal', 'principal principal', 'pay finance'])
  const two = await start('countersign_head', 'fund_request', fund())
  const water = (await h.play(two, { plan: finance, until: 'pay' })).seen
  assert.deepEqual(water, ['section leader', 'finance water_finance', 'finance_leader leader', 'principal leader'])
  const steps = await foreseen('countersign_head', 'fund_request', fund())
  assert.deepEqual(steps.filter(s => s.is_raised).map(s => s.node), ['section', 'finance_leader', 'principal'])
  assert.ok(steps.filter(s => !['fill', 'pay'].includes(s.node)).every(s => s.people.every(p => p.who !== name('countersign_head'))))
})

test('M7 a clerk’s money goes to the leader of finance and to the principal, whatever the sum; his leave to the deputy in charge', async () => {
  const money = await start('drafter', 'fund_request', fund())
  assert.deepEqual((await h.play(money, { plan: finance })).seen, ['section section_head', 'finance finance', 'finance_leader youshining', 'principal youshining', 'pay finance'])
  const long = await start('drafter', 'leave', leave(20, 40))
  assert.deepEqual((await h.play(long, { until: 'principal' })).seen, ['section section_head', 'leader chengenyi'])
})

test('one of a pool leaves it to the others; the only one of a pool is passed over', async () => {
  const unit_id = query(c, `SELECT unit_id FROM post WHERE id = ${h.post('drafter')}`)[0][0]
  const only = await start('finance', 'fund_request', fund())
  const seen = (await h.play(only, { plan: finance, until: 'finance' })).seen
  assert.ok(seen.every(s => !s.endsWith(' finance')))
  assert.deepEqual(h.of(only), ['youshining'], 'the only one of finance: the leader in charge of the section')
  await admin.act('/grants', { unit_id, role: 'finance', post_id: h.post('drafter') })
  const two = await start('drafter', 'fund_request', fund())
  await h.play(two, { until: 'finance' })
  assert.deepEqual(h.of(two), ['drafter', 'finance'])
  const drafter = await h.as('drafter'), item = await h.item('drafter', two)
  assert.deepEqual([item.own_request, item.ops], [true, []])
  for (const [verb, body] of [['complete', { outcome: '同意', form: { checked: '500.00' } }], ['claim', {}]]) {
    const r = await drafter.post(`/items/${item.id}/${verb}`, body)
    assert.deepEqual([r.status, r.body.code], [409, 'item.own_request'], verb)
  }
  const other = await h.as('finance')
  await other.act(`/items/${(await h.item('finance', two)).id}/complete`, { outcome: '同意', form: { checked: '500.00' } })
})

test('whoever chooses who agrees cannot choose the starter', async () => {
  const matter = await start('section_head', 'internal_request', { content: '请批准印发' }, { title: '关于某方案的请示' })
  assert.deepEqual(h.of(matter), ['section_head'], 'a step that agrees to nothing is his as before')
  const item = await h.item('section_head', matter)
  const r = await (await h.as('section_head')).post(`/items/${item.id}/complete`, { opinion: '请批。', vars: { leaders: ['post:' + h.post('section_head')] } })
  assert.deepEqual([r.status, r.body.code, r.body.field], [400, 'item.own_request', 'vars'])
})

test('D1 a head of a section who drafts a document has its first check as before: it agrees to nothing', async () => {
  const steps = await foreseen('section_head', 'send', {})
  const head = steps.find(s => s.node === 'head')
  assert.deepEqual([head.people.map(p => p.who), head.is_raised], [[name('section_head')], false])
})
