// The shapes of what the program answers, by the names the pages use. They come from schema.d.ts,
// which the build makes from `tongban openapi`; what is said here beside that is what a description
// cannot say. Ids are decimal strings and never numbers; `_at` is ms UTC, `_on` a day as text.
import type { components } from './schema'

type S = components['schemas']
/** With these members otherwise. */
type With<T, U> = Omit<T, keyof U> & U

export type UnitRef = { id: string; name: string; short_name?: string }
export type PostRef = S['me_post']
export type Counters = S['counters']
export type Me = S['me']

export type Capacity = S['item_capacity_row']
export type ItemRow = S['item_row']
export type ResultRow = S['batch_row']

export type Opinion = S['matter_opinion']
export type SheetStep = S['matter_step']
export type Outcome = S['matter_outcome']
export type NeedVar = S['matter_need']
export type Ask = S['matter_ask']
export type OpenItem = S['matter_open_item']
export type MyItem = S['matter_my_item']
export type Signer = S['matter_signer']
export type Impact = S['impact']
export type ImpactRow = S['impact_row']
export type Attachment = S['matter_attachment']
export type Reading = S['matter_reading']
export type TraceRow = S['trace_row']
export type Diagram = {
  nodes: S['diagram_node'][]
  edges: With<S['diagram_edge'], { points: [number, number][] }>[]
}

export type BodyBlock = With<S['doc_block'], { rows?: string[][]; spans?: number[][] }>
export type Recipients = S['doc_recipients']
export type Review = S['doc_review']
export type DocLink = S['doc_link']
export type Finding = S['document_finding']
/** What a file brings into a draft. */
export type Imported = With<S['doc_imported'], { body: BodyBlock[] }>
export type Book = S['number_book']
export type BookChoice = S['document_book_short']

/** A document of the own unit, or the letter as it came: then `agency` is the issuer's name and what
 *  does not stand on paper is not there. */
export type Document = With<S['document'], {
  agency: string | S['document_agency']
  issuers?: S['document_issuer'][]
  body: BodyBlock[] | null
  transcript?: string | null
}>

export type DeliveryCover = With<S['delivery'], { document: Document | null }> & Partial<Pick<S['matter_delivery'], 'instructions' | 'assignments' | 'is_contradicted'>>
export type Simulation = S['simulation']
export type Matter = With<S['matter_page'], { document?: Document | null; delivery?: DeliveryCover | null }>
export type DeliveryRow = S['box_letter']
export type Instruction = S['instruction']
export type Assignment = S['assignment']
export type Milestone = S['board_row']

export type PersonRow = S['org_book_row']
export type Group = S['org_group_row']

export type SpillMatter = S['spill_matter']
export type SpillHit = S['spill_hit']
export type SpillRow = S['spill_row']
export type Spill = S['spill_one']
