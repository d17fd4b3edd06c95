// A choice of recipients: single units, groups, whole levels, branches, and everything under a
// unit. The program alone expands it; here it is only kept, counted by asking, and named.
import type { components } from '@api/schema'

export type Choice = components['schemas']['recipients_choice']
export const emptyChoice = (): Choice => ({ unit_ids: [], group_ids: [], levels: [], branches: [], under: [] })
export const isEmpty = (c: Choice) => !c.unit_ids.length && !c.group_ids.length && !c.levels.length && !c.branches.length && !c.under.length

/** With `x` taken in or out of one of its lists. Pure. */
export function toggled(c: Choice, list: keyof Choice, x: string): Choice {
  const has = c[list].indexOf(x) >= 0
  return { ...c, [list]: has ? c[list].filter(y => y !== x) : c[list].concat(x) }
}

export const LEVELS = ['city', 'county', 'town', 'village']
