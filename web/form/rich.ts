// Rich text of a closed list of tags, the same that the program takes (docs/modules.md): read into
// nodes without letting anything else through, and written out of an editor's nodes.
const TAGS = ['p', 'br', 'strong', 'b', 'em', 'i', 'u', 's', 'ul', 'ol', 'li', 'h3', 'h4', 'blockquote', 'a', 'table', 'thead', 'tbody', 'tr', 'td', 'th']
const SKIP = /^(script|style|template|iframe|object|head|title|svg|math)$/
const esc = (s: string) => s.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')

function html(n: Node): string {
  if (n.nodeType === 3) return esc((n.nodeValue || '').replace(/\u00a0/g, ' ').replace(/[\u0000-\u0008\u000b-\u001f]/g, ''))
  if (n.nodeType !== 1) return ''
  const name = (n as Element).tagName.toLowerCase()
  if (SKIP.test(name)) return ''
  const inside = Array.prototype.map.call(n.childNodes, html as (x: Node) => string) as string[]
  if (name === 'br') return '<br/>'
  if (name === 'div') return inside.join('') ? `<p>${inside.join('')}</p>` : ''
  if (TAGS.indexOf(name) < 0) return inside.join('')
  let at = ''
  if (name === 'a') { const href = (n as Element).getAttribute('href') || ''; if (!/^(https?:\/\/|#)/.test(href)) return inside.join(''); at = ` href="${esc(href)}"` }
  if (name === 'td' || name === 'th') for (const k of ['colspan', 'rowspan']) { const v = (n as Element).getAttribute(k) || ''; if (/^[1-9]\d?$/.test(v)) at += ` ${k}="${v}"` }
  return `<${name}${at}>${inside.join('')}</${name}>`
}
/** The text of an editor's content. Loose words become a paragraph. */
export function textOf(root: Node): string {
  let out = '', loose = ''
  const flush = () => { if (loose.replace(/<br\/>/g, '').trim()) out += `<p>${loose}</p>`; loose = '' }
  for (const n of Array.from(root.childNodes)) {
    if (n.nodeType === 1 && /^(p|div|ul|ol|h3|h4|blockquote|table)$/i.test((n as Element).tagName)) { flush(); out += html(n) } else loose += html(n)
  }
  flush()
  return out.replace(/<p>(<br\/>|\s)*<\/p>/g, '')
}
/** Nodes to put on a page: parsed aside, where nothing runs, then only what is on the list. */
export function nodesOf(text: string): Node[] {
  const doc = new DOMParser().parseFromString(text, 'text/html')
  const clean = (n: Node): Node[] => {
    if (n.nodeType === 3) return [document.createTextNode(n.nodeValue || '')]
    if (n.nodeType !== 1) return []
    const name = (n as Element).tagName.toLowerCase()
    if (SKIP.test(name)) return []
    const inside = Array.from(n.childNodes).reduce<Node[]>((all, x) => all.concat(clean(x)), [])
    if (TAGS.indexOf(name) < 0) return inside
    const e = document.createElement(name)
    const href = (n as Element).getAttribute('href') || ''
    if (name === 'a' && /^(https?:\/\/|#)/.test(href)) { e.setAttribute('href', href); e.setAttribute('target', '_blank'); e.setAttribute('rel', 'noopener') }
    if (name === 'td' || name === 'th') for (const k of ['colspan', 'rowspan']) { const v = (n as Element).getAttribute(k) || ''; if (/^[1-9]\d?$/.test(v)) e.setAttribute(k, v) }
    inside.forEach(x => e.appendChild(x))
    return [e]
  }
  return Array.from(doc.body.childNodes).reduce<Node[]>((all, x) => all.concat(clean(x)), [])
}
