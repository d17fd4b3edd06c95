// Figures as the program answers them, made into what is shown: shares, averages, change. Pure.
export interface Figure { measure: string; key: string; name: string; n: number; before: number }

/** The number of a measure, of the whole when no key is named. */
export const numberOf = (all: Figure[], measure: string, key = '', of: 'n' | 'before' = 'n') => { const f = all.find(x => x.measure === measure && x.key === key); return f ? f[of] : 0 }
/** The parts of a measure, the greatest first; persons and sections as they come, since nobody is ranked. */
export function partsOf(all: Figure[], measure: string): Figure[] {
  const own = all.filter(x => x.measure === measure && (x.n || x.before))
  return /^(person|section)/.test(measure) ? own : own.slice().sort((a, b) => b.n - a.n || (a.key < b.key ? -1 : 1))
}
/** 12.5 of 25 of 200; '' of nothing. */
export const percent = (part: number, whole: number) => (whole ? (Math.round((part / whole) * 1000) / 10).toFixed(1) + '%' : '')
export const average = (sum: number, n: number) => (n ? (Math.round((sum / n) * 10) / 10).toFixed(1) : '')
/** +3, -2, 0. */
export const change = (n: number, before: number) => (n > before ? '+' : '') + String(n - before)
/** Widths of bars, 0 to 100, against the greatest. */
export function widths(list: number[]): number[] { const most = Math.max(1, ...list); return list.map(x => Math.round((x / most) * 1000) / 10) }
