// The budgets of the pages (gzip bytes of JS and CSS, requests), read from the build's manifest:
// what a page fetches cold is its chunk with all it imports statically, and the styles of each.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
const root = new URL('../../build/web/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('manifest.json', root)))
const size = f => gzipSync(readFileSync(new URL(f, root)), { level: 9 }).length

function gather(keys) {
  const files = new Set()
  const seen = new Set()
  const visit = k => {
    if (seen.has(k)) return
    seen.add(k)
    const c = manifest[k]
    if (!c) throw new Error('no chunk ' + k)
    files.add(c.file)
    for (const css of c.css || []) files.add(css)
    for (const i of c.imports || []) visit(i)
  }
  keys.forEach(visit)
  return files
}

const start = ['index.html', 'text/zh-CN.ts']
const shell = start.concat('text/zh-CN.rooms.ts', 'app/shell/Shell.vue')
const pages = [
  { name: 'sign-in, cold', keys: start.concat('system/pages/SignIn.vue'), kb: 85, requests: 8 },
  { name: 'workbench, cold', keys: shell.concat('desk/pages/Workbench.vue'), kb: 100, requests: 12 },
  { name: 'document page, cold', keys: shell.concat('desk/pages/MatterPage.vue'), kb: 240, requests: 40 },
]
const base = gather(shell)
let bad = 0
function report(name, files, kb, requests) {
  const list = [...files].filter(f => /\.(js|css)$/.test(f))
  const bytes = list.reduce((n, f) => n + size(f), 0)
  const over = bytes > kb * 1024 || list.length + 1 > requests
  if (over) bad++
  console.log(`${over ? 'OVER ' : 'ok   '} ${name}: ${(bytes / 1024).toFixed(1)} KB of ${kb}, ${list.length + 1} requests of ${requests}`)
}
for (const p of pages) if (p.keys.every(k => manifest[k])) report(p.name, gather(p.keys), p.kb, p.requests)
// The flow designer comes only with a module that is being made.
const designer = 'studio/parts/FlowDesigner.vue'
if (manifest[designer]) report('flow designer, on use', new Set([...gather([designer])].filter(f => !base.has(f))), 215, 12)
// The PDF viewer only with a file that is looked at; its worker has a file of its own.
const pdf = 'kit/PdfView.vue'
if (manifest[pdf]) report('PDF viewer, on use', new Set([...gather([pdf])].filter(f => !base.has(f))), 170, 4)
for (const k of Object.keys(manifest)) {
  if (!/\/pages\/.*\.vue$/.test(k) || !manifest[k].isDynamicEntry || /MatterPage|Workbench|SignIn/.test(k)) continue
  report('on top: ' + k, new Set([...gather([k])].filter(f => !base.has(f))), 40, 40)
}
if (bad) process.exit(1)
