// One event stream a person, not one a tab (HTTP/1.1 gives six connections a host): the tab that
// holds the lock reads /events and tells the others over a BroadcastChannel. Where the browser has
// neither locks nor channels each tab reads for itself. Hints only; a reset makes pages read again.
import { tell, type Hint } from '@api/hints'
import { url } from '@api/client'

let channel: BroadcastChannel | null = null
let source: EventSource | null = null
let release: (() => void) | null = null
let retry: ReturnType<typeof setTimeout> | undefined

function hint(h: Hint) {
  tell(h)
  if (channel) channel.postMessage(h)
}

function parse(data: string): any {
  try { return JSON.parse(data) } catch { return {} }
}

function open() {
  source = new EventSource(url('/events'))
  source.addEventListener('counter', e => {
    const d = parse((e as MessageEvent).data)
    hint({ kind: 'counter', boxes: d.counter || (d.box ? [d.box] : []) })
  })
  source.addEventListener('matter', e => {
    const d = parse((e as MessageEvent).data)
    if (d.matter) hint({ kind: 'matter', matter: String(d.matter), rev: Number(d.rev) || 0 })
  })
  source.addEventListener('reset', () => hint({ kind: 'reset' }))
  source.onerror = () => {
    // The browser repeats by itself unless the answer was an error; then ask again, slowly.
    if (source && source.readyState === EventSource.CLOSED) {
      clearTimeout(retry)
      retry = setTimeout(() => { if (source) { source.close(); open() } }, 15000)
    }
  }
}

/** Begins to hear; again after stop(). */
export function listen() {
  if (source || release) return
  if ('BroadcastChannel' in window && !channel) {
    channel = new BroadcastChannel('tb.hints')
    channel.onmessage = e => tell(e.data as Hint)
  }
  const locks = (navigator as any).locks
  if (!channel || !locks) { open(); return }
  locks.request('tb.events', () => new Promise<void>(done => { release = done; open() })).catch(() => { /* page is leaving */ })
}

export function stop() {
  clearTimeout(retry)
  if (source) source.close()
  source = null
  if (release) release()
  release = null
  if (channel) channel.close()
  channel = null
}
