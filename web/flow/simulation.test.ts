import { expect, test } from 'vitest'
import type { Simulation } from '@api/types'
import { asked, elsewhere, marksOf } from './simulation'

const step = (node: string) => ({ node, name: node, people: [], is_raised: false, outcome: null, event: null, from_at: 0, due_at: null })
const node = (id: string) => ({ node: id, name: id, is_sure: true, is_now: false, outcomes: [] })
const of = (way: string[], nodes: string[], found: (string | null)[] = []): Simulation => ({
  ways: 1, is_capped: false, way: { end: 'ended', end_at: 0, steps: way.map(step) }, nodes: nodes.map(node),
  findings: found.map(n => ({ node: n, name: n, code: 'sim.unreachable', message: '走不到' })),
})

test('a step that comes twice has both numbers; where something was found, that stands out', () => {
  expect(marksOf(of(['a', 'b', 'a'], ['a', 'b'], ['b', 'c', null]), '、', '有问题')).toEqual({
    a: { kind: 'way', word: '#1、3' }, b: { kind: 'found', word: '#2' }, c: { kind: 'found', word: '有问题' },
  })
})

test('steps of other ways are those that the way shown does not come to', () => {
  expect(elsewhere(of(['a', 'c'], ['a', 'b', 'c', 'd'])).map(n => n.node)).toEqual(['b', 'd'])
})

test('a step of which nothing is asked is left out', () => {
  expect(asked({ a: '同意', b: '' })).toEqual({ a: '同意' })
})
