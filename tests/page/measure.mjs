// Reads a PDF of ours back with programs that are not ours (poppler) and measures it: words and their
// boxes by pdftotext, ink by pdftoppm at ten dots a millimetre. All lengths are mm from the upper left.

import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
const program = path.join(root, 'build', process.env.VARIANT || 'release', 'tongban')
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'tongban-page-'))
process.on('exit', () => fs.rmSync(scratch, { recursive: true, force: true }))

// The standard's own figures, written down a second time on purpose.
export const P = 225 / 22
export const C = 156 / 28
export const LEFT = 28, RIGHT = 184, TOP = 37, BOTTOM = 262
export const row = n => TOP + (n - 1) * P
export const EM = 16 * 25.4 / 72
/** Top and bottom of a 3号 character in row n. */
export const emTop = n => row(n) + (P - EM) / 2
export const emBottom = n => row(n) + (P + EM) / 2

export function near(got, want, what, by = 0.3) {
  assert.ok(Math.abs(got - want) <= by, `${what}: ${got.toFixed(2)}, should be ${want.toFixed(2)} ± ${by}`)
}

function call(name, args, options = {}) {
  const p = spawnSync(name, args, { maxBuffer: 1 << 28, ...options })
  assert.equal(p.status, 0, `${name} ${args.join(' ')}: ${p.stderr}`)
  return p.stdout
}

let count = 0
/** Lays a source out: { file, places, pages }. */
export function lay(source, ...more) {
  const base = path.join(scratch, String(++count))
  fs.writeFileSync(base + '.json', JSON.stringify(source))
  const said = JSON.parse(call(program, ['page', base + '.json', '--to', base + '.pdf', '--places', ...more]).toString())
  const file = base + '.pdf'
  return { ...said, file, at: (kind, index = 0) => said.places.find(p => p.kind === kind && p.index === index), all: kind => said.places.filter(p => p.kind === kind) }
}

/** Runs the program as it is called: { code, err }. */
export function refused(source) {
  const base = path.join(scratch, String(++count))
  fs.writeFileSync(base + '.json', typeof source === 'string' ? source : JSON.stringify(source))
  const p = spawnSync(program, ['page', base + '.json', '--to', base + '.pdf'], { encoding: 'utf8' })
  assert.ok(!fs.existsSync(base + '.pdf'))
  return { code: p.status, err: p.stderr }
}

const entities = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const mm = pt => Number(pt) * 25.4 / 72

/** Words of each page: [[{ text, x, y, right, bottom }]]. */
export function words(file) {
  const html = call('pdftotext', ['-bbox', file, '-']).toString()
  return html.split('<page ').slice(1).map(p => [...p.matchAll(/<word xMin="([^"]*)" yMin="([^"]*)" xMax="([^"]*)" yMax="([^"]*)">([^<]*)</g)]
    .map(m => ({ x: mm(m[1]), y: mm(m[2]), right: mm(m[3]), bottom: mm(m[4]), text: m[5].replace(/&(\w+);/g, (_, e) => entities[e]) })))
}

const HAN = /[\u3400-\u9fff\u{20000}-\u{3ffff}]/u
/** Lines of text of a page within its text area, from above: { y (middle of the em), x, right, text }. */
export function linesOf(list) {
  const lines = []
  for (const w of list.slice().sort((a, b) => a.y - b.y)) {
    const y = (w.y + w.bottom) / 2
    const line = lines.find(l => Math.abs(l.y - y) < 3)
    if (!line) lines.push({ y, words: [w] })
    else line.words.push(w)
  }
  return lines.map(l => {
    const sorted = l.words.sort((a, b) => a.x - b.x)
    const han = sorted.find(w => HAN.test(w.text)) || sorted[0]
    return { y: (han.y + han.bottom) / 2, x: sorted[0].x, right: Math.max(...sorted.map(w => w.right)), text: sorted.map(w => w.text).join('') }
  }).sort((a, b) => a.y - b.y)
}

export const plain = file => call('pdftotext', ['-raw', file, '-']).toString().replace(/\s/g, '')
export const fonts = file => call('pdffonts', [file]).toString().split('\n').slice(2).filter(Boolean)
  .map(l => ({ name: l.split(/\s+/)[0], embedded: /\b(yes|no) (yes|no) (yes|no)\s+\d+\s+\d+\s*$/.exec(l)?.slice(1, 4) }))
export const bytes = file => fs.readFileSync(file)
export const info = file => call('pdfinfo', [file]).toString()

/** A page as dots, ten a millimetre. */
export function dots(file, page) {
  const raw = call('pdftoppm', ['-r', '254', '-f', String(page), '-l', String(page), file])
  const head = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(raw.subarray(0, 40).toString('latin1'))
  const w = Number(head[1]), h = Number(head[2]), at = head[0].length
  const red = i => raw[i] > 180 && raw[i + 1] < 120 && raw[i + 2] < 120
  const black = i => raw[i] < 120 && raw[i + 1] < 120 && raw[i + 2] < 120
  /** The box of the ink within a rectangle in mm, or null. */
  const ink = (colour, x1 = 0, y1 = 0, x2 = 210, y2 = 297) => {
    const is = colour === 'red' ? red : black
    let left = 1e9, right = -1, top = 1e9, bottom = -1
    for (let y = Math.max(0, Math.round(y1 * 10)); y < Math.min(h, y2 * 10); y++)
      for (let x = Math.max(0, Math.round(x1 * 10)); x < Math.min(w, x2 * 10); x++)
        if (is(at + 3 * (y * w + x))) {
          if (x < left) left = x
          if (x > right) right = x
          if (y < top) top = y
          bottom = y
        }
    return bottom < 0 ? null : { left: left / 10, right: (right + 1) / 10, top: top / 10, bottom: (bottom + 1) / 10 }
  }
  /** Rules: runs of dark rows at least width long within x1 … x2: [{ top, bottom, left, right }]. */
  const rules = (colour, x1 = 15, x2 = 195, least = 120) => {
    const is = colour === 'red' ? red : black
    const out = []
    for (let y = 0; y < h; y++) {
      let run = 0, most = 0, from = 0, left = 0
      for (let x = Math.round(x1 * 10); x <= x2 * 10; x++) {
        if (x < x2 * 10 && is(at + 3 * (y * w + x))) { if (!run) from = x; run++ } else { if (run > most) { most = run; left = from } run = 0 }
      }
      if (most < least * 10) continue
      const last = out[out.length - 1]
      if (last && Math.abs(last.bottom * 10 - y) < 1) last.bottom = (y + 1) / 10
      else out.push({ top: y / 10, bottom: (y + 1) / 10, left: left / 10, right: (left + most) / 10 })
    }
    return out
  }
  return { w: w / 10, h: h / 10, ink, rules }
}

// --- sources -------------------------------------------------------------------------------------------

/** The level that a line's beginning speaks of, as the editor takes it. */
export function kindOf(s) {
  const level = /^[一二三四五六七八九十]+、/.test(s) ? 1 : /^[（(][一二三四五六七八九十]+[）)]/.test(s) ? 2 : /^\d{1,2}[.．](?!\d)/.test(s) ? 3 : /^[（(]\d{1,2}[）)]/.test(s) ? 4 : 0
  return level && s.length <= 60 ? 'h' + level : 'p'
}
export const blocksOf = list => list.map(text => ({ kind: kindOf(text), text }))

/** Text of n characters without figures or marks that could hang. */
export const filler = (n, from = 0) => Array.from({ length: n }, (_, i) => '各级部门要坚持统筹发展和安全切实加强组织领导压实工作责任确保人民群众生命财产'[(i + from) % 37]).join('')

export const ordinary = (more = {}) => ({
  form: 'document', issuers: ['常德市人民政府'], number: '常政发〔2026〕5号', title: '常德市人民政府关于切实加强城区防洪工程建设管理工作的通知',
  addressees: '各县（市、区）人民政府，市直各单位', body: Array.from({ length: 9 }, (_, i) => ({ kind: 'p', text: filler(110, i) })),
  signatures: [{ name: '常德市人民政府', seal_mm: 45 }], date: '2026-06-08', note: '此件公开发布',
  cc: '市委各部门，市人大常委会办公室，市政协办公室', printer: '常德市人民政府办公室', printed_on: '2026-06-09', ...more,
})

/** A real document cut into its elements. */
export function realSource(d) {
  const p = d.paragraphs.slice()
  const at = p.findIndex(s => s.replace(/\s/g, '') === d.number.replace(/\s/g, ''))
  let body = p.slice(at + 1)
  const source = { form: 'document', issuers: d.issuer.split('、'), number: d.number, title: d.title, sides: 2 }
  if (/：$/.test(body[0])) source.addressees = body.shift()
  const end = body.findIndex(s => /^(\d{4}年\d+月\d+日|[一二]\S{3}年\S+月\S+日)$/.test(s))
  const cut = end > 0 ? body.slice(end + 1) : []
  const day = end > 0 && /^(\d{4})年(\d+)月(\d+)日$/.exec(body[end])
  if (day) {
    source.date = `${day[1]}-${day[2].padStart(2, '0')}-${day[3].padStart(2, '0')}`
    source.signatures = [{ name: body[end - 1], seal_mm: 50 }]
    body = body.slice(0, end - 1)
    if (cut[0] && /^（.*）$/.test(cut[0])) source.note = cut.shift()
    if (cut.length) source.attachments = [{ title: cut[0], body: blocksOf(cut.slice(1)) }]
  } else if (cut.length) {
    body = body.slice(0, end + 1)
    source.attachments = [{ title: cut[0], body: blocksOf(cut.slice(1)) }]
  }
  source.body = blocksOf(body)
  source.printer = '国务院办公厅'
  source.printed_on = source.date || '2019-01-01'
  return source
}
