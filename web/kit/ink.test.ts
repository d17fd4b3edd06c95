import { expect, test } from 'vitest'
import { box, path, thin, tooMuch } from './ink'

test('a straight stroke keeps its ends, a corner stays', () => {
  expect(thin([0, 0, 0, 10, 0, 5, 20, 0, 9, 30, 0, 12], 1)).toEqual([0, 0, 0, 30, 0, 12])
  expect(thin([0, 0, 0, 20, 0, 9, 20, 20, 12], 1)).toEqual([0, 0, 0, 20, 0, 9, 20, 20, 12])
})
test('a dot is drawn', () => { expect(path([5, 6, 0])).toBe('M5 6h.1') })
test('a stroke ends where the pen left', () => { expect(path([0, 0, 0, 10, 0, 1, 10, 10, 2])).toBe('M0 0L10 0L10 10') })
test('what is shown is what is written on', () => { expect(box({ w: 1000, h: 300, strokes: [[100, 50, 0, 200, 90, 1]] })).toBe('88 38 124 64') })
test('more than the program takes is told', () => {
  expect(tooMuch({ w: 1000, h: 300, strokes: [[1, 2, 3]] })).toBe(false)
  expect(tooMuch({ w: 1000, h: 300, strokes: [new Array(30000).fill(100)] })).toBe(true)
})
