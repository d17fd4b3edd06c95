// What the pages of seals share.
import type { Answer, Row } from '@api/paths'
import type { components } from '@api/schema'
import { t } from '@text/t'

export type Seal = Answer<`/seals/${string}`>
export type SealRow = Row<'/seals'>
export type Report = components['schemas']['seal_report']

/** The one word that matters now: expired and locked go before the state itself. */
export function stateOf(s: { state: string; is_expired: boolean; is_locked: boolean }): string {
  if (s.state === 'active' && s.is_expired) return 'expired'
  if (s.state === 'active' && s.is_locked) return 'locked'
  return s.state
}
export const stateWords = (s: { state: string; is_expired: boolean; is_locked: boolean }) => t('seal.state_' + stateOf(s))
const tones: Record<string, string> = { active: 'good', registered: 'info', suspended: 'warn', locked: 'warn', expired: 'bad', revoked: 'bad' }
export const toneOf = (s: { state: string; is_expired: boolean; is_locked: boolean }) => tones[stateOf(s)] || ''
export const verdictTone = (v: string) => (v === 'valid' ? 'good' : v === 'warned' || v === 'unsealed' ? 'warn' : 'bad')

/** The middle of a seal in tenths of a millimetre, kept inside the page. */
export function placeAt(x: number, y: number, page: { w: number; h: number }, seal: { w: number; h: number }): { x: number; y: number } {
  const within = (v: number, size: number, room: number) => Math.round(Math.min(Math.max(v, size / 2), room - size / 2) * 10)
  return { x: within(x, seal.w, page.w), y: within(y, seal.h, page.h) }
}
