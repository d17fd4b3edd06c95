import type { RouteRecordRaw } from 'vue-router'
export const routes: RouteRecordRaw[] = [
  { path: '/address-book', name: 'address-book', meta: { title: 'org.book' }, component: () => import('./pages/AddressBook.vue') },
  { path: '/groups', name: 'groups', meta: { title: 'org.groups' }, component: () => import('./pages/GroupsPage.vue') },
  { path: '/org', name: 'org', meta: { title: 'org.admin' }, component: () => import('./pages/OrgAdmin.vue') },
]
