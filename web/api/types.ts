// Shapes of what the program answers, by the API's own names. Ids are decimal strings and never
// numbers; `_at` is ms UTC, `_on` a day as text.

export interface UnitRef { id: string; name: string; short_name?: string }
export interface PostRef { id: string; title: string; is_main?: boolean; unit: UnitRef; section: { id: string; name: string } | null }
export interface Counters { todo: number; to_sign: number; to_read: number; retract_asked: number }
export interface Me {
  person: { id: string; name: string; account: string }
  posts: PostRef[]
  acting_for: { post: string; person_name: string; title: string; until_on: string | null; kind: 'backup' | 'delegation' | 'secretary' }[]
  roles: { role: string; unit: UnitRef }[]
  can: string[]
  csrf: string
  must_change_password: boolean
  settings?: { theme: 'red' | 'blue'; dark: boolean; large: boolean; lang: 'zh-CN' | 'en' }
  city: { name: string; is_demo: boolean; demo_note?: string }
  counters: Counters
}

export interface Capacity { post: string; title: string; unit_name: string; acting_for: string | null }
export interface ItemRow {
  id: string; kind: 'item' | 'reading' | 'matter'; matter: string; module: string; module_name: string
  title: string; number: string | null; urgency: string | null; from_unit: string | null; step: string | null
  arrived_at: number; opened: boolean; due_at: number | null; overdue: boolean; urges: number; for_leader?: boolean; capacity: Capacity | null
}

export interface Opinion {
  id: string; item: string | null; who: string; title: string; text: string; noted: boolean; at: number
  recorded_by: string | null; recorded_form: string | null; acting_for: string | null; outcome: string | null
  confirmed: boolean; mine_to_confirm: boolean
}
export interface SheetStep { name: string; opinions: Opinion[] }
export interface Outcome { name: string; label: string }
export interface NeedVar { name: string; label: string; kind: 'posts' | 'units' | 'post' | 'unit'; required: boolean; suggest: string | null; chosen: string[]; outcomes: string[] }
export interface Ask { node: string; name: string; label: string; kind: string; required?: boolean; hint?: string; options?: { value: string; label: string }[]; max?: number }
export interface OpenItem { item: string; node: string; name: string; kind: 'post' | 'unit' | 'pool'; shielded: boolean; who: string | null; title: string | null; since_at: number | null; opened: boolean }
export interface MyItem {
  id: string; node: string; name: string; role: string; doc: string | null; rev: number; opened: boolean; due_at: number | null; due_is_estimate: boolean; as_title: string; is_acting: boolean; for_leader?: boolean; may_circulate: boolean
  form: string | null; milestone: string | null; ops: string[]; outcomes: Outcome[]; need_vars: NeedVar[]; asks: Ask[]
}
export interface Attachment { id: string; name: string; size: number; type: string; kind: string; can_preview: boolean }
export interface Reading { id: string; who: string; title: string | null; unit: string | null; sent_at: number; opened_at: number | null; read_at: number | null; note: string | null; hidden: boolean; mine: boolean }
export interface BodyBlock { kind: 'p' | 'h1' | 'h2' | 'h3' | 'h4' | 'table'; text?: string; rows?: string[][] }
export interface Recipients { units: string[]; groups: string[] }
export interface Document {
  id: string; matter_id: string; agency: string | { id: string; name: string; mark: string }; doc_type: string; direction: string; title: string
  urgency: string | null; classification: string | null; disclosure: string | null; disclosure_reason: string | null
  is_normative: boolean; main_text: string; cc_text: string; distribution_scope: string | null; body: BodyBlock[]
  note: string | null; contact: string | null; phone: string | null; basis: string | null; joint: string[]
  number: string | null; signer: string | null; signed_on: string | null; state: string; revision: number; rev: number
  main_recipients: Recipients; cc_recipients: Recipients; dispatch_id: string | null; saved_at?: number
  signature: string | null; adopted_by: string | null; adopted_on: string | null; valid_until: string | null; is_important: boolean; is_assigned: boolean
  involved_units: string[]; reviews: Review[]; links: DocLink[]; changed_after_signing?: boolean; transcript?: string
}
export interface Review { kind: 'legality' | 'fair_competition' | 'collective'; on: string; note: string | null }
export interface DocLink { kind: 'basis' | 'incoming' | 'forwards'; matter_id: string | null; text: string | null }
export interface Book { id: string; agency_id?: string; agency?: string; mark: string; kind: string; year: number; next_value: number; last_value?: number; is_closed?: boolean }
export interface Matter {
  id: string; module: string; module_name: string; title: string; number: string | null; urgency: string | null; state: string
  unit_id: string; unit: string; from_unit: string | null; parent_id: string | null; starter: string | null; started_at: number; due_at: number | null; due_is_estimate: boolean; rev: number; form: { name: string; label: string; value: unknown }[]
  document: Document | null; delivery: DeliveryCover | null; sheet: SheetStep[]
  current: OpenItem[]
  my_item: MyItem | null; attachments: Attachment[]; readings: Reading[]; watched: boolean
  children: { unit: string; state: string }[]; number_books?: Book[]; can: { cancel: boolean; circulate: boolean; urge: boolean; withdraw_item: string | null; [more: string]: unknown }
}
export interface TraceRow { seq: number; op: string; actor: string | null; acting_for: string | null; step: string | null; outcome: string | null; reason: string | null; at: number; day_only: boolean }
export interface Diagram {
  nodes: { id: string; type: string; name: string; x: number; y: number; w: number; h: number; state: 'idle' | 'done' | 'active' | 'undone'; attempts: number }[]
  edges: { id: string; from: string; to: string; points: [number, number][]; state: 'idle' | 'done' | 'undone' }[]
}
export interface DeliveryRow {
  id: string; state: string; delivered_at: number; at: number; is_cc: boolean; matter: string | null; unit: string; kind: string
  issuer: string; sender: string; title: string; number: string | null; urgency: string | null; doc_type: string | null
  is_correction: boolean; retract_request: string | null
}
export interface Instruction { id: string; post: string; who: string; text: string; lead: string | null; due_on: string | null; at: number; state: string; is_contradicted: boolean }
export interface Assignment { id: string; text: string; due_on: string | null; wants_feedback: boolean; dispatch: string | null; matter: string | null; by_itself: boolean; at: number; done_at: number | null; result: string | null }
export interface DeliveryCover {
  id: string; unit: string; state: string; is_cc: boolean; matter: string | null; kind: string; issuer: string; sender: string; title: string
  number: string | null; doc_type: string | null; urgency: string | null; signed_on: string | null; sent_at: number; wants_feedback: boolean; may_refuse: boolean
  delivered: number | null; signed: number | null; registered: number | null; closed: number | null; receipt_no: string | null
  registered_before: { receipt_no: string; matter: string | null }[]; corrections: { kind: string; title: string; at: number; text: string | null; delivery: string | null }[]
  retract_request: { id: string; reason: string; asked_at: number; by: string } | null
  feedback: { kind: string; text: string; by: string; at: number }[]; problems: { code: string; text: string | null; at: number; settled_at: number | null; answer: string | null }[]
  document: Document | null; instructions?: Instruction[]; is_contradicted?: boolean; assignments?: Assignment[]
}
export interface ResultRow { id: string; ok: boolean; code: string | null; detail: string | null }
export interface Finding { rule: string; level: 'error' | 'warn'; text: string; reason: string | null; field?: string | null }
export interface PersonRow {
  person: string; post: string; name: string; title: string; unit?: string | UnitRef; unit_name?: string; section: string | null
  office_phone: string | null; mobile: string | null; is_leader: boolean; contact: { name: string | null; phone: string } | null
}
export interface Group { id: string; name: string; scope: string; count: number; is_mine: boolean; unit_ids?: string[] }
export interface Milestone { delivery: string; unit: { id: string; name: string }; level: string; branch: string; state: string; is_cc: boolean; sees_all: boolean; clerk: string | null; resent: number; feedback: number; problems: number; retract: string | null; ended_at: number | null; [at: string]: unknown }
