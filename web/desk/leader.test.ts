import { expect, test } from 'vitest'
import { handsOf } from './leader'
const t = (k: string) => ({ 'desk.leader_agree': '同意', 'desk.leader_instruct': '批示', 'desk.send_back': '退回' } as Record<string, string>)[k] || k
const hands = (ops: string[], outcomes: [string, string][]) => handsOf({ ops, outcomes: outcomes.map(([name, label]) => ({ name, label })) }, t).map(h => `${h.label}:${h.outcome}`).join(' ')

test('a step without outcomes: agree, instruct, send back', () => { expect(hands(['complete', 'send_back'], [])).toBe('同意:null 批示:null 退回:null') })
test('agree and not agree', () => { expect(hands(['complete'], [['同意', '同意'], ['不同意', '不同意']])).toBe('同意:同意 批示:同意 不同意:不同意') })
test('a received document is instructed on or noted', () => { expect(hands(['complete', 'transfer'], [['instruct', '批示'], ['noted', '圈阅']])).toBe('圈阅:noted 批示:instruct') })
test('another unit’s text: no opinion, an opinion; countersigned: agreed, with comments, not agreed', () => { expect(hands(['complete', 'send_back'], [['none', '无意见'], ['comment', '有意见']])).toBe('无意见:none 有意见:comment 退回:null'); expect(hands(['complete'], [['agree', '同意'], ['comment', '有意见'], ['disagree', '不同意']])).toBe('同意:agree 有意见:comment 不同意:disagree') })
test('what may not be completed has nothing to agree to', () => { expect(hands(['send_back'], [])).toBe('退回:null'); expect(hands([], [])).toBe('') })
