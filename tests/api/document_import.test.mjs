// 从文件导入: what a Word file says comes back to the page, nothing is changed by it; what cannot be kept
// is named; hostile files are refused by name; nobody reads a file into another's draft. (B17, S56)
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from './tongban.mjs'
import { officeOf } from './document_office.mjs'
import { upload } from './module_kit.mjs'
import { cell, docx, middle, p, right, row, table } from './word_kit.mjs'

const c = await city()
const o = await officeOf(c)
const doc = await o.draft()
const at = `/documents/${doc.document_id}/import`
const file = async (who, bytes, name = '关于做好防汛工作的通知.docx') => ({ upload_id: await upload(who, bytes, name) })
const read = async (bytes, name) => o.drafter.act(at, await file(o.drafter, bytes, name), { key: null })
const refused = async (bytes, code, name) => o.drafter.refused(at, await file(o.drafter, bytes, name), 400, code, { key: null })

const numbering = '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
const styles = '<w:style w:type="paragraph" w:styleId="a1"><w:name w:val="heading 1"/></w:style><w:style w:type="paragraph" w:styleId="a2"><w:name w:val="第二级"/><w:basedOn w:val="a1"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>'
const listed = (text, level) => p(text, `<w:numPr><w:ilvl w:val="${level}"/><w:numId w:val="1"/></w:numPr>`)

test('B17 title, addressee, levels by mark, style, outline and list; table with merged cells; the end', async () => {
  const got = await read(docx([
    p('常德市人民政府文件', '<w:jc w:val="center"/>', '<w:color w:val="FF0000"/>'), p('常政发〔2026〕12号', '<w:jc w:val="center"/>'),
    middle('常德市人民政府'), middle('关于做好防汛工作的通知'), p('各区县（市）人民政府，市直各单位：'),
    p('现将有关事项通知如下：'), listed('总体要求', 0), listed('指导思想', 1), listed('工作原则', 1), p('二、主要任务'), p('主要指标', '<w:pStyle w:val="a2"/>'), p('任务分工', '<w:outlineLvl w:val="0"/>'),
    table(row(cell('任务', '<w:gridSpan w:val="2"/>'), cell('责任单位')), row(cell('堤防', '<w:vMerge w:val="restart"/>'), cell('巡查'), cell('水利局')), row(cell('', '<w:vMerge/>'), cell('除险'), cell('财政局'))),
    right('常德市人民政府'), right('2026年6月1日'), p('（联系人：温晓川）'), p('抄送：市委办公室。'), p('常德市人民政府办公室　　2026年6月2日印发'),
  ].join(''), { styles, numbering }))
  assert.equal(got.title, '常德市人民政府关于做好防汛工作的通知')
  assert.equal(got.main_text, '各区县（市）人民政府，市直各单位')
  assert.equal(got.cc_text, '市委办公室')
  assert.equal(got.note, '联系人：温晓川')
  assert.deepEqual(got.body.filter(b => b.kind !== 'table').map(b => [b.kind, b.text]), [['p', '现将有关事项通知如下：'], ['h1', '一、总体要求'], ['h2', '（一）指导思想'], ['h2', '（二）工作原则'], ['h1', '二、主要任务'], ['h2', '主要指标'], ['h1', '任务分工']])
  const t = got.body.find(b => b.kind === 'table')
  assert.deepEqual(t.rows, [['任务', '', '责任单位'], ['堤防', '巡查', '水利局'], ['', '除险', '财政局']])
  assert.deepEqual(t.spans, [[0, 0, 1, 2], [1, 0, 2, 1]])
  assert.deepEqual(Object.fromEntries(got.lost.map(x => [x.what, x.count])), { head: 2, signature: 1, printed: 1 })
  // nothing has changed by it; what came may be saved as it is
  const was = await o.drafter.read(`/documents/${doc.document_id}`)
  assert.equal(was.revision, doc.revision)
  const kept = await o.drafter.act(`/documents/${doc.document_id}/save`, { ...o.elements(got.title), body: got.body, rev: doc.rev })
  assert.deepEqual((await o.drafter.read(`/documents/${doc.document_id}`)).body, got.body)
  doc.rev = kept.rev
})

test('B17 tracked changes are taken as accepted; pictures, text boxes and comments are named', async () => {
  const got = await read(docx(middle('关于做好防汛工作的通知') + '<w:p><w:r><w:t>要</w:t></w:r><w:del w:id="1"><w:r><w:delText>立即</w:delText></w:r></w:del><w:ins w:id="2"><w:r><w:t>马上</w:t></w:r></w:ins><w:r><w:t>行动</w:t><w:drawing/><w:commentReference w:id="0"/></w:r></w:p><w:p><w:r><w:pict><w:txbxContent><w:p/></w:txbxContent></w:pict></w:r></w:p>'))
  assert.deepEqual(got.body, [{ kind: 'p', text: '要马上行动' }])
  assert.deepEqual(got.lost.map(x => [x.what, x.count]), [['pictures', 1], ['text_boxes', 1], ['comments', 1], ['changes', 2]])
})

test('S56 hostile files are refused by name, and are not kept', async () => {
  const good = p('正文')
  await refused(Buffer.from('hello'), 'word.not_word')
  await refused(docx(good, { more: [['../../etc/passwd', 'x']] }), 'word.path')
  await refused(docx(good, { more: [['/etc/cron.d/x', 'x']] }), 'word.path')
  await refused(docx(good, { more: [['word/document.xml', 'x']] }), 'word.twice')
  await refused(docx(good, { more: [['word/vbaProject.bin', 'macros']] }), 'word.macro')
  await refused(docx(good, { types: '<Override PartName="/word/x.xml" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>' }), 'word.macro')
  await refused(docx('', { main: '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><d>&b;</d>' }), 'word.doctype')
  await refused(docx('', { main: '<w:document' }), 'word.broken')
  await refused(docx(good, { more: [['word/more.xml', Buffer.alloc(40 << 20, 32), true]] }), 'word.too_large')
  await refused(docx(''), 'doc.import_empty')
  await refused(Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(2048)]), 'word.locked')
  const once = await file(o.drafter, docx(p('正文')))
  await o.drafter.act(at, once, { key: null })
  await o.drafter.refused(at, once, 404, undefined, { key: null })
})

test('B22 a secret paper is refused and on record; its text comes nowhere', async () => {
  const r = await refused(docx(p('机密★10年') + middle('关于某事的通知') + p('正文')), 'secret.refused')
  assert.doesNotMatch(JSON.stringify(r), /某事/)
})

test("another's draft and another's upload are as if they were not there", async () => {
  const mine = await file(o.drafter, docx(p('正文')))
  for (const path of [at, '/documents/7/import']) await o.town_clerk.refused(path, await file(o.town_clerk, docx(p('正文'))), 404, undefined, { key: null })
  await o.section_head.refused(at, await file(o.section_head, docx(p('正文'))), 404, undefined, { key: null })
  const theirs = await file(o.town_clerk, docx(p('正文')))
  for (const upload_id of [theirs.upload_id, '7']) await o.drafter.refused(at, { upload_id }, 404, undefined, { key: null })
  await o.done(o.drafter, doc.matter_id, { opinion: '请审核' })
  await o.drafter.refused(at, mine, 409, 'doc.not_your_turn', { key: null })
})
