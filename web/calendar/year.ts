// A year as twelve months of weeks, Monday first. Pure.
export interface Day { day_on: string; is_work: boolean; name: string; source: string }
export interface Cell { on: string; day: number; weekend: boolean; special: Day | null }

const two = (n: number) => (n < 10 ? '0' : '') + n

/** The cells of one month (1..12), null before the first and after the last day. */
export function monthOf(year: number, month: number, special: Map<string, Day>): (Cell | null)[][] {
  const first = new Date(Date.UTC(year, month - 1, 1))
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate()
  const lead = (first.getUTCDay() + 6) % 7
  const cells: (Cell | null)[] = []
  for (let i = 0; i < lead; i++) cells.push(null)
  for (let d = 1; d <= days; d++) {
    const on = `${year}-${two(month)}-${two(d)}`
    cells.push({ on, day: d, weekend: (lead + d - 1) % 7 >= 5, special: special.get(on) || null })
  }
  while (cells.length % 7) cells.push(null)
  const weeks: (Cell | null)[][] = []
  for (let i = 0; i < cells.length; i += 7) weeks.push(cells.slice(i, i + 7))
  return weeks
}

/** Is it worked? By the calendar, else by the week. */
export const isWorked = (c: Cell) => (c.special ? c.special.is_work : !c.weekend)
