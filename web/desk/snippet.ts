// A text cut into matched characters and the rest by the ranges that search answers, for marking
// without HTML. Ranges count characters, not the halves in which browsers store rare ones. Pure.
export interface Mark { from: number; to: number }
export function marked(text: string, marks: readonly Mark[]): { text: string; hit: boolean }[] {
  const all = Array.from(text)
  const out: { text: string; hit: boolean }[] = []
  const put = (from: number, to: number, hit: boolean) => { if (to > from) out.push({ text: all.slice(from, to).join(''), hit }) }
  let at = 0
  marks.forEach(m => { put(at, m.from, false); put(m.from, m.to, true); at = m.to })
  put(at, all.length, false)
  return out
}
