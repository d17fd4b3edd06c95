// A text cut into hits and the rest, for marking without HTML. Pure.
export function marked(text: string, words: string[]): { text: string; hit: boolean }[] {
  const ws = words.filter(Boolean).map(w => w.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  if (!ws.length) return [{ text, hit: false }]
  return text.split(new RegExp('(' + ws.join('|') + ')', 'i')).map((s, i) => ({ text: s, hit: i % 2 === 1 })).filter(p => p.text)
}
