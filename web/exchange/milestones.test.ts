import { expect, test } from 'vitest'
import { momentOf, shown, stageOf, unsignedText } from './milestones'
test('only milestones the program gives are drawn, in their order', () => {
  expect(shown({ closed: 1, delivered: 3, signed: 2 })).toEqual(['delivered', 'signed', 'closed'])
})
test('a milestone not reached is no moment', () => {
  const row = { delivered_at: 5, signed_at: null } as never
  expect(momentOf(row, 'delivered')).toBe(5)
  expect(momentOf(row, 'signed')).toBe(null)
})
test('a unit stands at its furthest milestone, or at its end', () => {
  expect(stageOf({ state: 'registered', delivered_at: 1, closed_at: 9 } as never)).toBe('closed')
  expect(stageOf({ state: 'retracted', delivered_at: 1, retracted_at: 2 } as never)).toBe('retracted')
  expect(stageOf({ state: 'queued' } as never)).toBe('queued')
})
test('the unsigned are lines to paste', () => {
  const at = { delivery: '1', unit: '2', delivered_at: 0 }
  expect(unsignedText([{ ...at, name: '甲镇', clerks: [{ name: '王五', phone: '7201' }] }, { ...at, name: '乙镇', clerks: [] }])).toBe('甲镇\t王五 7201\n乙镇')
})
