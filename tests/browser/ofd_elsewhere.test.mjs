// O10: what our writer makes is drawn by a viewer that is not ours (npm ofd.js, in a package of its own):
// ink stands where it should, in its colour, and nowhere else.
import test from 'node:test'
import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { createRequire } from 'node:module'
import { execFileSync } from 'node:child_process'
import { root } from '../api/tongban.mjs'
import { open, done, shot } from './browser.mjs'

const script = createRequire(path.join(root, 'tests/browser/ofdjs/package.json')).resolve('ofd.js/lib/ofd.umd.min.js')

test('ofd.js draws our file', async () => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'ofd-'))
  const file = path.join(dir, 'sample.ofd')
  execFileSync(path.join(root, 'build', process.env.VARIANT || 'release', 'unit/test_ofd'), { env: { ...process.env, TB_OFD_SAMPLE: file } })
  const base64 = fs.readFileSync(file).toString('base64')
  fs.rmSync(dir, { recursive: true })
  const page = await open({ url: 'http://127.0.0.1' })
  await page.setContent('<body style="margin:0;background:#fff"></body>')
  await page.addScriptTag({ path: script })
  const pages = await page.evaluate(b => new Promise((good, bad) => {
    const bytes = Uint8Array.from(atob(b), ch => ch.charCodeAt(0))
    window.ofd.parseOfdDocument({
      ofd: new File([bytes], 'sample.ofd'),
      fail: e => bad(new Error(String(e))),
      success: got => {
        const divs = window.ofd.renderOfd(840, got[0] || got)
        for (const d of divs) { d.style.margin = '0'; document.body.appendChild(d) }
        good(divs.map(d => ({ text: d.textContent, w: d.offsetWidth, h: d.offsetHeight })))
      },
    })
  }), base64)
  assert.equal(pages.length, 2)
  assert.ok(Math.abs(pages[0].w / pages[0].h - 210 / 297) < 0.01, JSON.stringify(pages))
  for (const line of ['云川市人民政府文件', '云政发〔2026〕12号', '关于加强汛期安全工作的通知', '汛期将至，请各单位落实24小时值班制度']) assert.ok(pages[0].text.replace(/\s/g, '').includes(line), line + pages[0].text)
  await shot(page, 'ofd-elsewhere')
  const mm = pages[0].w / 210
  const first = await page.screenshot({ clip: { x: 0, y: 0, width: pages[0].w, height: pages[0].h }, fullPage: true })
  const top = await page.evaluate(() => document.body.children[document.body.children.length - 1].getBoundingClientRect().top + scrollY)
  const second = await page.screenshot({ clip: { x: 0, y: top, width: pages[1].w, height: pages[1].h }, fullPage: true })
  /** Red and dark points in a rectangle of millimetres. */
  const ink = (png, boxes) => page.evaluate(async ([b, list, k]) => {
    const img = new Image()
    img.src = 'data:image/png;base64,' + b
    await img.decode()
    const cv = document.createElement('canvas')
    cv.width = img.width; cv.height = img.height
    const x = cv.getContext('2d')
    x.drawImage(img, 0, 0)
    return list.map(([l, t, w, h]) => {
      const d = x.getImageData(l * k, t * k, w * k, h * k).data
      let red = 0, dark = 0
      for (let i = 0; i < d.length; i += 4) { if (d[i] > 200 && d[i + 1] < 90) red++; else if (d[i] < 110 && d[i + 1] < 110) dark++ }
      return { red, dark }
    })
  }, [png.toString('base64'), boxes, mm])
  const [head, number, rule, title, margin] = await ink(first, [[42, 46, 126, 18], [80, 74, 50, 8], [30, 84, 150, 2], [55, 98, 101, 9], [0, 0, 26, 297]])
  assert.ok(head.red > 1000 && head.dark < 20, 'the head: ' + JSON.stringify(head))
  assert.ok(number.dark > 100 && number.red < 20, 'the number: ' + JSON.stringify(number))
  assert.ok(rule.red > 150, 'the rule: ' + JSON.stringify(rule))
  assert.ok(title.dark > 300, 'the title: ' + JSON.stringify(title))
  assert.deepEqual(margin, { red: 0, dark: 0 })
  const [seal] = await ink(second, [[132, 125, 38, 15]])
  assert.ok(seal.red > 38 * 15 * mm * mm * 0.9, 'the picture: ' + JSON.stringify(seal))
  await done(page)
})
