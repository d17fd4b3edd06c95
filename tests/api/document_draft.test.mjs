// The draft: saved with a revision each time, never over somebody else's change; a buffer while
// typing; two revisions side by side; findings that stop, warnings that want a reason. (B1; R1–R13)
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from './tongban.mjs'
import { officeOf } from './document_office.mjs'

const c = await city()
const o = await officeOf(c)
const save = (doc, client, elements, rev) => client.act(`/documents/${doc.document_id}/save`, { ...elements, rev })

test('B1 each save is a revision with its author; a stale one is refused', async () => {
  const doc = await o.draft()
  const e = o.elements('常德市人民政府关于做好防汛工作的通知')
  const second = await save(doc, o.drafter, { ...e, body: [...e.body, { kind: 'p', text: '请于7月10日前报送落实情况。' }] }, doc.rev)
  assert.equal(second.revision, doc.revision + 1)
  const r = await o.drafter.refused(`/documents/${doc.document_id}/save`, { ...e, rev: doc.rev }, 409, 'doc.stale')
  assert.equal(r.field, 'rev')
  const same = await save(doc, o.drafter, { ...e, body: [...e.body, { kind: 'p', text: '请于7月10日前报送落实情况。' }] }, second.rev)
  assert.equal(same.revision, second.revision, 'nothing new, no revision')
  const rows = await o.drafter.rows(`/documents/${doc.document_id}/revisions`)
  assert.deepEqual(rows.map(x => x.revision), [3, 2, 1])
  assert.equal(rows[0].author, '温晓川')
  const diff = await o.drafter.rows(`/documents/${doc.document_id}/compare?from=2&to=3`)
  assert.deepEqual(diff.filter(x => x.op !== 'same').map(x => [x.op, x.right]), [['add', '请于7月10日前报送落实情况。']])
  const none = await o.drafter.get(`/documents/${doc.document_id}/compare?from=2&to=9`)
  assert.equal(none.status, 404)
})

test('B1 changed words are shown inside the paragraph', async () => {
  const doc = await o.draft()
  const e = o.elements('常德市人民政府关于做好防汛工作的通知')
  e.body[1] = { kind: 'p', text: '各级各部门要马上行动，落实防汛责任。' }
  await save(doc, o.drafter, e, doc.rev)
  const [row] = (await o.drafter.rows(`/documents/${doc.document_id}/compare?from=2&to=3`)).filter(x => x.op === 'change')
  assert.deepEqual(row.left_pieces.filter(p => !p.same).map(p => p.text), ['立即'])
  assert.deepEqual(row.right_pieces.filter(p => !p.same).map(p => p.text), ['马上'])
})

test('B1 the buffer is one per person, makes no revision, and goes with the save', async () => {
  const doc = await o.draft()
  const at = `/documents/${doc.document_id}/buffer`
  assert.equal((await o.drafter.read(at)).buffer, null)
  const e = o.elements('常德市人民政府关于做好防汛工作的通知')
  for (const text of ['正在输入', '正在输入更多'])
    await o.drafter.act(at, { ...e, body: [{ kind: 'p', text }] }, { key: null })
  const kept = (await o.drafter.read(at)).buffer
  assert.equal(kept.elements.body[0].text, '正在输入更多')
  assert.equal((await o.drafter.rows(`/documents/${doc.document_id}/revisions`)).length, 2)
  assert.equal((await o.section_head.get(at)).status, 404)
  await save(doc, o.drafter, e, doc.rev)
  assert.equal((await o.drafter.read(at)).buffer, null)
})

test('B1 a body that is none is refused, and changes nothing', async () => {
  const doc = await o.draft()
  const e = o.elements('常德市人民政府关于做好防汛工作的通知')
  for (const body of [[{ kind: 'x', text: '一' }], [{ kind: 'p' }], [{ kind: 'p', text: 1 }], [{ kind: 'table', rows: 'x' }], [{ kind: 'p', text: '一', html: '<b>' }], {}, '一'])
    await o.drafter.refused(`/documents/${doc.document_id}/save`, { ...e, body, rev: doc.rev }, 400, 'doc.body_shape')
  await o.drafter.refused(`/documents/${doc.document_id}/save`, { ...e, disclosure: 'maybe', rev: doc.rev }, 400)
  assert.equal((await o.page(o.drafter, doc.matter_id)).document.rev, doc.rev)
})

test('R5 D6 errors stop handing on, a warning wants a reason and keeps it', async () => {
  const title = '常德市人民政府关于防汛工作的通知'
  const doc = await o.draft({ title, disclosure: '' })
  let found = await o.drafter.rows(`/documents/${doc.document_id}/findings`)
  assert.deepEqual(found.map(f => [f.rule, f.level, f.field]), [['D6', 'error', 'disclosure']])
  const stop = await o.stopped(o.drafter, doc.matter_id, {}, 409, 'doc.finding_error')
  assert.match(stop.detail, /公开属性/)
  await o.drafter.refused(`/documents/${doc.document_id}/confirm_warning`, { rule: 'D6', reason: '以后再补' }, 409, 'doc.error_stays')
  const e = { ...o.elements(title), body: [{ kind: 'p', text: '以上事项，请予批准。' }] }
  let saved = await save(doc, o.drafter, e, doc.rev)
  await o.stopped(o.drafter, doc.matter_id, {}, 409, 'doc.finding_warning')
  await o.drafter.refused(`/documents/${doc.document_id}/confirm_warning`, { rule: 'R5', reason: '' }, 400)
  await o.drafter.refused(`/documents/${doc.document_id}/confirm_warning`, { rule: 'R2', reason: '没有这条' }, 400, 'doc.no_such_finding')
  await o.drafter.act(`/documents/${doc.document_id}/confirm_warning`, { rule: 'R5', reason: '引用来文原话' })
  found = await o.drafter.rows(`/documents/${doc.document_id}/findings`)
  assert.deepEqual(found.map(f => [f.rule, f.reason, f.confirmed_by]), [['R5', '引用来文原话', '温晓川']])
  await o.done(o.drafter, doc.matter_id, {})
  assert.ok(await o.todo(o.section_head, doc.matter_id))
  const trace = await o.drafter.rows(`/matters/${doc.matter_id}/trace`)
  assert.ok(trace.some(t => t.op === 'doc.confirm_warning'))
})

test('R1 D5 what goes to villages says so and passes nobody by', async () => {
  const village = (await (await c.signIn('village_clerk')).read('/me')).posts[0].unit.id
  const doc = await o.draft({ main_recipients: { units: [village], groups: [] } })
  const rules = async () => (await o.drafter.rows(`/documents/${doc.document_id}/findings`)).map(f => f.rule).sort()
  assert.deepEqual(await rules(), ['D5', 'R1'])
  const town = o.post.town_clerk.unit.id
  const e = { ...o.elements('常德市人民政府关于做好防汛工作的通知'), distribution_scope: '发至村（社区）', main_recipients: { units: [village, town], groups: [] } }
  const saved = await save(doc, o.drafter, e, doc.rev)
  assert.deepEqual(await rules(), ['R1'], 'the county is still passed by')
  const county = (await (await c.signIn('county_clerk')).read('/me')).posts[0].unit.id
  await save(doc, o.drafter, { ...e, main_recipients: { units: [village, town, county], groups: [] } }, saved.rev)
  assert.deepEqual(await rules(), [])
})

test('S25 a draft is nobody else’s: absent for other units, read only for those not at work on it', async () => {
  const doc = await o.draft()
  for (const at of ['', '/revisions', '/findings', '/buffer', '/compare?from=1&to=2'])
    assert.equal((await o.town_clerk.get(`/documents/${doc.document_id}${at}`)).status, 404, at)
  const e = o.elements('常德市人民政府关于做好防汛工作的通知')
  await o.town_clerk.refused(`/documents/${doc.document_id}/save`, { ...e, rev: doc.rev }, 404)
  await o.town_clerk.refused('/documents', { agency_id: o.government.id, doc_type: '通知', title: '冒名通知' }, 400, 'doc.not_your_agency')
  await o.done(o.drafter, doc.matter_id, {})
  const p = await o.page(o.drafter, doc.matter_id)
  await o.drafter.refused(`/documents/${doc.document_id}/save`, { ...e, rev: p.document.rev }, 409, 'doc.not_your_turn')
  await o.section_head.act(`/documents/${doc.document_id}/save`, { ...e, note: '科室修改', rev: p.document.rev })
})
