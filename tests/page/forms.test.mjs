// The other forms measured: upward with signers, joint issue, letter (L7), order (L8, L3), minutes (L9),
// and what stands below the text (L1, L2).

import test from 'node:test'
import assert from 'node:assert/strict'
import { BOTTOM, C, dots, EM, emBottom, emTop, filler, lay, LEFT, linesOf, near, ordinary, P, RIGHT, row, TOP, words } from './measure.mjs'

const para = n => [{ kind: 'p', text: filler(n) }]

test('upward: number a character from the left, signers two a line on its right, the rule under the last', () => {
  const d = lay(ordinary({ issuers: ['桃源县人民政府'], number: '桃政〔2026〕3号', signers: ['李明', '王建国', '欧阳文华'] }))
  const lines = linesOf(words(d.file)[0])
  const first = lines.find(l => l.text.includes('签发人')), second = lines[lines.indexOf(first) + 1]
  assert.equal(first.text, '签发人：李明王建国')
  assert.equal(second.text, '桃政〔2026〕3号欧阳文华')
  near(first.y, row(8) + P / 2, 'first row of signers')
  near(second.y - first.y, P, 'second row', 0.5)
  near(second.x, LEFT + C, 'number a character from the left')
  near(first.right, RIGHT - C, 'signers one from the right')
  const name = words(d.file)[0].find(w => w.text.includes('欧阳文华')), above = words(d.file)[0].find(w => w.text.startsWith('签发人'))
  near(name.x, above.x + 4 * C, 'names one below the other', C)
  near(dots(d.file, 1).rules('red')[0].top, emBottom(9) + 4, 'rule under the row of the number')
  assert.ok(d.at('number').y > emTop(9) - 0.1)
})

test('joint issue: names made equally wide, 文件 beside them, a seal for each in order', () => {
  const names = ['常德市财政局', '常德市水利局', '常德市应急管理局']
  const d = lay(ordinary({ issuers: names, title: '常德市财政局 常德市水利局 常德市应急管理局关于下达2026年防汛资金的通知', signatures: names.map(name => ({ name, seal_mm: 42 })) }))
  const page = dots(d.file, 1), all = page.ink('red', 0, 40, 210, 118)
  near(all.top, TOP + 35, 'top of the mark')
  near(all.bottom, row(8), 'foot of the mark', 1)
  const step = (row(8) - 72) / 2.82
  const rows = [0, 1, 2].map(i => page.ink('red', LEFT - 2, 72 + i * step, 133, 72 + i * step + step * 0.8))
  for (const r of rows) { near(r.left, rows[0].left, 'left edge of a name', 0.8); near(r.right, rows[0].right, 'right edge of a name', 0.8) }
  const word = page.ink('red', 133, 60, 200, 118)
  near((word.top + word.bottom) / 2, (72 + row(8)) / 2, '文件 in the middle of the height', 0.8)
  assert.ok(all.left >= LEFT - 0.3 && all.right <= RIGHT + 0.3)
  const lines = linesOf(words(d.file)[0])
  const title = lines.filter(l => l.y > row(13) && l.y < row(16)).map(l => l.text)
  assert.equal(title.join(''), '常德市财政局常德市水利局常德市应急管理局关于下达2026年防汛资金的通知')
  for (const n of names) assert.ok(title.some(l => l.includes(n)), `${n} is not cut: ${title}`)
  const seals = d.all('seal'), signed = d.all('signature')
  assert.equal(seals.length, 3)
  seals.forEach((s, i) => {
    near(s.x + s.w / 2, signed[i].x + signed[i].w / 2, 'seal over its name')
    assert.ok(s.x >= LEFT - 0.01 && s.x + s.w <= RIGHT + 0.01, 'within the text area')
    for (const o of seals.slice(i + 1)) assert.ok(Math.hypot(s.x - o.x, s.y - o.y) > s.w + 0.5, 'seals do not touch')
  })
  const date = d.at('date')
  near(date.x + date.w / 2, seals[2].x + 21, 'the last over name and date')
  assert.equal(new Set(seals.map(s => s.y)).size, 1, 'one row of three')
  const big = lay(ordinary({ issuers: names, signatures: names.map(name => ({ name: '常德市' + name, seal_mm: 45 })) })).all('seal')
  assert.equal(new Set(big.map(s => s.y)).size, 2, 'long names take two rows')
})

test('letter (L7): mark 30 from the top, red double rules of 170, number on the right, first page unnumbered', () => {
  const d = lay(ordinary({ form: 'letter', issuers: ['常德市人民政府'], urgency: '加急', number: '常政函〔2026〕8号', body: para(700) }))
  const page = dots(d.file, 1), mark = page.ink('red', 0, 20, 210, 48)
  near(mark.top, 30, 'top of the mark')
  const rules = page.rules('red')
  assert.equal(rules.length, 4)
  for (const r of rules) { near(r.left, 20, 'left end'); near(r.right, 190, 'right end') }
  near(rules[0].top, mark.bottom + 4, 'first rule 4 below the mark', 0.4)
  const thick = r => r.bottom - r.top
  assert.ok(thick(rules[0]) > thick(rules[1]) && thick(rules[3]) > thick(rules[2]), 'thick over thin, thin over thick')
  near(rules[3].bottom, 297 - 20, 'last rule 20 from the foot')
  const lines = linesOf(words(d.file)[0])
  const number = lines.find(l => l.text.includes('常政函'))
  assert.equal(number.text, '加急常政函〔2026〕8号')
  near(number.x, LEFT, 'urgency flush left')
  near(number.right, RIGHT, 'number flush right')
  near(page.ink('black', 100, 40, RIGHT, 64).top, rules[1].bottom + EM * 7 / 8, '7/8 of a character below the rule', 0.8)
  const title = lines[lines.indexOf(number) + 1]
  near(title.y - number.y, 3 * P, 'title two lines lower', 0.6)
  assert.ok(lines[lines.length - 1].y + EM / 2 <= rules[2].top - EM * 7 / 8 + 0.3, 'text keeps off the last rule')
  assert.ok(!d.all('page_number').some(p => p.page === 1))
  assert.ok(d.all('page_number').some(p => p.page === 2))
  assert.equal(dots(d.file, d.pages).rules('black').length, 0, 'print block without rules')
  assert.ok(!words(d.file).flat().some(w => w.text.includes('印发')))
})

test('order (L8): mark 20 below the top, 第N号, two rows, text, office and stamp and date (L3)', () => {
  const d = lay({ form: 'order', issuers: ['常德市人民政府'], number: '第12号', body: para(50), signer_title: '市长', date: '2026-06-01' })
  const page = dots(d.file, 1), mark = page.ink('red')
  near(mark.top, TOP + 20, 'top of the mark')
  near(mark.bottom, row(5), 'foot of the mark', 0.8)
  assert.equal(page.rules('red').length, 0)
  const lines = linesOf(words(d.file)[0]), number = lines.find(l => l.text === '第12号')
  near(number.y, row(7) + P / 2, 'number two rows below the mark', 0.5)
  near((number.x + number.right) / 2, (LEFT + RIGHT) / 2, 'number in the middle')
  const text = lines[lines.indexOf(number) + 1]
  near(text.y, row(10) + P / 2, 'text two rows below the number')
  const stamp = d.at('stamp'), office = lines.find(l => l.text === '市长'), date = lines.find(l => l.text === '2026年6月1日')
  near(stamp.x + stamp.w, RIGHT - 4 * C, 'stamp four characters from the right')
  near(office.right, stamp.x - 2 * C, 'office two characters to its left')
  near(stamp.y + stamp.h / 2, office.y, 'on the middle of the stamp')
  assert.ok(stamp.y - (lines.find(l => l === text).y + P + P / 2) > P, 'two rows below the text')
  near(date.right, RIGHT - 4 * C, 'date four characters from the right')
  assert.ok(date.y - (stamp.y + stamp.h) > P, 'a row between stamp and date')
  const named = linesOf(words(lay({ form: 'order', issuers: ['常德市人民政府'], number: '第12号', body: para(50), signer_title: '市长', signer_name: '周振宇', date: '2026-06-01' }).file)[0])
  near(named.find(l => l.text === '市长周振宇').right, RIGHT - 4 * C, 'a name where no stamp stands')
})

test('minutes (L9): mark 35 below the top, labels of those present in 黑体, turned lines under the names', () => {
  const names = '周振宇、李明、王建、陈新、赵岳、钱容、孙一、李二、周三、吴四、郑五、王六、冯七、陈八、褚九'
  const d = lay({ form: 'minutes', issuers: ['常德市人民政府常务会议'], number: '第15期', printer: '常德市人民政府办公室', date: '2026-05-28', title: '研究部署防汛抗旱工作', body: para(100), attendance: [{ label: '出席', names }, { label: '请假', names: '蒋十一' }, { label: '列席', names: '沈十二' }], printed_on: '2026-05-29' })
  near(dots(d.file, 1).ink('red', 0, 40, 210, 100).top, TOP + 35, 'top of the mark')
  const pages = words(d.file), lines = linesOf(pages[0])
  const head = lines.find(l => l.text.startsWith('常德市人民政府办公室'))
  assert.equal(head.text, '常德市人民政府办公室2026年5月28日')
  const present = lines.find(l => l.text.startsWith('出席：')), next = lines[lines.indexOf(present) + 1]
  near(present.x, LEFT + 2 * C, 'indent')
  near(present.y - lines[lines.indexOf(present) - 1].y, 2 * P, 'one row below the text')
  near(next.x, LEFT + 5 * C, 'turned lines under the names')
  assert.ok(lines.some(l => l.text === '请假：蒋十一') && lines.some(l => l.text === '列席：沈十二'))
  assert.equal(d.all('seal').length, 0)
})

test('unsealed (L2): name two from the right, date two to the right of its beginning, or moved the other way', () => {
  const of = name => { const d = lay(ordinary({ signatures: [{ name }], note: '' })); const l = linesOf(words(d.file)[d.at('date').page - 1]); return [l.find(x => x.text === name), l.find(x => x.text === '2026年6月8日'), l] }
  const [long, date, lines] = of('常德市防汛抗旱指挥部办公室')
  near(long.right, RIGHT - 2 * C, 'name two characters from the right')
  near(date.x, long.x + 2 * C, 'date two further right')
  near(long.y - lines[lines.indexOf(long) - 1].y, 2 * P, 'one row below the text')
  const [short, day] = of('市防办')
  near(day.right, RIGHT - 2 * C, 'a date longer than the name two from the right')
  near(short.x, day.x - 2 * C, 'and the name moved')
})

test('a name longer than the date keeps within the text area, the date centred under it', () => {
  const name = '湖南省常德市柳叶湖旅游度假区管理委员会社会事务管理局'
  const d = lay(ordinary({ signatures: [{ name, seal_mm: 42 }] })), s = d.at('signature'), date = d.at('date')
  assert.ok(s.x >= LEFT && s.x + s.w <= RIGHT + 0.01)
  near(s.x + s.w / 2, date.x + date.w / 2, 'centred')
})

test('a title is a trapezoid or a rhombus broken by sense', () => {
  const cases = ['常德市人民政府办公室关于切实做好强降雨防范应对工作的紧急通知', '国务院关于在市场监管领域全面推行部门联合“双随机、一公开”监管的意见', '常德市人民政府关于印发《常德市城区防洪工程建设管理暂行办法》的通知',
    '国务院办公厅关于有效发挥政府性融资担保基金作用切实支持小微企业和“三农”发展的指导意见', '国务院关于在海南博鳌乐城国际医疗旅游先行区暂时调整实施《中华人民共和国药品管理法实施条例》有关规定的决定', '关于防汛的通知']
  for (const title of cases) {
    const d = lay(ordinary({ title })), at = d.at('title')
    const lines = linesOf(words(d.file)[0].filter(w => w.y > at.y - 3 && w.bottom < at.y + at.h + 3)).map(l => l.text)
    assert.equal(lines.join(''), title)
    const n = lines.map(l => [...l].length)
    assert.ok(Math.max(...n) <= 20, `${lines}`)
    for (let i = 1; i < n.length; i++) {
      assert.ok(!/^[的了和与，。、；：？！）》”]/.test(lines[i]), `no line begins so: ${lines}`)
      assert.ok(!/[（《“]$|关于$/.test(lines[i - 1]), `no line ends so: ${lines}`)
      const open = lines.slice(0, i).join('').split('《').length - lines.slice(0, i).join('').split('》').length
      assert.ok(open === 0 || /《.{15,}》/.test(title), `not inside 《》: ${lines}`)
    }
    if (n.length > 1) assert.ok(n[n.length - 1] >= 5, `the kind is not alone: ${lines}`)
    for (let i = 1; i + 1 < n.length; i++) assert.ok(!(n[i] < n[i - 1] && n[i] < n[i + 1]), `no waist: ${lines}`)
    console.log('#', lines.join(' / '))
  }
})
