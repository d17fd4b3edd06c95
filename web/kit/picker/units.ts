// The city's unit tree: fetched once (the browser keeps it by ETag), searched and walked here.
// 3,600 units are 37 KB; people are never loaded like this.
import { reactive } from 'vue'
import { get, wordsOf } from '@api/client'

export interface Unit { id: string; parent: string | null; name: string; level: string; branch: string; sort: string | number; kind: string; children: Unit[]; depth: number }
export interface Tree { roots: Unit[]; byId: Map<string, Unit> }

/** From {fields, rows} to a tree, children in the program's order. Pure. */
export function build(data: { fields: string[]; rows: unknown[][] }): Tree {
  const at = (f: string) => data.fields.indexOf(f)
  const [i, p, n, l, b, s, k] = ['id', 'parent', 'name', 'level', 'branch', 'sort', 'kind'].map(at)
  const byId = new Map<string, Unit>()
  for (const r of data.rows) byId.set(String(r[i]), { id: String(r[i]), parent: r[p] ? String(r[p]) : null, name: String(r[n]), level: String(r[l] || ''), branch: String(r[b] || ''), sort: r[s] as string | number, kind: String(r[k] || 'unit'), children: [], depth: 0 })
  const roots: Unit[] = []
  byId.forEach(u => { const up = u.parent ? byId.get(u.parent) : undefined; if (up) up.children.push(u); else roots.push(u) })
  const order = (a: Unit, c: Unit) => (a.sort < c.sort ? -1 : a.sort > c.sort ? 1 : 0)
  const walk = (list: Unit[], depth: number) => { list.sort(order); list.forEach(u => { u.depth = depth; walk(u.children, depth + 1) }) }
  walk(roots, 0)
  return { roots, byId }
}

/** The rows to draw: what is open, or with words the hits and the way to them. Pure. */
export function visible(tree: Tree, open: Set<string>, words: string): Unit[] {
  const out: Unit[] = []
  const w = words.trim()
  if (!w) {
    const walk = (list: Unit[]) => list.forEach(u => { out.push(u); if (open.has(u.id)) walk(u.children) })
    walk(tree.roots)
    return out
  }
  const keep = new Set<Unit>()
  tree.byId.forEach(u => {
    if (u.name.indexOf(w) < 0) return
    for (let x: Unit | undefined = u; x && !keep.has(x); x = x.parent ? tree.byId.get(x.parent) : undefined) keep.add(x)
  })
  const walk = (list: Unit[]) => list.forEach(u => { if (keep.has(u)) { out.push(u); walk(u.children) } })
  walk(tree.roots)
  return out
}

/** A unit and all under it. Pure. */
export function under(u: Unit): Unit[] { return u.children.reduce<Unit[]>((all, c) => all.concat(under(c)), [u]) }

/** Of the tree only these units and all under them; a unit under another of them stands there. Pure. */
export function branch(tree: Tree, ids: string[]): Tree {
  const byId = new Map<string, Unit>()
  const tops = ids.reduce<Unit[]>((all, id) => { const u = tree.byId.get(id); return u && all.indexOf(u) < 0 ? all.concat([u]) : all }, [])
  tops.forEach(u => under(u).forEach(x => byId.set(x.id, x)))
  return { roots: tops.filter(u => !u.parent || !byId.has(u.parent)), byId }
}

/** Names on lines (or split by 、，,) to units; what is not found exactly comes back as it was. Pure. */
export function fromNames(tree: Tree, text: string): { found: Unit[]; lost: string[] } {
  const byName = new Map<string, Unit>()
  tree.byId.forEach(u => { if (!byName.has(u.name)) byName.set(u.name, u) })
  const found: Unit[] = []
  const lost: string[] = []
  text.split(/[\n、，,;；\t]+/).map(s => s.trim()).filter(Boolean).forEach(s => { const u = byName.get(s); if (u) found.push(u); else lost.push(s) })
  return { found, lost }
}

export const units = reactive({ tree: null as Tree | null, error: '' })
let going: Promise<void> | null = null

export function loadUnits(): Promise<void> {
  if (!going) going = get<{ fields: string[]; rows: unknown[][] }>('/units/tree').then(d => { units.tree = Object.freeze(build(d)) as Tree; units.error = '' }, e => { units.error = wordsOf(e); going = null })
  return going
}
/** After a change of the tree: the next look fetches it again. */
export function reloadUnits(): Promise<void> { going = null; return loadUnits() }
export function nameOfUnit(id: string): string { const u = units.tree && units.tree.byId.get(id); return u ? u.name : id }
