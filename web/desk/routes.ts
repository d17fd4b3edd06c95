import type { RouteRecordRaw } from 'vue-router'
export const routes: RouteRecordRaw[] = [
  { path: '/desk/:box(todo|to_sign|to_read|initiated|done|watched)', name: 'desk', meta: { title: 'desk.title' }, component: () => import('./pages/Workbench.vue') },
]
