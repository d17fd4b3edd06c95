// @ts-expect-error the pages have no types of Node; this runs there
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
// @ts-expect-error its types are apart
import { BpmnModdle } from 'bpmn-moddle'
import { atOutcome, oaModdle, ofOps, ofPeriod, ofTerms, OPS, ops, outcomeOf, period, termParts, terms, withOa, ofTurns, turns } from './oa'

const modules = new URL('../../modules/', import.meta.url)
const flows = readdirSync(modules).map((k: string) => ({ key: k, xml: readFileSync(new URL(k + '/flow.bpmn', modules), 'utf8') }))
const attributes = (xml: string) => (xml.match(/\boa:[\w]+="[^"]*"/g) || []).map(s => s.replace(/&#10;|\s+/g, ' ')).sort()
const reader = () => new (BpmnModdle as any)({ oa: oaModdle })

test('every flow of the program is read without a warning and written with all its attributes', async () => {
  expect(flows.length).toBeGreaterThan(30)
  for (const f of flows) {
    const read = await reader().fromXML(f.xml)
    expect(read.warnings.map((w: any) => f.key + ': ' + w.message)).toEqual([])
    const { xml } = await reader().toXML(read.rootElement, { format: true })
    expect(attributes(xml).length, f.key).toBe(attributes(f.xml).length)
  }
})

test('another maker’s attributes stay, and ours can be added', async () => {
  const xml = withOa('<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="d"><process id="p"><userTask id="a" camunda:assignee="demo"/></process></definitions>')
  const { rootElement } = await reader().fromXML(xml)
  rootElement.rootElements[0].flowElements[0].set('oa:assign', 'starter')
  const out = (await reader().toXML(rootElement)).xml
  expect(out).toContain('camunda:assignee="demo"')
  expect(out).toContain('oa:assign="starter"')
})

test('our namespace is known under another prefix', async () => {
  const { rootElement } = await reader().fromXML('<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:t="urn:tongban:oa:1" id="d"><process id="p"><userTask id="a" t:due="1wd"/></process></definitions>')
  expect(rootElement.rootElements[0].flowElements[0].get('oa:due')).toBe('1wd')
})

test('the words of the attributes of all flows come back as they were', () => {
  for (const f of flows) for (const s of attributes(f.xml)) {
    const [, name, value] = /^oa:(\w+)="(.*)"$/.exec(s)!
    if (name === 'assign') expect(ofTerms(terms(value))).toBe(value.replace(/,\s*/g, ', ').trim())
    if (name === 'due' || name === 'warn') expect(ofPeriod(period(value))).toBe(value)
    if (name === 'ops') expect(ops(ofOps(ops(value))).sort()).toEqual(ops(value).sort())
  }
  expect(termParts('role(finance)')).toEqual(['role', 'finance'])
  expect(termParts('prev.actor')).toEqual(['prev.actor', ''])
  expect(ofTerms([])).toBeUndefined()
})

test('turns of a start: a moment, a repetition, and whatever else stays as written', () => {
  for (const [tag, text, kind] of [['timeDate', '2026-12-01T08:30', 'once'], ['timeCycle', 'R/2026-12-01T08:30/1wd', 'every'], ['timeCycle', 'R5/2026-12-01T08:30/P1M', 'every'], ['timeCycle', 'R/PT2H', 'every'], ['timeCycle', 'R3/P1W', 'every']] as const) {
    expect(turns(tag, text).kind).toBe(kind)
    expect(ofTurns(turns(tag, text))).toEqual({ tag, text })
  }
  expect(turns('timeCycle', 'R/PT30M')).toMatchObject({ kind: 'written', text: 'R/PT30M' })
  expect(turns('timeDuration', 'P3D').kind).toBe('written')
  expect(turns('timeDate', '2026-12-01').first).toBe(Date.parse('2026-12-01T00:00:00+08:00'))
  expect(turns('timeCycle', 'R/2026-12-01T00:30:00Z/P1D').first).toBe(Date.parse('2026-12-01T08:30:00+08:00'))
})

test('all is said by nothing, none by a word that needs no leave', () => {
  expect(ofOps(OPS.slice())).toBeUndefined()
  expect(ofOps([])).toBe('complete')
  expect(ops('complete')).toEqual([])
  expect(ofPeriod({ n: '', unit: 'wd' })).toBeUndefined()
  expect(ofPeriod({ n: '3', unit: 'D' })).toBe('P3D')
})

test('a condition about one outcome and its words', () => {
  expect(atOutcome('同意')).toBe('outcome = "同意"')
  expect(outcomeOf(atOutcome('他说"好"'))).toBe('他说"好"')
  expect(outcomeOf('amount > 5 and outcome = "同意"')).toBeNull()
})
