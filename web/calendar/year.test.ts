import { expect, test } from 'vitest'
import { isWorked, monthOf } from './year'

test('October 2026 begins on a Thursday; holidays and make-up days stand over the week', () => {
  const special = new Map([['2026-10-01', { day_on: '2026-10-01', is_work: false, name: '国庆节', source: 'program' }], ['2026-10-10', { day_on: '2026-10-10', is_work: true, name: '国庆节', source: 'program' }]])
  const weeks = monthOf(2026, 10, special)
  expect(weeks[0].slice(0, 3)).toEqual([null, null, null])
  expect(weeks[0][3]!.on).toBe('2026-10-01')
  expect(isWorked(weeks[0][3]!)).toBe(false)
  expect(weeks[1][5]!.weekend && isWorked(weeks[1][5]!)).toBe(true)
  expect(weeks[4].filter(Boolean).length).toBe(6)
})

test('February of a leap year', () => {
  expect(monthOf(2028, 2, new Map()).reduce((a, w) => a.concat(w), []).filter(Boolean).length).toBe(29)
})
