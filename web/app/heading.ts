// After each change of page the focus goes to the page's heading, so that keys go on from there and a
// screen reader hears where it is. A page that reads first has its heading later: it is waited for,
// unless the person (or the page) has put the focus somewhere by then.
import { nextTick } from 'vue'
import type { Router, RouteLocationNormalized } from 'vue-router'

const keyOf = (r: RouteLocationNormalized) => String(r.name) + '/' + (r.meta.key ? String(r.params[String(r.meta.key)]) : '')

export function followHeadings(router: Router) {
  let waiting: MutationObserver | null = null
  let first = true
  const stop = () => { if (waiting) waiting.disconnect(); waiting = null }
  router.afterEach((to, from, failure) => {
    if (first) { first = false; return }
    if (failure || keyOf(to) === keyOf(from)) return
    stop()
    const before = document.activeElement
    const land = () => {
      const now = document.activeElement
      if (now && now !== document.body && now !== before && now.id !== 'main') return true
      const h = document.querySelector<HTMLElement>('main h1')
      if (!h) return false
      if (!(now && now.closest('dialog'))) { h.tabIndex = -1; h.focus({ preventScroll: true }) }
      return true
    }
    nextTick(() => {
      if (land()) return
      waiting = new MutationObserver(() => { if (land()) stop() })
      waiting.observe(document.body, { childList: true, subtree: true })
    })
  })
}
