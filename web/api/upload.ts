// Resumable upload (tus 1.0): pieces of 2 MB, each repeated until it is there; after a break, also
// of the browser, the same file goes on where the program says it stands. The page names the
// finished upload in a command of its own.
import { getCsrf, newKey, Problem, url } from './client'
import { t } from '@text/t'

const PIECE = 2 * 1024 * 1024
const TRIES = 8

const memory = (f: File) => `tb.tus.${f.name}.${f.size}.${f.lastModified}`
const sleep = (ms: number) => new Promise(done => setTimeout(done, ms))

/** UTF-8 bytes of the name in base64, as Upload-Metadata wants. */
export function base64(s: string): string {
  const b = new TextEncoder().encode(s)
  let bin = ''
  b.forEach(x => { bin += String.fromCharCode(x) })
  return btoa(bin)
}

const base = (): Record<string, string> => ({ 'Tus-Resumable': '1.0.0', 'X-CSRF-Token': getCsrf() })

async function failed(r: Response): Promise<Problem> {
  const body = await r.json().catch(() => ({}))
  return new Problem(r.status, body.code || 'upload', body.detail || body.title || t('kit.upload_failed'), body)
}

async function begin(f: File): Promise<string> {
  const r = await fetch(url('/uploads'), {
    method: 'POST', credentials: 'same-origin',
    headers: { ...base(), 'Idempotency-Key': newKey(), 'Upload-Length': String(f.size), 'Upload-Metadata': 'filename ' + base64(f.name) },
  })
  if (!r.ok) throw await failed(r)
  const place = r.headers.get('Location') || ''
  const id = place.replace(/\/$/, '').replace(/^.*\//, '')
  try { localStorage.setItem(memory(f), id) } catch { /* not resumable after closing, only after a break */ }
  return id
}

/** Where the program stands with this upload, or -1 when it no longer knows it; throws when it cannot say now. */
async function offsetOf(id: string): Promise<number> {
  const r = await fetch(url('/uploads/' + id), { method: 'HEAD', credentials: 'same-origin', headers: base() })
  if (r.status >= 500) throw new TypeError('again')
  if (!r.ok) return -1
  const n = Number(r.headers.get('Upload-Offset'))
  return isFinite(n) ? n : -1
}

/** Sends the file; answers the upload's id. Throws Problem, or AbortError. */
export async function upload(f: File, onProgress: (done: number) => void, signal?: AbortSignal): Promise<string> {
  let id = ''
  try { id = localStorage.getItem(memory(f)) || '' } catch { /* as above */ }
  let at = id ? await offsetOf(id).catch(() => -1) : -1
  if (at < 0) { id = await begin(f); at = 0 }
  onProgress(at)
  let tries = 0, said: Problem | null = null // what the program said last, when it did
  while (at < f.size) {
    if (signal && signal.aborted) throw new DOMException('', 'AbortError')
    try {
      const r = await fetch(url('/uploads/' + id), {
        method: 'PATCH', credentials: 'same-origin', signal, body: f.slice(at, at + PIECE),
        headers: { ...base(), 'Upload-Offset': String(at), 'Content-Type': 'application/offset+octet-stream' },
      })
      if (r.status !== 409 && r.status < 500 && !r.ok) throw await failed(r)
      said = r.ok || r.status === 409 ? null : await failed(r)
      if (!r.ok) throw new TypeError('again')
      at = Number(r.headers.get('Upload-Offset')) || Math.min(f.size, at + PIECE)
      tries = 0
    } catch (e) {
      if (e instanceof Problem || (e as Error).name === 'AbortError') throw e
      if (++tries > TRIES) throw said || new Problem(0, 'net.down', t('kit.upload_broken'))
      await sleep(Math.min(15000, 500 * 2 ** tries))
      const known = await offsetOf(id).catch(() => at)
      if (known < 0) throw new Problem(0, 'upload.gone', t('kit.upload_failed'))
      at = known
    }
    onProgress(at)
  }
  try { localStorage.removeItem(memory(f)) } catch { /* as above */ }
  return id
}
