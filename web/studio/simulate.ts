// What a trial run of a draft answers, in the one shape the page shows: the way gone, step by step,
// with people and days, and what was found on any way.

export interface Who { name: string; title: string; is_shielded: boolean; choice: string }
export interface TriedStep { node: string; name: string; people: Who[]; outcome: string; event: string; arrives_at: number; due_at: number | null }
export interface TriedFinding { node: string; name: string; words: string }
export interface Tried { steps: TriedStep[]; ended: boolean; ways: number; findings: TriedFinding[] }

const text = (v: unknown): string => (typeof v === 'string' ? v : '')

function who(p: any, chosen: boolean): Who {
  return { name: text(p.who !== undefined ? p.who : p.name), title: text(p.title), is_shielded: !!p.shielded, choice: text(p.choice) || (chosen && !text(p.name) && p.who === undefined ? '?' : '') }
}

export function triedOf(r: any): Tried {
  return {
    steps: (r.steps || []).map((s: any) => ({
      node: s.node, name: s.name || s.node, outcome: text(s.outcome), event: text(s.event), due_at: s.due_at || null,
      arrives_at: s.arrives_at !== undefined ? s.arrives_at : s.from_at, people: (s.people || s.persons || []).map((p: any) => who(p, s.is_chosen_later)),
    })),
    ended: !!r.ended, ways: r.ways !== undefined ? r.ways : r.paths_n || 0,
    findings: (r.findings || []).map((f: any) => ({ node: text(f.node), name: text(f.name), words: text(f.words) || text(f.message) })),
  }
}

/** Number of the step on the way by node: "1", "1、3" where it comes twice. */
export function marksOf(t: Tried, comma: string): Record<string, string> {
  const out: Record<string, string> = {}
  t.steps.forEach((s, i) => { out[s.node] = out[s.node] ? out[s.node] + comma + (i + 1) : String(i + 1) })
  return out
}
