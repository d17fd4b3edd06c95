// 修改痕迹: who changed which words in which round, from the text first handed on to the newest; between any
// two versions; only for who may see the document. (B21)
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from './tongban.mjs'
import { officeOf } from './document_office.mjs'

const c = await city()
const o = await officeOf(c)
const TITLE = '常德市人民政府关于做好防汛工作的通知'
const doc = await o.draft()
const at = `/documents/${doc.document_id}`
const e = (text, more = {}) => ({ ...o.elements(TITLE), body: [{ kind: 'h1', text: '一、提高认识' }, { kind: 'p', text }], ...more })
const save = async (who, elements) => who.act(`${at}/save`, { ...elements, rev: (await who.read(at)).rev })
const marks = (who = o.drafter, q = '') => who.read(`${at}/marks${q}`)
const changed = m => m.rows.filter(r => r.pieces.some(p => p.put || p.taken)).map(r => r.pieces.map(p => (p.put ? '+' + p.put : '') + (p.taken ? '-' + p.taken : '') + (p.put || p.taken ? `{${p.text}}` : p.text)).join(''))

test('B21 before anybody else has touched it there are no marks', async () => {
  const m = await marks()
  assert.deepEqual(m.rounds.map(r => [r.round, r.author, r.from, r.to]), [[0, '温晓川', 1, 2]])
  assert.deepEqual(changed(m), [])
})

test('B21 each round is one person in one step; its words are marked as its own', async () => {
  await save(o.drafter, e('各级各部门要立即行动，落实责任。'))
  await o.done(o.drafter, doc.matter_id, { opinion: '请审核' })
  await save(o.section_head, e('各级各部门要马上行动，落实责任。'))
  await o.done(o.section_head, doc.matter_id, { opinion: '拟同意' })
  // what was only typed goes along when it is handed on, as the reviewer's round
  await o.reviewer.act(`${at}/buffer`, e('各级各部门要马上行动，落实防汛责任。', { note: '此件公开发布' }), { key: null })
  await o.done(o.reviewer, doc.matter_id, { opinion: '已核' })
  const m = await marks(o.office_head)
  const people = [o.drafter, o.section_head, o.reviewer]
  const names = await Promise.all(people.map(async p => (await p.read('/me')).person.name))
  assert.deepEqual(m.rounds.map(r => r.author), names)
  assert.equal(new Set(m.rounds.map(r => r.step)).size, 3)
  assert.ok(m.rounds.every(r => r.step))
  assert.deepEqual(changed(m), ['+2{附注：此件公开发布}', '各级各部门要-1{立即}+1{马上}行动，落实+2{防汛}责任。'])
  assert.equal(m.rows.find(r => r.pieces.length > 1).kind, 'p')
})

test('B21 between any two versions; a version there is not is none', async () => {
  const all = (await o.drafter.rows(`${at}/revisions`)).map(r => r.revision)
  const newest = all[0]
  assert.deepEqual(changed(await marks(o.drafter, `?from=${newest - 1}&to=${newest}`)), ['+1{附注：此件公开发布}', '各级各部门要马上行动，落实+1{防汛}责任。'])
  const first = await marks(o.drafter, '?from=1')
  assert.equal(first.from, 1)
  assert.ok(changed(first).length > 2, 'from the empty draft on, its own round is marked as well')
  for (const q of [`?to=${newest + 5}`, `?from=${newest + 1}`, `?from=${newest}&to=1`]) assert.equal((await o.drafter.get(`${at}/marks${q}`)).status, 404)
  assert.equal((await o.drafter.get(`${at}/marks?from=x`)).status, 400)
})

test("another's document is as if it were not there", async () => {
  for (const path of [`${at}/marks`, '/documents/7/marks', `${at}/marks?from=1&to=2`]) assert.equal((await o.town_clerk.get(path)).status, 404)
})
