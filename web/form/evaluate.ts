// What the program says of a form while it is being filled in: computed values, what is visible and
// required, findings. Asked a little after the last key; a late answer of an older form is dropped.
import { onUnmounted, reactive, watch, type Ref } from 'vue'
import { post, wordsOf } from '@api/client'
import type { Finding, Values } from './field'

export function useEvaluate(of: () => { module?: string; matter_id?: string; post_id?: string; node?: string; urgency?: string } | null, form: Ref<Values>) {
  const said = reactive({ computed: {} as Values, visible: {} as Record<string, boolean>, required: {} as Record<string, boolean>, findings: [] as Finding[], title: '' as string | null, error: '', turn: 0 })
  let timer: ReturnType<typeof setTimeout> | undefined
  let turn = 0
  async function ask() {
    const about = of()
    if (!about) return
    const mine = ++turn
    try {
      const r = await post<any>('/forms/evaluate' as string, { ...about, form: form.value }, { noKey: true })
      if (mine !== turn) return
      Object.assign(said, { computed: r.computed, visible: r.visible, required: r.required, findings: r.findings, title: r.title, error: '', turn: mine })
    } catch (e) { if (mine === turn) said.error = wordsOf(e) }
  }
  watch(form, () => { clearTimeout(timer); timer = setTimeout(ask, 350) }, { deep: true })
  onUnmounted(() => { turn++; clearTimeout(timer) })
  return { said, ask }
}
