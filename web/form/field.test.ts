import { expect, test } from 'vitest'
import { state } from '@text/t'
import { grouped, isEmpty, sumOf, timeOf, wordsOf } from './field'
test('sums are exact', () => {
  expect(sumOf(['0.10', '0.20'])).toBe('0.30')
  expect(sumOf(['-0.50', '0.2', 'x', null])).toBe('-0.30')
  expect(sumOf(['90071992547409.93', '0.02'])).toBe('90071992547409.95')
  expect(sumOf([])).toBe('0')
})
test('numbers in groups, times as written', () => {
  expect(grouped('1234567.50')).toBe('1,234,567.50')
  expect(grouped('999')).toBe('999')
  expect(['8:30', '0830', '8：30', '25', '23:59'].map(timeOf)).toEqual(['08:30', '08:30', '08:30', '25', '23:59'])
})
test('a value in words', () => {
  state.words = { 'kit.row_mark': '、' }
  expect(wordsOf({ name: 'a', label: 'a', type: 'choices', options: [{ value: 'x', label: '甲' }, { value: 'y', label: '乙' }] }, ['y', 'x'], {})).toBe('乙、甲')
  expect(wordsOf({ name: 'a', label: 'a', type: 'posts' }, ['3', '4'], { 'post:3': '张三', 'post:4': '李四' })).toBe('张三、李四')
  expect(isEmpty([]) && isEmpty('') && !isEmpty(false)).toBe(true)
})
