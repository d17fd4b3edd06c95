// From the program's diagram (nodes, edges, states) to what the picture draws: wrapped names,
// the box around all, and the words a screen reader gets instead. Pure.
import type { Diagram } from '@api/types'

export interface Box { x: number; y: number; w: number; h: number }

/** The smallest box around nodes and edges, with a margin. */
export function around(d: Diagram, margin = 24): Box {
  let x0 = Infinity, y0 = Infinity, x1 = -Infinity, y1 = -Infinity
  const see = (x: number, y: number) => { x0 = Math.min(x0, x); y0 = Math.min(y0, y); x1 = Math.max(x1, x); y1 = Math.max(y1, y) }
  d.nodes.forEach(n => { see(n.x, n.y); see(n.x + n.w, n.y + n.h + (shape(n.type) === 'task' ? 0 : 18)) })
  d.edges.forEach(e => e.points.forEach(p => see(p[0], p[1])))
  if (x0 === Infinity) return { x: 0, y: 0, w: 100, h: 60 }
  return { x: x0 - margin, y: y0 - margin, w: x1 - x0 + 2 * margin, h: y1 - y0 + 2 * margin }
}

/** What a BPMN type is drawn as. */
export function shape(type: string): 'start' | 'end' | 'event' | 'gateway' | 'task' {
  if (/start/i.test(type)) return 'start'
  if (/end/i.test(type) && !/send/i.test(type)) return 'end'
  if (/gateway|exclusive|parallel|inclusive/i.test(type)) return 'gateway'
  return /event|catch|throw/i.test(type) ? 'event' : 'task'
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

export function gatewaySign(type: string): string { return /parallel/i.test(type) ? '+' : /inclusive/i.test(type) ? '○' : '×' }
export const pointsOf = (points: [number, number][]) => points.map(p => p.join(',')).join(' ')
