import { expect, test } from 'vitest'
import { marked } from './snippet'
test('matched characters and the rest, by ranges', () => {
  expect(marked('关于防汛的通知', [{ from: 2, to: 4 }, { from: 5, to: 7 }])).toEqual([{ text: '关于', hit: false }, { text: '防汛', hit: true }, { text: '的', hit: false }, { text: '通知', hit: true }])
})
test('rare characters count once, signs stay signs', () => {
  expect(marked('𠮷字<b>号', [{ from: 2, to: 5 }])).toEqual([{ text: '𠮷字', hit: false }, { text: '<b>', hit: true }, { text: '号', hit: false }])
})
test('nothing matched: the text as it is', () => {
  expect(marked('通知', [])).toEqual([{ text: '通知', hit: false }])
  expect(marked('', [])).toEqual([])
})
