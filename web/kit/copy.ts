// Copying text. On a page without TLS the browser has no clipboard, and with one it may refuse it (no leave given, or
// the press too long ago because the text had to be fetched first): then by a hidden field.
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard && window.isSecureContext) {
    const done = await navigator.clipboard.writeText(text).then(() => true, () => false)
    if (done) return
  }
  const el = document.createElement('textarea')
  el.value = text
  el.className = 'vh'
  document.body.appendChild(el)
  el.select()
  const ok = document.execCommand('copy')
  el.remove()
  if (!ok) throw new Error('copy')
}
