// The sign-in as the app sees it: who may enter which page, and what happens when it ends while
// somebody works: the page stays, a dialog asks for the password, and the act goes on.
import { reactive } from 'vue'
import type { Router } from 'vue-router'
import { Problem, setOnEnded } from '@api/client'
import { fewLang, papersLang, wholeLang } from '@text/t'
import { me, readMe, readCounters, forget } from '@api/me'
import { hear } from '@api/hints'
import { listen, stop } from './events'

export const again = reactive({ open: false, account: '' })
let waiting: Array<(ok: boolean) => void> = []

/** What the dialog answers: signed in again, or leaving. */
export function answerAgain(ok: boolean) {
  again.open = false
  waiting.forEach(f => f(ok))
  waiting = []
}

function ended(): Promise<boolean> {
  if (!me.data) return Promise.resolve(false)
  again.account = me.data.person.account || ''
  again.open = true
  return new Promise(done => waiting.push(done))
}

export function guard(router: Router) {
  setOnEnded(ended)
  router.beforeEach(async to => {
    if (to.meta.open) return true
    if (!me.loaded) {
      try {
        await readMe()
      } catch (e) {
        if (e instanceof Problem && e.status === 401) return { name: 'sign-in', query: to.fullPath === '/' ? {} : { back: to.fullPath } }
        return { name: 'trouble', query: { back: to.fullPath } }
      }
    }
    if (me.data!.must_change_password && to.name !== 'first-password') return { name: 'first-password', query: { back: to.fullPath } }
    await wholeLang()
    if (to.name !== 'desk') await papersLang()
    if (to.meta.few) await fewLang()
    listen()
    return true
  })
}

let timer: ReturnType<typeof setTimeout> | undefined
hear(h => {
  if (h.kind === 'matter') return
  clearTimeout(timer)
  timer = setTimeout(() => readCounters().catch(() => { /* the next hint asks again */ }), 300)
})

export function leave() {
  stop()
  forget()
}
