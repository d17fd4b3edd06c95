import { expect, test } from 'vitest'
import { composing, nameOf } from './keys'
const key = (key: string, o = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, ...o })

test('a key is named the same on every keyboard', () => {
  expect(nameOf(key('J'))).toBe('j')
  expect(nameOf(key('s', { metaKey: true }))).toBe('ctrl+s')
  expect(nameOf(key('1', { altKey: true }))).toBe('alt+1')
  expect(nameOf(key('Enter', { ctrlKey: true }))).toBe('ctrl+Enter')
})
test('while an input method composes, Enter belongs to it', () => {
  expect(composing({ isComposing: true, keyCode: 13 })).toBe(true)
  expect(composing({ isComposing: false, keyCode: 229 })).toBe(true)
  expect(composing({ isComposing: false, keyCode: 13 })).toBe(false)
})
