// Scans for the tests of secret papers: a page of paper as a picture, as a PDF with text, and as a PDF
// that holds nothing but a picture. Drawn by Debian's Chromium and poppler.
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'tongban-scan-'))
process.on('exit', () => fs.rmSync(dir, { recursive: true, force: true }))
let count = 0

function chromium(html, how, file) {
  const page = path.join(dir, `page-${++count}.html`)
  fs.writeFileSync(page, html)
  execFileSync(process.env.CHROMIUM || 'chromium-headless-shell', ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--user-data-dir=' + path.join(dir, 'profile'), ...how, 'file://' + page], { stdio: 'ignore', cwd: dir })
  return fs.readFileSync(file)
}

/** The first page of an issue: what stands top left, its head, its number, its title. */
const paper = ({ mark = '', number = '常政发〔2026〕12号', title = '关于做好有关工作的通知' }) => `<meta charset="utf-8"><style>@page{size:210mm 297mm;margin:0}body{margin:0}</style>
<div style="position:relative;width:1240px;height:1754px;zoom:ZOOM;font-family:'Noto Serif CJK SC'">
<div style="position:absolute;left:160px;top:120px;font:32px 'Noto Sans CJK SC'">000012</div>
<div style="position:absolute;left:160px;top:170px;font:32px 'Noto Sans CJK SC'">${mark}</div>
<div style="position:absolute;left:0;right:0;top:330px;text-align:center;font-size:70px;color:#d00">常德市人民政府文件</div>
<div style="position:absolute;left:0;right:0;top:480px;text-align:center;font-size:32px">${number}</div>
<div style="position:absolute;left:0;right:0;top:620px;text-align:center;font-size:44px">${title}</div>
<div style="position:absolute;left:160px;right:160px;top:760px;font-size:32px;line-height:56px">各县（市、区）人民政府：<br>　　现将有关事项通知如下，请认真贯彻执行。</div></div>`

export function picture(what) {
  const file = path.join(dir, `scan-${++count}.png`)
  return chromium(paper(what).replace('ZOOM', '1'), ['--window-size=1240,1754', '--screenshot=' + file], file)
}

export function textPdf(what) {
  const file = path.join(dir, `text-${++count}.pdf`)
  return chromium(paper(what).replace('ZOOM', '.64'), ['--no-pdf-header-footer', '--print-to-pdf=' + file], file)
}

/** The same page as a scanner makes it: one JPEG on a page, no text. */
export function scannedPdf(what) {
  const from = path.join(dir, `from-${++count}.pdf`)
  fs.writeFileSync(from, textPdf(what))
  execFileSync('pdftoppm', ['-jpeg', '-r', '150', '-singlefile', from, from])
  const jpeg = fs.readFileSync(from + '.jpg')
  let at = 2, size = null
  while (!size) {
    const marker = jpeg[at + 1], n = jpeg.readUInt16BE(at + 2)
    if (marker === 0xc0 || marker === 0xc2) size = { h: jpeg.readUInt16BE(at + 5), w: jpeg.readUInt16BE(at + 7) }
    at += 2 + n
  }
  const draw = 'q 595 0 0 842 0 0 cm /I Do Q'
  const objects = ['<</Type/Catalog/Pages 2 0 R>>', '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</XObject<</I 4 0 R>>>>/Contents 5 0 R>>',
    [`<</Type/XObject/Subtype/Image/Width ${size.w}/Height ${size.h}/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode/Length ${jpeg.length}>>stream\n`, jpeg, '\nendstream'],
    `<</Length ${draw.length}>>stream\n${draw}\nendstream`]
  const out = [Buffer.from('%PDF-1.4\n')], offsets = []
  let length = out[0].length
  objects.forEach((o, i) => {
    const b = Buffer.concat([Buffer.from(`${i + 1} 0 obj\n`), ...(Array.isArray(o) ? o : [o]).map(x => Buffer.from(x)), Buffer.from('\nendobj\n')])
    offsets.push(length)
    length += b.length
    out.push(b)
  })
  const xref = 'xref\n0 6\n0000000000 65535 f \n' + offsets.map(o => String(o).padStart(10, '0') + ' 00000 n \n').join('') + `trailer<</Size 6/Root 1 0 R>>\nstartxref\n${length}\n%%EOF\n`
  return Buffer.concat([...out, Buffer.from(xref)])
}

/** Uploads bytes and names them as an attachment of the matter: the answer. */
export async function attach(who, matter, bytes, name) {
  const tus = { 'Tus-Resumable': '1.0.0' }
  const made = await who.request('POST', '/uploads', { headers: { ...tus, 'Upload-Length': String(bytes.length), 'Upload-Metadata': 'filename ' + Buffer.from(name).toString('base64') } })
  const at = made.headers.get('location').replace('/api/v1', '')
  await who.request('PATCH', at, { body: bytes, headers: { ...tus, 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' } })
  return who.post(`/matters/${matter}/attachments`, { upload_id: at.split('/').pop(), name, kind: 'attachment' })
}
