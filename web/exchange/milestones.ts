// The milestones a sender may see, in their order, and what a board row shows of them. Which are
// there at all the program decides by direction; absent ones are simply not drawn.
import type { Row as RowOf } from '@api/paths'
import type { Milestone } from '@api/types'

export type Waiting = RowOf<`/dispatches/${string}/unsigned`>
export type Totals = Partial<Record<string, number>>
export const ORDER = ['delivered', 'signed', 'registered', 'proposed', 'instructed', 'handling', 'closed']
export const OTHER = ['refused', 'retracted']

/** Milestones with a total, in order: those the program says this sender may see. Pure. */
export function shown(totals: Totals): string[] { return ORDER.filter(m => m in totals) }

/** The moment of one milestone in a row, or null when it is not reached or not for this sender. Pure. */
export function momentOf(r: Milestone, m: string): number | null {
  const v = r[(m + '_at') as keyof Milestone]
  return typeof v === 'number' && v > 0 ? v : null
}

/** How far a unit has come: ended, or the furthest milestone this sender may see. Pure. */
export function stageOf(r: Milestone): string {
  if (OTHER.indexOf(r.state) >= 0) return r.state
  const reached = ORDER.filter(m => momentOf(r, m))
  return reached.length ? reached[reached.length - 1] : r.state
}

/** Unsigned units as lines to paste into a message: name, clerks with phones. Pure. */
export function unsignedText(rows: Waiting[]): string {
  return rows.map(r => [r.name].concat(r.clerks.map(c => [c.name, c.phone].filter(Boolean).join(' '))).join('\t')).join('\n')
}
