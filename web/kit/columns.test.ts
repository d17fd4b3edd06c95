import { expect, test } from 'vitest'
import { fitting, leastOf, widthOf, type Column } from './columns'

const desk: Column[] = [
  { name: 'urgency', label: '', width: '5rem' }, { name: 'title', label: '' }, { name: 'number', label: '', width: '11rem', rank: 3 },
  { name: 'from', label: '', width: '10rem', rank: 2 }, { name: 'step', label: '', width: '8rem', rank: 1 }, { name: 'arrived', label: '', width: '8.5rem' }, { name: 'due', label: '', width: '7.5rem' },
]
const names = (room: number) => fitting(desk, room).map(c => c.name).join(' ')

test('columns go by rank until the title has its room', () => {
  expect(widthOf(desk)).toBe(64)
  expect(names(71)).toBe('urgency title number from step arrived due')
  expect(names(54)).toBe('urgency title from step arrived due')
  expect(names(52)).toBe('urgency title step arrived due')
  expect(names(36)).toBe('urgency title arrived due')
})

test('what has no rank stays, however narrow; the title then shrinks to half a line', () => {
  expect(names(10)).toBe('urgency title arrived due')
  expect(leastOf(fitting(desk, 10))).toBe(29)
})

test('of one rank the last goes first', () => {
  const c: Column[] = ['a', 'b', 'c'].map(name => ({ name, label: '', width: '10rem', rank: 2 }))
  expect(fitting(c, 25).map(x => x.name)).toEqual(['a', 'b'])
})
