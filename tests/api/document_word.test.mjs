// A document as a Word file in the standard layout: read by tools that are not ours, and by ourselves again;
// nobody gets one that is not theirs to see. (B17, GB/T 9704)
import test from 'node:test'
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { execFileSync, spawnSync } from 'node:child_process'
import { city } from './tongban.mjs'
import { officeOf } from './document_office.mjs'
import { upload } from './module_kit.mjs'
import { convert, soffice } from './office_kit.mjs'
import { attach } from './scans.mjs'
import { docx, p } from './word_kit.mjs'

const c = await city()
const o = await officeOf(c)
const body = [
  { kind: 'p', text: '现就有关事项通知如下：' }, { kind: 'h1', text: '一、提高认识' }, { kind: 'h2', text: '（一）落实责任' },
  { kind: 'p', text: '各级各部门要立即行动，<落实> & 检查。' },
  { kind: 'table', rows: [['任务', '', '单位'], ['堤防', '巡查', '水利局'], ['', '除险', '财政局']], spans: [[0, 0, 1, 2], [1, 0, 2, 1]] },
]
const doc = await o.draft({ body, cc_text: '市委办公室，市人大常委会办公室。', note: '联系人：温晓川', main_text: '各区县（市）人民政府：' })
const get = async (who = o.drafter, id = doc.document_id) => who.request('GET', `/documents/${id}/word`, { raw: true })
const at = name => path.join(c.dir, name)

// python's own zip and XML; what it says of the page, the styles and the text
const script = `import sys,zipfile,json,xml.dom.minidom as m
z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None
for n in z.namelist(): m.parseString(z.read(n))
d=m.parseString(z.read('word/document.xml')); s=m.parseString(z.read('word/styles.xml'))
def at(e): return dict((k.split(':')[1],v) for k,v in e.attributes.items())
def one(e,n): return e.getElementsByTagName(n)[0]
text=lambda e: ''.join(t.firstChild.data if t.firstChild else '' for t in e.getElementsByTagName('w:t'))
ps=[[one(p,'w:pStyle').getAttribute('w:val'),text(p)] for p in d.getElementsByTagName('w:p') if p.getElementsByTagName('w:pStyle')]
sp={x.getAttribute('w:styleId'):int(e.getAttribute('w:val')) for x in s.getElementsByTagName('w:style') for e in x.getElementsByTagName('w:spacing') if e.parentNode.tagName=='w:rPr'}
st={x.getAttribute('w:styleId'):[one(x,'w:rFonts').getAttribute('w:eastAsia') if x.getElementsByTagName('w:rFonts') else '',one(x,'w:sz').getAttribute('w:val') if x.getElementsByTagName('w:sz') else ''] for x in s.getElementsByTagName('w:style')}
print(json.dumps({'page':at(one(d,'w:pgSz')),'margins':at(one(d,'w:pgMar')),'grid':at(one(d,'w:docGrid')),'p':ps,'styles':st,'spacing':sp,
 'spans':len(d.getElementsByTagName('w:gridSpan')),'merges':len(d.getElementsByTagName('w:vMerge')),
 'footers':[text(m.parseString(z.read('word/footer%d.xml'%i))) for i in (1,2)],'places':[e.getAttribute('w:tblpYSpec') for e in d.getElementsByTagName('w:tblpPr')]}))`
function look(bytes) {
  fs.writeFileSync(at('x.docx'), bytes)
  const r = spawnSync('python3', ['-c', script, at('x.docx')], { encoding: 'utf8' })
  assert.equal(r.status, 0, r.stderr)
  return JSON.parse(r.stdout)
}
const mm = twips => Math.round(Number(twips) / 56.6929 * 10) / 10

test('B17 page, grid, fonts and the order of the parts as the standard has them', async () => {
  const file = await get()
  assert.equal(file.status, 200)
  assert.match(file.headers.get('content-disposition'), /attachment.*docx/)
  const x = look(file.body)
  assert.deepEqual([mm(x.page.w), mm(x.page.h)], [210, 297])
  assert.deepEqual(['top', 'left', 'bottom', 'right'].map(k => mm(x.margins[k])), [37, 28, 35, 26])
  // 22 lines of 28 characters fit, one more of each does not
  const line = Number(x.grid.linePitch), high = 16838 - x.margins.top - x.margins.bottom, wide = 11906 - x.margins.left - x.margins.right
  assert.ok(22 * line <= high && 23 * line > high)
  const char = 320 + x.spacing.Zhengwen
  assert.ok(28 * char <= wide && 29 * char > wide)
  assert.deepEqual(x.styles.Zhengwen, ['仿宋_GB2312', '32'])
  assert.deepEqual(x.styles.Biaoti, ['方正小标宋简体', '44'])
  assert.deepEqual([x.styles.Yiji[0], x.styles.Erji[0], x.styles.Banji[1]], ['黑体', '楷体_GB2312', '28'])
  const text = x.p.filter(([, t]) => t)
  const order = ['Jinji', 'Biaozhi', 'Biaoti', 'Dingge', 'Zhengwen', 'Yiji', 'Erji', 'Zhengwen']
  assert.deepEqual(text.slice(0, 8).map(([s]) => s), order)
  assert.deepEqual(text.slice(0, 4).map(([, t]) => t), ['加急', o.government.mark || text[1][1], '常德市人民政府关于做好防汛工作的通知', '各区县（市）人民政府：'])
  assert.equal(text[7][1], '各级各部门要立即行动，<落实> & 检查。')
  const last = text.slice(-5).map(([, t]) => t)
  assert.equal(last[0], '常德市人民政府')
  assert.equal(last[1], '（联系人：温晓川）')
  assert.equal(last[2], '抄送：市委办公室，市人大常委会办公室。')
  assert.deepEqual(last.slice(3), ['常德市人民政府办公室', '　　年　月　日印发'])
  assert.deepEqual([x.spans, x.merges, x.places], [2, 2, ['bottom']])
  assert.deepEqual(x.footers, ['— 1 —', '— 1 —'])
})

test('B17 what was written comes in again as it was', async () => {
  const r = await o.drafter.act(`/documents/${doc.document_id}/import`, { upload_id: await upload(o.drafter, (await get()).body, '回读.docx') }, { key: null })
  assert.equal(r.title, '常德市人民政府关于做好防汛工作的通知')
  assert.equal(r.main_text, '各区县（市）人民政府')
  assert.equal(r.cc_text, '市委办公室，市人大常委会办公室')
  // without a day the name at the end is the last line of the text
  assert.deepEqual(r.body.slice(0, body.length), body)
})

test('B17 with number, day and files once it has them; 附件说明 hangs', async () => {
  const d = await o.draft({ body })
  for (const name of ['任务分工表.docx', '联系名单.docx']) await attach(o.drafter, d.matter_id, docx(p(name)), name)
  await o.toNumber(d.matter_id)
  const book = await o.book()
  await o.doc_clerk.act(`/documents/${d.document_id}/reserve_number`, { book_id: book.id })
  const x = look((await get(o.doc_clerk, d.document_id)).body)
  const text = x.p.filter(([, t]) => t)
  assert.deepEqual(text.filter(([s]) => s === 'Fujian').map(([, t]) => t), ['附件：1.任务分工表', '　　　2.联系名单'])
  const signed = text.filter(([s]) => s === 'Luokuan').map(([, t]) => t)
  assert.equal(signed[0], '常德市人民政府')
  assert.match(signed[1], /^\d{4}年\d{1,2}月\d{1,2}日$/)
})

test('B17 LibreOffice opens it: one page, the text in its order', { skip: soffice ? false : 'LibreOffice is not installed' }, async () => {
  fs.writeFileSync(at('x.pdf'), convert((await get()).body, 'docx', 'pdf'))
  const text = execFileSync('pdftotext', ['-layout', at('x.pdf'), '-'], { encoding: 'utf8' })
  const parts = ['加急', '常德市人民政府关于做好防汛工作的通知', '各区县（市）人民政府：', '一、提高认识', '（一）落实责任', '水利局', '（联系人：温晓川）', '抄送：市委办公室', '印发']
  let from = 0
  for (const w of parts) { const i = text.replace(/ /g, '').indexOf(w, from); assert.ok(i >= 0, `${w} in its place: ${text}`); from = i }
  assert.match(execFileSync('pdfinfo', [at('x.pdf')], { encoding: 'utf8' }), /Page size:\s+595/)
})

test("another's document is as if it were not there", async () => {
  for (const id of [doc.document_id, '7']) assert.equal((await get(o.town_clerk, id)).status, 404)
})
