// Rows of given heights dealt out to sheets of a given room: how many stand on each. A row that is higher
// than a sheet has one of its own; without rows there is one empty sheet. Pure.
export function sheets(heights: number[], room: number): number[] {
  const out: number[] = [0]
  let used = 0
  for (const h of heights) {
    if (out[out.length - 1] && used + h > room) { out.push(0); used = 0 }
    out[out.length - 1]++
    used += h
  }
  return out
}
