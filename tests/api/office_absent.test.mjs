// Without LibreOffice the platform says so plainly where it was needed, and everything else works. (B17)
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from './tongban.mjs'
import { officeOf } from './document_office.mjs'
import { upload } from './module_kit.mjs'
import { old, withOffice } from './office_kit.mjs'
import { attach } from './scans.mjs'
import { docx, p } from './word_kit.mjs'

const c = await withOffice('', city)
const o = await officeOf(c)
const doc = await o.draft()

test('B17 not installed: said in words; .docx comes in all the same', async () => {
  const at = `/documents/${doc.document_id}/import`
  const r = await o.drafter.refused(at, { upload_id: await upload(o.drafter, old('x'), '旧文件.doc') }, 409, 'office.absent', { key: null })
  assert.match(r.detail, /没有安装 LibreOffice/)
  const got = await o.drafter.act(at, { upload_id: await upload(o.drafter, docx(p('正文')), '新文件.docx') }, { key: null })
  assert.deepEqual(got.body, [{ kind: 'p', text: '正文' }])
  const file = await attach(o.drafter, doc.matter_id, docx(p('附件')), '附件.docx')
  assert.equal(file.status, 201)
  await o.drafter.refused(`/attachments/${file.body.id}/convert`, {}, 409, 'office.absent', { key: null })
  assert.equal((await o.drafter.get(`/attachments/${file.body.id}/content?preview=1`)).body.code, 'attachment.not_converted')
  assert.equal((await o.drafter.request('GET', `/attachments/${file.body.id}/content`, { raw: true })).status, 200)
})
