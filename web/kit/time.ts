// Moments and days as the office writes them, always Asia/Shanghai (fixed +08:00), whatever clock
// the machine of the person has. Pure; the tests are beside it.
import { state, t } from '@text/t'

const SHIFT = 8 * 3600 * 1000
const DAY = 86400000
const MINUTE = 60000

const two = (n: number) => (n < 10 ? '0' : '') + n

export interface Parts { y: number; m: number; d: number; h: number; min: number }

export function parts(at: number): Parts {
  const x = new Date(at + SHIFT)
  return { y: x.getUTCFullYear(), m: x.getUTCMonth() + 1, d: x.getUTCDate(), h: x.getUTCHours(), min: x.getUTCMinutes() }
}

/** 2026-11-22, for tables. */
export function dayOf(at: number): string { const p = parts(at); return `${p.y}-${two(p.m)}-${two(p.d)}` }
/** 2026-11-22 09:05, for tables. */
export function minuteOf(at: number): string { const p = parts(at); return `${dayOf(at)} ${two(p.h)}:${two(p.min)}` }

/** 11-22 09:05, with the year in front when it is another one: for narrow columns. */
export function shortMinute(at: number, now: number): string { return parts(at).y === parts(now).y ? minuteOf(at).slice(5) : dayOf(at) }

/** 2026年11月22日 (en: 22 November 2026) from YYYY-MM-DD or a moment, for running text. */
export function longDay(on: string | number | null | undefined): string {
  if (on === null || on === undefined || on === '') return ''
  const s = typeof on === 'number' ? dayOf(on) : on
  const m = /^(\d{4})-(\d\d)-(\d\d)/.exec(s)
  if (!m) return s
  const [y, mo, d] = [Number(m[1]), Number(m[2]), Number(m[3])]
  if (state.lang === 'en') return `${d} ${t('kit.month_' + mo)} ${y}`
  return `${y}年${mo}月${d}日`
}

/** 刚刚, 5 分钟前, 今天 09:05, 昨天 09:05, 11-22 09:05, 2025-11-22. */
export function ago(at: number, now: number): string {
  const gone = now - at
  if (gone >= -MINUTE && gone < MINUTE) return t('kit.just_now')
  const a = parts(at)
  const clock = `${two(a.h)}:${two(a.min)}`
  const days = Math.floor((now + SHIFT) / DAY) - Math.floor((at + SHIFT) / DAY)
  if (gone > 0 && gone < 60 * MINUTE) return t('kit.minutes_ago', { n: Math.floor(gone / MINUTE) })
  if (days === 0) return t('kit.today_at', { clock })
  if (days === 1) return t('kit.yesterday_at', { clock })
  return a.y === parts(now).y ? `${two(a.m)}-${two(a.d)} ${clock}` : dayOf(at)
}

/** How long something has stood: 5 分钟, 3 小时, 2 天. */
export function span(ms: number): string {
  if (ms < 60 * MINUTE) return t('kit.n_minutes', { n: Math.max(1, Math.floor(ms / MINUTE)) })
  if (ms < DAY) return t('kit.n_hours', { n: Math.floor(ms / (60 * MINUTE)) })
  return t('kit.n_days', { n: Math.floor(ms / DAY) })
}

export interface Due { text: string; tone: '' | 'warn' | 'bad' }

/** 剩 2 天, 今天到期, 超期 3 天; warn within a day, bad when late. */
export function due(dueAt: number | null, now: number): Due {
  if (!dueAt) return { text: '', tone: '' }
  const left = dueAt - now
  if (left < 0) return { text: t('kit.overdue', { span: span(-left) }), tone: 'bad' }
  return { text: t('kit.left', { span: span(left) }), tone: left < DAY ? 'warn' : '' }
}

/** 1.5 KB, 12 MB. */
export function size(bytes: number): string {
  if (bytes < 1024) return bytes + ' B'
  const units = ['KB', 'MB', 'GB']
  let n = bytes / 1024
  let i = 0
  while (n >= 1024 && i < 2) { n /= 1024; i++ }
  return (n < 10 ? n.toFixed(1) : Math.round(n)) + ' ' + units[i]
}

export const today = () => dayOf(Date.now())
