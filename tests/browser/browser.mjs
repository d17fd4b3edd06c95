// The pages as a person uses them: Debian's Chromium on the real program (tests/api's city). Both
// layouts, axe-core for WCAG A and AA, and any error on the console fails the test.
import { createRequire } from 'node:module'
import fs from 'node:fs'
import path from 'node:path'
import assert from 'node:assert/strict'
import { after } from 'node:test'
import { root, demoPassword } from '../api/tongban.mjs'

const need = createRequire(path.join(root, 'web/package.json'))
const { chromium } = need('playwright-core')
const axeSource = fs.readFileSync(need.resolve('axe-core/axe.min.js'), 'utf8')

export const WIDE = { width: 1366, height: 768 }
export const PHONE = { width: 390, height: 844 }

let browser = null
after(async () => {
  if (!browser) return
  // A test that stopped half-way leaves its pages open: kept when SHOTS is set.
  if (process.env.SHOTS) for (const [i, context] of browser.contexts().entries()) for (const page of context.pages()) await page.screenshot({ path: path.join(process.env.SHOTS, `left-open-${i}.png`), fullPage: true })
  await browser.close()
})

/** One browser a test file, ended with it. */
async function theBrowser() {
  if (!browser) {
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM || '/usr/bin/chromium-headless-shell',
      args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    })
  }
  return browser
}

/** A browser of one person: a page with cookies of its own. Its `faults` are checked by done(). */
export async function open(c, { phone = false, dark = false } = {}) {
  const b = await theBrowser()
  const small = process.env.SHOTS_SMALL && { deviceScaleFactor: phone ? 300 / PHONE.width : 760 / WIDE.width }
  const context = await b.newContext({ ...small, viewport: phone ? PHONE : WIDE, hasTouch: phone, isMobile: phone, locale: 'zh-CN', colorScheme: dark ? 'dark' : 'light', baseURL: c.url, reducedMotion: 'reduce' })
  const page = await context.newPage()
  page.setDefaultTimeout(20000)
  page.faults = []
  if (process.env.TRACE) page.on('response', r => r.url().includes('/api/') && console.log(r.request().method(), r.status(), r.url()))
  page.on('pageerror', e => page.faults.push('error: ' + e.message))
  page.on('console', m => {
    // A refused request is told to the person by the page; what the console repeats of it is no fault.
    if (m.type() === 'error' && !/Failed to load resource/.test(m.text())) page.faults.push('console: ' + m.text())
    if (m.type() === 'warning' && /\[Vue/.test(m.text())) page.faults.push('console: ' + m.text())
  })
  return page
}

/** Nothing went wrong in this page; closes it. */
export async function done(page) {
  assert.deepEqual(page.faults, [])
  await page.context().close()
}

/** Types account and password and waits for the desk. */
export async function signIn(page, account, password = demoPassword) {
  await page.goto('/sign-in')
  await page.getByLabel('账号', { exact: true }).fill(account)
  await page.getByLabel('密码', { exact: true }).fill(password)
  await page.getByRole('button', { name: '登录' }).click()
  await page.getByRole('heading', { name: '工作台' }).waitFor()
}

/** No WCAG A or AA violation on the page as it stands. */
export async function isAccessible(page, name) {
  await page.evaluate(axeSource + ';0')
  const r = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }))
  const words = r.violations.map(v => `${v.id}: ${v.help}\n` + v.nodes.slice(0, 3).map(n => '    ' + n.html.slice(0, 160) + '\n    ' + (n.any[0] || n.all[0] || n.none[0] || {}).message).join('\n'))
  assert.equal(words.length, 0, `${name}:\n${words.join('\n')}`)
}

/**
 * Nothing on the page is wider than the screen, and no control is out of reach beside it. The measure
 * is the viewport that was set: on a phone window.innerWidth grows with a page that is too wide.
 */
export async function fits(page, name) {
  const { width } = page.viewportSize()
  const r = await page.evaluate(width => {
    const scrolls = e => { for (let p = e.parentElement; p && p !== document.body; p = p.parentElement) if (/auto|scroll/.test(getComputedStyle(p).overflowX)) return true; return false }
    const named = e => `${e.tagName.toLowerCase()}.${e.className && e.className.baseVal === undefined ? e.className : ''} ${(e.getAttribute('aria-label') || e.textContent || '').trim().slice(0, 20)}`
    const out = Array.from(document.querySelectorAll('body *')).filter(e => { const b = e.getBoundingClientRect(); return b.width > 0 && b.height > 0 && b.right > width + 1.5 && b.left > -1000 && getComputedStyle(e).visibility !== 'hidden' && !scrolls(e) })
    const hands = out.filter(e => e.matches('a[href], button, input, select, textarea'))
    return { all: document.documentElement.scrollWidth, wide: out.slice(0, 6).map(named), hands: hands.map(named) }
  }, width)
  assert.ok(r.all <= width + 1, `${name} is ${r.all} px wide on a screen of ${width}: ${r.wide.join(' | ')}`)
  assert.deepEqual(r.hands, [], `${name}: beside the screen`)
}

/** Keeps a picture when SHOTS names a folder. */
export async function shot(page, name) {
  if (process.env.SHOTS) await page.screenshot({ path: path.join(process.env.SHOTS, name + '.png') })
}
