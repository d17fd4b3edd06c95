// What the registers of sent and received documents filter by, and how they stand on paper.
import { t, tOr } from '@text/t'
import { dayOf } from '@kit/time'

export type Which = 'sent' | 'received'
export const TYPES = ['决议', '决定', '命令', '公报', '公告', '通告', '意见', '通知', '通报', '报告', '请示', '批复', '议案', '函', '纪要']
export const URGENCIES = ['critical', 'urgent', 'normal']
export const STATES: Record<Which, string[]> = { sent: ['numbered', 'dispatched', 'retracted', 'replaced', 'void'], received: ['registered', 'handling', 'closed', 'refused', 'retracted'] }
const COMMON = ['unit', 'year', 'month', 'doc_type', 'urgency', 'state', 'category', 'q']
/** The filters of a register, as they stand in its address. */
export const FILTERS: Record<Which, string[]> = { sent: COMMON, received: COMMON.concat('kind', 'issuer', 'handler') }
/** Those that are behind 更多条件. */
export const FURTHER = ['month', 'urgency', 'state', 'issuer', 'handler', 'kind']

export interface Row { id?: string; matter?: string | null; matter_id?: string | null; title: string; label: string; number: string | null; receipt_no?: string; doc_type: string | null; urgency: string | null; issuer?: string; agency?: string | { name: string }; signer?: string | null; signed_for?: string | null; signed_on: string | null; registered_at?: number; registered_by?: string | null; state: string | null; kind?: string; handler?: string; categories?: string | null; is_led_elsewhere?: boolean }

export const matterOf = (r: Row) => r.matter || r.matter_id || ''
// Who reads the register of a unit may not open all that is in it: those rows are words only.
export const linkOf = (r: Row) => (matterOf(r) ? '/matters/' + matterOf(r) : '')
export const issuerOf = (r: Row) => r.issuer || (r.agency && typeof r.agency === 'object' ? r.agency.name : r.agency) || ''
export const stateOf = (r: Row) => (r.state ? tOr('document.state_' + r.state, r.state) : '')
export const registeredOn = (r: Row) => (r.registered_at ? dayOf(r.registered_at) : '')
const urgencyOf = (r: Row) => tOr('kit.urgency_' + (r.urgency || 'normal'), r.urgency || '')

/** The columns an office's book has, and a row in them. */
export const paper = {
  sent: {
    columns: () => [{ label: t('document.number'), mm: 44 }, { label: t('document.title') }, { label: t('document.doc_type'), mm: 14 }, { label: t('desk.urgency'), mm: 14 }, { label: t('document.agency'), mm: 42 }, { label: t('document.signer'), mm: 20 }, { label: t('document.signed_on'), mm: 26 }, { label: t('document.state'), mm: 20 }],
    row: (r: Row) => [r.number || '', r.title, r.doc_type || '', urgencyOf(r), issuerOf(r), r.signer || '', r.signed_on || '', stateOf(r)],
  },
  received: {
    columns: () => [{ label: t('document.register_number'), mm: 32 }, { label: t('document.registered_on'), mm: 25 }, { label: t('document.sender'), mm: 42 }, { label: t('document.number'), mm: 38 }, { label: t('document.title') }, { label: t('desk.urgency'), mm: 13 }, { label: t('document.kind'), mm: 13 }, { label: t('document.handler'), mm: 26 }, { label: t('document.state'), mm: 17 }],
    row: (r: Row) => [r.receipt_no || '', registeredOn(r), issuerOf(r), r.number || '', r.title, urgencyOf(r), r.kind ? t('document.kind_' + r.kind) : '', r.handler || '', stateOf(r)],
  },
}
