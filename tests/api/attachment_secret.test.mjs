// A secret paper is refused as an attachment: before it has a place, on record without its content,
// and no byte of it stays in the data folder. (B22; OFFICE D9)
import test from 'node:test'
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { execFileSync } from 'node:child_process'
import { city } from './tongban.mjs'

const c = await city()
const drafter = await c.signIn('drafter')
const tus = { 'Tus-Resumable': '1.0.0' }
const { matter_id } = await drafter.act('/matters', { module: 'internal_request', title: '关于附件的呈批', form: { content: '请批准' } })

async function upload(bytes, name) {
  const made = await drafter.request('POST', '/uploads', { headers: { ...tus, 'Upload-Length': String(bytes.length), 'Upload-Metadata': 'filename ' + Buffer.from(name).toString('base64') } })
  const at = made.headers.get('location').replace('/api/v1', '')
  const r = await drafter.request('PATCH', at, { body: bytes, headers: { ...tus, 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' } })
  assert.equal(r.status, 204)
  return at.split('/').pop()
}
const attach = async (bytes, name) => drafter.post(`/matters/${matter_id}/attachments`, { upload_id: await upload(bytes, name), name, kind: 'attachment' })

function docx(lines) {
  const file = path.join(c.dir, '..', `secret-${process.pid}-${Math.random().toString(36).slice(2)}.docx`)
  const xml = '<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="urn:w"><w:body>' +
    lines.map(l => `<w:p><w:r><w:t>${l}</w:t></w:r></w:p>`).join('') + '</w:body></w:document>'
  execFileSync('python3', ['-c', `import sys,zipfile
z=zipfile.ZipFile(sys.argv[1],'w',zipfile.ZIP_DEFLATED)
z.writestr('[Content_Types].xml','<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>')
z.writestr('word/document.xml',sys.argv[2]);z.close()`, file, xml])
  const bytes = fs.readFileSync(file)
  fs.rmSync(file)
  return bytes
}
const filesWith = (dir, bytes) => fs.readdirSync(dir, { recursive: true, withFileTypes: true })
  .filter(f => f.isFile()).map(f => path.join(f.parentPath || f.path, f.name))
  .filter(f => { try { return fs.readFileSync(f).includes(bytes) } catch { return false } })

test('B22 a marked text or Word file is refused and kept nowhere', async () => {
  const mark = '不应留下的内容' + process.pid
  const cases = [[Buffer.from(`000001\n机密★10年\n${mark}\n`), '通知.txt'], [Buffer.from(`中办发〔2026〕9号\n${mark}\n`), '来文.txt'],
    [docx(['绝　密', mark]), '报告.docx']]
  for (const [bytes, name] of cases) {
    const r = await attach(bytes, name)
    assert.equal(r.status, 400, name + JSON.stringify(r.body))
    assert.equal(r.body.code, 'secret.refused')
    assert.match(r.body.detail, /请送机要室，走纸质渠道/)
  }
  assert.deepEqual(filesWith(c.dir, Buffer.from(mark)), [])
  assert.equal((await drafter.read(`/matters/${matter_id}`)).attachments.length, 0)
})

test('B22 an ordinary file that speaks of secrecy is taken', async () => {
  const r = await attach(Buffer.from('关于加强保密工作的通知\n根据中办发〔2026〕9号要求……\n'), '保密工作.txt')
  assert.equal(r.status, 201, JSON.stringify(r.body))
  assert.equal((await attach(docx(['关于防汛的报告']), '报告.docx')).status, 201)
})
