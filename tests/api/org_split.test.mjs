// OFFICE P9: a part of a unit becomes a unit of its own, or goes to another one: sections with their
// people, agencies with their number books and papers under way; the rest stays.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city, until } from './tongban.mjs'
import { officeOf } from './document_office.mjs'

const c = await city()
const o = await officeOf(c)
const admin = await c.signIn('city_admin')
const water = o.post.countersign_handler.unit
const section = o.post.countersign_handler.section
const today = new Date(c.now() + 8 * 3600e3).toISOString().slice(0, 10)
const preview = q => admin.get(`/units/${water.id}/split-preview?` + new URLSearchParams({ on: today, ...q }))
const lineOf = (p, what) => p.lines.find(l => l.what === what)
const agencyOf = name => admin.act('/agencies', { unit_id: water.id, name: name + '文件', signature_name: name, book_mark: '常汛', kind: 'leading_group', doc_types: ['通知', '函'] })
const flood = await agencyOf('常德市防汛抗旱指挥部')
const handler = o.countersign_handler
const name = (await handler.read('/me')).person.name
const request = await handler.act('/matters', { module: 'internal_request', title: '关于增设水位站的请示', form: { content: '请批准' } })
const paper = await handler.act('/documents', { agency_id: flood.id, doc_type: '通知', title: '常德市防汛抗旱指挥部关于值班的通知' })
const others = await o.countersign_head.act('/matters', { module: 'internal_request', title: '局长自己的事项', form: { content: '请批准' } })
await o.countersign_clerk.act('/number-books', { agency_id: flood.id, mark: '常汛', kind: 'mark', year: new Date().getFullYear(), start_value: 1 })
const unitOf = async (client, matter) => (await client.read('/matters/' + matter)).unit
const group = (await o.doc_clerk.rows('/groups')).find(g => g.name === '市直各单位')
let made

test('P9 the preview of a split names what goes and what the new unit will lack', async () => {
  const p = (await preview({ name: '常德市水旱灾害防御局', section_ids: section.id, agency_ids: flood.id, group_ids: group.id })).body
  assert.equal(p.is_new, true)
  assert.deepEqual(lineOf(p, 'sections').names, [section.name])
  assert.ok(lineOf(p, 'posts').names.some(n => n.startsWith(name + ' ')))
  assert.equal(lineOf(p, 'documents').count, 1)
  assert.equal(lineOf(p, 'groups_joined').count, 1)
  assert.equal(lineOf(p, 'to_sign'), undefined, 'the mailbox stays')
  assert.ok(p.warnings.includes('no_doc_clerk') && p.warnings.includes('no_unit_admin'))
  for (const [q, status, code] of [
    [{ name: '空' }, 400, 'reform.nothing'], [{ section_ids: section.id }, 400, 'input.required'],
    [{ name: '新', section_ids: o.post.drafter.section.id }, 400, 'reform.not_there'],
    [{ name: '新', agency_ids: o.government.id }, 400, 'reform.not_there'],
    [{ name: '新', post_ids: o.post.drafter.id }, 400, 'reform.not_there'],
    [{ into_id: water.id, section_ids: section.id }, 400, 'reform.into'],
    [{ name: '新', section_ids: section.id, parent_id: section.id }, 400, 'reform.into'],
  ]) {
    const r = await preview(q)
    assert.equal(r.status, status, JSON.stringify(q))
    assert.equal(r.body.code, code)
  }
  const bureauAdmin = await c.signIn('unit_admin')
  await bureauAdmin.refused(`/units/${water.id}/split`, { on: today, name: '新', section_ids: [section.id], grant_ids: [] }, 403)
})

test('P9 sections with their people become a unit; items stay with the people', async () => {
  const before = (await handler.rows('/items?box=todo')).map(r => r.id).sort()
  const p = (await preview({ name: '常德市水旱灾害防御局', section_ids: section.id, post_ids: o.post.countersign_clerk.id, agency_ids: flood.id, group_ids: group.id })).body
  made = await admin.act(`/units/${water.id}/split`, { on: today, name: '常德市水旱灾害防御局', short_name: '市防御局', section_ids: [section.id],
    post_ids: [o.post.countersign_clerk.id], agency_ids: [flood.id], group_ids: [group.id], grant_ids: p.grants.map(g => g.id) })
  const fresh = await admin.read('/units/' + made.into_id)
  assert.equal(fresh.name, '常德市水旱灾害防御局')
  assert.equal(fresh.from_on, today)
  assert.deepEqual(fresh.sections.map(s => s.name), [section.name])
  assert.ok(fresh.agencies.some(a => a.id === flood.id))
  assert.equal((await admin.read('/units/' + water.id)).closed_on, null)
  const post = (await handler.read('/me')).posts[0]
  assert.equal(post.unit.id, made.into_id)
  assert.equal(post.section.id, section.id)
  assert.deepEqual((await handler.rows('/items?box=todo')).map(r => r.id).sort(), before)
  assert.ok((await admin.read('/groups/' + group.id)).units.some(u => u.id === made.into_id))
  assert.ok((await admin.read('/groups/' + group.id)).units.some(u => u.id === water.id))
  // the clerk who went is clerk there and no longer here
  const roles = (await o.countersign_clerk.read('/me')).roles.filter(r => r.role === 'doc_clerk')
  assert.deepEqual(roles.map(r => r.unit.id), [made.into_id])
  assert.equal((await o.countersign_clerk.get(`/registers/received?unit=${water.id}`)).status, 404)
})

test('P9 what they had begun and the papers of their agency come along; the rest stays', async () => {
  for (const matter of [request.matter_id, paper.matter_id])
    await until('it comes along', async () => await unitOf(handler, matter) === '常德市水旱灾害防御局')
  assert.equal(await unitOf(o.countersign_head, others.matter_id), '常德市水利局')
  await until('done', async () => (await admin.rows('/reforms?unit=' + made.into_id))[0].state === 'done')
  // the paper is numbered in the agency's book, by the new unit's clerk
  const books = (await o.countersign_clerk.rows('/number-books?limit=100')).filter(b => b.agency === '常德市防汛抗旱指挥部')
  assert.ok(books.length >= 1, 'its book went along')
  assert.equal((await (await c.signIn('countersign_head')).rows('/number-books?limit=100')).filter(b => b.agency === '常德市防汛抗旱指挥部').length, 0)
})

test('P9 职能划转: a section goes to a unit that is there already', async () => {
  const emergency = (await (await c.signIn('emergency_clerk')).read('/me')).posts[0].unit
  const left = (await admin.read('/units/' + water.id)).sections.find(s => s.name !== section.name && s.name !== '办公室')
  const people = (await admin.rows(`/units/${left.id}/people`)).map(r => r.post).sort()
  const moved = await admin.act(`/units/${water.id}/split`, { on: today, into_id: emergency.id, section_ids: [left.id], grant_ids: [] })
  assert.equal(moved.into_id, emergency.id)
  const rows = await admin.rows(`/units/${left.id}/people`)
  assert.deepEqual(rows.map(r => r.post).sort(), people)
  assert.ok(rows.every(r => r.unit_id === emergency.id))
  const history = await admin.rows('/org/changes?unit=' + emergency.id)
  assert.ok(history.some(h => h.op === 'unit.split' && h.body.unit === '常德市水利局'))
})

test('P9 a unit administrator merges sections of the own unit', async () => {
  const office = await c.signIn('unit_admin')
  const home = (await office.read('/me')).posts[0].unit.id
  const [a, b] = (await office.read('/units/' + home)).sections
  const before = (await office.rows(`/units/${a.id}/people`)).length + (await office.rows(`/units/${b.id}/people`)).length
  const p = await office.read(`/units/${b.id}/merge-preview?into_id=${a.id}&on=${today}`)
  assert.equal(p.into, a.name)
  await office.act(`/units/${b.id}/merge`, { into_id: a.id, on: today, grant_ids: [] })
  assert.equal((await office.rows(`/units/${a.id}/people`)).length, before)
  assert.ok(!(await office.read('/units/' + home)).sections.some(s => s.id === b.id))
  await office.refused(`/units/${section.id}/merge`, { into_id: a.id, on: today, grant_ids: [] }, 404)
  await office.refused(`/units/${a.id}/merge`, { into_id: water.id, on: today, grant_ids: [] }, 400, 'reform.into')
})
