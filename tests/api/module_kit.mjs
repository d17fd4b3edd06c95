// Modules for tests: a flow written as a list of steps becomes BPMN, and the operator installs it.
import assert from 'node:assert/strict'

const xml = s => String(s).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;')

/**
 * steps: [id, name, {assign, …oa attributes}] in a row from start to end. ways: { id: [[label, target, condition]] }
 * puts an exclusive gateway behind a step; a target is a step's id or 'end'; the last way is the default.
 */
export function bpmn(steps, ways = {}) {
  const out = []
  let flows = 0
  const flow = (from, to, label, condition, id = 'f' + ++flows) => {
    out.push(`<sequenceFlow id="${id}" sourceRef="${from}" targetRef="${to}"${label ? ` name="${xml(label)}" oa:label="${xml(label)}"` : ''}>` +
      (condition ? `<conditionExpression>${xml(condition)}</conditionExpression>` : '') + '</sequenceFlow>')
    return id
  }
  flow('begin', steps[0][0])
  steps.forEach(([id, name, oa = {}], i) => {
    const attributes = Object.entries(oa).map(([k, v]) => ` oa:${k}="${xml(v)}"`).join('')
    out.push(`<userTask id="${id}" name="${xml(name)}"${attributes}/>`)
    const next = i + 1 < steps.length ? steps[i + 1][0] : 'end'
    if (!ways[id]) return flow(id, next)
    const gate = 'after_' + id
    flow(id, gate)
    const ids = ways[id].map(([label, target, condition], k) => flow(gate, target, label, k + 1 < ways[id].length ? condition : null))
    out.push(`<exclusiveGateway id="${gate}" default="${ids.at(-1)}"/>`)
  })
  return `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:oa="urn:tongban:oa:1" targetNamespace="urn:test">
<process id="trial" name="trial" isExecutable="true"><startEvent id="begin"/><endEvent id="end"/>
${out.join('\n')}
</process></definitions>`
}

/** Installs for the whole city; the answer's findings must be none unless `bad`. */
export async function install(c, key, module, flow, { bad = false } = {}) {
  const said = await c.operator('module.install', { key, module: typeof module === 'string' ? module : JSON.stringify(module, null, 1), bpmn: flow })
  assert.ok(said.report, JSON.stringify(said))
  if (!bad) assert.equal(said.report.ok, true, JSON.stringify(said.report.errors))
  return said
}

export const todo = async (client, matter) => (await client.rows('/items?box=todo')).find(r => r.matter === matter)
/** Completes the person's open item of the matter. */
export async function done(client, matter, body = {}) {
  const item = await todo(client, matter)
  assert.ok(item, `an item of ${matter}`)
  return client.act(`/items/${item.id}/complete`, body)
}

/** The id of an upload of these bytes. */
export async function upload(client, bytes, name) {
  const tus = { 'Tus-Resumable': '1.0.0' }
  const made = await client.request('POST', '/uploads', { headers: { ...tus, 'Upload-Length': String(bytes.length), 'Upload-Metadata': 'filename ' + Buffer.from(name).toString('base64') } })
  assert.equal(made.status, 201)
  const at = made.headers.get('location')
  const sent = await client.request('PATCH', at.replace('/api/v1', ''), { body: bytes, headers: { ...tus, 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' } })
  assert.equal(sent.status, 204)
  return at.split('/').pop()
}
