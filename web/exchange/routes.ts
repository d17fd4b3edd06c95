import type { RouteRecordRaw } from 'vue-router'
import { addMatterPart } from '@api/parts'

addMatterPart({ name: 'instructions', when: m => !!m.delivery && !!m.delivery.instructions && m.delivery.instructions.length + (m.delivery.assignments || []).length > 0, load: () => import('./parts/Instructions.vue') })

export const routes: RouteRecordRaw[] = [
  { path: '/matters/:matter/dispatch', name: 'dispatch', meta: { title: 'exchange.dispatch', key: 'matter' }, component: () => import('./pages/DispatchPage.vue') },
  { path: '/dispatches', name: 'dispatches', meta: { title: 'exchange.dispatches' }, component: () => import('./pages/Dispatches.vue') },
  { path: '/dispatches/:dispatch', name: 'board', meta: { title: 'exchange.board', key: 'dispatch' }, component: () => import('./pages/Board.vue') },
  { path: '/instructions', name: 'instructions', meta: { title: 'exchange.book' }, component: () => import('./pages/InstructionBook.vue') },
  { path: '/receiving', name: 'receiving', meta: { title: 'exchange.receiving' }, component: () => import('./pages/ReceivingPage.vue') },
  { path: '/exchange-talk', name: 'talk', meta: { title: 'exchange.talk_title' }, component: () => import('./pages/TalkPage.vue') },
  { path: '/deliveries/:delivery', name: 'delivery', meta: { title: 'exchange.delivery', key: 'delivery' }, component: () => import('./pages/DeliveryPage.vue') },
]
