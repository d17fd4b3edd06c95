import type { RouteRecordRaw } from 'vue-router'
import { addMatterPart } from '@api/parts'
import { fewLang } from '@text/t'

addMatterPart({ name: 'sealing', when: m => !!m.sealing && !!m.my_item, load: () => fewLang().then(() => import('./parts/Sealing.vue')) })

export const routes: RouteRecordRaw[] = [
  { path: '/seals', meta: { few: true, title: 'seal.title' }, component: () => import('./pages/Seals.vue') },
  { path: '/seals/:seal(\\d+)', meta: { few: true, title: 'seal.one', key: 'seal' }, component: () => import('./pages/SealPage.vue') },
  { path: '/seal-check', meta: { few: true, title: 'seal.check' }, component: () => import('./pages/CheckPage.vue') },
  { path: '/authority', meta: { few: true, title: 'seal.authority' }, component: () => import('./pages/AuthorityPage.vue') },
]
