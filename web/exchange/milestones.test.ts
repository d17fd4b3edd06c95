import { expect, test } from 'vitest'
import { momentOf, shown, unsignedText } from './milestones'
test('only milestones the program gives are drawn, in their order', () => {
  expect(shown({ closed: 1, delivered: 3, signed: 2 })).toEqual(['delivered', 'signed', 'closed'])
})
test('a milestone not reached is no moment', () => {
  const row = { delivery: '1', unit: '甲镇', level: 'town', state: 'delivered', clerk: null, delivered_at: 5, signed_at: null }
  expect(momentOf(row, 'delivered')).toBe(5)
  expect(momentOf(row, 'signed')).toBe(null)
})
test('the unsigned are lines to paste', () => { expect(unsignedText([{ unit: '甲镇', clerk: '王五', phone: '7201' }, { unit: '乙镇' }])).toBe('甲镇\t王五\t7201\n乙镇') })
