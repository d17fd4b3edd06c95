import { expect, test } from 'vitest'
import { layout } from './drawing'

const at = (s: Record<string, { x: number; y: number }>, id: string) => [s[id].x, s[id].y]
const n = (...ids: string[]) => ids.map(id => ({ id, w: 100, h: 80 }))

test('a row of steps stands in a row', () => {
  const s = layout(n('a', 'b', 'c'), [['a', 'b'], ['b', 'c']])
  expect([at(s, 'a'), at(s, 'b'), at(s, 'c')]).toEqual([[60, 60], [220, 60], [380, 60]])
})

test('ways beside each other have rows of their own and meet behind the longest', () => {
  const s = layout(n('a', 'b', 'c', 'd', 'e'), [['a', 'b'], ['a', 'c'], ['c', 'd'], ['b', 'e'], ['d', 'e']])
  expect(s.b.x).toBe(s.c.x)
  expect(s.b.y).not.toBe(s.c.y)
  expect(s.e.x).toBe(s.d.x + 160)
})

test('a way back moves nothing, and a ring without a start has a place too', () => {
  const s = layout(n('a', 'b', 'c'), [['a', 'b'], ['b', 'c'], ['c', 'b']])
  expect([s.a.x, s.b.x, s.c.x]).toEqual([60, 220, 380])
  const ring = layout(n('x', 'y'), [['x', 'y'], ['y', 'x']])
  expect([ring.x.x, ring.y.x]).toEqual([60, 220])
})
