// A thing of a register, and how its bookings stand on the days of a week. Pure.
export interface Thing { id: string; name: string; state: string; rev: number; is_retired: boolean; may_change: boolean; values: Record<string, any>; words: Record<string, string> }
export interface Booking { id: string; thing_id: string; from_at: number; to_at: number; who: string | null; state: string; matter_id: string | null; title: string | null }
export const DAY = 86400000
/** The Monday, 00:00 of the city's clock, of the week that `at` is in. */
export function monday(at: number): number {
  const local = at + 8 * 3600000
  const day = Math.floor(local / DAY)
  return (day - (day + 3) % 7) * DAY - 8 * 3600000
}
/** What of the bookings falls on the day that begins at `from`, in order. */
export function onDay(all: Booking[], from: number): Booking[] {
  return all.filter(b => b.from_at < from + DAY && b.to_at > from).sort((a, b) => a.from_at - b.from_at)
}
