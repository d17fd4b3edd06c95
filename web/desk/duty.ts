// The roster of a month: who is on duty when, and a first proposal of it by turns. Pure.
export interface Shift { id: string; name: string; values: Record<string, any>; words: Record<string, string> }
export interface Turn { on: string; shift: 'all' | 'day' | 'night'; leader: string | null; officer: string | null; second: string | null }
export const places = ['leader', 'officer', 'second'] as const
export type Place = typeof places[number]

/** Days of a month "2026-12", in order. */
export function daysOf(month: string): string[] {
  const [y, m] = month.split('-').map(Number)
  const n = new Date(Date.UTC(y, m, 0)).getUTCDate()
  return Array.from({ length: n }, (_, i) => month + '-' + (i < 9 ? '0' : '') + (i + 1))
}

/** The month before or after. */
export function monthOn(month: string, by: number): string {
  const [y, m] = month.split('-').map(Number)
  return new Date(Date.UTC(y, m - 1 + by, 1)).toISOString().slice(0, 7)
}

/** The next of a list in its turn who is none of those already on the shift; nobody: null. */
function inTurn(list: string[], at: number, taken: (string | null)[]): string | null {
  for (let i = 0; i < list.length; i++) {
    const one = list[(at + i) % list.length]
    if (taken.indexOf(one) < 0) return one
  }
  return null
}

/** A leader a day; officers and seconds by the day, or each half of it. */
export function byTurns(days: string[], who: Record<Place, string[]>, isHalved: boolean): Turn[] {
  const turns: Turn[] = []
  days.forEach((on, i) => {
    const leader = inTurn(who.leader, i, [])
    for (const shift of isHalved ? ['day', 'night'] as const : ['all'] as const) {
      const at = turns.length
      const officer = inTurn(who.officer, at, [leader])
      turns.push({ on, shift, leader, officer, second: inTurn(who.second, at, [leader, officer]) })
    }
  })
  return turns
}

const order = ['all', 'day', 'night']
/** By day, then day before night. */
export function inOrder(all: Shift[]): Shift[] {
  const key = (s: Shift) => s.values.on + order.indexOf(s.values.shift)
  return all.slice().sort((a, b) => (key(a) < key(b) ? -1 : 1))
}

/** The place that one of these posts has on a shift. */
export function placeOf(s: Shift, posts: string[]): Place | null {
  for (const p of places) if (posts.indexOf(s.values[p]) >= 0) return p
  return null
}
