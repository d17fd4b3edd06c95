import { expect, test } from 'vitest'
import { momentOf, shown, unsignedText } from './milestones'
test('only milestones the program gives are drawn, in their order', () => {
  expect(shown({ closed: 1, delivered: 3, signed: 2 })).toEqual(['delivered', 'signed', 'closed'])
})
test('a milestone not reached is no moment', () => {
  const row = { delivered_at: 5, signed_at: null } as never
  expect(momentOf(row, 'delivered')).toBe(5)
  expect(momentOf(row, 'signed')).toBe(null)
})
test('the unsigned are lines to paste', () => {
  const at = { delivery: '1', unit: '2', delivered_at: 0 }
  expect(unsignedText([{ ...at, name: '甲镇', clerks: [{ name: '王五', phone: '7201' }] }, { ...at, name: '乙镇', clerks: [] }])).toBe('甲镇\t王五 7201\n乙镇')
})
