// Live events: hints, never content, on whichever node; a resume within five minutes, else a reset.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city, until } from './tongban.mjs'

const c = await city()
const [drafter, head] = await Promise.all(['drafter', 'section_head'].map(a => c.signIn(a)))

const handOn = async title => {
  const { matter_id } = await drafter.act('/matters', { module: 'internal_request', title, form: { content: '请批准' } })
  const item = (await drafter.rows('/items?box=todo')).find(r => r.matter === matter_id)
  await drafter.act(`/items/${item.id}/complete`, { opinion: '请审核' })
  return matter_id
}

test('a hint comes to whoever has new work, after it is there, and holds no content', async () => {
  const stream = await head.events()
  const matter = await handOn('绝无仅有的标题一')
  const hint = await stream.next('counter', 10000)
  assert.ok(hint)
  assert.ok((await head.rows('/items?box=todo')).some(r => r.matter === matter), 'the work is there when the hint comes')
  assert.doesNotMatch(JSON.stringify(hint), /标题/)
  stream.close()
})

test('nobody else is told', async () => {
  // a colleague of the drafter who has no work yet: the clock, which urges what is overdue, has
  // nothing to tell this one
  const admin = await c.signIn('city_admin')
  await admin.act('/people', { name: '闻人静', account: 'wenren.jing', unit_id: (await drafter.read('/me')).posts[0].unit.id, title: '科员' })
  const stranger = await c.signIn('wenren.jing')
  const theirs = await stranger.events(), heads = await head.events()
  await handOn('绝无仅有的标题二')
  assert.ok(await heads.next('counter', 10000))
  await assert.rejects(theirs.next('counter', 400))
  await assert.rejects(theirs.next('matter', 100))
  theirs.close()
  heads.close()
})

test('a stream that comes back hears what it missed, or reads again', async () => {
  const stream = await head.events()
  await handOn('绝无仅有的标题三')
  assert.ok(await stream.next('counter', 10000))
  const last = await until('an id', () => stream.lastId)
  stream.close()
  await handOn('绝无仅有的标题四')
  const back = await head.events({ 'Last-Event-ID': last })
  const told = await Promise.race([back.next('counter', 10000), back.next('reset', 10000)])
  assert.ok(told)
  back.close()
  const strange = await head.events({ 'Last-Event-ID': '99.1.5' })
  assert.ok(await strange.next('reset', 10000))
  strange.close()
  const nonsense = await head.events({ 'Last-Event-ID': 'x'.repeat(300) })
  assert.ok(await nonsense.next('reset', 10000))
  nonsense.close()
})

test('three hundred streams hear of it, and the program stops in good time', async () => {
  const streams = await Promise.all(Array.from({ length: 300 }, () => head.events()))
  await handOn('绝无仅有的标题五')
  const heard = await Promise.all(streams.map(s => s.next('counter', 15000)))
  assert.equal(heard.filter(Boolean).length, 300)
  const started = Date.now()
  await c.stop()
  assert.ok(Date.now() - started < 20000, `${Date.now() - started} ms`)
  for (const s of streams) s.close()
  await c.start()
})
