// The posts chosen lately on this computer: eight, newest first, offered before anything is typed.
import type { PersonRow } from '@api/types'
import { me } from '@api/me'

export interface Picked { post: string; name: string; title: string; unit: string }

const key = () => 'tb.recent.' + (me.data ? me.data.person.id : '')

export function recent(): Picked[] {
  try { return JSON.parse(localStorage.getItem(key()) || '[]') } catch { return [] }
}

export function remember(x: Picked) {
  const list = [x].concat(recent().filter(y => y.post !== x.post)).slice(0, 8)
  try { localStorage.setItem(key(), JSON.stringify(list)) } catch { /* private window: not kept */ }
}

export function unitName(r: PersonRow): string { return r.unit }

/** Found people in the order in which one looks for them: the recent ones, the own unit's, those of the
 *  units the recent ones are in, then as found. Pure. */
export function nearFirst(found: Picked[], used: Picked[], own: string[]): Picked[] {
  const rank = (x: Picked) => {
    const i = used.findIndex(y => y.post === x.post)
    if (i >= 0) return i - used.length
    return own.indexOf(x.unit) >= 0 ? 0 : used.some(y => y.unit === x.unit) ? 1 : 2
  }
  return found.map((x, i) => ({ x, i, r: rank(x) })).sort((a, b) => a.r - b.r || a.i - b.i).map(e => e.x)
}
