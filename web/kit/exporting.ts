// A register as a file: ordered, watched while the program writes it, offered when it is there.
import { onUnmounted, ref } from 'vue'
import { t } from '@text/t'
import { get, post, url } from '@api/client'
import { useAct } from './busy'
import { say } from './toast'

export function useExport(register: () => string, filter: () => Record<string, unknown>) {
  const job = ref<{ id: string; state: string; progress: number } | null>(null)
  const act = useAct()
  let timer: ReturnType<typeof setTimeout> | undefined
  onUnmounted(() => clearTimeout(timer))
  async function poll() {
    const j = job.value
    if (!j) return
    try {
      const r = await get(`/jobs/${j.id}`)
      j.state = r.state
      j.progress = r.progress
      if (r.state === 'failed') { say(r.detail || t('document.export_failed'), 'bad'); return }
    } catch { /* asked again */ }
    if (j.state !== 'done') timer = setTimeout(poll, 800)
  }
  const start = (format: 'xlsx' | 'csv') => act.run(async () => {
    const r = await post('/registers/export', { register: register(), format, filter: filter() })
    job.value = { id: r.job_id, state: 'queued', progress: 0 }
    void poll()
  })
  return { job, act, start, file: () => (job.value ? url(`/jobs/${job.value.id}/file`) : '') }
}
