import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/statistics', name: 'statistics', meta: { title: 'stats.title', few: true }, component: () => import('./pages/Statistics.vue') },
  { path: '/statistics/rows', name: 'statistics-rows', meta: { title: 'stats.rows', few: true }, component: () => import('./pages/FigureRows.vue') },
]
