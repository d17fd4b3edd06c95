// The pages on the oldest kernels they are built for, Chromium 78 and 88, against the real program:
// signing in, the workbench, a document, its board, the draft editor with its form, pickers. Not part of
// `make test`: `make test-old-browsers`, which fetches the two browsers (some 45 MB each) first.
import test, { after } from 'node:test'
import assert from 'node:assert/strict'
import { city, demoPassword } from '../../api/tongban.mjs'
import { launch } from './cdp.mjs'

const c = await city()
const browsers = []
after(async () => { for (const b of browsers) await b.close() })

async function signIn(page, account) {
  await page.goto(c.url + '/sign-in', '登录')
  await page.fill('账号', account)
  await page.fill('密码', demoPassword)
  await page.press('Enter')
  await page.shows('工作台')
}
const bare = page => { assert.deepEqual(page.faults, []); page.faults.length = 0 }

for (const version of ['78', '88']) {
  const browser = await launch(version)
  browsers.push(browser)

  test(`Chromium ${version}: sign in, workbench, a document and its parts`, async () => {
    assert.match(browser.version, new RegExp(`/${version}\\.`))
    const page = await browser.open()
    await signIn(page, 'doc_clerk')
    await page.until('rows of the workbench', `document.querySelectorAll('tbody tr').length > 0`)
    await page.shot(`${version}-workbench`)
    await page.fits('workbench')
    bare(page)
    await page.click('link', '发文登记')
    await page.heading('发文登记')
    await page.until('rows of the register', `document.querySelectorAll('tbody a').length > 0`)
    await page.shot(`${version}-register`)
    const sent = await page.evaluate(`document.querySelector('tbody a').textContent.trim()`)
    await page.click('link', sent)
    await page.heading(sent)
    await page.click('tab', '正文')
    await page.until('the paper', `!!document.querySelector('article.paper')`)
    await page.shot(`${version}-document`)
    await page.click('tab', '流程图')
    await page.until('the picture', `document.querySelectorAll('svg .flow-node').length > 3`)
    await page.shot(`${version}-flow`)
    bare(page)
  })

  test(`Chromium ${version}: the sender's board`, async () => {
    const page = await browser.open()
    await signIn(page, 'doc_clerk')
    await page.click('link', '分发跟踪')
    await page.heading('分发跟踪')
    await page.until('dispatches', `document.querySelectorAll('tbody a').length > 0`)
    const title = await page.evaluate(`document.querySelector('tbody a').textContent.trim()`)
    await page.click('link', title)
    await page.heading(title)
    await page.until('rows of the board', `document.querySelectorAll('tbody tr').length > 0`)
    await page.shot(`${version}-board`)
    bare(page)
  })

  test(`Chromium ${version}: a draft is made, addressed, written and saved`, async () => {
    const page = await browser.open()
    await signIn(page, 'drafter')
    await page.click('link', '拟稿')
    await page.heading('拟稿')
    await page.fill('标题', `关于老浏览器${version}试用的通知`)
    await page.click('button', '开始起草')
    await page.fill('主送', '各县（市、区）人民政府')
    await page.click('button', '对应单位')
    await page.click('tab', '常用组')
    await page.click('any', '各县（市、区）人民政府')
    await page.shot(`${version}-recipients`)
    await page.click('button', '确定')
    await page.fill('第 1 段', '现将有关事项通知如下。')
    await page.press('Enter')
    await page.until('the second paragraph', `!!window.__find('field', '第 2 段')`)
    await page.send('Input.insertText', { text: '一、加强领导' })
    await page.press('s', { ctrl: true })
    await page.shows('已保存')
    await page.shot(`${version}-editor`)
    bare(page)
  })

  test(`Chromium ${version}: a person is found by typing, a day chosen, a delegation made and taken back`, async () => {
    const page = await browser.open()
    await signIn(page, 'section_head')
    await page.goto(c.url + '/me/delegation', '新建委托')
    await page.click('button', '新建委托')
    await page.fill('受托人', '季思远')
    await page.click('option', '季思远')
    await page.click('field', '结束日期')
    await page.until('the calendar', `!!document.querySelector('.el-date-table td')`)
    await page.shot(`${version}-date`)
    await page.fill('结束日期', '2027-01-31')
    await page.press('Enter')
    await page.fill('书面授权', '办公会议定')
    await page.click('button', '保存')
    await page.shows('委托已生效')
    await page.shot(`${version}-delegation`)
    await page.click('button', '收回')
    await page.shows('已收回。')
    bare(page)
  })

  test(`Chromium ${version} on a phone: the workbench as cards`, async () => {
    const page = await browser.open({ width: 390, height: 844 })
    await signIn(page, 'town_clerk')
    await page.fits('workbench on the phone')
    await page.shot(`${version}-phone`)
    bare(page)
  })
}
