import { expect, test } from 'vitest'
import { pieces } from './diff'
const marks = (p: { text: string; same: boolean }[]) => p.map(x => (x.same ? x.text : `[${x.text}]`)).join('')
test('only what changed is marked', () => {
  const d = pieces('请于11月20日前报送市政府。', '请于11月25日前书面报送市政府。')
  expect(marks(d.left)).toBe('请于11月2[0]日前报送市政府。')
  expect(marks(d.right)).toBe('请于11月2[5]日前[书面]报送市政府。')
})
test('both sides keep their whole text', () => {
  for (const [a, b] of [['', '新'], ['旧', ''], ['甲乙丙丁', '乙丁戊'], ['x'.repeat(2000), 'y'.repeat(2000)]]) {
    const d = pieces(a, b)
    expect(d.left.map(p => p.text).join('')).toBe(a)
    expect(d.right.map(p => p.text).join('')).toBe(b)
  }
})
