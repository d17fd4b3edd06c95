// What a leader has at hand at a step: 同意, 批示 and 退回, as far as the step allows each; the names of
// the outcomes are the module's. Pure.
import type { MyItem } from '@api/types'

export interface Hand { kind: 'agree' | 'instruct' | 'back'; label: string; outcome: string | null }
const refuses = (name: string) => /disagree|reject|refuse|return|不同意|不批准|退回/.test(name)

export function handsOf(item: Pick<MyItem, 'ops' | 'outcomes'>, t: (key: string) => string): Hand[] {
  const has = (op: string) => item.ops.indexOf(op) >= 0
  const hands: Hand[] = []
  const no = item.outcomes.find(o => refuses(o.name) || refuses(o.label))
  if (has('complete')) {
    const rest = item.outcomes.filter(o => o !== no)
    const instruct = rest.find(o => o.name === 'instruct' || o.name === 'comment')
    const yes = rest.find(o => o !== instruct)
    if (yes || !item.outcomes.length) hands.push({ kind: 'agree', label: yes && instruct ? yes.label : t('desk.leader_agree'), outcome: yes ? yes.name : null })
    const said = instruct || yes
    if (said || !item.outcomes.length) hands.push({ kind: 'instruct', label: said && said.name === 'comment' ? said.label : t('desk.leader_instruct'), outcome: said ? said.name : null })
  }
  if (has('send_back')) hands.push({ kind: 'back', label: t('desk.send_back'), outcome: null })
  else if (no && has('complete')) hands.push({ kind: 'back', label: no.label, outcome: no.name })
  return hands
}
