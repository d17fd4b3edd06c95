// module.json in the designer's hands: fields, rights at steps, register, print sheet, number. Each
// act answers a new object and leaves alone what it does not know. Pure.

export interface Option { value: string; label: string; label_en?: string }
export interface Field {
  name: string; label: string; type: string; label_en?: string; hint?: string; required?: boolean; read_only?: boolean; list?: boolean
  options?: Option[]; columns?: Field[]; compute?: string; visible?: string; required_when?: string; default?: string
  [other: string]: unknown
}
export interface Step { edit?: string[]; require?: string[]; hide?: string[] }
export interface Module {
  name?: string; fields?: Field[]; steps?: Record<string, Step>; list?: string[]
  register?: { columns: string[]; open_to: string | string[] }; sheet?: { title: string; rows: string[][] }
  number?: { pattern: string; scope: string; at: string }
  rules?: { when: string; message: string; level?: string; at?: string[]; field?: string }[]
  [other: string]: unknown
}

export const TYPES = ['text', 'long_text', 'number', 'money', 'date', 'date_range', 'time', 'moment', 'moment_range', 'choice', 'choices', 'check', 'post', 'posts', 'unit', 'units', 'thing', 'matter', 'attachment', 'table', 'rich_text'] as const
export const GROUPS = ['documents', 'absence', 'affairs', 'assets', 'duty', 'information', 'people', 'projects'] as const
/** Limits of a type that are a number or a short text in module.json. */
export const LIMITS: Record<string, string[]> = {
  text: ['max', 'pattern'], long_text: ['max'], rich_text: ['max'], number: ['min', 'max', 'decimals'], money: ['min', 'max'], date: ['min', 'max'], date_range: ['max_days'],
  moment: ['step_minutes'], moment_range: ['max_hours', 'step_minutes'], post: ['within'], posts: ['within'], unit: ['within'], units: ['within'], thing: ['thing'], matter: ['module'],
  attachment: ['min', 'max'], table: ['min_rows', 'max_rows'],
}
const COUNTED = ['decimals', 'max_days', 'max_hours', 'step_minutes', 'min_rows', 'max_rows']
const RESERVED = 'number title urgency state starter unit started_at closed_at step retention outcome after limit from to unit_id mine q module item key id name'.split(' ')
/** What stands in a register beside the fields. */
export const FIXED = ['number', 'title', 'urgency', 'state', 'starter', 'unit', 'started_at', 'closed_at', 'retention'] as const

export const fieldsOf = (m: Module): Field[] => m.fields || []
export const nameIsGood = (s: string) => /^[a-z][a-z0-9_]{0,39}$/.test(s) && RESERVED.indexOf(s) < 0

/** A name for a new field that no other has. */
export function freeName(m: Module, type: string): string {
  const names = fieldsOf(m).map(f => f.name)
  const base = RESERVED.indexOf(type) >= 0 ? type + '_field' : type
  for (let i = 1; ; i++) if (names.indexOf(`${base}_${i}`) < 0) return `${base}_${i}`
}

/** A new field with what its type cannot do without. */
export function newField(m: Module, type: string, label: string, option: string): Field {
  const f: Field = { name: freeName(m, type), label, type }
  if (type === 'choice' || type === 'choices') f.options = [{ value: 'a', label: option + '1' }, { value: 'b', label: option + '2' }]
  if (type === 'table') f.columns = [{ name: 'item', label: option, type: 'text' }]
  return f
}

export function insertField(m: Module, f: Field, at: number): Module {
  const list = fieldsOf(m).slice()
  list.splice(Math.max(0, Math.min(list.length, at)), 0, f)
  return { ...m, fields: list }
}

/** Moves a field to stand where `to` counts, after it was taken out. */
export function moveField(m: Module, from: number, to: number): Module {
  const list = fieldsOf(m).slice()
  if (from < 0 || from >= list.length || to < 0 || to >= list.length) return m
  list.splice(to, 0, list.splice(from, 1)[0])
  return { ...m, fields: list }
}

/** The field with a change; what says nothing is taken out. */
export function withChange(field: Field, change: Partial<Field>): Field {
  const f: Field = { ...field, ...change }
  for (const k of Object.keys(f)) if (f[k] === undefined || f[k] === '' || f[k] === false) delete f[k]
  f.label = f.label || ''
  return f
}
export function setField(m: Module, i: number, change: Partial<Field>): Module {
  const list = fieldsOf(m).slice()
  list[i] = withChange(list[i], change)
  return { ...m, fields: list }
}

/** What a column of a table may be: no table, and nothing that is chosen for the whole form. */
export const COLUMN_TYPES = ['text', 'long_text', 'number', 'money', 'date', 'time', 'choice', 'check', 'post', 'unit'] as const
export const newColumn = (columns: Field[], type: string, label: string, option: string): Field => newField({ fields: columns }, type, label, option)

/** The value of a limit as the file wants it: counts are numbers, decimals and expressions texts. */
export function limitValue(type: string, name: string, s: string): unknown {
  if (!s.trim()) return undefined
  const counted = COUNTED.indexOf(name) >= 0 || ((name === 'max' || name === 'min') && (/text$/.test(type) || type === 'attachment'))
  return counted && /^\d+$/.test(s.trim()) ? Number(s) : s
}

/** Every plain place that names a field: rights at steps, lists, register, sheet, rules' field. */
function named(m: Module, each: (names: string[]) => string[], one: (name: string) => string | undefined): Module {
  const out: Module = { ...m }
  if (m.steps) {
    const steps: Record<string, Step> = {}
    for (const k of Object.keys(m.steps)) {
      const s: Step = { ...m.steps[k] }
      for (const w of ['edit', 'require', 'hide'] as const) if (s[w]) s[w] = each(s[w]!)
      steps[k] = s
    }
    out.steps = steps
  }
  if (m.list) out.list = each(m.list)
  if (m.register) out.register = { ...m.register, columns: each(m.register.columns) }
  if (m.sheet) out.sheet = { ...m.sheet, rows: m.sheet.rows.map(each).filter(r => r.length) }
  if (m.rules) out.rules = m.rules.map(r => { const { field, ...rest } = r; const f = field && one(field); return f ? { ...rest, field: f } : rest })
  return out
}

export function removeField(m: Module, i: number): Module {
  const name = fieldsOf(m)[i].name
  const gone = named(m, l => l.filter(x => x !== name), x => (x === name ? undefined : x))
  return { ...gone, fields: fieldsOf(m).filter((_f, k) => k !== i) }
}

/** Renames a field and what names it; expressions are left to the check, which says where they stand. */
export function renameField(m: Module, i: number, name: string): Module {
  const old = fieldsOf(m)[i].name
  const swap = (x: string) => (x === old ? name : x)
  return setField(named(m, l => l.map(swap), swap), i, { name })
}

export type Right = 'see' | 'edit' | 'require' | 'hide'
export function rightAt(m: Module, node: string, field: string): Right {
  const s: Step = (m.steps || {})[node] || {}
  const has = (l?: string[]) => !!l && l.indexOf(field) >= 0
  return has(s.hide) ? 'hide' : has(s.require) ? 'require' : has(s.edit) ? 'edit' : 'see'
}
export function setRight(m: Module, node: string, field: string, right: Right): Module {
  const s: Step = { ...((m.steps || {})[node] || {}) }
  for (const w of ['edit', 'require', 'hide'] as const) {
    const on = w === right || (w === 'edit' && right === 'require')
    const list = (s[w] || []).filter(x => x !== field).concat(on ? [field] : [])
    if (list.length) s[w] = list; else delete s[w]
  }
  const steps = { ...(m.steps || {}) }
  if (Object.keys(s).length) steps[node] = s; else delete steps[node]
  const out: Module = { ...m, steps }
  if (!Object.keys(steps).length) delete out.steps
  return out
}

/** Puts a member in, or takes it away when there is nothing to say. */
export function setMember(m: Module, name: string, value: unknown): Module {
  const out: Module = { ...m, [name]: value }
  if (value === undefined || value === '' || value === null) delete out[name]
  return out
}

/** A print sheet of all fields, two short ones a row, and a place for the opinions of each step. */
export function sheetOf(m: Module, title: string, places: string[]): { title: string; rows: string[][] } {
  const rows: string[][] = [['starter', 'unit']]
  const wide = ['long_text', 'rich_text', 'table', 'attachment']
  let open: string[] | null = null
  for (const f of fieldsOf(m)) {
    if (wide.indexOf(f.type) >= 0) { rows.push([f.name]); open = null } else if (open) { open.push(f.name); open = null } else { open = [f.name]; rows.push(open) }
  }
  return { title, rows: rows.concat(places.map(p => ['@' + p])) }
}

/** Which field a finding is about: "fields[2].min" → 2; -1: none. */
export function fieldIndexOf(element: string, m: Module): number {
  const p = /^fields\[(\d+)\]/.exec(element)
  if (p) return Number(p[1])
  return fieldsOf(m).findIndex(f => f.name === element || element === 'fields.' + f.name || element.indexOf('fields.' + f.name + '.') === 0)
}
