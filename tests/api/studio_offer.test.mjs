// A9, A10: a unit's own module for the units below it: mandatory or optional, switched on and tailored there,
// unknown to everybody else; withdrawn, what runs goes on.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city, query } from './tongban.mjs'
import { bpmn, done, todo } from './module_kit.mjs'

const c = await city()
const names = ['city_admin', 'unit_admin', 'drafter', 'county_clerk', 'town_clerk', 'town_office', 'village_clerk', 'countersign_clerk']
const who = Object.fromEntries(await Promise.all(names.map(async a => [a, await c.signIn(a)])))
const post = {}, unit = {}
for (const n of names) { const p = (await who[n].read('/me')).posts[0]; post[n] = p.id; unit[n] = p.unit }
// The county office's clerk and the town's administer their units.
for (const n of ['county_clerk', 'town_clerk', 'countersign_clerk']) {
  await who.city_admin.act('/grants', { post_id: post[n], role: 'unit_admin', unit_id: unit[n].id })
  who[n] = await c.signIn(n)
}
const county = who.county_clerk, town = who.town_clerk, village = who.village_clerk
const outside = [who.drafter, who.countersign_clerk]

const KEY = 'county_visit'
const module = more => ({ name: '走访登记', tier: 'unit', group: 'affairs', start: 'anyone', title: '"走访：" + whom', fields: [{ name: 'whom', label: '走访对象', type: 'text', required: true }],
  number: { pattern: '访〔{year}〕{seq}号', scope: 'unit', at: 'done' }, register: { columns: ['number', 'title', 'state'], open_to: 'unit' }, open: ['due:check', 'label:whom'], ...more })
const steps = [['fill', '填写', { assign: 'starter' }], ['check', '审核', { assign: 'role(office_head)', due: '3wd' }]]
async function begin(client, key, m = module(), flow = bpmn(steps)) {
  const { id } = await client.act('/studio/modules', { key, name: m.name, ...(client === who.city_admin ? {} : { unit_id: (await client.read('/me')).posts[0].unit.id }) })
  await client.act(`/studio/modules/${id}/save`, { module: m, bpmn: flow, rev: 1 })
  return id
}
const rev = async (client, id) => (await client.read('/studio/modules/' + id)).rev
const publish = async (client, id, more = {}) => client.act(`/studio/modules/${id}/publish`, { rev: await rev(client, id), ...more })
const offer = (client, id, below) => client.act(`/studio/modules/${id}/offer`, { below })
const row = async (client, key = KEY) => (await client.rows('/modules')).find(r => r.key === key)
const start = (client, key = KEY, whom = '李家') => client.act('/matters', { module: key, form: { whom }, hand_on: true })
const alike = async (ask, real, none) => {
  const [a, b] = [await ask(real), await ask(none)]
  assert.deepEqual([a.status, a.body.code, a.body.detail.replaceAll(real, none)], [404, b.body.code, b.body.detail])
}
let id

test('offered as optional: below it stands in the catalogue, is switched on and runs among one’s own', async () => {
  id = await begin(county, KEY)
  assert.equal((await county.read('/studio/modules/' + id)).can_offer, true)
  assert.equal((await county.refused(`/studio/modules/${id}/offer`, { below: 'optional' }, 409, 'studio.not_published')).field, 'below')
  assert.deepEqual(await publish(county, id, { below: 'optional' }), { version: 1, rev: 3 })
  assert.equal((await county.read('/studio/modules/' + id)).below, 'optional')
  assert.equal((await county.rows('/studio/modules')).find(r => r.key === KEY).below, 'optional')
  for (const client of [town, village]) {
    const r = await row(client)
    assert.deepEqual([r.is_on, r.can_switch, r.can_start, r.is_own, r.owner], [false, true, false, false, unit.county_clerk.name])
  }
  const own = await row(county)
  assert.deepEqual([own.is_on, own.is_own, own.owner, own.can_switch], [true, true, null, true])
  await town.refused('/matters', { module: KEY, form: { whom: '李家' }, hand_on: true }, 403, 'module.off')
  await town.act(`/modules/${KEY}/switch`, { unit_id: unit.town_clerk.id, is_on: true })
  const { matter_id } = await start(town)
  assert.ok(await todo(who.town_office, matter_id), 'the town’s own office head has it')
  await county.get('/matters/' + matter_id).then(r => assert.equal(r.status, 404, 'what is inside a unit stays inside'))
  await done(who.town_office, matter_id)
  const [mine] = (await town.rows(`/modules/${KEY}/matters`)).filter(r => r.matter_id === matter_id)
  assert.deepEqual([mine.number, mine.state], ['访〔2026〕1号', 'done'])
  assert.deepEqual((await county.rows(`/modules/${KEY}/matters`)), [], 'each unit has its own register and numbers')
  const tried = await town.act(`/modules/${KEY}/simulate`, { form: { whom: '李家' } }, { key: null })
  assert.deepEqual(tried.way.steps.map(s => s.node), ['fill', 'check'])
})

test('who is not below never learns of it', async () => {
  for (const client of outside) {
    assert.equal(await row(client), undefined)
    await alike(key => client.get('/modules/' + key), KEY, 'no_such_thing')
    await alike(key => client.get(`/modules/${key}/matters`), KEY, 'no_such_thing')
    await alike(key => client.post('/matters', { module: key, form: {} }), KEY, 'no_such_thing')
    await alike(key => client.post(`/modules/${key}/simulate`, {}, { key: null }), KEY, 'no_such_thing')
  }
  const bureau = who.countersign_clerk, mine = unit.countersign_clerk.id
  await alike(key => bureau.post(`/modules/${key}/switch`, { unit_id: mine, is_on: true }), KEY, 'no_such_thing')
  await alike(key => bureau.get(`/studio/modules/${key}/tailor?unit_id=${mine}`), KEY, 'no_such_thing')
  await alike(key => bureau.post(`/studio/modules/${key}/tailor`, { unit_id: mine, changes: [] }), KEY, 'no_such_thing')
  assert.equal((await bureau.rows('/studio/tailorings?unit_id=' + mine)).some(r => r.key === KEY), false)
  assert.equal((await bureau.refused('/studio/modules', { key: 'from_theirs', name: '仿造', unit_id: mine, from: KEY }, 400, 'module.absent')).field, 'from')
  // Nor may anybody else open, change or withdraw it: the unit below as little as a stranger.
  for (const client of [town, bureau, who.unit_admin]) {
    await alike(x => client.post(`/studio/modules/${x}/offer`, { below: 'none' }), id, '4711')
    await alike(x => client.get(`/studio/modules/${x}`), id, '4711')
  }
  await who.drafter.refused(`/studio/modules/${id}/offer`, { below: 'none' }, 403)
  await county.refused(`/studio/modules/${id}/offer`, { below: 'everybody' }, 400)
  assert.equal((await county.read('/studio/modules/' + id)).below, 'optional')
})

test('what is open is tailored below, and the next version takes it along', async () => {
  const at = `/studio/modules/${KEY}/tailor`, mine = unit.town_clerk.id
  const list = (await town.rows('/studio/tailorings?unit_id=' + mine)).filter(r => r.key === KEY)
  assert.deepEqual(list.map(r => [r.tier, r.state, r.owner]), [['unit', 'none', unit.county_clerk.name]])
  const t = await town.read(`${at}?unit_id=${mine}`)
  assert.deepEqual([t.owner, t.city_version, t.open.map(o => o.change + ':' + o.target)], [unit.county_clerk.name, 1, ['due:check', 'label:whom']])
  await town.act(at, { unit_id: mine, changes: [{ change: 'label', target: 'whom', to: '走访农户' }] })
  const label = async client => (await client.read('/modules/' + KEY)).start.fields[0].label
  assert.deepEqual([await label(town), await label(village), await label(county)], ['走访农户', '走访对象', '走访对象'])
  const r = await row(town)
  assert.deepEqual([r.is_tailored, r.is_on, r.owner], [true, true, unit.county_clerk.name])
  const before = await start(town)
  await county.act(`/studio/modules/${id}/save`, { module: module({ summary: '第二版' }), bpmn: bpmn([...steps, ['tell', '告知', { assign: 'starter' }]]), rev: await rev(county, id) })
  assert.equal((await publish(county, id)).version, 2)
  assert.equal((await county.read('/studio/modules/' + id)).below, 'optional', 'a new version is open as the last one was')
  const now = await town.read('/modules/' + KEY)
  assert.deepEqual([now.summary, now.start.fields[0].label], ['第二版', '走访农户'])
  const again = await town.read(`${at}?unit_id=${mine}`)
  assert.deepEqual([again.state, again.base_version, again.city_version], ['fits', 2, 2])
  assert.equal((await town.read('/matters/' + before.matter_id)).form.version, 1, 'what runs keeps its version')
  // The county’s own is not the county’s to tailor.
  await county.refused(at, { unit_id: unit.county_clerk.id, changes: [] }, 404, 'module.absent')
})

test('mandatory: in use below at once, and not to be switched off', async () => {
  await offer(county, id, 'mandatory')
  const r = await row(village)
  assert.deepEqual([r.is_on, r.can_switch, r.can_start], [true, false, true])
  await village.refused(`/modules/${KEY}/switch`, { unit_id: unit.village_clerk.id, is_on: false }, 409, 'module.mandatory')
  await town.refused(`/modules/${KEY}/switch`, { unit_id: unit.town_clerk.id, is_on: false }, 409, 'module.mandatory')
  assert.ok((await start(village)).matter_id)
  assert.equal(await row(who.drafter), undefined)
})

test('one key is one module along the line', async () => {
  assert.equal((await town.refused('/studio/modules', { key: KEY, name: '另起', unit_id: unit.town_clerk.id }, 409, 'studio.key_taken')).field, 'key')
  const theirs = await begin(town, 'town_own')
  await publish(town, theirs)
  const ours = await begin(county, 'town_own')
  assert.equal((await county.refused(`/studio/modules/${ours}/publish`, { rev: 2, below: 'optional' }, 409, 'studio.key_below')).field, 'below')
  assert.equal((await county.read('/studio/modules/' + ours)).version, 0, 'nothing of it was published')
  await publish(county, ours)
  await county.refused(`/studio/modules/${ours}/offer`, { below: 'mandatory' }, 409, 'studio.key_below')
  assert.equal((await row(town, 'town_own')).is_own, true)
  // Begun from the county’s, under a key of one’s own.
  const copy = await town.act('/studio/modules', { key: 'town_visit', name: '本镇走访', unit_id: unit.town_clerk.id, from: KEY })
  assert.deepEqual((await town.read('/studio/modules/' + copy.id)).module.fields.map(f => f.name), ['whom'])
})

test('above all the city it is the city administrator’s', async () => {
  const office = await begin(who.unit_admin, 'office_visit')
  assert.equal((await who.unit_admin.read('/studio/modules/' + office)).can_offer, false)
  await who.unit_admin.refused(`/studio/modules/${office}/publish`, { rev: 2, below: 'optional' }, 409, 'studio.offer_city')
  const citys = await begin(who.city_admin, 'city_visit')
  await publish(who.city_admin, citys)
  await who.city_admin.refused(`/studio/modules/${citys}/offer`, { below: 'mandatory' }, 409, 'studio.offer_city')
})

test('what an offered module refers to must be there below', async () => {
  const base = await begin(county, 'visit_plan')
  await publish(county, base)
  const more = { fields: [{ name: 'whom', label: '走访对象', type: 'text', required: true }, { name: 'plan', label: '计划', type: 'matter', module: 'visit_plan' }], open: [] }
  const refers = await begin(county, 'visit_result', module(more))
  const no = await county.refused(`/studio/modules/${refers}/publish`, { rev: 2, below: 'optional' }, 409, 'studio.not_clean')
  assert.match(no.detail, /visit_plan/)
  await offer(county, base, 'optional')
  await publish(county, refers, { below: 'optional' })
  assert.equal((await row(town, 'visit_result')).owner, unit.county_clerk.name)
})

test('a step that the offering unit keeps for itself comes to it', async () => {
  const up = await begin(county, 'ask_county', module({ open: [] }), bpmn([['fill', '填写', { assign: 'starter' }], ['agree', '县里审批', { assign: `post(${post.county_clerk})`, due: '2wd' }]]))
  await publish(county, up, { below: 'mandatory' })
  const { matter_id } = await start(town, 'ask_county')
  assert.equal((await todo(county, matter_id)).step, '县里审批')
  await done(county, matter_id)
  assert.equal((await town.read('/matters/' + matter_id)).state, 'done')
})

test('withdrawn: nothing new begins, what runs goes on, and its register stays', async () => {
  const running = await start(town)
  const never = (await county.rows('/studio/modules')).find(r => r.key === 'visit_plan').id
  await offer(county, id, 'none')
  await offer(county, never, 'none')
  assert.equal((await county.read('/studio/modules/' + id)).below, 'none')
  for (const [client, n] of [[town, 'town_clerk'], [village, 'village_clerk']]) {
    const r = await row(client)
    assert.deepEqual([r.is_on, r.can_switch, r.can_start], [false, false, false])
    await client.refused('/matters', { module: KEY, form: { whom: '李家' }, hand_on: true }, 403, 'module.off')
    await client.refused(`/modules/${KEY}/switch`, { unit_id: unit[n].id, is_on: true }, 409, 'module.withdrawn')
  }
  assert.equal(await row(town, 'visit_plan'), undefined, 'what was never in use is gone')
  await town.refused(`/studio/modules/${KEY}/tailor`, { unit_id: unit.town_clerk.id, changes: [] }, 404, 'module.absent')
  await done(who.town_office, running.matter_id)
  await done(town, running.matter_id)
  assert.equal((await town.read('/matters/' + running.matter_id)).state, 'done')
  assert.ok((await town.rows(`/modules/${KEY}/matters`)).some(r => r.matter_id === running.matter_id && r.state === 'done'))
  assert.equal((await row(county)).is_on, true, 'the unit’s own goes on')
  // Opened again, everything is as it was, the town’s changes too.
  await offer(county, id, 'optional')
  assert.deepEqual([(await row(town)).is_on, (await row(town)).is_tailored], [true, true])
  const noted = query(c, "SELECT body FROM trace WHERE op = 'studio.offer' ORDER BY stream, seq").filter(([b]) => b.includes(`"${KEY}"`)).map(([b]) => /"below":"(\w+)"/.exec(b)[1])
  assert.deepEqual(noted, ['mandatory', 'none', 'optional'])
})
