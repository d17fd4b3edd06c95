// Which columns of a list have room: by rank, on the width there is in rem, so that large type and a
// narrow window leave the title readable. Pure.
export interface Column { name: string; label: string; width?: string; rank?: number; num?: boolean
  /** Buttons: on a card they need no name before them. */
  act?: boolean }

const FIRST = 14, OTHER = 8 // rem that a column without a width of its own is given at least

/** Width in rem that `columns` ask for, the first without a width having `first` rem. */
export function widthOf(columns: Column[], first = FIRST): number {
  let free = 0
  return columns.reduce((n, c) => n + (c.width ? parseFloat(c.width) : free++ ? OTHER : first), 0)
}

/** The columns shown in `room` rem: the highest ranks go first, what has no rank stays. */
export function fitting(columns: Column[], room: number): Column[] {
  let left = columns
  while (widthOf(left) > room) {
    const worst = Math.max(...left.map(c => c.rank || 0))
    if (!worst) break
    let last = -1
    left.forEach((c, i) => { if (c.rank === worst) last = i })
    left = left.filter((_, i) => i !== last)
  }
  return left
}

/** The least width of the table in rem: below it the list scrolls sideways rather than break words. */
export const leastOf = (columns: Column[]): number => widthOf(columns, OTHER)
