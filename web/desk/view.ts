// How a leader's desk is shown: cards until the list is chosen (kept in this browser), and the offer of
// large type until it is answered once.
import { computed, reactive, watch } from 'vue'
import { me } from '@api/me'

const KEY = 'tb.desk.list'
const kept = () => { try { return localStorage.getItem(KEY) !== '1' } catch { return true } }
export const view = reactive({ cards: kept() })
watch(() => view.cards, on => { try { if (on) localStorage.removeItem(KEY); else localStorage.setItem(KEY, '1') } catch { /* private window: not kept */ } })
export const leads = computed(() => !!me.data && me.data.posts.some(p => p.is_leader))
export const offersLarge = computed(() => leads.value && me.data!.settings.large === undefined)
