import { expect, test } from 'vitest'
import { Problem } from '@api/client'
import { endingOf, mayResume, refusedBy } from './attach'

const rule = { max_bytes: 524288000, endings: ['pdf', 'docx', 'jpg'] }
const why = (name: string, size = 10) => refusedBy({ name, size }, rule)
test('refused by name or size before it is sent, with the rule and the limit', () => {
  expect(why('方案.PDF')).toBe(null)
  expect(why('数据.xml')).toEqual(['kit.file_type', { name: '数据.xml', ending: 'XML' }])
  expect(why('录像.pdf', 600 * 1024 * 1024)).toEqual(['kit.file_too_large', { name: '录像.pdf', size: '600 MB', max: '500 MB' }])
  expect(why('说明')![0]).toBe('kit.file_no_ending')
  expect(why('空.pdf', 0)![0]).toBe('kit.file_empty')
  expect(refusedBy({ name: '数据.xml', size: 10 }, null)).toBe(null)
  expect([endingOf('a.tar.gz'), endingOf('.profile'), endingOf('a')]).toEqual(['gz', '', ''])
})
test('what the program has judged is not tried again; a broken line is', () => {
  expect(mayResume(new Problem(400, 'attachment.type', ''))).toBe(false)
  expect(mayResume(new Problem(403, 'attachment.not_now', ''))).toBe(false)
  expect([0, 401, 503].map(s => mayResume(new Problem(s, 'x', '')))).toEqual([true, true, true])
  expect(mayResume(new TypeError('net'))).toBe(true)
})
