// Without a mouse: from the sign-in to a register's export every step by keys alone. At each stop the
// focus can be seen, nothing holds it, Esc closes a dialog and gives the focus back.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city, demoPassword } from '../api/tongban.mjs'
import { done, open } from './browser.mjs'

const c = await city({ demo: 'small' })

/** Where the focus stands, in words. */
const here = page => page.evaluate(() => { const e = document.activeElement; return `${e.tagName} ${e.getAttribute('aria-label') || e.textContent.trim().slice(0, 20)}` })
const isSeen = page => page.evaluate(() => {
  const shows = (e, pseudo) => { const s = getComputedStyle(e, pseudo); return (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none' }
  const e = document.activeElement
  // what only holds others shows the focus on the one that is chosen in it
  const inner = e.getAttribute('aria-activedescendant') && document.getElementById(e.getAttribute('aria-activedescendant'))
  return shows(e) || (!!inner && shows(inner))
})
const isAt = (page, to) => to.evaluateAll(all => all.some(e => e === document.activeElement))

/** Presses Tab until `to` has the focus; each stop on the way shows where it is. */
async function tab(page, to, { back = false, most = 90 } = {}) {
  const way = []
  for (let i = 0; i < most; i++) {
    await page.keyboard.press(back ? 'Shift+Tab' : 'Tab')
    way.push(await here(page))
    const seen = await isSeen(page)
    assert.ok(seen || /^(BODY|HTML) /.test(way[way.length - 1]), `no focus to be seen: ${way[way.length - 1]}`)
    if (await isAt(page, to)) return
  }
  assert.fail('not reached by Tab:\n' + way.join('\n'))
}
const button = (page, name, exact = true) => page.getByRole('button', { name, exact })
async function signInByKeys(page, account) {
  await page.goto('/sign-in')
  await page.getByRole('button', { name: '登录' }).waitFor()
  const name = page.getByLabel('账号', { exact: true })
  if (!(await isAt(page, name))) await tab(page, name)
  await page.keyboard.type(account)
  await tab(page, page.getByLabel('密码', { exact: true }))
  await page.keyboard.type(demoPassword)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: '工作台' }).waitFor()
}
const onHeading = (page, words) => page.waitForFunction(w => { const e = document.activeElement; return e.tagName === 'H1' && e.textContent.includes(w) }, words)

test('the drafter signs in, opens what waits, turns the parts, and hands it on', async () => {
  const page = await open(c)
  await signInByKeys(page, 'drafter')
  await onHeading(page, '工作台')
  const link = page.getByRole('link', { name: '关于调研冬修水利进展的请示' })
  await link.waitFor()
  await tab(page, link)
  await page.keyboard.press('Enter')
  await onHeading(page, '冬修水利')
  // a dialog: Esc closes it, and the focus is where it was
  await tab(page, button(page, '撤件'))
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: '撤件' })
  await dialog.waitFor()
  assert.ok(await page.evaluate(() => !!document.activeElement.closest('dialog')), 'the focus is in the dialog')
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  assert.ok(await isAt(page, button(page, '撤件')), 'the focus is back: ' + await here(page))
  // the tabs are one stop, arrows move
  await tab(page, page.getByRole('tab', { name: '呈批单' }))
  for (const name of ['正文', '附件', '流程图', '流转记录']) {
    await page.keyboard.press('ArrowRight')
    await page.getByRole('tab', { name: new RegExp('^' + name), selected: true }).waitFor()
    await page.waitForFunction(() => document.activeElement.getAttribute('aria-selected') === 'true')
  }
  await page.keyboard.press('ArrowRight')
  await page.getByRole('tab', { name: '呈批单', selected: true }).waitFor()
  await tab(page, page.getByRole('textbox', { name: '意见' }))
  await page.keyboard.type('请审核。')
  await page.keyboard.press('Control+Enter')
  await page.getByText('已提交。').waitFor()
  await page.getByText('请审核。').first().waitFor()
  await done(page)
})

test('a page that cannot be shown has a heading, and the focus is on it', async () => {
  const page = await open(c)
  await signInByKeys(page, 'drafter')
  await page.evaluate(() => { history.pushState(history.state, '', '/matters/999999999'); dispatchEvent(new PopStateEvent('popstate', { state: history.state })) })
  await onHeading(page, '打不开')
  assert.equal(await page.getByRole('heading', { level: 1 }).count(), 1)
  await done(page)
})

test('the document clerk chooses the receivers, dispatches, looks at the board, exports the register', async () => {
  const page = await open(c)
  await signInByKeys(page, 'doc_clerk')
  const link = page.getByRole('link', { name: /规范公文报送工作的通知/ })
  await link.first().waitFor()
  await tab(page, link)
  await page.keyboard.press('Enter')
  await onHeading(page, '规范公文报送')
  await tab(page, page.getByRole('link', { name: '选择主送、抄送并分发' }))
  await page.keyboard.press('Enter')
  await onHeading(page, '分发')
  // the tree by arrows, a mark by Space
  const tree = page.getByRole('tree').first()
  await tree.waitFor()
  await tab(page, tree)
  await page.keyboard.press('End')
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Space')
  await page.locator('.utree-row.on').first().waitFor()
  await page.keyboard.press('Space')
  await page.locator('.utree-row.on').waitFor({ state: 'detached' })
  const send = page.getByRole('button', { name: /^分发给 \d+ 个单位$/ })
  await send.waitFor()
  await tab(page, send, { most: 120 })
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  await tab(page, dialog.getByRole('button', { name: '分发', exact: true }), { most: 12 })
  await page.keyboard.press('Enter')
  await page.getByText(/已分发 \d+ 个单位。/).waitFor()
  await onHeading(page, '规范公文报送')
  await page.goto('/registers/sent')
  await page.locator('.table .title-link').first().waitFor()
  const xlsx = button(page, '导出 .xlsx')
  await tab(page, xlsx)
  await page.keyboard.press('Enter')
  const file = page.locator('.job a[download]')
  await file.waitFor()
  await tab(page, file)
  const [got] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')])
  assert.match(got.suggestedFilename(), /\.xlsx$/)
  await done(page)
})
