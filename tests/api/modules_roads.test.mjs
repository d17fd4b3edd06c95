// D1–D15 B6 B16 B24 K: every business module from its start to its end by the usual road and by an
// unusual one, and the rule of its trade that breaks it. (OFFICE M5–M7)
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from './tongban.mjs'
import { office } from './modules_plays.mjs'

const c = await city()
const o = await office(c)
const { post } = o
const optional = (await o.people.unit_admin.rows('/modules')).filter(m => m.tier === 'unit' && !m.is_on)
for (const m of optional) await o.people.unit_admin.act(`/modules/${m.key}/switch`, { unit_id: o.unit, is_on: true })

const day = n => new Date(c.now() + 8 * 3600e3 + n * 86400e3).toISOString().slice(0, 10)
const moment = minutes => (Math.floor(c.now() / 60e3) + minutes) * 60e3
const days = (a, b) => ({ from: day(a), to: day(b) })
const { isWork, workday } = o
const happened = moment(-20)
const work = {}
for (const n of [-3, -2, -1, 1, 2, 3, 4, 5, 10, 11, 15, 16]) work[n] = await workday(n)
/* So many months on, as calendars have it: the last day where a month is shorter. */
const months = n => {
  const [y, m, d] = day(0).split('-').map(Number), last = new Date(Date.UTC(y, m - 1 + n + 1, 0))
  return new Date(Date.UTC(y, m - 1 + n, Math.min(d, last.getUTCDate()))).toISOString().slice(0, 10)
}
// n working days, the first and the last of them working days, all in one year: annual leave is a year's
let from = 0
while (day(await workday(from + 1)).slice(0, 4) !== day(await workday(from + 16)).slice(0, 4)) from++
const off = {}
for (const n of [1, 2, 3, 4, 5, 10, 11, 15, 16]) off[n] = await workday(from + n)
const spell = n => days(off[1], off[n])
const yearOf = () => day(off[1]).slice(0, 4)
const entitled = async (who, n, more = {}) => (await o.people.personnel.act('/things/leave.entitlement', { form: { who_year: `${(await o.people[who].read('/me')).person.name} ${yearOf()}`, who: post[who], year: yearOf(), days: String(n), ...more } })).thing_id
const sixty = await entitled('drafter', 60)

/* key: { form, more: what the usual road needs, plan, road: nodes; bad: [[change, field]…]; other: { form, plan, state, road } } */
const roads = {
  leader_absence: {
    as: 'tanglianyun', form: () => ({ kind: 'leave', reason: '学习', destination: '长沙', trip: days(5, 8), acting_head: post.office_head, contact: '13900001111' }),
    plan: { back: { form: { returned_on: day(8) }, refused: [[{ returned_on: day(1) }, 'returned_on']] } }, road: 'duty principal back closed',
    bad: [[{ trip: days(1, 3) }, 'reasons.1'], [{ trip: days(5, 60) }, 'trip'], [{ trip: days(5, 200), kind: 'filing' }, 'trip'], [{ contact: '123' }, 'contact']],
    other: { form: { kind: 'filing' }, plan: { back: { form: { returned_on: day(8) } } }, road: 'duty back closed' },
  },
  leave: {
    due: { back: day(off[3] + 3) },
    form: () => ({ kind: 'annual', period: spell(3), quota: sixty, reason: '休息' }), plan: { back: { form: { returned_on: day(off[3]) } } }, road: 'section record back',
    bad: [[{ period: spell(16) }, 'period'], [{ kind: 'sick', period: spell(4) }, 'proof'], [{ kind: 'bereavement', period: spell(4) }, 'period'], [{ quota: null }, 'quota']],
    other: { form: { kind: 'personal', period: spell(4) }, plan: { leader: { outcome: '不同意' } }, road: 'section leader' },
  },
  business_trip: {
    due: { report_back: day(12) },
    form: () => ({ destination: '长沙', period: days(3, 5), task: '汇报', transport: 'train', fare: '200.00', lodging: '300.00' }), plan: { report_back: { form: { report: '已汇报。' } } }, road: 'section leader report_back finance',
    bad: [[{ transport: 'plane' }, 'reasons.1'], [{ lodging: '500.00' }, 'lodging']], other: { plan: { section: { outcome: '不同意' } }, road: 'section' },
  },
  fund_request: {
    form: () => ({ purpose: '维修', source: 'budget', items: [{ what: '空调', quantity: '2', price: '2500.00' }], amount: '5000.00', grounds: '损坏' }),
    plan: { finance: { form: { checked: '4800.00' }, refused: [[{ checked: '9000.00' }, 'checked']] } }, road: 'section finance finance_leader principal pay',
    bad: [[{ amount: '4000.00' }, 'amount'], [{ items: [{ what: '空调', quantity: '2', price: '50000.00' }], amount: '100000.00' }, 'minutes']],
    other: { form: { items: [{ what: '车', quantity: '1', price: '20000.00' }], amount: '20000.00' }, plan: { finance: { form: { checked: '20000.00' } }, principal: { outcome: '不同意' } }, road: 'section finance finance_leader principal' },
  },
  overtime: {
    form: () => ({ work: '汇总报表', day: day(2), from_time: '18:30', to_time: '20:30', people: [post.drafter, post.section_head] }), road: 'section leader record',
    bad: [[{ day: day(-1) }, 'day'], [{ to_time: '18:00' }, 'to_time'], [{ to_time: '22:30' }, 'to_time'], [{ is_rest_day: true }, 'off_on'], [{ is_rest_day: true, off_on: day(1) }, 'off_on']],
    other: { form: { is_rest_day: true, off_on: day(6), to_time: '23:30' }, plan: { leader: { outcome: '不同意' } }, road: 'section leader' },
  },
  document_printing: {
    form: () => ({ document_title: '会议材料', pages: '20', copies: '30', both_sides: true }), plan: { print: { form: { done_copies: '30' }, refused: [[{ done_copies: '31' }, 'done_copies']] } }, road: 'print',
    bad: [[{ is_colour: true }, 'colour_reason'], [{ pages: '0' }, 'pages']], other: { form: { copies: '900' }, plan: { office: { outcome: '不同意' } }, road: 'office' },
  },
  office_supplies: {
    form: () => ({ items: [{ what: '笔记本', asked: '10', price: '5.00' }] }), plan: { issue: { form: { issued: [{ what: '笔记本', quantity: '8' }] }, refused: [[{ issued: [{ what: '笔记本', quantity: '11' }] }, 'issued']] } }, road: 'issue got',
    bad: [[{ items: [] }, 'items'], [{ items: [{ what: '笔', asked: '0', price: '1.00' }] }, 'items.0.asked']],
    other: { form: { items: [{ what: '移动硬盘', asked: '2', price: '600.00' }] }, plan: { office: { outcome: '不同意' } }, road: 'office' },
  },
  contract_review: {
    papers: ['draft'], form: () => ({ contract_title: '物业服务合同', party: '某物业公司', credit_code: '91430700MA4L1234X5', kind: 'service', amount: '80000.00', term: days(10, 300) }),
    plan: { legal: { form: { opinion_no: '法意〔2026〕3号' } }, sign: { papers: ['signed_copy'] } }, road: 'section legal finance sign file',
    bad: [[{ kind: 'guarantee' }, 'kind'], [{ credit_code: '9143' }, 'credit_code'], [{ term: days(10, 1300) }, 'reasons.3']],
    other: { form: { amount: '200000.00' }, plan: { legal: { form: { opinion_no: '法意〔2026〕4号' } }, principal: { outcome: '不同意' } }, road: 'section legal finance principal' },
  },
  website_release: {
    form: () => ({ headline: '冬春水利建设启动', column: 'news', text: '<p>启动。</p>', source: '本单位', is_cleared: true }),
    plan: { publish: { form: { link: 'https://example.invalid/1' }, refused: [[{ link: 'example' }, 'link']] } }, road: 'section secrecy final publish',
    bad: [[{ is_cleared: false }, 'is_cleared'], [{ headline: '' }, 'headline']], other: { plan: { secrecy: { outcome: '不同意' } }, road: 'section secrecy' },
  },
  duty_report: {
    due: { duty: happened + 60 * 60e3 },
    form: () => ({ kind: 'first', event_title: '道路塌方', occurred_at: happened, phoned_at: moment(-10), place: '毛里湖镇', dead: '0', injured: '2', situation: '路基塌方十米。' }), plan: { bulletin_place: { form: { bulletin_no: '第1期' } } }, road: 'duty duty_leader bulletin_place',
    bad: [[{ occurred_at: moment(60) }, 'occurred_at'], [{ occurred_at: moment(-55), phoned_at: moment(-5) }, 'reasons.2'], [{ kind: 'final' }, 'first'], [{ phoned_at: moment(-25) }, 'phoned_at']],
    other: { form: first => ({ kind: 'final', first, measures: '已抢通。', phoned_at: null }), road: 'duty duty_leader bulletin_place', due: { duty: 'PT30M' } },
  },
  phone_record: {
    due: { handle: day(2), answer: day(2) },
    form: () => ({ caller_unit: '省水利厅', caller: '周某', phone: '0731-80000000', called_at: moment(-5), words: '报送水库名单。', needs_answer: true, answer_by: day(2) }),
    plan: { propose: { form: { handler: post.section_head } }, handle: { form: { result: '已汇总。' } }, answer: { form: { answered_at: moment(1) }, refused: [[{ answered_at: moment(-60) }, 'answered_at']] } }, road: 'propose handle answer',
    bad: [[{ called_at: moment(30) }, 'called_at'], [{ answer_by: null }, 'answer_by']], other: { due: { handle: day(work[1]) }, form: { needs_answer: false, answer_by: null }, plan: { propose: { form: { handler: post.section_head } }, handle: { form: { result: '知悉。' } } }, road: 'propose handle' },
  },
  plain_telegram: {
    form: () => ({ telegram_title: '关于防范强降雨的紧急通知', grade: 'te_ji', to_units: [o.unit], text: '请立即部署。', sign_by: moment(600), is_plain: true }), plan: { transmit: { form: { sent_at: moment(5) } }, sign: { outcome: '知悉' } }, road: 'section office principal transmit',
    bad: [[{ is_plain: false }, 'is_plain'], [{ sign_by: moment(-5) }, 'sign_by'], [{ sign_by: null }, 'sign_by']], other: { form: { grade: 'ping_ji', sign_by: null }, plan: { transmit: { form: { sent_at: moment(5) } }, sign: { outcome: '知悉' } }, road: 'section office transmit' },
  },
  recall_copies: {
    due: { collect_copies: day(10) },
    as: 'doc_clerk', form: () => ({ doc_no: '常政发〔2026〕8号', doc_title: '某通知', issued: '20', back_by: day(10) }),
    plan: { collect_copies: { form: { copies: [{ holder: '水利局', from_no: '1', to_no: '20', returned: '20' }] }, refused: [[{ copies: [{ holder: '水利局', from_no: '1', to_no: '20', returned: '21' }] }, 'copies'], [{ copies: [{ holder: '水利局', from_no: '9', to_no: '2', returned: '20' }] }, 'copies'], [{ copies: [{ holder: '水利局', from_no: '1', to_no: '20', returned: '19' }] }, 'missing_reason']] }, destroy: { form: { destroy_no: '销〔2026〕1号' } } }, road: 'collect_copies office destroy',
    bad: [[{ back_by: day(-1) }, 'back_by']], other: { plan: { collect_copies: { form: { copies: [{ holder: '水利局', from_no: '1', to_no: '19', returned: '19' }], missing_reason: '遗失一份' } }, office: { outcome: '不同意' } }, road: 'collect_copies office' },
  },
  major_matter_report: {
    form: () => ({ matter_title: '水库险情处置', kind: 'request', field: 'safety', happened_on: day(0), situation: '坝体渗漏。', asks: [{ ask: '请批准启用应急资金' }], proposal: '先行加固' }), plan: { principal: { form: { reply: '同意。' } } }, road: 'section leader principal office',
    bad: [[{ kind: 'report' }, 'asks'], [{ happened_on: day(work[-3]) }, 'reasons.2'], [{ proposal: '' }, 'proposal']], other: { form: { kind: 'report', asks: [] }, plan: { leader: { outcome: '不同意' } }, road: 'section leader' },
  },
  internal_document: {
    form: () => ({ doc_title: '关于开展安全检查的通知', kind: 'notice', text: '<p>请各科室自查。</p>', readers: [post.finance, post.personnel] }), road: 'section office sign issue',
    bad: [[{ doc_title: '关于开展安全检查' }, 'doc_title'], [{ effective_on: day(-3) }, 'effective_on']], other: { plan: { office: { outcome: '不同意' } }, road: 'section office' },
  },
  info_submission: {
    form: () => ({ headline: '冬修水利进展', column: 'dynamic', text: '全市开工二百处，完成投资一亿元，超额完成任务目标。'.repeat(3) }), plan: { edit: { outcome: '采用', form: { journal: 'brief', issue_no: '12' } } }, road: 'section edit adopted',
    bad: [[{ text: '太短' }, 'text'], [{ text: '长'.repeat(1001) }, 'text'], [{ column: 'experience', text: '长'.repeat(1501) }, 'text']], other: { form: { column: 'experience', text: '长'.repeat(1500) }, plan: { edit: { outcome: '退稿', form: { declined_because: '内容陈旧' } } }, road: 'section edit declined' },
  },
  petition_letter: {
    due: { accept: day(15), handle: day(60) },
    as: 'doc_clerk', form: () => ({ subject: '饮水问题', writer: '赵某', writer_phone: '13900002222', received_on: day(0), words: '村里缺水。' }), plan: { accept: { outcome: '受理', form: { handler: post.section_head, accepted_on: day(1) } }, handle: { form: { answer: '已接通管网。' } } }, road: 'accept handle reply',
    bad: [[{ is_anonymous: true }, 'writer'], [{ received_on: day(3) }, 'received_on'], [{ id_number: '123' }, 'id_number']],
    other: { form: { is_anonymous: true, writer: null }, plan: { accept: { refusedWith: '受理', refused: [[{}, 'handler']], outcome: '不予受理' } }, road: 'accept' },
  },
  staff_transfer: {
    as: 'personnel', form: () => ({ who: post.drafter, kind: 'second', giving_head: post.office_head, receiving_head: post.section_head, from_on: day(5), until_on: day(90), grounds: '专班需要' }), plan: { told: { form: { work_handed: '已交接' } } }, road: 'giving receiving personnel principal told',
    bad: [[{ until_on: day(300) }, 'until_on'], [{ until_on: day(1) }, 'until_on'], [{ who: post.section_head }, 'receiving_head'], [{ giving_head: post.section_head }, 'giving_head'], [{ giving_head: post.drafter }, 'giving_head']],
    other: { plan: { giving: { outcome: '不同意' } }, road: 'giving' },
  },
  training_enrolment: {
    due: { result: day(22) },
    form: () => ({ course: '公文写作', held_by: '市委党校', period: days(10, 15), places: '2', trainees: [post.drafter], fee: '500.00' }), plan: { result: { form: { hours: '24', passed: '1' }, refused: [[{ hours: '24', passed: '3' }, 'passed']] } }, road: 'section personnel result',
    bad: [[{ places: '1', trainees: [post.drafter, post.section_head] }, 'trainees'], [{ fee: '9000.00' }, 'reasons.3']], other: { plan: { personnel: { outcome: '不同意' } }, road: 'section personnel' },
  },
  visitor: {
    due: { arrive: day(1) },
    form: () => ({ visitor_unit: '某设计院', visitors: [{ who: '钱某', id_number: '430702198001010014' }], arrives_on: day(1), arrives: '09:00', leaves: '11:00', purpose: '商谈' }), plan: { leave: { form: { left_at: moment(1500) } } }, road: 'arrive leave',
    bad: [[{ arrives_on: day(-2) }, 'arrives_on'], [{ leaves: '08:30' }, 'leaves'], [{ visitors: [{ who: '钱某', id_number: '12' }] }, 'visitors.0.id_number']], other: { form: { arrives: '19:00', leaves: '20:00' }, plan: { office: { outcome: '不同意' } }, road: 'office' },
  },
  repair_request: {
    form: () => ({ place: '三楼东', kind: 'power', trouble: '停电' }), plan: { assign_worker: { form: { worker: '王师傅' } }, mend: { form: { cost: '200.00' }, refused: [[{ cost: '5000.00' }, 'quote']] }, accept: { outcome: '已修好' } }, road: 'assign_worker mend accept',
    bad: [[{ kind: 'lift', is_dangerous: true }, 'photo']], other: { plan: { assign_worker: { form: { worker: '王师傅' } }, mend: { form: { cost: '200.00' } }, accept: { once: '未修好', outcome: '已修好' } }, road: 'assign_worker mend accept mend accept' },
  },
  account_request: {
    form: () => ({ system: '预算系统', user: post.section_head, kind: 'new', level: 'write', until_on: day(100), grounds: '经办' }), plan: { open: { form: { opened: '已开通' } } }, road: 'section open confirm',
    bad: [[{ until_on: day(800) }, 'until_on'], [{ level: 'admin' }, 'until_on'], [{ level: null }, 'level']], other: { form: { level: 'admin', until_on: day(30) }, plan: { secrecy: { outcome: '不同意' } }, road: 'section secrecy' },
  },
  data_sharing_request: {
    form: () => ({ catalogue: '法人基本信息', items: [{ item: '名称', why: '核验' }], ground: '国发〔2016〕51号', period: days(1, 200), way: 'api' }), plan: { give: { form: { given: '接口已开通' } } }, road: 'section secrecy give',
    bad: [[{ items: [{ item: '手机号', is_personal: true, why: '联系' }], way: 'file' }, 'way'], [{ items: [{ item: '手机号', is_personal: true, why: '联系' }] }, 'is_stripped'], [{ period: days(1, 700) }, 'reasons.3']],
    other: { form: { items: [{ item: '手机号', is_personal: true, why: '联系' }], is_stripped: true }, plan: { legal: { outcome: '不同意' } }, road: 'section legal' },
  },
  archive_lending: {
    due: { give_back: day(10) },
    form: () => ({ archive_no: 'Z109-WS·2025-Y-BGS-0001', piece: '某决定', is_open: true, way: 'lend', period: days(1, 10), reason: '编史' }), plan: { lend: { form: { pages_out: '12' } }, give_back: { form: { pages_back: '12' }, refused: [[{ pages_back: '11' }, 'pages_back']] } }, road: 'section lend give_back',
    bad: [[{ period: days(-2, 4) }, 'period'], [{ period: days(1, 40) }, 'period'], [{ way: 'copy' }, 'period'], [{ is_open: false }, 'is_open']], other: { plan: { section: { outcome: '不同意' } }, road: 'section' },
  },
  suggestion_handling: {
    due: { handle: day(60), visit: months(3) },
    as: 'doc_clerk', form: () => ({ kind: 'deputy_suggestion', proposal_no: '第12号', subject: '加快水网建设', proposer: '孙代表', phone: '13900003333', assigned_on: day(0), handler: post.section_head }),
    plan: { handle: { form: { talked_on: day(1), answer: '已列入计划。', category: 'c' }, refused: [[{ talked_on: day(-3), answer: '已列入计划。', category: 'c' }, 'talked_on']] }, visit: { outcome: '办结', form: { satisfied: 'yes' }, refusedWith: '办结', refused: [[{ satisfied: 'no' }, 'satisfied']] } }, road: 'handle leader visit',
    bad: [[{ assigned_on: day(5) }, 'assigned_on']], other: { plan: { handle: { form: { talked_on: day(1), answer: '已办。', category: 'a' } }, visit: { once: '重办', onceForm: { satisfied: 'no' }, outcome: '办结', form: { satisfied: 'mostly' } } }, road: 'handle leader visit handle leader visit' },
  },
  project_progress: {
    form: () => ({ project: '城区防洪工程', month: '2026年11月', total: '1000.00', before: '400.00', this_month: '100.00', planned: '60' }), plan: { verify: { form: { verified: '49' } } }, road: 'section verify',
    bad: [[{ this_month: '900.00' }, 'this_month'], [{ planned: '90' }, 'causes']], other: { form: { planned: '90', causes: '汛期停工' }, plan: { section: { outcome: '不同意' } }, road: 'section' },
  },
  five_stage: {
    due: { handle: day(work[5]) },
    form: () => ({ subject: '取水许可', applicant: '某水厂', applicant_phone: '0736-7000000', materials: [{ what: '申请表', is_there: true }], promised_days: '5' }),
    plan: { accept: { form: { handler: post.section_head } }, handle: { form: { finding: '符合条件' } }, approve: { outcome: '同意', form: { licence_no: '许〔2026〕1号' }, refused: [[{}, 'licence_no']] } }, road: 'accept handle review approve close',
    bad: [[{ promised_days: '90' }, 'promised_days']], other: { plan: { accept: { form: { handler: post.section_head } }, handle: { form: { finding: '不符合' } }, review: { outcome: '不同意' } }, road: 'accept handle review' },
  },
}

/* Whom somebody refused came to nothing: that is no approval. */
const refuses = plan => Object.values(plan || {}).some(p => ['不同意', '不予受理'].includes(p.outcome))

for (const [key, r] of Object.entries(roads)) test(`${key}: to its end, by another road, and never against its rules`, async () => {
  const as = r.as || 'drafter', client = o.people[as]
  const form = r.form()
  const bad = r.papers ? await o.draftWithPapers(key, form, r.papers, as) : null
  for (const [change, field] of r.bad) await o.refused(key, { ...form, ...change }, field, { as, draft: bad })
  const run = async (more, planned, road, due, state = 'done') => {
    const plan = { ...planned, due }
    const whole = { ...form, ...(typeof more === 'function' ? more(await run.first) : more) }
    const matter = r.papers ? await o.startWithPapers(key, whole, r.papers, as) : await o.start(key, whole, { as })
    const done = await o.play(matter, plan, client)
    assert.equal(done.seen.join(' '), road)
    assert.equal(done.state, state)
    return matter
  }
  const first = await run({}, r.plan || {}, r.road, r.due)
  run.first = first
  const second = await run(r.other.form || {}, r.other.plan || {}, r.other.road, r.other.due || r.due, refuses(r.other.plan) ? 'rejected' : 'done')
  // As it shows itself: number, register, print sheet; nothing of it to another unit.
  const one = await o.looks(key, first, client), two = await client.read('/matters/' + second)
  assert.notEqual(one.number, two.number)
  const stranger = await c.signIn('town_clerk')
  assert.equal((await stranger.get('/matters/' + first)).status, 404)
})

test('leave: its days are the calendar’s, both ends counted, and each limit lies where it says', async () => {
  const start = async (kind, n) => {
    const form = { kind, period: spell(n), reason: '测试', ...(kind === 'annual' ? { quota: sixty } : {}) }
    const { computed } = await o.people.drafter.act('/forms/evaluate', { module: 'leave', form }, { key: null })
    assert.equal(computed.days, String(n), `${n} working days`)
    const matter = await o.start('leave', form)
    assert.equal((await o.people.drafter.read('/matters/' + matter)).title, `请假：温晓川 ${n} 天`)
    return matter
  }
  const road = async (kind, n) => (await o.play(await start(kind, n), { due: { back: day(off[n] + 3) }, back: { form: { returned_on: day(off[n]) } } })).seen.join(' ')
  assert.equal(await road('personal', 1), 'section record back')
  assert.equal(await road('sick', 3), 'section record back') // no certificate
  assert.equal(await road('bereavement', 3), 'section record back')
  assert.equal(await road('personal', 4), 'section leader record back')
  assert.equal(await road('personal', 10), 'section leader record back')
  assert.equal(await road('personal', 11), 'section leader principal record back')
  await start('annual', 15)
})

test('leave: annual leave of a year is what personnel entered, over all requests, and two at once do not overdraw it', async () => {
  const quota = await entitled('finance', 5), client = o.people.finance
  const form = (n, more = {}) => ({ kind: 'annual', period: spell(n), quota, reason: '休假', ...more })
  const left = async () => (await client.act('/forms/evaluate', { module: 'leave', form: form(1) }, { key: null })).computed.left
  const refused = (f, field, as = 'finance') => o.refused('leave', f, field, { as })
  assert.equal(await left(), '5', 'shown before it is handed in')
  const twice = await o.people.personnel.post('/things/leave.entitlement', { form: { who_year: `${(await client.read('/me')).person.name} ${yearOf()}`, who: post.finance, year: yearOf(), days: '9' } })
  assert.deepEqual([twice.status, twice.body.code], [409, 'thing.taken'])
  assert.equal((await client.post('/things/leave.entitlement', { form: { who_year: '我 1', who: post.finance, year: yearOf(), days: '30' } })).status, 403, 'nobody enters the own')
  await refused(form(10), 'period')
  await refused(form(2, { quota: sixty }), 'quota') // somebody else's
  await refused(form(2), 'quota', 'legal')
  const foreign = await (await c.signIn('town_handler')).post('/matters', { module: 'leave', form: form(1), hand_on: true })
  assert.ok([400, 403, 404, 409].includes(foreign.status), JSON.stringify(foreign.body))
  const last = await entitled('finance', 10, { who_year: '去年', year: String(yearOf() - 1) })
  await refused(form(2, { quota: last }), 'quota') // of another year
  await refused(form(1, { period: { from: `${yearOf()}-12-31`, to: `${+yearOf() + 1}-01-02` } }), 'period')

  const fired = await Promise.all([3, 3, 3].map(n => client.post('/matters', { module: 'leave', form: form(n), hand_on: true })))
  assert.deepEqual(fired.map(r => r.status).sort(), [201, 400, 400], JSON.stringify(fired.map(r => r.body)))
  const first = fired.find(r => r.status === 201).body.matter_id
  assert.equal(await left(), '2')
  await refused(form(3), 'period')
  const second = await o.start('leave', form(2), { as: 'finance' })
  assert.equal(await left(), '0')
  // Not agreed: the days are there again. Back early: what was not taken too.
  assert.equal((await o.play(second, { section: { outcome: '不同意' } }, client)).state, 'rejected')
  assert.equal(await left(), '2')
  const plan = { due: { back: day(off[3] + 3) }, back: { form: { returned_on: day(off[2]) } } }
  assert.equal((await o.play(first, plan, client)).state, 'done')
  assert.equal((await client.read('/matters/' + first)).form.values.taken, '1')
  assert.equal(await left(), '4')
  await o.start('leave', form(4), { as: 'finance' })
  assert.equal(await left(), '0')
})

test('major_matter_report: one working day is the day after, not a day more', async () => {
  const form = when => ({ matter_title: '水库险情', kind: 'report', field: 'safety', happened_on: when, situation: '坝体渗漏。' })
  await o.start('major_matter_report', form(day(0)))
  // By the last working day but one before a day that may itself be none.
  const isToday = await isWork(day(0))
  await o.start('major_matter_report', form(day(work[isToday ? -1 : -2])))
  await o.refused('major_matter_report', form(day(work[isToday ? -2 : -3])), 'reasons.2')
})

test('website_release: whoever wrote it neither clears nor releases it', async () => {
  const form = { headline: '水利建设', column: 'news', text: '<p>启动。</p>', source: '本单位', is_cleared: true }
  for (const [as, node] of [['recheck', 'secrecy'], ['disclosure', 'final']]) {
    const matter = await o.start('website_release', form, { as })
    const seen = []
    while ((await o.holder(matter))?.item.node !== node) seen.push(await o.step(matter, {}, seen))
    const { item } = await o.holder(matter)
    const own = await o.people[as].post(`/items/${item.id}/complete`, { outcome: '同意', opinion: '同意' })
    assert.ok([403, 404, 409].includes(own.status), `${as} passes his own: ${JSON.stringify(own.body)}`)
    assert.equal((await o.people[as].read('/matters/' + matter)).state, 'running')
  }
})

test('training, trips: all who go are away meanwhile, and back when it is told', async () => {
  const away = async on => (await o.people.office_head.rows(`/whereabouts?unit_id=${o.unit}&on=${on}`)).map(x => [x.name, x.label])
  const form = { course: '公文写作', held_by: '市委党校', period: days(40, 42), places: '2', trainees: [post.drafter, post.legal] }
  const course = await o.start('training_enrolment', form)
  const seen = []
  while ((await o.holder(course)).item.node !== 'result') seen.push(await o.step(course, { due: {} }, seen))
  const names = async () => { const rows = await away(day(41)); return rows.filter(x => x[1] === 'duty_out').length }
  assert.equal(await names(), 2)
  assert.equal((await away(day(43))).length, 0)
  await o.step(course, { due: { result: day(49) }, result: { form: { hours: '24', passed: '2' } } }, seen)
  assert.equal(await names(), 0)
  const trip = { destination: '长沙', period: days(60, 61), task: '汇报', transport: 'train', fare: '200.00', lodging: '300.00' }
  const alone = await o.start('business_trip', trip)
  await o.step(alone, {}, []); await o.step(alone, {}, ['section'])
  assert.deepEqual((await away(day(60))).map(x => x[1]), ['trip'])
  const together = await o.start('business_trip', { ...trip, companions: [post.section_head, post.finance] })
  await o.step(together, {}, []); await o.step(together, {}, ['section'])
  assert.equal((await away(day(61))).length, 4)
})

test('duty_report: one final, nothing after it; the bulletin is the leaders’ to read', async () => {
  const form = { kind: 'first', event_title: '山体滑坡', occurred_at: moment(-20), phoned_at: moment(-10), place: '石门县', dead: '0', injured: '0', situation: '滑坡二百方。' }
  const first = await o.start('duty_report', form)
  assert.equal((await o.play(first, { due: { duty: form.occurred_at + 60 * 60e3 }, bulletin_place: { form: { bulletin_no: '第2期' } } })).state, 'done')
  for (const leader of ['youshining', 'tanglianyun'])
    assert.ok((await o.people[leader].rows('/items?box=to_read')).some(x => x.matter === first), leader + ' has it to read')
  const more = { ...form, phoned_at: null, first, measures: '已转移。' }
  const follow = await o.start('duty_report', { ...more, kind: 'follow_up' })
  const final = await o.start('duty_report', { ...more, kind: 'final' })
  for (const kind of ['final', 'follow_up']) await o.refused('duty_report', { ...more, kind }, 'first')
  await o.refused('duty_report', { ...more, kind: 'follow_up', first: follow }, 'first') // of a first report only
  assert.ok(final)
})

test('five_stage: not accepted without its papers; who handled it does not approve it', async () => {
  const form = { subject: '取水许可', applicant: '某水厂', applicant_phone: '0736-7000000', materials: [{ what: '申请表', is_there: true }, { what: '图纸', is_there: false }], promised_days: '5' }
  const lacking = await o.start('five_stage', form)
  const at = await o.holder(lacking)
  assert.equal(at.item.node, 'accept')
  const no = await o.people[at.name].post(`/items/${at.item.id}/complete`, { form: { handler: post.section_head } })
  assert.deepEqual([no.status, no.body.field], [400, 'form.materials'])
  const whole = { ...form, materials: form.materials.map(x => ({ ...x, is_there: true })) }
  const matter = await o.start('five_stage', whole)
  const plan = { due: { handle: day(work[5]) }, accept: { form: { handler: post.youshining } }, handle: { form: { finding: '符合条件' } } }
  const seen = []
  while ((await o.holder(matter)).item.node !== 'approve') seen.push(await o.step(matter, plan, seen))
  assert.deepEqual(seen, ['accept', 'handle', 'review'])
  const { name, item } = await o.holder(matter)
  assert.equal(name, 'youshining', 'who heads the unit handled it')
  const own = await o.people[name].post(`/items/${item.id}/complete`, { outcome: '同意', opinion: '同意', form: { licence_no: '许〔2026〕2号' } })
  assert.equal(own.status, 409, JSON.stringify(own.body))
})

test('B16 internal_document: its readers have it to read when it is signed, and may open it; nobody before', async () => {
  const matter = await o.start('internal_document', { doc_title: '关于值班安排的通知', kind: 'notice', text: '<p>请遵照执行。</p>', readers: [post.finance, post.personnel] })
  const seen = []
  while ((await o.holder(matter)).item.node !== 'sign') seen.push(await o.step(matter, {}, seen))
  assert.equal((await o.people.finance.get('/matters/' + matter)).status, 404)
  await o.step(matter, {}, seen)
  for (const n of ['finance', 'personnel']) {
    assert.ok((await o.people[n].rows('/items?box=to_read')).some(x => x.matter === matter), n)
    assert.equal((await o.people[n].get('/matters/' + matter)).status, 200, n)
  }
  assert.equal((await o.people.legal.get('/matters/' + matter)).status, 404)
})
