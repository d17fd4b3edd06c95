// Short messages over the page. A failure stays until closed; the rest leaves after a while, counted
// from the moment it could be read: a slow machine, or a page in the background, shows it first.
import { reactive } from 'vue'
import { wordsOf } from '@api/client'

export interface Toast { id: number; text: string; tone: 'good' | 'bad' | 'info'; undo?: { label: string; run: () => void } }
export const toasts = reactive<Toast[]>([])
let last = 0

export function drop(id: number) {
  const i = toasts.findIndex(x => x.id === id)
  if (i >= 0) toasts.splice(i, 1)
}

/** The message stands on the screen (KToasts says so): its time begins. */
export function seen(x: Toast) {
  if (x.tone !== 'bad') setTimeout(() => drop(x.id), x.undo ? 10000 : 4500)
}

export function say(text: string, tone: Toast['tone'] = 'good', undo?: Toast['undo']) {
  toasts.push({ id: ++last, text, tone, undo })
  if (toasts.length > 4) toasts.shift()
}

export const sayError = (e: unknown) => say(wordsOf(e), 'bad')
