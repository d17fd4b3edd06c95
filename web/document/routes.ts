import type { RouteRecordRaw } from 'vue-router'
import { addMatterPart } from '@api/parts'

addMatterPart({ name: 'numbering', when: m => !!m.my_item && (m.my_item.node === 'number' || m.my_item.node === 'dispatch') && m.module === 'send' && !!m.document, load: () => import('./parts/Numbering.vue') })
addMatterPart({ name: 'correction', at: 'head', when: m => !!m.document && (!!m.document.corrects || !!m.document.correction), load: () => import('./parts/Correction.vue') })
addMatterPart({ name: 'joint', at: 'head', when: m => !!m.document && (m.document.issuers || []).length > 1, load: () => import('./parts/JointIssuers.vue') })
addMatterPart({ name: 'answer', when: m => !!m.delivery && m.module === 'receive', load: () => import('./parts/Answer.vue') })
addMatterPart({ name: 'versions', when: m => m.module === 'send' && !!m.document, load: () => import('./parts/Versions.vue') })
addMatterPart({ name: 'solicits', when: m => !!m.solicits && (m.solicits.length > 0 || !!m.may_solicit), load: () => import('./parts/Solicits.vue') })
addMatterPart({ name: 'solicitation', at: 'head', when: m => !!m.solicitation, load: () => import('./parts/Solicitation.vue') })

export const routes: RouteRecordRaw[] = [
  { path: '/documents/new', name: 'new-draft', meta: { title: 'document.new' }, component: () => import('./pages/NewDraft.vue') },
  { path: '/matters/:matter/edit', name: 'edit', meta: { title: 'document.edit', key: 'matter', few: true }, component: () => import('./pages/Editor.vue') },
  { path: '/matters/:matter/marks', name: 'marks', meta: { title: 'document.marks', key: 'matter', few: true }, component: () => import('./pages/Marks.vue') },
  { path: '/matters/:matter/solicit', name: 'solicit', meta: { title: 'document.solicit', key: 'matter' }, component: () => import('./pages/SolicitNew.vue') },
  { path: '/solicits/:solicit', name: 'solicit-table', meta: { title: 'document.solicit_table', key: 'solicit' }, component: () => import('./pages/SolicitTable.vue') },
  { path: '/registers/:which(sent|received)', name: 'register', meta: { title: 'document.register', key: 'which' }, component: () => import('./pages/Register.vue') },
  { path: '/number-books', name: 'number-books', meta: { title: 'document.books' }, component: () => import('./pages/NumberBooks.vue') },
  { path: '/number-books/:book', name: 'number-book', meta: { title: 'document.book', key: 'book' }, component: () => import('./pages/NumberBook.vue') },
]
