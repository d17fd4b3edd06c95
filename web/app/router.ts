// All routes: each folder of work brings its own, its pages fetched when entered.
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { state as text, t } from '@text/t'
import { me } from '@api/me'
import { watch } from 'vue'
import { guard } from './session'

const found = import.meta.glob<{ routes: RouteRecordRaw[] }>(['../*/routes.ts', '!../api/routes.ts'], { eager: true })
const rooms = Object.keys(found).reduce<RouteRecordRaw[]>((all, k) => all.concat(found[k].routes), [])

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', redirect: '/desk/todo' },
    ...rooms,
    { path: '/trouble', name: 'trouble', meta: { open: true, bare: true, title: 'app.trouble' }, component: () => import('./shell/Trouble.vue') },
    { path: '/:rest(.*)*', name: 'lost', meta: { title: 'app.lost' }, component: () => import('./shell/Lost.vue') },
  ],
  scrollBehavior: (_to, _from, saved) => saved || { left: 0, top: 0 },
})

guard(router)

// A chunk that is gone means the program was renewed under an open tab: offer to load again.
router.onError((e, to) => {
  if (/import|fetch|chunk|module/i.test(String(e && e.message))) {
    const key = 'tb.renewed'
    if (sessionStorage.getItem(key) !== to.fullPath) {
      sessionStorage.setItem(key, to.fullPath)
      location.assign(to.fullPath)
    }
  }
})

/** (3) 待办 - 同办: the count of what waits stands in the window's title too. */
export function titleFor(key: unknown, waiting: number, city: string): string {
  const n = waiting > 0 ? `(${waiting > 99 ? '99+' : waiting}) ` : ''
  return n + (typeof key === 'string' ? t(key) + ' - ' : '') + (city || t('app.name'))
}
watch(
  () => titleFor(router.currentRoute.value.meta.title, me.counters.todo + me.counters.to_sign + me.counters.to_read, me.data ? me.data.city.name + ' ' + t('app.name') : '') + (text.lang ? '' : ' '),
  s => { document.title = s.replace(/ +$/, '') },
)
