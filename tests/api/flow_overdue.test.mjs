// What the clock does when a step is late, by what is drawn on it; what two do at the same instant;
// versions that a called process is held on. Through the real server, with two nodes on PostgreSQL.
// (FLOW 5.4, 5.12, 5.13; OFFICE M5, P8; B10)
import test from 'node:test'
import assert from 'node:assert/strict'
import { city, query, until } from './tongban.mjs'
import { begin, chain, current, done, end, node, page, people, process, put, state, todo, user } from './flow_kit.mjs'

const c = await city()
const DAY = 86400e3
const names = ['drafter', 'section_head', 'office_head', 'reviewer', 'recheck', 'doc_clerk', 'leader', 'secretary', 'city_admin']
let who
const signIn = async () => { who = await people(c, names) }
await signIn()
const post = Object.fromEntries(await Promise.all(names.map(async n => [n, (await who[n].read('/me')).posts[0].id])))
const name = Object.fromEntries(await Promise.all(names.map(async n => [n, (await who[n].read('/me')).person.name])))
const later = async ms => { await c.later(ms); await signIn() }
const start = async (module, by = 'reviewer', form = {}) => { const m = (await who[by].act('/matters', { module, title: module, form })).matter_id; await done(who[by], m); return m }
const late = (key, attributes, more = {}) => put(c, key, [], process(begin + user('fill') + user('check', { due: '1wd', ...attributes }) + end + chain('begin', 'fill', 'check', 'end')), more)
const trace = async (m, op, by = 'reviewer') => (await who[by].rows(`/matters/${m}/trace`)).filter(t => t.op === op)
const byClock = m => Number(query(c, `SELECT count(*) FROM trace WHERE stream = ${m} AND person_id IS NULL AND op IN ('item.escalate', 'item.overdue_transfer', 'item.auto', 'item.overdue')`)[0][0])
const said = async m => (await page(who.reviewer, m)).sheet.filter(g => g.name === 'check' || g.name === '核对').flatMap(g => g.opinions)
const reads = async (client, m) => (await client.rows('/items?box=to_read')).filter(r => r.matter === m)

const yesNo = (outcome, extra = '') => process(begin + user('fill') + `<userTask id="check" name="核对" oa:assign="post(${post.drafter})" oa:due="1wd" oa:overdue="auto:${outcome}"${extra}/>` +
  node('exclusiveGateway', 'gate', 'default="f_gate_no"') + user('yes', { assign: 'role(doc_clerk)' }) + user('no', { assign: 'role(doc_clerk)' }) + end + chain('begin', 'fill', 'check', 'gate') +
  '<sequenceFlow id="f_gate_yes" sourceRef="gate" targetRef="yes" oa:label="核对无误"><conditionExpression>outcome = "核对无误"</conditionExpression></sequenceFlow><sequenceFlow id="f_gate_no" sourceRef="gate" targetRef="no" oa:label="不同意"/>' + chain('yes', 'end') + chain('no', 'end'))
await late('o_escalate', { assign: `post(${post.drafter})`, overdue: 'escalate' })
await late('o_transfer', { assign: `post(${post.drafter})`, overdue: 'transfer' })
await late('o_leader', { assign: `post(${post.leader})`, overdue: 'transfer' })
await put(c, 'o_auto', [], yesNo('不同意'))
const escalated = await start('o_escalate'), passed = await start('o_transfer'), theirs = await start('o_transfer', 'section_head'), leaders = await start('o_leader')
const automatic = await start('o_auto'), own = await start('o_auto')
await done(who.drafter, own, { outcome: '核对无误' }) // in time: the clock has nothing to do
const due = (await todo(who.drafter, passed)).due_at
await later(4 * DAY)

test('5.12 escalate: the superior gets it to read, once; the step stays where it is and nobody has decided', async () => {
  await until('told', async () => (await reads(who.section_head, escalated)).length === 1)
  assert.deepEqual((await trace(escalated, 'item.escalate')).length, 1)
  const item = await todo(who.drafter, escalated)
  assert.deepEqual([item.state, item.overdue], ['ready', true])
  assert.deepEqual(await said(escalated), [], 'no word of anybody')
})

test('5.12 M5 never to the one who asked for it: it goes one further up', async () => {
  await until('passed on', async () => (await trace(theirs, 'item.overdue_transfer', 'section_head')).length === 1)
  assert.deepEqual([await todo(who.section_head, theirs), await todo(who.drafter, theirs)], [undefined, undefined])
  assert.deepEqual(query(c, `SELECT count(*) FROM item i JOIN post p ON p.id = i.owner_id WHERE i.matter_id = ${theirs} AND i.state = 'ready' AND i.node = 'check' AND p.person_id <> (SELECT starter_person FROM matter WHERE id = ${theirs})`), [['1']])
})

test('P8 a leader’s step is never passed over nor told upwards: who stands before the leader hears', async () => {
  await until('the secretary is asked', async () => { const r = await todo(who.secretary, leaders); return r && r.urges === 1 })
  const his = await todo(who.leader, leaders)
  assert.deepEqual([his.urges, his.overdue, (await trace(leaders, 'item.overdue_transfer')).length], [0, false, 0])
})

test('5.12 auto: the outcome is the system’s, leaves no word on the sheet, and the way follows it', async () => {
  await until('its way', async () => (await current(who.reviewer, automatic)).includes('no'))
  assert.equal(await todo(who.drafter, automatic), undefined)
  const [told, ...more] = await trace(automatic, 'item.auto')
  assert.deepEqual([told.actor, more.length], [null, 0])
  assert.deepEqual(await said(automatic), [])
  assert.deepEqual(query(c, `SELECT count(done_person), max(outcome) FROM item WHERE matter_id = ${automatic} AND node = 'check'`), [['0', '不同意']])
  assert.deepEqual(await current(who.reviewer, own), ['yes'])
  assert.equal((await trace(own, 'item.auto')).length, 0)
})

test('5.12 transfer: it passes to the superior with its limit, and no further before another working day', async () => {
  const item = await until('passed on', () => todo(who.section_head, passed))
  assert.equal(await todo(who.drafter, passed), undefined)
  assert.deepEqual([item.due_at, item.overdue], [due, true])
  const [told, ...more] = await trace(passed, 'item.overdue_transfer')
  assert.deepEqual([told.actor, more], [null, []], 'the system did it, once')
  const next = Number(query(c, `SELECT next_at FROM item WHERE id = ${item.id}`)[0][0])
  assert.ok(next > c.now(), 'the new holder has until the next working day')
  assert.deepEqual(await said(passed), [])
  await later(next - c.now() + 60e3)
  await until('then the next one up', async () => byClock(passed) === 2)
  // and what was told upwards days ago is not told again
  await until('the clock has looked', () => query(c, `SELECT count(*) FROM item WHERE next_at IS NOT NULL AND next_at < ${c.now() - 5000} AND state IN ('ready', 'opened')`)[0][0] === '0')
  assert.deepEqual([byClock(passed), (await trace(escalated, 'item.escalate')).length, (await reads(who.section_head, escalated)).length], [2, 1, 1])
  await done(who.drafter, escalated)
  assert.equal(await state(who.reviewer, escalated), 'done')
})

test('B10 consent is never the clock’s on 签发, 会签, 请示, 用印: by name, place, lane, id, many, unit, no deputy', async () => {
  const check = async (step, head = '') => (await c.operator('module.install', { key: 'o_bad', module: JSON.stringify({ name: '检查', tier: 'city', start: 'anyone', fields: [{ name: 'note', label: '说明', type: 'text' }] }),
    bpmn: process(begin + user('fill') + '\n' + step + end + chain('begin', 'fill', /id="([^"]+)"/.exec(step)[1], 'end'), head) })).report
  const step = (id, label, more = {}) => user(id, { assign: 'role(office_head)', due: '1wd', overdue: 'auto:agree', ...more }).replace(`name="${id}"`, `name="${label}"`)
  for (const bad of [step('a', '领导签发'), step('a', '部门会签'), step('a', '审核请示'), step('a', '用印'), step('a', '监印'), step('sign', '审定'), step('countersign', '审定'), step('seal', '审定'), step('request', '审定'),
    step('a', '审定', { sheet: '签发' }), step('a', '审定', { sign: 'all' }), step('a', '审定', { sign: 'vote' }), step('a', '审定', { no_backup: 'true' }), step('a', '审定', { child: 'countersign', assign: 'var(note)' })]) {
    const report = await check(bad)
    const e = report.errors.find(x => x.code === 'flow.auto_agreement')
    assert.ok(e && !report.ok, bad)
    assert.deepEqual([e.file, e.line, e.element], ['flow.bpmn', 5, /id="([^"]+)"/.exec(bad)[1]])
  }
  for (const good of [step('a', '领导签发', { overdue: 'auto:disagree' }), step('a', '核对'), step('a', '用印', { overdue: 'urge' })])
    assert.ok(!(await check(good)).errors.some(x => x.code === 'flow.auto_agreement'), good)
})

test('5.4 withdrawn and opened at the same instant: exactly one of the two, the other is told', async () => {
  await put(c, 'o_race', [], process(begin + user('fill') + user('check', { assign: `post(${post.drafter})` }) + end + chain('begin', 'fill', 'check', 'end')))
  const won = { withdraw: 0, open: 0 }
  for (let i = 0; i < 40; i++) {
    const m = await start('o_race')
    const mine = (await page(who.reviewer, m)).can.withdraw_item, theirs = (await todo(who.drafter, m)).id
    const withdraw = () => who.reviewer.post(`/items/${mine}/withdraw`, { reason: '写错了' }), open = () => who.drafter.post(`/items/${theirs}/open`)
    const both = i % 2 ? [withdraw(), open()] : [open(), withdraw()]
    const [w, o] = i % 2 ? await Promise.all(both) : (await Promise.all(both)).reverse()
    assert.equal((w.status === 200) + (o.status === 200), 1, `${w.status} ${o.status} ${JSON.stringify([w.body, o.body])}`)
    if (w.status === 200) {
      assert.ok(o.status === 409 || o.status === 404, JSON.stringify(o.body))
      assert.ok(o.body.detail.length > 4)
      assert.deepEqual(await current(who.reviewer, m), ['fill'])
      assert.equal(await todo(who.drafter, m), undefined)
      won.withdraw++
    } else {
      assert.deepEqual([w.status, w.body.code], [409, 'flow.already_opened'])
      assert.ok(w.body.detail.length > 4)
      assert.equal((await todo(who.drafter, m)).state, 'opened')
      won.open++
    }
  }
  assert.equal(won.withdraw + won.open, 40)
})

test('5.13 a called process held on a version: what runs stays, what is pinned stays, the newest takes what is new', async () => {
  const child = step => put(c, 'o_child', [], process(begin + user(step, { assign: 'role(doc_clerk)' }) + end + chain('begin', step, 'end')))
  const parent = (key, version) => put(c, key, [], process(begin + user('fill') + node('callActivity', 'ask', 'calledElement="o_child"' + (version ? ` oa:version="${version}"` : '')) + user('after') + end + chain('begin', 'fill', 'ask', 'after', 'end')))
  await child('first')
  await parent('o_pinned', '1')
  await parent('o_newest')
  const called = async m => Number(query(c, `SELECT id FROM matter WHERE parent_id = ${m}`)[0][0])
  const steps = async m => { const id = query(c, `SELECT id FROM matter WHERE parent_id = ${m}`)[0][0]; return current(who.doc_clerk, id) }
  const running = [await start('o_pinned'), await start('o_newest')]
  for (const m of running) assert.deepEqual(await steps(m), ['first'])
  await child('second')
  for (const m of running) assert.deepEqual(await steps(m), ['first'], 'what runs stays on its version')
  const pinned = await start('o_pinned'), newest = await start('o_newest')
  assert.deepEqual([await steps(pinned), await steps(newest)], [['first'], ['second']])
  for (const m of [...running, pinned, newest]) {
    await done(who.doc_clerk, String(query(c, `SELECT id FROM matter WHERE parent_id = ${m}`)[0][0]))
    assert.deepEqual(await current(who.reviewer, m), ['after'])
    assert.ok(await called(m))
  }
  const no = await c.operator('module.install', { key: 'o_none', module: JSON.stringify({ name: '无此版本', tier: 'city', start: 'anyone', fields: [{ name: 'note', label: '说明', type: 'text' }] }),
    bpmn: process(begin + user('fill') + node('callActivity', 'ask', 'calledElement="o_child" oa:version="zero"') + end + chain('begin', 'fill', 'ask', 'end')) })
  assert.equal(no.report.ok, false)
  assert.equal(no.report.errors[0].element, 'ask')
})

test('5.12 a limit in a year without holidays is called an estimate until the year is known, then it moves', async () => {
  await late('o_year', { assign: `post(${post.drafter})`, due: '120wd' })
  const m = await start('o_year')
  const of = async () => { const p = await page(who.drafter, m); return { ...p.my_item } }
  const was = await of()
  assert.equal(was.due_is_estimate, true)
  const year = new Date(was.due_at).getUTCFullYear()
  assert.ok(year > new Date(c.now()).getUTCFullYear())
  const near = await start('o_escalate')
  assert.equal((await page(who.drafter, near)).my_item.due_is_estimate, false)
  const off = Array.from({ length: 5 }, (_, i) => `${year}-03-0${i + 1},off,试行`).join('\n')
  await who.city_admin.act('/calendar/import', { year, text: `date,kind,name\n${year}-01-01,off,元旦\n${off}` })
  await until('counted again', async () => (await of()).due_at > was.due_at)
  assert.equal((await of()).due_is_estimate, false)
})
