// Holds every answer against its description in the program's own OpenAPI document: each member
// there, of its type, null only where it may be, and none that is not described. The harness asks
// for every answer of every test, so a read and its description cannot part.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'

const REMEDY = 'describe it where the read’s record stands (NAME_answers.c, core/answer.h)'

/** The pages show the acts of a record by their words: each that any test brings about has them. */
const SHOWN = { 'matter.trace': 'desk', 'org.changes': 'org' }
const wordsOf = (lang, room) => JSON.parse(readFileSync(new URL(`../../web/text/${lang}/${room}.json`, import.meta.url)))
const acts = Object.fromEntries(Object.values(SHOWN).map(room => [room, ['zh-CN', 'en'].map(lang => [lang, wordsOf(lang, room)])]))
function checkActs(room, rows) {
  for (const r of rows)
    for (const [lang, words] of acts[room])
      assert.ok(words['op_' + r.op.replace(/\./g, '_')], `the act ${r.op} has no words in web/text/${lang}/${room}.json`)
}

export function answersOf(api) {
  const routes = []
  for (const [path, methods] of Object.entries(api.paths))
    for (const [method, o] of Object.entries(methods)) {
      const pattern = new RegExp('^' + path.replace(/\{\w+\}/g, '[^/]+') + '$')
      routes.push({ method: method.toUpperCase(), pattern, free: path.split('{').length, o })
    }
  routes.sort((a, b) => a.free - b.free) // /units/tree before /units/{unit_id}

  const resolve = s => (s.$ref ? s.$ref.split('/').slice(1).reduce((o, k) => o[k], api) : s)

  /** One object schema of several that hold together. */
  function joined(s) {
    s = resolve(s)
    if (!s.allOf) return s
    const all = s.allOf.map(joined)
    return all.length === 1 ? all[0] : {
      type: 'object',
      properties: Object.assign({}, ...all.map(x => x.properties)),
      required: all.flatMap(x => x.required || []),
    }
  }

  function typeFault(types, value, at) {
    const is = value === null ? 'null' : Array.isArray(value) ? 'array' : Number.isInteger(value) ? 'integer' : typeof value
    return types.includes(is) || (is === 'integer' && types.includes('number')) ? null : `${at} is ${is}, described as ${types.join(' or ')}`
  }

  /** What is wrong with the value; null: nothing. */
  function fault(schema, value, at) {
    let s = resolve(schema)
    if (s.anyOf) {
      const faults = s.anyOf.map(x => fault(x, value, at))
      return faults.includes(null) ? null : faults.find(f => !/described as null$/.test(f)) || faults[0]
    }
    s = joined(s)
    if (!s.type) return null
    const wrong = typeFault([].concat(s.type), value, at)
    if (wrong || value === null) return wrong
    if (s.enum && !s.enum.includes(value)) return `${at} is ${JSON.stringify(value)}, described as ${s.enum.join(', ')}`
    if (s.format === 'id' && !/^[1-9]\d*$/.test(value)) return `${at} is no id: ${value}`
    if (Array.isArray(value)) return first(value, (v, i) => fault(s.items, v, `${at}[${i}]`))
    if (typeof value !== 'object' || !s.properties) return null
    for (const k of s.required || []) if (!(k in value)) return `${at}.${k} is missing`
    return first(Object.keys(value), k => (k in s.properties ? fault(s.properties[k], value[k], `${at}.${k}`) : `${at}.${k} is not described`))
  }
  function first(list, f) {
    for (let i = 0; i < list.length; i++) { const r = f(list[i], i); if (r) return r }
    return null
  }

  return {
    /** Throws when the answer is not as described. */
    check(method, at, status, type, body) {
      const path = at.split('?')[0]
      if (method === 'HEAD') return
      if (status >= 400) {
        if (/^application\/problem\+json/.test(type)) assert.equal(fault(api.components.schemas.problem, body, 'problem'), null)
        return
      }
      const route = routes.find(r => r.method === method && r.pattern.test(path))
      const described = route && (route.o.responses[status] || {}).content
      if (!described || !/json/.test(type)) return
      const wrong = fault(described['application/json'].schema, body, 'answer')
      if (SHOWN[route.o.operationId]) checkActs(SHOWN[route.o.operationId], body.rows)
      assert.equal(wrong, null, `${method} ${path} (${route.o.operationId}): ${wrong}; ${REMEDY}`)
    },
    fault, schemaOf: (method, path) => api.paths[path][method.toLowerCase()].responses[200].content['application/json'].schema,
  }
}
