// A module that begins by itself: its administrator says when in the studio, sees when it is next, and at
// that time the clerk has it on the desk, on the computer and on the phone.
import test from 'node:test'
import { city } from '../api/tongban.mjs'
import { done, fits, isAccessible, open, signIn } from './browser.mjs'

const c = await city()

test('a report of each working day: drawn, published, and on the desk at its time', async () => {
  const page = await open(c)
  await signIn(page, 'unit_admin')
  await page.getByRole('link', { name: '业务设计' }).first().click()
  await page.getByRole('button', { name: '新建业务' }).first().click()
  const dialog = page.getByRole('dialog', { name: '新建业务' })
  await dialog.getByLabel('业务名称').fill('值班零报告')
  await dialog.getByLabel('业务代码').fill('morning_report')
  await dialog.getByRole('button', { name: '开始设计' }).click()
  const pick = page.getByRole('combobox', { name: /^选元素/ })
  await pick.locator('option', { hasText: '填写' }).waitFor({ state: 'attached' })
  const side = page.getByRole('complementary', { name: '所选元素' })
  await pick.selectOption({ label: '填写 · 办理环节' })
  await side.getByRole('button', { name: '移除 发起人' }).click()
  await side.getByLabel('由谁办理').selectOption({ label: '文书' })
  const start = await pick.locator('option').evaluateAll(list => list.find(o => /开始/.test(o.textContent)).value)
  await pick.selectOption(start)
  await side.getByLabel('怎样开始').selectOption({ label: '定期' })
  const first = new Date(c.now() + 86400e3 + 8 * 3600e3).toISOString().slice(0, 10)
  await side.getByLabel('首次 日期').fill(first)
  await side.getByLabel('首次 日期').press('Tab')
  await side.getByLabel('首次 时间').fill('08:30')
  await side.getByLabel('首次 时间').press('Tab')
  await isAccessible(page, 'start event')

  // Nobody could begin it by hand: the check says so, and the form says that nobody shall.
  await page.getByRole('button', { name: '检查', exact: true }).click()
  await page.getByRole('list', { name: '检查发现' }).getByText('流程只由定时或消息开始').waitFor()
  await page.getByRole('tab', { name: '编号与台账' }).click()
  await page.getByLabel('不由个人发起').check()
  await page.getByRole('button', { name: '发布' }).click()
  await page.getByRole('dialog', { name: '发布' }).getByRole('button', { name: '确认发布' }).click()
  const next = page.getByRole('list', { name: '自动开始' })
  await next.getByText(/下次自动开始：\d{4}-\d\d-\d\d 08:30/).waitFor()
  await next.getByText('每 1 工作日').waitFor()
  await isAccessible(page, 'what is next')
  await done(page)

  await c.later(Date.parse(`${first}T08:31:00+08:00`) - c.now() + 6 * 86400e3) // a working day by then
  const clerk = await open(c, { phone: true })
  await signIn(clerk, 'doc_clerk')
  await clerk.getByText('值班零报告').first().waitFor()
  await fits(clerk, 'to-do on the phone')
  await done(clerk)
})
