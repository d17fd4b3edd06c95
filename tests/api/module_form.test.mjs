// A8 B12 D: a matter of a module with a form, from its draft to its end: rights of the steps, rules,
// number without a gap, register and its file; another unit sees nothing. (DESIGN §4, FLOW 5.1)
import test from 'node:test'
import assert from 'node:assert/strict'
import { city, until } from './tongban.mjs'
import { bpmn, done, install, todo, upload } from './module_kit.mjs'

const c = await city()
const [drafter, head, finance, officeHead, clerk, admin, town, legal] = await Promise.all(
  ['drafter', 'section_head', 'finance', 'office_head', 'doc_clerk', 'unit_admin', 'town_clerk', 'legal'].map(a => c.signIn(a)))
const me = async client => (await client.read('/me')).posts[0]
const [office, headPost] = [(await me(drafter)).unit.id, (await me(head)).id]

const steps = [
  ['fill', '填写', { assign: 'starter' }], ['section', '科室审核', { assign: 'starter.section_head', returnTo: 'any', sheet: '科室意见' }],
  ['check', '财务审核', { assign: 'role(finance)', returnTo: 'any', sheet: '财务意见' }], ['sign', '领导签批', { assign: 'var(signer)', returnTo: 'any', sheet: '领导批示' }]]
const flow = bpmn(steps, {
  section: [['同意', 'check', 'outcome = "同意"'], ['不同意', 'end']],
  check: [['大额', 'sign', 'total > 1000 or (trip != null and trip.to > date("2027-01-01"))'], ['小额', 'end']],
})
const outlay = {
  name: '费用申请', name_en: 'Outlay', tier: 'unit', group: 'affairs', start: 'anyone',
  title: 'starter.name + "：" + reason',
  fields: [
    { name: 'reason', label: '事由', type: 'text', max: 30, required: true, list: true },
    { name: 'kind', label: '类别', type: 'choice', options: [{ value: 'meeting', label: '会议' }, { value: 'travel', label: '差旅' }], required: true, list: true },
    { name: 'trip', label: '时间', type: 'date_range', max_days: 30, visible: 'kind = "travel"', required: true, list: true },
    { name: 'items', label: '明细', type: 'table', min_rows: 1, max_rows: 20, sum: ['amount'], columns: [
      { name: 'what', label: '项目', type: 'text', required: true }, { name: 'price', label: '单价', type: 'money', min: 0, required: true },
      { name: 'pieces', label: '数量', type: 'number', decimals: 0, min: 1, required: true }, { name: 'amount', label: '金额', type: 'money', compute: 'price * pieces' }] },
    { name: 'total', label: '合计', type: 'money', compute: 'sum(items.amount)', list: true },
    { name: 'signer', label: '签批领导', type: 'post', within: 'unit', required_when: 'total > 1000' },
    { name: 'adviser', label: '经办同事', type: 'post', within: 'unit' },
    { name: 'papers', label: '依据', type: 'attachment', max: 2 },
    { name: 'idcard', label: '身份证号', type: 'text', pattern: 'id_card' },
    { name: 'budget', label: '预算科目', type: 'text', read_only: true, required: true },
    { name: 'inside', label: '财务备注', type: 'text', read_only: true },
  ],
  steps: { check: { edit: ['budget', 'inside'] }, section: { hide: ['idcard'] } },
  rules: [
    { when: 'kind = "meeting" and total > 5000', message: '会议费不得超过 5000 元', field: 'total' },
    { when: 'total > 3000', message: '超过 3000 元。', level: 'warn', at: ['start'] },
    { when: 'budget = "无"', message: '没有预算科目不得支出', at: ['check'], field: 'budget' },
  ],
  number: { pattern: '费〔{year}〕{seq:3}号', scope: 'unit', at: 'section' },
  register: { columns: ['number', 'title', 'starter', 'kind', 'total', 'state'], open_to: ['finance'] },
  sheet: { title: '费用审批单', rows: [['number', 'starter'], ['reason', 'total'], ['@科室意见'], ['@财务意见']] },
}
await install(c, 'outlay', outlay, flow)
const row = (what, price, pieces) => ({ what, price, pieces })
const good = (more = {}) => ({ reason: '买纸', kind: 'meeting', items: [row('纸', '19.90', '10'), row('笔', '0.55', '3')], ...more })
const start = (form = good(), more = {}) => drafter.act('/matters', { module: 'outlay', form, ...more })
const page = (client, id) => client.read('/matters/' + id)

test('A9 it cannot be started where it is not in use', async () => {
  await drafter.refused('/matters', { module: 'outlay', form: good() }, 403, 'module.off')
  await admin.act('/modules/outlay/switch', { unit_id: office, is_on: true })
  await start()
})

test('D what does not fit is refused by the named field', async () => {
  const bad = async (form, code, field, status = 400) => {
    const r = await drafter.post('/matters', { module: 'outlay', form: good(form) })
    assert.deepEqual([r.status, r.body.code, r.body.field], [status, code, field], JSON.stringify(r.body))
  }
  await bad({ reason: '' }, 'input.required', 'form.reason')
  await bad({ kind: 'party' }, 'input.choice', 'form.kind')
  await bad({ items: [row('纸', '19.905', '1')] }, 'form.money', 'form.items.0.price')
  await bad({ items: [row('纸', '1', '1'), row('笔', '1', '0')] }, 'form.too_small', 'form.items.1.pieces')
  await bad({ items: [] }, 'input.too_few', 'form.items')
  await bad({ kind: 'travel' }, 'input.required', 'form.trip')
  await bad({ budget: '办公费' }, 'form.not_editable', 'form.budget')
  await bad({ total: '1' , wish: 1 }, 'input.unknown', 'form.wish')
  await bad({ signer: '99' }, 'item.unknown_person', 'form.signer')
  await bad({ signer: (await me(town)).id }, 'item.unknown_person', 'form.signer')
  await bad({ adviser: '99' }, 'ref.post', 'form.adviser')
  await bad({ adviser: (await me(town)).id }, 'ref.post', 'form.adviser')
  await bad({ papers: ['99'] }, 'ref.attachment', 'form.papers.0')
  await bad({ idcard: '110101199003077759' }, 'form.id_card', 'form.idcard')
  await bad({ items: [row('场地', '6000', '1')] }, 'input.required', 'form.signer')
  await bad({ items: [row('场地', '6000', '1')], signer: headPost }, 'form.rule', 'form.total')
  await drafter.refused('/matters', { module: 'outlay', form: [] }, 400, 'input.object')
})

test('D a rule that warns asks for a reason, which is kept', async () => {
  const form = good({ kind: 'travel', trip: { from: '2026-12-01', to: '2026-12-03' }, items: [row('车', '3500', '1')], signer: headPost })
  const p = await drafter.refused('/matters', { module: 'outlay', form }, 400, 'form.rule_warn')
  assert.equal(p.field, 'reasons.2')
  assert.match(p.detail, /超过 3000 元/)
  const { matter_id } = await start(form, { reasons: { 2: '路途远' } })
  const [w] = (await page(drafter, matter_id)).warnings
  assert.deepEqual([w.reason, w.who, w.node], ['路途远', '温晓川', 'start'])
})

test('A8 the form goes its way: rights, conditions, number, sheet', async () => {
  const { matter_id, item_id } = await start(good({ idcard: '110101199003077758' }), { urgency: 'urgent' })
  let p = await page(drafter, matter_id)
  assert.equal(p.title, '温晓川：买纸')
  assert.equal(p.my_item.id, item_id)
  assert.equal(p.form.values.total, '200.65')
  assert.equal(p.form.fields.find(f => f.name === 'reason').edit, true)
  assert.equal(p.form.values.idcard, '110101199003077758')
  await drafter.act(`/items/${item_id}/complete`, { form: { reason: '买纸和笔', items: [row('纸', '20', '10'), row('笔', '1', '2')] }, opinion: '请审核' })
  p = await page(head, matter_id)
  assert.equal(p.title, '温晓川：买纸和笔')
  assert.equal(p.form.node, 'section')
  assert.ok(!p.form.fields.some(f => f.name === 'idcard') && !('idcard' in p.form.values), 'hidden at this step')
  assert.equal(p.form.fields.find(f => f.name === 'reason').edit, false)
  assert.equal(p.form.values.total, '202.00')
  let item = await todo(head, matter_id)
  await head.refused(`/items/${item.id}/complete`, { outcome: '同意', form: { reason: '改' } }, 400, 'form.not_editable')
  await done(head, matter_id, { outcome: '同意', opinion: '拟同意' })
  p = await page(finance, matter_id)
  assert.match(p.number, /^费〔20\d\d〕\d{3}号$/)
  assert.equal(p.form.values.idcard, '110101********7758', 'masked')
  item = await todo(finance, matter_id)
  await finance.refused(`/items/${item.id}/complete`, { outcome: '小额' }, 400, 'input.required')
  const r = await finance.post(`/items/${item.id}/complete`, { form: { budget: '无' } })
  assert.deepEqual([r.body.code, r.body.field, r.body.detail], ['form.rule', 'form.budget', '没有预算科目不得支出'])
  await finance.act(`/items/${item.id}/complete`, { form: { budget: '办公费', inside: '已核' }, opinion: '有预算' })
  p = await page(drafter, matter_id)
  assert.equal(p.state, 'done', 'below the limit it ends here')
  assert.equal(p.form.values.budget, '办公费')
  const sheet = p.print_sheet
  assert.equal(sheet.title, '费用审批单')
  assert.deepEqual(sheet.rows[1].map(x => [x.label, x.text]), [['事由', '买纸和笔'], ['合计', '202.00']])
  assert.equal(sheet.rows[2][0].opinions[0].text, '拟同意')
  assert.equal(sheet.rows[0][1].text, '温晓川')
  const trace = await drafter.rows(`/matters/${matter_id}/trace`)
  assert.ok(trace.length >= 4)
})

test('FLOW 5.1 sent back, the form is mended and conditions see what is there then', async () => {
  const { matter_id, item_id } = await start(good({ items: [row('桌', '900', '2')], signer: headPost }))
  await drafter.act(`/items/${item_id}/complete`, {})
  const back = await todo(head, matter_id)
  await head.act(`/items/${back.id}/send_back`, { to: 'fill', way: 'rewind', reason: '数量不对' })
  const again = await todo(drafter, matter_id)
  assert.equal((await page(drafter, matter_id)).form.fields.find(f => f.name === 'items').edit, true)
  await drafter.refused(`/items/${again.id}/complete`, { form: { items: [] } }, 400, 'input.too_few')
  await drafter.act(`/items/${again.id}/complete`, { form: { items: [row('桌', '1000.01', '1')] } })
  await done(head, matter_id, { outcome: '同意' })
  const number = (await page(head, matter_id)).number
  await done(finance, matter_id, { form: { budget: '设备费' } })
  assert.deepEqual((await page(drafter, matter_id)).current.map(x => x.node), ['sign'], 'above the limit: exact decimals')
  await done(head, matter_id, { opinion: '同意' })
  assert.equal((await page(drafter, matter_id)).number, number, 'the number is given once')
})

test('A8 one click hands the first step on', async () => {
  const { matter_id, item_id } = await start(good(), { hand_on: true, opinion: '请审' })
  assert.equal(item_id, null)
  assert.ok(await todo(head, matter_id))
})

test('a draft is its starter’s alone, takes files, and begins when it is submitted', async () => {
  const { matter_id, item_id } = await drafter.act('/matters', { module: 'outlay', is_draft: true, form: { kind: 'meeting' } })
  assert.equal(item_id, null)
  assert.ok((await drafter.rows('/items?box=draft')).some(r => r.matter === matter_id && r.state === 'draft'))
  assert.ok(!(await drafter.rows('/items?box=initiated')).some(r => r.matter === matter_id))
  for (const other of [clerk, head, town]) {
    assert.equal((await other.get('/matters/' + matter_id)).status, 404)
    await other.refused(`/matters/${matter_id}/draft`, { form: {} }, 404, 'not_found', { key: null })
    await other.refused(`/matters/${matter_id}/submit`, {}, 404, 'not_found')
    await other.refused(`/matters/${matter_id}/discard`, {}, 404, 'not_found')
  }
  await drafter.act(`/matters/${matter_id}/draft`, { form: good({ kind: 'travel' }) }, { key: null })
  await drafter.refused(`/matters/${matter_id}/draft`, { form: { items: [row('纸', 'x', '1')] } }, 400, 'form.money', { key: null })
  await drafter.refused(`/matters/${matter_id}/submit`, {}, 400, 'input.required')
  const file = Buffer.from('依据文件')
  const up = await upload(drafter, file, '依据.txt')
  const { id } = await drafter.act(`/matters/${matter_id}/attachments`, { upload_id: up, kind: 'basis' })
  const sent = await drafter.act(`/matters/${matter_id}/submit`, { form: { kind: 'meeting', papers: [id] }, hand_on: true }, { key: 'submit-key-1' })
  assert.deepEqual(await drafter.act(`/matters/${matter_id}/submit`, { form: { kind: 'meeting', papers: [id] }, hand_on: true }, { key: 'submit-key-1' }), sent, 'repeated')
  const p = await page(head, matter_id)
  assert.equal(p.state, 'running')
  assert.equal(p.form.names['attachment:' + id], '依据.txt')
  await drafter.refused(`/matters/${matter_id}/submit`, {}, 409, 'matter.no_draft')
  await drafter.refused(`/matters/${matter_id}/discard`, {}, 409, 'matter.no_draft')
  const other = await drafter.act('/matters', { module: 'outlay', is_draft: true })
  await drafter.act(`/matters/${other.matter_id}/discard`, {})
  assert.equal((await drafter.get('/matters/' + other.matter_id)).status, 404)
  assert.ok(!(await drafter.rows('/items?box=draft')).some(r => r.matter === other.matter_id))
})

test('B12 fifty at once get numbers without a gap', async () => {
  const ids = await Promise.all(Array.from({ length: 50 }, (_, i) => start(good({ reason: '第' + i }), { hand_on: true })))
  const items = await head.rows('/items?box=todo')
  await Promise.all(ids.map(({ matter_id }) => head.act(`/items/${items.find(r => r.matter === matter_id).id}/complete`, { outcome: '同意' })))
  const numbers = (await finance.rows('/modules/outlay/matters?limit=100')).map(r => r.number).filter(Boolean)
  const seqs = numbers.map(n => +/〕(\d+)号/.exec(n)[1]).sort((a, b) => a - b)
  assert.deepEqual(seqs, seqs.map((_, i) => i + 1))
  assert.ok(seqs.length >= 52)
})

test('B12 the register: filters along an index, page by page, for whom it is open', async () => {
  const all = await finance.rows('/modules/outlay/matters?limit=7')
  assert.equal(new Set(all.map(r => r.matter_id)).size, all.length)
  assert.ok(all.length > 50)
  const ask = async q => (await finance.rows('/modules/outlay/matters?limit=5&' + q)).map(r => r.values)
  assert.ok((await ask('f.kind=travel')).every(v => v.kind === 'travel') && (await ask('f.kind=travel')).length >= 1)
  const dear = (await ask('f.total=1000..3500')).map(v => +v.total)
  assert.ok(dear.length >= 2 && dear.every(x => x >= 1000 && x <= 3500))
  assert.deepEqual(dear, [...dear].sort((a, b) => b - a), 'in the order of the values')
  assert.ok((await ask('f.reason=' + encodeURIComponent('第1'))).every(v => v.reason.startsWith('第1')))
  assert.equal((await ask('f.reason=' + encodeURIComponent('第1'))).length, 11)
  assert.ok((await ask('f.total=100..300&f.kind=meeting&state=done')).length >= 1)
  assert.equal((await ask('f.trip=2026-12-01')).length, 1)
  assert.equal((await ask('to=2020-01-01')).length, 0)
  const own = await drafter.rows('/modules/outlay/matters?limit=100')
  assert.equal(own.length, all.length, 'all were started by one person')
  assert.equal((await legal.rows('/modules/outlay/matters')).length, 0, 'others see their own only')
  const words = own.find(r => r.values.kind === 'travel').words
  assert.equal(words.kind, '差旅')
  for (const [q, code, field] of [['f.wish=1', 'input.unknown', 'f.wish'], ['f.total=many', 'register.filter', 'f.total'],
    ['f.idcard=1', 'input.unknown', 'f.idcard'], ['state=lost', 'input.choice', 'state'], ['after=zz', 'input.cursor', 'after'], ['unit_id=99', 'not_found', null]]) {
    const r = await finance.get('/modules/outlay/matters?' + q)
    assert.deepEqual([r.body.code, r.body.field ?? null], [code, field], q)
  }
  assert.equal((await finance.get('/modules/outlay/matters?unit_id=' + (await me(town)).unit.id)).status, 404, 'another unit')
  assert.equal((await town.rows('/modules/outlay/matters')).length, 0)
})

test('B12 the register as a file, for what the person may see', async () => {
  await finance.refused('/registers/export', { register: 'module:nothing', format: 'csv' }, 400, 'input.choice')
  const csv = async (client, filter) => {
    const { job_id } = await client.act('/registers/export', { register: 'module:outlay', format: 'csv', filter })
    const job = await until('the file is made', async () => { const j = await client.read('/jobs/' + job_id); return j.state === 'done' && j })
    const r = await client.get('/jobs/' + job_id + '/file')
    assert.match(decodeURIComponent(r.headers.get('content-disposition')), /费用申请台账\.csv/)
    assert.equal(job.count, r.body.trim().split('\r\n').length - 1)
    return r.body
  }
  const all = await csv(finance, {})
  assert.match(all, /编号,标题,发起人,类别,合计,状态/)
  assert.match(all, /温晓川：买纸和笔,温晓川,会议,202\.00,已办结/)
  assert.equal((await csv(finance, { 'f.kind': 'travel' })).trim().split('\r\n').length, 2)
  assert.equal((await csv(legal, {})).trim().split('\r\n').length, 1, 'nothing of others')
})

test('B26 what was filled in is found by two characters', async () => {
  const { matter_id } = await start(good({ reason: '购置堃字印泥' }), { hand_on: true })
  await until('the form is indexed', async () => (await drafter.rows('/search?q=' + encodeURIComponent('印泥'))).some(r => r.matter === matter_id))
  const plain = await start(good({ items: [row('纸', '1', '1')], reason: '杂项' }))
  assert.ok(plain.matter_id)
  assert.deepEqual(await town.rows('/search?q=' + encodeURIComponent('印泥')), [])
})

test('a choice of a step cannot overwrite a field', async () => {
  const { matter_id, item_id } = await start(good())
  await drafter.act(`/items/${item_id}/complete`, { vars: { total: 99999 } })
  await done(head, matter_id, { outcome: '同意' })
  await done(finance, matter_id, { form: { budget: '办公费' }, vars: { total: { number: '99999' } } })
  assert.equal((await page(drafter, matter_id)).state, 'done')
})

test('S25 another unit finds nothing of it', async () => {
  const { matter_id, item_id } = await start(good())
  for (const path of [`/matters/${matter_id}`, `/matters/${matter_id}/trace`]) assert.equal((await town.get(path)).status, 404)
  await town.refused(`/items/${item_id}/complete`, { form: { reason: 'x' } }, 404, 'not_found')
  await town.refused('/forms/evaluate', { matter_id, form: {} }, 404, 'not_found')
  const e = await drafter.act('/forms/evaluate', { matter_id, form: { items: [row('桌', '400', '2')] } })
  assert.equal(e.computed.total, '800.00')
})

test('a newer version is for new matters; a draft goes along', async () => {
  const running = await start(good())
  const draft = await drafter.act('/matters', { module: 'outlay', is_draft: true, form: good() })
  const next = { ...outlay, fields: [...outlay.fields, { name: 'more', label: '补充说明', type: 'long_text', required: true }] }
  assert.equal((await install(c, 'outlay', next, flow)).version, 2)
  assert.equal((await page(drafter, running.matter_id)).form.version, 1)
  await drafter.act(`/items/${running.item_id}/complete`, {})
  await drafter.refused(`/matters/${draft.matter_id}/submit`, {}, 400, 'input.required')
  await drafter.act(`/matters/${draft.matter_id}/submit`, { form: { more: '补充' } })
  assert.equal((await page(drafter, draft.matter_id)).form.version, 2)
})
