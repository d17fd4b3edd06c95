// Plays a matter of a module through the real server: whoever of the office holds an open item does
// what the plan says for its step. What nobody holds, or no plan names, stops the test with words.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { upload } from './module_kit.mjs'
import { faces } from './modules_faces.mjs'

export const OFFICE = ['drafter', 'section_head', 'office_head', 'leader', 'principal', 'finance', 'personnel', 'logistics', 'legal',
  'disclosure', 'archivist', 'print_room', 'recheck', 'city_admin', 'doc_clerk', 'duty', 'supervision', 'seal_custodian', 'reviewer', 'unit_admin',
  'youshining', 'tanglianyun', 'chengenyi'] // the secretary-general, who heads the Office, and two deputies

export async function office(c) {
  const people = Object.fromEntries(await Promise.all(OFFICE.map(async n => [n, await c.signIn(n)])))
  const post = {}
  for (const n of OFFICE) post[n] = (await people[n].read('/me')).posts[0].id
  const plays = { people, post, unit: (await people.drafter.read('/me')).posts[0].unit.id }

  /** The open item of a matter, and who of the office holds it. */
  plays.holder = async matter => {
    for (const name of OFFICE) {
      const page = await people[name].get('/matters/' + matter)
      if (page.status === 200 && page.body.my_item) return { name, item: page.body.my_item }
    }
    return null
  }

  /** Starts one and hands it on: its id. */
  plays.start = async (module, form, { as = 'drafter', title } = {}) =>
    (await people[as].act('/matters', { module, form, hand_on: true, ...(title ? { title } : {}) })).matter_id

  /** A small paper on a matter: its attachment id. */
  plays.paper = async (matter, client) => {
    const upload_id = await upload(client, Buffer.from('材料'), '材料.txt')
    return (await client.act(`/matters/${matter}/attachments`, { upload_id, kind: 'attachment' })).id
  }
  /** A draft with its files, which need one to hang on. */
  plays.draftWithPapers = async (module, form, fields, as = 'drafter') => {
    const { matter_id } = await people[as].act('/matters', { module, form, is_draft: true })
    const papers = {}
    for (const f of fields) papers[f] = [await plays.paper(matter_id, people[as])]
    return { matter_id, papers }
  }
  plays.startWithPapers = async (module, form, fields, as = 'drafter') => {
    const draft = await plays.draftWithPapers(module, form, fields, as)
    await people[as].act(`/matters/${draft.matter_id}/submit`, { form: { ...form, ...draft.papers }, hand_on: true })
    return draft.matter_id
  }

  /* --- limits: each step is due when the drawing says ------------------------------------------- */
  const MODULES = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../modules')
  const day = n => new Date(c.now() + 8 * 3600e3 + n * 86400e3).toISOString().slice(0, 10)
  plays.dayOf = at => new Date(at + 8 * 3600e3).toISOString().slice(0, 10)
  const years = {}
  plays.isWork = async on => {
    const { days } = years[on.slice(0, 4)] ||= await people.drafter.read('/calendar?year=' + on.slice(0, 4))
    return days.find(d => d.day_on === on)?.is_work ?? ![0, 6].includes(new Date(on + 'T12:00:00Z').getUTCDay())
  }
  /** The nth working day after today, before it when negative: as days from today. */
  plays.workday = async n => {
    let at = 0
    for (let left = Math.abs(n); left > 0;) { at += Math.sign(n); if (await plays.isWork(day(at))) left-- }
    return at
  }
  const drawn = {}
  const dueOf = (module, node) => {
    const all = drawn[module] ||= Object.fromEntries([...fs.readFileSync(path.join(MODULES, module, 'flow.bpmn'), 'utf8').matchAll(/<userTask id="([^"]+)"([^>]*)>/g)]
      .map(m => [m[1], /oa:due="([^"]*)"/.exec(m[2])?.[1] ?? null]))
    assert.ok(node in all, `${module} draws ${node}`)
    return all[node]
  }
  plays.sawDue = async (module, node, due_at, named) => {
    const drawnRule = dueOf(module, node), said = named?.[node] // a form may name a period too: "PT30M"
    const rule = /^PT?\d/.test(said) ? said : drawnRule
    const where = `${module}.${node} is due by ${rule}, not ${due_at}`
    if (rule === null) return assert.equal(due_at, null, where)
    assert.ok(due_at, where)
    const [, p, n, unit] = /^(PT?)?(\d+)(wd|wh|D|M)$/.exec(rule) || []
    if (unit === 'wd') return assert.equal(plays.dayOf(due_at), day(await plays.workday(+n)), where)
    if (unit === 'D') return assert.equal(plays.dayOf(due_at), day(+n), where)
    if (unit === 'M') return assert.ok(p === 'PT' && Math.abs(due_at - c.now() - n * 60e3) < 90e3, where)
    if (unit === 'wh') return assert.ok(due_at > c.now() && plays.dayOf(due_at) <= day(await plays.workday(2)), where)
    assert.ok(rule.startsWith('= '), where)
    const want = named?.[node]
    assert.ok(want, `${module}.${node}: the test says which day the form names`)
    if (typeof want === 'number') assert.equal(due_at, want, where)
    else assert.equal(plays.dayOf(due_at), want, where)
  }

  const isEmpty = v => v == null || v === '' || (Array.isArray(v) && !v.length)
  /** Number, register and print sheet of a finished matter, as modules_faces says, with all that was filled in. */
  plays.looks = async (key, matter, client) => {
    const face = faces[key], page = await client.read('/matters/' + matter)
    assert.match(page.number, face.number ? new RegExp(`^${face.number}〔${day(0).slice(0, 4)}〕[1-9]\\d*号$`) : /^$/, key)
    assert.equal(page.print_sheet.title, face.sheet)
    assert.equal(page.print_sheet.rows.map(r => r.map(x => x.kind === 'field' ? x.name : '@' + x.place).join(' ')).join('|'), face.rows)
    for (const cell of page.print_sheet.rows.flat()) {
      if (cell.kind === 'opinions') continue
      if (['starter', 'unit', 'title'].includes(cell.name) || !isEmpty(page.form.values[cell.name])) assert.ok(cell.text, `${key}: ${cell.name} is on the sheet`)
    }
    const places = Object.fromEntries(page.print_sheet.rows.flat().filter(x => x.kind === 'opinions').map(x => [x.place, x.opinions.map(y => y.id)]))
    for (const s of page.sheet.filter(s => s.name in places)) assert.deepEqual(places[s.name].sort(), s.opinions.map(x => x.id).sort(), `${key}: @${s.name}`)
    const row = (await client.rows(`/modules/${key}/matters?mine=1`)).find(x => x.matter_id === matter)
    assert.ok(row, 'in the register of ' + key)
    const builtin = ['number', 'starter', 'state', 'title']
    const columns = face.columns.split(' ').filter(x => x && !builtin.includes(x))
    const told = await client.read('/modules/' + key)
    assert.deepEqual([told.module.register?.columns?.join(' ') ?? '', told.module.retention ?? ''], [face.columns, face.kept], key)
    for (const x of columns) assert.ok(row.words[x] || isEmpty(page.form.values[x]), `${key}: ${x} in its register`)
    assert.equal(page.retention ?? '', face.kept)
    if (columns.includes('retention')) assert.equal(row.words.retention, { permanent: '永久', '30y': '30年', '10y': '10年' }[face.kept], key)
    assert.deepEqual(Object.keys(row.words).filter(x => !columns.includes(x)), [], key)
    assert.equal(row.number || '', page.number || '')
    return page
  }

  /** What the matter has opened in a unit, here the office itself: done by whoever holds it. False: nothing. */
  plays.child = async (matter, plan, client) => {
    const page = await client.read('/matters/' + matter)
    if (!page.current.some(x => x.kind === 'unit')) return false
    for (const name of OFFICE) {
      const row = (await people[name].rows('/items?box=todo')).find(r => r.title === page.title && r.matter !== matter)
      if (!row) continue
      await plays.step(row.matter, plan, [])
      return true
    }
    return false
  }

  /** Does one step as planned; the node. */
  plays.step = async (matter, plan, seen) => {
    const at = await plays.holder(matter)
    assert.ok(at, `somebody of the office holds matter ${matter}; now: ${JSON.stringify((await people.unit_admin.get('/matters/' + matter)).body.current)} after ${seen.join(' ')}`)
    const does = plan[at.item.node] || {}
    const row = (await people[at.name].rows('/items?box=todo')).find(r => r.id === at.item.id)
    assert.ok(row, 'among what ' + at.name + ' has to do')
    await plays.sawDue(row.module, at.item.node, row.due_at, plan.due)
    const isFirst = !seen.includes(at.item.node)
    const outcome = (isFirst && does.once) || does.outcome || (at.item.outcomes.some(o => o.name === '同意') ? '同意' : at.item.outcomes.length ? at.item.outcomes[0].name : undefined)
    for (const [form, field] of does.refused || []) {
      const r = await people[at.name].post(`/items/${at.item.id}/complete`, { outcome: does.refusedWith || outcome, form })
      assert.equal(r.status, 400, `${at.item.node} takes ${JSON.stringify(form)}: ${JSON.stringify(r.body)}`)
      assert.equal(r.body.field, 'form.' + field, JSON.stringify(r.body))
    }
    let form = isFirst && does.onceForm ? does.onceForm : does.form
    for (const field of does.papers || []) form = { ...form, [field]: [await plays.paper(matter, people[at.name])] }
    await people[at.name].act(`/items/${at.item.id}/complete`, { outcome, opinion: '办理。', ...(form ? { form } : {}) })
    return at.item.node
  }

  /** Until it is closed: the nodes in order of doing. */
  plays.play = async (matter, plan = {}, client = people.drafter) => {
    const seen = []
    for (let i = 0; i < 20; i++) {
      const page = await client.get('/matters/' + matter)
      const state = page.status === 200 ? page.body.state : null
      if (state && state !== 'running') return { seen, state, page: page.body }
      if (state && await plays.child(matter, plan, client)) continue
      seen.push(await plays.step(matter, plan, seen))
    }
    assert.fail('no end after ' + seen.join(' '))
  }

  /** A start that must be refused at this field. */
  plays.refused = async (module, form, field, { as = 'drafter', draft } = {}) => {
    const r = draft ? await people[as].post(`/matters/${draft.matter_id}/submit`, { form: { ...form, ...draft.papers }, hand_on: true })
      : await people[as].post('/matters', { module, form, hand_on: true })
    assert.equal(r.status, 400, `${module} takes ${JSON.stringify(form)}: ${JSON.stringify(r.body)}`)
    assert.equal(r.body.field, field.startsWith('reasons') ? field : 'form.' + field, JSON.stringify(r.body))
  }
  return plays
}
