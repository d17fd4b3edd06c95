import { expect, test } from 'vitest'
import { asQuery, inputOf, isReady, type Form } from './reform'

const empty: Form = { kind: 'merge', into: [], on: '2027-01-01', name: '', short_name: '', sections: [], posts: [], agencies: [], groups: [], from_section: '', to_section: '' }

test('a merge names the other unit and, if it is renamed, its name', () => {
  expect(isReady(empty)).toBe(false)
  const f = { ...empty, into: ['7'], name: ' 常德市水务局 ' }
  expect(isReady(f)).toBe(true)
  expect(inputOf(f, '5')).toEqual({ unit: '5', act: 'merge', body: { into_id: '7', on: '2027-01-01', name: '常德市水务局' } })
})
test('a split takes something; a part handed over needs the unit that takes it', () => {
  const f = { ...empty, kind: 'split' as const, name: '新局' }
  expect(isReady(f)).toBe(false)
  expect(isReady({ ...f, sections: ['1'] })).toBe(true)
  expect(isReady({ ...f, kind: 'hand', sections: ['1'] })).toBe(false)
  expect(inputOf({ ...f, kind: 'hand', into: ['9'], agencies: ['3'] }, '5').body).toEqual({ on: '2027-01-01', section_ids: [], post_ids: [], agency_ids: ['3'], group_ids: [], into_id: '9' })
})
test('two different sections', () => {
  const f = { ...empty, kind: 'section' as const, from_section: '1', to_section: '1' }
  expect(isReady(f)).toBe(false)
  expect(inputOf({ ...f, to_section: '2' }, '5')).toEqual({ unit: '1', act: 'merge', body: { into_id: '2', on: '2027-01-01' } })
})
test('lists travel by commas, empty ones not at all', () => {
  expect(asQuery({ on: '2027-01-01', section_ids: ['1', '2'], post_ids: [], name: '' })).toEqual({ on: '2027-01-01', section_ids: '1,2' })
})
