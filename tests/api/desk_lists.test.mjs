// The workbench's lists: where a matter is now and until when, in what one did, began or watches; and
// their filters by words, sender and days. (WEB §5; OFFICE P7, P8)
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from './tongban.mjs'
import { officeOf } from './document_office.mjs'

const c = await city()
const o = await officeOf(c)
const list = (client, query) => client.rows('/items?' + query)
const rowOf = async (client, box, matter) => (await list(client, 'box=' + box)).find(r => r.matter === matter)

test('what I began and what I did says where it is now, and until when', async () => {
  const { matter_id } = await o.draft()
  await o.done(o.drafter, matter_id, { opinion: '请审核' })
  const early = await rowOf(o.drafter, 'initiated', matter_id)
  assert.equal(early.current, '科室负责人审核')
  assert.ok(early.due_at > early.arrived_at, 'the open step’s limit')
  await o.done(o.section_head, matter_id, { opinion: '拟同意' })
  await o.done(o.reviewer, matter_id, { opinion: '已核' })
  for (const [client, box, step] of [[o.drafter, 'initiated', ''], [o.drafter, 'done', '拟稿'], [o.reviewer, 'done', '核稿']]) {
    const r = await rowOf(client, box, matter_id)
    assert.deepEqual([r.current, r.state, r.step || ''], ['办公室主任审核', 'running', step], box)
  }
  await o.drafter.act(`/matters/${matter_id}/watch`, { on: true })
  assert.equal((await rowOf(o.drafter, 'watched', matter_id)).current, '办公室主任审核')
})

test('P8 a leader’s step is named; until when the leader has it is not told', async () => {
  const { matter_id } = await o.draft()
  await o.toOffice(matter_id)
  await o.done(o.office_head, matter_id, { outcome: 'to_leader', opinion: '呈审', vars: o.signer() })
  const r = await rowOf(o.drafter, 'initiated', matter_id)
  assert.equal(r.current, '分管领导审签')
  assert.equal(r.due_at ?? null, null)
  assert.ok(!r.overdue)
})

test('an ended matter is nowhere, its state says how it ended', async () => {
  const { matter_id } = await o.draft()
  await o.drafter.act(`/matters/${matter_id}/cancel`, { reason: '重复' })
  const r = await rowOf(o.drafter, 'initiated', matter_id)
  assert.deepEqual([r.current || '', r.state], ['', 'void'])
})

test('filters by words, sender and days, in every box, and they page', async () => {
  const titles = ['关于防汛物资的呈批', '关于应急照明的呈批', '关于防汛值守的呈批']
  const made = []
  for (const title of titles) made.push((await o.drafter.act('/matters', { module: 'internal_request', title, form: { content: '请批准' } })).matter_id)
  const found = async query => (await list(o.drafter, query)).map(r => r.title)
  const q = encodeURIComponent
  for (const box of ['todo', 'initiated'])
    assert.deepEqual(await found(`box=${box}&q=${q('防汛 呈批')}`), [titles[2], titles[0]], box)
  assert.deepEqual(await found(`box=initiated&q=${q('没有的词')}`), [])
  const one = await o.drafter.read(`/items?box=initiated&limit=1&q=${q('防汛 呈批')}`)
  assert.deepEqual(one.rows.map(r => r.title), [titles[2]])
  const two = await o.drafter.read(`/items?box=initiated&limit=1&q=${q('防汛 呈批')}&after=${one.after}`)
  assert.deepEqual([two.rows.map(r => r.title), two.after], [[titles[0]], null])
  const first = await o.drafter.read(`/items?box=todo&limit=1&q=${q('防汛 呈批')}`)
  assert.deepEqual((await o.drafter.read(`/items?box=todo&limit=1&q=${q('防汛 呈批')}&after=${first.after}`)).rows.map(r => r.title), [titles[0]])
  for (const m of made) await o.done(o.drafter, m, { opinion: '请审核' })
  assert.deepEqual((await found(`box=done&q=${q('防汛 呈批')}`)).sort(), [titles[0], titles[2]].sort())

  const day = n => new Date(c.now() + 8 * 3600e3 + n * 86400e3).toISOString().slice(0, 10)
  for (const box of ['todo', 'done', 'initiated']) {
    const all = await list(o.drafter, `box=${box}&limit=100`)
    assert.equal((await list(o.drafter, `box=${box}&limit=100&to=${day(-4000)}`)).length, 0, box)
    assert.equal((await list(o.drafter, `box=${box}&limit=100&from=${day(2)}`)).length, 0, box)
    assert.equal((await list(o.drafter, `box=${box}&limit=100&from=${day(-4000)}&to=${day(1)}`)).length, all.length, box)
    const today = all.filter(r => new Date(r.arrived_at + 8 * 3600e3).toISOString().slice(0, 10) === day(0)).map(r => r.id)
    assert.deepEqual((await list(o.drafter, `box=${box}&limit=100&from=${day(0)}&to=${day(0)}`)).map(r => r.id), today, box)
  }
  await o.drafter.refused('/items?box=todo&from=2026-02-30', undefined, 400).catch(async () =>
    assert.equal((await o.drafter.get('/items?box=todo&from=2026-02-30')).status, 400))
})

test('a sender’s name finds what came from there', async () => {
  const all = await list(o.town_clerk, 'box=todo&limit=100')
  const sender = all.map(r => r.from_unit).find(x => x)
  assert.ok(sender, 'something came to the town')
  const got = await list(o.town_clerk, `box=todo&limit=100&sender=${encodeURIComponent(sender.slice(0, 3))}`)
  assert.deepEqual(got.map(r => r.id), all.filter(r => (r.from_unit || '').includes(sender.slice(0, 3))).map(r => r.id))
  assert.equal((await list(o.town_clerk, `box=todo&sender=${encodeURIComponent('没有这个单位')}`)).length, 0)
})
