// Handwriting as strokes with their times: x, y and milliseconds since the pen first came down, again
// and again, on a sheet of w by h. Pure.
export interface Ink { w: number; h: number; strokes: number[][] }

export const INK_W = 1000
/** What the program takes at most. */
export const INK_BYTES = 64 * 1024

/** Distance of point k from the line a–b. */
function off(s: number[], k: number, a: number, b: number): number {
  const dx = s[b] - s[a], dy = s[b + 1] - s[a + 1], len = Math.sqrt(dx * dx + dy * dy)
  const px = s[k] - s[a], py = s[k + 1] - s[a + 1]
  return len ? Math.abs(px * dy - py * dx) / len : Math.sqrt(px * px + py * py)
}

/** The points that a stroke needs to look the same to within `by` (Douglas and Peucker). */
export function thin(stroke: number[], by: number): number[] {
  const n = stroke.length / 3
  if (n < 3) return stroke
  const keep = [0, n - 1], todo = [[0, n - 1]]
  while (todo.length) {
    const [a, b] = todo.pop()!
    let far = 0, at = -1
    for (let k = a + 1; k < b; k++) {
      const d = off(stroke, 3 * k, 3 * a, 3 * b)
      if (d > far) { far = d; at = k }
    }
    if (far > by) { keep.push(at); todo.push([a, at], [at, b]) }
  }
  keep.sort((x, y) => x - y)
  return keep.reduce<number[]>((r, k) => r.concat(stroke.slice(3 * k, 3 * k + 3)), [])
}

/** A stroke as SVG path: its points are dense where it turns, so lines do; a dot where there is only one. */
export function path(s: number[]): string {
  if (s.length < 6) return `M${s[0]} ${s[1]}h.1`
  let d = `M${s[0]} ${s[1]}`
  for (let i = 3; i < s.length; i += 3) d += `L${s[i]} ${s[i + 1]}`
  return d
}

/** The part that is written on, with a margin: what a page shows. */
export function box(ink: Ink): string {
  let x0 = ink.w, y0 = ink.h, x1 = 0, y1 = 0
  ink.strokes.forEach(s => { for (let i = 0; i < s.length; i += 3) { x0 = Math.min(x0, s[i]); x1 = Math.max(x1, s[i]); y0 = Math.min(y0, s[i + 1]); y1 = Math.max(y1, s[i + 1]) } })
  const m = 12
  return `${x0 - m} ${y0 - m} ${Math.max(x1 - x0, 1) + 2 * m} ${Math.max(y1 - y0, 1) + 2 * m}`
}

export const tooMuch = (ink: Ink): boolean => JSON.stringify(ink).length > INK_BYTES
