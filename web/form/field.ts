// Fields of a module's form as data (docs/modules.md): how a value reads, what an empty one is, and
// sums of columns, exact. Pure but for the language.
import { inRow, state, t } from '@text/t'
import { longDay, minuteOf } from '@kit/time'

export interface Option { value: string; label: string; label_en?: string }
export interface Field {
  name: string; label: string; label_en?: string; type: string; hint?: string; hint_en?: string
  edit?: boolean; require?: boolean; required?: boolean; is_visible?: boolean; is_required?: boolean; compute?: string; visible?: string; read_only?: boolean
  options?: Option[]; max?: unknown; min?: unknown; decimals?: number; pattern?: string; within?: string; thing?: string; own?: string; module?: string
  columns?: Field[]; min_rows?: number; max_rows?: number; sum?: string[]; step_minutes?: number; max_days?: number; max_hours?: number; kinds?: string[]
}
export type Values = Record<string, any>
export type Names = Record<string, string>
export interface Finding { field: string; code: string; level: string; message: string; rule: number }

export const labelOf = (f: { label: string; label_en?: string }): string => (state.lang === 'en' && f.label_en ? f.label_en : f.label)
export const hintOf = (f: Field): string | undefined => (state.lang === 'en' && f.hint_en ? f.hint_en : f.hint)
export const isEmpty = (v: unknown): boolean => v === null || v === undefined || v === '' || (Array.isArray(v) && !v.length)
export const kindOf = (type: string): string => (/^posts?$/.test(type) ? 'post' : /^units?$/.test(type) ? 'unit' : type)
export const listOf = (v: unknown): string[] => (Array.isArray(v) ? v.map(String) : isEmpty(v) ? [] : [String(v)])

/** 1234567.50 → 1,234,567.50 */
export function grouped(s: string): string {
  const [whole, part] = String(s).split('.')
  return whole.replace(/\B(?=(\d{3})+$)/g, ',') + (part ? '.' + part : '')
}

/** The exact sum of decimals written as text; what is no number counts nothing. */
export function sumOf(all: unknown[]): string {
  const good = all.map(String).filter(x => /^-?\d+(\.\d+)?$/.test(x))
  const places = good.reduce((n, x) => Math.max(n, (x.split('.')[1] || '').length), 0)
  const total = good.reduce((n, x) => { const [w, p = ''] = x.split('.'); return n + BigInt(w + p.padEnd(places, '0')) }, BigInt(0))
  const minus = total < BigInt(0)
  const digits = String(minus ? -total : total).padStart(places + 1, '0')
  return (minus ? '-' : '') + (places ? digits.slice(0, -places) + '.' + digits.slice(-places) : digits)
}

/** 8:30, 0830, 8：30 → 08:30; anything else as it is: the program says what is wrong with it. */
export function timeOf(s: string): string {
  const m = /^(\d{1,2})[:：.]?(\d{2})$/.exec(s.trim())
  return m ? m[1].padStart(2, '0') + ':' + m[2] : s.trim()
}

/** A value in words; what is a list of its own (table, files, rich text) is drawn, not worded. */
export function wordsOf(f: Field, v: any, names: Names): string {
  if (isEmpty(v)) return ''
  const named = (x: unknown) => names[kindOf(f.type) + ':' + x] || '…'
  switch (f.type) {
    case 'money': return grouped(String(v).indexOf('.') < 0 ? v + '.00' : v)
    case 'date': return longDay(v)
    case 'date_range': return t('form.from_to', { from: longDay(v.from), to: longDay(v.to) })
    case 'moment': return minuteOf(v)
    case 'moment_range': return t('form.from_to', { from: minuteOf(v.from), to: minuteOf(v.to) })
    case 'check': return t(v ? 'form.yes' : 'form.no')
    case 'choice': case 'choices': return inRow(listOf(v).map(x => { const o = (f.options || []).find(y => y.value === x); return o ? labelOf(o) : x }))
    case 'post': case 'posts': case 'unit': case 'units': case 'thing': case 'matter': return inRow(listOf(v).map(named))
    default: return String(v)
  }
}
