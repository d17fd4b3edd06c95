// Words of the agencies' register, as the program knows them.
import type { Row } from '@api/paths'

export type Agency = Row<`/units/${string}/agencies`>
export const AGENCY_KINDS = ['committee', 'government', 'npc', 'cppcc', 'discipline', 'office', 'department', 'party_group', 'leading_group', 'mass', 'court', 'procuratorate', 'vertical', 'institution', 'enterprise']
export const DOC_TYPES = ['决议', '决定', '命令', '公报', '公告', '通告', '意见', '通知', '通报', '报告', '请示', '批复', '议案', '函', '纪要']

/** What an agency may be called when its unit is: the old name in it replaced. Pure. */
export function renamedWith(a: Agency, from: string, to: string): { agency_id: string; name: string; signature_name: string; book_mark: string; changes: boolean } {
  const swap = (s: string) => (from && s.indexOf(from) >= 0 ? s.split(from).join(to) : s)
  const name = swap(a.name), signature_name = swap(a.signature_name)
  return { agency_id: a.id, name, signature_name, book_mark: a.book_mark, changes: name !== a.name || signature_name !== a.signature_name }
}
