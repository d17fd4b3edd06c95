// What an office says of a step, as attributes of urn:tongban:oa:1 on the BPMN element (docs/flow.md
// §2): the description the modeler reads and writes them by, and their values as parts. Pure.

export const OA = 'urn:tongban:oa:1'

const strings = (names: string) => names.split(' ').map(name => ({ name, isAttr: true, type: 'String' }))
const many = (name: string, type: string) => ({ name, type, isMany: true })

/** The moddle description of our namespace. What other namespaces say stays as it is without one. */
export const oaModdle = {
  name: 'Office', prefix: 'oa', uri: OA, xml: { tagAlias: 'lowerCase' },
  types: [
    { name: 'Office', extends: ['bpmn:FlowNode'], properties: strings('assign sign pass veto lead distinct due warn overdue ops returnTo returnWay returnMode form fields waitAll reassign keepAgreed keepDue collection item cc sheet milestone child recordable no_backup self op barrier undo collect rest free finish version message correlation label ends') },
    { name: 'Route', extends: ['bpmn:SequenceFlow'], properties: strings('label') },
    { name: 'LaneOffice', extends: ['bpmn:Lane'], properties: strings('assign') },
    { name: 'In', superClass: ['Element'], properties: strings('source target') },
    { name: 'Out', superClass: ['Element'], properties: strings('source target') },
    { name: 'Table', superClass: ['Element'], properties: [...strings('hit'), many('inputs', 'Input'), many('outputs', 'Output'), many('rules', 'Rule')] },
    { name: 'Input', superClass: ['Element'], properties: [{ name: 'text', isBody: true, type: 'String' }, ...strings('name')] },
    { name: 'Output', superClass: ['Element'], properties: [{ name: 'text', isBody: true, type: 'String' }, ...strings('name')] },
    { name: 'Rule', superClass: ['Element'], properties: [many('ifs', 'If'), many('thens', 'Then')] },
    { name: 'If', superClass: ['Element'], properties: [{ name: 'text', isBody: true, type: 'String' }] },
    { name: 'Then', superClass: ['Element'], properties: [{ name: 'text', isBody: true, type: 'String' }] },
  ],
}

/** Who may be named without a role. */
export const PEOPLE = ['starter', 'starter.section_head', 'starter.leader', 'starter.unit_leader', 'starter.deputy_secretary_general', 'superior.leader', 'superior.head', 'prev.actor'] as const
/** Terms of a role: its holders here, the leader in charge of them, its holders at the level above. */
export const OF_ROLE = ['role', 'leader', 'superior.role'] as const
export const RETURN_MODES = ['', 'immediate', 'collect'] as const
export const SELVES = ['', 'up', 'may'] as const
/** Those of the unit itself: what a unit settles does not leave it. */
export const OWN_PEOPLE = PEOPLE.filter(p => p.indexOf('superior.') < 0)
/** Roles a step may be given to: all but the administrators of the program. */
export const ROLES = ['doc_clerk', 'office_head', 'reviewer', 'section_head', 'unit_head', 'leader', 'seal_custodian', 'archivist', 'duty_room', 'supervision_office', 'finance', 'personnel', 'legal', 'confidentiality', 'disclosure', 'petition', 'logistics', 'asset_keeper', 'vehicle_keeper', 'supplies_keeper', 'reception', 'print_room', 'it_support'] as const
export const OPS = ['send_back', 'withdraw', 'transfer', 'add_signer', 'remove_signer', 'delegate', 'circulate', 'urge', 'terminate', 'cancel', 'forward', 'finish'] as const
export const SIGNS = ['one', 'any', 'all', 'seq', 'vote'] as const
export const OVERDUES = ['', 'urge', 'escalate', 'transfer'] as const

/** The terms of `assign`: commas outside brackets part them. */
export function terms(assign: string | undefined): string[] {
  const out: string[] = []
  let depth = 0, at = ''
  for (const c of assign || '') {
    if (c === '(') depth++
    if (c === ')') depth--
    if (c === ',' && depth === 0) { out.push(at.trim()); at = '' } else at += c
  }
  out.push(at.trim())
  return out.filter(Boolean)
}
export const ofTerms = (list: string[]): string | undefined => (list.length ? list.join(', ') : undefined)

/** "role(finance)" → ["role", "finance"]; a word alone has no argument. */
export function termParts(term: string): [string, string] {
  const m = /^([\w.]+)\((.*)\)$/.exec(term)
  return m ? [m[1], m[2].trim()] : [term, '']
}

export interface Period { n: string; unit: 'wd' | 'wh' | 'wm' | 'D' | 'H' | 'iso' }
/** A period of time: working days, hours, minutes, calendar days or hours; anything else as written. */
export function period(s: string | undefined): Period {
  let m = /^(\d{1,5})(wd|wh|wm)$/.exec(s || '')
  if (m) return { n: m[1], unit: m[2] as Period['unit'] }
  m = /^P(\d+)D$/.exec(s || '')
  if (m) return { n: m[1], unit: 'D' }
  m = /^PT(\d+)H$/.exec(s || '')
  if (m) return { n: m[1], unit: 'H' }
  return s ? { n: s, unit: 'iso' } : { n: '', unit: 'wd' }
}
export function ofPeriod(p: Period): string | undefined {
  const n = p.n.trim()
  if (!n) return undefined
  if (p.unit === 'D') return `P${n}D`
  if (p.unit === 'H') return `PT${n}H`
  if (p.unit === 'iso') return /^\d+$/.test(n) ? n + 'wd' : n // a bare number is working days
  return n + p.unit
}

export type TurnUnit = 'wd' | 'D' | 'W' | 'M' | 'Y' | 'H' | 'wh' | 'iso'
/** What starts a flow without a person: one moment, or turns from a first one on. */
export interface Turns { kind: 'once' | 'every' | 'written'; first: number | null; times: string; n: string; unit: TurnUnit; text: string }
const MOMENT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?(\.\d+)?(Z|[+-]\d{2}:\d{2})?)?$/
const at = (s: string): number | null => { const zone = /(Z|[+-]\d{2}:\d{2})$/.test(s.slice(10)); const ms = MOMENT.test(s) ? Date.parse(s.length === 10 ? s + 'T00:00:00+08:00' : zone ? s : s + '+08:00') : NaN; return isNaN(ms) ? null : ms }
const written = (ms: number) => new Date(ms + 8 * 3600e3).toISOString().slice(0, 16)
function turnOf(s: string): [string, TurnUnit] | null {
  let m = /^(\d+)(wd|wh)$/.exec(s)
  if (m) return [m[1], m[2] as TurnUnit]
  m = /^P(\d+)([DWMY])$/.exec(s)
  if (m) return [m[1], m[2] as TurnUnit]
  m = /^PT(\d+)H$/.exec(s)
  return m ? [m[1], 'H'] : null
}
/** tag: timeDate, timeDuration or timeCycle. What is written otherwise stays as it is. */
export function turns(tag: string, text: string): Turns {
  const none: Turns = { kind: 'written', first: null, times: '', n: '1', unit: 'wd', text }
  if (tag === 'timeDate') return { ...none, kind: text ? 'written' : 'once', ...(at(text) !== null ? { kind: 'once', first: at(text) } : {}) }
  const m = /^R(\d*)\/(?:([^/]+)\/)?([^/]+)$/.exec(text)
  const turn = tag === 'timeCycle' && m ? turnOf(m[3]) : null
  if (!turn || (m![2] && at(m![2]) === null)) return none
  return { ...none, kind: 'every', first: m![2] ? at(m![2]) : null, times: m![1], n: turn[0], unit: turn[1] }
}
export function ofTurns(x: Turns): { tag: string; text: string } {
  if (x.kind === 'once') return { tag: 'timeDate', text: x.first === null ? '' : written(x.first) }
  const n = x.n.trim() || '1'
  const every = x.unit === 'wd' || x.unit === 'wh' ? n + x.unit : x.unit === 'H' ? `PT${n}H` : `P${n}${x.unit}`
  return { tag: 'timeCycle', text: `R${x.times.trim()}/${x.first === null ? '' : written(x.first) + '/'}${every}` }
}

/** What may be done at a step; absent in the file means all of it. */
export const ops = (s: string | undefined): string[] => (s === undefined ? OPS.slice() : s.split(/[\s,]+/).filter(x => x && x !== 'complete'))
/** Kept in the order of OPS; all of it is said by saying nothing, none by the word that needs no leave. */
export function ofOps(list: string[]): string | undefined {
  if (OPS.every(x => list.indexOf(x) >= 0)) return undefined
  return OPS.filter(x => list.indexOf(x) >= 0).join(',') || 'complete'
}

const quoted = (s: string) => '"' + s.replace(/\\/g, '\\\\').replace(/"/g, '\\"') + '"'
/** The condition of a way out that is taken at one outcome. */
export const atOutcome = (label: string) => `outcome = ${quoted(label)}`
/** The outcome a condition asks for, when that is all it asks. */
export function outcomeOf(condition: string | undefined): string | null {
  const m = /^\s*outcome\s*=\s*"((?:[^"\\]|\\.)*)"\s*$/.exec(condition || '')
  return m ? m[1].replace(/\\(.)/g, '$1') : null
}

/** Before it is read: a flow of another maker gets our namespace, else our attributes cannot be written. */
export function withOa(xml: string): string {
  return xml.indexOf(OA) >= 0 ? xml : xml.replace(/<((?:[\w-]+:)?definitions)\b/, `<$1 xmlns:oa="${OA}"`)
}
