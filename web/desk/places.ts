// Where a matter is now: open items by step, each with its people and the longest wait. Pure.
import type { OpenItem } from '@api/types'

export interface Place { name: string; who: string[]; shielded: boolean; since_at: number | null }

export function placesOf(items: OpenItem[]): Place[] {
  const by = new Map<string, Place>()
  for (const i of items) {
    const p = by.get(i.name) || { name: i.name, who: [], shielded: false, since_at: null }
    if (i.shielded) p.shielded = true
    else if (i.who) p.who.push(i.who)
    if (i.since_at && (p.since_at === null || i.since_at < p.since_at)) p.since_at = i.since_at
    by.set(i.name, p)
  }
  return Array.from(by.values())
}
