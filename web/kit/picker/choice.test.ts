import { expect, test } from 'vitest'
import { emptyChoice, isEmpty, toggled } from './choice'
test('a choice takes in and out, and leaves the old one alone', () => {
  const a = emptyChoice()
  const b = toggled(a, 'levels', 'town')
  expect(b.levels).toEqual(['town'])
  expect(isEmpty(a)).toBe(true)
  expect(isEmpty(toggled(b, 'levels', 'town'))).toBe(true)
})
