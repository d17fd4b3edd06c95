// From the program's diagram (nodes, edges, states, persons) to what the picture draws: shapes, wrapped
// names, marks, the signs of events, where tokens stand, and the box around all. Pure.
import type { Diagram } from '@api/types'

export type Node = Diagram['nodes'][number]
export type Edge = Diagram['edges'][number]
export type Hand = Node['hands'][number]
export interface Box { x: number; y: number; w: number; h: number }
export type Shape = 'start' | 'end' | 'event' | 'gateway' | 'task' | 'box'

/** What a type is drawn as; a nested flow that shows its inside is a box around it. */
export function shape(type: string, hasInside = false): Shape {
  if (/^(sub|event_sub|zone|subProcess|adHocSubProcess)$/.test(type)) return hasInside ? 'box' : 'task'
  if (/start/i.test(type)) return 'start'
  if ((/end/i.test(type) && !/send/i.test(type)) || type === 'terminate') return 'end'
  if (/gateway|exclusive|parallel|inclusive/i.test(type) || type === 'event') return 'gateway'
  return /event|catch|throw|boundary/i.test(type) ? 'event' : 'task'
}

/** Ids of nodes in which others are drawn. */
export const insides = (d: Diagram): Set<string> => new Set(d.nodes.filter(n => n.parent && n.w).map(n => n.parent as string))

/** Outer boxes first, events that sit on an activity last: nothing hides what lies in it. */
export function inOrder(d: Diagram): Node[] {
  const by = new Map(d.nodes.map(n => [n.id, n]))
  const depth = (n: Node): number => { const p = n.parent ? by.get(n.parent) : undefined; return p ? depth(p) + 1 : 0 }
  const rank = (n: Node) => depth(n) * 2 + (n.type === 'boundary' ? 1 : 0)
  return d.nodes.filter(n => n.w > 0).map((n, i) => ({ n, i })).sort((a, b) => rank(a.n) - rank(b.n) || a.i - b.i).map(x => x.n)
}

/** A flow that nobody drew: its steps in layers from left to right, each behind what leads to it. */
export function laid(d: Diagram): Diagram {
  if (!d.nodes.length || d.nodes.some(n => n.w > 0)) return d
  const rows: number[] = [], layer = new Map<string, number>()
  const out = (id: string) => d.edges.filter(e => e.from === id)
  const back = new Set<string>(), done = new Set<string>()
  // A line that leads back to where one came from does not push its end to the right.
  const walk = (id: string, way: string[]) => {
    out(id).forEach(e => { if (way.indexOf(e.to) >= 0) back.add(e.id); else if (!done.has(e.to)) walk(e.to, way.concat(e.to)) })
    done.add(id)
    order.unshift(id)
  }
  const order: string[] = []
  const led = new Set(d.edges.map(e => e.to))
  d.nodes.filter(n => !led.has(n.id)).concat(d.nodes).forEach(n => { if (!done.has(n.id)) walk(n.id, [n.id]) })
  order.forEach(id => out(id).filter(e => !back.has(e.id)).forEach(e => layer.set(e.to, Math.max(layer.get(e.to) || 0, (layer.get(id) || 0) + 1))))
  const nodes = d.nodes.map(n => {
    const at = layer.get(n.id) || 0, row = rows[at] = (rows[at] === undefined ? -1 : rows[at]) + 1
    const task = shape(n.type) === 'task', w = task ? 110 : 40, h = task ? 70 : 40
    return { ...n, parent: null, w, h, x: 40 + at * 170 + (110 - w) / 2, y: 40 + row * 110 + (70 - h) / 2 }
  })
  const by = new Map(nodes.map(n => [n.id, n]))
  const edges = d.edges.map(e => {
    const a = by.get(e.from)!, b = by.get(e.to)!
    const p: [number, number][] = a.x < b.x ? [[a.x + a.w, a.y + a.h / 2], [b.x, b.y + b.h / 2]] : [[a.x + a.w / 2, a.y + a.h], [a.x + a.w / 2, a.y + a.h + 18], [b.x + b.w / 2, a.y + a.h + 18], [b.x + b.w / 2, b.y + b.h]]
    return { ...e, points: p }
  })
  return { nodes, edges }
}

/** The smallest box around nodes and edges, with a margin. */
export function around(d: Diagram, margin = 24): Box {
  let x0 = Infinity, y0 = Infinity, x1 = -Infinity, y1 = -Infinity
  const see = (x: number, y: number) => { x0 = Math.min(x0, x); y0 = Math.min(y0, y); x1 = Math.max(x1, x); y1 = Math.max(y1, y) }
  d.nodes.filter(n => n.w > 0).forEach(n => { see(n.x, n.y); see(n.x + n.w, n.y + n.h + (shape(n.type) === 'task' ? 0 : 18)) })
  d.edges.forEach(e => e.points.forEach(p => see(p[0], p[1])))
  if (x0 === Infinity) return { x: 0, y: 0, w: 100, h: 60 }
  return { x: x0 - margin, y: y0 - margin, w: x1 - x0 + 2 * margin, h: y1 - y0 + 2 * margin }
}

/** A name in lines of at most `max` Chinese widths (a Latin letter counts half). */
export function wrap(name: string, max: number, lines = 3): string[] {
  const out: string[] = []
  let line = ''
  let w = 0
  for (const c of name) {
    const cw = c.charCodeAt(0) < 256 ? 0.55 : 1
    if (w + cw > max && line) { out.push(line); line = ''; w = 0 }
    line += c
    w += cw
  }
  if (line) out.push(line)
  if (out.length > lines) { out.length = lines; out[lines - 1] = out[lines - 1].slice(0, -1) + '…' }
  return out
}

export function gatewaySign(type: string): string { return /parallel/i.test(type) ? '+' : /inclusive/i.test(type) ? '○' : type === 'event' ? '⬠' : '×' }
export const pointsOf = (points: [number, number][]) => points.map(p => p.join(',')).join(' ')

/** The point half-way along a line: where a waiting token and the words of an edge stand. */
export function middle(points: [number, number][]): [number, number] {
  const long = points.slice(1).map((p, i) => Math.hypot(p[0] - points[i][0], p[1] - points[i][1]))
  let left = long.reduce((a, b) => a + b, 0) / 2
  for (let i = 0; i < long.length; i++) {
    if (left <= long[i] && long[i] > 0) { const k = left / long[i]; return [points[i][0] + (points[i + 1][0] - points[i][0]) * k, points[i][1] + (points[i + 1][1] - points[i][1]) * k] }
    left -= long[i]
  }
  return points[0] || [0, 0]
}

/** Marks at the lower edge of an activity: one for each of several, an inside that is not shown, free order. */
export function marksOf(n: Node, hasInside: boolean): ('parallel' | 'sequential' | 'plus' | 'free')[] {
  const out: ('parallel' | 'sequential' | 'plus' | 'free')[] = []
  if (n.multi) out.push(n.multi)
  if (n.type === 'call' || (!hasInside && /^(sub|event_sub|zone)$/.test(n.type))) out.push('plus')
  if (n.type === 'zone') out.push('free')
  return out
}
export const MARKS: Record<string, string> = { parallel: 'M-4-5V5M0-5V5M4-5V5', sequential: 'M-5-4H5M-5 0H5M-5 4H5', plus: 'M-6-6H6V6H-6zM0-3.5V3.5M-3.5 0H3.5', free: 'M-6 1.5C-4-3-2-3 0 0S4 3 6-1.5' }

/** The sign inside an event, around the middle; '' for none. */
export const EVENTS: Record<string, string> = {
  timer: 'M0-8A8 8 0 1 1 0 8A8 8 0 1 1 0-8M0-5V0L4 2', message: 'M-8-5.5H8V5.5H-8zM-8-5.5L0 1L8-5.5', signal: 'M0-7.5L7.5 5.5H-7.5z',
  error: 'M-7 6L-2.5-5L2.5 3L7-6', escalation: 'M0-7.5L6 7L0 1.5L-6 7z', condition: 'M-6-8H6V8H-6zM-4-4.5H4M-4-1.5H4M-4 1.5H4M-4 4.5H4', link: 'M-7-3H1V-7L8 0L1 7V3H-7z',
}

/** Who has it, else who did it last, in the words of `say`; `more`: how many beside. */
export function handsOf(n: Node, say: (h: Hand) => string): { words: string; more: number } | null {
  const now = n.hands.filter(h => h.state === 'active')
  const shown = now.length ? now : n.hands.filter(h => h.state === (n.state === 'undone' ? 'undone' : 'done')).slice(0, 1)
  return shown.length ? { words: say(shown[0]), more: shown.length - 1 } : null
}
/** Tokens inside a step: as many as have it now, at least one where it is at work. */
export const tokensIn = (n: Node) => (n.state === 'active' ? Math.max(1, n.hands.filter(h => h.state === 'active').length) : 0)
