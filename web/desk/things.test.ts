import { expect, test } from 'vitest'
import { DAY, monday, onDay, type Booking } from './things'
const at = (s: string) => Date.parse(s + '+08:00')
test('a week begins on Monday at midnight of the city', () => {
  for (const d of ['2026-11-23T00:00', '2026-11-28T12:00', '2026-11-29T23:59']) expect(monday(at(d))).toBe(at('2026-11-23T00:00'))
  expect(monday(at('2026-11-30T00:00'))).toBe(at('2026-11-30T00:00'))
})
test('a booking over midnight stands on both days, one that ends at midnight on the first', () => {
  const b = (from: string, to: string) => ({ id: from, from_at: at(from), to_at: at(to) }) as Booking
  const all = [b('2026-11-28T20:00', '2026-11-29T02:00'), b('2026-11-28T08:00', '2026-11-29T00:00')]
  const d = at('2026-11-28T00:00')
  expect(onDay(all, d).map(x => x.id)).toEqual(['2026-11-28T08:00', '2026-11-28T20:00'])
  expect(onDay(all, d + DAY).map(x => x.id)).toEqual(['2026-11-28T20:00'])
})
