import type { RouteRecordRaw } from 'vue-router'
export const routes: RouteRecordRaw[] = [
  { path: '/calendar', name: 'calendar', meta: { few: true, title: 'calendar.title' }, component: () => import('./pages/CalendarPage.vue') },
]
