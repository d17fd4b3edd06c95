import type { RouteRecordRaw } from 'vue-router'
import { addMatterPart } from '@api/parts'

addMatterPart({ name: 'numbering', when: m => !!m.my_item && !!m.document && !m.delivery && !!m.number_books && m.number_books.length > 0, load: () => import('./parts/Numbering.vue') })
addMatterPart({ name: 'answer', when: m => !!m.delivery && m.module === 'receive', load: () => import('./parts/Answer.vue') })

export const routes: RouteRecordRaw[] = [
  { path: '/documents/new', name: 'new-draft', meta: { title: 'document.new' }, component: () => import('./pages/NewDraft.vue') },
  { path: '/matters/:matter/edit', name: 'edit', meta: { title: 'document.edit', key: 'matter' }, component: () => import('./pages/Editor.vue') },
  { path: '/registers/:which(sent|received)', name: 'register', meta: { title: 'document.register', key: 'which' }, component: () => import('./pages/Register.vue') },
  { path: '/number-books', name: 'number-books', meta: { title: 'document.books' }, component: () => import('./pages/NumberBooks.vue') },
]
