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
