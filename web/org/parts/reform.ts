// What the previews and the list of 机构改革 answer, and the way from the form to the program's input.
import type { Answer, Row } from '@api/paths'

export type Preview = Answer<`/units/${string}/merge-preview`>
export type Line = Preview['lines'][number]
export type Reform = Row<'/reforms'>
export type Kind = 'merge' | 'split' | 'hand' | 'section'
export interface Form {
  kind: Kind; into: string[]; on: string | null; name: string; short_name: string
  sections: string[]; posts: string[]; agencies: string[]; groups: string[]; from_section: string; to_section: string
}

/** The unit whose reform it is, the command's name, and its input without the roles. Pure. */
export function inputOf(f: Form, unit: string): { unit: string; act: 'merge' | 'split'; body: Record<string, unknown> } {
  if (f.kind === 'section') return { unit: f.from_section, act: 'merge', body: { into_id: f.to_section, on: f.on } }
  if (f.kind === 'merge') return { unit, act: 'merge', body: { into_id: f.into[0], on: f.on, ...named(f) } }
  const part = { on: f.on, section_ids: f.sections, post_ids: f.posts, agency_ids: f.agencies, group_ids: f.groups }
  return { unit, act: 'split', body: f.kind === 'split' ? { ...part, ...named(f) } : { ...part, into_id: f.into[0] } }
}
function named(f: Form): Record<string, string> {
  const out: Record<string, string> = {}
  if (f.name.trim()) out.name = f.name.trim()
  if (f.short_name.trim()) out.short_name = f.short_name.trim()
  return out
}

/** May the preview be asked for? Pure. */
export function isReady(f: Form): boolean {
  if (!f.on) return false
  if (f.kind === 'section') return !!f.from_section && !!f.to_section && f.from_section !== f.to_section
  if (f.kind === 'merge') return f.into.length === 1
  const takes = f.sections.length + f.posts.length + f.agencies.length > 0
  return takes && (f.kind === 'split' ? !!f.name.trim() : f.into.length === 1)
}

/** The input as a read's query: lists by commas. Pure. */
export function asQuery(body: Record<string, unknown>): Record<string, string> {
  const out: Record<string, string> = {}
  for (const k of Object.keys(body)) {
    const v = body[k]
    if (Array.isArray(v)) { if (v.length) out[k] = v.join(',') } else if (v) out[k] = String(v)
  }
  return out
}
