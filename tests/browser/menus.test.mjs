// What the menus offer opens: every account of the demonstration city, every entry of the left menu,
// of the phone's menu and of its bar; of accounts with the same rights and roles one is walked. An entry is there only for whom its page answers: while one
// opens, no read may be refused and no error may stand on the page.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from '../api/tongban.mjs'
import { open, signIn, done, PHONE, WIDE } from './browser.mjs'

const c = await city()
const accounts = (await c.guest().read('/demo/accounts')).rows
const hrefs = links => links.evaluateAll(all => all.map(a => a.getAttribute('href')))

/** The page has come: its heading stands, nothing is loading, nothing was refused. */
async function opened(page, who, to) {
  await page.waitForFunction(p => location.pathname.startsWith(p), to)
  await page.locator('main h1').first().waitFor({ state: 'attached' })
  await page.waitForFunction(() => window.__reads === 0 && !/加载中|正在读取/.test((document.querySelector('main') || document.body).innerText))
  assert.deepEqual(page.refused.splice(0), [], `${who}: ${to}`)
  assert.equal(await page.getByRole('heading', { name: '没有这个页面' }).count(), 0, `${who}: ${to} is not there`)
  assert.deepEqual(await page.locator('main .note.bad').allInnerTexts(), [], `${who}: ${to}`)
}

test('every entry of every account opens', async () => {
  const offered = new Map()
  const walk = async account => {
    const page = await open(c)
    page.refused = []
    page.on('response', r => { if (r.url().includes('/api/') && r.status() >= 400) page.refused.push(`${r.status()} ${r.url().replace(/.*\/api\/v1/, '')}`) })
    // Reads under way, so that waiting is for their end and not for a time.
    await page.addInitScript(() => {
      const real = window.fetch
      window.__reads = 0
      window.fetch = (...x) => { window.__reads++; return real(...x).finally(() => { window.__reads-- }) }
    })
    await signIn(page, account)
    page.refused.splice(0)
    const left = page.getByRole('navigation', { name: '主菜单' }).getByRole('link')
    const wide = await hrefs(left)
    offered.set(account, wide)
    assert.ok(wide.length >= 8, account)
    for (const to of wide) {
      await page.getByRole('navigation', { name: '主菜单' }).locator(`a[href="${to}"]`).click()
      await opened(page, account, to)
    }
    await page.setViewportSize(PHONE)
    const bar = page.getByRole('navigation', { name: '主菜单' }).getByRole('link')
    await page.locator('.phone-bar').waitFor()
    const below = await hrefs(bar)
    const inMenu = (await hrefs(page.locator('#user-menu a'))).filter(x => !x.startsWith('/me'))
    // On the phone stands the same as on the computer, some of it in the bar.
    assert.deepEqual(inMenu.concat(below.filter(x => x !== '/me')).sort(), wide.slice().sort(), account)
    for (const to of below.filter(x => !wide.includes(x))) {
      await page.locator(`.phone-bar a[href="${to}"]`).click()
      await opened(page, account, to)
    }
    // One's own pages are the same for all: a few look.
    for (const to of accounts.findIndex(a => a.account === account) % 6 ? [] : await hrefs(page.locator('#user-menu a[href^="/me"]'))) {
      await page.getByRole('button', { name: new RegExp(accounts.find(a => a.account === account).name) }).click()
      await page.locator(`#user-menu a[href="${to}"]`).click()
      await opened(page, account, to)
    }
    await page.setViewportSize(WIDE)
    await done(page)
  }
  const alike = new Map()
  for (const { account } of accounts) {
    const me = await (await c.signIn(account)).read('/me')
    const key = JSON.stringify([me.can, me.roles.map(r => r.role).sort(), me.acting_for.length > 0])
    if (alike.has(key)) offered.set(account, offered.get(alike.get(key)))
    else await walk(account)
    alike.set(key, account)
  }
  assert.ok(alike.size > 8, `${alike.size} kinds of people`)
  // Who keeps or heads a unit reads its registers; who only works in it is not sent to a closed door.
  const has = (who, to) => offered.get(who).includes(to)
  assert.deepEqual(['doc_clerk', 'reviewer', 'supervision', 'countersign_head', 'town_secretary', 'village_head', 'drafter', 'leader'].map(a => has(a, '/registers/received')), [true, true, true, true, true, true, false, false])
  assert.deepEqual(['doc_clerk', 'reviewer', 'supervision', 'countersign_head', 'drafter'].map(a => has(a, '/instructions')), [true, true, true, false, false])
  assert.deepEqual(['doc_clerk', 'town_office', 'reviewer', 'drafter'].map(a => has(a, '/exchange-talk')), [true, true, false, false])
})
