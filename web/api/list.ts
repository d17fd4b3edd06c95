// A list by cursor: rows, the next page on demand, and how it stands. One list object belongs to
// one page; a reload while a page is coming in drops the late answer.
import { reactive, onUnmounted } from 'vue'
import { get, wordsOf, type Params } from './client'
import type { Row } from './paths'

export interface Page<T> { rows: T[]; after: string | null; capped?: boolean }

export interface List<T> {
  rows: T[]
  after: string | null
  busy: boolean
  error: string
  loaded: boolean
  /** Reads from the top, with what `params` answers now. */
  reload(): Promise<void>
  /** Reads the next page behind the rows. */
  more(): Promise<void>
}

/** A list; its rows are those of the path, unless told otherwise. */
export function useList<T = void, U extends string = string>(path: () => U, params: () => Params = () => ({})): List<[T] extends [void] ? Row<U> : T> {
  type R = [T] extends [void] ? Row<U> : T
  let turn = 0
  let stop: AbortController | null = null

  async function read(after: string | null) {
    const mine = ++turn
    if (stop) stop.abort()
    stop = new AbortController()
    list.busy = true
    list.error = ''
    try {
      const page = await get<Page<R>>(path(), { ...params(), after }, stop.signal)
      if (mine !== turn) return
      list.rows = after ? (list.rows as R[]).concat(page.rows) : page.rows
      list.after = page.after
      list.loaded = true
    } catch (e) {
      if (mine === turn && (e as Error).name !== 'AbortError') list.error = wordsOf(e)
    } finally {
      if (mine === turn) list.busy = false
    }
  }

  const list = reactive({
    rows: [] as R[], after: null as string | null, busy: false, error: '', loaded: false,
    reload: () => read(null),
    more: () => (list.after && !list.busy ? read(list.after) : Promise.resolve()),
  }) as List<R>
  onUnmounted(() => { turn++; if (stop) stop.abort() })
  return list
}
