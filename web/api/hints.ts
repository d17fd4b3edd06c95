// Hints from the program (a counter moved, a matter has a new revision, read again): who wants to
// hear, and who tells. The stream itself is app/events.ts; pages only listen here.
import { onUnmounted } from 'vue'

export type Hint = { kind: 'counter'; boxes: string[] } | { kind: 'matter'; matter: string; rev: number } | { kind: 'reset' }

const ears = new Set<(h: Hint) => void>()

export function tell(h: Hint) { ears.forEach(f => f(h)) }
/** Hears hints while the calling component lives. */
export function useHints(f: (h: Hint) => void) {
  ears.add(f)
  onUnmounted(() => ears.delete(f))
}
export function hear(f: (h: Hint) => void): () => void {
  ears.add(f)
  return () => { ears.delete(f) }
}
