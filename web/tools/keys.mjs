// Words: every key used exists in both languages, every key in the files is used, both languages
// have the same keys and the same {places}. A key made at run time is found by its fixed beginning,
// t('desk.box_' + x) or t(`desk.box_${x}`), or named in a comment: keys: app.network app.broken.
import { files, read } from './files.mjs'
const words = { 'zh-CN': {}, en: {} }
for (const lang of Object.keys(words))
  for (const f of files(/\.json$/).filter(f => f.startsWith(`text/${lang}/`))) {
    const room = f.replace(/^.*\//, '').replace('.json', '')
    const all = JSON.parse(read(f))
    for (const k of Object.keys(all)) words[lang][`${room}.${k}`] = all[k]
  }
let bad = 0
const fault = s => { bad++; console.log(s) }
const used = new Set()
const starts = new Set()
const rooms = new Set(Object.keys(words['zh-CN']).map(k => k.split('.')[0]))
for (const f of files(/\.(ts|vue)$/).filter(f => !f.endsWith('.test.ts'))) {
  const text = read(f)
  for (const m of text.matchAll(/\bt(?:Or)?\(\s*'([a-z_]+\.\w*)'\s*(\+)?/g)) (m[2] ? starts : used).add(m[1])
  for (const m of text.matchAll(/\bt(?:Or)?\(\s*`([a-z_]+\.\w*)\$\{/g)) starts.add(m[1])
  for (const m of text.matchAll(/'([a-z]+)\.([a-z0-9_]+)'/g)) if (rooms.has(m[1]) && words['zh-CN'][`${m[1]}.${m[2]}`]) used.add(`${m[1]}.${m[2]}`)
  for (const m of text.matchAll(/(?:label|title): '([a-z]+\.[a-z0-9_]+)'/g)) if (rooms.has(m[1].split('.')[0])) used.add(m[1])
  for (const m of text.matchAll(/\/\* keys: ([^*]*)\*\//g)) m[1].trim().split(/\s+/).forEach(k => used.add(k))
}
for (const k of used) if (!(k in words['zh-CN'])) fault(`missing: ${k}`)
const begins = k => [...starts].some(s => k.startsWith(s))
for (const k of Object.keys(words['zh-CN'])) {
  if (!(k in words.en)) fault(`not in en: ${k}`)
  if (!used.has(k) && !begins(k)) fault(`unused: ${k}`)
  const places = s => (s.match(/\{\w+\}/g) || []).sort().join()
  if (k in words.en && places(words.en[k]) !== places(words['zh-CN'][k])) fault(`places differ: ${k}`)
}
for (const k of Object.keys(words.en)) if (!(k in words['zh-CN'])) fault(`not in zh-CN: ${k}`)
for (const s of starts) if (!Object.keys(words['zh-CN']).some(k => k.startsWith(s))) fault(`no key begins with: ${s}`)
console.log(bad ? `${bad} faults in the words` : `ok    words: ${used.size} keys used, ${Object.keys(words.en).length} written`)
if (bad) process.exit(1)
