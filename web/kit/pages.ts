// The pages of a file one below the other: which is in sight, which are near and far, how large they
// stand. PdfView and OfdView fill them. Keys: Page Up and Down, Home, End, + - 0.
import { computed, nextTick, onBeforeUnmount, ref, type Ref } from 'vue'

const ZOOMS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4]
export const LEAST = ZOOMS[0]
export const MOST = ZOOMS[ZOOMS.length - 1]

/** come: a page is in sight or next to it; leave: it is more than `far` screens away. */
export function usePages(box: Ref<HTMLElement | undefined>, pages: Readonly<Ref<number>>, far: number, come: (n: number) => void, leave: (n: number, el: HTMLElement) => void) {
  const at = ref(1)
  const zoom = ref(1)
  const room = ref(0)
  const percent = computed(() => Math.round(zoom.value * 100) + '%')
  const measure = () => { if (box.value) room.value = Math.max(200, box.value.clientWidth - 16) }
  const sheet = (n: number) => (box.value ? box.value.querySelector<HTMLElement>(`[data-page="${n}"]`) : null)
  function look() {
    const b = box.value
    if (!b) return
    const top = b.scrollTop, bottom = top + b.clientHeight
    let first = 0
    for (let n = 1; n <= pages.value; n++) {
      const el = sheet(n)
      if (!el) continue
      const y = el.offsetTop, end = y + el.offsetHeight
      if (!first && end > top + b.clientHeight / 3) first = n
      if (end > top - b.clientHeight && y < bottom + b.clientHeight) come(n)
      else if (end < top - far * b.clientHeight || y > bottom + far * b.clientHeight) leave(n, el)
    }
    if (first) at.value = first
  }
  function go(n: number) {
    const el = sheet(Math.max(1, Math.min(pages.value, n)))
    if (el && box.value) { box.value.scrollTop = el.offsetTop - 8; look() }
  }
  async function setZoom(z: number) {
    const b = box.value
    const part = b && b.scrollHeight ? b.scrollTop / b.scrollHeight : 0
    zoom.value = z
    await nextTick()
    if (b) b.scrollTop = part * b.scrollHeight
    look()
  }
  const larger = () => setZoom(ZOOMS.find(z => z > zoom.value) || zoom.value)
  const smaller = () => setZoom(ZOOMS.slice().reverse().find(z => z < zoom.value) || zoom.value)
  function onKey(e: KeyboardEvent) {
    if (e.ctrlKey || e.metaKey || e.altKey) return
    if (e.key === 'PageDown') go(at.value + 1)
    else if (e.key === 'PageUp') go(at.value - 1)
    else if (e.key === 'Home') go(1)
    else if (e.key === 'End') go(pages.value)
    else if (e.key === '+' || e.key === '=') larger()
    else if (e.key === '-') smaller()
    else if (e.key === '0') setZoom(1)
    else return
    e.preventDefault()
  }
  async function fit() { measure(); await nextTick(); look() }
  /** Once the number of pages is known. */
  async function begin() { await nextTick(); await fit(); window.addEventListener('resize', fit) }
  onBeforeUnmount(() => window.removeEventListener('resize', fit))
  return { at, zoom, room, percent, sheet, look, go, setZoom, larger, smaller, onKey, begin }
}
