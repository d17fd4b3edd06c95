import { expect, test } from 'vitest'
import { cellsOf, chinese, count, fromText, renumber, spansWithin, strip } from './body'

test('Chinese numerals', () => { expect([1, 10, 11, 20, 23, 99].map(chinese)).toEqual(['一', '十', '十一', '二十', '二十三', '九十九']) })
test('headings are numbered by level and begin again under the next one above', () => {
  const out = renumber([{ kind: 'h1', text: '总体要求' }, { kind: 'h2', text: '（九）目标' }, { kind: 'h2', text: '原则' }, { kind: 'h1', text: '五、任务' }, { kind: 'h2', text: '推进' }, { kind: 'h3', text: '试点' }, { kind: 'h4', text: '名单' }, { kind: 'p', text: '三、不动' }])
  expect(out.map(b => b.text)).toEqual(['一、总体要求', '（一）目标', '（二）原则', '二、任务', '（一）推进', '1.试点', '（1）名单', '三、不动'])
})
test('a number that is a figure is no mark', () => { expect(strip('2.5亿元')).toBe('2.5亿元'); expect(strip('2026年工作')).toBe('2026年工作') })
test('pasted text becomes blocks', () => {
  expect(fromText('　　一、总体要求\r\n\r\n正文一段。\n（一）目标')).toEqual([{ kind: 'h1', text: '一、总体要求' }, { kind: 'p', text: '正文一段。' }, { kind: 'h2', text: '（一）目标' }])
  expect(fromText('甲\t1\n乙\t2')).toEqual([{ kind: 'table', rows: [['甲', '1'], ['乙', '2']] }])
})
test('characters are counted without blanks', () => { expect(count([{ kind: 'p', text: '你 好。' }, { kind: 'table', rows: [['甲', '乙']] }])).toBe(5) })
test('a merged cell covers the others', () => {
  const b = { kind: 'table' as const, rows: [['任务', '', '单位'], ['堤防', '巡查', '水利局'], ['', '除险', '财政局']], spans: [[0, 0, 1, 2], [1, 0, 2, 1]] }
  expect(cellsOf(b).map(r => r.map(c => c.text))).toEqual([['任务', '单位'], ['堤防', '巡查', '水利局'], ['除险', '财政局']])
  expect(cellsOf(b)[1][0]).toMatchObject({ rows: 2, columns: 1, column: 0 })
  expect(spansWithin(b.spans, 2, 3)).toEqual([[0, 0, 1, 2]])
  expect(spansWithin(b.spans, 3, 1)).toEqual([[1, 0, 2, 1]])
})
