// desk/: a matter from its start to its end, with the office's verbs, its record and its privacy.
// (A8 A13 A15 B7 B9 B15 B19 B21 G4; FLOW 5.1, 5.4, 5.5, 5.6, 5.11; S25, S58)
import test from 'node:test'
import assert from 'node:assert/strict'
import { city, until } from './tongban.mjs'

const c = await city()
const [drafter, head, office, reviewer, clerk, stranger] = await Promise.all(
  ['drafter', 'section_head', 'office_head', 'reviewer', 'doc_clerk', 'town_clerk'].map(a => c.signIn(a)))
const postOf = async client => (await client.read('/me')).posts[0].id
const [officePost, reviewerPost, headPost] = await Promise.all([office, reviewer, head].map(postOf))

const start = async (title = '关于购置防汛物资的呈批') =>
  drafter.act('/matters', { module: 'internal_request', title, form: { content: '请批准' } })
const todo = async (client, matter) =>
  (await client.rows('/items?box=todo')).find(r => r.matter === matter)
const done = async (client, matter, body = {}) => {
  const item = await todo(client, matter)
  assert.ok(item, `${client.account} has an item of ${matter}`)
  return client.act(`/items/${item.id}/complete`, body)
}
const page = (client, matter) => client.read(`/matters/${matter}`)
const toLeaders = async matter => {
  await done(drafter, matter, { opinion: '请审核' })
  await done(head, matter, { opinion: '拟同意', vars: { leaders: ['post:' + officePost, 'post:' + reviewerPost] } })
}

test('A8 G4 a data module runs to its end; every list follows', async () => {
  const { matter_id } = await start('关于维修办公楼的呈批')
  await toLeaders(matter_id)
  await done(office, matter_id, { outcome: 'agree', opinion: '同意。' })
  let p = await page(drafter, matter_id)
  assert.equal(p.state, 'running')
  assert.deepEqual(p.current.map(x => x.who), ['季思远'])
  await done(reviewer, matter_id, { outcome: 'agree', opinion: '同意。' })
  await done(drafter, matter_id)
  p = await page(drafter, matter_id)
  assert.equal(p.state, 'done')
  assert.equal(p.current.length, 0)
  for (const [client, box] of [[office, 'done'], [drafter, 'initiated'], [head, 'done']])
    assert.ok((await client.rows(`/items?box=${box}`)).some(r => r.matter === matter_id), box)
  assert.equal(await todo(office, matter_id), undefined)
})

test('A8 a refusal ends it as drawn', async () => {
  const { matter_id } = await start('关于更换车辆的呈批')
  await toLeaders(matter_id)
  await done(office, matter_id, { outcome: '不同意', opinion: '不同意。' })
  await done(reviewer, matter_id, { outcome: '不同意' }).catch(() => null)
  const p = await page(drafter, matter_id)
  assert.equal(p.state, 'rejected')
  assert.ok(p.sheet.some(s => s.opinions.some(o => o.text === '不同意。')))
})

test('FLOW 5.4 withdraw while the next has not opened it, not afterwards', async () => {
  const { matter_id } = await start()
  await done(drafter, matter_id, { opinion: '请审核' })
  const mine = (await page(drafter, matter_id)).can.withdraw_item
  assert.ok(mine)
  await drafter.refused(`/items/${mine}/withdraw`, {}, 400, 'input.required')
  await drafter.act(`/items/${mine}/withdraw`, { reason: '补充材料' })
  assert.equal(await todo(head, matter_id), undefined)
  assert.deepEqual((await page(drafter, matter_id)).sheet, [])
  await done(drafter, matter_id, { opinion: '已补充' })
  const item = await todo(head, matter_id)
  await head.act(`/items/${item.id}/open`, {})
  const again = (await page(drafter, matter_id)).can.withdraw_item
  assert.equal(again, null)
  await drafter.refused(`/items/${mine}/withdraw`, { reason: '再改' }, 409)
})

test('FLOW 5.1 send back: legal targets only, opinions leave the sheet and stay in the record', async () => {
  const { matter_id } = await start()
  await toLeaders(matter_id)
  const item = await todo(office, matter_id)
  const targets = await office.rows(`/items/${item.id}/targets`)
  assert.deepEqual(targets.map(t => t.node), ['section', 'draft'])
  await office.refused(`/items/${item.id}/send_back`, { to: 'notify', reason: '不对' }, 409)
  await office.refused(`/items/${item.id}/send_back`, { to: 'section' }, 400, 'input.required')
  await office.act(`/items/${item.id}/send_back`, { to: 'section', way: 'rewind', reason: '请核实数量' })
  const p = await page(drafter, matter_id)
  assert.deepEqual(p.current.map(x => x.node), ['section'])
  assert.ok(!p.sheet.some(s => s.opinions.some(o => o.text === '拟同意')))
  assert.equal(await todo(reviewer, matter_id), undefined)
  const trace = await drafter.rows(`/matters/${matter_id}/trace`)
  const back = trace.find(t => t.op === 'item.send_back')
  assert.equal(back.reason, '请核实数量')
})

test('FLOW 5.5 5.6 add a signer before, transfer', async () => {
  const { matter_id } = await start()
  await done(drafter, matter_id)
  let item = await todo(head, matter_id)
  await head.act(`/items/${item.id}/add_signer`, { post_ids: [reviewerPost], place: 'before' })
  assert.equal(await todo(head, matter_id), undefined)
  await done(reviewer, matter_id, { opinion: '已看' })
  item = await todo(head, matter_id)
  assert.ok(item)
  await head.refused(`/items/${item.id}/transfer`, { to_post: '1', reason: '出差' }, 400, 'item.unknown_person')
  await head.act(`/items/${item.id}/transfer`, { to_post: reviewerPost, reason: '出差' })
  assert.equal(await todo(head, matter_id), undefined)
  assert.ok(await todo(reviewer, matter_id))
})

test('S58 a step is done once, by its holder, with a choice that exists', async () => {
  const { matter_id, item_id } = await start()
  await head.refused(`/items/${item_id}/complete`, {}, 404, 'not_found')
  await drafter.act(`/items/${item_id}/complete`, {})
  await drafter.refused(`/items/${item_id}/complete`, {}, 409, 'item.not_open')
  const item = await todo(head, matter_id)
  await head.refused(`/items/${item.id}/complete`, { rev: 999 }, 409, 'item.stale')
  await head.refused(`/items/${item.id}/complete`, { vars: { leaders: ['post:1'] } }, 400, 'item.unknown_person')
  await head.act(`/items/${item.id}/complete`, { vars: { leaders: ['post:' + officePost] } })
  const leader = await todo(office, matter_id)
  await office.refused(`/items/${leader.id}/complete`, {}, 400, 'item.outcome_missing')
  await office.refused(`/items/${leader.id}/complete`, { outcome: '随便' }, 400, 'item.outcome')
})

test('S25 S30 another unit sees nothing of it: as if it did not exist', async () => {
  const { matter_id, item_id } = await start()
  for (const path of [`/matters/${matter_id}`, `/matters/${matter_id}/trace`, `/matters/${matter_id}/diagram`,
    `/items/${item_id}/targets`])
    assert.equal((await stranger.get(path)).status, 404, path)
  const none = await stranger.get('/matters/999')
  const hers = await stranger.get(`/matters/${matter_id}`)
  assert.equal(none.body.code, hers.body.code)
  assert.equal(none.body.detail, hers.body.detail)
  for (const verb of ['open', 'complete', 'withdraw'])
    await stranger.refused(`/items/${item_id}/${verb}`, verb === 'withdraw' ? { reason: 'x' } : {}, 404)
  for (const verb of ['urge', 'cancel'])
    await stranger.refused(`/matters/${matter_id}/${verb}`, {}, 404)
  await stranger.refused(`/matters/${matter_id}/watch`, { on: true }, 404)
  await stranger.refused(`/matters/${matter_id}/circulate`, { post_ids: [headPost] }, 404)
})

test('B9 urging: once in four working hours, in a batch item by item', async () => {
  const first = await start('关于甲的呈批'), second = await start('关于乙的呈批')
  await done(drafter, first.matter_id)
  await done(drafter, second.matter_id)
  await drafter.act(`/matters/${first.matter_id}/urge`, {})
  await drafter.refused(`/matters/${first.matter_id}/urge`, {}, 409, 'urge.too_soon')
  const { results } = await drafter.act('/items/urge', { ids: [first.matter_id, second.matter_id, '12345'] })
  assert.deepEqual(results.map(r => [r.ok, r.code]), [[false, 'urge.too_soon'], [true, null], [false, 'not_found']])
  assert.equal((await todo(head, second.matter_id)).urges, 1)
})

test('B15 circulation: the clerk fixes the readers, each is traced, batch reading reports item by item', async () => {
  const { matter_id } = await start()
  await drafter.refused(`/matters/${matter_id}/circulate`, { post_ids: [headPost] }, 403, 'reading.only_clerk')
  const before = (await head.read('/me/counters')).to_read
  assert.deepEqual(await clerk.act(`/matters/${matter_id}/circulate`, { post_ids: [headPost], note: '请阅' }), { sent: 1, already: 0 })
  assert.deepEqual(await clerk.act(`/matters/${matter_id}/circulate`, { post_ids: [headPost] }), { sent: 0, already: 1 })
  assert.equal((await head.read('/me/counters')).to_read, before + 1)
  const reading = (await head.rows('/items?box=to_read')).find(r => r.matter === matter_id)
  await office.refused(`/readings/${reading.id}/read`, {}, 404)
  const { results } = await head.act('/readings/read', { ids: [reading.id, '77'] })
  assert.deepEqual(results.map(r => r.ok), [true, false])
  assert.equal((await head.read('/me/counters')).to_read, before)
  assert.ok((await page(clerk, matter_id)).readings[0].read_at)
})

test('B26 search finds it by two characters within a second, only for who may see it', async () => {
  const { matter_id } = await start('关于堃喆水库除险加固的呈批')
  const hits = async (client, q) => (await client.rows('/search?q=' + encodeURIComponent(q))).map(r => r.matter)
  await until('the text is indexed', async () => (await hits(drafter, '堃喆')).includes(matter_id))
  for (const q of ['除险', '险加', '水库除险加固', '固的呈'])
    assert.ok((await hits(drafter, q)).includes(matter_id), q)
  assert.deepEqual(await hits(drafter, '堃险'), [])
  assert.deepEqual(await hits(stranger, '堃喆'), [])
})

test('cancel by the initiator until another has opened it', async () => {
  const { matter_id } = await start()
  await done(drafter, matter_id)
  await head.refused(`/matters/${matter_id}/cancel`, { reason: '不办了' }, 403, 'matter.not_initiator')
  const item = await todo(head, matter_id)
  await head.act(`/items/${item.id}/open`, {})
  await drafter.refused(`/matters/${matter_id}/cancel`, { reason: '不办了' }, 409, 'matter.others_acted')
  const other = await start()
  const refusal = await drafter.refused(`/matters/${other.matter_id}/cancel`, { reason: '' }, 400, 'input.required')
  assert.deepEqual([refusal.field, refusal.detail], ['reason', '“理由”不能为空。'])
  await drafter.act(`/matters/${other.matter_id}/cancel`, { reason: '不办了' })
  assert.equal((await page(drafter, other.matter_id)).state, 'void')
})

test('the form is checked by the named field', async () => {
  const bad = async (form, code, field) => {
    const r = await drafter.post('/matters', { module: 'internal_request', title: '某事', form })
    assert.equal(r.status, 400)
    assert.equal(r.body.code, code)
    assert.equal(r.body.field, field)
  }
  await bad({}, 'input.required', 'form.content')
  await bad({ content: '好', secret: 1 }, 'input.unknown', 'form.secret')
  await bad({ content: '长'.repeat(4001) }, 'input.too_long', 'form.content')
  await drafter.refused('/matters', { module: 'nothing', title: '某事' }, 404, 'module.absent')
})

test('keyset paging gives every row once', async () => {
  for (let i = 0; i < 7; i++)
    await start(`关于第${i}批物资的呈批`)
  const seen = []
  for (let after = ''; after !== null;) {
    const r = await drafter.read(`/items?box=initiated&limit=3${after ? '&after=' + after : ''}`)
    seen.push(...r.rows.map(x => x.id))
    after = r.after
  }
  assert.equal(new Set(seen).size, seen.length)
  assert.ok(seen.length >= 7)
  await drafter.refused('/items?box=todo&after=zzz', undefined, 400, 'input.cursor').catch(async () =>
    assert.equal((await drafter.get('/items?box=todo&after=zzz')).body.code, 'input.cursor'))
})
