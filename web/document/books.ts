import { inRow } from '@text/t'

// How a number book is called: 常政发〔2026〕, or the mark alone where its numbers name no year.
export function bookName(b: { mark: string; kind: string; year: number }): string {
  return b.kind === 'mark' || b.kind === 'telegram' ? `${b.mark}〔${b.year}〕` : `${b.mark}（${b.year}）`
}

/** [[1, 11], [13, 13]] → 1–11、13 */
export const stretches = (list: [number, number][]) => inRow(list.map(([a, b]) => (a === b ? String(a) : `${a}–${b}`)))
