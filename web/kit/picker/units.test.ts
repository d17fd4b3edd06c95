import { expect, test } from 'vitest'
import { build, fromNames, under, visible } from './units'

const data = { fields: ['id', 'parent', 'name', 'level', 'branch', 'sort', 'kind'], rows: [
  ['1', null, '常德市', 'city', '政府', 1, 'unit'], ['3', '1', '武陵区', 'county', '政府', 3, 'unit'], ['2', '1', '鼎城区', 'county', '政府', 2, 'unit'], ['4', '3', '河洑镇', 'town', '政府', 1, 'unit'],
] }
const names = (l: { name: string }[]) => l.map(u => u.name)

test('the tree keeps the order of the program and what is open', () => {
  const tree = build(data)
  expect(names(visible(tree, new Set(), ''))).toEqual(['常德市'])
  expect(names(visible(tree, new Set(['1']), ''))).toEqual(['常德市', '鼎城区', '武陵区'])
})
test('a search shows hits with the way to them', () => { expect(names(visible(build(data), new Set(), '河洑'))).toEqual(['常德市', '武陵区', '河洑镇']) })
test('under a unit is itself and all below', () => { expect(names(under(build(data).roots[0]))).toEqual(['常德市', '鼎城区', '武陵区', '河洑镇']) })
test('a pasted list names what it does not know', () => {
  const r = fromNames(build(data), '鼎城区、武陵区\n无此镇')
  expect(names(r.found)).toEqual(['鼎城区', '武陵区'])
  expect(r.lost).toEqual(['无此镇'])
})
