// What an element says in extensionElements, and a timer's rule, as lines of text and back. Pure but for
// the objects of the modeler's moddle that are handed in.

interface Moddle { create(type: string, attrs: Record<string, unknown>): any }
const valuesOf = (bo: any): any[] => (bo.extensionElements && bo.extensionElements.values) || []
const isOf = (v: any, type: string) => v.$type === type
/** The element's extensions with those of one type replaced; undefined when none is left. */
export function withValues(moddle: Moddle, bo: any, type: string, made: any[]): any {
  const values = valuesOf(bo).filter(v => !isOf(v, type)).concat(made)
  if (!values.length) return undefined
  const ext = moddle.create('bpmn:ExtensionElements', { values })
  ext.$parent = bo
  for (const v of values) v.$parent = ext
  return ext
}

/** oa:in, oa:out: "target = source", one a line. */
export const mapLines = (bo: any, type: 'oa:In' | 'oa:Out'): string => valuesOf(bo).filter(v => isOf(v, type)).map(v => `${v.target} = ${v.source}`).join('\n')
export function mapsOf(moddle: Moddle, type: 'oa:In' | 'oa:Out', text: string): any[] {
  return text.split('\n').map(l => /^\s*([A-Za-z_]\w*)\s*=\s*(.+?)\s*$/.exec(l)).filter(m => m).map(m => moddle.create(type, { target: m![1], source: m![2] }))
}

export interface Table { hit: string; inputs: string; outputs: string; rules: string }
const bodies = (list: any[] | undefined): string[] => (list || []).map(x => x.text || '')
export function tableOf(bo: any): Table {
  const x = valuesOf(bo).find(v => isOf(v, 'oa:Table'))
  if (!x) return { hit: 'U', inputs: '', outputs: '', rules: '' }
  return { hit: x.hit || 'U', inputs: bodies(x.inputs).join(' | '), outputs: bodies(x.outputs).join(' | '), rules: (x.rules || []).map((r: any) => bodies(r.ifs).concat(bodies(r.thens)).join(' | ')).join('\n') }
}
const cells = (s: string): string[] => s.split('|').map(x => x.trim())
/** Conditions first, then results; what a line lacks stays empty and is for the check to say. */
export function tableMade(moddle: Moddle, t: Table): any[] {
  const inputs = cells(t.inputs).filter(Boolean), outputs = cells(t.outputs).filter(Boolean)
  if (!inputs.length && !outputs.length && !t.rules.trim()) return []
  const all = (type: string, list: string[]) => list.map(text => moddle.create(type, { text }))
  const rules = t.rules.split('\n').filter(l => l.trim()).map(l => {
    const c = cells(l)
    return moddle.create('oa:Rule', { ifs: all('oa:If', c.slice(0, inputs.length)), thens: all('oa:Then', c.slice(inputs.length, inputs.length + outputs.length)) })
  })
  const table = moddle.create('oa:Table', { hit: t.hit, inputs: all('oa:Input', inputs), outputs: all('oa:Output', outputs), rules })
  const own = (x: any) => { for (const k of ['inputs', 'outputs', 'rules', 'ifs', 'thens']) for (const y of x[k] || []) { y.$parent = x; own(y) } }
  own(table)
  return [table]
}

export const TIMES = ['timeDuration', 'timeDate', 'timeCycle'] as const
export interface Timer { kind: (typeof TIMES)[number]; text: string }
export function timerOf(bo: any): Timer {
  const d = (bo.eventDefinitions || [])[0] || {}
  const kind = TIMES.find(k => d[k]) || 'timeDuration'
  return { kind, text: (d[kind] && d[kind].body) || '' }
}
export function timerMade(moddle: Moddle, bo: any, t: Timer): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const k of TIMES) {
    out[k] = k === t.kind && t.text.trim() ? moddle.create('bpmn:FormalExpression', { body: t.text.trim() }) : undefined
    if (out[k]) (out[k] as any).$parent = bo.eventDefinitions[0]
  }
  return out
}
