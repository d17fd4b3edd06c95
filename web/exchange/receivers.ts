// What a board can be filtered by: the counties and zones where the receivers stand with their towns,
// their levels and their branches, each with how many. Pure.
import type { Answer } from '@api/paths'

export type Receivers = Answer<`/dispatches/${string}/receivers`>
export type Place = Receivers['places'][number]
export interface BoardFilter { state: string; level: string; branch: string; under: string; q: string }
export interface Counted { name: string; n: number }

export const counties = (r: Receivers): Place[] => r.places.filter(p => p.level === 'county')
export const towns = (r: Receivers, county: string): Place[] => r.places.filter(p => p.level === 'town' && p.up === county)

/** The county in which the chosen place is: itself, or what is above a town. Pure. */
export function countyOf(r: Receivers, under: string): string {
  const p = r.places.find(x => x.id === under)
  return !p ? '' : p.level === 'town' && p.up ? p.up : p.id
}

/** How many receivers of each level, or each branch. Pure. */
export function counted(r: Receivers, of: 'level' | 'branch'): Counted[] {
  const n = new Map<string, number>()
  r.kinds.forEach(k => n.set(k[of], (n.get(k[of]) || 0) + k.count))
  return Array.from(n, ([name, count]) => ({ name, n: count }))
}

/** The filter as the address keeps it: nothing that is empty. Pure. */
export function asQuery(f: BoardFilter): Record<string, string> {
  const q: Record<string, string> = {}
  ;(['state', 'level', 'branch', 'under', 'q'] as const).forEach(k => { const v = f[k].trim(); if (v) q[k] = v })
  return q
}
export function fromQuery(q: Record<string, unknown>): BoardFilter {
  const at = (k: string) => (typeof q[k] === 'string' ? q[k] as string : '')
  return { state: at('state'), level: at('level'), branch: at('branch'), under: at('under'), q: at('q') }
}
