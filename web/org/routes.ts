import type { RouteRecordRaw } from 'vue-router'
export const routes: RouteRecordRaw[] = [
  { path: '/address-book', name: 'address-book', meta: { title: 'org.book' }, component: () => import('./pages/AddressBook.vue') },
  { path: '/groups', name: 'groups', meta: { title: 'org.groups' }, component: () => import('./pages/GroupsPage.vue') },
  { path: '/hand-over/:post(\\d+)', name: 'hand-over', meta: { title: 'org.hand_over' }, component: () => import('./pages/HandOverPage.vue') },
  { path: '/org', name: 'org', meta: { title: 'org.admin' }, component: () => import('./pages/OrgAdmin.vue') },
]
