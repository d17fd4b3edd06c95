// Office files: .doc and .wps come into a draft, any is shown in the page as a PDF, converted once by its
// contents; one that fails says so and is not tried again and again. A stand-in for LibreOffice shows what
// the program does; the last test takes the real one where it is installed. (B17)
import test from 'node:test'
import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { execFileSync } from 'node:child_process'
import { city } from './tongban.mjs'
import { officeOf } from './document_office.mjs'
import { upload } from './module_kit.mjs'
import { convert, old, soffice, withOffice } from './office_kit.mjs'
import { attach } from './scans.mjs'
import { docx, middle, p } from './word_kit.mjs'

const made = docx(middle('关于旧格式的通知') + p('从旧格式来。'))
const c = await withOffice('grep -q DAMAGED "$in" && exit 1\n[ "$to" = docx ] && cp "$here/made.docx" "$out" || echo "%PDF-1.4 of $(date +%s%N)" > "$out"', city, { 'made.docx': made })
const o = await officeOf(c)
const doc = await o.draft()
const pdf = (who, id) => who.request('GET', `/attachments/${id}/content?preview=1`, { raw: true })

test('B17 .doc and .wps come into a draft by way of the converter', async () => {
  for (const name of ['旧文件.doc', '旧文件.wps']) {
    const got = await o.drafter.act(`/documents/${doc.document_id}/import`, { upload_id: await upload(o.drafter, old('x'), name) }, { key: null })
    assert.equal(got.title, '关于旧格式的通知')
    assert.deepEqual(got.body, [{ kind: 'p', text: '从旧格式来。' }])
  }
  await o.drafter.refused(`/documents/${doc.document_id}/import`, { upload_id: await upload(o.drafter, old('DAMAGED'), '坏.doc') }, 400, 'office.failed', { key: null })
})

test('B17 a file is converted once, by its contents, for whoever may see it', async () => {
  const one = (await attach(o.drafter, doc.matter_id, docx(p('表一')), '附件一.docx')).body
  assert.equal((await o.page(o.drafter, doc.matter_id)).attachments.find(a => a.id === one.id).can_convert, true)
  assert.equal((await o.drafter.get(`/attachments/${one.id}/content?preview=1`)).status, 409)
  await o.drafter.act(`/attachments/${one.id}/convert`, {}, { key: null })
  const first = await pdf(o.drafter, one.id)
  assert.equal(first.headers.get('content-type'), 'application/pdf')
  assert.match(first.headers.get('content-disposition'), /^inline/)
  const text = first.body.toString()
  assert.match(text, /^%PDF-1.4 of /)
  const again = (await attach(o.drafter, doc.matter_id, docx(p('表一')), '同一份.docx')).body
  await o.drafter.act(`/attachments/${again.id}/convert`, {}, { key: null })
  assert.equal((await pdf(o.drafter, again.id)).body.toString(), text, 'the same bytes: not converted a second time')
  // the file itself stays what it was
  assert.equal((await o.drafter.request('GET', `/attachments/${one.id}/content`, { raw: true })).body.compare(docx(p('表一'))), 0)
  for (const id of [one.id, '7']) {
    await o.town_clerk.refused(`/attachments/${id}/convert`, {}, 404, undefined, { key: null })
    assert.equal((await pdf(o.town_clerk, id)).status, 404)
  }
})

test('B17 a file that fails says so, and is not tried again at once', async () => {
  const bad = (await attach(o.drafter, doc.matter_id, docx(p('坏'), { more: [['docProps/app.xml', 'DAMAGED']] }), '坏文件.docx')).body
  for (let i = 0; i < 2; i++) {
    const r = await o.drafter.refused(`/attachments/${bad.id}/convert`, {}, 400, 'office.failed', { key: null })
    assert.match(r.detail, /没有转换成功/)
  }
  const picture = (await attach(o.drafter, doc.matter_id, Buffer.from('文字'), '说明.txt')).body
  await o.drafter.refused(`/attachments/${picture.id}/convert`, {}, 400, 'attachment.no_preview', { key: null })
})

test('B17 LibreOffice itself: .doc read, .docx and .xlsx shown', { skip: soffice ? false : 'LibreOffice is not installed' }, async () => {
  const real = await city()
  const r = await officeOf(real)
  const d = await r.draft()
  const source = docx(middle('关于真实转换的通知') + p('各单位：') + p('一、总体要求') + p('做好转换工作。'))
  const got = await r.drafter.act(`/documents/${d.document_id}/import`, { upload_id: await upload(r.drafter, convert(source, 'docx', 'doc'), '通知.doc') }, { key: null })
  assert.equal(got.title, '关于真实转换的通知')
  assert.equal(got.main_text, '各单位')
  assert.deepEqual(got.body, [{ kind: 'h1', text: '一、总体要求' }, { kind: 'p', text: '做好转换工作。' }])
  for (const [bytes, name, words] of [[source, '通知.docx', '做好转换工作'], [convert(Buffer.from('unit,count\nwater,3\n'), 'csv', 'xlsx'), '表.xlsx', 'water']]) {
    const file = await attach(r.drafter, d.matter_id, bytes, name)
    assert.equal(file.status, 201, JSON.stringify(file.body))
    await r.drafter.act(`/attachments/${file.body.id}/convert`, {}, { key: null })
    const at = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'tongban-pdf-')), 'x.pdf')
    fs.writeFileSync(at, (await pdf(r.drafter, file.body.id)).body)
    assert.match(execFileSync('pdftotext', [at, '-'], { encoding: 'utf8' }), new RegExp(words))
    fs.rmSync(path.dirname(at), { recursive: true })
  }
})
