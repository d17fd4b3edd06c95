// B17: a received OFD file is read in the page, on the computer and on the phone, page by page, with zoom
// and by the keyboard; what it carries is at hand; one that is refused says why.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from '../api/tongban.mjs'
import { ofdOf, partsOf, zipOf } from '../api/ofd.mjs'
import { open, signIn, done, isAccessible, fits, shot } from './browser.mjs'

const c = await city()
const ofd = ofdOf(12)
const bomb = zipOf([...partsOf(1), ['Doc_0/b.bin', Buffer.alloc(20 << 20)]])

for (const phone of [false, true]) {
  test(`an OFD file is read in the page, on the ${phone ? 'phone' : 'computer'}`, async () => {
    const page = await open(c, { phone })
    await signIn(page, 'doc_clerk')
    await page.locator('.title-link').first().click()
    await page.getByRole('tab', { name: /^附件/ }).click()
    const input = page.locator('input[type=file]')
    await input.setInputFiles({ name: '物资清单.ofd', mimeType: 'application/ofd', buffer: ofd })
    await page.getByRole('listitem').filter({ hasText: '物资清单.ofd' }).getByRole('button', { name: '预览' }).click()
    const dialog = page.getByRole('dialog', { name: '物资清单.ofd' })
    const img = n => dialog.getByRole('img', { name: `第 ${n} 页，共 12 页` })
    const drawn = async n => { await img(n).waitFor(); await page.waitForFunction(alt => Array.from(document.querySelectorAll('.pdf-page img[data-drawn]')).some(i => i.getAttribute('alt') === alt), `第 ${n} 页，共 12 页`) }
    /** Height in millimetres of the black bar, which grows with the page; and dark points of the line above it. */
    const ink = n => img(n).evaluate(el => {
      const cv = document.createElement('canvas')
      cv.width = 420; cv.height = 594
      const x = cv.getContext('2d')
      x.drawImage(el, 0, 0, 420, 594)
      const dark = (l, t, w, h) => { const d = x.getImageData(l, t, w, h).data; let k = 0; for (let i = 0; i < d.length; i += 4) if (d[i] < 120 && d[i + 3] > 200) k++; return k }
      return { bar: dark(140, 0, 1, 594) / 2, words: dark(40, 40, 100, 20), margin: dark(0, 0, 30, 594) }
    })
    await drawn(1)
    const first = await ink(1)
    assert.ok(Math.abs(first.bar - 10) < 2, JSON.stringify(first))
    assert.ok(first.words > 50, 'the Chinese line is there')
    assert.equal(first.margin, 0)
    await isAccessible(page, 'an OFD file')
    await fits(page, 'an OFD file')
    await shot(page, 'ofd' + (phone ? '-phone' : ''))
    assert.ok(await dialog.locator('.pdf-page img').count() < 8, 'only what is in sight is asked for')
    const pages = dialog.getByRole('region', { name: '物资清单.ofd，共 12 页' })
    if (phone) {
      await dialog.getByRole('button', { name: '下一页' }).tap()
      await drawn(2)
    } else {
      await pages.focus()
      await page.keyboard.press('PageDown')
      await page.keyboard.press('PageDown')
      await page.waitForFunction(() => document.querySelector('.pdf-bar input').value === '3')
      await page.keyboard.press('End')
      await drawn(12)
      assert.ok(Math.abs((await ink(12)).bar - 120) < 3)
      await page.keyboard.press('Home')
      await page.waitForFunction(() => document.querySelector('.pdf-bar input').value === '1')
    }
    const at = dialog.getByRole('textbox', { name: '页码' })
    await at.fill('7')
    await at.press('Enter')
    await drawn(7)
    const width = () => img(7).evaluate(el => el.clientWidth)
    const before = await width()
    await dialog.getByRole('button', { name: '放大' }).click()
    await dialog.getByRole('button', { name: '放大' }).click()
    assert.ok(await width() > before * 1.4)
    await dialog.getByRole('button', { name: /^150%，按下适合宽度/ }).click()
    await fits(page, 'an OFD file, zoomed and back')
    await dialog.getByText('文件内容：签章、内含附件、公文元数据').click()
    await dialog.getByText('文件编号：云水发〔2026〕3号').waitFor()
    const [download] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('link', { name: '明细.xml' }).click()])
    assert.equal(download.suggestedFilename(), '明细.xml')
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await input.setInputFiles({ name: '来路不明.ofd', mimeType: 'application/ofd', buffer: bomb })
    await page.getByRole('listitem').filter({ hasText: '来路不明.ofd' }).getByRole('button', { name: '预览' }).click()
    const refused = page.getByRole('dialog', { name: '来路不明.ofd' })
    await refused.getByRole('alert').filter({ hasText: /“Doc_0\/b.bin”.*压缩炸弹/ }).waitFor()
    await refused.getByRole('link', { name: '下载' }).waitFor()
    await isAccessible(page, 'a refused OFD file')
    await done(page)
  })
}
