import type { RouteRecordRaw } from 'vue-router'
import { addMatterPart } from '@api/parts'

addMatterPart({ name: 'categories', when: m => !!m.categories, load: () => import('./parts/MatterCategories.vue') })

export const routes: RouteRecordRaw[] = [
  { path: '/desk/:box(todo|to_sign|instructions|retract_asked|to_read|initiated|done|watched)', name: 'desk', meta: { title: 'desk.title' }, component: () => import('./pages/Workbench.vue') },
  { path: '/matters/:matter', name: 'matter', meta: { title: 'desk.matter', key: 'matter' }, component: () => import('./pages/MatterPage.vue') },
  { path: '/spills', name: 'spills', meta: { title: 'desk.spills' }, component: () => import('./pages/Spills.vue') },
  { path: '/spills/:spill', name: 'spill', meta: { title: 'desk.spill_one', key: 'spill' }, component: () => import('./pages/SpillPage.vue') },
  { path: '/secret-marks', name: 'secret-marks', meta: { title: 'desk.marks' }, component: () => import('./pages/SecretMarks.vue') },
  { path: '/modules', name: 'hall', meta: { title: 'desk.hall' }, component: () => import('./pages/Hall.vue') },
  { path: '/modules/:key/start', name: 'start', meta: { title: 'desk.start', key: 'key' }, component: () => import('./pages/StartPage.vue') },
  { path: '/registers/modules', name: 'module-registers', meta: { title: 'desk.hall_registers' }, component: () => import('./pages/ModuleRegisters.vue') },
  { path: '/registers/modules/:key', name: 'module-register', meta: { title: 'desk.module_register', key: 'key' }, component: () => import('./pages/ModuleRegister.vue') },
  { path: '/categories', name: 'categories', meta: { title: 'app.menu_categories', few: true }, component: () => import('./pages/Categories.vue') },
  { path: '/things/:kind?', name: 'things', meta: { title: 'desk.things' }, component: () => import('./pages/Things.vue') },
  { path: '/duty', name: 'duty', meta: { title: 'desk.duty' }, component: () => import('./pages/Duty.vue') },
  { path: '/whereabouts', name: 'whereabouts', meta: { title: 'desk.away' }, component: () => import('./pages/Whereabouts.vue') },
  { path: '/flow-admin', name: 'flow-admin', meta: { title: 'desk.govern' }, component: () => import('./pages/FlowAdmin.vue') },
  { path: '/flow-admin/:matter', name: 'flow-admin-matter', meta: { title: 'desk.govern', key: 'matter' }, component: () => import('./pages/FlowAdminMatter.vue') },
  { path: '/search', name: 'search', meta: { title: 'desk.search' }, component: () => import('./pages/SearchPage.vue') },
]
