// Attachments from upload to download (item 9; S25, S45, S56, S57; B-row attachments).
import test from 'node:test'
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { randomBytes } from 'node:crypto'
import { city, isProblem, until } from './tongban.mjs'

const c = await city()
const drafter = await c.signIn('drafter'), stranger = await c.signIn('town_clerk')
const tus = { 'Tus-Resumable': '1.0.0' }
const pdf = Buffer.concat([Buffer.from('%PDF-1.4\n%\xe2\xe3\xcf\xd3\n', 'latin1'), randomBytes(200_000)])
const { matter_id } = await drafter.act('/matters', { module: 'internal_request', title: '关于附件的呈批', form: { content: '请批准' } })

async function upload(bytes, name, who = drafter) {
  const made = await who.request('POST', '/uploads', { headers: { ...tus, 'Upload-Length': String(bytes.length), 'Upload-Metadata': 'filename ' + Buffer.from(name).toString('base64') } })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  const at = made.headers.get('location').replace('/api/v1', '')
  const r = await who.request('PATCH', at, { body: bytes, headers: { ...tus, 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' } })
  assert.equal(r.status, 204, JSON.stringify(r.body))
  return at.split('/').pop()
}
const attach = async (bytes, name, who = drafter) =>
  who.post(`/matters/${matter_id}/attachments`, { upload_id: await upload(bytes, name, who), name, kind: 'attachment' })
const content = (id, options, who = drafter) => who.get(`/attachments/${id}/content`, { raw: true, ...options })

test('a file goes in and comes out the same, with its name', async () => {
  const made = await attach(pdf, '防汛物资清单（2026）"终稿".pdf')
  assert.equal(made.status, 201, JSON.stringify(made.body))
  assert.equal(made.body.type, 'application/pdf')
  assert.match(made.body.digest, /^[0-9a-f]{64}$/)
  const got = await content(made.body.id)
  assert.equal(got.status, 200)
  assert.ok(got.body.equals(pdf))
  const how = got.headers.get('content-disposition')
  assert.match(how, /^attachment; /)
  assert.match(how, /filename\*=UTF-8''%E9%98%B2/)
  assert.doesNotMatch(how.replace(/filename="[^"]*"/, ''), /["\r\n]/)
  assert.match(got.headers.get('content-security-policy'), /sandbox/)
  assert.ok((await drafter.read(`/matters/${matter_id}`)).attachments.some(a => a.id === made.body.id))
})

test('a part of a file, and only what changed', async () => {
  const { body: { id } } = await attach(pdf, 'a.pdf')
  const part = await content(id, { headers: { Range: 'bytes=100-299' } })
  assert.equal(part.status, 206)
  assert.equal(part.headers.get('content-range'), `bytes 100-299/${pdf.length}`)
  assert.ok(part.body.equals(pdf.subarray(100, 300)))
  const end = await content(id, { headers: { Range: 'bytes=-10' } })
  assert.ok(end.body.equals(pdf.subarray(-10)))
  const beyond = await content(id, { headers: { Range: `bytes=${pdf.length}-` } })
  assert.equal(beyond.status, 416)
  assert.equal(beyond.headers.get('content-range'), `bytes */${pdf.length}`)
  const etag = part.headers.get('etag')
  const same = await content(id, { headers: { 'If-None-Match': etag } })
  assert.equal(same.status, 304)
  assert.equal(same.body.length, 0)
  assert.equal((await content(id, { headers: { Range: 'bytes=0-9', 'If-Range': '"other"' } })).status, 200)
})

test('S56 a program, a page or a name that lies is refused', async () => {
  const exe = Buffer.concat([Buffer.from('MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff', 'latin1'), Buffer.alloc(2000)])
  const elf = fs.readFileSync('/bin/true')
  const html = Buffer.from('<!DOCTYPE html><html><script>alert(1)</script></html>')
  for (const [bytes, name] of [[elf, 'a.pdf'], [elf, 'a'], [exe, 'a.exe'], [html, 'a.html'], [html, 'a.pdf'], [pdf, 'a.docx'], [pdf, 'a.exe']]) {
    const r = await attach(bytes, name)
    assert.equal(r.status, 400, name + JSON.stringify(r.body))
    isProblem(r)
    assert.doesNotMatch(r.body.detail, /application\/|text\/|image\//, 'in words, not by the type’s code')
  }
  const xml = await attach(Buffer.from('<?xml version="1.0"?><a><b>1</b></a>'), 'a.pdf')
  assert.match(xml.body.detail, /“a.pdf”.*XML 文件.*可以上传 PDF/)
  assert.match((await attach(exe, 'a.doc')).body.detail, /Windows 程序/)
})

test('a page asks what may be attached before it sends anything', async () => {
  const rule = await drafter.read('/attachment-rule')
  assert.equal(rule.max_bytes, 500 * 1024 * 1024)
  for (const e of ['pdf', 'ofd', 'docx', 'wps', 'jpg', 'png', 'txt', 'csv', 'zip', 'mp4', 'wav']) assert.ok(rule.endings.includes(e), e)
  for (const e of ['exe', 'html', 'xml', 'svg', 'js', '']) assert.ok(!rule.endings.includes(e), e)
  assert.equal(new Set(rule.endings).size, rule.endings.length)
  assert.equal((await c.guest().get('/attachment-rule')).status, 401)
})

test('only what is safe is shown in the page', async () => {
  const { body: { id } } = await attach(pdf, 'b.pdf')
  const inline = await drafter.get(`/attachments/${id}/content?preview=1`, { raw: true })
  assert.match(inline.headers.get('content-disposition'), /^inline/)
  const page = await attach(Buffer.from('<p onclick=alert(1)>纯文本</p>\n'.repeat(3)), 'p.txt')
  if (page.status === 201) { // text stays text, whatever it looks like
    const text = await drafter.get(`/attachments/${page.body.id}/content?preview=1`, { raw: true })
    assert.match(text.headers.get('content-type'), /^text\/plain/)
    assert.equal(text.headers.get('x-content-type-options'), 'nosniff')
  }
  const csv = await attach(Buffer.from('单位,数量\n水利局,5\n'), 'c.csv')
  assert.equal(csv.status, 201, JSON.stringify(csv.body))
})

test('S25 a file is seen by who sees the matter, an upload named by who sent it', async () => {
  const { body: { id } } = await attach(pdf, 'd.pdf')
  assert.equal((await content(id, {}, stranger)).status, 404)
  assert.equal((await c.guest().get(`/attachments/${id}/content`)).status, 401)
  const theirs = await upload(pdf, 'e.pdf', stranger)
  await drafter.refused(`/matters/${matter_id}/attachments`, { upload_id: theirs, name: 'e.pdf', kind: 'attachment' }, 404)
  await stranger.refused(`/matters/${matter_id}/attachments`, { upload_id: theirs, name: 'e.pdf', kind: 'attachment' }, 404)
})

test('a file of which bytes are missing cannot be named', async () => {
  const made = await drafter.request('POST', '/uploads', { headers: { ...tus, 'Upload-Length': '1000', 'Upload-Metadata': 'filename ' + Buffer.from('f.pdf').toString('base64') } })
  const upload_id = made.headers.get('location').split('/').pop()
  await drafter.refused(`/matters/${matter_id}/attachments`, { upload_id, name: 'f.pdf', kind: 'attachment' }, 409)
})

test('S45 a content altered on disk is not given out', async () => {
  const text = Buffer.from('原来的内容\n'.repeat(50))
  const { body } = await attach(text, 'g.txt')
  const file = path.join(c.dir, 'blob', body.digest.slice(0, 2), body.digest.slice(2))
  fs.chmodSync(file, 0o600)
  fs.writeFileSync(file, Buffer.from('换掉的内容\n'.repeat(50)))
  c.errorsExpected = true
  const r = await drafter.get(`/attachments/${body.id}/content`)
  assert.equal(r.status, 500)
  assert.equal(r.body.code, 'blob.altered')
  fs.writeFileSync(file, text)
  assert.equal((await content(body.id)).status, 200)
})

test('what nobody named goes after a day, what is named stays', async () => {
  const { body } = await attach(Buffer.from('留下的\n'.repeat(9)), 'h.txt')
  const forgotten = await upload(pdf, 'i.pdf')
  await c.later(25 * 3600_000)
  const later = await c.signIn('drafter')
  for (const end = Date.now() + 8000; ; await new Promise(r => setTimeout(r, 50))) {
    const r = await later.request('HEAD', '/uploads/' + forgotten, { headers: tus })
    if (r.status === 404) break
    assert.ok(Date.now() < end, 'still there')
  }
  await until('its bytes are gone as well', () => !fs.existsSync(path.join(c.dir, 'blob', 'stage', forgotten)))
  assert.equal((await later.get(`/attachments/${body.id}/content`, { raw: true })).status, 200)
})
