// Copying text; on a page without TLS the browser has no clipboard, so by a hidden field.
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard && window.isSecureContext) { await navigator.clipboard.writeText(text); return }
  const el = document.createElement('textarea')
  el.value = text
  el.className = 'vh'
  document.body.appendChild(el)
  el.select()
  const ok = document.execCommand('copy')
  el.remove()
  if (!ok) throw new Error('copy')
}
