// The present minute, for relative times: one timer for the whole page.
import { ref } from 'vue'
export const now = ref(Date.now())
setInterval(() => { if (!document.hidden) now.value = Date.now() }, 30000)
document.addEventListener('visibilitychange', () => { if (!document.hidden) now.value = Date.now() })
