import { expect, test } from 'vitest'
import { wordsOf } from './wrap'

const titles = [
  '常德市人民政府办公室关于切实做好今冬明春安全生产工作的通知',
  '常德市人民政府办公室关于做好2027年元旦春节期间有关工作的通知',
  '关于印发《常德市“十五五”规划（2026—2030年）》的通知',
  '津市市毛里湖镇人民政府关于修复村级预警广播的请示',
  'Notice on ice and snow', '',
]

test('nothing is lost', () => {
  for (const t of titles) for (const s of [undefined, null]) expect(wordsOf(t, s).join('')).toBe(t)
})
test('words, numbers with their measure and marks stay whole', () => {
  expect(wordsOf(titles[0])).toEqual(expect.arrayContaining(['常德市', '办公室', '切实', '做好', '今冬']))
  expect(wordsOf(titles[1])).toEqual(expect.arrayContaining(['2027年', '元旦', '工作的', '通知']))
  expect(wordsOf(titles[2])).toEqual(expect.arrayContaining(['印发', '《常德市']))
  expect(wordsOf(titles[3])).toContain('毛里湖镇')
  for (const t of titles) for (const w of wordsOf(t)) expect(w).not.toMatch(/^[》）”、，的]|[《（“]$/)
})
test('without a word list of the browser', () => {
  expect(wordsOf(titles[1], null)).toContain('2027年')
  for (const t of titles) for (const w of wordsOf(t, null)) expect(w).not.toMatch(/^[》）”、，的]|[《（“]$/)
})
