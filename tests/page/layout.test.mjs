// The ordinary document measured (STANDARDS §2): page, grid, head, number, rule, title, text, seal, print
// block, page numbers, to 0.3 mm.

import test from 'node:test'
import assert from 'node:assert/strict'
import { bytes, BOTTOM, C, dots, EM, emBottom, emTop, fonts, info, lay, LEFT, linesOf, near, ordinary, P, plain, refused, RIGHT, row, words } from './measure.mjs'

const small = 14 * 25.4 / 72 * 156 / 28 / EM // the cell of 4号

test('head, number, rule, title and addressees stand where the standard says', () => {
  const d = lay(ordinary({ urgency: '特急', copy_number: '000012' }))
  const page = dots(d.file, 1)
  near(page.w, 210, 'width of the page')
  near(page.h, 297, 'height of the page')
  const mark = page.ink('red', 0, 40, 210, 100)
  near(mark.top, 37 + 35, 'top of the mark')
  near((mark.left + mark.right) / 2, (LEFT + RIGHT) / 2, 'middle of the mark', 0.5)
  near(mark.bottom, row(6), 'foot of the mark: two rows over the number')
  const [rule, ...others] = page.rules('red')
  assert.equal(others.length, 0)
  near(rule.left, LEFT, 'left end of the rule')
  near(rule.right, RIGHT, 'right end of the rule')
  near(rule.top, emBottom(8) + 4, 'rule under the number')
  assert.ok(rule.bottom - rule.top >= 0.3 && rule.bottom - rule.top <= 0.6, 'thickness of the rule')
  const [first] = words(d.file), lines = linesOf(first)
  const number = lines.find(l => l.text === '常政发〔2026〕5号')
  near((number.x + number.right) / 2, (LEFT + RIGHT) / 2, 'middle of the number')
  near(number.y, (emTop(8) + emBottom(8)) / 2, 'row of the number')
  assert.equal(lines[0].text, '000012')
  near(lines[0].x, LEFT, 'copy number')
  assert.equal(lines[1].text, '特急')
  near(lines[1].y, row(2) + P / 2, 'urgency')
  const title = lines.filter(l => l.y > row(11) && l.y < row(13))
  assert.equal(title.map(l => l.text).join(''), '常德市人民政府关于切实加强城区防洪工程建设管理工作的通知')
  for (const l of title) near((l.x + l.right) / 2, (LEFT + RIGHT) / 2, 'middle of the title')
  const black = page.ink('black', LEFT, rule.bottom + 1, RIGHT, 160)
  assert.ok(black.top - rule.bottom > 2 * P - 1 && black.top - rule.bottom < 2 * P + 2, 'two rows free under the rule')
  const to = lines.find(l => l.text.endsWith('：'))
  assert.equal(to.text, '各县（市、区）人民政府，市直各单位：')
  near(to.x, LEFT, 'addressees')
  near(to.y, row(14) + P / 2, 'addressees one row below the title')
  const body = lines.find(l => l.y > row(15))
  near(body.x, LEFT + 2 * C, 'indent of a paragraph')
  near(body.y, row(15) + P / 2, 'text on the next row')
})

test('a page is 22 lines of 28 characters whose advance is the pitch', () => {
  const d = lay(ordinary())
  const pages = words(d.file)
  const lines = linesOf(pages[1].filter(w => w.y < BOTTOM))
  const full = linesOf(words(lay(ordinary({ body: [{ kind: 'p', text: '各级部门要坚持统筹发展和安全'.repeat(150) }] })).file)[1].filter(w => w.y < BOTTOM))
  assert.equal(full.length, 22)
  full.forEach((l, i) => {
    assert.equal([...l.text].length, 28, l.text)
    near(l.x, LEFT, 'left edge')
    near(l.right, RIGHT, 'right edge')
    near(l.y, row(i + 1) + P / 2, `line ${i + 1}`, 0.1)
  })
  assert.ok(lines.length > 2)
  near(lines[1].y - lines[0].y, P, 'pitch of the lines', 0.05)
})

test('name, date and seal (L1), note, print block (L5) and page numbers (L6)', () => {
  const d = lay(ordinary())
  const pages = words(d.file), last = pages.findIndex(p => p.some(w => w.text.includes('2026年6月8日')))
  const lines = linesOf(pages[last])
  const date = lines.find(l => l.text === '2026年6月8日'), name = lines.find(l => l.text === '常德市人民政府')
  near(date.right, RIGHT - 4 * C, 'date four characters from the right')
  near((name.x + name.right) / 2, (date.x + date.right) / 2, 'name centred over the date')
  near(date.y - name.y, P, 'name over the date', 0.6) // figures and characters are of two fonts
  const text = lines[lines.indexOf(name) - 1], seal = d.at('seal')
  assert.equal(seal.page, last + 1)
  near(seal.w, 45, 'diameter')
  near(seal.x + 22.5, (date.x + date.right) / 2, 'seal over the date')
  const middle = (name.y + date.y) / 2
  assert.ok(middle > seal.y + 22.5 && middle < seal.y + 22.5 + 6, 'name and date slightly below the middle of the seal')
  const gap = seal.y - (text.y + P / 2)
  assert.ok(gap >= 0 && gap <= P, `the seal begins within a row of the text: ${gap}`)
  const note = lines.find(l => l.text === '（此件公开发布）')
  near(note.x, LEFT + 2 * C, 'indent of the note', 3) // its bracket's ink stands right in its cell
  near(note.y - date.y, P, 'note on the row after the date', 0.6)
  assert.equal(d.pages % 2, 0)
  const foot = dots(d.file, d.pages)
  const rules = foot.rules('black')
  assert.equal(rules.length, 3)
  for (const r of rules) { near(r.left, LEFT, 'rule of the print block'); near(r.right, RIGHT, 'rule of the print block') }
  near(rules[2].bottom, BOTTOM, 'last rule on the foot of the text area')
  assert.ok(rules[0].bottom - rules[0].top > rules[1].bottom - rules[1].top - 0.01)
  const imprint = linesOf(pages[d.pages - 1].filter(w => w.y > rules[0].top && w.bottom < BOTTOM + 1))
  assert.match(imprint[0].text, /^抄送：.*。$/)
  near(imprint[0].x, LEFT + small, 'print block a character from the left')
  near(imprint[imprint.length - 1].right, RIGHT - small, 'and one from the right')
  assert.match(imprint[imprint.length - 1].text, /^常德市人民政府办公室2026年6月9日印发$/)
  for (const n of [1, 2]) {
    const ink = dots(d.file, n).ink('black', 0, BOTTOM + 3)
    const said = linesOf(pages[n - 1].filter(w => w.y > BOTTOM))[0]
    assert.equal(said.text, `—${n}—`)
    const dash = dots(d.file, n).ink('black', ink.left - 0.2, BOTTOM + 3, ink.left + 3)
    near(dash.top, BOTTOM + 7, 'dash of the page number')
    if (n % 2) near(said.right, RIGHT - small, 'odd page number'); else near(said.x, LEFT + small, 'even page number')
  }
})

test('print block: pairs of pages, a page of its own without number, 主送 above 抄送 without a rule', () => {
  const one = lay(ordinary({ body: [{ kind: 'p', text: '特此通知' }] }))
  assert.equal(one.pages, 2)
  assert.ok(!one.all('page_number').some(p => p.page === 2), 'a page with nothing but the print block bears no number')
  const four = lay(ordinary({ body: [{ kind: 'p', text: '特此通知' }], sides: 4 }))
  assert.equal(four.pages, 4)
  assert.deepEqual(four.all('page_number').map(p => p.page), [1])
  assert.equal(four.at('imprint').page, 4)
  const both = lay(ordinary({ imprint_to: '各县（市、区）人民政府，市直各单位' }))
  assert.equal(dots(both.file, both.pages).rules('black').length, 3)
  const none = lay(ordinary({ cc: '', printer: '', printed_on: '', body: [{ kind: 'p', text: '特此通知' }] }))
  assert.equal(none.pages, 1)
})

test('fonts inside, text to be searched, the same bytes again', () => {
  const source = ordinary({ signers: ['李明镕', '王堃喆'] }), d = lay(source)
  for (const f of fonts(d.file)) assert.deepEqual(f.embedded, ['yes', 'yes', 'yes'], f.name)
  const text = plain(d.file)
  for (const b of source.body) assert.ok(text.replace(/—\d+—/g, '').includes(b.text), 'text comes back whole')
  assert.ok(text.includes('李明镕') && text.includes('王堃喆'))
  assert.ok(bytes(d.file).equals(bytes(lay(source).file)))
  assert.match(info(d.file), /Title:\s+常德市人民政府关于/)
})

test('rare characters of planes 0, 2 and 3 come from the next font that has them (L11)', () => {
  const names = '镕堃喆玥𠅤𫓧𰄂'
  const d = lay(ordinary({ body: [{ kind: 'p', text: names + '等同志' }] }))
  assert.deepEqual(d.missing, [])
  assert.ok(plain(d.file).includes(names + '等同志'))
  assert.ok(fonts(d.file).some(f => /BabelStone/.test(f.name)) && fonts(d.file).some(f => /NotoSerif.*-Regular/.test(f.name)))
  const ink = dots(d.file, 1)
  const line = linesOf(words(d.file)[0]).find(l => l.text.includes('等同志'))
  for (let i = 0; i < 7; i++) {
    const box = ink.ink('black', line.x + i * C, line.y - 3, line.x + (i + 1) * C, line.y + 3)
    assert.ok(box && box.right - box.left > 3 && box.bottom - box.top > 3, `ink of ${[...names][i]}`)
  }
  assert.deepEqual(lay(ordinary({ body: [{ kind: 'p', text: '\u{1F9FF}字' }] })).missing, ['\u{1F9FF}'])
})

test('what is wrong is refused with the name of its field', () => {
  const cases = [[{ ...ordinary(), date: '2026-02-30' }, 'date'], [{ ...ordinary(), issuers: [] }, 'issuers'], [{ ...ordinary(), colour: 'red' }, 'colour'], [{ ...ordinary(), body: [{ kind: 'verse', text: 'x' }] }, 'body'],
    [{ ...ordinary(), body: [{ kind: 'figure', picture: 'AAAA' }] }, 'body'], [{ ...ordinary(), printed_on: 'today' }, 'printed_on'], ['{"title":', 'JSON']]
  for (const [source, field] of cases) {
    const r = refused(source)
    assert.equal(r.code, 1)
    assert.ok(r.err.includes(field), `${field}: ${r.err}`)
  }
})
