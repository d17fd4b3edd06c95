// The pages on small screens and in large type: nothing beside the screen, titles readable, every page
// of the phone's menu and every part of a matter; and the files of a matter for who cannot see well.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city, until } from '../api/tongban.mjs'
import { done, fits, isAccessible, open, shot, signIn } from './browser.mjs'

const c = await city({ demo: 'small' })

async function setLarge(page, phone) {
  if (phone) {
    await page.getByRole('link', { name: '我的' }).click()
    await page.getByRole('link', { name: '界面与语言' }).click()
  } else {
    await page.locator('.bar .bar-btn').last().click()
    await page.getByRole('link', { name: '界面与语言' }).click()
  }
  await page.getByLabel('大字').check()
  await page.waitForFunction(() => document.documentElement.classList.contains('large'))
}
const settled = page => page.waitForFunction(() => !document.querySelector('[aria-busy=true]') && document.querySelector('main h1, main h2'))

/** Each part of the matter that is open, by its tab. */
async function eachTab(page, name) {
  for (const tab of ['呈批单', '正文', '附件', '流程图', '流转记录']) {
    await page.getByRole('tab', { name: new RegExp('^' + tab) }).click()
    if (tab === '流程图') await page.getByRole('img', { name: '流程图' }).waitFor()
    await settled(page)
    await fits(page, `${name}, ${tab}`)
  }
}

for (const large of [false, true]) {
  const how = large ? 'phone, large type' : 'phone'
  test(`every page of the ${how} menu and every part of a matter fit`, async () => {
    const page = await open(c, { phone: true })
    await signIn(page, 'doc_clerk')
    if (large) await setLarge(page, true)
    const menu = page.locator('.bar .bar-btn').last()
    await menu.click()
    const names = await page.locator('#user-menu a').allInnerTexts()
    assert.ok(names.length >= 10, names.join())
    await fits(page, how + ', menu')
    for (const name of names) {
      if (await page.locator('#user-menu').isHidden()) await menu.click()
      await page.locator('#user-menu').getByRole('link', { name: name.trim(), exact: true }).click()
      await page.locator('#user-menu').waitFor({ state: 'hidden' })
      await settled(page)
      await fits(page, `${how}, ${name.trim()}`)
    }
    for (const name of ['公文', '通讯录', '我的', '工作台']) {
      await page.getByRole('navigation').getByRole('link', { name: new RegExp('^' + name) }).click()
      await settled(page)
      await fits(page, `${how}, ${name}`)
    }
    await page.locator('.lcard .title-link').first().click()
    await page.getByRole('tab', { name: '呈批单' }).waitFor()
    await eachTab(page, how)
    await page.getByRole('link', { name: /工作台/ }).click()
    await page.getByRole('tab', { name: '已办' }).click()
    await settled(page)
    await page.locator('.lcard .title-link').first().click()
    await page.getByRole('tab', { name: '呈批单' }).waitFor()
    await eachTab(page, how + ', handed on')
    if (large) await shot(page, 'matter-phone-large')
    await done(page)
  })
}

test('large type on a computer of 1366: columns give way, titles keep their room', async () => {
  const page = await open(c)
  await signIn(page, 'doc_clerk')
  await setLarge(page)
  const look = () => page.evaluate(() => {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize)
    const rows = Array.from(document.querySelectorAll('.table tbody tr'))
    const link = document.querySelector('.table tbody .title-link')
    if (!link) return null // still between two lists
    const title = link.closest('td')
    return { rem, title: title.offsetWidth / rem, heights: rows.map(r => r.offsetHeight / rem), wide: document.querySelector('.table').scrollWidth - document.querySelector('.table-wrap').clientWidth }
  })
  for (const name of ['工作台', '发文登记', '收文登记', '批示登记本', '分发跟踪']) {
    await page.getByRole('navigation').getByRole('link', { name }).click()
    await page.locator('.table .title-link').first().waitFor()
    await settled(page)
    const r = await until(name, look)
    assert.equal(r.rem, 20, name)
    assert.ok(r.title >= 14, `${name}: the title has ${r.title} rem`)
    assert.ok(Math.max(...r.heights) <= 8 && r.heights.reduce((a, b) => a + b) / r.heights.length <= 5, `${name}: rows of ${r.heights.map(x => x.toFixed(1)).join(' ')} rem`)
    assert.ok(r.wide <= 1, `${name}: the table is ${r.wide} px too wide`)
    await fits(page, name + ', large')
    await shot(page, 'large-' + name)
  }
  await page.getByRole('navigation').getByRole('link', { name: '工作台' }).click()
  await page.locator('.table .title-link').first().click()
  await page.getByRole('tab', { name: '呈批单' }).waitFor()
  await eachTab(page, 'matter, large')
  await done(page)
})

test('the files of a matter and their previews are accessible', async () => {
  const page = await open(c)
  await signIn(page, 'drafter')
  await page.locator('.table .title-link').first().click()
  await page.getByRole('tab', { name: /^附件/ }).click()
  const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
  await page.locator('input[type=file]').setInputFiles({ name: '现场照片.png', mimeType: 'image/png', buffer: png })
  const files = page.getByRole('list', { name: '附件' })
  await files.getByText('现场照片.png').waitFor()
  await isAccessible(page, 'files')
  await files.getByRole('listitem').filter({ hasText: '现场照片' }).getByRole('button', { name: '预览' }).click()
  const dialog = page.getByRole('dialog', { name: '现场照片.png' })
  await dialog.getByRole('img', { name: '现场照片.png' }).waitFor()
  await isAccessible(page, 'preview')
  await fits(page, 'preview')
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await done(page)
})
