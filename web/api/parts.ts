// What a field of work puts beside a matter's page without the desk knowing it: each says when it
// applies, and is fetched then. It gets `matter` and emits `changed` and `done` (with its words).
import type { Component } from 'vue'
import type { Matter } from './types'

/** `at`: beside the page, or in its head. */
export interface MatterPart { name: string; at?: 'head'; when: (m: Matter) => boolean; load: () => Promise<Component> }
export const matterParts: MatterPart[] = []
export function addMatterPart(p: MatterPart) { matterParts.push(p) }
