// Lines and pages where something does not fit: 避头尾, numbers, the date that must not stand alone (L4),
// attachments, tables over pages and across (L6), pictures.

import test from 'node:test'
import assert from 'node:assert/strict'
import zlib from 'node:zlib'
import { BOTTOM, C, dots, EM, filler, lay, LEFT, linesOf, near, ordinary, P, plain, RIGHT, row, TOP, words } from './measure.mjs'

const CLOSE = /^[，。、；：？！）》」』】〕〉”’]/, OPEN = /[（《「『【〔〈“‘]$/
const textOf = (d, page = 1) => linesOf(words(d.file)[page].filter(w => w.bottom < BOTTOM + 2))
const flat = (text, from = 1) => { const d = lay(ordinary({ body: [{ kind: 'p', text: filler(28 * 22) }, { kind: 'p', text }] })); return d }

test('no line begins with a closing mark or ends with an opening one, and lines keep their 28', () => {
  let seed = 7
  const random = n => (seed = (seed * 1103515245 + 12345) % 2147483648) % n
  const marks = ['，', '。', '、', '；', '：', '）', '》', '。”', '（', '《', '“']
  let full = 0, all = 0, hung = 0
  for (let round = 0; round < 8; round++) {
    let text = ''
    while (text.length < 900) text += filler(2 + random(9), random(30)) + marks[random(marks.length)]
    const d = flat(text + '结束。'), lines = textOf(d).concat(textOf(d, 2)).filter(l => !/^抄送/.test(l.text))
    const begin = lines.findIndex((l, i) => i && l.x > LEFT + C), mine = lines.slice(begin, lines.findIndex(l => l.text.includes('结束。')))
    mine.forEach((l, i) => {
      assert.ok(!CLOSE.test(l.text), `begins with a closing mark: ${l.text}`)
      assert.ok(!OPEN.test(l.text), `ends with an opening mark: ${l.text}`)
      const chars = [...l.text], tail = CLOSE.test(chars[chars.length - 1])
      all++
      if (l.right > RIGHT + 1) { hung++; assert.ok(tail, `only a mark hangs: ${l.text}`); assert.ok(l.right <= RIGHT + 1.5 * C + 0.3) } else if (i) near(l.right, RIGHT, `right edge of ${l.text}`, 0.3 + C / 2)
      if (chars.length >= 28) full++
    })
  }
  assert.ok(all > 150 && hung > 5, `${all} lines, ${hung} hang`)
  assert.ok(full / all > 0.9, `${full} of ${all} lines hold 28`)
})

test('a mark that would begin a line hangs, a pair shares a cell, three do not hang', () => {
  const at = (marks, rest) => textOf(lay(ordinary({ body: [{ kind: 'p', text: '统'.repeat(26 + 28 * 21) + '筹'.repeat(28) + marks + rest }] })), 1)
  const one = at('，', '然后')
  const line = one.findIndex(l => l.text.includes('，'))
  assert.equal([...one[line].text].length, 29)
  near(one[line].x, LEFT, 'the line itself'); near(one[line].right, RIGHT + C, 'the mark beyond the edge')
  assert.ok(one[line + 1].text.startsWith('然后'))
  const two = at('。”', '然后'), pair = two.findIndex(l => l.text.includes('。”'))
  assert.equal([...two[pair].text].length, 30)
  assert.ok(two[pair].right < RIGHT + 2 * C - 0.5)
  const three = at('。”）', '然后')
  assert.ok(three.some(l => l.text.startsWith('筹。”）')), 'the character before goes along')
})

test('numbers, words, dashes and 〔2026〕5号 are not cut', () => {
  const pieces = ['2026年', '123456789', '98.5%', '〔2026〕15号', 'GB/T9704', '——', '……']
  for (const piece of pieces)
    for (let n = 20; n <= 27; n++) {
      const lines = textOf(lay(ordinary({ body: [{ kind: 'p', text: '统'.repeat(26 + 28 * 21) }, { kind: 'p', text: '筹'.repeat(n) + piece + '部门'.repeat(10) }] })), 1)
      assert.ok(lines.some(l => l.text.includes(piece)), `${piece} after ${n}: ${lines.slice(0, 4).map(l => l.text)}`)
    }
})

test('figures take half a cell, so that the grid holds', () => {
  const lines = textOf(lay(ordinary({ body: [{ kind: 'p', text: '统'.repeat(26 + 28 * 22) }, { kind: 'p', text: '共有123456人参加' + '统'.repeat(60) }] })), 1)
  const l = lines.find(x => x.text.includes('123456'))
  near(l.right, RIGHT, 'right edge')
  assert.equal([...l.text].length, 26 + 3)
})

test('the date never stands without text, whatever the length (L4)', () => {
  for (let n = 1; n <= 34; n++) {
    const d = lay(ordinary({ body: Array.from({ length: n }, () => ({ kind: 'p', text: '切实加强组织领导' })), note: '此件公开发布', cc: '', printer: '', printed_on: '' }))
    const date = d.at('date'), seal = d.at('seal'), lines = linesOf(words(d.file)[date.page - 1].filter(w => w.bottom < BOTTOM + 2))
    const above = lines.filter(l => l.text === '切实加强组织领导')
    assert.ok(above.length >= 1, `${n} lines: text on the page of the date`)
    assert.ok(seal.y + seal.h <= BOTTOM + 0.3, `${n}: seal within the area: ${(seal.y + seal.h).toFixed(1)}`)
    const gap = seal.y - (above[above.length - 1].y + P / 2)
    assert.ok(gap > -0.6 && gap <= P, `${n}: the seal ${gap.toFixed(2)} below the text`)
    assert.ok(words(d.file)[0].some(w => w.text.includes('切实加强')), `${n}: page 1 shows text`)
    for (const pitch of d.pitch) assert.ok(pitch > 225 / 24 - 0.01 && pitch < 225 / 19, `${n}: ${pitch} between lines`)
  }
})

test('a text of one line shares its page with name, date and seal, even under a high head', () => {
  const names = ['常德市财政局', '常德市水利局', '常德市林业局', '常德市应急管理局']
  const d = lay(ordinary({ issuers: names, title: '关于印发常德市城区防洪工程建设管理办法和常德市中小河流治理管理办法以及有关配套制度的通知', body: [{ kind: 'p', text: '现印发给你们。' }] }))
  assert.ok(words(d.file)[0].some(w => w.text.includes('现印发')), 'page 1 shows text')
})

test('attachment note: numbered, turned lines under the name; each attachment on a page of its own', () => {
  const long = '防汛应急抢险资金需求明细表以及各乡镇灾情核查情况汇总说明材料'
  const d = lay(ordinary({ body: [{ kind: 'p', text: filler(28 * 12) }], attachments: [{ title: long, body: [{ kind: 'p', text: filler(40) }] }, { title: '水毁工程统计表', body: [{ kind: 'h1', text: '一、总体情况' }] }] }))
  const lines = textOf(d, 1), i = lines.findIndex(l => l.text.startsWith('附件：1.'))
  near(lines[i].x, LEFT + 2 * C, 'indent')
  near(lines[i].y - lines[i - 1].y, 2 * P, 'one row below the text')
  near(lines[i + 1].x, LEFT + 6 * C, 'turned line under the name')
  assert.equal(lines[i + 2].text, '2.水毁工程统计表')
  near(lines[i + 2].x, LEFT + 5 * C, 'numbers one below the other', 0.6)
  for (const k of [0, 1]) {
    const at = d.at('attachment', k), page = textOf(d, at.page - 1)
    assert.equal(page[0].text, '附件' + (k + 1))
    near(page[0].x, LEFT, 'label flush left'); near(page[0].y, row(1) + P / 2, 'label on the first row', 0.6)
    near(page[1].y, row(3) + P / 2, 'title on the third row', 0.8)
    near((page[1].x + page[1].right) / 2, (LEFT + RIGHT) / 2, 'title in the middle', 0.6)
  }
  assert.ok(d.at('imprint').page >= d.at('attachment', 1).page)
  const one = lay(ordinary({ attachments: [{ title: '名单', body: [] }] }))
  assert.equal(textOf(one, one.at('attachment').page - 1)[0].text, '附件')
})

const table = (rows, columns = 4, wide = '') => ({ kind: 'table', rows: [['序号', '单位', '任务', '完成时限', ...Array.from({ length: columns - 4 }, (_, i) => '第' + (i + 1) + '项指标')], ...Array.from({ length: rows }, (_, r) => [String(r + 1), '市应急管理局', '编制预案落实抢险队伍' + wide, '2026年6月30日', ...Array.from({ length: columns - 4 }, (_, i) => String(1000 * r + i) + '万元')])] })

test('a table stands within the text area, its head row again on each page', () => {
  const d = lay(ordinary({ body: [{ kind: 'p', text: filler(50) }, table(60), { kind: 'p', text: '表后文字' }] }))
  const pages = words(d.file)
  let rows = 0
  const withTable = pages.filter((p, i) => p.some(w => w.text.includes('编制预案')))
  assert.ok(withTable.length >= 3)
  for (const p of withTable) {
    const list = p.filter(w => w.bottom < BOTTOM + 1)
    assert.equal(list.filter(w => w.text === '完成时限').length, 1, 'head row once a page')
    const lines = linesOf(list)
    rows += lines.filter(l => l.text.includes('编制预案')).length
    assert.ok(lines.findIndex(l => l.text.includes('完成时限')) < lines.findIndex(l => l.text.includes('编制预案')))
    for (const w of list) assert.ok(w.x >= LEFT - 0.3 && w.right <= RIGHT + C + 0.3)
  }
  assert.equal(rows, 60)
  const rules = dots(d.file, 2).rules('black')
  near(rules[0].left, LEFT, 'left edge'); near(rules[0].right, RIGHT, 'right edge')
  assert.ok(rules[rules.length - 1].bottom <= BOTTOM + 0.3)
  assert.ok(plain(d.file).includes('表后文字'))
})

test('spans: cells over columns and rows keep their room', () => {
  const d = lay(ordinary({ body: [{ kind: 'table', rows: [[{ text: '单位', rows: 2 }, { text: '资金（万元）', columns: 2 }], ['中央', '省级'], ['桃源县', '120', '80'], [{ text: '合计', columns: 1 }, { text: '200', columns: 2 }]] }, { kind: 'p', text: filler(100) }] }))
  const at = t => words(d.file)[0].find(w => w.text === t)
  const mid = w => (w.x + w.right) / 2
  near(mid(at('资金（万元）')), (mid(at('中央')) + mid(at('省级'))) / 2, 'over its two columns', 0.5)
  near(mid(at('200')), (mid(at('120')) + mid(at('80'))) / 2, 'under both', 0.5)
  assert.ok(at('单位').y > at('资金（万元）').y && at('单位').y < at('中央').y, 'in the middle of its two rows')
})

test('a table too wide lies across, its head to the left, the page number at its place (L6)', () => {
  const d = lay(ordinary({ body: [{ kind: 'p', text: filler(50) }, table(30, 12), { kind: 'p', text: '表后文字' }] }))
  const pages = words(d.file)
  const across = pages.map((p, i) => i).filter(i => pages[i].some(w => w.text.includes('第8项指标') || w.bottom - w.y > 3 * (w.right - w.x)))
  assert.ok(across.length >= 1)
  for (const i of across) {
    const number = linesOf(pages[i].filter(w => w.y > BOTTOM))[0]
    assert.equal(number.text, `—${i + 1}—`)
    const ink = dots(d.file, i + 1).ink('black', 0, 0, 210, BOTTOM + 1)
    assert.ok(ink.left >= LEFT - 0.3 && ink.right <= RIGHT + 0.3 && ink.top >= TOP - 0.3 && ink.bottom <= BOTTOM + 0.3, JSON.stringify(ink))
    const heads = pages[i].filter(w => /项指标|完成时限/.test(w.text)), cells = pages[i].filter(w => /万元/.test(w.text))
    assert.ok(Math.max(...heads.map(w => w.right)) < Math.min(...cells.map(w => w.x)) + 0.5, 'head to the left')
  }
  assert.equal((plain(d.file).match(/11003?万元/g) || []).length >= 1, true)
})

test('a row higher than a page goes on on the next one, nothing of it is lost', () => {
  const long = Array.from({ length: 400 }, (_, i) => `第${i + 1}项任务已经落实到位`).join('，')
  for (const first of [0, 5]) {
    const rows = [['序号', '任务'], ...Array.from({ length: first }, (_, i) => [String(i), '短']), ['9', long], ['10', '末行']]
    const d = lay(ordinary({ body: [{ kind: 'p', text: filler(50) }, { kind: 'table', rows }, { kind: 'p', text: filler(80) }] }))
    const text = plain(d.file).replace(/—\d+—|序号|任务(?!已)/g, '')
    assert.ok(text.replace(/\s/g, '').includes('第400项') && text.includes('末行'))
    for (let i = 1; i <= 400; i += 13) assert.ok(text.includes(`第${i}项`), `第${i}项`)
    for (const p of words(d.file)) for (const w of p) assert.ok(w.bottom < BOTTOM + 12.5)
    for (const p of words(d.file).filter(p => p.some(w => /项/.test(w.text)))) for (const w of p.filter(w => /项/.test(w.text))) assert.ok(w.bottom < BOTTOM + 0.5, w.text)
  }
})

test('a text that ends in a table as high as a page: names and date on a page of their own, within it', () => {
  const d = lay(ordinary({ body: [{ kind: 'p', text: filler(50) }, table(30, 12)] }))
  const date = d.at('date'), seal = d.at('seal')
  assert.ok(date.y + date.h < BOTTOM && seal.y > TOP && seal.y + seal.h < BOTTOM)
  assert.ok(!words(d.file)[date.page - 1].some(w => w.text.includes('万元')))
  assert.ok(words(d.file)[date.page - 1].some(w => w.text === '2026年6月8日'))
})

/** A grey PNG of that size. */
function png(w, h) {
  const crc = b => { let c = ~0; for (const x of b) { c ^= x; for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1 } return ~c >>> 0 }
  const part = (name, data) => { const n = Buffer.alloc(4), c = Buffer.alloc(4); n.writeUInt32BE(data.length); const body = Buffer.concat([Buffer.from(name), data]); c.writeUInt32BE(crc(body)); return Buffer.concat([n, body, c]) }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(w); head.writeUInt32BE(h, 4); head[8] = 8
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), part('IHDR', head), part('IDAT', zlib.deflateSync(Buffer.concat(Array.from({ length: h }, () => Buffer.concat([Buffer.from([0]), Buffer.alloc(w, 60)]))))), part('IEND', Buffer.alloc(0))])
}

test('a picture stands in the middle with its words below, and text goes on beneath it', () => {
  const d = lay(ordinary({ body: [{ kind: 'p', text: filler(20) }, { kind: 'figure', picture: png(300, 150).toString('base64'), picture_mm: 80, text: '图1 防洪工程示意' }, { kind: 'p', text: '图后文字' }] }))
  const page = [0, 1].find(i => words(d.file)[i].some(w => w.text.includes('图1')))
  const lines = textOf(d, page), words_ = lines.find(l => l.text.startsWith('图1'))
  const ink = dots(d.file, page + 1).ink('black', 0, words_.y - 60, 210, words_.y - 4)
  near((words_.x + words_.right) / 2, (LEFT + RIGHT) / 2, 'words in the middle', 0.5)
  const box = dots(d.file, page + 1).ink('black', LEFT, words_.y - 46, RIGHT, words_.y - 5)
  near(box.left, (LEFT + RIGHT) / 2 - 40, 'left edge'); near(box.right, (LEFT + RIGHT) / 2 + 40, 'right edge')
  assert.ok(ink)
  assert.ok(lines.some(l => l.text === '图后文字' && l.y > words_.y))
})
