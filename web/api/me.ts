// Who is signed in, as the program answered /me; the counters; and what of it pages ask.
import { reactive } from 'vue'
import { get, post, setCsrf, getCsrf } from './client'
import { setLang, type Lang } from '@text/t'
import type { Me, Counters } from './types'

export const me = reactive({
  loaded: false,
  data: null as Me | null,
  counters: { todo: 0, to_sign: 0, to_read: 0, retract_asked: 0, instructions: 0 } as Counters,
})

export async function readMe(): Promise<Me> {
  const got = await get('/me')
  me.data = got
  me.loaded = true
  if (got.csrf) setCsrf(got.csrf)
  if (got.counters) Object.assign(me.counters, got.counters)
  if (got.settings) dress(got.settings)
  return got
}

export async function readCounters() {
  Object.assign(me.counters, await get('/me/counters'))
}

export async function signIn(account: string, password: string): Promise<{ must_change_password: boolean }> {
  const r = await post('/sign-in', { account, password }, { noKey: true })
  setCsrf(r.csrf)
  return r
}

export async function signOut(everywhere = false) {
  await post(everywhere ? '/sign-out-everywhere' : '/sign-out', {})
  forget()
}

export function forget() {
  me.data = null
  me.loaded = false
  setCsrf('')
}

export const isSignedIn = () => !!me.data
export const hasCsrf = () => !!getCsrf()
export function can(what: string): boolean { return !!me.data && (me.data.can || []).indexOf(what) >= 0 }

export interface Settings { theme: 'red' | 'blue'; dark: boolean; large: boolean; lang: Lang }
export const settings = reactive<Settings>({ theme: 'red', dark: false, large: false, lang: 'zh-CN' })

/** Puts the person's theme, type size and language on the page; kept also here for the sign-in page. */
export function dress(s: Partial<Settings>) {
  if (s.theme) settings.theme = s.theme
  if (typeof s.dark === 'boolean') settings.dark = s.dark
  if (typeof s.large === 'boolean') settings.large = s.large
  if (s.lang) settings.lang = s.lang === 'en' ? 'en' : 'zh-CN'
  const root = document.documentElement
  root.setAttribute('data-theme', settings.theme)
  root.classList.toggle('dark', settings.dark)
  root.classList.toggle('large', settings.large)
  try { localStorage.setItem('tb.dress', JSON.stringify(settings)) } catch { /* private window: not kept */ }
  return setLang(settings.lang)
}

export function dressFromLast() {
  let s: Partial<Settings> = {}
  try { s = JSON.parse(localStorage.getItem('tb.dress') || '{}') } catch { /* unreadable: the default */ }
  return dress(s)
}

export async function saveSettings(s: Partial<Settings>) {
  await dress(s)
  if (me.data) await post('/me/settings', { ...settings })
}
