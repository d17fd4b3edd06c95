import { expect, test } from 'vitest'
import { renamedWith, type Agency } from './agencies'

const agency = (name: string, signature_name: string): Agency => ({ id: '1', code: 'A', name, signature_name, book_mark: '常水', kind: 'department', doc_types: [], closed_on: null, next: null })

test('an agency takes its unit’s new name where the old one stands in it', () => {
  const r = renamedWith(agency('常德市水利局文件', '常德市水利局'), '常德市水利局', '常德市水务局')
  expect([r.name, r.signature_name, r.changes]).toEqual(['常德市水务局文件', '常德市水务局', true])
  expect(renamedWith(agency('中共常德市水利局党组文件', '中共常德市水利局党组'), '常德市水利局', '常德市水务局').signature_name).toBe('中共常德市水务局党组')
})
test('one that is called otherwise stays', () => {
  const r = renamedWith(agency('常德市防汛抗旱指挥部文件', '常德市防汛抗旱指挥部'), '常德市水利局', '常德市水务局')
  expect(r.changes).toBe(false)
  expect(renamedWith(agency('甲', '甲'), '', '乙').changes).toBe(false)
})
