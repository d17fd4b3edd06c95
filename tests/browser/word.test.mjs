// Word files in the pages: a drafter takes one into a draft, sees before what came and what did not, and
// takes it back; the same on a phone. (B17)
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from '../api/tongban.mjs'
import { officeOf } from '../api/document_office.mjs'
import { withOffice } from '../api/office_kit.mjs'
import { textPdf } from '../api/scans.mjs'
import { cell, docx, middle, p, right, row, table } from '../api/word_kit.mjs'
import { done, fits, isAccessible, open, shot, signIn } from './browser.mjs'

// A stand-in for LibreOffice: one page for whatever it is given, but for what is damaged.
const c = await withOffice('grep -q DAMAGED "$in" && exit 1; cp "$here/made.pdf" "$out"', city, { 'made.pdf': textPdf({}) })
const TITLE = '关于加强防汛值守工作的通知'
const file = docx([
  middle('常德市人民政府'), middle(TITLE), p('各区县（市）人民政府：'), p('一、严格值守'), p('汛期实行二十四小时值守。'),
  table(row(cell('任务', '<w:gridSpan w:val="2"/>')), row(cell('巡堤'), cell('水利局'))), '<w:p><w:r><w:drawing/></w:r></w:p>',
  right('常德市人民政府'), right('2026年6月1日'),
].join(''))
const word = { name: '值守通知.docx', mimeType: 'application/octet-stream', buffer: file }

async function begin(page, title) {
  await page.goto('/documents/new')
  await page.getByLabel('发文机关').selectOption({ label: '常德市人民政府' })
  await page.getByLabel('文种').selectOption('通知')
  await page.getByLabel('标题').fill(title)
  await page.getByRole('button', { name: '开始起草' }).click()
  await page.getByRole('textbox', { name: '第 1 段' }).waitFor()
}
const body = page => page.locator('[data-block]').evaluateAll(list => list.map(x => x.value))

test('B17 a Word file comes into the draft, seen before, and goes again at a click', async () => {
  const page = await open(c)
  await signIn(page, 'drafter')
  await begin(page, '常德市人民政府关于防汛的通知')
  await page.getByRole('textbox', { name: '第 1 段' }).fill('已经写好的一段。')
  await page.getByRole('button', { name: '从文件导入' }).click()
  const box = page.getByRole('dialog', { name: '从文件导入' })
  const input = box.locator('input[type=file]')
  await input.setInputFiles({ ...word, name: '值守通知.docm' })
  await box.getByText('带有宏').waitFor()
  await input.setInputFiles({ ...word, name: '坏文件.docx', buffer: Buffer.from('hello') })
  await box.getByRole('alert').getByText('这不是 Word 文件').waitFor()
  assert.equal(await box.getByRole('button', { name: '接在后面' }).isDisabled(), true)
  await input.setInputFiles(word)
  await box.getByText('读到 3 段').waitFor()
  await box.getByText('图片 1 张：没有带入').waitFor()
  await box.getByText('署名和成文日期：由系统生成，没有带入').waitFor()
  await isAccessible(page, 'import')
  await shot(page, 'word-import')
  assert.deepEqual(await body(page), ['已经写好的一段。'], 'nothing has changed so far')
  await box.getByRole('radio', { name: '替换现有正文' }).check()
  await box.getByRole('button', { name: '替换正文' }).click()
  await page.getByText('已带入“值守通知.docx”').waitFor()
  assert.deepEqual(await body(page), ['一、严格值守', '汛期实行二十四小时值守。'])
  assert.equal(await page.getByLabel('标题').inputValue(), '常德市人民政府' + TITLE)
  assert.equal(await page.getByRole('textbox', { name: '主送' }).inputValue(), '各区县（市）人民政府')
  assert.equal(await page.getByRole('textbox', { name: '第 1 行第 1 列' }).evaluate(x => x.closest('td').colSpan), 2)
  await page.getByRole('button', { name: '撤销带入' }).click()
  assert.deepEqual(await body(page), ['已经写好的一段。'])
  assert.equal(await page.getByLabel('标题').inputValue(), '常德市人民政府关于防汛的通知')
  // by the keyboard this time, behind what stands, without its head
  await page.getByRole('button', { name: '从文件导入' }).focus()
  await page.keyboard.press('Enter')
  await input.setInputFiles(word)
  await box.getByText('读到 3 段').waitFor()
  await box.getByRole('checkbox', { name: '同时带入：标题、主送' }).focus()
  await page.keyboard.press('Space')
  await box.getByRole('button', { name: '接在后面' }).focus()
  await page.keyboard.press('Enter')
  assert.deepEqual(await body(page), ['已经写好的一段。', '一、严格值守', '汛期实行二十四小时值守。'])
  assert.equal(await page.getByLabel('标题').inputValue(), '常德市人民政府关于防汛的通知')
  await page.keyboard.press('Control+s')
  await page.getByText('已保存', { exact: false }).first().waitFor()
  await page.getByRole('button', { name: '预览', exact: true }).click()
  assert.equal(await page.getByRole('dialog', { name: '预览' }).getByRole('cell', { name: '任务' }).getAttribute('colspan'), '2')
  await done(page)
})

test('B17 the same on a phone', async () => {
  const page = await open(c, { phone: true })
  await signIn(page, 'drafter')
  await begin(page, '常德市人民政府关于巡堤的通知')
  await page.getByRole('button', { name: '从文件导入' }).tap()
  const box = page.getByRole('dialog', { name: '从文件导入' })
  await box.locator('input[type=file]').setInputFiles(word)
  await box.getByText('读到 3 段').waitFor()
  await fits(page, 'import on a phone')
  await box.getByRole('button', { name: '替换正文' }).tap()
  assert.deepEqual(await body(page), ['一、严格值守', '汛期实行二十四小时值守。'])
  await done(page)
})

test('B17 an office file is shown in the page; one that fails says why', async () => {
  const page = await open(c)
  await signIn(page, 'drafter')
  await begin(page, '常德市人民政府关于附件预览的通知')
  const files = page.locator('.drop input[type=file]')
  await files.setInputFiles([{ ...word, name: '任务表.docx' }, { ...word, name: '坏附件.docx', buffer: docx(p('坏'), { more: [['docProps/app.xml', 'DAMAGED']] }) }])
  const list = page.getByRole('list', { name: '附件' })
  await list.getByText('坏附件.docx').waitFor()
  await list.getByRole('listitem').filter({ hasText: '任务表.docx' }).getByRole('button', { name: '预览', exact: true }).click()
  const box = page.getByRole('dialog', { name: '任务表.docx' })
  await box.locator('[data-drawn]').first().waitFor()
  await isAccessible(page, 'preview of an office file')
  await page.keyboard.press('Escape')
  await list.getByRole('listitem').filter({ hasText: '坏附件.docx' }).getByRole('button', { name: '预览', exact: true }).click()
  await page.getByRole('dialog', { name: '坏附件.docx' }).getByRole('alert').getByText('没有转换成功').waitFor()
  await done(page)
})

test('B21 who changed which words: marked, clean, by round, any two versions; a Word file of it', async () => {
  const o = await officeOf(c)
  const doc = await o.draft()
  const at = `/documents/${doc.document_id}`
  const save = async (who, text) => { const was = await who.read(at); await who.act(`${at}/save`, { ...o.elements(was.title), body: [{ kind: 'h1', text: '一、提高认识' }, { kind: 'p', text }], rev: was.rev }) }
  await o.done(o.drafter, doc.matter_id, { opinion: '请审核' })
  await save(o.section_head, '各级各部门要马上行动，落实防汛责任。')
  await o.done(o.section_head, doc.matter_id, { opinion: '拟同意' })
  await save(o.reviewer, '各级各部门要马上行动，压实防汛责任。')
  const page = await open(c)
  await signIn(page, 'reviewer')
  await page.goto('/matters/' + doc.matter_id)
  const versions = page.getByRole('region', { name: '文稿', exact: true })
  const file = page.waitForEvent('download')
  await versions.getByRole('link', { name: '导出 Word' }).click()
  assert.equal((await file).suggestedFilename(), '常德市人民政府关于做好防汛工作的通知.docx')
  await versions.getByRole('link', { name: '修改痕迹' }).click()
  const text = page.getByRole('article', { name: '修改痕迹' })
  const marked = async () => text.locator('ins, del').evaluateAll(list => list.map(x => x.tagName[0] + x.textContent))
  await text.getByText('马上').waitFor()
  assert.deepEqual(await marked(), ['D立即1', 'I马上1', 'D落2', 'I压2'])
  assert.match(await text.locator('ins').first().getAttribute('title'), /写入$/)
  await isAccessible(page, 'marks')
  await shot(page, 'word-marks')
  // one round at a time, by the keyboard
  const rounds = page.getByRole('region', { name: '各轮修改' })
  await rounds.getByRole('checkbox').nth(1).focus()
  await page.keyboard.press('Space')
  assert.deepEqual(await marked(), ['D立即1', 'I马上1'])
  await page.keyboard.press('Space')
  await page.getByRole('radio', { name: '清稿' }).check()
  assert.deepEqual(await marked(), [])
  await text.getByText('各级各部门要马上行动，压实防汛责任。').waitFor()
  await page.getByRole('radio', { name: '标注修改' }).check()
  await page.getByLabel('起', { exact: true }).selectOption('3')
  await page.waitForFunction(() => document.querySelectorAll('.marks-text ins, .marks-text del').length === 2)
  assert.deepEqual(await marked(), ['D落1', 'I压1'])
  // on paper the text and who is who, nothing else
  await page.emulateMedia({ media: 'print' })
  assert.equal(await page.getByRole('button', { name: '打印' }).isVisible(), false)
  assert.equal(await page.getByText('各轮修改').isVisible(), true)
  assert.equal(await text.isVisible(), true)
  await done(page)
  const phone = await open(c, { phone: true })
  await signIn(phone, 'reviewer')
  await phone.goto(`/matters/${doc.matter_id}/marks`)
  await phone.getByRole('article', { name: '修改痕迹' }).getByText('马上').waitFor()
  await fits(phone, 'marks on a phone')
  await isAccessible(phone, 'marks on a phone')
  await done(phone)
})
