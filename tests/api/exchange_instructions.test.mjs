// Each instruction is at the office the moment it is given: on its counter and in its box; the office
// transcribes, hands on or keeps it; the register tells by leader, year and topic who does it and
// what came of it (OFFICE R1, L5; CAPABILITIES B5, B12, X3).
import test from 'node:test'
import assert from 'node:assert/strict'
import { city, query, until } from './tongban.mjs'

const c = await city()
const [clerk, office, secretary, head, handler, stranger] = await Promise.all(
  ['town_clerk', 'town_office', 'town_secretary', 'town_head', 'town_handler', 'county_clerk'].map(a => c.signIn(a)))
const unit = (await clerk.read('/me')).posts[0].unit.id
const postOf = async who => (await who.read('/me')).posts.find(p => p.unit.id === unit).id
const [secretaryPost, headPost, handlerPost] = await Promise.all([secretary, head, handler].map(postOf))
const waiting = async who => (await who.read('/me/counters')).instructions
const rows = (who, query = '') => who.rows(`/instructions?state=new${query}`)
const of = (list, matter) => list.filter(i => i.matter === matter)

const paper = title => clerk.act('/received', { unit_id: unit, issuer: '湖南省水利厅', number: '湘水〔2026〕101号', title, doc_type: '通知', urgency: 'urgent' })
const step = async (who, matter, body) => {
  const m = await who.read(`/matters/${matter}`)
  return who.act(`/items/${m.my_item.id}/complete`, { rev: m.my_item.rev, ...body })
}
async function proposed(title, leaders) {
  const { matter_id } = await paper(title)
  await step(office, matter_id, { outcome: 'instruct', opinion: '呈阅。', vars: { leaders: leaders.map(l => 'post:' + l) } })
  return matter_id
}

test('R1 an instruction is on the office’s counter and in its box at once, without waiting for others', async () => {
  const before = await waiting(office)
  const matter = await proposed('关于堤防巡查的通知', [secretaryPost, headPost])
  assert.equal(await waiting(office), before)
  const stream = await office.events()
  await step(secretary, matter, { outcome: 'instruct', opinion: '请水利站办理。' })
  await stream.next('counter')
  stream.close()
  assert.equal(await waiting(office), before + 1)
  assert.equal(await waiting(clerk), before + 1)
  assert.deepEqual(of(await rows(office), matter).map(i => [i.who, i.text, i.state, i.urgency]), [['鲁春生', '请水利站办理。', 'new', 'urgent']])
  // nobody else has the box: neither the handlers nor another unit
  for (const who of [handler, secretary]) assert.equal(await waiting(who), 0)
  assert.equal((await handler.get('/instructions?state=new')).status, 404)
  assert.equal((await stranger.get(`/instructions?unit=${unit}`)).status, 404)
  assert.deepEqual(await stranger.get(`/instructions?unit=${unit}`).then(r => r.body.code), await stranger.get('/instructions?unit=4711').then(r => r.body.code))

  // transcribed: gone from the box; the register has executor and, later, result
  const one = of(await rows(office), matter)[0]
  const made = await office.act(`/matters/${matter}/assign`, { instruction_ids: [one.id], lead: 'post:' + handlerPost })
  assert.equal(await waiting(office), before)
  const book = async () => of(await office.rows('/instructions?state=all'), matter).find(i => i.id === one.id)
  assert.deepEqual([(await book()).state, (await book()).executors, (await book()).result, (await book()).is_open], ['transcribed', '粟庆生', null, true])
  await step(handler, made.matter_id, { outcome: 'done', opinion: '巡查完毕，无险情。' })
  assert.deepEqual([(await book()).result, (await book()).is_open], ['巡查完毕，无险情。', false])
  // the second leader: handed on by the step 交办 itself, to handlers inside
  await step(head, matter, { outcome: 'instruct', opinion: '请应急办配合。' })
  assert.equal(await waiting(office), before + 1)
  await step(office, matter, { outcome: 'handle', vars: { handlers: ['post:' + handlerPost] } })
  assert.equal(await waiting(office), before)
  await step(handler, matter, { outcome: 'done', opinion: '已配合到位。' })
  const second = of(await office.rows('/instructions'), matter).find(i => i.who === '皮兴旺')
  assert.deepEqual([second.state, second.executors, second.result], ['transcribed', '粟庆生', '已配合到位。'])
})

test('R1 kept for information, said again after a return, taken off with the matter', async () => {
  const before = await waiting(office)
  const matter = await proposed('关于信息公开的通知', [secretaryPost])
  await step(secretary, matter, { outcome: 'instruct', opinion: '请阅。' })
  const m = await office.read(`/matters/${matter}`)
  await office.act(`/items/${m.my_item.id}/send_back`, { to: 'instruct', way: 'rewind', reason: '请明确主办' })
  assert.equal(await waiting(office), before + 1)
  await step(secretary, matter, { outcome: 'instruct', opinion: '已阅，存。' })
  assert.equal(await waiting(office), before + 1, 'the new word takes the old one’s place')
  const one = of(await rows(office), matter)
  assert.deepEqual(one.map(i => i.text), ['已阅，存。'])
  await office.act(`/instructions/${one[0].id}/note`, {})
  assert.equal(await waiting(office), before)
  await office.refused(`/instructions/${one[0].id}/note`, {}, 409, 'instruction.settled')
  assert.equal(await waiting(office), before)
})

test('R1 the supervision office has the box too', async () => {
  const admin = await c.signIn('city_admin'), watcher = await c.signIn('duty')
  const me = (await watcher.read('/me')).posts[0]
  const leader = await c.signIn('leader'), director = await c.signIn('office_head'), desk = await c.signIn('doc_clerk')
  const cityUnit = (await desk.read('/me')).posts[0].unit.id
  assert.equal(me.unit.id, cityUnit)
  assert.equal((await watcher.get(`/instructions?unit=${cityUnit}`)).status, 404)
  await admin.act('/grants', { post_id: me.id, unit_id: cityUnit, role: 'supervision_office' })
  const before = await waiting(watcher)
  const { matter_id } = await desk.act('/received', { unit_id: cityUnit, issuer: '湖南省应急管理厅', number: '湘应急〔2026〕12号', title: '关于隐患排查的通知' })
  await step(desk, matter_id, {})
  await step(desk, matter_id, { outcome: 'accept' })
  await step(director, matter_id, { outcome: 'instruct', vars: { leaders: ['post:' + (await leader.read('/me')).posts[0].id] } })
  await step(leader, matter_id, { outcome: 'instruct', opinion: '请应急局牵头。' })
  assert.equal(await waiting(watcher), before + 1)
  const one = of(await watcher.rows('/instructions?state=new'), matter_id)[0]
  const bureau = (await (await c.signIn('countersign_clerk')).read('/me')).posts[0].unit
  const made = await watcher.act(`/matters/${matter_id}/assign`, { instruction_ids: [one.id], lead: 'unit:' + bureau.id })
  assert.ok(made.dispatch_id)
  assert.equal(await waiting(watcher), before)
  const book = of(await watcher.rows('/instructions'), matter_id)[0]
  assert.equal(book.executors, bureau.name)
})

test('L5 the register by leader, year and words, and as a file', async () => {
  const year = new Date(c.now() + 8 * 3600e3).getUTCFullYear()
  const all = await office.rows('/instructions')
  const his = await office.rows(`/instructions?leader=${secretaryPost}`)
  assert.ok(his.length && his.every(i => i.who === '鲁春生'))
  assert.equal(his.length, all.filter(i => i.who === '鲁春生').length)
  assert.deepEqual(await office.rows('/instructions?leader=4711'), [])
  assert.ok((await office.rows(`/instructions?year=${year}`)).length > 0)
  assert.deepEqual(await office.rows(`/instructions?year=${year + 3}`), [])
  for (const q of ['堤防', '湘水〔2026〕101号', '请水利站', '粟庆生'])
    assert.ok((await office.rows('/instructions?q=' + encodeURIComponent(q))).some(i => i.title === '关于堤防巡查的通知'), q)
  assert.deepEqual(await office.rows('/instructions?q=' + encodeURIComponent('没有这回事')), [])
  const pages = []
  for (let after = ''; after !== null;) {
    const r = await office.read(`/instructions?limit=2${after ? '&after=' + after : ''}`)
    pages.push(...r.rows.map(i => i.id))
    after = r.after
  }
  assert.deepEqual(pages, all.map(i => i.id))
  const { job_id } = await office.act('/registers/export', { register: 'instructions', format: 'csv', filter: { year: String(year) } })
  await until('the file', async () => (await office.read(`/jobs/${job_id}`)).state === 'done')
  const file = (await office.get(`/jobs/${job_id}/file`, { raw: true })).body.toString()
  assert.match(file, /请水利站办理。/)
  assert.match(file, /巡查完毕，无险情。/)
})

test('what was counted on the way is what the rows say', async () => {
  const [[n]] = query(c, `SELECT coalesce(sum(n), 0) FROM counter WHERE box = 5`)
  const [[is]] = query(c, `SELECT count(*) FROM instruction WHERE state = 'new'`)
  assert.equal(n, is)
})
