import { expect, test } from 'vitest'
import { asQuery, counted, counties, countyOf, fromQuery, towns, type Receivers } from './receivers'

const r: Receivers = {
  kinds: [{ level: 'county', branch: 'party', count: 2 }, { level: 'county', branch: 'government', count: 3 }, { level: 'town', branch: 'government', count: 2 }],
  places: [{ id: '1', name: '鼎城区', level: 'county', up: '9', count: 4 }, { id: '2', name: '津市市', level: 'county', up: '9', count: 3 }, { id: '3', name: '毛里湖镇', level: 'town', up: '2', count: 2 }],
}
test('a town is chosen inside its county', () => {
  expect(counties(r).map(p => p.name)).toEqual(['鼎城区', '津市市'])
  expect(towns(r, '2').map(p => p.name)).toEqual(['毛里湖镇'])
  expect([countyOf(r, '3'), countyOf(r, '1'), countyOf(r, '7'), countyOf(r, '')]).toEqual(['2', '1', '', ''])
})
test('levels and branches are counted across each other', () => {
  expect(counted(r, 'level')).toEqual([{ name: 'county', n: 5 }, { name: 'town', n: 2 }])
  expect(counted(r, 'branch')).toEqual([{ name: 'party', n: 2 }, { name: 'government', n: 5 }])
})
test('the address keeps what is filtered and nothing else', () => {
  const f = { state: 'signed', level: '', branch: 'party', under: '3', q: ' 局 ' }
  expect(asQuery(f)).toEqual({ state: 'signed', branch: 'party', under: '3', q: '局' })
  expect(fromQuery(asQuery(f))).toEqual({ ...f, q: '局' })
  expect(fromQuery({ state: ['a', 'b'] })).toEqual({ state: '', level: '', branch: '', under: '', q: '' })
})
