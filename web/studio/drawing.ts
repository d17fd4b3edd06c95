// A drawing read without the modeler: its picture for our own light view, what a step may be left by,
// and, for a drawing that came without one, where things stand on the sheet.
import type { Diagram } from '@api/types'

const tags = (d: Document | Element, name: string): Element[] => Array.from(d.getElementsByTagNameNS('*', name))
const num = (e: Element, name: string) => Number(e.getAttribute(name)) || 0
const isNode = (e: Element) => /(task|event|gateway|subprocess|callactivity|transaction)$/i.test(e.localName) && !/^(messageEvent|timerEvent)/.test(e.localName) && !!e.getAttribute('id')

function read(xml: string): Document | null {
  const d = new DOMParser().parseFromString(xml, 'application/xml')
  return d.getElementsByTagName('parsererror').length ? null : d
}

type Node = Diagram['nodes'][number]
const kids = (e: Element, end: string) => Array.from(e.children).filter(x => x.localName.slice(-end.length) === end)
/** Of these kinds the picture knows the engine's name, as the matter's page has it. */
function typeOf(e: Element): string {
  if (e.localName === 'subProcess') return e.getAttribute('triggeredByEvent') === 'true' ? 'event_sub' : 'sub'
  return ({ boundaryEvent: 'boundary', adHocSubProcess: 'zone', callActivity: 'call' } as Record<string, string>)[e.localName] || e.localName
}
function nodeOf(e: Element, b: Element): Node {
  const up = e.parentElement
  const event = kids(e, 'EventDefinition')[0]
  const multi = kids(e, 'ultiInstanceLoopCharacteristics')[0]
  return {
    id: e.getAttribute('id') || '', name: e.getAttribute('name') || '', type: typeOf(e), x: num(b, 'x'), y: num(b, 'y'), w: num(b, 'width'), h: num(b, 'height'), state: 'idle', attempts: 0, hands: [],
    parent: up && /[sS]ubProcess$/.test(up.localName) ? up.getAttribute('id') : null, host: e.getAttribute('attachedToRef'), interrupts: e.getAttribute('cancelActivity') !== 'false',
    event: (event ? event.localName.replace('EventDefinition', '').replace('conditional', 'condition').replace('terminate', '') : '') as Node['event'],
    multi: multi ? (multi.getAttribute('isSequential') === 'true' ? 'sequential' : 'parallel') : '', called: e.getAttribute('calledElement'),
  }
}

/** Nodes and edges where they stand; null: it cannot be read. */
export function pictureOf(xml: string): Diagram | null {
  const d = read(xml)
  if (!d) return null
  const by: Record<string, Element> = {}
  for (const e of Array.from(d.getElementsByTagName('*'))) { const id = e.getAttribute('id'); if (id && !(id in by)) by[id] = e }
  const nodes: Diagram['nodes'] = []
  const edges: Diagram['edges'] = []
  for (const s of tags(d, 'BPMNShape')) {
    const e = by[s.getAttribute('bpmnElement') || '']
    const b = tags(s, 'Bounds').filter(x => x.parentNode === s)[0]
    if (e && b && isNode(e)) nodes.push(nodeOf(e, b))
  }
  for (const s of tags(d, 'BPMNEdge')) {
    const e = by[s.getAttribute('bpmnElement') || '']
    if (e && e.localName === 'sequenceFlow') edges.push({ id: e.getAttribute('id') || '', from: e.getAttribute('sourceRef') || '', to: e.getAttribute('targetRef') || '', label: null, state: 'idle', points: tags(s, 'waypoint').map(p => [num(p, 'x'), num(p, 'y')] as [number, number]) })
  }
  return { nodes, edges }
}

export interface Spot { id: string; x: number; y: number; w: number; h: number }
/** A place for each node: columns by the longest way from the start, one row for each way that runs beside
 * another. Ways back do not count. */
export function layout(nodes: { id: string; w: number; h: number }[], edges: [string, string][]): Record<string, Spot> {
  const column: Record<string, number> = {}
  const row: Record<string, number> = {}
  const onWay: Record<string, boolean> = {}
  const out = (id: string) => edges.filter(e => e[0] === id).map(e => e[1])
  const back: string[] = []
  const seen: Record<string, boolean> = {}
  const order: string[] = []
  const visit = (id: string) => {
    seen[id] = onWay[id] = true
    for (const n of out(id)) { if (onWay[n]) back.push(id + '>' + n); else if (!seen[n]) visit(n) }
    onWay[id] = false
    order.unshift(id)
  }
  const targets = edges.map(e => e[1])
  for (const n of nodes) if (targets.indexOf(n.id) < 0) visit(n.id)
  for (const n of nodes) if (!seen[n.id]) visit(n.id)
  const ahead = edges.filter(e => back.indexOf(e[0] + '>' + e[1]) < 0)
  for (const id of order) column[id] = ahead.filter(e => e[1] === id).reduce((m, e) => Math.max(m, (column[e[0]] || 0) + 1), 0)
  const taken: Record<string, boolean> = {}
  for (const id of order) {
    const before = ahead.filter(e => e[1] === id).map(e => row[e[0]] || 0)
    let r = before.length ? Math.min.apply(null, before) : 0
    while (taken[column[id] + ':' + r]) r++
    row[id] = r
    taken[column[id] + ':' + r] = true
  }
  const spots: Record<string, Spot> = {}
  for (const n of nodes) spots[n.id] = { id: n.id, w: n.w, h: n.h, x: 60 + column[n.id] * 160 + (100 - n.w) / 2, y: 60 + row[n.id] * 120 + (80 - n.h) / 2 }
  return spots
}

const wp = (x: number, y: number) => `<di:waypoint x="${x}" y="${y}"/>`
function line(a: Spot, b: Spot): string {
  const y1 = a.y + a.h / 2, y2 = b.y + b.h / 2
  if (b.x > a.x + a.w) { const m = b.x - 20; return wp(a.x + a.w, y1) + (y1 === y2 ? '' : wp(m, y1) + wp(m, y2)) + wp(b.x, y2) }
  const low = Math.max(a.y + a.h, b.y + b.h) + 20
  return wp(a.x + a.w / 2, a.y + a.h) + wp(a.x + a.w / 2, low) + wp(b.x + b.w / 2, low) + wp(b.x + b.w / 2, b.y + b.h)
}

/** The same drawing with a picture where it came without one: the modeler shows none else. */
export function withPicture(xml: string): string {
  const d = read(xml)
  const process = d && tags(d, 'process')[0]
  if (!d || !process || tags(d, 'BPMNShape').length) return xml
  const size = (e: Element) => (/event$/i.test(e.localName) ? { w: 36, h: 36 } : /gateway$/i.test(e.localName) ? { w: 50, h: 50 } : { w: 100, h: 80 })
  const all = Array.from(process.children).filter(isNode)
  const on = all.filter(e => e.localName === 'boundaryEvent')
  const nodes = all.filter(e => on.indexOf(e) < 0).map(e => ({ id: e.getAttribute('id')!, ...size(e) }))
  const flows = Array.from(process.children).filter(e => e.localName === 'sequenceFlow')
  const host = (id: string) => { const e = on.filter(x => x.getAttribute('id') === id)[0]; return e ? e.getAttribute('attachedToRef') || '' : id }
  const ends = flows.map(f => [f.getAttribute('sourceRef') || '', f.getAttribute('targetRef') || ''] as [string, string])
  const spots = layout(nodes, ends.map(e => [host(e[0]), e[1]]))
  for (const e of on) { const h = spots[e.getAttribute('attachedToRef') || '']; if (h) spots[e.getAttribute('id')!] = { id: e.getAttribute('id')!, w: 36, h: 36, x: h.x + h.w - 36, y: h.y + h.h - 18 } }
  const shapes = Object.keys(spots).map(id => { const s = spots[id]; return `<bpmndi:BPMNShape id="${id}_shape" bpmnElement="${id}"><dc:Bounds x="${s.x}" y="${s.y}" width="${s.w}" height="${s.h}"/></bpmndi:BPMNShape>` })
  const lines = flows.map((f, i) => (spots[ends[i][0]] && spots[ends[i][1]] ? `<bpmndi:BPMNEdge id="${f.getAttribute('id')}_edge" bpmnElement="${f.getAttribute('id')}">${line(spots[ends[i][0]], spots[ends[i][1]])}</bpmndi:BPMNEdge>` : ''))
  const part = '<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" id="sheet_of_' + process.getAttribute('id') + `"><bpmndi:BPMNPlane id="plane_of_${process.getAttribute('id')}" bpmnElement="${process.getAttribute('id')}">${shapes.join('')}${lines.join('')}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>`
  const bare = xml.replace(/<((?:[\w-]+:)?)BPMNDiagram\b[\s\S]*?(<\/\1BPMNDiagram>|\/>)/, '')
  return bare.replace(/<\/((?:[\w-]+:)?definitions)>\s*$/, part + '</$1>')
}
