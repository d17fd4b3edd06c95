// 代录: what a leader said or wrote, recorded by the secretary: a paper with its scan, the hour as it is
// known and never made up; the leader confirms or corrects it (OFFICE P1, R1).
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from './tongban.mjs'
import { officeOf } from './document_office.mjs'

const c = await city()
const o = await officeOf(c)
const secretary = await c.signIn('secretary')
const unit = o.post.doc_clerk.unit.id
const LEADER = '贺青林'
const tus = { 'Tus-Resumable': '1.0.0' }
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64')
const dayOf = ms => new Date(ms + 8 * 3600e3).toISOString().slice(0, 10)

let n = 0
async function atLeader() {
  const { matter_id } = await o.doc_clerk.act('/received', { unit_id: unit, issuer: '湖南省应急管理厅', number: `湘应急〔2026〕${++n + 300}号`, title: `关于第${n}次值守的通知` })
  await o.done(o.doc_clerk, matter_id)
  await o.done(o.doc_clerk, matter_id, { outcome: 'accept' })
  await o.done(o.office_head, matter_id, { outcome: 'instruct', vars: { leaders: ['post:' + o.post.leader.id] } })
  return { matter: matter_id, item: (await secretary.read(`/matters/${matter_id}`)).my_item.id }
}
async function attach(who, matter, name, kind = 'scan') {
  const made = await who.request('POST', '/uploads', { headers: { ...tus, 'Upload-Length': String(png.length), 'Upload-Metadata': 'filename ' + Buffer.from(name).toString('base64') } })
  const at = made.headers.get('location').replace('/api/v1', '')
  await who.request('PATCH', at, { body: png, headers: { ...tus, 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' } })
  return (await who.act(`/matters/${matter}/attachments`, { upload_id: at.split('/').pop(), name, kind })).id
}
const words = { text: '请应急局牵头，三日内落实。', outcome: 'instruct' }
const record = (x, body) => secretary.act(`/items/${x.item}/record_for`, { ...words, ...body })
const refused = (x, body, status, code) => secretary.refused(`/items/${x.item}/record_for`, { ...words, ...body }, status, code)
const said = async (who, matter) => (await who.read(`/matters/${matter}`)).sheet.find(s => s.name === '领导批示').opinions

test('P1 the hour is said or said to be unknown; it is never made up', async () => {
  const x = await atLeader()
  assert.equal((await refused(x, { form: 'oral' }, 400, 'item.said_when')).field, 'said_at')
  assert.equal((await refused(x, { form: 'oral', said_at: c.now() + 3600e3 }, 400, 'item.said_later')).field, 'said_at')
  assert.equal((await refused(x, { form: 'oral', said_on: dayOf(c.now() + 86400e3) }, 400, 'item.said_later')).field, 'said_on')
  const day = dayOf(c.now() - 2 * 86400e3)
  await record(x, { form: 'oral', said_on: day })
  const [one] = await said(o.office_head, x.matter)
  assert.deepEqual([one.who, one.recorded_by, one.recorded_form, one.said_on, one.said_at, one.scan], [LEADER, '安雨晨', 'oral', day, null, null])
  const book = (await o.office_head.rows(`/instructions?unit=${unit}`)).find(i => i.matter === x.matter)
  assert.equal(dayOf(book.at), day, 'the register has the day of the word')

  const y = await atLeader(), at = c.now() - 60_000
  await record(y, { form: 'oral', said_at: at })
  const [other] = await said(o.office_head, y.matter)
  assert.deepEqual([other.said_at, other.said_on], [at, dayOf(at)])
})

test('P1 a paper has its scan: an attachment of this matter, added by the one who records, and it stays', async () => {
  const x = await atLeader(), other = await atLeader()
  const at = { form: 'paper', said_at: c.now() - 60_000 }
  assert.equal((await refused(x, at, 400, 'item.scan_missing')).field, 'scan_id')
  const elsewhere = await attach(secretary, other.matter, '批示.png'), plain = await attach(secretary, x.matter, '照片.png', 'attachment')
  const theirs = await attach(o.doc_clerk, x.matter, '扫描.png')
  for (const scan_id of ['4711', elsewhere, plain, theirs])
    assert.equal((await refused(x, { ...at, scan_id }, 400, 'item.scan')).field, 'scan_id')
  const scan_id = await attach(secretary, x.matter, '贺市长批示.png')
  await record(x, { ...at, scan_id })
  const [one] = await said(o.doc_clerk, x.matter)
  assert.deepEqual([one.recorded_form, one.scan], ['paper', scan_id])
  assert.ok((await o.doc_clerk.get(`/attachments/${scan_id}/content`, { raw: true })).body.equals(png))
  await o.doc_clerk.refused(`/attachments/${scan_id}/remove`, {}, 409, 'attachment.scan_used')
  await o.doc_clerk.act(`/attachments/${plain}/remove`, {})
})

test('P1 the leader confirms once, or corrects: the own words on the sheet, at the office and with who does it', async () => {
  const x = await atLeader()
  await record(x, { form: 'oral', said_on: dayOf(c.now()) })
  const [one] = await said(o.leader, x.matter)
  assert.equal(one.mine_to_confirm, true)
  assert.equal((await said(o.office_head, x.matter))[0].mine_to_confirm, false)
  await o.office_head.refused(`/opinions/${one.id}/confirm`, { text: '不是这样' }, 404)
  await secretary.refused(`/opinions/${one.id}/confirm`, {}, 404)
  const first = (await o.office_head.rows(`/instructions?unit=${unit}&state=new`)).find(i => i.matter === x.matter)
  const made = await o.office_head.act(`/matters/${x.matter}/assign`, { instruction_ids: [first.id], lead: 'post:' + o.post.section_head.id })
  const before = (await o.office_head.read('/me/counters')).instructions
  await o.leader.act(`/opinions/${one.id}/confirm`, { text: '请水利局牵头，两日内落实。' })
  await o.leader.refused(`/opinions/${one.id}/confirm`, {}, 409, 'opinion.confirmed')
  const now = await said(o.leader, x.matter)
  assert.deepEqual(now.map(s => [s.text, s.corrected, s.recorded_by, s.outcome, s.mine_to_confirm]), [['请水利局牵头，两日内落实。', true, null, 'instruct', false]])
  const fresh = (await o.office_head.rows(`/instructions?unit=${unit}&state=new`)).find(i => i.matter === x.matter)
  assert.equal(fresh.text, '请水利局牵头，两日内落实。')
  assert.equal((await o.office_head.read('/me/counters')).instructions, before + 1)
  const child = await o.section_head.read(`/matters/${made.matter_id}`)
  assert.ok(child.sheet.some(s => s.name === '批示更正' && s.opinions.some(p => p.text === '请水利局牵头，两日内落实。')))
  const trace = await o.office_head.rows(`/matters/${x.matter}/trace`)
  assert.ok(trace.some(r => r.op === 'opinion.confirm' && r.actor === LEADER))

  const y = await atLeader()
  await record(y, { form: 'oral', said_on: dayOf(c.now()) })
  const [other] = await said(o.leader, y.matter)
  await o.leader.act(`/opinions/${other.id}/confirm`, {})
  assert.deepEqual((await said(o.leader, y.matter)).map(s => [s.text, s.confirmed, s.corrected]), [[words.text, true, false]])
})
