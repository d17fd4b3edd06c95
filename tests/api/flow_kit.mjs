// Flows for tests of the engine through the real server: BPMN by hand in few words, and the people
// of the city government office under names that last over a restart.
import assert from 'node:assert/strict'
import { install } from './module_kit.mjs'

const xml = s => String(s).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;')
const oa = o => Object.entries(o).map(([k, v]) => ` oa:${k}="${xml(v)}"`).join('')

/** Elements: user('id', {assign}), flow('a', 'b', condition), gate('exclusive', 'id'), timer('P1D') … */
export const user = (id, attributes = {}, inside = '') => `<userTask id="${id}" name="${id}"${oa({ assign: 'starter', ...attributes })}>${inside}</userTask>`
export const node = (tag, id, attributes = '', inside = '') => `<${tag} id="${id}" name="${id}"${attributes && ' ' + attributes}>${inside}</${tag}>`
export const flow = (from, to, condition, id = `f_${from}_${to}`) => `<sequenceFlow id="${id}" sourceRef="${from}" targetRef="${to}">${condition ? `<conditionExpression>${xml(condition)}</conditionExpression>` : ''}</sequenceFlow>`
/** a → b → c … */
export const chain = (...ids) => ids.slice(1).map((to, i) => flow(ids[i], to)).join('')
export const begin = '<startEvent id="begin"/>', end = '<endEvent id="end"/>'
export const timer = rule => `<timerEventDefinition><timeDuration>${rule}</timeDuration></timerEventDefinition>`
/** An event of a message: messageEvent('intermediateCatchEvent', 'came', 'name', 'key'). */
export const messageEvent = (tag, id, name, correlation, attributes = '') =>
  node(tag, id, attributes + oa({ message: name, ...(correlation ? { correlation } : {}) }), '<messageEventDefinition/>')
export const boundary = (id, host, what, interrupts = true) => node('boundaryEvent', id, `attachedToRef="${host}" cancelActivity="${interrupts}"`, what)
export const process = (body, head = '') => `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:oa="urn:tongban:oa:1" targetNamespace="urn:test">
${head}<process id="trial" name="trial" isExecutable="true">
${body}
</process></definitions>`

/** Installs a module that anyone starts. */
export const put = (c, key, fields, flowText, more = {}) =>
  install(c, key, { name: key, tier: 'city', start: 'anyone', fields: [{ name: 'note', label: '说明', type: 'text' }, ...fields], ...more }, flowText)

export const todo = async (client, matter, step) => (await client.rows('/items?box=todo')).find(r => r.matter === matter && (!step || r.step === step))
export const done = async (client, matter, body = {}, step) => {
  const item = await todo(client, matter, step)
  assert.ok(item, `${step || 'an item'} of ${matter}`)
  return client.act(`/items/${item.id}/complete`, body)
}
export const page = (client, matter) => client.read('/matters/' + matter)
/** The steps that somebody has now, by id. */
export const current = async (client, matter) => (await page(client, matter)).current.map(x => x.node).sort()
export const state = async (client, matter) => (await page(client, matter)).state
export const ops = async (client, matter) => (await client.rows(`/matters/${matter}/trace`)).map(t => t.op)

/** Signs these accounts in: { account: client }. */
export async function people(c, accounts) {
  const all = await Promise.all(accounts.map(a => c.signIn(a)))
  return Object.fromEntries(accounts.map((a, i) => [a, all[i]]))
}
