// OFFICE P9: a unit is merged into another. The preview says what moves; mailbox, open items,
// number books, groups, people and agencies are the other unit's afterwards; old papers keep the
// old name; what is under way goes on. On the demo city, with real papers.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city, until } from './tongban.mjs'
import { officeOf } from './document_office.mjs'

const c = await city()
const o = await officeOf(c)
const admin = await c.signIn('city_admin')
const emergency = { clerk: await c.signIn('emergency_clerk'), head: await c.signIn('emergency_head') }
const water = o.post.countersign_clerk.unit.id, waterName = o.post.countersign_clerk.unit.name
const into = (await emergency.clerk.read('/me')).posts[0].unit.id
const today = new Date(c.now() + 8 * 3600e3).toISOString().slice(0, 10)
const day = n => new Date(c.now() + 8 * 3600e3 + n * 86400e3).toISOString().slice(0, 10)
const previewOf = (query, client = admin) => client.get(`/units/${water}/merge-preview?into_id=${into}&on=${today}` + query)
const lineOf = (p, what) => p.lines.find(l => l.what === what)
const postIn = async (client, unit) => (await client.read('/me')).posts.find(p => p.unit.id === unit)
const inTodo = async (client, match) => (await client.rows('/items?box=todo')).find(match)
const groupOf = async name => {
  const g = (await o.doc_clerk.rows('/groups')).find(g => g.name === name)
  return (await o.doc_clerk.read('/groups/' + g.id)).units.map(u => u.id)
}

// A letter to the bureau that nobody has signed for, and one that its clerk has taken in.
let number = 0
const refer = async units => {
  const got = await o.doc_clerk.act('/received', { unit_id: o.post.doc_clerk.unit.id, issuer: '湖南省人民政府', number: `湘政发〔2026〕${++number}号`, title: `关于第${number}项工作的通知`, body: '正文。' })
  const made = await o.doc_clerk.act(`/matters/${got.matter_id}/assign`, { text: '请按要求办理。', lead: `unit:${units[0]}`, assist: units.slice(1).map(u => `unit:${u}`) })
  return { ...made, title: `关于第${number}项工作的通知` }
}
const boxOf = async (client, title, box = 'to_sign') => (await client.rows('/deliveries?box=' + box)).find(d => d.title === title)
const waiting = await refer([water, into])
const taken = await refer([water])
const takenMatter = (await o.countersign_clerk.act(`/deliveries/${(await boxOf(o.countersign_clerk, taken.title)).id}/sign_for`, {})).matter_id
// A consignment that waits in the bureau's pool.
const consigned = await o.draft({ title: '常德市人民政府关于水库安全管理的通知', involved_units: [water] })
await o.done(o.drafter, consigned.matter_id, { opinion: '请审核' })
await o.done(o.section_head, consigned.matter_id, { opinion: '送会签', vars: { countersign_units: ['unit:' + water] } })
// The bureau's own: a request under way, a paper under way.
const request = await o.countersign_handler.act('/matters', { module: 'internal_request', title: '关于采购水位计的请示', form: { content: '请批准' } })
const bureauAgency = (await o.countersign_handler.rows('/agencies?mine=1')).find(a => a.name === waterName)
const ownPaper = await o.countersign_handler.act('/documents', { agency_id: bureauAgency.id, doc_type: '函', title: `${waterName}关于水文资料的函` })
const handlerName = (await o.countersign_handler.read('/me')).person.name
const itemsBefore = (await o.countersign_handler.rows('/items?box=todo')).length
const badge = async client => (await client.read('/me/counters')).to_sign
const clerkBadge = await badge(emergency.clerk)

test('P9 the preview says what will move, with counts and names, and changes nothing', async () => {
  const p = (await previewOf('')).body
  assert.equal(p.unit, waterName)
  const people = (await admin.rows(`/units/${water}/people`)).length
  assert.equal(lineOf(p, 'posts').count, people)
  assert.ok(lineOf(p, 'posts').names.some(n => n.includes('局长')))
  assert.ok(lineOf(p, 'sections').count > 5)
  assert.ok(lineOf(p, 'agencies').names.includes(waterName))
  assert.ok(lineOf(p, 'groups').names.includes('市直各单位'))
  assert.equal(lineOf(p, 'to_sign').count, await badge(o.countersign_clerk))
  assert.ok(lineOf(p, 'pool_items').count >= 1)
  assert.ok(lineOf(p, 'items').names.some(n => n.startsWith(handlerName + ' ')))
  assert.equal(lineOf(p, 'documents').count, 1)
  const head = p.grants.find(g => g.role === 'unit_head'), clerk = p.grants.find(g => g.role === 'doc_clerk')
  assert.equal(head.goes, false, 'the other unit has its head')
  assert.equal(clerk.goes, true)
  assert.equal((await admin.read('/units/' + water)).closed_on, null)

  assert.equal((await previewOf('', o.drafter)).status, 403)
  assert.equal((await previewOf('', await c.signIn('unit_admin'))).status, 404)
  const refused = async (body, status, code) => admin.refused(`/units/${water}/merge`, { into_id: into, on: today, grant_ids: [], ...body }, status, code)
  await refused({ into_id: water }, 400, 'reform.into')
  await refused({ into_id: '12345' }, 404)
  await refused({ on: '1949-10-01' }, 400, 'unit.rename_early')
  await (await c.signIn('unit_admin')).refused(`/units/${water}/merge`, { into_id: into, on: today, grant_ids: [] }, 404)
})

test('P9 one command merges: people, agencies, books and groups are the other unit’s', async () => {
  const p = (await previewOf('')).body
  const made = await admin.act(`/units/${water}/merge`, { into_id: into, on: today, grant_ids: p.grants.filter(g => g.goes).map(g => g.id) })
  assert.equal(made.into_id, into)
  const old = await admin.read('/units/' + water)
  assert.equal(old.closed_on, today)
  assert.equal(old.merged_into.id, into)
  assert.deepEqual(old.agencies, [])
  const now = await admin.read('/units/' + into)
  assert.equal(now.formers[0].name, waterName)
  assert.ok(now.agencies.some(a => a.name.includes(waterName)))
  assert.ok(!(await admin.read('/units/tree')).rows.some(r => r[0] === water))
  const post = await postIn(o.countersign_handler, into)
  assert.equal(post.id, o.post.countersign_handler.id, 'a post keeps its id')
  assert.ok(post.section, 'and its section, which came along')
  const groups = await groupOf('市直各单位')
  assert.ok(groups.includes(into) && !groups.includes(water))
  assert.equal(groups.length, new Set(groups).size)
  const books = (await emergency.clerk.rows('/number-books?limit=100'))
  assert.ok(books.some(b => b.agency === waterName) || !lineOf(p, 'number_books'))
  const roles = await admin.rows(`/units/${into}/grants`)
  assert.ok(roles.some(g => g.post_id === o.post.countersign_clerk.id && g.role === 'doc_clerk'))
  assert.equal(roles.filter(g => g.role === 'unit_head').length, 1)
  await admin.refused(`/units/${water}/merge`, { into_id: into, on: today, grant_ids: [] }, 409, 'unit.closed')
})

test('P9 the mailbox is the other unit’s: what waited is signed for there, under its receipt number', async () => {
  assert.equal(await badge(emergency.clerk), clerkBadge + (await emergency.clerk.rows('/deliveries?box=to_sign')).filter(d => d.unit === water).length)
  const rows = (await emergency.clerk.rows('/deliveries?box=to_sign')).filter(d => d.title === waiting.title)
  assert.deepEqual(rows.map(d => d.unit).sort(), [water, into].sort())
  const theirs = rows.find(d => d.unit === water)
  const { matter_id } = await emergency.clerk.act(`/deliveries/${theirs.id}/sign_for`, {})
  const m = await emergency.clerk.read('/matters/' + matter_id)
  assert.equal(m.unit, (await admin.read('/units/' + into)).name)
  await emergency.clerk.act(`/items/${m.my_item.id}/complete`, { rev: m.my_item.rev })
  const after = await emergency.clerk.read('/deliveries/' + theirs.id)
  assert.match(after.receipt_no, /^收〔\d{4}〕\d+号$/)
  const register = await emergency.clerk.rows(`/registers/received?unit=${into}`)
  assert.ok(register.some(r => r.receipt_no === after.receipt_no && r.matter === matter_id))
  // the sender's board keeps the name it was sent to
  const board = await o.doc_clerk.rows(`/dispatches/${waiting.dispatch_id}/board`)
  assert.ok(board.some(r => r.unit.name === waterName && r.signed_at))
  // and what is sent to the old unit now reaches the new one, once
  const again = await refer([into])
  assert.equal((await o.doc_clerk.rows(`/dispatches/${again.dispatch_id}/board`)).length, 1)
})

test('P9 what had been taken in, and what waited for the old clerk, goes on with the new clerks', async () => {
  const received = await emergency.clerk.read('/matters/' + takenMatter)
  assert.equal(received.title, taken.title)
  assert.ok(received.my_item, 'the old unit’s pool is theirs')
  const child = await inTodo(emergency.clerk, r => r.module === 'countersign' && r.title === '常德市人民政府关于水库安全管理的通知')
  assert.ok(child)
  const handler = 'post:' + o.post.countersign_handler.id
  await emergency.clerk.act(`/items/${child.id}/complete`, { opinion: '请研究', vars: { handlers: [handler] } })
  await o.done(o.countersign_handler, child.matter, { outcome: 'agree', opinion: '无不同意见' })
  await o.done(emergency.head, child.matter, { outcome: 'agree', opinion: '同意。' }) // the head is the new unit's
  const sheet = JSON.stringify((await o.page(o.drafter, consigned.matter_id)).sheet)
  assert.ok(sheet.includes('常德市应急管理局'), 'who answers is named as of that day')
  assert.ok(await o.todo(o.reviewer, consigned.matter_id), 'and the sender’s paper goes on')
  // nobody outside sees more than before
  for (const client of [o.drafter, await c.signIn('unit_admin')]) assert.equal((await client.get('/matters/' + takenMatter)).status, 404)
})

test('P9 the people kept their work; matters and papers under way come along by themselves', async () => {
  const mine = await o.countersign_handler.rows('/items?box=todo')
  assert.ok(mine.length >= itemsBefore - 1)
  for (const matter of [request.matter_id, ownPaper.matter_id]) {
    assert.ok(mine.some(r => r.matter === matter))
    await until('it comes along', async () => (await o.countersign_handler.read('/matters/' + matter)).unit === '常德市应急管理局')
  }
  const list = async () => (await admin.rows('/reforms')).find(r => r.unit_id === water)
  await until('the reform is done', async () => (await list()).state === 'done')
  const row = await list()
  assert.ok(row.followed >= 2)
  assert.ok(row.lines.find(l => l.what === 'posts').count > 10)
  const trace = await o.countersign_handler.rows(`/matters/${request.matter_id}/trace`)
  assert.ok(trace.some(t => t.op === 'matter.unit_moved'))
  // the request's next step is found in the new unit
  await o.done(o.countersign_handler, request.matter_id, { opinion: '请审批' })
  const p = await o.page(o.countersign_handler, request.matter_id)
  assert.ok(p.current.length && p.current.every(i => i.kind !== 'unit'))
  const boxes = (await emergency.clerk.read('/me')).boxes
  assert.deepEqual(boxes.map(b => [b.id, b.is_former]), [[into, false], [water, true]])
  // the old unit's registers are the new clerks' to read, and nobody else's
  assert.ok((await emergency.clerk.rows(`/registers/received?unit=${water}`)).every(r => r.receipt_no))
  assert.equal((await o.drafter.get(`/registers/received?unit=${water}`)).status, 404)
})

test('P9 a draft that still names the old unit reaches the new one', async () => {
  const doc = await o.draft({ title: '常德市人民政府关于防汛值守的通知', main_recipients: { units: [water], groups: [] }, main_text: '市水利局' })
  await o.toNumber(doc.matter_id)
  await o.doc_clerk.act(`/documents/${doc.document_id}/reserve_number`, { book_id: (await o.book()).id })
  await o.done(o.doc_clerk, doc.matter_id, {})
  const sent = await o.doc_clerk.act(`/documents/${doc.document_id}/dispatch`, { main: { unit_ids: [water] } })
  assert.equal(sent.count, 1)
  const board = await o.doc_clerk.rows(`/dispatches/${sent.dispatch_id}/board`)
  assert.equal(board[0].unit.id, into)
})

test('P9 a second merge takes the first one’s box along; a plan waits for its day and can be called off', async () => {
  const third = (await admin.read('/units/tree')).rows.find(r => r[2] === '常德市林业局')[0]
  const plan = await admin.act(`/units/${into}/merge`, { into_id: third, on: day(5), grant_ids: [] })
  assert.equal(plan.state, 'planned')
  assert.equal((await admin.read('/units/' + into)).closed_on, null)
  await admin.refused(`/units/${into}/merge`, { into_id: third, on: day(9), grant_ids: [] }, 409, 'reform.planned')
  await admin.act(`/reforms/${plan.id}/cancel`)
  await admin.refused(`/reforms/${plan.id}/cancel`, {}, 409, 'reform.decided')
  const p = (await admin.read(`/units/${into}/merge-preview?into_id=${third}&on=${day(2)}`))
  assert.ok(p.warnings.includes('planned'))
  await admin.act(`/units/${into}/merge`, { into_id: third, on: day(2), grant_ids: p.grants.filter(g => g.goes).map(g => g.id) })
  await c.later(3 * 86400e3)
  const again = await c.signIn('city_admin'), clerk = await c.signIn('emergency_clerk')
  await until('the day came', async () => (await again.read('/units/' + into)).closed_on === day(-1))
  assert.equal((await again.read('/units/' + water)).merged_into.id, third, 'the first one’s heir is the third')
  assert.equal((await clerk.read('/matters/' + takenMatter)).title, taken.title)
  assert.ok((await clerk.read('/me')).posts.every(x => x.unit.id !== into))
})
