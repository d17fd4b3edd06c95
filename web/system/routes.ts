import type { RouteRecordRaw } from 'vue-router'
export const routes: RouteRecordRaw[] = [
  { path: '/sign-in', name: 'sign-in', meta: { open: true, bare: true, title: 'system.sign_in' }, component: () => import('./pages/SignIn.vue') },
  { path: '/first-password', name: 'first-password', meta: { bare: true, title: 'system.first_password' }, component: () => import('./pages/FirstPassword.vue') },
  { path: '/me', name: 'me', meta: { title: 'system.me' }, component: () => import('./pages/MePage.vue') },
  { path: '/me/:part(settings|logins|password|tokens|delegation|phrases)', name: 'me-part', meta: { title: 'system.me' }, component: () => import('./pages/MePage.vue') },
  { path: '/system/incidents', name: 'incidents', meta: { title: 'system.incidents' }, component: () => import('./pages/IncidentsPage.vue') },
]
