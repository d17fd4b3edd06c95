import { expect, test } from 'vitest'
import { whoOf } from './who'
test('persons and units are named as the engine writes them, other values stay', () => {
  expect(whoOf('posts', ['12', '13'])).toEqual(['post:12', 'post:13'])
  expect(whoOf('unit', '45')).toBe('unit:45')
  expect(whoOf('text', '12')).toBe('12')
  expect(whoOf('post', null)).toBe(null)
})
