import { beforeAll, expect, test } from 'vitest'
import { setLang } from '@text/t'
import { ago, dayOf, due, longDay, minuteOf, shortMinute, size, span } from './time'

beforeAll(() => { (globalThis as any).document = { documentElement: {} }; return setLang('zh-CN') })
const at = (s: string) => Date.parse(s + '+08:00')

test('a moment is written in Shanghai time whatever the clock of the machine', () => {
  expect(dayOf(Date.UTC(2026, 10, 22, 16, 30))).toBe('2026-11-23')
  expect(minuteOf(Date.UTC(2026, 10, 22, 1, 5))).toBe('2026-11-22 09:05')
})
test('running text has the long day', () => {
  expect(longDay('2026-11-02')).toBe('2026年11月2日')
  expect(longDay('')).toBe('')
})
test('relative times change words at midnight, not after 24 hours', () => {
  const now = at('2026-11-22T00:30:00')
  expect(ago(now, now)).toBe('刚刚')
  expect(ago(now - 5 * 60000, now)).toBe('5 分钟前')
  expect(ago(at('2026-11-21T22:00:00'), now)).toBe('昨天 22:00')
  expect(ago(at('2026-11-20T22:00:00'), now)).toBe('11-20 22:00')
  expect(ago(at('2025-11-20T22:00:00'), now)).toBe('2025-11-20')
})
test('a narrow column leaves the year out when it is this one', () => {
  expect(shortMinute(at('2026-11-22T09:05:00'), at('2026-12-01T00:00:00'))).toBe('11-22 09:05')
  expect(shortMinute(at('2025-11-22T09:05:00'), at('2026-12-01T00:00:00'))).toBe('2025-11-22')
})
test('what is late says so and how long', () => {
  const now = at('2026-11-22T09:00:00')
  expect(due(now - 3 * 86400000, now)).toEqual({ text: '超期 3 天', tone: 'bad' })
  expect(due(now + 3600000, now).tone).toBe('warn')
  expect(due(null, now).text).toBe('')
  expect(span(0)).toBe('1 分钟')
})
test('sizes of files', () => { expect(size(1536)).toBe('1.5 KB'); expect(size(12582912)).toBe('12 MB') })
