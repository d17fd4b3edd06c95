// What changed between two lines, by characters, for the side-by-side view. The program says which
// paragraphs changed; inside one, the longest common subsequence is small enough to find here. Pure.
export interface Piece { text: string; same: boolean }

const MAX = 1500

export function pieces(left: string, right: string): { left: Piece[]; right: Piece[] } {
  if (left === right) return { left: [{ text: left, same: true }], right: [{ text: right, same: true }] }
  let a = 0
  while (a < left.length && a < right.length && left[a] === right[a]) a++
  let z = 0
  while (z < left.length - a && z < right.length - a && left[left.length - 1 - z] === right[right.length - 1 - z]) z++
  const l = left.slice(a, left.length - z)
  const r = right.slice(a, right.length - z)
  const head: Piece[] = a ? [{ text: left.slice(0, a), same: true }] : []
  const tail: Piece[] = z ? [{ text: left.slice(left.length - z), same: true }] : []
  const mid = l.length > MAX || r.length > MAX ? { left: one(l, false), right: one(r, false) } : common(l, r)
  return { left: head.concat(mid.left, tail), right: head.concat(mid.right, tail) }
}

const one = (text: string, same: boolean): Piece[] => (text ? [{ text, same }] : [])

function common(l: string, r: string): { left: Piece[]; right: Piece[] } {
  const w = r.length + 1
  const len = new Uint16Array((l.length + 1) * w)
  for (let i = l.length - 1; i >= 0; i--)
    for (let j = r.length - 1; j >= 0; j--)
      len[i * w + j] = l[i] === r[j] ? len[(i + 1) * w + j + 1] + 1 : Math.max(len[(i + 1) * w + j], len[i * w + j + 1])
  const left: Piece[] = []
  const right: Piece[] = []
  const put = (to: Piece[], c: string, same: boolean) => { const last = to[to.length - 1]; if (last && last.same === same) last.text += c; else to.push({ text: c, same }) }
  let i = 0
  let j = 0
  while (i < l.length || j < r.length) {
    if (i < l.length && j < r.length && l[i] === r[j]) { put(left, l[i++], true); put(right, r[j++], true) }
    else if (j < r.length && (i >= l.length || len[i * w + j + 1] >= len[(i + 1) * w + j])) put(right, r[j++], false)
    else put(left, l[i++], false)
  }
  return { left, right }
}
