import { expect, test } from 'vitest'
import { marked } from './snippet'
test('hits are marked, signs in the words are plain signs', () => {
  expect(marked('关于防汛（2026）的通知', ['防汛', '('])).toEqual([{ text: '关于', hit: false }, { text: '防汛', hit: true }, { text: '（2026）的通知', hit: false }])
})
