// Refuses CSS that Chromium 78 does not know and the build does not rewrite (WEB.md §4.4), in our
// own files: flex gap, aspect-ratio, :is :where :has, layers, container queries, color-mix.
import { files, read } from './files.mjs'
const rules = [
  [/(^|[;{\s])(row-|column-)?gap\s*:/, 'gap outside a grid (use grid-gap, or margins)'],
  [/(^|[;{\s])inset(-block|-inline)?\s*:/, 'inset'],
  [/aspect-ratio\s*:/, 'aspect-ratio'],
  [/:(is|where|has)\(/, ':is, :where, :has'],
  [/@(layer|container)\b/, '@layer, @container'],
  [/color-mix\(/, 'color-mix'],
  [/\b(dvh|svh|lvh)\b/, 'dvh, svh, lvh'],
  [/(^|[;{\s])(min|max|clamp)\(/, 'min(), max(), clamp() (79)'],
  [/overflow\s*:\s*clip/, 'overflow: clip'],
]
let bad = 0
for (const f of files(/\.(css|vue)$/)) {
  const text = read(f)
  const parts = f.endsWith('.css') ? [[0, text]] : [...text.matchAll(/<style[^>]*>([\s\S]*?)<\/style>/g)].map(m => [m.index, m[1]])
  for (const [from, css] of parts) {
    const first = text.slice(0, from).split('\n').length
    css.split('\n').forEach((line, i) => {
      for (const [re, what] of rules) if (re.test(line)) { bad++; console.log(`${f}:${first + i}: ${what}`) }
    })
    if (/\{[^{}]*&[\s.:]/.test(css)) { bad++; console.log(`${f}: nesting`) }
  }
  if (f.endsWith('.vue') && /<template[\s\S]*\sstyle="/.test(text)) { bad++; console.log(`${f}: a static style attribute (the content policy refuses it)`) }
}
console.log(bad ? `${bad} above the floor` : 'ok    css floor')
if (bad) process.exit(1)
