// A term of `assign`, and a period, as people say them.
import { reactive } from 'vue'
import { t } from '@text/t'
import { PEOPLE, period, ROLES, termParts, terms } from './oa'

/** Names of whom somebody picked here: "post(12)" → 张三. What a file brought is called by its number. */
export const named = reactive(new Map<string, string>())

export function termWords(term: string, fields: { name: string; label: string }[]): string {
  const [kind, arg] = termParts(term)
  if (kind === 'role' || kind === 'leader' || kind === 'superior.role') {
    const role = (ROLES as readonly string[]).indexOf(arg) >= 0 ? t('studio.role_' + arg) : ''
    return !role ? term : kind === 'role' ? role : t(kind === 'leader' ? 'studio.who_leader_of' : 'studio.who_superior_role', { role })
  }
  if (kind === 'post' || kind === 'person' || kind === 'unit') return t('studio.who_named_' + kind, { name: named.get(term) || arg })
  if (kind === 'var') { const f = fields.find(x => x.name === arg); return t('studio.who_var', { name: f ? f.label : arg }) }
  return (PEOPLE as readonly string[]).indexOf(term) >= 0 ? t('studio.who_' + term.replace(/\./g, '_')) : term
}
export const assignWords = (assign: string, fields: { name: string; label: string }[]) => terms(assign).map(x => termWords(x, fields)).join(t('studio.comma'))
export function periodWords(s: string): string { const p = period(s); return !p.n ? '—' : p.unit === 'iso' ? p.n : p.n + ' ' + t('studio.time_' + p.unit) }
