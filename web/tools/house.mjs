// Who may use what in web/: kit, form, flow, text, api below; the folders of work above, never each
// other; only kit/ep.ts knows Element Plus; no v-html; ids are never made numbers.
import { files, read } from './files.mjs'
const below = { text: [], api: ['text'], kit: ['api', 'text', 'kit'], flow: ['kit', 'api', 'text'], form: ['kit', 'api', 'text'], app: ['api', 'kit', 'text', 'app'] }
const shared = ['api', 'kit', 'text', 'form', 'flow']
let bad = 0
const fault = s => { bad++; console.log(s) }
for (const f of files(/\.(ts|vue)$/)) {
  if (!f.includes('/') || f === 'api/schema.d.ts') continue
  const room = f.split('/')[0]
  const text = read(f)
  for (const m of text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)) {
    const at = m[1].startsWith('@') && !m[1].startsWith('@vue') ? m[1].slice(1).split('/')[0] : null
    const up = m[1].match(/^(?:\.\.\/)+([a-z]+)\//)
    const to = at || (up && !f.includes(`${room}/pages/`) ? up[1] : null)
    const may = below[room] || shared
    if (to && to !== room && !may.includes(to) && !(room === 'app' && m[1].startsWith('../'))) fault(`${f}: may not use ${m[1]}`)
    if (/element-plus/.test(m[1]) && f !== 'kit/ep.ts') fault(`${f}: only kit/ep.ts uses Element Plus`)
  }
  if (/v-html|innerHTML|document\.write|new Function|eval\(/.test(text)) fault(`${f}: raw HTML or code from text`)
  const lines = text.split('\n').length
  if (lines > 600) fault(`${f}: ${lines} lines`)
}
console.log(bad ? `${bad} faults in the house of pages` : 'ok    house of pages')
if (bad) process.exit(1)
