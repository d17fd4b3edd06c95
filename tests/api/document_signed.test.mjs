// What goes out is what was signed, to whom it was signed for: files, recipients, typed and unsaved
// words; and what leaves the house with it. (W3, D5, R1, L4; B1 B3)
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from './tongban.mjs'
import { officeOf } from './document_office.mjs'

const c = await city()
const o = await officeOf(c)
const county = await c.signIn('county_clerk')
o.post.county_clerk = (await county.read('/me')).posts[0]
const town = o.post.town_clerk.unit.id, water = o.post.countersign_clerk.unit.id, above = o.post.county_clerk.unit.id
const tus = { 'Tus-Resumable': '1.0.0' }

async function attach(who, matter, name, kind = 'attachment') {
  const bytes = Buffer.from('内容：' + name)
  const made = await who.request('POST', '/uploads', { headers: { ...tus, 'Upload-Length': String(bytes.length), 'Upload-Metadata': 'filename ' + Buffer.from(name).toString('base64') } })
  const at = made.headers.get('location').replace('/api/v1', '')
  await who.request('PATCH', at, { body: bytes, headers: { ...tus, 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' } })
  return who.post(`/matters/${matter}/attachments`, { upload_id: at.split('/').pop(), name, kind })
}
const attached = async (...how) => { const r = await attach(...how); assert.equal(r.status, 201, JSON.stringify(r.body)); return r.body }
async function toDispatch(doc) {
  const got = await o.doc_clerk.act(`/documents/${doc.document_id}/reserve_number`, { book_id: (await o.book()).id })
  await o.done(o.doc_clerk, doc.matter_id, {})
  return got.number
}

test('W3 files added or taken away after the signature send it back to the signer', async () => {
  const doc = await o.draft(), m = doc.matter_id
  const list = await attached(o.drafter, m, '物资清单.txt')
  await o.toSigned(m)
  assert.equal((await o.page(o.recheck, m)).document.changed_after_signing, false)
  const more = await attached(o.recheck, m, '签发人没见过.txt')
  assert.equal((await o.page(o.recheck, m)).document.changed_after_signing, true)
  await o.stopped(o.recheck, m, { outcome: 'pass' }, 409, 'doc.files_after_signing')
  await o.recheck.act(`/attachments/${more.id}/remove`)
  await o.recheck.act(`/attachments/${list.id}/remove`)
  await o.stopped(o.recheck, m, { outcome: 'pass' }, 409, 'doc.files_after_signing')
  await attached(o.recheck, m, '物资清单.txt') // the same file again: as it was signed
  const new_one = await attached(o.recheck, m, '新的清单.txt')
  await o.done(o.recheck, m, { outcome: 'to_signer', opinion: '附件有增加，请复审' })
  await o.done(o.principal, m, { opinion: '同意' })
  await o.done(o.recheck, m, { outcome: 'pass' })
  const late = await attached(o.doc_clerk, m, '编号时加的.txt')
  await o.doc_clerk.act(`/documents/${doc.document_id}/reserve_number`, { book_id: (await o.book()).id })
  await o.stopped(o.doc_clerk, m, {}, 409, 'doc.files_after_signing')
  await o.doc_clerk.act(`/attachments/${late.id}/remove`)
  await o.done(o.doc_clerk, m, {})
  const cut = await attach(o.doc_clerk, m, '编号后加的.txt')
  assert.equal(cut.status, 409)
  assert.equal(cut.body.code, 'doc.files_frozen')
  await o.doc_clerk.refused(`/attachments/${new_one.id}/remove`, {}, 409, 'doc.files_frozen')
  assert.equal((await o.doc_clerk.act(`/documents/${doc.document_id}/dispatch`, { main: { unit_ids: [water] } })).count, 1)
})

test('W3 a change of substance at the numbering step is found there, while it can still go back', async () => {
  const doc = await o.draft(), m = doc.matter_id
  await o.toNumber(m)
  const { document } = await o.page(o.doc_clerk, m)
  await o.doc_clerk.act(`/documents/${doc.document_id}/save`, { ...o.elements(document.title), body: [{ kind: 'p', text: '补助标准为每户五百元。' }], rev: document.rev })
  await o.doc_clerk.act(`/documents/${doc.document_id}/reserve_number`, { book_id: (await o.book()).id })
  await o.stopped(o.doc_clerk, m, {}, 409, 'doc.changed_after_signing')
  const item = await o.todo(o.doc_clerk, m)
  await o.doc_clerk.act(`/items/${item.id}/send_back`, { to: 'recheck', way: 'rewind', reason: '文稿有改动' })
  await o.done(o.recheck, m, { outcome: 'to_signer' })
  await o.done(o.principal, m, { opinion: '同意改动' })
  await o.done(o.recheck, m, { outcome: 'pass' })
  await o.done(o.doc_clerk, m, {})
})

test('what stays inside stays: scans of words on paper and grounds do not go out with the letter', async () => {
  const doc = await o.draft({ main_recipients: { units: [water], groups: [] } }), m = doc.matter_id
  await attached(o.drafter, m, '随文附件.txt')
  await attached(o.drafter, m, '领导手批.txt', 'scan')
  await attached(o.drafter, m, '内部依据.txt', 'basis')
  await o.toNumber(m)
  const number = await toDispatch(doc)
  await attached(o.doc_clerk, m, '又一份手批.txt', 'scan') // of the inside, at any time
  await o.doc_clerk.act(`/documents/${doc.document_id}/dispatch`, { main: { unit_ids: [water] } })
  const d = (await o.countersign_clerk.rows('/deliveries?box=to_sign')).find(x => x.number === number)
  const { matter_id } = await o.countersign_clerk.act(`/deliveries/${d.id}/sign_for`)
  assert.deepEqual((await o.page(o.countersign_clerk, matter_id)).attachments.map(a => a.name), ['随文附件.txt'])
})

test('R1 D5 the rules hold for whom it goes to in fact; beyond what was signed a reason is kept', async () => {
  const doc = await o.draft({ main_recipients: { units: [water], groups: [] } }), m = doc.matter_id
  await o.toNumber(m)
  await toDispatch(doc)
  const path = `/documents/${doc.document_id}/dispatch`
  const skips = await o.doc_clerk.refused(path, { main: { unit_ids: [water, town] }, reason: '领导要求' }, 409, 'doc.finding_error')
  assert.match(skips.detail, /R1/)
  const asks = await o.doc_clerk.refused(path, { main: { unit_ids: [water] }, cc: { unit_ids: [above, town] } }, 409, 'doc.finding_warning')
  assert.equal(asks.field, 'reason')
  const sent = await o.doc_clerk.act(path, { main: { unit_ids: [water] }, cc: { unit_ids: [above, town] }, reason: '主要领导同意发至该镇' })
  assert.equal(sent.count, 3)
  const kept = (await o.doc_clerk.rows(`/matters/${m}/trace`)).filter(t => t.op === 'doc.confirm_warning')
  assert.ok(kept.length >= 2, 'D5 of the town and D5.more: each kept')
})

test('R1 D5 a unit that was forgotten is written to by the same rules', async () => {
  const doc = await o.draft({ main_recipients: { units: [water], groups: [] } })
  await o.toNumber(doc.matter_id)
  await toDispatch(doc)
  const { dispatch_id } = await o.doc_clerk.act(`/documents/${doc.document_id}/dispatch`, { main: { unit_ids: [water] } })
  const path = `/dispatches/${dispatch_id}/add_recipient`
  const skips = await o.office_head.refused(path, { main: { unit_ids: [town] }, reason: '遗漏' }, 409, 'doc.finding_error')
  assert.match(skips.detail, /R1/)
  assert.equal((await o.office_head.act(path, { main: { unit_ids: [above] }, reason: '遗漏' })).count, 1)
  assert.equal((await o.office_head.act(path, { main: { unit_ids: [town] }, reason: '主要领导同意发至该镇' })).count, 1, 'its county has had it')
  assert.ok((await o.doc_clerk.rows(`/matters/${doc.matter_id}/trace`)).some(t => t.op === 'doc.confirm_warning'))
})

test('D5 who forwards a letter beyond its scope says that the issuer consents', async () => {
  const doc = await o.draft({ main_recipients: { units: [above], groups: [] }, distribution_scope: '发至县处级' })
  await o.toNumber(doc.matter_id)
  const number = await toDispatch(doc)
  await o.doc_clerk.act(`/documents/${doc.document_id}/dispatch`, { main: { unit_ids: [above] } })
  const { id } = (await county.rows('/deliveries?box=to_sign')).find(x => x.number === number)
  const { matter_id } = await county.act(`/deliveries/${id}/sign_for`)
  const [agency] = await county.rows('/agencies?mine=1')
  const made = await county.act(`/matters/${matter_id}/answer_document`, { agency_id: agency.id, form: '转发' })
  const d = (await o.page(county, made.matter_id)).document
  const of = `/documents/${made.document_id}`
  const save = (units, rev) => county.act(`${of}/save`, { title: d.title, disclosure: 'on_request', main_text: '各乡镇', main_recipients: { units, groups: [] }, body: d.body, links: d.links, basis: d.basis, urgency: d.urgency, rev })
  await save([town], d.rev)
  const found = (await county.rows(`${of}/findings`)).find(f => f.rule === 'D5.widen')
  assert.ok(found)
  assert.match(found.text, /发至县处级/)
  await save([], (await o.page(county, made.matter_id)).document.rev)
  assert.ok(!(await county.rows(`${of}/findings`)).some(f => f.rule === 'D5.widen'), 'inside its scope')
})

test('handing on takes along what was typed and not saved, as a revision', async () => {
  const doc = await o.draft(), m = doc.matter_id, of = `/documents/${doc.document_id}`
  const typed = { ...o.elements(doc.title || '常德市人民政府关于做好防汛工作的通知'), contact: '刚改的联系人' }
  await o.drafter.act(`${of}/buffer`, typed)
  assert.equal((await o.drafter.rows(`${of}/revisions`)).length, 2)
  await o.done(o.drafter, m, { opinion: '请审核' })
  const [last] = await o.drafter.rows(`${of}/revisions`)
  assert.deepEqual([last.revision, last.why, last.author], [3, 'hand_on', '温晓川'])
  assert.equal((await o.page(o.section_head, m)).document.contact, '刚改的联系人')
  assert.equal((await o.drafter.read(`${of}/buffer`)).buffer, null, 'nothing is left of it')
  // somebody else's words of an older text are not taken
  const page = await o.page(o.section_head, m)
  await o.section_head.act(`${of}/buffer`, { ...typed, contact: '旧稿上的字' })
  await o.section_head.act(`${of}/save`, { ...typed, contact: '新存的字', rev: page.document.rev })
  await o.section_head.act(`${of}/buffer`, { ...typed, title: '常德市人民政府关于防汛的请示' })
  await o.stopped(o.section_head, m, {}, 409, 'doc.finding_error') // judged as it would go on
  assert.equal((await o.page(o.section_head, m)).document.contact, '新存的字', 'refused: nothing changed')
})
