// Speaks with the program: JSON under /api/v1, problem documents as errors, a retry key for each
// act of the person, the CSRF token, and the way back from an ended sign-in.
//
// The retry key belongs to the act, not to the request: while it is unknown whether an act reached
// the program (network gone, program busy), the same path with the same body keeps its key, so
// pressing the button again cannot do it twice. Any definite answer frees the key.

import { state as text } from '@text/t'
import type { Answer, Body, Done } from './paths'

const BASE = '/api/v1'
const RETRY_MS = [400, 1200, 3000]

/** One error of the program, or of the way to it (status 0). `message` is for the person. */
export class Problem extends Error {
  status: number
  code: string
  field: string | null
  errors: { field: string; code: string; detail: string }[]
  constructor(status: number, code: string, detail: string, body: any = {}) {
    super(detail)
    this.status = status
    this.code = code
    this.field = body.field || null
    this.errors = body.errors || []
  }
}

let csrf = ''
let onEnded: null | (() => Promise<boolean>) = null
let wordOf: (code: string) => string = c => c

export function setCsrf(value: string) { csrf = value }
export function getCsrf(): string { return csrf }
/** Called when a sign-in has ended; answers whether the person has signed in again. */
export function setOnEnded(f: () => Promise<boolean>) { onEnded = f }
/** Words for the two problems the program itself cannot word: network and nonsense. */
export function setWords(f: (code: string) => string) { wordOf = f }

const unknownActs = new Map<string, string>()

export function newKey(): string {
  const b = new Uint8Array(16)
  crypto.getRandomValues(b)
  return Array.prototype.map.call(b, (x: number) => ('0' + x.toString(16)).slice(-2)).join('')
}

export type Params = Record<string, string | number | boolean | null | undefined>

export function query(params?: Params): string {
  const p = new URLSearchParams()
  for (const k of Object.keys(params || {})) {
    const v = params![k]
    if (v !== null && v !== undefined && v !== '') p.set(k, String(v))
  }
  const s = p.toString()
  return s ? '?' + s : ''
}

export function url(path: string, params?: Params): string { return BASE + path + query(params) }

async function problemOf(r: Response): Promise<Problem> {
  let body: any = {}
  try { body = await r.json() } catch { /* not a problem document: worded below */ }
  const code = body.code || 'http.' + r.status
  return new Problem(r.status, code, body.detail || body.title || wordOf(r.status === 404 ? 'not_found' : 'broken'), body)
}

// A page that refreshes by itself (a hint came) is no sign of the person: without a key or a touch
// for a minute, requests say so, or an open page would never be signed out for idleness.
let touchedAt = Date.now()
if (typeof window !== 'undefined')
  for (const kind of ['pointerdown', 'keydown', 'wheel', 'touchstart'])
    window.addEventListener(kind, () => { touchedAt = Date.now() }, { capture: true, passive: true })

function headers(extra: Record<string, string> = {}): Record<string, string> {
  const alone: Record<string, string> = Date.now() - touchedAt > 60000 ? { 'X-Background': '1' } : {}
  return { Accept: 'application/json', 'Accept-Language': text.lang, ...alone, ...extra }
}

async function once(method: string, path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(BASE + path, { method, credentials: 'same-origin', ...init })
  } catch (e) {
    if ((e as Error).name === 'AbortError') throw e
    throw new Problem(0, 'net.down', wordOf('network'))
  }
}

const sleep = (ms: number) => new Promise(done => setTimeout(done, ms))

async function answered<T>(send: () => Promise<Response>, path: string): Promise<T> {
  let r = await send()
  if (r.status === 401 && onEnded && path !== '/sign-in') {
    if (await onEnded()) r = await send()
  }
  if (!r.ok) throw await problemOf(r)
  if (r.status === 204) return undefined as unknown as T
  const type = r.headers.get('content-type') || ''
  if (type.indexOf('json') < 0) throw new Problem(r.status, 'net.nonsense', wordOf('broken'))
  return r.json()
}

type Told<T, Else> = [T] extends [void] ? Else : T

/** Reads; answers what the interface says of that path, unless told otherwise. Throws Problem. */
export function get<T = void, U extends string = string>(path: U, params?: Params, signal?: AbortSignal): Promise<Told<T, Answer<U>>> {
  const p = path + query(params)
  return answered<Told<T, Answer<U>>>(() => once('GET', p, { headers: headers(), signal }), path)
}

/** Acts. Repeats by itself, with the same key, while the outcome is unknown; throws Problem. */
export async function post<T = void, U extends string = string>(path: U, body: Body<U> = {} as Body<U>, opt: { key?: string; noKey?: boolean } = {}): Promise<Told<T, Done<U>>> {
  const json = JSON.stringify(body)
  const act = path + '\n' + json
  const key = opt.key || unknownActs.get(act) || newKey()
  const send = () => once('POST', path, {
    body: json,
    headers: headers({
      'Content-Type': 'application/json',
      ...(csrf ? { 'X-CSRF-Token': csrf } : {}),
      ...(opt.noKey ? {} : { 'Idempotency-Key': key }),
    }),
  })
  for (let turn = 0; ; turn++) {
    try {
      const out = await answered<Told<T, Done<U>>>(send, path)
      unknownActs.delete(act)
      return out
    } catch (e) {
      if (!(e instanceof Problem)) throw e
      if (!isUnknown(e)) { unknownActs.delete(act); throw e }
      unknownActs.set(act, key)
      if (turn >= RETRY_MS.length) throw e
      await sleep(RETRY_MS[turn])
    }
  }
}

/** Whether the act may or may not have been done: no answer at all, or a proxy's 502, 504. */
export function isUnknown(e: Problem): boolean {
  return e.status === 0 || e.status === 502 || e.status === 504
}

/** The words of any thrown thing, for a toast or a line under a form. */
export function wordsOf(e: unknown): string {
  if (e instanceof Problem) return e.errors.length ? [e.message].concat(e.errors.map(x => x.detail)).join('\n') : e.message
  return wordOf('broken')
}
