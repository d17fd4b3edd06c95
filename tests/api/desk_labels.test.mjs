// 内部, 敏感 (OFFICE D9): marked by rule, carried to who receives it, shown in every list; the office
// decides otherwise with a reason, and nobody goes below the sender's mark.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city, until } from './tongban.mjs'
import { officeOf } from './document_office.mjs'
import { upload } from './module_kit.mjs'

const c = await city()
const o = await officeOf(c)
const admin = await c.signIn('city_admin')
const water = o.post.countersign_clerk.unit.id
const marked = async (who, matter) => { const m = await who.read(`/matters/${matter}`); return [m.label, m.label_by, m.label_why] }
const label = (who, matter, value, reason = '按来文口径') => who.act(`/matters/${matter}/label`, { label: value, reason })
const rev = async d => (await o.drafter.read(`/matters/${d.matter_id}`)).document.rev
const save = async (d, doc) => o.drafter.act(`/documents/${d.document_id}/save`, { ...o.elements(doc.title), ...doc, rev: await rev(d) })

test('D9 a draft is marked as it is written, by its title, its head, its disclosure, its numbers', async () => {
  const d = await o.draft({ title: '关于做好值守的通知' })
  assert.deepEqual(await marked(o.drafter, d.matter_id), ['', '', ''])
  const cases = [
    [{ title: '关于舆情应对的通知' }, 'sensitive', '舆情'],
    [{ title: '关于做好值守的通知', body: [{ kind: 'p', text: '内部资料　注意保存' }, { kind: 'p', text: '请各单位落实。' }] }, 'internal', '内部资料'],
    [{ title: '关于做好值守的通知', disclosure: 'none', disclosure_reason: '涉及内部管理' }, 'internal', '不予公开'],
    [{ title: '关于做好值守的通知', body: [{ kind: 'p', text: '联系人证号11010519491231002X，请核对。' }] }, 'sensitive', '居民身份证号码'],
  ]
  for (const [doc, value, why] of cases) {
    await save(d, doc)
    assert.deepEqual(await marked(o.drafter, d.matter_id), [value, 'rule', why])
    assert.equal((await o.todo(o.drafter, d.matter_id)).label, value)
    assert.equal((await o.drafter.rows('/items?box=initiated')).find(r => r.matter === d.matter_id).label, value)
  }
  await save(d, { title: '关于做好值守的通知' })
  assert.deepEqual(await marked(o.drafter, d.matter_id), ['', '', ''])
})

test('D9 the office decides otherwise, who drafts only upwards; the decision stands and is on record', async () => {
  const d = await o.draft({ title: '关于舆情监测的通知' })
  await o.drafter.refused(`/matters/${d.matter_id}/label`, { label: 'none', reason: '不涉密' }, 403, 'label.office_lowers')
  await o.drafter.refused(`/matters/${d.matter_id}/label`, { label: 'sensitive', reason: '再标' }, 409, 'label.same')
  assert.equal((await o.drafter.refused(`/matters/${d.matter_id}/label`, { label: 'internal', reason: '' }, 400)).field, 'reason')
  // a person of another unit, with the real number: as one that does not exist
  for (const id of [d.matter_id, '4711'])
    await o.countersign_clerk.refused(`/matters/${id}/label`, { label: 'internal', reason: '试' }, 404)
  assert.deepEqual((await o.drafter.read(`/matters/${d.matter_id}`)).can.label, [])
  assert.deepEqual((await o.doc_clerk.read(`/matters/${d.matter_id}`)).can.label, ['none', 'internal'])
  await label(o.doc_clerk, d.matter_id, 'none', '例行监测，不涉敏感')
  assert.deepEqual(await marked(o.drafter, d.matter_id), ['', 'office', '例行监测，不涉敏感'])
  await save(d, { title: '关于舆情监测工作的通知' })
  assert.deepEqual(await marked(o.drafter, d.matter_id), ['', 'office', '例行监测，不涉敏感'])
  await label(o.drafter, d.matter_id, 'internal', '仅市直单位传达')
  assert.deepEqual(await marked(o.drafter, d.matter_id), ['internal', 'office', '仅市直单位传达'])
  const trace = await o.doc_clerk.rows(`/matters/${d.matter_id}/trace`)
  assert.deepEqual(trace.filter(r => r.op === 'matter.label').map(r => r.reason).sort(), ['例行监测，不涉敏感', '仅市直单位传达'].sort())
})

test('D9 the mark goes with the letter: box, cover, register, search; the receiver cannot lower it', async () => {
  const title = '常德市人民政府关于报送来信来访情况的通知'
  const d = await o.draft({ title, main_recipients: { units: [water], groups: [] }, main_text: '市水利局' })
  await o.toNumber(d.matter_id)
  const book = await o.book()
  const got = await o.doc_clerk.act(`/documents/${d.document_id}/reserve_number`, { book_id: book.id })
  await o.done(o.doc_clerk, d.matter_id, {})
  const sent = await o.doc_clerk.act(`/documents/${d.document_id}/dispatch`, { main: { unit_ids: [water] } })
  assert.equal((await o.doc_clerk.read(`/dispatches/${sent.dispatch_id}`)).document.label, 'sensitive')
  assert.equal((await o.doc_clerk.rows('/dispatches')).find(r => r.id === sent.dispatch_id).label, 'sensitive')
  assert.equal((await o.doc_clerk.rows('/registers/sent')).find(r => r.number === got.number).label, 'sensitive')
  const box = (await o.countersign_clerk.rows('/deliveries?box=to_sign')).find(r => r.number === got.number)
  assert.equal(box.label, 'sensitive')
  assert.equal((await o.countersign_clerk.read(`/deliveries/${box.id}`)).label, 'sensitive')
  await o.countersign_clerk.act(`/deliveries/${box.id}/sign_for`, {})
  const matter = (await o.countersign_clerk.read(`/deliveries/${box.id}`)).matter
  assert.deepEqual((await marked(o.countersign_clerk, matter)).slice(0, 2), ['sensitive', 'sender'])
  await o.done(o.countersign_clerk, matter, {})
  assert.equal((await o.countersign_clerk.rows(`/registers/received?unit=${water}`)).find(r => r.matter === matter).label, 'sensitive')
  await o.countersign_clerk.refused(`/matters/${matter}/label`, { label: 'none', reason: '不必' }, 403, 'label.senders')
  assert.deepEqual((await o.countersign_clerk.read(`/matters/${matter}`)).can.label, [])
  await until('the search finds it', async () => (await o.countersign_clerk.rows('/search?q=' + encodeURIComponent('来信来访'))).some(r => r.matter === matter && r.label === 'sensitive'))
})

test('D9 papers brought by hand and files: the title, the file’s name and its head', async () => {
  const { matter_id } = await o.doc_clerk.act('/received', { unit_id: o.post.doc_clerk.unit.id, issuer: '湖南省应急管理厅', number: '湘应急〔2026〕88号', title: '关于值守的通知' })
  assert.deepEqual(await marked(o.doc_clerk, matter_id), ['', '', ''])
  const put = async (name, text) => o.doc_clerk.act(`/matters/${matter_id}/attachments`, { upload_id: await upload(o.doc_clerk, Buffer.from(text), name), name })
  await put('说明.txt', '普通说明\n')
  assert.deepEqual(await marked(o.doc_clerk, matter_id), ['', '', ''])
  await put('名册.txt', '内部资料\n第一页\n')
  assert.deepEqual(await marked(o.doc_clerk, matter_id), ['internal', 'file', '内部资料'])
  await put('上访人员名单.txt', '第一页\n')
  assert.deepEqual(await marked(o.doc_clerk, matter_id), ['sensitive', 'file', '上访'])
})

test('D9 the city keeps the words; others cannot', async () => {
  const words = await admin.read('/label-words')
  assert.equal(words.is_built_in, true)
  assert.ok(words.internal.includes('内部资料') && words.sensitive.includes('舆情'))
  for (const who of [o.doc_clerk, await c.signIn('unit_admin')]) {
    assert.equal((await who.get('/label-words')).status, 403)
    await who.refused('/label-words', { internal: ['周报'], sensitive: ['舆情'] }, 403)
  }
  assert.equal((await admin.refused('/label-words', { internal: ['报'], sensitive: [] }, 400, 'label.word')).field, 'internal')
  await admin.act('/label-words', { internal: ['工作周报'], sensitive: ['群众 来信'] })
  assert.deepEqual(await admin.read('/label-words'), { internal: ['工作周报'], sensitive: ['群众来信'], is_built_in: false })
  const d = await o.draft({ title: '关于报送舆情工作周报的通知' })
  assert.deepEqual(await marked(o.drafter, d.matter_id), ['internal', 'rule', '工作周报'])
})
