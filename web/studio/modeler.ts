// bpmn-js as an office needs it: our attributes, a palette and a pad of what the engine runs, its
// words in the person's language. Its mark stays visible (docs/dependencies.md).
import BpmnModeler from 'bpmn-js/lib/Modeler'
import 'bpmn-js/dist/assets/diagram-js.css'
import 'bpmn-js/dist/assets/bpmn-js.css'
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css'
import { t } from '@text/t'
import { oaModdle } from './oa'

/** What can be put down, with the icon of it. */
const KINDS: [string, string][] = [
  ['bpmn:StartEvent', 'start-event-none'], ['bpmn:UserTask', 'user-task'], ['bpmn:ExclusiveGateway', 'gateway-xor'],
  ['bpmn:ParallelGateway', 'gateway-parallel'], ['bpmn:SubProcess', 'subprocess-expanded'], ['bpmn:EndEvent', 'end-event-none'],
]
const word = (type: string) => t('studio.el_' + type.slice(5))

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
    for (const [type, icon] of KINDS) out[type] = entry('kinds', icon, word(type), e => this.create.start(e, this.factory.createShape({ type, isExpanded: type === 'bpmn:SubProcess' || undefined })))
    return out
  }
}

class OfficePad {
  static $inject = ['contextPad', 'autoPlace', 'elementFactory', 'create', 'connect', 'modeling']
  constructor(pad: any, private place: any, private factory: any, private create: any, private link: any, private modeling: any) { pad.registerProvider(this) }
  getContextPadEntries(el: any) {
    const out: Record<string, any> = {}
    const from = /Task|Event|Gateway|SubProcess|CallActivity/.test(el.type) && el.type !== 'bpmn:EndEvent' && !el.labelTarget
    if (from) {
      for (const [type, icon] of KINDS) {
        if (type === 'bpmn:StartEvent' || type === 'bpmn:SubProcess') continue
        const shape = () => this.factory.createShape({ type })
        out['append.' + type] = { group: 'model', className: 'bpmn-icon-' + icon, title: t('studio.append', { what: word(type) }), action: { click: (_e: Event, at: any) => this.place.append(at, shape()), dragstart: (e: Event, at: any) => this.create.start(e, shape(), { source: at }) } }
      }
      const run = (e: Event, at: any) => this.link.start(e, at)
      out.connect = { group: 'connect', className: 'bpmn-icon-connection-multi', title: t('studio.tool_connect'), action: { click: run, dragstart: run } }
    }
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

/** A step or choice behind `from`: into its only way when there is one, beside the others when there are more. */
export function addAfter(m: any, from: any, type: string): any {
  const modeling = m.get('modeling')
  const factory = m.get('elementFactory')
  const way = from.outgoing && from.outgoing.length === 1 ? from.outgoing[0] : null
  if (!way || type === 'bpmn:EndEvent' || /Gateway$/.test(from.type)) return m.get('autoPlace').append(from, factory.createShape({ type }))
  const next = way.target
  const mid = { x: next.x + next.width / 2, y: next.y + next.height / 2 }
  const right = m.get('elementRegistry').filter((e: any) => e.width && !e.labelTarget && e.parent === next.parent && !e.host && e.x >= next.x)
  modeling.moveElements(right, { x: 160, y: 0 })
  const shape = modeling.createShape({ type }, { x: Math.max(mid.x, from.x + from.width + 100), y: from.y + from.height / 2 }, from.parent)
  modeling.reconnectEnd(way, shape, { x: shape.x, y: shape.y + shape.height / 2 })
  modeling.connect(shape, next)
  return shape
}
