// B17, B1: 版式预览, from the editor with what is being typed and from the matter's page, on the computer
// and on the phone; the page that is drawn has its red head where the standard puts it.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from '../api/tongban.mjs'
import { officeOf } from '../api/document_office.mjs'
import { done, fits, isAccessible, open, shot, signIn } from './browser.mjs'

const c = await city()
const o = await officeOf(c)

/** Red dots of a drawn page between two heights (mm): how many rows have some, and the first of them. */
const red = (image, from, to) => image.evaluate((cv, [y1, y2]) => {
  const mm = cv.height / 297, top = Math.round(y1 * mm), n = Math.round((y2 - y1) * mm)
  const d = cv.getContext('2d').getImageData(0, top, cv.width, n).data
  const rows = []
  for (let y = 0; y < n; y++)
    for (let x = 0; x < cv.width; x++) { const i = 4 * (y * cv.width + x); if (d[i] > 200 && d[i + 1] < 110 && d[i + 2] < 110) { rows.push((top + y) / mm); break } }
  return { rows: rows.length, first: rows[0] }
}, [from, to])

for (const phone of [false, true]) {
  test(`a draft is seen as its pages on the ${phone ? 'phone' : 'computer'}`, async () => {
    const doc = await o.draft({ title: `常德市人民政府关于做好防汛工作的通知（${phone ? '二' : '一'}）` })
    const page = await open(c, { phone })
    await signIn(page, 'drafter')
    await page.goto('/matters/' + doc.matter_id + '/edit')
    const body = page.getByRole('textbox', { name: '标题' })
    await body.fill('常德市人民政府关于切实做好今年防汛工作的通知')
    await page.getByRole('button', { name: '版式预览' }).click()
    const dialog = page.getByRole('dialog', { name: '版式预览' })
    const first = dialog.getByRole('img', { name: '第 1 页，共 2 页' })
    await first.waitFor()
    const mark = await red(first, 60, 100)
    assert.ok(mark.rows > 10, 'the red head is drawn')
    assert.ok(Math.abs(mark.first - 72) < 1.5, `its upper edge 35 below the text area: ${mark.first}`)
    assert.ok((await red(first, 115, 125)).rows >= 1, 'the red rule')
    await isAccessible(page, 'page preview')
    await fits(page, 'page preview')
    await shot(page, 'page-preview' + (phone ? '-phone' : ''))
    await dialog.getByRole('button', { name: '关闭' }).click()
    await dialog.waitFor({ state: 'detached' })
    // From the matter's page, as the next in line sees it.
    await page.getByRole('button', { name: /^保存( Ctrl|$)/ }).click()
    await page.getByText(/已保存/).first().waitFor()
    await page.goto('/matters/' + doc.matter_id)
    await page.getByRole('button', { name: '版式预览' }).click()
    await page.getByRole('dialog', { name: '版式预览' }).getByRole('img', { name: '第 1 页，共 2 页' }).waitFor()
    await done(page)
  })
}
