import { expect, test } from 'vitest'
import { nearFirst, type Picked } from './recent'

const p = (post: string, unit: string): Picked => ({ post, name: '王' + post, title: '', unit })
test('recent ones, then the own unit, then units one works with, then as found', () => {
  const found = [p('1', '鼎城区教育局'), p('2', '市财政局'), p('3', '市水利局'), p('4', '市政府办公室'), p('5', '市水利局'), p('6', '市政府办公室')]
  const used = [p('5', '市水利局'), p('9', '市应急管理局'), p('6', '市政府办公室')]
  expect(nearFirst(found, used, ['市政府办公室']).map(x => x.post)).toEqual(['5', '6', '4', '3', '1', '2'])
  expect(nearFirst(found, [], []).map(x => x.post)).toEqual(['1', '2', '3', '4', '5', '6'])
})
