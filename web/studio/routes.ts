import type { RouteRecordRaw } from 'vue-router'
export const routes: RouteRecordRaw[] = [
  { path: '/studio', name: 'studio', meta: { few: true, title: 'studio.title' }, component: () => import('./pages/StudioList.vue') },
  { path: '/studio/:draft(\\d+)', name: 'studio-draft', meta: { few: true, title: 'studio.draft', key: 'draft' }, component: () => import('./pages/StudioDraft.vue') },
  { path: '/studio/tailor/:key([a-z][a-z0-9_]*)', name: 'studio-tailor', meta: { few: true, title: 'studio.tailor', key: 'key' }, component: () => import('./pages/TailorPage.vue') },
]
