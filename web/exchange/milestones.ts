// The milestones a sender may see, in their order, and what a board row shows of them. Which are
// there at all the program decides by direction; absent ones are simply not drawn.
import type { Milestone } from '@api/types'

export type Totals = Partial<Record<string, number>>
export const ORDER = ['delivered', 'signed', 'registered', 'proposed', 'instructed', 'handling', 'closed']
export const OTHER = ['refused', 'retracted']

/** Milestones with a total, in order: those the program says this sender may see. Pure. */
export function shown(totals: Totals): string[] { return ORDER.filter(m => m in totals) }

/** The moment of one milestone in a row, under either of its names. Pure. */
export function momentOf(r: Milestone, m: string): number | null {
  const v = r[m + '_at'] !== undefined ? r[m + '_at'] : r[m]
  return typeof v === 'number' && v > 0 ? v : null
}

/** Unsigned units as lines to paste into a message: name, clerk, phone. Pure. */
export function unsignedText(rows: { unit: string; clerk?: string | null; phone?: string | null }[]): string {
  return rows.map(r => [r.unit, r.clerk, r.phone].filter(Boolean).join('\t')).join('\n')
}
