// The same pages as OFD: every form, and every real document of data/, says in the OFD file what it says
// in the PDF, page by page; the elements are tagged; the same source gives the same bytes.
import test from 'node:test'
import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { execFileSync } from 'node:child_process'
import { realSource, root, words } from './measure.mjs'

const program = path.join(root, 'build', process.env.VARIANT || 'release', 'tongban')
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'tongban-ofd-'))
process.on('exit', () => fs.rmSync(dir, { recursive: true, force: true }))

/** The source as both files: what is in the OFD one, and the PDF's path. */
function both(source) {
  const at = name => path.join(dir, name)
  fs.writeFileSync(at('s.json'), JSON.stringify(source))
  for (const to of ['o.pdf', 'o.ofd']) execFileSync(program, ['page', at('s.json'), '--to', at(to)])
  const told = JSON.parse(execFileSync(program, ['ofd', 'show', at('o.ofd')], { maxBuffer: 1 << 28 }).toString())
  return { told, pdf: at('o.pdf'), ofd: at('o.ofd') }
}
/** Characters of a page in any order: both readers sort lines by their own rule. */
const letters = s => [...s.replace(/\s/g, '')].sort().join('')

function same(source) {
  const { told, pdf } = both(source)
  const pages = words(pdf)
  assert.equal(told.pages.length, pages.length)
  pages.forEach((p, i) => assert.equal(letters(told.pages[i].text), letters(p.map(w => w.text).join('')), `page ${i + 1}`))
  return told
}
const documents = fs.readFileSync(path.join(root, 'data/documents.jsonl'), 'utf8').split('\n').filter(Boolean).map(JSON.parse)

test('a document with its elements tagged, twice the same bytes', () => {
  const source = { form: 'document', issuers: ['常德市人民政府'], number: '常政发〔2026〕12号', title: '常德市人民政府关于加强汛期安全工作的通知', addressees: '各县（市、区）人民政府', body: [{ kind: 'p', text: '汛期将至，请各单位落实24小时值班制度。'.repeat(9) }], signatures: [{ name: '常德市人民政府', seal_mm: 45 }], date: '2026-11-02', printer: '常德市人民政府办公室', printed_on: '2026-11-03', cc: '市委各部门' }
  const { told, ofd } = both(source)
  const before = fs.readFileSync(ofd)
  both(source)
  assert.ok(before.equals(fs.readFileSync(ofd)))
  const tag = name => told.tags.find(t => t.element === name)?.text
  assert.equal(tag('发文字号'), '常政发〔2026〕12号')
  assert.equal(tag('标题'), '常德市人民政府关于加强汛期安全工作的通知')
  assert.match(tag('发文机关标志'), /常德市人民政府/)
  assert.equal(tag('成文日期'), '2026年11月2日')
  assert.match(tag('正文'), /汛期将至/)
  assert.equal(told.data['文件编号'], '常政发〔2026〕12号')
  assert.equal(told.title, source.title)
  assert.match(told.doc_id, /^[0-9a-f]{32}$/)
  assert.ok(before.length < 200_000, `${before.length} bytes`)
})

test('letter, order, minutes, upward with two signers, joint, a wide table', () => {
  const body = [{ kind: 'p', text: '镕堃喆玥，请予支持。' }, { kind: 'h1', text: '一、总体要求' }]
  const cells = Array.from({ length: 14 }, (_, i) => ({ text: `第${i + 1}列的名称` }))
  const forms = [
    { form: 'letter', issuers: ['常德市人民政府'], number: '常政函〔2026〕1号', title: '关于请予支持的函', addressees: '省水利厅', body, signatures: [{ name: '常德市人民政府' }], date: '2026-11-02' },
    { form: 'order', issuers: ['常德市人民政府'], number: '第1号', title: '', body, signer_title: '市长', signer_name: '王某', date: '2026-11-02' },
    { form: 'minutes', mark: '常德市人民政府常务会议纪要', number: '第3期', title: '', body, date: '2026-11-02', attendance: [{ label: '出席', names: '王某 李某' }] },
    { form: 'document', issuers: ['常德市水利局'], number: '常水〔2026〕1号', signers: ['王某', '李某'], title: '关于汛期安全的请示', addressees: '市政府', body, signatures: [{ name: '常德市水利局' }], date: '2026-11-02' },
    { form: 'document', issuers: ['常德市水利局', '常德市应急管理局', '常德市公安局'], number: '常水〔2026〕2号', title: '关于联合检查的通知', addressees: '各县（市、区）', body, signatures: ['常德市水利局', '常德市应急管理局', '常德市公安局'].map(name => ({ name, seal_mm: 42 })), date: '2026-11-02' },
    { form: 'document', issuers: ['常德市水利局'], number: '常水〔2026〕3号', title: '关于报送数据的通知', addressees: '各县（市、区）', body: [...body, { kind: 'table', rows: [cells, cells] }], signatures: [{ name: '常德市水利局' }], date: '2026-11-02' },
  ]
  for (const f of forms) same(f)
})

test('real documents of data/', () => {
  let pages = 0
  for (const real of documents.filter((_, i) => i % 5 === 0)) pages += same(realSource(real)).pages.length
  assert.ok(pages > 50, `${pages} pages`)
})
