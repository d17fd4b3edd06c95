import { expect, test } from 'vitest'
import { placesOf } from './places'
const item = (o: object) => ({ item: '1', node: 'n', act: 1, name: '会签', kind: 'post' as const, shielded: false, who: '甲', title: null, since_at: 5, opened: false, ...o })
test('open items are told by step; a leader has no name and no hours', () => {
  expect(placesOf([item({}), item({ item: '2', who: '乙', since_at: 3 }), item({ item: '3', name: '审签', shielded: true, who: null, since_at: null })])).toEqual([
    { name: '会签', who: ['甲', '乙'], shielded: false, since_at: 3 }, { name: '审签', who: [], shielded: true, since_at: null },
  ])
})
