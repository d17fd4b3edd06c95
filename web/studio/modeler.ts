// bpmn-js as an office needs it: our attributes, a palette and a pad of what the engine runs, its
// words in the person's language. Its mark stays visible (docs/dependencies.md).
import BpmnModeler from 'bpmn-js/lib/Modeler'
import 'bpmn-js/dist/assets/diagram-js.css'
import 'bpmn-js/dist/assets/bpmn-js.css'
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css'
import { t } from '@text/t'
import { oaModdle } from './oa'
import { DEADLINE, HOLDS, ACTIVITIES, KINDS, kindNamed, shapeOf, type Kind } from './kinds'

const word = (k: Kind) => t('studio.el_' + k.key)
/** What is offered behind an element at once; the rest stands in the palette and beside the sheet. */
const NEXT = ['UserTask', 'ExclusiveGateway', 'InclusiveGateway', 'ParallelGateway', 'Timer', 'EndEvent'].map(kindNamed)

class OfficePalette {
  static $inject = ['palette', 'create', 'elementFactory', 'handTool', 'lassoTool', 'globalConnect']
  constructor(palette: any, private create: any, private factory: any, private hand: any, private lasso: any, private link: any) { palette.registerProvider(this) }
  getPaletteEntries() {
    const entry = (group: string, icon: string, title: string, run: (e: Event) => void) => ({ group, className: 'bpmn-icon-' + icon, title, action: { click: run, dragstart: run } })
    const out: Record<string, any> = {
      hand: entry('tools', 'hand-tool', t('studio.tool_hand'), e => this.hand.activateHand(e)),
      lasso: entry('tools', 'lasso-tool', t('studio.tool_lasso'), e => this.lasso.activateSelection(e)),
      connect: entry('tools', 'connection-multi', t('studio.tool_connect'), e => this.link.start(e)),
      parted: { group: 'tools', separator: true },
    }
    for (const k of KINDS) out[k.key] = entry('kinds', k.icon, word(k), e => this.create.start(e, this.factory.createShape(shapeOf(k))))
    return out
  }
}

class OfficePad {
  static $inject = ['contextPad', 'autoPlace', 'elementFactory', 'create', 'connect', 'modeling']
  constructor(pad: any, private place: any, private factory: any, private create: any, private link: any, private modeling: any) { pad.registerProvider(this) }
  getContextPadEntries(el: any) {
    const out: Record<string, any> = {}
    const from = /Task|Event|Gateway|SubProcess|CallActivity/.test(el.type) && el.type !== 'bpmn:EndEvent' && !el.labelTarget
    const on = ACTIVITIES.indexOf(el.type) >= 0 && !el.labelTarget
    if (from) {
      for (const k of NEXT) {
        const shape = () => this.factory.createShape(shapeOf(k))
        out['append.' + k.key] = { group: 'model', className: 'bpmn-icon-' + k.icon, title: t('studio.append', { what: word(k) }), action: { click: (_e: Event, at: any) => this.place.append(at, shape()), dragstart: (e: Event, at: any) => this.create.start(e, shape(), { source: at }) } }
      }
      const run = (e: Event, at: any) => this.link.start(e, at)
      out.connect = { group: 'connect', className: 'bpmn-icon-connection-multi', title: t('studio.tool_connect'), action: { click: run, dragstart: run } }
    }
    if (on) out.deadline = { group: 'model', className: 'bpmn-icon-' + DEADLINE.icon, title: t('studio.add_deadline'), action: { click: (_e: Event, at: any) => addOn(this.modeling, this.factory, at) } }
    if (el.type !== 'bpmn:Process') out.delete = { group: 'edit', className: 'bpmn-icon-trash', title: t('studio.take_out'), action: { click: (_e: Event, at: any) => this.modeling.removeElements([at]) } }
    return out
  }
}

export function modelerIn(container: HTMLElement): any {
  return new BpmnModeler({
    container,
    moddleExtensions: { oa: oaModdle },
    additionalModules: [{ paletteProvider: ['type', OfficePalette], contextPadProvider: ['type', OfficePad] }],
  } as any)
}

/** A deadline on the edge of a step: beside those that are there already. */
function addOn(modeling: any, factory: any, host: any): any {
  const n = (host.attachers || []).length
  return modeling.createShape(factory.createShape(shapeOf(DEADLINE)), { x: host.x + host.width - 22 - n * 44, y: host.y + host.height }, host, { attach: true })
}
export const addDeadline = (m: any, host: any): any => addOn(m.get('modeling'), m.get('elementFactory'), host)

/** A step inside a sub-process or a free zone: behind those that stand there. */
export function addInside(m: any, host: any): any {
  const inside = (host.children || []).filter((c: any) => c.width && !c.labelTarget)
  const x = inside.reduce((most: number, c: any) => Math.max(most, c.x + c.width), host.x + 20) + 80
  if (x + 80 > host.x + host.width) m.get('modeling').resizeShape(host, { x: host.x, y: host.y, width: x + 100 - host.x, height: host.height })
  const last = inside.filter((c: any) => /Task$/.test(c.type)).pop()
  const made = m.get('modeling').createShape(m.get('elementFactory').createShape({ type: 'bpmn:UserTask' }), { x, y: host.y + host.height / 2 }, host)
  if (last && host.type === 'bpmn:SubProcess' && !(last.outgoing || []).length) m.get('modeling').connect(last, made)
  return made
}

/** A step or choice behind `from`: into its only way when there is one, beside the others when there are more. */
export function addAfter(m: any, from: any, key: string): any {
  const modeling = m.get('modeling')
  const factory = m.get('elementFactory')
  const kind = kindNamed(key), type = kind.type
  const made = () => factory.createShape(shapeOf(kind))
  const way = from.outgoing && from.outgoing.length === 1 ? from.outgoing[0] : null
  if (!way || type === 'bpmn:EndEvent' || /Gateway$/.test(from.type)) return m.get('autoPlace').append(from, made())
  const next = way.target
  const mid = { x: next.x + next.width / 2, y: next.y + next.height / 2 }
  const right = m.get('elementRegistry').filter((e: any) => e.width && !e.labelTarget && e.parent === next.parent && !e.host && e.x >= next.x)
  modeling.moveElements(right, { x: HOLDS.indexOf(type) >= 0 ? 420 : 160, y: 0 })
  const shape = modeling.createShape(made(), { x: Math.max(mid.x, from.x + from.width + 100) + (HOLDS.indexOf(type) >= 0 ? 125 : 0), y: from.y + from.height / 2 }, from.parent)
  modeling.reconnectEnd(way, shape, { x: shape.x, y: shape.y + shape.height / 2 })
  modeling.connect(shape, next)
  return shape
}
