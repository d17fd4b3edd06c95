// Every real document of data/ laid out and measured: the grid, the edges, the text whole.

import test from 'node:test'
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { BOTTOM, C, EM, kindOf, blocksOf, lay, LEFT, linesOf, P, plain, realSource, RIGHT, root, TOP, words } from './measure.mjs'

const read = name => fs.readFileSync(path.join(root, 'data', name), 'utf8').split('\n').filter(Boolean).map(JSON.parse)

function measure(source, d) {
  const pages = words(d.file)
  assert.equal(pages.length, d.pages)
  assert.deepEqual(d.missing, [])
  let full = 0, lines = 0
  pages.forEach((p, i) => {
    const body = d.places.find(x => x.kind === 'body' && x.page === i + 1)
    for (const w of p) {
      assert.ok(w.x >= LEFT - 0.4 && w.right <= RIGHT + 1.5 * C + 0.4, `page ${i + 1}: ${w.text} at ${w.x.toFixed(1)} … ${w.right.toFixed(1)}`)
      assert.ok(w.bottom < BOTTOM + 12.5)
    }
    if (!body) return
    const step = d.pitch[i], text = linesOf(p.filter(w => (w.y + w.bottom) / 2 > body.y && w.bottom < BOTTOM + 1))
    if (i > 0) assert.ok(text.length <= Math.round(225 / step), `page ${i + 1} has ${text.length} lines`)
    const imprint = d.at('imprint')
    for (const l of text) {
      if (imprint && imprint.page === i + 1 && l.y > imprint.y) continue
      assert.ok(!/^[，。、；：？！）》”]/.test(l.text), `page ${i + 1}: ${l.text}`)
      const off = (l.y - body.y - step / 2) / step
      assert.ok(Math.abs(off - Math.round(off)) * step < 0.7, `page ${i + 1} off the grid by ${off.toFixed(2)} rows: ${l.text}`)
      if (/^[\u4e00-\u9fff，。、；：（）《》“”]+$/.test(l.text) && l.right > RIGHT - 0.4) { lines++; full += [...l.text].length >= 26 }
    }
  })
  for (const s of d.all('seal')) assert.ok(s.y + s.h <= BOTTOM + 0.3 && s.x >= LEFT && s.x + s.w <= RIGHT)
  const text = plain(d.file).replace(/—\d+—/g, '')
  for (const b of source.body.slice(0, 3)) assert.ok(text.includes(b.text.replace(/\s/g, '')) || b.text.length > 400, `text comes back: ${b.text.slice(0, 20)}`)
  return { lines, full }
}

test('the documents of data/documents.jsonl', () => {
  let lines = 0, full = 0, pages = 0
  for (const real of read('documents.jsonl')) {
    const source = realSource(real), d = lay(source), m = measure(source, d)
    lines += m.lines
    full += m.full
    pages += d.pages
    const number = linesOf(words(d.file)[0]).find(l => l.text === real.number)
    assert.ok(number, real.number)
  }
  assert.ok(pages > 300, `${pages} pages`)
  assert.ok(full / lines > 0.97, `${full} of ${lines} lines of characters alone hold 28 (26 after an indent)`)
})

test('the documents of the demo city', () => {
  for (const real of read('demo-documents.jsonl')) {
    const issuer = /^(.*?)关于/.exec(real.title)?.[1] || '常德市人民政府'
    const source = { form: real.doc_type === '函' || real.doc_type === '批复' ? 'letter' : 'document', issuers: [issuer], number: '常政发〔2026〕12号', title: real.title, addressees: real.main_text, body: blocksOf(real.paragraphs), signatures: [{ name: issuer, seal_mm: 45 }], date: '2026-11-02', note: real.note, printer: issuer, printed_on: '2026-11-03', cc: '市委各部门' }
    measure(source, lay(source))
  }
})
