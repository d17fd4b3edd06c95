// Which of the two layouts is on: the phone's below 700 px.
import { ref } from 'vue'
const q = window.matchMedia('(max-width: 700px)')
export const isPhone = ref(q.matches)
q.addListener(e => { isPhone.value = e.matches })
