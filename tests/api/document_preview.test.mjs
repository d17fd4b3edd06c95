// 版式预览: a document as its pages, for whoever may see it and nobody else; with what one typed and has
// not saved; number and date as soon as it has them. (B17, B1; STANDARDS §2)
import test from 'node:test'
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { spawnSync } from 'node:child_process'
import { city } from './tongban.mjs'
import { officeOf } from './document_office.mjs'

const c = await city()
const o = await officeOf(c)
const at = doc => `/documents/${doc.document_id}/page.pdf`
const tus = { 'Tus-Resumable': '1.0.0' }
async function attach(who, matter, name, kind = 'attachment') {
  const bytes = Buffer.from('内容：' + name)
  const made = await who.request('POST', '/uploads', { headers: { ...tus, 'Upload-Length': String(bytes.length), 'Upload-Metadata': 'filename ' + Buffer.from(name).toString('base64') } })
  const at = made.headers.get('location').replace('/api/v1', '')
  await who.request('PATCH', at, { body: bytes, headers: { ...tus, 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' } })
  return who.post(`/matters/${matter}/attachments`, { upload_id: at.split('/').pop(), name, kind })
}
const textOf = pdf => {
  const p = spawnSync('pdftotext', ['-raw', '-', '-'], { input: pdf, encoding: 'utf8' })
  assert.equal(p.status, 0, p.stderr)
  return p.stdout.replace(/\s/g, '')
}
const pages = async (client, doc, query = '') => {
  const r = await client.get(at(doc) + query, { raw: true })
  assert.equal(r.status, 200, r.body.toString().slice(0, 200))
  assert.equal(r.headers.get('content-type'), 'application/pdf')
  assert.match(r.headers.get('content-disposition'), /^inline/)
  return r.body
}

test('B17 a draft as its pages: head, title, addressees, text, room for number and date', async () => {
  const doc = await o.draft()
  const text = textOf(await pages(o.drafter, doc))
  for (const piece of ['常德市人民政府文件', '常政发〔', '常德市人民政府关于做好防汛工作的通知', '各区县（市）人民政府，市直各单位：', '一、提高认识', '各级各部门要立即行动，落实防汛责任。', '加急', '常德市人民政府办公室'])
    assert.ok(text.includes(piece), `${piece} in ${text}`)
  assert.match(text, /〔\d{4}〕号/)
  assert.match(text, /年月日/)
  assert.ok(!text.includes('签发人'), 'a downward document names no signer')
})

test('B17 the same document gives the same bytes, asked for by several at a time', async () => {
  const doc = await o.draft()
  const all = await Promise.all(Array.from({ length: 6 }, () => pages(o.drafter, doc)))
  for (const one of all) assert.ok(one.equals(all[0]))
})

test('B17 what one has typed and not saved is on the pages when asked for, on the own ones only', async () => {
  const doc = await o.draft()
  const e = o.elements('常德市人民政府关于做好防汛工作的通知')
  await o.drafter.act(`/documents/${doc.document_id}/buffer`, { ...e, body: [{ kind: 'p', text: '正在输入的内容' }, { kind: 'table', rows: [['序号', '单位'], ['1', '市应急管理局']] }] }, { key: null })
  const typed = textOf(await pages(o.drafter, doc, '?typed=1'))
  assert.ok(typed.includes('正在输入的内容') && typed.includes('市应急管理局'))
  assert.ok(!textOf(await pages(o.drafter, doc)).includes('正在输入'))
  await o.done(o.drafter, doc.matter_id, { opinion: '请审核' })
  await o.section_head.act(`/documents/${doc.document_id}/buffer`, { ...e, body: [{ kind: 'p', text: '科长正在改' }] }, { key: null })
  assert.ok(textOf(await pages(o.section_head, doc, '?typed=1')).includes('科长正在改'))
  assert.ok(!textOf(await pages(o.drafter, doc, '?typed=1')).includes('科长正在改'))
})

test('B17 number, date and signer stand there once they are given; letters have their own head', async () => {
  const doc = await o.draft()
  await o.toNumber(doc.matter_id)
  const book = await o.book()
  const taken = await o.doc_clerk.act(`/documents/${doc.document_id}/reserve_number`, { book_id: book.id })
  const text = textOf(await pages(o.doc_clerk, doc))
  assert.ok(text.includes(taken.number), taken.number)
  assert.match(text, /\d{4}年\d{1,2}月\d{1,2}日/)
  assert.ok(!/〔\d{4}〕号|年月日/.test(text))
  const up = await o.draft({ title: '常德市人民政府关于申请防汛资金的请示', main_text: '省人民政府' }, '请示')
  const asked = textOf(await pages(o.drafter, up))
  assert.ok(asked.includes('签发人：'), asked)
  assert.ok(asked.includes('（联系人：温晓川，电话：0736-7780000）'))
  const letter = textOf(await pages(o.drafter, await o.draft({ title: '常德市人民政府关于商请支持防汛工作的函' }, '函')))
  assert.ok(!letter.includes('常德市人民政府文件') && letter.includes('常德市人民政府'))
})

test('B17 files that go out are named below the text, grounds are not', async () => {
  const doc = await o.draft()
  for (const [name, kind] of [['防汛责任分工表.txt', 'attachment'], ['依据.txt', 'basis']]) {
    const r = await attach(o.drafter, doc.matter_id, name, kind)
    assert.equal(r.status, 201)
  }
  const text = textOf(await pages(o.drafter, doc))
  assert.ok(text.includes('附件：防汛责任分工表'), text)
  assert.ok(!text.includes('依据'))
})

test('S25 whoever may not see the document is answered as for one that does not exist', async () => {
  const doc = await o.draft()
  const other = await o.town_clerk.get(at(doc)), none = await o.town_clerk.get('/documents/1/page.pdf')
  assert.equal(other.status, 404)
  assert.equal(none.status, 404)
  assert.equal(other.body.code, none.body.code)
  assert.equal(other.body.detail, none.body.detail)
})

test('L11 a city’s own font takes the place of the free one', async () => {
  const doc = await o.draft()
  await c.stop()
  fs.mkdirSync(path.join(c.dir, 'fonts'), { recursive: true })
  const noto = '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc'
  fs.copyFileSync(noto, path.join(c.dir, 'fonts', 'fangsong.ttc'))
  await c.start()
  const pdf = await pages(o.drafter, doc)
  const fonts = spawnSync('pdffonts', ['-'], { input: pdf, encoding: 'utf8' }).stdout
  assert.match(fonts, /NotoSansCJK/)
  assert.doesNotMatch(fonts, /FandolFang/)
})
