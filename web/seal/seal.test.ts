import { describe, expect, it } from 'vitest'
import { placeAt, stateOf } from './seal'

describe('seals', () => {
  it('keeps a seal inside the page', () => {
    const page = { w: 210, h: 297 }, seal = { w: 42, h: 42 }
    expect(placeAt(150, 200, page, seal)).toEqual({ x: 1500, y: 2000 })
    expect(placeAt(0, 0, page, seal)).toEqual({ x: 210, y: 210 })
    expect(placeAt(999, 999, page, seal)).toEqual({ x: 1890, y: 2760 })
  })
  it('says what stops it first', () => {
    expect(stateOf({ state: 'active', is_expired: true, is_locked: true })).toBe('expired')
    expect(stateOf({ state: 'active', is_expired: false, is_locked: true })).toBe('locked')
    expect(stateOf({ state: 'revoked', is_expired: true, is_locked: false })).toBe('revoked')
  })
})
