// Keyboard: one place that knows when a key is not ours (an input method is composing, the person
// is typing in a field, a dialog is open). Pages register handlers that live as long as they do.
import { onMounted, onUnmounted } from 'vue'

export type Keys = Record<string, (e: KeyboardEvent) => void>

/** 'j', 'Enter', 'ctrl+s', 'alt+1'. Meta counts as ctrl. */
export function nameOf(e: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>): string {
  const k = e.key.length === 1 ? e.key.toLowerCase() : e.key
  return (e.ctrlKey || e.metaKey ? 'ctrl+' : '') + (e.altKey ? 'alt+' : '') + k
}

/** While an input method composes, every key belongs to it (229 is what old kernels send). */
export function composing(e: Pick<KeyboardEvent, 'isComposing' | 'keyCode'>): boolean {
  return e.isComposing || e.keyCode === 229
}

export function isField(el: EventTarget | null): boolean {
  const x = el as HTMLElement | null
  if (!x || !x.tagName) return false
  return /^(INPUT|TEXTAREA|SELECT)$/.test(x.tagName) || x.isContentEditable
}

/** Plain keys are for the page only when no field or control has the focus; ctrl+ and alt+ always. */
export function isForPage(e: KeyboardEvent): boolean {
  if (composing(e) || e.defaultPrevented) return false
  if (e.ctrlKey || e.metaKey || e.altKey) return true
  if (document.querySelector('dialog[open]')) return false
  if (isField(e.target)) return false
  const el = e.target as HTMLElement | null
  return !(e.key === 'Enter' && el && el.closest && el.closest('a, button, summary, [role=tab]'))
}

export function useKeys(keys: Keys) {
  function onKey(e: KeyboardEvent) {
    const f = keys[nameOf(e)]
    if (!f || !isForPage(e)) return
    e.preventDefault()
    f(e)
  }
  onMounted(() => document.addEventListener('keydown', onKey))
  onUnmounted(() => document.removeEventListener('keydown', onKey))
}
