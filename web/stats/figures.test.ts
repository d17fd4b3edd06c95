import { describe, expect, it } from 'vitest'
import { average, change, numberOf, partsOf, percent, widths, type Figure } from './figures'

const f = (measure: string, key: string, n: number, before = 0): Figure => ({ measure, key, name: '', n, before })
const all = [f('received', '', 5, 7), f('received_type', 'a', 1), f('received_type', 'b', 4), f('person', '1', 1), f('person', '2', 9)]

describe('figures', () => {
  it('finds a number and its period before', () => {
    expect(numberOf(all, 'received')).toBe(5)
    expect(numberOf(all, 'received', '', 'before')).toBe(7)
    expect(numberOf(all, 'sent')).toBe(0)
  })
  it('orders parts by number, people never', () => {
    expect(partsOf(all, 'received_type').map(x => x.key)).toEqual(['b', 'a'])
    expect(partsOf(all, 'person').map(x => x.key)).toEqual(['1', '2'])
  })
  it('says shares, averages and change, and nothing of nothing', () => {
    expect([percent(1, 3), percent(0, 0), average(7, 2), average(0, 0)]).toEqual(['33.3%', '', '3.5', ''])
    expect([change(5, 7), change(7, 5), change(2, 2)]).toEqual(['-2', '+2', '0'])
    expect(widths([0, 5, 10])).toEqual([0, 50, 100])
    expect(widths([0, 0])).toEqual([0, 0])
  })
})
