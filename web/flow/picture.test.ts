import { expect, test } from 'vitest'
import { around, shape, wrap } from './picture'

test('types and shapes', () => {
  expect(['startEvent', 'endEvent', 'userTask', 'sendTask', 'exclusiveGateway', 'intermediateCatchEvent', 'exclusive', 'parallel', 'service'].map(shape)).toEqual(['start', 'end', 'task', 'task', 'gateway', 'event', 'gateway', 'gateway', 'task'])
})
test('names are wrapped by width and cut with a sign', () => {
  expect(wrap('分管领导审签', 4)).toEqual(['分管领导', '审签'])
  expect(wrap('一二三四五六七八九十', 3, 2)).toEqual(['一二三', '四五…'])
})
test('the box holds nodes and edges', () => {
  const b = around({ nodes: [{ id: 'a', type: 'userTask', name: '', x: 10, y: 20, w: 100, h: 80, state: 'idle', attempts: 0 }], edges: [{ id: 'e', from: 'a', to: 'a', label: null, points: [[0, 0], [200, 50]], state: 'idle' }] }, 0)
  expect(b).toEqual({ x: 0, y: 0, w: 200, h: 100 })
})
