// The body of an official document as blocks: paragraphs, four levels of headings (一、（一）1.（1）)
// and tables. The number of a heading is part of its text; renumber() sets it right. Pure.
import type { BodyBlock } from '@api/types'

const DIGITS = '零一二三四五六七八九'

/** 1 → 一, 12 → 十二, 23 → 二十三, up to 99. */
export function chinese(n: number): string {
  if (n < 10) return DIGITS[n]
  const ten = Math.floor(n / 10)
  return (ten > 1 ? DIGITS[ten] : '') + '十' + (n % 10 ? DIGITS[n % 10] : '')
}

/** The mark of the n-th heading of a level 1 … 4. */
export function markOf(level: number, n: number): string {
  if (level === 1) return chinese(n) + '、'
  if (level === 2) return '（' + chinese(n) + '）'
  return level === 3 ? n + '.' : '（' + n + '）'
}

const MARK = /^\s*(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)]|\d{1,2}[.．](?!\d)|[（(]\d{1,2}[）)])\s*/

export function strip(text: string): string { return text.replace(MARK, '') }

/** What level the beginning of a pasted line speaks of: 1 … 4, or 0 for a plain paragraph. */
export function levelOf(text: string): number {
  if (/^\s*[一二三四五六七八九十]+、/.test(text)) return 1
  if (/^\s*[（(][一二三四五六七八九十]+[）)]/.test(text)) return 2
  if (/^\s*\d{1,2}[.．](?!\d)/.test(text)) return 3
  return /^\s*[（(]\d{1,2}[）)]/.test(text) ? 4 : 0
}

export const levelIn = (b: BodyBlock): number => (b.kind[0] === 'h' ? Number(b.kind[1]) : 0)

/** Headings numbered anew, each level beginning again under the one above. */
export function renumber(blocks: BodyBlock[]): BodyBlock[] {
  const n = [0, 0, 0, 0, 0]
  return blocks.map(b => {
    const level = levelIn(b)
    if (!level) return b
    n[level]++
    for (let i = level + 1; i < 5; i++) n[i] = 0
    return { ...b, text: markOf(level, n[level]) + strip(b.text || '') }
  })
}

/** Pasted text to blocks: a line a block, its level by its mark, tabs in every line make a table. */
export function fromText(text: string): BodyBlock[] {
  const lines = text.replace(/\r\n?/g, '\n').split('\n').map(s => s.replace(/^[\s\u3000]+|[\s\u3000]+$/g, '')).filter(Boolean)
  if (lines.length > 1 && lines.every(s => s.indexOf('\t') >= 0)) return [{ kind: 'table', rows: lines.map(s => s.split('\t')) }]
  return lines.map(s => {
    const level = levelOf(s)
    // A long line with a mark is a paragraph that begins with one, not a heading.
    return level && s.length <= 60 ? { kind: ('h' + level) as BodyBlock['kind'], text: s } : { kind: 'p', text: s }
  })
}

/** Characters without blanks, as offices count them. */
export function count(blocks: BodyBlock[]): number {
  return blocks.reduce((n, b) => n + (b.kind === 'table' ? (b.rows || []).join('').replace(/[\s,]/g, '').length : (b.text || '').replace(/\s/g, '').length), 0)
}

/** A cell as it is drawn: where it stands, how many rows and columns it covers. */
export interface Cell { text: string; row: number; column: number; rows: number; columns: number }
/** The rows of a table without the cells that a merged one covers. */
export function cellsOf(b: BodyBlock): Cell[][] {
  const spans = b.spans || []
  return (b.rows || []).map((r, row) => r.map((text, column) => {
    const own = spans.find(s => s[0] === row && s[1] === column)
    return { text, row, column, rows: own ? own[2] : 1, columns: own ? own[3] : 1 }
  }).filter(c => !spans.some(s => c.row >= s[0] && c.row < s[0] + s[2] && c.column >= s[1] && c.column < s[1] + s[3] && (c.row !== s[0] || c.column !== s[1]))))
}
/** What is still inside a table after it has lost rows or columns. */
export function spansWithin(spans: number[][] | undefined, rows: number, columns: number): number[][] | undefined {
  const left = (spans || []).map(s => [s[0], s[1], Math.min(s[2], rows - s[0]), Math.min(s[3], columns - s[1])]).filter(s => s[2] > 0 && s[3] > 0 && s[2] * s[3] > 1)
  return left.length ? left : undefined
}
