// DESIGN §8: the demonstration city says so before anybody signs in, and offers its people; a click
// fills the form. A real city shows nothing of it.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from '../api/tongban.mjs'
import { done, fits, isAccessible, open, shot } from './browser.mjs'

const c = await city()
for (const phone of [false, true]) test(`a demo account is chosen and signs in (${phone ? 'phone' : 'computer'})`, async () => {
  const page = await open(c, { phone })
  await page.goto('/')
  await page.getByRole('heading', { name: '可以试用的人员' }).waitFor()
  await page.getByText('这是演示环境').waitFor()
  await isAccessible(page, 'demo sign-in')
  await shot(page, 'demo-sign-in' + (phone ? '-phone' : ''))
  await fits(page, 'demo sign-in')
  const person = page.getByRole('button', { name: /梅静/ })
  await person.click()
  assert.equal(await page.getByLabel('账号', { exact: true }).inputValue(), 'doc_clerk')
  assert.equal(await person.getAttribute('aria-pressed'), 'true')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: '工作台', level: 1 }).waitFor()
  await done(page)
})

test('in English the work of each is English', async () => {
  const page = await open(c)
  await page.goto('/')
  await page.getByRole('button', { name: 'English' }).click()
  await page.getByRole('button', { name: /City Government Office: document clerk/ }).waitFor()
  await done(page)
})

test('a real city offers nobody', async () => {
  const real = await city({ demo: null })
  const page = await open(real)
  await page.goto('/')
  await page.getByRole('heading', { name: '登录' }).waitFor()
  await page.waitForLoadState('networkidle')
  assert.equal(await page.getByRole('heading', { name: '可以试用的人员' }).count(), 0)
  await done(page)
  await real.stop()
})
