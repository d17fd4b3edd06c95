// The boxes of the workbench: what each lists, its columns, and what can be done to many rows.
import type { Column } from '@kit/KList.vue'
import type { Counters } from '@api/types'

export interface Box { id: string; counter?: keyof Counters; path: string; query: Record<string, string>; batch: 'sign' | 'read' | 'urge' | ''; rare?: boolean }
export const boxes: Box[] = [
  { id: 'todo', counter: 'todo', path: '/items', query: { box: 'todo' }, batch: '' },
  { id: 'to_sign', counter: 'to_sign', path: '/deliveries', query: { box: 'to_sign' }, batch: 'sign' },
  { id: 'retract_asked', counter: 'retract_asked', path: '/deliveries', query: { box: 'retract_asked' }, batch: '', rare: true },
  { id: 'instructions', counter: 'instructions', path: '/instructions', query: { state: 'new' }, batch: '', rare: true },
  { id: 'to_read', counter: 'to_read', path: '/items', query: { box: 'to_read' }, batch: 'read' },
  { id: 'initiated', path: '/items', query: { box: 'initiated' }, batch: 'urge' },
  { id: 'done', path: '/items', query: { box: 'done' }, batch: 'urge' },
  { id: 'watched', path: '/items', query: { box: 'watched' }, batch: '' },
]

export function columnsOf(box: string, t: (k: string) => string): Column[] {
  const all: Record<string, Column> = {
    urgency: { name: 'urgency', label: t('desk.urgency'), width: '5rem' },
    title: { name: 'title', label: t('desk.col_title') },
    number: { name: 'number', label: t('desk.number'), width: '11rem', rank: 3 },
    from: { name: 'from', label: t('desk.from'), width: '10rem', rank: 2 },
    step: { name: 'step', label: t('desk.step'), width: '8rem', rank: 1 },
    current: { name: 'current', label: t('desk.step'), width: '9rem', rank: 1 },
    mine: { name: 'step', label: t('desk.my_step'), width: '8rem', rank: 3 },
    arrived: { name: 'arrived', label: t(box === 'initiated' ? 'desk.started' : box === 'done' ? 'desk.done_at' : box === 'instructions' ? 'exchange.book_day' : 'desk.arrived'), width: '8.5rem' },
    due: { name: 'due', label: t('desk.due'), width: '7.5rem' },
    who: { name: 'who', label: t('desk.leader'), width: '7rem' },
    words: { name: 'words', label: t('desk.instruction'), width: '22rem', rank: 2 },
    delivered: { name: 'delivered', label: t('desk.delivered'), width: '9rem' },
  }
  if (box === 'to_sign' || box === 'retract_asked') return [all.urgency, all.title, all.number, all.from, all.delivered]
  if (box === 'instructions') return [all.urgency, all.title, all.who, all.words, all.arrived]
  if (box === 'to_read') return [all.urgency, all.title, all.number, all.from, all.arrived]
  if (box === 'done') return [all.urgency, all.title, all.number, all.from, all.mine, all.arrived, all.current, all.due]
  if (box === 'initiated' || box === 'watched') return [all.urgency, all.title, all.number, all.from, all.current, all.arrived, all.due]
  return [all.urgency, all.title, all.number, all.from, all.step, all.arrived, all.due]
}
