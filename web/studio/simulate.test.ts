import { expect, test } from 'vitest'
import { marksOf, triedOf } from './simulate'

test('both answers of a trial read the same', () => {
  const own = triedOf({ steps: [{ node: 'a', name: '审核', persons: [{ name: '张三', title: '科长' }, { name: '', title: '' }], is_chosen_later: true, outcome: null, arrives_at: 5, due_at: 9 }], ended: true, ways: 2, findings: [{ node: null, name: '', code: 'x', message: '走不到' }] })
  const other = triedOf({ steps: [{ node: 'a', name: '审核', attempt: 1, people: [{ shielded: false, who: '张三', title: '科长', choice: null }, { shielded: false, who: null, title: null, choice: '会签单位' }], outcome: null, event: null, arrives_at: 5, due_at: 9 }], ended: true, ways: 2, findings: [{ node: null, name: null, code: 'x', words: '走不到' }] })
  expect(own.steps[0].people.map(p => p.choice)).toEqual(['', '?'])
  expect(other.steps[0].people.map(p => p.choice)).toEqual(['', '会签单位'])
  expect({ ...own, steps: [] }).toEqual({ ...other, steps: [] })
  expect(own.steps[0].people[0]).toEqual(other.steps[0].people[0])
})

test('a step that comes twice has both numbers', () => {
  const s = (node: string) => ({ node, name: node, people: [], outcome: '', event: '', arrives_at: 0, due_at: null })
  expect(marksOf({ steps: [s('a'), s('b'), s('a')], ended: true, ways: 1, findings: [] }, '、')).toEqual({ a: '1、3', b: '2' })
})
