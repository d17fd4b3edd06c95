// Refuses words written into the pages themselves: what a person reads stands in text/, in both
// languages. Names of data (kinds of documents, the paper's own language) are no words of the page;
// they are named here with their reason. Comments, styles and patterns are not looked at.
import { files, read } from './files.mjs'
const data = {
  'kit/KPaper.vue': 'the paper itself', 'kit/body.ts': 'numbers of headings on paper', 'kit/wrap.ts': 'how Chinese titles break',
  'kit/time.ts': 'days in Chinese', 'kit/KUrgency.vue': 'grades of telegrams', 'kit/OpinionBox.vue': 'the stop between two phrases',
  'document/books.ts': 'numbers of documents', 'document/parts/NewBook.vue': 'numbers of documents', 'document/parts/Numbering.vue': 'numbers of documents',
  'document/parts/Answer.vue': 'kinds of documents', 'document/pages/NewDraft.vue': 'kinds of documents', 'document/register.ts': 'kinds of documents',
  'org/parts/agencies.ts': 'kinds of documents', 'org/parts/AgenciesPart.vue': 'the mark of an agency', 'desk/pages/LabelWords.vue': 'a list as it is typed',
  'exchange/parts/Instructions.vue': 'a transcript that goes on paper', 'system/pages/SettingsPart.vue': 'a language by its own name', 'system/pages/SignIn.vue': 'a language by its own name',
}
const CJK = /[\u3000-\u303f\u3400-\u9fff\uff01-\uff5e]/
let bad = 0
for (const f of files(/\.(ts|vue)$/)) {
  if (f.startsWith('text/') || f === 'api/schema.d.ts' || f.endsWith('.test.ts') || f in data) continue
  const blank = s => s.replace(/[^\n]/g, ' ')
  read(f).replace(/<style[\s\S]*?<\/style>/g, blank).replace(/<!--[\s\S]*?-->/g, blank).replace(/\/\*[\s\S]*?\*\//g, blank)
    .split('\n').forEach((line, i) => {
      const l = line.replace(/(^|\s)\/\/ .*$/, '').replace(/\/(?![/*>\s])(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\n[])+\/[gimuy]*/g, m => (CJK.test(m) ? '' : m))
      if (CJK.test(l)) { bad++; console.log(`${f}:${i + 1}: ${l.trim().slice(Math.max(0, l.trim().search(CJK) - 30), l.trim().search(CJK) + 40)}`) }
    })
}
console.log(bad ? `${bad} words of the pages outside text/` : 'ok    no words outside text/')
if (bad) process.exit(1)
