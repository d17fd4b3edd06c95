// Where a title may be broken: between words, never inside one (GB/T 9704 7.3.2: 回行时要做到词意完整).
// The browser's own word list where it has one (Chromium 87), else what can be told without: numbers
// with their measure, marks with what they belong to, one character after the other. Pure.
const OPEN = /^[《〈（(“‘〔【]+$/
const CLOSE = /^[》〉）)”’〕】、，。：；？！,.:;!?%％‰]+$/
const HAN = /^[\u3400-\u9fff]$/
/** One character that belongs to the word before it: 办公｜室, 2027｜年, 指导｜的. */
const AFTER = new Set('的地得了等们者性化市县区州省镇乡村组室厅局委会部院站所队办署社年月日号时点周届次条款项章节期件个名万亿元级度型类处科股'.split(''))
/** One character that belongs to the word after it: 全｜过程, 各｜单位. */
const BEFORE = new Set('第各全本该再未不非已被'.split(''))

interface Segmenter { segment(text: string): Iterable<{ segment: string }> }
const maker = (Intl as unknown as { Segmenter?: new (lang: string, how: object) => Segmenter }).Segmenter
const known = maker ? new maker('zh-CN', { granularity: 'word' }) : null

function cut(text: string): string[] {
  return text.match(/[0-9０-９]+|[A-Za-z]+|\s+|[^]/g) || []
}

/** The words of `text`, in their order; joined they are the text again. */
export function wordsOf(text: string, segmenter: Segmenter | null = known): string[] {
  const raw = segmenter ? Array.from(segmenter.segment(text), x => x.segment) : cut(text)
  const out: string[] = []
  let glued = false // whether what comes next belongs to the last word
  let single = false // whether the last word is a run of single characters, as names are
  for (const w of raw) {
    const last = out.length - 1
    const alone = HAN.test(w)
    const closes = CLOSE.test(w) || /^\s+$/.test(w)
    const belongs: boolean = last >= 0 && (glued || closes || (alone && AFTER.has(w) && (segmenter !== null || /[0-9０-９]$/.test(out[last]) || w === '的')) || (segmenter !== null && alone && single))
    if (belongs) out[last] += w
    else out.push(w)
    single = alone && (!belongs || single)
    glued = OPEN.test(w) || (segmenter !== null && alone && BEFORE.has(w)) || /[—–-]$/.test(w)
  }
  return out
}
