// S56, B8: a file that may not be attached is refused before it travels, in words and for good; a PDF is
// read in the page on the computer and on the phone, page by page, with zoom and by the keyboard.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from '../api/tongban.mjs'
import { open, signIn, done, isAccessible, fits, shot } from './browser.mjs'

const c = await city()

/** A PDF of so many pages, each with a black bar whose height tells the page, and a Chinese line in a
 *  font that is not in the file, as old office programs write it. */
function pdfOf(pages) {
  const objects = []
  const add = s => objects.push(s)
  add('<< /Type /Catalog /Pages 2 0 R >>')
  add(`<< /Type /Pages /Count ${pages} /Kids [${Array.from({ length: pages }, (_, i) => `${6 + 2 * i} 0 R`).join(' ')}] >>`)
  add('<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>')
  add('<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /FontDescriptor 5 0 R >>')
  add('<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /ItalicAngle 0 /Ascent 880 /Descent -120 /StemV 93 /CapHeight 700 /FontBBox [-25 -254 1000 880] >>')
  for (let i = 0; i < pages; i++) {
    const words = Buffer.from(`第${i + 1}页防汛物资清单`, 'utf16le').swap16().toString('hex')
    const text = `0 0 0 rg 50 100 300 ${20 * (i + 1)} re f BT /F1 24 Tf 50 760 Td <${words}> Tj ET`
    add(`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents ${7 + 2 * i} 0 R >>`)
    add(`<< /Length ${text.length} >>\nstream\n${text}\nendstream`)
  }
  let out = '%PDF-1.4\n'
  const at = objects.map((o, i) => { const n = out.length; out += `${i + 1} 0 obj\n${o}\nendobj\n`; return n })
  const xref = out.length
  out += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n` + at.map(n => String(n).padStart(10, '0') + ' 00000 n \n').join('')
  return Buffer.from(out + `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${xref}\n%%EOF\n`)
}
const pdf = pdfOf(12)

for (const phone of [false, true]) {
  test(`what cannot be attached is said before it is sent; a PDF is read in the page, on the ${phone ? 'phone' : 'computer'}`, async () => {
    const page = await open(c, { phone })
    const sent = []
    page.on('request', r => { if (r.url().includes('/uploads')) sent.push(r.method()) })
    await signIn(page, 'doc_clerk')
    await page.locator('.title-link').first().click()
    await page.getByRole('tab', { name: /^附件/ }).click()
    const input = page.locator('input[type=file]')
    await input.setInputFiles([
      { name: '数据.xml', mimeType: 'text/xml', buffer: Buffer.from('<?xml version="1.0"?><a/>') },
      { name: '说明', mimeType: 'text/plain', buffer: Buffer.from('没有扩展名') },
    ])
    await page.getByText(/“数据.xml”是 XML 文件，不能作为附件。可以上传 PDF/).waitFor()
    await page.getByText(/“说明”没有扩展名/).waitFor()
    assert.deepEqual(sent, [], 'nothing was sent')
    // The name says PDF, the content is a web page: the program's word, and no going on either.
    await input.setInputFiles({ name: '清单.pdf', mimeType: 'application/pdf', buffer: Buffer.from('<!DOCTYPE html><html><body>清单</body></html>') })
    await page.getByText(/“清单.pdf”不能作为附件：内容是网页/).waitFor()
    assert.equal(await page.getByRole('button', { name: '继续' }).count(), 0)
    assert.doesNotMatch(await page.locator('main').innerText(), /text\/|application\//)
    await isAccessible(page, 'refused files')
    await fits(page, 'refused files')
    await shot(page, 'files-refused' + (phone ? '-phone' : ''))
    for (const name of ['数据.xml', '说明', '清单.pdf']) await page.getByRole('listitem').filter({ hasText: name }).getByRole('button', { name: '关闭' }).click()
    await input.setInputFiles({ name: '物资清单.pdf', mimeType: 'application/pdf', buffer: pdf })
    const file = page.getByRole('listitem').filter({ hasText: '物资清单.pdf' })
    await file.getByRole('button', { name: '预览' }).click()
    const dialog = page.getByRole('dialog', { name: '物资清单.pdf' })
    const first = dialog.getByRole('img', { name: '第 1 页，共 12 页' })
    await first.waitFor()
    /** Black pixels of a page's middle column in parts of its height: the bar grows with the page. */
    const bar = n => dialog.getByRole('img', { name: `第 ${n} 页，共 12 页` }).evaluate(cv => {
      const d = cv.getContext('2d').getImageData(Math.floor(cv.width / 4), 0, 1, cv.height).data
      let black = 0
      for (let i = 0; i < d.length; i += 4) if (d[i] < 60 && d[i + 3] > 200) black++
      return black / cv.height * 842
    })
    const near = (got, want) => assert.ok(Math.abs(got - want) < 30, `${got} ${want}`)
    near(await bar(1), 20)
    // The words are drawn too, though their font is not in the file.
    assert.ok(await first.evaluate(cv => {
      const d = cv.getContext('2d').getImageData(0, 0, cv.width, Math.floor(cv.height / 8)).data
      let dark = 0
      for (let i = 0; i < d.length; i += 4) if (d[i] < 120) dark++
      return dark
    }) > 50, 'the Chinese line is there')
    await isAccessible(page, 'a PDF')
    await fits(page, 'a PDF')
    await shot(page, 'pdf' + (phone ? '-phone' : ''))
    // Only what is in sight is drawn.
    assert.ok(await dialog.getByRole('img', { name: /^第 \d+ 页/ }).count() < 8)
    const pages = dialog.getByRole('region', { name: '物资清单.pdf，共 12 页' })
    if (phone) {
      await dialog.getByRole('button', { name: '下一页' }).tap()
      await dialog.getByRole('img', { name: '第 2 页，共 12 页' }).waitFor()
    } else {
      await pages.focus()
      await page.keyboard.press('PageDown')
      await page.keyboard.press('PageDown')
      await page.waitForFunction(() => document.querySelector('.pdf-bar input').value === '3')
      await page.keyboard.press('End')
      await dialog.getByRole('img', { name: '第 12 页，共 12 页' }).waitFor()
      near(await bar(12), 240)
      await page.keyboard.press('Home')
      await page.waitForFunction(() => document.querySelector('.pdf-bar input').value === '1')
    }
    const at = dialog.getByRole('textbox', { name: '页码' })
    await at.fill('7')
    await at.press('Enter')
    await dialog.getByRole('img', { name: '第 7 页，共 12 页' }).waitFor()
    near(await bar(7), 140)
    // Zoomed, the page is as sharp as before: its canvas grows with it.
    const width = n => dialog.getByRole('img', { name: `第 ${n} 页，共 12 页` }).evaluate(cv => cv.width)
    const before = await width(7)
    await dialog.getByRole('button', { name: '放大' }).click()
    await dialog.getByRole('button', { name: '放大' }).click()
    await page.waitForFunction(([n, w]) => Array.from(document.querySelectorAll('.pdf-page canvas')).some(cv => cv.getAttribute('aria-label') === n && cv.width > w * 1.4), ['第 7 页，共 12 页', before])
    await dialog.getByRole('button', { name: /^150%，按下适合宽度/ }).click()
    await dialog.getByRole('button', { name: /^100%，按下适合宽度/ }).waitFor()
    await fits(page, 'a PDF, zoomed and back')
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    // A broken file says so and stays to be downloaded.
    await input.setInputFiles({ name: '损坏.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\n' + 'x'.repeat(500)) })
    await page.getByRole('listitem').filter({ hasText: '损坏.pdf' }).getByRole('button', { name: '预览' }).click()
    const broken = page.getByRole('dialog', { name: '损坏.pdf' })
    await broken.getByText('这个文件无法在页面内显示').or(broken.locator('iframe')).first().waitFor()
    await broken.getByRole('link', { name: '下载' }).waitFor()
    await done(page)
  })
}
