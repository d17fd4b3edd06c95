// An old Chromium, driven over its own protocol (CDP) by a pipe: Playwright has never tried these. A
// page here can what a person can: look, click, type, press; everything waits for a condition.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import zlib from 'node:zlib'
import { root } from '../../api/tongban.mjs'

/** The program out of its npm package, unpacked once under build/. */
function unpacked(version) {
  const bin = path.join(root, 'tests/browser/old/node_modules', 'chromium-' + version, 'bin')
  assert.ok(fs.existsSync(bin), 'make test-old-browsers installs the old browsers first')
  const to = path.join(root, 'build/test/chromium-' + version)
  if (fs.existsSync(path.join(to, 'chromium'))) return to
  const fresh = `${to}.${process.pid}`
  fs.mkdirSync(fresh, { recursive: true })
  const plain = name => zlib.brotliDecompressSync(fs.readFileSync(path.join(bin, name)))
  const tar = path.join(fresh, 'gl.tar')
  fs.writeFileSync(tar, plain('swiftshader.tar.br'))
  execFileSync('tar', ['-xf', tar, '-C', fresh])
  fs.rmSync(tar)
  fs.writeFileSync(path.join(fresh, 'chromium'), plain('chromium.br'), { mode: 0o755 })
  fs.renameSync(fresh, to)
  return to
}

/** Starts it on a profile of its own: { version, open(size), close() }. */
export async function launch(version) {
  const folder = unpacked(version)
  const profile = fs.mkdtempSync(path.join(root, 'build/test/profile-'))
  const child = spawn(path.join(folder, 'chromium'), [
    '--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run', '--hide-scrollbars', '--lang=zh-CN',
    '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-extensions', '--proxy-server=direct://',
    '--remote-debugging-pipe', '--user-data-dir=' + profile, 'about:blank',
  ], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] })
  const waiting = new Map(), sessions = new Map()
  let serial = 0, text = '', ended = false
  const fail = why => { ended = true; for (const w of waiting.values()) w.failed(new Error(why)); waiting.clear() }
  child.on('close', code => fail(`Chromium ${version} ended with ${code}`))
  child.stdio[4].on('data', d => {
    text += d
    for (let at; (at = text.indexOf('\0')) >= 0; text = text.slice(at + 1)) {
      const m = JSON.parse(text.slice(0, at))
      if (m.id && waiting.has(m.id)) {
        const w = waiting.get(m.id)
        waiting.delete(m.id)
        if (m.error) w.failed(new Error(`${w.method}: ${m.error.message}`))
        else w.done(m.result)
      } else if (m.sessionId && sessions.has(m.sessionId)) sessions.get(m.sessionId)(m)
    }
  })
  const send = (method, params = {}, sessionId) => new Promise((done, failed) => {
    if (ended) return failed(new Error(`Chromium ${version} is gone`))
    const id = ++serial
    waiting.set(id, { done, failed, method })
    child.stdio[3].write(JSON.stringify({ id, method, params, sessionId }) + '\0')
  })
  return {
    version: (await send('Browser.getVersion')).product,
    async open(size = { width: 1366, height: 768 }) {
      const { targetId } = await send('Target.createTarget', { url: 'about:blank' })
      const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true })
      const page = new Page((method, params) => send(method, params, sessionId), size)
      sessions.set(sessionId, m => page.hears(m))
      await page.begin()
      return page
    },
    async close() {
      await send('Browser.close').catch(() => {}) // it may be gone before it answers
      if (!ended) await new Promise(done => child.on('close', done))
      fs.rmSync(profile, { recursive: true, force: true })
    },
  }
}

// What a person would call it: its label, its words, or the field it labels. Runs in the page, so it is
// written for the oldest of them.
const FINDER = `window.__find = function (kind, name, nth) {
  var named = { button: 'button,[role=button]', link: 'a', field: 'input,textarea,select,[contenteditable],[role=textbox],[role=combobox]', tab: '[role=tab]', option: '[role=option],option', any: '*' }[kind]
  var words = function (e) {
    var by = e.getAttribute('aria-labelledby'), out = e.getAttribute('aria-label') || (by && by.split(' ').map(function (i) { var x = document.getElementById(i); return x ? x.textContent : '' }).join(' ')) || ''
    if (!out && e.labels && e.labels.length) out = e.labels[0].textContent
    if (!out && e.placeholder) out = e.placeholder
    return (out || (kind === 'field' ? '' : e.textContent) || '').replace(/\\s+/g, ' ').trim()
  }
  var seen = function (e) { var r = e.getBoundingClientRect(); return r.width > 0 && r.height > 0 && getComputedStyle(e).visibility !== 'hidden' }
  var all = [].slice.call(document.querySelectorAll(named)).filter(function (e) { return seen(e) && !e.disabled && words(e).indexOf(name) >= 0 })
  if (kind === 'any') all = all.filter(function (e) { return ![].some.call(e.children, function (c) { return c.textContent.indexOf(name) >= 0 }) })
  var exact = all.filter(function (e) { return words(e).replace(/ ?\\*$/, '') === name })
  return exact.concat(all.filter(function (e) { return exact.indexOf(e) < 0 }))[nth || 0] || null
}`

class Page {
  constructor(send, size) {
    this.send = send
    this.size = size
    /** Errors of the page and of its console. */
    this.faults = []
  }
  hears(m) {
    if (m.method === 'Runtime.exceptionThrown') {
      const e = m.params.exceptionDetails
      this.faults.push('error: ' + (e.exception ? e.exception.description || e.exception.value : e.text))
    }
    if (m.method === 'Runtime.consoleAPICalled' && (m.params.type === 'error' || m.params.type === 'assert')) this.faults.push('console: ' + m.params.args.map(a => a.description || a.value).join(' '))
  }
  async begin() {
    for (const domain of ['Page', 'Runtime', 'Network']) await this.send(domain + '.enable')
    const phone = this.size.width < 700
    await this.send('Emulation.setDeviceMetricsOverride', { ...this.size, deviceScaleFactor: 1, mobile: phone })
    await this.send('Network.setExtraHTTPHeaders', { headers: { 'Accept-Language': 'zh-CN' } })
    await this.send('Page.addScriptToEvaluateOnNewDocument', { source: FINDER })
  }
  async evaluate(expression) {
    const r = await this.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true })
    if (r.exceptionDetails) throw new Error(r.exceptionDetails.exception?.description || r.exceptionDetails.text)
    return r.result.value
  }
  async until(what, expression, ms = 15000) {
    let last
    for (const end = Date.now() + ms; Date.now() < end; await new Promise(r => setTimeout(r, 40))) {
      try { last = await this.evaluate(expression) } catch (e) { last = undefined; if (!/Cannot find context|destroyed|navigat/.test(e.message)) throw e }
      if (last) return last
    }
    assert.fail(`not within ${ms} ms: ${what}\n${this.faults.join('\n')}\n${await this.evaluate('document.body.innerText.slice(0, 1500)')}`)
  }
  /** Goes there; the page is there once `text` is. */
  async goto(url, text) {
    await this.send('Page.navigate', { url })
    await this.shows(text)
  }
  shows(text) { return this.until(`shows ${text}`, `document.body && document.body.innerText.indexOf(${JSON.stringify(text)}) >= 0`) }
  heading(text) { return this.until(`heading ${text}`, `[].some.call(document.querySelectorAll('h1'), function (h) { return h.textContent.trim() === ${JSON.stringify(text)} })`) }
  /** The middle of what has this name, scrolled into view and at rest. */
  async place(kind, name, nth = 0) {
    const find = `window.__find && window.__find(${JSON.stringify(kind)}, ${JSON.stringify(name)}, ${nth})`
    await this.until(`${kind} ${name}`, `!!(${find})`)
    await this.evaluate(`(${find}).scrollIntoView({ block: 'center' })`)
    let before = null
    return this.until(`${kind} ${name} at rest`, `(function () { var e = ${find}; if (!e) return null; var r = e.getBoundingClientRect(), at = Math.round(r.left + r.width / 2) + ',' + Math.round(r.top + r.height / 2), same = window.__was === at; window.__was = at; return same ? at : null })()`).then(at => { before = at.split(',').map(Number); return { x: before[0], y: before[1] } })
  }
  async click(kind, name, nth) {
    const at = await this.place(kind, name, nth)
    for (const type of ['mouseMoved', 'mousePressed', 'mouseReleased']) await this.send('Input.dispatchMouseEvent', { type, ...at, button: type === 'mouseMoved' ? 'none' : 'left', clickCount: type === 'mouseMoved' ? 0 : 1 })
  }
  /** Clicks into the field, marks all and types over it. */
  async fill(name, text, nth) {
    await this.click('field', name, nth)
    await this.press('a', { ctrl: true })
    await this.send('Input.insertText', { text })
  }
  async press(key, { ctrl = false } = {}) {
    const codes = { Enter: [13, '\r'], Tab: [9, '\t'], Escape: [27, ''], ArrowDown: [40, ''], a: [65, 'a'], s: [83, 's'] }
    const [windowsVirtualKeyCode, text] = codes[key]
    const one = { key, code: key.length === 1 ? 'Key' + key.toUpperCase() : key, windowsVirtualKeyCode, modifiers: ctrl ? 2 : 0 }
    await this.send('Input.dispatchKeyEvent', { type: ctrl ? 'rawKeyDown' : 'keyDown', ...one, ...(ctrl || !text ? {} : { text }), ...(ctrl && key === 'a' ? { commands: ['selectAll'] } : {}) })
    await this.send('Input.dispatchKeyEvent', { type: 'keyUp', ...one })
  }
  /** Keeps a picture when SHOTS names a folder. */
  async shot(name) {
    if (!process.env.SHOTS) return
    const { data } = await this.send('Page.captureScreenshot', { format: 'png' })
    fs.writeFileSync(path.join(process.env.SHOTS, name + '.png'), Buffer.from(data, 'base64'))
  }
  /** Nothing on the page is wider than the screen. */
  async fits(name) {
    const [inner, all] = await this.evaluate('[window.innerWidth, document.documentElement.scrollWidth]')
    assert.ok(all <= inner + 1, `${name} is ${all} px wide on a screen of ${inner}`)
  }
}
