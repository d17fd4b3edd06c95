// Short messages over the page. A failure stays until closed; the rest leaves after a while.
import { reactive } from 'vue'
import { wordsOf } from '@api/client'

export interface Toast { id: number; text: string; tone: 'good' | 'bad' | 'info'; undo?: { label: string; run: () => void } }
export const toasts = reactive<Toast[]>([])
let last = 0

export function drop(id: number) {
  const i = toasts.findIndex(x => x.id === id)
  if (i >= 0) toasts.splice(i, 1)
}

export function say(text: string, tone: Toast['tone'] = 'good', undo?: Toast['undo']) {
  const id = ++last
  toasts.push({ id, text, tone, undo })
  if (toasts.length > 4) toasts.shift()
  if (tone !== 'bad') setTimeout(() => drop(id), undo ? 10000 : 4500)
}

export const sayError = (e: unknown) => say(wordsOf(e), 'bad')
