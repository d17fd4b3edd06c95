// What can be put down on the sheet: the engine's elements that the panel has words for, each with the
// icon of the modeler's font. Pure.

export interface Kind { key: string; type: string; icon: string; event?: string }
const TIMER = 'bpmn:TimerEventDefinition', MESSAGE = 'bpmn:MessageEventDefinition'
export const KINDS: Kind[] = [
  { key: 'StartEvent', type: 'bpmn:StartEvent', icon: 'start-event-none' },
  { key: 'UserTask', type: 'bpmn:UserTask', icon: 'user-task' },
  { key: 'ExclusiveGateway', type: 'bpmn:ExclusiveGateway', icon: 'gateway-xor' },
  { key: 'InclusiveGateway', type: 'bpmn:InclusiveGateway', icon: 'gateway-or' },
  { key: 'ParallelGateway', type: 'bpmn:ParallelGateway', icon: 'gateway-parallel' },
  { key: 'EventBasedGateway', type: 'bpmn:EventBasedGateway', icon: 'gateway-eventbased' },
  { key: 'Timer', type: 'bpmn:IntermediateCatchEvent', icon: 'intermediate-event-catch-timer', event: TIMER },
  { key: 'MessageCatch', type: 'bpmn:IntermediateCatchEvent', icon: 'intermediate-event-catch-message', event: MESSAGE },
  { key: 'MessageThrow', type: 'bpmn:IntermediateThrowEvent', icon: 'intermediate-event-throw-message', event: MESSAGE },
  { key: 'ServiceTask', type: 'bpmn:ServiceTask', icon: 'service-task' },
  { key: 'ScriptTask', type: 'bpmn:ScriptTask', icon: 'script-task' },
  { key: 'BusinessRuleTask', type: 'bpmn:BusinessRuleTask', icon: 'business-rule-task' },
  { key: 'CallActivity', type: 'bpmn:CallActivity', icon: 'call-activity' },
  { key: 'SubProcess', type: 'bpmn:SubProcess', icon: 'subprocess-expanded' },
  { key: 'AdHocSubProcess', type: 'bpmn:AdHocSubProcess', icon: 'ad-hoc-marker' },
  { key: 'EndEvent', type: 'bpmn:EndEvent', icon: 'end-event-none' },
]
/** An event on the edge of a step: its time has come. */
export const DEADLINE: Kind = { key: 'Deadline', type: 'bpmn:BoundaryEvent', icon: 'intermediate-event-catch-non-interrupting-timer', event: TIMER }
/** Not offered, since the two above say the same in fewer words; known when a file brings them. */
const ALSO: Kind[] = [
  { key: 'SendTask', type: 'bpmn:SendTask', icon: 'send-task' },
  { key: 'ReceiveTask', type: 'bpmn:ReceiveTask', icon: 'receive-task' },
  { key: 'MessageEnd', type: 'bpmn:EndEvent', icon: 'end-event-message', event: MESSAGE },
  { key: 'MessageOn', type: 'bpmn:BoundaryEvent', icon: 'intermediate-event-catch-message', event: MESSAGE },
  { key: 'Lane', type: 'bpmn:Lane', icon: 'lane' },
]
/** Does this kind of element send, rather than wait? */
export const sends = (type: string): boolean => ['bpmn:SendTask', 'bpmn:IntermediateThrowEvent', 'bpmn:EndEvent'].indexOf(type) >= 0
export const HOLDS = ['bpmn:SubProcess', 'bpmn:AdHocSubProcess']
/** What a deadline can be put on, and what can be done for several at once. */
export const ACTIVITIES = ['bpmn:UserTask', 'bpmn:CallActivity'].concat(HOLDS)

/** Is it about a message: by its event, or as a task that sends or waits? A task with an operation is the program's. */
export const isMessage = (type: string, bo: Bo & { get?(name: string): unknown }): boolean =>
  (bo.eventDefinitions || []).some(d => d.$type === MESSAGE) || type === 'bpmn:ReceiveTask' || (type === 'bpmn:SendTask' && !(bo.get && bo.get('oa:op')))
interface Bo { eventDefinitions?: { $type: string }[] }
/** Which kind an element is; null: the panel has no words for it, what it says stays as it is. */
export function kindOf(type: string, bo: Bo): Kind | null {
  const event = type === 'bpmn:StartEvent' ? '' : (bo.eventDefinitions || []).map(d => d.$type).join() // a start's is StartPart's
  return KINDS.concat(DEADLINE, ALSO).find(k => k.type === type && (k.event || '') === event) || null
}
export const kindNamed = (key: string): Kind => KINDS.concat(DEADLINE).find(k => k.key === key)!
/** What the modeler's factory makes it from. */
export const shapeOf = (k: Kind): Record<string, unknown> => ({ type: k.type, ...(k.event ? { eventDefinitionType: k.event } : {}), ...(HOLDS.indexOf(k.type) >= 0 ? { isExpanded: true } : {}), ...(k === DEADLINE ? { cancelActivity: false } : {}) })
