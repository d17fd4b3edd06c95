import { createSSRApp } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { expect, test, vi } from 'vitest'
import type { Diagram } from '@api/types'
import FlowPicture from './FlowPicture.vue'
import { around, handsOf, inOrder, insides, laid, marksOf, middle, shape, tokensIn, wrap, type Edge, type Node } from './picture'

vi.mock('@kit/now', () => ({ now: { value: 0 } }))

const node = (id: string, type: string, more: Partial<Node> = {}): Node => ({ id, type, name: id, parent: null, host: null, event: '', interrupts: false, multi: '', called: null, hands: [], x: 0, y: 0, w: 100, h: 80, state: 'idle', attempts: 0, ...more })
const edge = (from: string, to: string, more: Partial<Edge> = {}): Edge => ({ id: from + to, from, to, label: null, points: [[0, 0], [10, 0]], state: 'idle', ...more })
const drawn = (diagram: Diagram) => renderToString(createSSRApp(FlowPicture, { diagram }))

test('types and shapes', () => {
  expect(['startEvent', 'endEvent', 'userTask', 'sendTask', 'exclusiveGateway', 'intermediateCatchEvent', 'exclusive', 'parallel', 'service', 'event', 'boundary', 'catch', 'call', 'terminate'].map(x => shape(x)))
    .toEqual(['start', 'end', 'task', 'task', 'gateway', 'event', 'gateway', 'gateway', 'task', 'gateway', 'event', 'event', 'task', 'end'])
  expect([shape('sub', true), shape('sub'), shape('zone', true), shape('event_sub', true)]).toEqual(['box', 'task', 'box', 'box'])
})
test('names are wrapped by width and cut with a sign', () => {
  expect(wrap('分管领导审签', 4)).toEqual(['分管领导', '审签'])
  expect(wrap('一二三四五六七八九十', 3, 2)).toEqual(['一二三', '四五…'])
})
test('the box holds nodes and edges', () => {
  const b = around({ nodes: [node('a', 'userTask', { x: 10, y: 20 })], edges: [edge('a', 'a', { points: [[0, 0], [200, 50]] })] }, 0)
  expect(b).toEqual({ x: 0, y: 0, w: 200, h: 100 })
})
test('outer boxes lie beneath what is in them, boundary events above their host', () => {
  const d = { nodes: [node('timer', 'boundary', { host: 'work' }), node('inner', 'task', { parent: 'deep' }), node('deep', 'sub', { parent: 'outer' }), node('work', 'task'), node('outer', 'sub')], edges: [] }
  expect(inOrder(d).map(n => n.id)).toEqual(['work', 'outer', 'timer', 'deep', 'inner'])
  expect(Array.from(insides(d))).toEqual(['deep', 'outer'])
})
test('a token that waits stands half-way along its line', () => {
  expect(middle([[0, 0], [100, 0], [100, 100]])).toEqual([100, 0])
  expect(middle([[0, 0], [30, 0]])).toEqual([15, 0])
})
test('marks: one for each of several, an inside not shown, free order', () => {
  expect(marksOf(node('a', 'task', { multi: 'parallel' }), false)).toEqual(['parallel'])
  expect(marksOf(node('a', 'sub', { multi: 'sequential' }), false)).toEqual(['sequential', 'plus'])
  expect(marksOf(node('a', 'zone'), true)).toEqual(['free'])
  expect(marksOf(node('a', 'call'), false)).toEqual(['plus'])
})
test('who has it stands before who had it; tokens are as many', () => {
  const hand = (who: string, state: 'active' | 'done') => ({ who, state, shielded: false, day_only: false, at: 1 })
  const n = node('a', 'task', { state: 'active', hands: [hand('乙', 'active'), hand('丙', 'active'), hand('甲', 'done')] })
  expect([handsOf(n, h => h.who!), tokensIn(n)]).toEqual([{ words: '乙', more: 1 }, 2])
  expect(handsOf({ ...n, state: 'done', hands: [hand('甲', 'done')] }, h => h.who!)).toEqual({ words: '甲', more: 0 })
  expect(handsOf(node('b', 'task'), h => h.who!)).toBe(null)
})
test('a flow that nobody drew is laid out in layers', () => {
  const d = laid({ nodes: ['s', 'a', 'b', 'e'].map(x => node(x, x === 's' ? 'start' : x === 'e' ? 'end' : 'task', { w: 0, h: 0 })), edges: [edge('b', 'e', { points: [] }), edge('b', 'a', { points: [] }), edge('a', 'b', { points: [] }), edge('s', 'a', { points: [] })] })
  expect(d.nodes.every(n => n.w > 0)).toBe(true)
  const x = Object.fromEntries(d.nodes.map(n => [n.id, n.x + n.w / 2]))
  expect(x.s < x.a && x.a < x.b && x.b < x.e).toBe(true)
  expect(d.edges.every(e => e.points.length > 1)).toBe(true)
})
test('the drawing: nested flows, events, marks, tokens, persons, undone edges', async () => {
  const html = (await drawn({
    nodes: [
      node('each', 'sub', { w: 300, h: 200, multi: 'parallel', state: 'active' }), node('read', 'task', { parent: 'each', x: 40, y: 40, state: 'active', hands: [{ who: null, state: 'active', shielded: true, day_only: true, at: null }] }),
      node('late', 'boundary', { host: 'each', event: 'timer', x: 280, y: 180, w: 36, h: 36 }), node('stop', 'boundary', { host: 'each', event: 'message', interrupts: true, x: 240, y: 180, w: 36, h: 36 }),
      node('urgent', 'event_sub', { x: 400, w: 200, h: 120 }), node('begun', 'start', { parent: 'urgent', event: 'signal', x: 410, y: 20, w: 36, h: 36 }),
      node('other', 'call', { x: 650, state: 'done', hands: [{ who: '温晓川', state: 'done', shielded: false, day_only: false, at: Date.UTC(2026, 10, 27, 4) }] }), node('over', 'terminate', { x: 800, w: 36, h: 36 }),
    ],
    edges: [edge('each', 'other', { state: 'active', points: [[300, 100], [400, 100]] }), edge('other', 'over', { state: 'undone', label: '不同意' })],
  })).replace(/<!--.*?-->/g, '')
  const of = (c: string) => html.match(new RegExp(`class="[^"]*\\b${c}\\b`, 'g')) || []
  const words = (c: string) => Array.from(html.matchAll(new RegExp(`class="${c}"[^>]*>([^<]*)<`, 'g'))).map(x => x[1])
  expect(words('flow-caption')).toEqual(['each', 'urgent'])
  expect([of('flow-box').length, of('event_sub').length, of('quiet').length, of('flow-inner').length, of('flow-event').length, of('flow-mark').length, of('flow-token').length]).toEqual([2, 1, 1, 2, 3, 2, 2])
  expect(html.match(/flow-edge undone|undone flow-edge/g)).toHaveLength(1)
  expect(words('flow-label')).toEqual(['不同意'])
  expect(words('flow-hand')).toEqual(['温晓川 11-27', 'flow.shielded'])
  expect(html.slice(html.indexOf('<ol'))).toContain('温晓川 11-27')
})
