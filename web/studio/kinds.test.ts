import { expect, test } from 'vitest'
import { isMessage, KINDS, kindOf, sends, shapeOf } from './kinds'

const MESSAGE = 'bpmn:MessageEventDefinition'
const of = (...types: string[]) => ({ eventDefinitions: types.map($type => ({ $type })) })

test('events are told apart by what they are about; what the panel has no words for stays', () => {
  expect(kindOf('bpmn:IntermediateCatchEvent', of(MESSAGE))!.key).toBe('MessageCatch')
  expect(kindOf('bpmn:IntermediateThrowEvent', of(MESSAGE))!.key).toBe('MessageThrow')
  expect(kindOf('bpmn:BoundaryEvent', of(MESSAGE))!.key).toBe('MessageOn')
  expect(kindOf('bpmn:EndEvent', of(MESSAGE))!.key).toBe('MessageEnd')
  expect(kindOf('bpmn:EndEvent', of())!.key).toBe('EndEvent')
  expect(kindOf('bpmn:IntermediateCatchEvent', of('bpmn:SignalEventDefinition'))).toBeNull()
  for (const k of KINDS) expect(kindOf(k.type, of(...(k.event ? [k.event] : [])))!.key).toBe(k.key)
})

test('a message is sent or waited for; a sending task with an operation is the program’s', () => {
  expect(isMessage('bpmn:StartEvent', of(MESSAGE))).toBe(true)
  expect(isMessage('bpmn:ReceiveTask', of())).toBe(true)
  expect(isMessage('bpmn:SendTask', of())).toBe(true)
  expect(isMessage('bpmn:SendTask', { ...of(), get: () => 'receiving.register' })).toBe(false)
  expect(isMessage('bpmn:EndEvent', of())).toBe(false)
  expect(['bpmn:SendTask', 'bpmn:IntermediateThrowEvent', 'bpmn:EndEvent'].every(sends)).toBe(true)
  expect(sends('bpmn:IntermediateCatchEvent')).toBe(false)
  expect(shapeOf(kindOf('bpmn:IntermediateThrowEvent', of(MESSAGE))!)).toEqual({ type: 'bpmn:IntermediateThrowEvent', eventDefinitionType: MESSAGE })
})
