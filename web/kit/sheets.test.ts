import { describe, expect, it } from 'vitest'
import { sheets } from './sheets'

describe('sheets of a printed register', () => {
  it('fills a sheet before the next begins', () => {
    expect(sheets([10, 10, 10, 10, 10], 30)).toEqual([3, 2])
    expect(sheets([10, 25, 10], 30)).toEqual([1, 1, 1])
  })
  it('keeps what is too high and what is nothing', () => {
    expect(sheets([5, 90, 5], 30)).toEqual([1, 1, 1])
    expect(sheets([], 30)).toEqual([0])
  })
})
