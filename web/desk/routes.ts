import type { RouteRecordRaw } from 'vue-router'
export const routes: RouteRecordRaw[] = [
  { path: '/desk/:box(todo|to_sign|instructions|retract_asked|to_read|initiated|done|watched)', name: 'desk', meta: { title: 'desk.title' }, component: () => import('./pages/Workbench.vue') },
  { path: '/matters/:matter', name: 'matter', meta: { title: 'desk.matter', key: 'matter' }, component: () => import('./pages/MatterPage.vue') },
  { path: '/search', name: 'search', meta: { title: 'desk.search' }, component: () => import('./pages/SearchPage.vue') },
]
