// The modules of 办事大厅: how a row is found by words or pinyin, and which were used lately. Pure but
// for the browser's memory.
import { me } from '@api/me'
export interface ModuleRow { key: string; name: string; name_en: string | null; summary: string | null; group: string | null; tier: string; icon: string | null; is_on: boolean; can_switch: boolean; owner: string | null; is_startable: boolean; can_start: boolean; version: number; open_count: number; pinyin: string; is_booked: boolean }
export const GROUPS = ['affairs', 'absence', 'documents', 'duty', 'information', 'people', 'assets', 'projects']
export function isHit(m: ModuleRow, words: string): boolean {
  const q = words.trim().toLowerCase()
  return !q || [m.name, m.name_en || '', m.summary || '', m.key].some(s => s.toLowerCase().indexOf(q) >= 0) || m.pinyin.split(' ').some(s => s.indexOf(q.replace(/\s/g, '')) === 0)
}
const place = () => 'tb.modules.' + (me.data ? me.data.person.id : '')
export function recentModules(): string[] { try { return JSON.parse(localStorage.getItem(place()) || '[]') } catch { return [] } }
export function usedModule(key: string) { try { localStorage.setItem(place(), JSON.stringify([key].concat(recentModules().filter(x => x !== key)).slice(0, 6))) } catch { /* private window: not kept */ } }
