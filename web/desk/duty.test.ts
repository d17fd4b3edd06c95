import { describe, expect, it } from 'vitest'
import { byTurns, daysOf, inOrder, monthOn, placeOf, type Shift } from './duty'

describe('the roster', () => {
  it('knows the days of a month and its neighbours', () => {
    expect(daysOf('2028-02').length).toBe(29)
    expect(daysOf('2026-12')[8]).toBe('2026-12-09')
    expect([monthOn('2026-12', 1), monthOn('2026-01', -1)]).toEqual(['2027-01', '2025-12'])
  })
  it('goes by turns and puts nobody on a shift twice', () => {
    const who = { leader: ['1', '2'], officer: ['3', '4', '1'], second: ['4', '5'] }
    const days = daysOf('2026-12')
    for (const halved of [false, true]) {
      const turns = byTurns(days, who, halved)
      expect(turns.length).toBe(halved ? 62 : 31)
      for (const x of turns) expect(new Set([x.leader, x.officer, x.second]).size).toBe(3)
    }
    expect(byTurns(days, who, true).slice(0, 2).map(x => x.shift + x.leader)).toEqual(['day1', 'night1'])
    expect(byTurns(days.slice(0, 1), { leader: ['1'], officer: ['1'], second: [] }, false)[0]).toEqual({ on: '2026-12-01', shift: 'all', leader: '1', officer: null, second: null })
  })
  it('stands in order, and tells my place', () => {
    const s = (on: string, shift: string): Shift => ({ id: on + shift, name: '', values: { on, shift, officer: '7' }, words: {} })
    expect(inOrder([s('2026-12-02', 'all'), s('2026-12-01', 'night'), s('2026-12-01', 'day')]).map(x => x.id)).toEqual(['2026-12-01day', '2026-12-01night', '2026-12-02all'])
    expect([placeOf(s('2026-12-01', 'day'), ['7']), placeOf(s('2026-12-01', 'day'), ['8'])]).toEqual(['officer', null])
  })
})
