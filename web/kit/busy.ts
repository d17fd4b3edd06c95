// One act at a time: while it runs the button is busy and a second press does nothing. What goes
// wrong is said in a toast, or kept in `problem` for a form that shows it beside its fields.
import { reactive } from 'vue'
import { Problem } from '@api/client'
import { sayError } from './toast'

let running = 0
let waiting: Array<() => void> = []

/** When no act runs. A page that reads again by itself waits for this: else the form that is about to
 *  say how its act ended would be gone before. */
export function whenIdle(): Promise<void> {
  return running ? new Promise(done => waiting.push(done)) : Promise.resolve()
}

function ended() {
  if (--running) return
  const all = waiting
  waiting = []
  all.forEach(f => f())
}

export function useAct(opt: { quiet?: boolean } = {}) {
  const act = reactive({
    busy: false,
    problem: null as Problem | null,
    /** Runs `f`; answers whether it succeeded. */
    async run(f: () => Promise<unknown>): Promise<boolean> {
      if (act.busy) return false
      act.busy = true
      running++
      act.problem = null
      try {
        await f()
        return true
      } catch (e) {
        if (e instanceof Problem) act.problem = e
        if (!opt.quiet || !(e instanceof Problem)) sayError(e)
        return false
      } finally {
        act.busy = false
        ended()
      }
    },
    /** The sentence for one field, or ''. */
    errorOf(field: string): string {
      const p = act.problem
      if (!p) return ''
      const hit = p.errors.find(x => x.field === field)
      return hit ? hit.detail : p.field === field ? p.message : ''
    },
  })
  return act
}
