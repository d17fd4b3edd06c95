// Words of the pages. One file a folder of work and language (text/zh-CN/desk.json, …); a language
// is four chunks, what the sign-in needs, the words of the rooms, of papers, and those that few need, fetched when
// chosen. t(key, {n: 3}) fills {n}. tools/keys.mjs finds missing and unused keys, so that a key shown as
// itself never reaches a person.
import { reactive } from 'vue'

export type Lang = 'zh-CN' | 'en'
type Words = Record<string, string>

export const state = reactive({ lang: 'zh-CN' as Lang, words: {} as Words })

type Load = Record<Lang, () => Promise<{ default: Words }>>
const load: Load = {
  'zh-CN': () => import('./zh-CN'),
  en: () => import('./en'),
}
const rooms: Load = {
  'zh-CN': () => import('./zh-CN.rooms'),
  en: () => import('./en.rooms'),
}
// What every page but the workbench may need.
const papers: Load = {
  'zh-CN': () => import('./zh-CN.papers'),
  en: () => import('./en.papers'),
}
// What few people need: designing businesses, the organisation, the calendar, seals, figures, files and
// marks of a draft.
const few: Load = {
  'zh-CN': () => import('./zh-CN.few'),
  en: () => import('./en.few'),
}
const whole: Load[] = [load] // what is fetched so far, in the order in which it is laid together

export async function setLang(lang: Lang) {
  const parts = await Promise.all(whole.map(x => x[lang]()))
  state.words = parts.reduce<Words>((all, x) => ({ ...all, ...x.default }), {})
  state.lang = lang
  document.documentElement.lang = lang
}

async function join(part: Load) {
  if (whole.indexOf(part) >= 0) return
  const lang = state.lang
  const more = await part[lang]()
  if (whole.indexOf(part) < 0) whole.push(part)
  if (lang === state.lang) state.words = { ...state.words, ...more.default }
  else await setLang(state.lang)
}
/** The words of the rooms too, before a page behind the sign-in is shown. */
export const wholeLang = () => join(rooms)
/** The words of papers, before any page but the workbench. */
export const papersLang = () => join(papers)
/** The words of few, before a page that needs them is shown (`few` of its route). */
export const fewLang = () => join(few)

export function fill(words: string, v?: Record<string, unknown>): string {
  return v ? words.replace(/\{(\w+)\}/g, (all, k) => (k in v ? String(v[k]) : all)) : words
}

export function t(key: string, v?: Record<string, unknown>): string {
  const w = state.words[key]
  return w === undefined ? key : fill(w, v)
}

/** The words of `key`, or `other` when there are none: for codes that come from the program. */
export function tOr(key: string, other: string): string {
  const w = state.words[key]
  return w === undefined ? other : w
}

/** Names in a row: 甲、乙 (en: A, B). */
export const inRow = (names: string[]): string => names.join(t('kit.row_mark'))

/** What is said beside a word, to follow it at once: （x） (en: a space, then (x)). */
export const aside = (words: string): string => (words ? t('kit.aside', { words }) : '')

/** 甲：x (en: A: x). */
export const said = (who: string, words: string): string => t('kit.said', { who, words })

/** Flattens {desk: {todo: …}} files to {'desk.todo': …}. */
export function flatten(files: Record<string, Record<string, string>>): Words {
  const out: Words = {}
  for (const path of Object.keys(files)) {
    const room = path.replace(/^.*\//, '').replace(/\.json$/, '')
    for (const k of Object.keys(files[path])) out[room + '.' + k] = files[path][k]
  }
  return out
}
