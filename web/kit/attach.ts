// What may be attached, asked once: a file that is refused by its name or size is told so before a
// byte of it travels. The program judges by content when it has it.
import { get } from '@api/client'
import type { Answer } from '@api/paths'
import { Problem } from '@api/client'
import { t } from '@text/t'
import { size } from './time'

export type Rule = Answer<'/attachment-rule'>
let asked: Promise<Rule | null> | null = null

/** Without an answer nothing is refused here; the program does it. */
export function attachRule(): Promise<Rule | null> {
  if (!asked) asked = get('/attachment-rule').catch(() => { asked = null; return null })
  return asked
}

export function endingOf(name: string): string {
  const dot = name.lastIndexOf('.')
  return dot > 0 ? name.slice(dot + 1).toLowerCase() : ''
}

/** Why this file cannot be attached: a text and what stands in it, or null. Pure. */
export function refusedBy(file: { name: string; size: number }, rule: Rule | null): [string, Record<string, string>] | null {
  const name = file.name
  if (!file.size) return ['kit.file_empty', { name }]
  if (!rule) return null
  if (file.size > rule.max_bytes) return ['kit.file_too_large', { name, size: size(file.size), max: size(rule.max_bytes) }]
  const ending = endingOf(name)
  if (!ending) return ['kit.file_no_ending', { name }]
  return rule.endings.indexOf(ending) < 0 ? ['kit.file_type', { name, ending: ending.toUpperCase() }] : null
}
export function refusalOf(file: { name: string; size: number }, rule: Rule | null): string { const r = refusedBy(file, rule); return r ? t(r[0], r[1]) : '' }

/** May the same be tried again with another end? Not what the program has judged. */
export const mayResume = (e: unknown) => !(e instanceof Problem) || e.status === 0 || e.status >= 500 || e.status === 401 || e.status === 408 || e.status === 429
