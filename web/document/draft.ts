// The draft on the page: elements as one reactive object, what the program knows of it, and when
// it is written: a buffer at most every 10 s while typing, a revision when saved, handed on or left.
import { onBeforeUnmount, onMounted, reactive, watch } from 'vue'
import { get, post, url, getCsrf, Problem, wordsOf } from '@api/client'
import { state as text } from '@text/t'
import type { Attachment, BodyBlock, Document, DocLink, Finding, Matter, Recipients, Review } from '@api/types'

export interface Elements {
  title: string; urgency: string; disclosure: string; disclosure_reason: string; is_normative: boolean
  main_text: string; cc_text: string; distribution_scope: string; body: BodyBlock[]
  note: string; contact: string; phone: string; basis: string
  main_recipients: Recipients; cc_recipients: Recipients
  signature: string; adopted_by: string; adopted_on: string | null; valid_until: string | null; is_important: boolean; is_assigned: boolean
  joint: string[]; involved_units: string[]; reviews: Review[]; links: DocLink[]
}

/** As the program takes it: an empty choice or day is none. */
const sent = (e: Elements) => ({ ...e, disclosure: e.disclosure || null, reviews: e.reviews.filter(r => r.on) })

const BUFFER_MS = 10000
const lists = (r: Recipients | null | undefined): Recipients => ({ units: (r && r.units) || [], groups: (r && r.groups) || [] })

/** The elements a person edits, from the program's document; absent ones are empty. Pure. */
export function elementsOf(d: Document): Elements {
  return {
    title: d.title || '', urgency: d.urgency || 'normal', disclosure: d.disclosure || '', disclosure_reason: d.disclosure_reason || '', is_normative: !!d.is_normative,
    main_text: d.main_text || '', cc_text: d.cc_text || '', distribution_scope: d.distribution_scope || '', body: d.body && d.body.length ? d.body : [{ kind: 'p', text: '' }],
    note: d.note || '', contact: d.contact || '', phone: d.phone || '', basis: d.basis || '',
    main_recipients: lists(d.main_recipients), cc_recipients: lists(d.cc_recipients),
    signature: d.signature || '', adopted_by: d.adopted_by || '', adopted_on: d.adopted_on || null, valid_until: d.valid_until || null, is_important: !!d.is_important, is_assigned: !!d.is_assigned,
    joint: d.joint || [], involved_units: d.involved_units || [], reviews: d.reviews || [], links: d.links || [],
  }
}

export function useDraft(matterId: string) {
  let written = ''
  let buffered = ''
  let last = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  const draft = reactive({
    loaded: false, error: '', busy: false, dirty: false, bufferedAt: 0, savedAt: 0, conflict: '',
    matter: null as Matter | null, id: '', rev: 0, revision: 0, docType: '', direction: '',
    el: null as Elements | null, files: [] as Attachment[], findings: [] as Finding[], problem: null as Problem | null,
    found: null as { at: number; el: Elements } | null,
    load, save, keep: buffer, readFindings, takeFound, dropFound,
  })
  const snapshot = () => JSON.stringify(draft.el)

  async function load() {
    try {
      const m = await get<Matter>('/matters/' + matterId)
      if (!m.document) throw new Error('no document')
      draft.matter = m
      draft.files = m.attachments
      take(m.document)
      draft.error = ''
      draft.loaded = true
      readBuffer()
      readFindings()
    } catch (e) { draft.error = wordsOf(e) }
  }

  function take(d: Document) {
    draft.id = d.id
    draft.rev = d.rev
    draft.revision = d.revision
    draft.docType = d.doc_type
    draft.direction = d.direction
    draft.el = elementsOf(d)
    written = buffered = snapshot()
    draft.dirty = false
  }

  /** A buffer left by a crash is offered, never put in by itself. */
  async function readBuffer() {
    try {
      const b = (await get(`/documents/${draft.id}/buffer`)).buffer
      if (!b) return
      const got = elementsOf(b.elements as unknown as Document)
      if (JSON.stringify(got) !== written) draft.found = { at: b.at, el: got }
    } catch { /* asked again when the draft is opened again */ }
  }
  function takeFound() { if (draft.found) draft.el = draft.found.el; draft.found = null }
  function dropFound() { draft.found = null }

  async function readFindings() {
    try { draft.findings = (await get(`/documents/${draft.id}/findings`)).rows } catch { /* shown again after the next save */ }
  }

  async function buffer() {
    const now = snapshot()
    if (now === buffered || now === written || draft.busy) return
    try {
      await post(`/documents/${draft.id}/buffer`, sent(draft.el!), { noKey: true })
      buffered = now
      draft.bufferedAt = Date.now()
    } catch { /* the next change tries again; the page still has it all */ }
    last = Date.now()
  }

  /** Writes a revision. Answers whether it is written; a conflict or fault stands in the draft. */
  async function save(why: 'save' | 'leave' = 'save'): Promise<boolean> {
    if (draft.busy || !draft.el) return false
    const now = snapshot()
    if (now === written && draft.savedAt) return true
    draft.busy = true
    draft.problem = null
    try {
      const d = await post<Partial<Document>>(`/documents/${draft.id}/save`, { ...sent(draft.el), why, rev: draft.rev })
      if (typeof d.rev === 'number') draft.rev = d.rev
      if (typeof d.revision === 'number') draft.revision = d.revision
      written = buffered = now
      draft.dirty = snapshot() !== written
      draft.savedAt = Date.now()
      draft.conflict = ''
      await readFindings()
      return true
    } catch (e) {
      if (e instanceof Problem) draft.problem = e
      if (e instanceof Problem && e.status === 409) draft.conflict = e.message
      return false
    } finally { draft.busy = false }
  }

  watch(() => draft.el, () => {
    if (!draft.loaded) return
    draft.dirty = snapshot() !== written
    clearTimeout(timer)
    if (draft.dirty) timer = setTimeout(buffer, Math.max(1500, BUFFER_MS - (Date.now() - last)))
  }, { deep: true })

  function leaving(e: BeforeUnloadEvent) {
    if (!draft.dirty) return
    fetch(url(`/documents/${draft.id}/buffer`), { method: 'POST', keepalive: true, credentials: 'same-origin', headers: { 'Content-Type': 'application/json', 'Accept-Language': text.lang, 'X-CSRF-Token': getCsrf() }, body: JSON.stringify(sent(draft.el!)) }).catch(() => { /* the page is going */ })
    e.preventDefault()
    e.returnValue = ''
  }
  onMounted(() => window.addEventListener('beforeunload', leaving))
  onBeforeUnmount(() => { clearTimeout(timer); window.removeEventListener('beforeunload', leaving) })
  return draft
}

/** Which field a finding stands beside when the program does not say. Pure. */
export function fieldOf(f: Finding): string {
  if (f.field) return f.field
  const by: Record<string, string> = { R1: 'main', R2: 'main', R6: 'main', R7: 'main', R3: 'cc', R12: 'cc', R13: 'cc', R4: 'body', R5: 'body', R11: 'body', E6: 'title', D5: 'distribution_scope', D6: 'disclosure' }
  return by[f.rule] || ''
}
