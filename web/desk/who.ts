// Whom a flow's variable names, as the engine writes it: "post:12", "unit:45". Pure.
export function whoOf(kind: string, v: unknown): unknown {
  const head = /^units?$/.test(kind) ? 'unit:' : /^posts?$/.test(kind) ? 'post:' : ''
  if (!head) return v
  return Array.isArray(v) ? v.map(x => head + x) : v ? head + v : v
}
