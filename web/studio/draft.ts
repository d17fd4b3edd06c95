// The shapes of the studio's answers, by the names its pages use.
import type { Module } from './model'
export type Below = 'none' | 'optional' | 'mandatory'
export const BELOW: Below[] = ['none', 'optional', 'mandatory']
export interface Row { id: string; key: string; name: string; unit_id: string | null; state: 'draft' | 'published'; rev: number; base_version: number; version: number; below: Below; changed_at: number; changed_by: string }
export interface Draft { id: string; key: string; name: string; unit_id: string | null; state: string; rev: number; version: number; below: Below; can_offer: boolean; module: Module; bpmn: string }
export interface Finding { file: string; line: number; element: string; code: string; message: string; todo: string }
export interface Check { ok: boolean; errors: Finding[]; warnings: Finding[]; sound: boolean; counterexample: string[] }
export interface Version { version: number; published_at: number; published_by: string | null; note: string | null }
interface Difference { path: string; change: string; before: unknown; after: unknown }
interface Element { id: string; kind: string; name: string; change: string; before: unknown; after: unknown }
export interface Compared { with: number; fields: Difference[]; steps: Difference[]; other: Difference[]; elements: Element[]; bpmn: string; with_bpmn: string }
