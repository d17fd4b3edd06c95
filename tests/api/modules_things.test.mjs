// D8 D12 D13 B6 B16 M5 M7 through the real server: the modules that use vehicles, assets, seals and
// venues, a reception, a meal on an approved overtime, free collaboration and the internal request:
// each by the usual road and another, and the rule of its trade that breaks it.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from './tongban.mjs'
import { holdersOf } from './holders.mjs'
import { office } from './modules_plays.mjs'

const c = await city()
const o = await office(c)
const { people, post } = o
for (const m of (await people.unit_admin.rows('/modules')).filter(m => m.tier === 'unit' && !m.is_on))
  await people.unit_admin.act(`/modules/${m.key}/switch`, { unit_id: o.unit, is_on: true })
const stranger = await c.signIn('town_clerk')

const day = n => new Date(c.now() + 8 * 3600e3 + n * 86400e3).toISOString().slice(0, 10)
const days = (a, b) => ({ from: day(a), to: day(b) })
const at = (n, hour) => Date.parse(day(n) + 'T00:00:00+08:00') + hour * 3600e3
const span = (n, a, b) => ({ from: at(n, a), to: at(n, b) })

/** A thing that the keeper enters. */
const add = async (keeper, kind, form) => (await people[keeper].act('/things/' + kind, { form })).thing_id
const thing = async (kind, id) => (await people.drafter.rows(`/things/${kind}?retired=1`)).find(r => r.id === id)
const refuses = plan => Object.values(plan).some(p => p.outcome === '不同意')
const road = async (module, form, plan, nodes, { as = 'drafter', papers, title } = {}) => {
  const matter = papers ? await o.startWithPapers(module, form, papers, as) : await o.start(module, form, { as, title })
  const did = await o.play(matter, plan, people[as])
  assert.equal(did.seen.join(' '), nodes)
  assert.equal(did.state, refuses(plan) ? 'rejected' : 'done')
  return matter
}
/** In its starter's register with a number, and nobody else's. */
const registered = async (module, ids, as = 'drafter') => {
  const first = await o.looks(module, ids[0], people[as])
  for (const id of ids.slice(1)) assert.ok(!first.number || (await people[as].read('/matters/' + id)).number !== first.number)
  for (const id of ids) assert.equal((await stranger.get('/matters/' + id)).status, 404)
}

test('vehicle_use: asked for, agreed, assigned, out and back; a car goes once at a time', async () => {
  const small = await add('logistics', 'vehicle_use.vehicle', { plate: '湘J11111', model: '轿车', seats: '5' })
  const bus = await add('logistics', 'vehicle_use.vehicle', { plate: '湘J22222', model: '中巴', seats: '19' })
  const form = n => ({ destination: '石门县', use_time: span(n, 9, 17), passengers: '6', purpose: '查看水库' })
  await o.refused('vehicle_use', { ...form(3), use_time: { from: at(3, 17), to: at(3, 9) } }, 'use_time')
  await o.refused('vehicle_use', { ...form(3), use_time: span(-2, 9, 10) }, 'reasons.3')
  await o.refused('vehicle_use', { ...form(3), vehicle: bus }, 'vehicle') // whoever asks does not assign
  const first = await road('vehicle_use', form(3), {
    due: { out: at(3, 9), back: at(3, 17) },
    assign_car: { refused: [[{ vehicle: small, driver: '范师傅' }, 'vehicle'], [{ vehicle: bus }, 'driver']], form: { vehicle: bus, driver: '范师傅' } },
    out: { form: { km_out: '1200' } }, back: { refused: [[{ km_in: '1100' }, 'km_in']], form: { km_in: '1380' } },
  }, 'section assign_car out back')
  const second = await road('vehicle_use', form(4), { section: { outcome: '不同意' } }, 'section')
  const third = await o.start('vehicle_use', form(3))
  await o.step(third, {}, [])
  const { item } = await o.holder(third)
  const taken = await people.logistics.post(`/items/${item.id}/complete`, { form: { vehicle: bus, driver: '范师傅' } })
  assert.deepEqual([taken.status, taken.body.code, taken.body.field], [409, 'booking.taken', 'form.vehicle'])
  // The same car on another day; then the section takes its agreement back and the car is free again.
  const calendar = async () => (await people.drafter.rows(`/things/${bus}/bookings?from=${at(3, 0)}&to=${at(4, 0)}`)).map(r => r.matter_id)
  assert.deepEqual(await calendar(), [first])
  await registered('vehicle_use', [first, second])
})

let assets = []
test('asset_purchase: what is accepted enters the register, one by one', async () => {
  const row = (name, price, quantity) => ({ name, model: 'A1', price, quantity })
  const form = { purpose: '办公设备更新', items: [row('打印机', '2000.00', '2'), row('碎纸机', '800.00', '1')], way: 'mall' }
  await o.refused('asset_purchase', { ...form, items: [row('服务器', '60000.00', '1')] }, 'way')
  await o.refused('asset_purchase', { ...form, way: 'quote' }, 'quotes')
  await o.refused('asset_purchase', { ...form, items: [] }, 'items')
  const first = await road('asset_purchase', form, { accept: { refused: [[{}, 'accepted_on']], form: { accepted_on: day(0) } } }, 'section finance leader accept')
  assets = (await people.drafter.rows('/things/asset_purchase.asset')).filter(r => ['打印机', '碎纸机'].includes(r.name))
  assert.deepEqual(assets.map(r => [r.name, r.values.value, r.state]).sort(), [['打印机', '2000.00', 'active'], ['碎纸机', '800.00', 'active'], ['打印机', '2000.00', 'active']].sort(), 'a thing for every piece bought')
  const second = await road('asset_purchase', { ...form, items: [row('投影仪', '9000.00', '3')], way: 'quote' }, { finance: { outcome: '不同意' } }, 'section finance', { papers: ['quotes'] })
  assert.equal((await people.drafter.rows('/things/asset_purchase.asset')).some(r => r.name === '投影仪'), false)
  await registered('asset_purchase', [first, second])
})

test('asset_use: agreed, handed out, brought back; what is out is nobody else’s', async () => {
  const asset = assets[0].id
  const form = { asset, purpose: '会务', back_by: day(10) }
  await o.refused('asset_use', { ...form, back_by: day(-1) }, 'back_by')
  const early = await o.start('asset_use', form) // asked for while it is in store, agreed later
  const first = await o.start('asset_use', form)
  await o.step(first, {}, [])
  assert.equal((await thing('asset_purchase.asset', asset)).state, 'active', 'agreed is not handed out')
  await o.step(first, {}, ['section'])
  const out = await thing('asset_purchase.asset', asset)
  assert.deepEqual([out.state, out.values.holder], ['in_use', '温晓川'])
  await o.refused('asset_use', form, 'asset')
  await o.step(early, {}, [])
  const { name, item } = await o.holder(early)
  const twice = await people[name].post(`/items/${item.id}/complete`, {})
  assert.deepEqual([twice.status, twice.body.field], [400, 'form.asset'], 'not handed out twice')
  await o.refused('asset_disposal', { asset, way: 'scrap', grounds: '旧' }, 'asset')
  const back = await o.play(first, { due: { give_back: day(10) }, give_back: { refused: [[{ condition: 'broken' }, 'damage']], form: { condition: 'good' } } })
  assert.equal(back.seen.join(' '), 'give_back')
  const home = await thing('asset_purchase.asset', asset)
  assert.deepEqual([home.state, home.values.holder ?? null], ['active', null])
  const rest = await o.play(early, { due: { give_back: day(10) }, give_back: { form: { condition: 'broken', damage: '外壳开裂' } } })
  assert.equal(rest.seen.join(' '), 'issue give_back')
  assert.equal((await thing('asset_purchase.asset', asset)).state, 'broken')
  await o.refused('asset_use', form, 'asset') // broken is not lent
  const other = await road('asset_use', { ...form, asset: assets[1].id }, { section: { outcome: '不同意' } }, 'section')
  await registered('asset_use', [first, early, other])
})

test('asset_transfer: the receiver confirms; only then it is in his name', async () => {
  const asset = assets[1].id
  const form = { asset, receiver: post.section_head, place: '三楼', grounds: '岗位调整' }
  const first = await road('asset_transfer', form, {}, 'keeper receive') // out of store: nobody to ask
  assert.equal((await thing('asset_purchase.asset', asset)).values.holder, '程树青')
  await o.refused('asset_transfer', form, 'receiver') // his already
  // In somebody's name: he is asked first, and nobody else.
  const on = { ...form, receiver: post.finance, giver: post.section_head }
  await o.refused('asset_transfer', { ...on, giver: undefined }, 'giver')
  await o.refused('asset_transfer', { ...on, giver: post.drafter }, 'giver')
  const kept = await road('asset_transfer', on, { give: { outcome: '不同意' } }, 'give')
  assert.equal((await thing('asset_purchase.asset', asset)).values.holder, '程树青')
  const townPost = (await stranger.read('/me')).posts[0].id
  await o.refused('asset_transfer', { ...on, receiver: townPost }, 'receiver') // not of the unit
  const second = await road('asset_transfer', on, { keeper: { outcome: '不同意' } }, 'give keeper')
  assert.equal((await thing('asset_purchase.asset', asset)).values.holder, '程树青')
  await registered('asset_transfer', [first, second, kept])
})

test('asset_disposal: paid in first, struck off once, and never used again', async () => {
  const [, , third] = assets
  const dear = await add('logistics', 'asset_purchase.asset', { asset_name: '会议系统', value: '80000.00', bought_on: '2015-01-01' })
  const old = await add('logistics', 'asset_purchase.asset', { asset_name: '旧复印机', value: '3000.00', bought_on: '2015-01-01' })
  await o.refused('asset_disposal', { asset: third.id, way: 'scrap', grounds: '损坏' }, 'reasons.4') // younger than five years
  await o.refused('asset_disposal', { asset: dear, way: 'scrap', grounds: '损坏' }, 'appraisal')
  await o.refused('asset_disposal', { asset: old, way: 'sell', grounds: '更新' }, 'price')
  const again = await o.start('asset_disposal', { asset: old, way: 'scrap', grounds: '报废' })
  const first = await road('asset_disposal', { asset: old, way: 'sell', grounds: '更新', price: '200.00' },
    { strike: { refused: [[{}, 'income_no']], form: { income_no: '缴〔2026〕7号' } } }, 'keeper finance principal strike')
  assert.equal((await thing('asset_purchase.asset', old)).state, 'disposed')
  for (let seen = []; (await o.holder(again)).item.node !== 'strike';) seen.push(await o.step(again, {}, seen))
  const { name, item } = await o.holder(again)
  const twice = await people[name].post(`/items/${item.id}/complete`, {})
  assert.deepEqual([twice.status, twice.body.field], [400, 'form.asset'], 'struck off once')
  for (const [module, form] of [['asset_disposal', { asset: old, way: 'scrap', grounds: 'x' }], ['asset_use', { asset: old, purpose: 'x', back_by: day(3) }],
    ['asset_transfer', { asset: old, receiver: post.finance, place: 'x', grounds: 'x' }]]) await o.refused(module, form, 'asset')
  const second = await road('asset_disposal', { asset: dear, way: 'give', grounds: '支援乡镇' }, { principal: { outcome: '不同意' } }, 'keeper finance principal', { papers: ['appraisal'] })
  assert.equal((await thing('asset_purchase.asset', dear)).state, 'active')
  await registered('asset_disposal', [first, second])
})

test('seal_request: never on blank paper; a contract by way of the lawyer; not more than agreed', async () => {
  const seal = await add('seal_custodian', 'seal_request.seal', { seal_name: '市政府办公室印章', kind: 'office' })
  const contract = await add('seal_custodian', 'seal_request.seal', { seal_name: '合同专用章', kind: 'contract' })
  const form = { seal, use_for: 'letter', document_title: '介绍信', copies: '2', is_blank: false, purpose: '联系工作' }
  const draft = await o.draftWithPapers('seal_request', form, ['draft'])
  await o.refused('seal_request', { ...form, is_blank: true }, 'is_blank', { draft })
  await o.refused('seal_request', form, 'draft') // no paper, no seal
  const first = await road('seal_request', form, { stamp: { refused: [[{ stamped: '3' }, 'stamped']], form: { stamped: '2' } } }, 'section office stamp', { papers: ['draft'] })
  const second = await road('seal_request', { ...form, seal: contract, use_for: 'contract', document_title: '采购合同' }, { stamp: { form: { stamped: '1' } } }, 'section legal office leader stamp', { papers: ['draft'] })
  const third = await road('seal_request', { ...form, seal: contract, use_for: 'contract', document_title: '担保合同' }, { legal: { outcome: '不同意' } }, 'section legal', { papers: ['draft'] })
  await people.seal_custodian.act(`/things/${seal}/retire`, { reason: '机构改革，上缴旧章' })
  const late = await people.drafter.post(`/matters/${draft.matter_id}/submit`, { form: { ...form, ...draft.papers }, hand_on: true })
  assert.deepEqual([late.status, late.body.field], [400, 'form.seal'], 'a seal handed in is used no more')
  await registered('seal_request', [first, second, third])
})

test('M8 seal_request: each kind of seal by its authority, a name seal by the leader whose name it is', async () => {
  const enter = (kind, more = {}) => add('seal_custodian', 'seal_request.seal', { seal_name: '章：' + kind, kind, ...more })
  const unnamed = await people.seal_custodian.post('/things/seal_request.seal', { form: { seal_name: '签名章', kind: 'name' } })
  assert.deepEqual([unnamed.status, unnamed.body.field], [400, 'form.whose'])
  const foreign = await people.seal_custodian.post('/things/seal_request.seal', { form: { seal_name: '签名章', kind: 'name', whose: await holdersOf(c).post('town_head') } })
  assert.deepEqual([foreign.status, foreign.body.field], [400, 'form.whose'], 'nobody of another unit')
  const seals = { office: await enter('office'), administrative: await enter('administrative'), party: await enter('party'), contract: await enter('contract'), name: await enter('name', { whose: post.youshining }) }
  const form = (kind, use_for, more = {}) => ({ seal: seals[kind], use_for, document_title: '用印' + use_for, copies: '1', is_blank: false, purpose: '办事', ...(kind === 'name' ? { signed_ref: '常政令第3号' } : {}), ...more })
  const draft = await o.draftWithPapers('seal_request', form('office', 'letter'), ['draft'])
  const bad = (f, field) => o.refused('seal_request', f, field, { draft })
  for (const use of ['letter', 'certificate', 'contract', 'other']) await bad(form('name', use), 'use_for')
  for (const use of ['order', 'motion', 'appointment']) await bad(form('administrative', use), 'seal')
  await bad(form('name', 'order', { signed_ref: null }), 'signed_ref')
  await bad(form('office', 'contract'), 'seal')
  await bad(form('contract', 'letter'), 'seal')
  await bad(form('party', 'letter'), 'seal')
  await bad(form('office', 'letter', { is_issued: true }), 'is_issued') // its signature is the authority
  const stamp = { stamp: { form: { stamped: '1' } } }
  const roads = [['office', 'letter', 'section office stamp'], ['administrative', 'certificate', 'section office leader stamp'], ['party', 'party', 'section office principal stamp'],
    ['contract', 'contract', 'section legal office leader stamp'], ['name', 'order', 'section office named stamp']]
  const made = []
  for (const [kind, use, nodes] of roads) made.push(await road('seal_request', form(kind, use), stamp, nodes, { papers: ['draft'] }))
  await registered('seal_request', made)
  const appointment = await o.startWithPapers('seal_request', form('name', 'appointment'), ['draft'])
  const seen = []
  while ((await o.holder(appointment)).item.node !== 'named') seen.push(await o.step(appointment, {}, seen))
  const at = await o.holder(appointment)
  assert.equal(at.name, 'youshining', 'whose name it is, nobody for him')
  assert.equal((await o.play(appointment, { named: { outcome: '不同意' } })).state, 'rejected')
})

test('venue_loan: one borrower at a time, never over capacity; who is refused frees it', async () => {
  const venue = await add('logistics', 'venue_loan.venue', { venue_name: '二楼会议室', place: '二楼', kind: 'venue', capacity: '40' })
  const form = { venue, use_time: span(5, 9, 12), event: '座谈会', people: '30' }
  await o.refused('venue_loan', { ...form, people: '41' }, 'people')
  await o.refused('venue_loan', { ...form, use_time: span(-1, 9, 12) }, 'use_time')
  const first = await o.start('venue_loan', form)
  const taken = await people.section_head.post('/matters', { module: 'venue_loan', form: { ...form, use_time: span(5, 11, 13) }, hand_on: true })
  assert.deepEqual([taken.status, taken.body.code, taken.body.field], [409, 'booking.taken', 'form.venue'])
  const no = await o.play(first, { logistics: { outcome: '不同意' } })
  assert.equal(no.seen.join(' '), 'logistics')
  // Equipment has no capacity; a venue says its own.
  const noSize = await people.logistics.post('/things/venue_loan.venue', { form: { venue_name: '四楼会议室', place: '四楼', kind: 'venue' } })
  assert.deepEqual([noSize.status, noSize.body.field], [400, 'form.capacity'])
  const projector = await add('logistics', 'venue_loan.venue', { venue_name: '投影仪', place: '库房', kind: 'equipment' })
  await road('venue_loan', { ...form, venue: projector, people: '300' }, { give_back: { form: { condition: 'good' } } }, 'logistics give_back')
  const second = await road('venue_loan', { ...form, use_time: span(5, 11, 13) }, { give_back: { refused: [[{}, 'condition']], form: { condition: 'dirty' } } }, 'logistics give_back')
  await registered('venue_loan', [first, second])
})

test('overtime_meal: on an approved overtime, once, within the standard', async () => {
  const overtime = { work: '汇总报表', day: day(2), from_time: '18:30', to_time: '20:30', people: [post.drafter, post.section_head] }
  const basis = await road('overtime', overtime, {}, 'section leader record')
  const refusedOne = await road('overtime', overtime, { leader: { outcome: '不同意' } }, 'section leader')
  const pending = await o.start('overtime', overtime)
  const form = { basis, people: '2', amount: '50.00', place: '机关食堂' }
  await o.refused('overtime_meal', { ...form, basis: undefined }, 'basis')
  for (const [b, code] of [[pending, 'requires.not_approved'], [basis.replace(/.$/, d => (+d + 1) % 10), 'ref.matter']]) {
    const r = await people.drafter.refused('/matters', { module: 'overtime_meal', form: { ...form, basis: b }, hand_on: true }, 400, code)
    assert.equal(r.field, 'form.basis')
  }
  const no = await people.drafter.post('/matters', { module: 'overtime_meal', form: { ...form, basis: refusedOne }, hand_on: true })
  assert.deepEqual([no.status, no.body.code, no.body.field], [400, 'requires.not_approved', 'form.basis'], 'what was refused is no basis')
  await o.refused('overtime_meal', { ...form, amount: '62.00' }, 'amount')
  await o.refused('overtime_meal', { ...form, people: '3', amount: '60.00' }, 'people')
  const first = await road('overtime_meal', form, { logistics: { refused: [[{}, 'receipt']], form: { receipt: '№ 0071' } } }, 'section logistics')
  await people.drafter.refused('/matters', { module: 'overtime_meal', form, hand_on: true }, 400, 'requires.used')
  const other = await road('overtime', overtime, {}, 'section leader record')
  const second = await road('overtime_meal', { ...form, basis: other }, { section: { outcome: '不同意' } }, 'section')
  await registered('overtime_meal', [first, second])
})

test('official_reception: no letter, no reception; company and prices are limited', async () => {
  const line = (kind, n, price) => ({ kind, place: '机关食堂', people: n, price })
  const form = { guest_unit: '某市水利局', letter_no: '某水函〔2026〕5号', guests: '8', company: '3', visit: days(2, 3), lines: [line('meal', '11', '100.00')] }
  await o.refused('official_reception', form, 'letter')
  const draft = await o.draftWithPapers('official_reception', form, ['letter'])
  for (const [change, field] of [[{ company: '4' }, 'company'], [{ guests: '30', company: '11' }, 'company'], [{ lines: [line('meal', '11', '121.00')] }, 'lines'],
    [{ lines: [{ ...line('meal', '11', '100.00'), kind: 'tobacco' }] }, 'lines.0.kind'], [{ letter_no: '' }, 'letter_no']])
    await o.refused('official_reception', { ...form, ...change }, field, { draft })
  const first = await road('official_reception', form, { settle: { refused: [[{ spent: '1100.01' }, 'spent']], form: { spent: '1050.00' } } }, 'reception office settle finance', { papers: ['letter'] })
  const second = await road('official_reception', { ...form, guests: '30', company: '10', lines: [line('meal', '40', '100.00')] }, { office: { outcome: '不同意' } }, 'reception office', { papers: ['letter'] })
  await registered('official_reception', [first, second])
})

test('free_collaboration: to anybody, passed on by anybody, closed by its owner alone', async () => {
  const form = { content: '请各科室报送明年重点工作', want: 'handle', wish_by: day(6) }
  await o.refused('free_collaboration', { ...form, wish_by: day(-1) }, 'wish_by')
  const start = async () => {
    const matter = await o.start('free_collaboration', form, { title: '明年重点工作' })
    return { matter, item: async name => (await people[name].rows('/items?box=todo')).find(r => r.matter === matter) }
  }
  const one = await start()
  await people.drafter.act(`/items/${(await one.item('drafter')).id}/forward`, { post_ids: [post.finance, post.personnel], opinion: '请报送。' })
  await people.finance.act(`/items/${(await one.item('finance')).id}/forward`, { post_ids: [post.legal], opinion: '法规方面请补充。' })
  await people.personnel.refused(`/items/${(await one.item('personnel')).id}/finish`, { opinion: '办结' }, 403, 'flow.not_owner')
  await people.personnel.act(`/items/${(await one.item('personnel')).id}/complete`, { opinion: '无。' })
  await people.legal.act(`/items/${(await one.item('legal')).id}/complete`, { opinion: '一项立法。' })
  assert.equal((await people.drafter.read('/matters/' + one.matter)).state, 'running', 'only its owner closes it')
  await people.drafter.act(`/items/${(await one.item('drafter')).id}/finish`, { opinion: '齐了。' })
  const end = await o.play(one.matter, { sum_up: { refused: [[{}, 'summary']], form: { summary: '已汇总三项。' } } })
  assert.deepEqual([end.seen, end.state], [['sum_up'], 'done'])
  // Ended by its owner while others still hold it: what they had is gone.
  const two = await start()
  await people.drafter.act(`/items/${(await two.item('drafter')).id}/forward`, { post_ids: [post.finance], opinion: '请报送。' })
  const back = await people.drafter.read('/matters/' + two.matter)
  assert.equal(back.state, 'running')
  await people.drafter.act(`/matters/${two.matter}/cancel`, { reason: '不再需要' })
  assert.equal(await two.item('finance'), undefined)
  assert.equal((await people.drafter.read('/matters/' + two.matter)).state, 'void')
  await registered('free_collaboration', [one.matter, two.matter])
})

test('internal_request: through the section to every leader named; one disagrees and it is refused', async () => {
  const run = async (leaders, plan, nodes) => {
    const matter = await o.start('internal_request', { content: '请批准印发' }, { title: '关于印发某方案的请示' })
    const seen = []
    for (;;) {
      const at = await o.holder(matter)
      if (!at) break
      const does = plan[at.name] || {}
      await people[at.name].act(`/items/${at.item.id}/complete`, {
        opinion: '阅。', outcome: does.outcome ?? (at.item.outcomes.some(x => x.name === '同意') ? '同意' : at.item.outcomes[0]?.name),
        ...(at.item.need_vars?.includes('leaders') || at.item.node === 'section' ? { vars: { leaders: leaders.map(l => 'post:' + post[l]) } } : {}) })
      seen.push(at.item.node)
    }
    assert.equal(seen.join(' '), nodes)
    return (await people.drafter.read('/matters/' + matter)).state
  }
  assert.equal(await run(['office_head', 'youshining'], {}, 'section leaders leaders notify'), 'done')
  assert.equal(await run(['office_head'], { office_head: { outcome: '不同意' } }, 'section leaders'), 'rejected')
  await o.refused('internal_request', {}, 'content')
})

test('M5 the two principals of a unit are not away together, or somebody says why', async () => {
  const who = {}
  for (const a of ['town_secretary', 'town_head']) who[a] = await c.signIn(a)
  const h = holdersOf(c) // a head's absence is filed with the duty room of the level above: the county's
  const deputy = (await people.drafter.rows(`/people?q=${encodeURIComponent('粟庆生')}`))[0]
  const form = (a, b) => ({ kind: 'filing', reason: '考察', destination: '长沙', trip: days(a, b), acting_head: null, contact: '13900001111' })
  const town = await c.signIn('town_handler')
  const acting_head = (await town.read('/me')).posts[0].id
  assert.ok(deputy)
  const file = (a, from, to, reasons) => who[a].post('/matters', { module: 'leader_absence', form: { ...form(from, to), acting_head }, hand_on: true, ...(reasons && { reasons }) })
  const complete = async (matter, body) => {
    const [duty] = h.of(matter)
    return (await h.as(duty)).post(`/items/${(await h.item(duty, matter)).id}/complete`, body)
  }
  const one = await file('town_secretary', 5, 8)
  assert.equal(one.status, 201, JSON.stringify(one.body))
  const both = await file('town_head', 7, 9) // nothing is approved yet: asked for in good faith
  assert.equal(both.status, 201, JSON.stringify(both.body))
  assert.equal((await complete(one.body.matter_id, { outcome: '同意' })).status, 200)
  // Approved meanwhile: whoever approves the second says why, or refuses it.
  const second = await complete(both.body.matter_id, { outcome: '同意' })
  assert.deepEqual([second.status, second.body.code, second.body.field], [400, 'form.rule_warn', 'reasons.2'])
  const late = await file('town_head', 8, 10)
  assert.deepEqual([late.status, late.body.field], [400, 'reasons.2'])
  assert.match(late.body.detail, /另一位主要领导/)
  assert.equal((await file('town_head', 9, 10)).status, 201, 'the day after it is fine')
  assert.equal((await complete(both.body.matter_id, { outcome: '不同意' })).status, 200, 'a refusal needs no reason')
  const why = await file('town_head', 6, 7, { 2: '省里要求两位主要领导同时参会' })
  assert.equal(why.status, 201, JSON.stringify(why.body))
  assert.equal((await complete(why.body.matter_id, { outcome: '同意', reasons: { 2: '同意同时参会' } })).status, 200)
  const page = await who.town_head.read('/matters/' + why.body.matter_id)
  assert.deepEqual(page.warnings.map(w => w.reason), ['省里要求两位主要领导同时参会', '同意同时参会'])
  // Both approved in the same instant, on two nodes too: one of them is asked for a reason.
  for (let round = 0; round < 8; round++) {
    const from = 20 + 4 * round
    const pair = [await file('town_secretary', from, from + 2), await file('town_head', from + 1, from + 3)]
    assert.deepEqual(pair.map(x => x.status), [201, 201], JSON.stringify(pair.map(x => x.body)))
    const ready = []
    for (const { body } of pair) { const [duty] = h.of(body.matter_id); ready.push([await h.as(duty), (await h.item(duty, body.matter_id)).id]) }
    const got = await Promise.all(ready.map(([duty, item]) => duty.post(`/items/${item}/complete`, { outcome: '同意' })))
    assert.deepEqual(got.map(x => x.status).sort(), [200, 400], `round ${round}: ${JSON.stringify(got.map(x => x.body))}`)
    const late = got.find(x => x.status === 400)
    assert.deepEqual([late.body.code, late.body.field], ['form.rule_warn', 'reasons.2'])
  }
  // Those who are no principals may be away when they like; so may the head of another unit.
  const deputyFree = await people.tanglianyun.post('/matters', { module: 'leader_absence', form: { ...form(5, 8), acting_head: post.office_head }, hand_on: true })
  assert.equal(deputyFree.status, 201, JSON.stringify(deputyFree.body))
})

test('a refusal taken back: the venue is booked again, unless another has it by now', async () => {
  const venue = await add('logistics', 'venue_loan.venue', { venue_name: '三楼会议室', place: '三楼', kind: 'venue', capacity: '20' })
  const form = { venue, use_time: span(6, 9, 12), event: '培训', people: '10' }
  const calendar = async () => (await people.drafter.rows(`/things/${venue}/bookings?from=${at(6, 0)}&to=${at(7, 0)}`)).map(r => r.matter_id)
  const takeBack = async matter => {
    const item = (await people.logistics.rows('/items?box=done')).find(r => r.matter === matter)
    return people.logistics.post(`/items/${item.id}/withdraw`, { reason: '看错了时间' })
  }
  const one = await o.start('venue_loan', form), refuse = { logistics: { outcome: '不同意' } }
  assert.equal((await o.play(one, refuse)).state, 'rejected')
  assert.deepEqual(await calendar(), [])
  assert.equal((await takeBack(one)).status, 200)
  assert.deepEqual(await calendar(), [one])
  assert.equal((await o.play(one, refuse)).state, 'rejected')
  const two = await o.start('venue_loan', form)
  const late = await takeBack(one)
  assert.deepEqual([late.status, late.body.code], [409, 'booking.taken'])
  assert.deepEqual(await calendar(), [two])
  assert.equal((await people.drafter.read('/matters/' + one)).state, 'rejected')
})
