// What a simulation says on the picture of its flow. Pure.
import type { Simulation } from '@api/types'

export interface Mark { kind: 'way' | 'found'; word: string }

/** By node: the number of the step on the way shown ("1、3" where it comes twice), and what was found there. */
export function marksOf(s: Simulation, comma: string, found: string): Record<string, Mark> {
  const out: Record<string, Mark> = {}
  const nth: Record<string, string> = {}
  s.way.steps.forEach((x, i) => { nth[x.node] = nth[x.node] ? nth[x.node] + comma + (i + 1) : String(i + 1) })
  s.findings.forEach(f => { if (f.node) out[f.node] = { kind: 'found', word: found } })
  Object.keys(nth).forEach(n => { out[n] = { kind: out[n] ? 'found' : 'way', word: '#' + nth[n] } })
  return out
}

/** Steps to which only other ways come. */
export const elsewhere = (s: Simulation) => s.nodes.filter(n => !s.way.steps.some(x => x.node === n.node))

/** What is asked of each step that chooses, as far as something is. */
export function asked(outcomes: Record<string, string>): Record<string, string> {
  return Object.keys(outcomes).reduce<Record<string, string>>((o, n) => { if (outcomes[n]) o[n] = outcomes[n]; return o }, {})
}
