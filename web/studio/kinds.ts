// What can be put down on the sheet: the engine's elements that the panel has words for, each with the
// icon of the modeler's font. Pure.

export interface Kind { key: string; type: string; icon: string; event?: string }
const TIMER = 'bpmn:TimerEventDefinition'
export const KINDS: Kind[] = [
  { key: 'StartEvent', type: 'bpmn:StartEvent', icon: 'start-event-none' },
  { key: 'UserTask', type: 'bpmn:UserTask', icon: 'user-task' },
  { key: 'ExclusiveGateway', type: 'bpmn:ExclusiveGateway', icon: 'gateway-xor' },
  { key: 'InclusiveGateway', type: 'bpmn:InclusiveGateway', icon: 'gateway-or' },
  { key: 'ParallelGateway', type: 'bpmn:ParallelGateway', icon: 'gateway-parallel' },
  { key: 'EventBasedGateway', type: 'bpmn:EventBasedGateway', icon: 'gateway-eventbased' },
  { key: 'Timer', type: 'bpmn:IntermediateCatchEvent', icon: 'intermediate-event-catch-timer', event: TIMER },
  { key: 'ScriptTask', type: 'bpmn:ScriptTask', icon: 'script-task' },
  { key: 'BusinessRuleTask', type: 'bpmn:BusinessRuleTask', icon: 'business-rule-task' },
  { key: 'CallActivity', type: 'bpmn:CallActivity', icon: 'call-activity' },
  { key: 'SubProcess', type: 'bpmn:SubProcess', icon: 'subprocess-expanded' },
  { key: 'AdHocSubProcess', type: 'bpmn:AdHocSubProcess', icon: 'ad-hoc-marker' },
  { key: 'EndEvent', type: 'bpmn:EndEvent', icon: 'end-event-none' },
]
/** An event on the edge of a step: its time has come. */
export const DEADLINE: Kind = { key: 'Deadline', type: 'bpmn:BoundaryEvent', icon: 'intermediate-event-catch-non-interrupting-timer', event: TIMER }
export const HOLDS = ['bpmn:SubProcess', 'bpmn:AdHocSubProcess']
/** What a deadline can be put on, and what can be done for several at once. */
export const ACTIVITIES = ['bpmn:UserTask', 'bpmn:CallActivity'].concat(HOLDS)

interface Bo { eventDefinitions?: { $type: string }[] }
/** Which kind an element is; null: the panel has no words for it, what it says stays as it is. */
export function kindOf(type: string, bo: Bo): Kind | null {
  const event = type === 'bpmn:StartEvent' ? '' : (bo.eventDefinitions || []).map(d => d.$type).join() // a start's is StartPart's
  return KINDS.concat(DEADLINE).find(k => k.type === type && (k.event || '') === event) || null
}
export const kindNamed = (key: string): Kind => KINDS.concat(DEADLINE).find(k => k.key === key)!
/** What the modeler's factory makes it from. */
export const shapeOf = (k: Kind): Record<string, unknown> => ({ type: k.type, ...(k.event ? { eventDefinitionType: k.event } : {}), ...(HOLDS.indexOf(k.type) >= 0 ? { isExpanded: true } : {}), ...(k === DEADLINE ? { cancelActivity: false } : {}) })
