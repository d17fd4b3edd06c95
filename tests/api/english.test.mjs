// English is complete: what modules say (names, steps, routes, labels, places on the sheet) goes out in
// the language of the request, wherever it stands; what people wrote stays as it is.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from './tongban.mjs'
import { officeOf } from './document_office.mjs'

const c = await city()
const o = await officeOf(c)
const en = {}
for (const n of ['drafter', 'office_head', 'leader', 'unit_admin', 'recheck']) en[n] = await c.signIn(n, undefined, { lang: 'en' })
const han = /[\u3400-\u9fff]/
const english = (text, what) => assert.ok(text && !han.test(text), `${what} in English: ${text}`)

const doc = await o.draft()
const matter = doc.matter_id
await o.toOffice(matter)

test('lists name the module and the step', async () => {
  const row = await o.todo(en.office_head, matter)
  assert.deepEqual([row.module_name, row.step], ['Outgoing document', "Office director's review"])
  const mine = (await en.drafter.rows('/items?box=initiated')).find(r => r.matter === matter)
  assert.equal(mine.module_name, 'Outgoing document')
  const done = (await en.drafter.rows('/items?box=done')).find(r => r.matter === matter)
  assert.equal(done.step, 'Drafting')
  assert.equal((await o.todo(o.office_head, matter)).step, '办公室主任审核', 'Chinese stays Chinese')
})

test('the matter’s page: where it is, what to do, routes, choices, places on the sheet', async () => {
  const p = await o.page(en.office_head, matter)
  english(p.module_name, 'module')
  for (const x of p.current) english(x.name, 'step')
  english(p.my_item.name, 'my step')
  english(p.my_item.doc, 'what to do')
  assert.deepEqual(p.my_item.outcomes.map(x => [x.name, x.label]), [['to_leader', 'To the leader in charge'], ['to_signer', 'To the signer']])
  for (const x of p.my_item.need_vars) english(x.label, 'choice')
  assert.deepEqual(p.sheet.map(s => s.name), ['Drafting', "Section's opinion", "Text checker's opinion"])
  for (const t of await en.office_head.rows(`/items/${p.my_item.id}/targets`)) english(t.name, 'target')
  const picture = await en.office_head.read(`/matters/${matter}/diagram`)
  for (const x of [...picture.nodes.map(n => n.name), ...picture.edges.map(e => e.label)]) if (x) english(x, 'picture')
})

test('an outcome stands in the record by its label, in both languages', async () => {
  await o.done(o.office_head, matter, { outcome: 'to_leader', opinion: '呈审', vars: o.signer() })
  const found = async client => (await client.rows(`/matters/${matter}/trace`)).filter(r => r.outcome).map(r => [r.step, r.outcome])
  assert.deepEqual((await found(o.drafter)).pop(), ['办公室主任审核', '呈分管领导审签'])
  assert.deepEqual((await found(en.drafter)).pop(), ["Office director's review", 'To the leader in charge'])
})

test('every module of the program: name, form, routes and picture', async () => {
  const list = await en.unit_admin.rows('/modules')
  assert.ok(list.length > 30, `${list.length} modules`)
  for (const row of list) {
    english(row.name, row.key)
    if (row.summary) english(row.summary, row.key)
    const m = await en.unit_admin.read('/modules/' + row.key)
    for (const f of m.start.fields) {
      english(f.label, `${row.key}.${f.name}`)
      if (f.hint) english(f.hint, `${row.key}.${f.name}`)
      for (const x of [...(f.options || []), ...(f.columns || [])]) english(x.label, `${row.key}.${f.name}`)
    }
    for (const x of [...m.start.outcomes || [], ...m.start.need_vars || [], ...m.start.asks || []]) english(x.label, `${row.key} start`)
    for (const ask of m.module.asks || []) for (const x of [ask, ...(ask.options || [])]) english(x.label, `${row.key} ask`)
    for (const n of m.picture.nodes) if (n.name) english(n.name, `${row.key} ${n.id}`)
    for (const e of m.picture.edges) if (e.label) english(e.label, `${row.key} ${e.id}`)
  }
})

test('a form’s matter: labels, the print sheet, the register and its file', async () => {
  const form = { caller_unit: '省水利厅', caller: '周某', phone: '0731-80000000', called_at: Math.floor(c.now() / 60e3) * 60e3 - 300e3, words: '报送名单。', needs_answer: false }
  const { matter_id } = await en.drafter.act('/matters', { module: 'phone_record', form, hand_on: true })
  const p = await en.drafter.read('/matters/' + matter_id)
  for (const f of p.form.fields) english(f.label, f.name)
  english(p.print_sheet.title, 'sheet')
  for (const cell of p.print_sheet.rows.flat()) english(cell.label || cell.place, 'cell')
  assert.equal(p.form.values.words, '报送名单。', 'what people wrote stays')
})
