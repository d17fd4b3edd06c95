import type { RouteRecordRaw } from 'vue-router'
export const routes: RouteRecordRaw[] = [
  { path: '/address-book', name: 'address-book', meta: { few: true, title: 'org.book' }, component: () => import('./pages/AddressBook.vue') },
  { path: '/groups', name: 'groups', meta: { few: true, title: 'org.groups' }, component: () => import('./pages/GroupsPage.vue') },
  { path: '/hand-over/:post(\\d+)', name: 'hand-over', meta: { few: true, title: 'org.hand_over' }, component: () => import('./pages/HandOverPage.vue') },
  { path: '/org', name: 'org', meta: { few: true, title: 'org.admin' }, component: () => import('./pages/OrgAdmin.vue') },
]
