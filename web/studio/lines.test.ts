import { expect, test } from 'vitest'
// @ts-expect-error its types are apart
import { BpmnModdle } from 'bpmn-moddle'
import { kindOf } from './kinds'
import { mapLines, mapsOf, tableMade, tableOf, timerMade, timerOf, withValues } from './lines'
import { oaModdle } from './oa'

const moddle = () => new (BpmnModdle as any)({ oa: oaModdle })
const flow = (inner: string) => `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:oa="urn:tongban:oa:1" id="d"><process id="p">${inner}</process></definitions>`
async function read(inner: string) {
  const m = moddle()
  const { rootElement } = await m.fromXML(flow(inner))
  return { m, root: rootElement, bo: rootElement.rootElements[0].flowElements[0], text: async () => (await m.toXML(rootElement)).xml as string }
}

test('a decision table as lines and back, beside what else stands there', async () => {
  const x = await read('<businessRuleTask id="t"><extensionElements><other:note xmlns:other="urn:x">kept</other:note><oa:table hit="F"><oa:input>total</oa:input><oa:output>grade</oa:output><oa:rule><oa:if>&lt; 5000</oa:if><oa:then>"section"</oa:then></oa:rule></oa:table></extensionElements></businessRuleTask>')
  const t = tableOf(x.bo)
  expect(t).toEqual({ hit: 'F', inputs: 'total', outputs: 'grade', rules: '< 5000 | "section"' })
  x.bo.extensionElements = withValues(x.m, x.bo, 'oa:Table', tableMade(x.m, { ...t, inputs: 'total | kind', rules: '< 5000 | "a" | "section"\n>= 5000 | - | "leader"' }))
  const xml = await x.text()
  expect(xml).toContain('kept')
  expect(xml.match(/<oa:rule>/g)).toHaveLength(2)
  expect(xml).toContain('<oa:if>-</oa:if><oa:then>"leader"</oa:then>')
  x.bo.extensionElements = withValues(x.m, x.bo, 'oa:Table', tableMade(x.m, { hit: 'U', inputs: '', outputs: '', rules: '' }))
  expect(await x.text()).not.toContain('oa:table')
})

test('what is handed over and brought back, one a line; a broken line is left out', async () => {
  const x = await read('<callActivity id="c" calledElement="assignment"><extensionElements><oa:in source="unit" target="unit"/><oa:out source="result" target="last"/></extensionElements></callActivity>')
  expect(mapLines(x.bo, 'oa:In')).toBe('unit = unit')
  x.bo.extensionElements = withValues(x.m, x.bo, 'oa:In', mapsOf(x.m, 'oa:In', 'unit = units[1]\nno sense\nsum = total + 1'))
  const xml = await x.text()
  expect(xml).toContain('source="units[1]" target="unit"')
  expect(xml).toContain('source="total + 1" target="sum"')
  expect(xml).toContain('<oa:out source="result" target="last"')
})

test('a timer says one of three things', async () => {
  const x = await read('<intermediateCatchEvent id="e"><timerEventDefinition><timeDuration>2wd</timeDuration></timerEventDefinition></intermediateCatchEvent>')
  expect(timerOf(x.bo)).toEqual({ kind: 'timeDuration', text: '2wd' })
  expect(kindOf('bpmn:IntermediateCatchEvent', x.bo)!.key).toBe('Timer')
  Object.assign(x.bo.eventDefinitions[0], timerMade(x.m, x.bo, { kind: 'timeDate', text: 'back_on' }))
  const xml = await x.text()
  expect(xml).toMatch(/<timeDate[^>]*>back_on</)
  expect(xml).not.toContain('timeDuration')
  expect(kindOf('bpmn:IntermediateCatchEvent', { eventDefinitions: [{ $type: 'bpmn:SignalEventDefinition' }] })).toBeNull()
})
