// A list by cursor: rows, the next page on demand, and how it stands. One list object belongs to
// one page; a reload while a page is coming in drops the late answer.
import { reactive, onUnmounted } from 'vue'
import { get, wordsOf, type Params } from './client'

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

export function useList<T>(path: () => string, params: () => Params = () => ({})): List<T> {
  let turn = 0
  let stop: AbortController | null = null

  async function read(after: string | null) {
    const mine = ++turn
    if (stop) stop.abort()
    stop = new AbortController()
    list.busy = true
    list.error = ''
    try {
      const page = await get<Page<T>>(path(), { ...params(), after }, stop.signal)
      if (mine !== turn) return
      list.rows = after ? (list.rows as T[]).concat(page.rows) : page.rows
      list.after = page.after
      list.loaded = true
    } catch (e) {
      if (mine === turn && (e as Error).name !== 'AbortError') list.error = wordsOf(e)
    } finally {
      if (mine === turn) list.busy = false
    }
  }

  const list = reactive({
    rows: [] as T[], after: null as string | null, busy: false, error: '', loaded: false,
    reload: () => read(null),
    more: () => (list.after && !list.busy ? read(list.after) : Promise.resolve()),
  }) as List<T>
  onUnmounted(() => { turn++; if (stop) stop.abort() })
  return list
}
