// 工作日历 in the pages: everyone looks, the city sets a day and imports a year. (B10, K1)
import test from 'node:test'
import { city } from '../api/tongban.mjs'
import { done, fits, isAccessible, open, shot, signIn } from './browser.mjs'

const c = await city()

for (const phone of [false, true]) test(`a clerk looks at the year ${phone ? 'on the phone' : ''}`, async () => {
  const page = await open(c, { phone })
  await signIn(page, 'drafter')
  await page.goto('/calendar')
  await page.getByText(/全年 \d+ 个工作日/).waitFor()
  await isAccessible(page, 'calendar')
  await fits(page, 'calendar')
  await shot(page, phone ? 'calendar-phone' : 'calendar')
  await done(page)
})

test('the city sets a day off, takes it back, and imports a year that is not there', async () => {
  const page = await open(c)
  await signIn(page, 'city_admin')
  await page.getByRole('link', { name: '工作日历' }).click()
  await page.getByRole('button', { name: /^2026年12月1日 上班/ }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('放假').check()
  await dialog.getByLabel('说明').fill('台风停工')
  await isAccessible(page, 'a day')
  await dialog.getByRole('button', { name: '保存' }).click()
  await page.getByRole('button', { name: '2026年12月1日 放假 台风停工' }).click()
  await dialog.getByRole('button', { name: '恢复公布的安排' }).click()
  await page.getByRole('button', { name: /^2026年12月1日 上班/ }).waitFor()
  while (!(await page.getByText('2031 年的节假日安排还没有导入').isVisible())) {
    const from = await page.locator('.cal-year').textContent()
    await page.getByRole('button', { name: '下一年' }).click()
    await page.locator('.cal-year').getByText(String(Number(from) + 1)).waitFor()
    await page.getByText(/全年 \d+ 个工作日/).waitFor()
    if (from === '2030') await page.getByText('2031 年的节假日安排还没有导入').waitFor()
  }
  await page.getByRole('button', { name: '导入节假日安排' }).click()
  await dialog.getByLabel('日期表').fill('2031-01-01,off,元旦\n2031-01-02,休,元旦')
  await dialog.getByRole('button', { name: '导入节假日安排' }).click()
  await dialog.getByText(/第 2 行/).waitFor()
  await dialog.getByLabel('日期表').fill('2031-01-01,off,元旦')
  await dialog.getByRole('button', { name: '导入节假日安排' }).click()
  await page.getByRole('button', { name: '2031年1月1日 放假 元旦' }).waitFor()
  await done(page)
})
