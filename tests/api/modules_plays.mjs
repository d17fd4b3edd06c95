// Plays a matter of a module through the real server: whoever of the office holds an open item does
// what the plan says for its step. What nobody holds, or no plan names, stops the test with words.
import assert from 'node:assert/strict'
import { upload } from './module_kit.mjs'

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

  /** Does one step as planned; the node. */
  plays.step = async (matter, plan, seen) => {
    const at = await plays.holder(matter)
    assert.ok(at, `somebody of the office holds matter ${matter}; now: ${JSON.stringify((await people.unit_admin.get('/matters/' + matter)).body.current)} after ${seen.join(' ')}`)
    const does = plan[at.item.node] || {}
    const isFirst = !seen.includes(at.item.node)
    const outcome = (isFirst && does.once) || does.outcome || (at.item.outcomes.some(o => o.name === '同意') ? '同意' : at.item.outcomes.length ? at.item.outcomes[0].name : undefined)
    for (const [form, field] of does.refused || []) {
      const r = await people[at.name].post(`/items/${at.item.id}/complete`, { outcome, form })
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
