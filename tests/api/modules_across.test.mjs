// What goes to another unit by a module: a letter passed on, a telegram signed for. The other unit has a
// matter of its own with what the step shows, and only its answer comes back. (S30; OFFICE M7; B24)
import test from 'node:test'
import assert from 'node:assert/strict'
import { city, query, until } from './tongban.mjs'
import { upload } from './module_kit.mjs'
import { office } from './modules_plays.mjs'
import { holdersOf } from './holders.mjs'

const c = await city()
const o = await office(c)
const { people, post } = o
const h = holdersOf(c)
const childOf = matter => query(c, `SELECT id, unit_id FROM matter WHERE parent_id = ${matter} ORDER BY id DESC`)[0]
const openNode = matter => query(c, `SELECT node FROM item WHERE matter_id = ${matter} AND state IN ('ready', 'opened') ORDER BY node`).map(r => r[0]).join()
const said = (page, place) => page.print_sheet.rows.flat().find(x => x.place === place).opinions.map(x => x.text)
const town = await c.signIn('town_clerk')
const townUnit = (await town.read('/me')).posts[0].unit.id

const day = n => new Date(c.now() + 8 * 3600e3 + n * 86400e3).toISOString().slice(0, 10)
const dayOf = at => new Date(at + 8 * 3600e3).toISOString().slice(0, 10)
const moment = minutes => (Math.floor(c.now() / 60e3) + minutes) * 60e3
/** Whoever of a unit has the open item of a matter that came from elsewhere: client, matter, item. */
const there = async (unit, title) => {
  const rows = query(c, `SELECT a.account, m.id FROM item i JOIN matter m ON m.id = i.matter_id
    LEFT JOIN pool p ON p.id = i.owner_id
    JOIN post t ON t.id = i.owner_id OR t.id IN (SELECT g.post_id FROM grant_ g WHERE g.unit_id = p.unit_id AND g.role = p.role AND g.is_revoked = 0)
    JOIN account a ON a.person_id = t.person_id
    WHERE m.unit_id = ${unit} AND m.title = '${title}' AND i.state IN ('ready', 'opened') ORDER BY i.id`)
  assert.ok(rows.length, `somebody of ${unit} holds ${title}`)
  const [account, matter] = rows[0]
  const client = await c.signIn(account)
  const page = await client.read('/matters/' + matter)
  return { client, matter, page, item: page.my_item, do: body => client.act(`/items/${page.my_item.id}/complete`, { opinion: '办理。', ...body }) }
}
const written = { subject: '饮水问题', writer: '赵某某', writer_phone: '13900002222', id_number: '430702198001010014', received_on: day(-1), words: '村里缺水。' }
const tells = page => JSON.stringify(page).match(/赵某某|13900002222|430702198001010014/)?.[0]
const accept = async (matter, body) => {
  const at = await o.holder(matter)
  assert.equal(at.item.node, 'accept')
  return { at, r: await people[at.name].post(`/items/${at.item.id}/complete`, { opinion: '请办理。', ...body }) }
}

test('petition_letter: whoever handles it never reads who wrote it, nor does whom he shows it', async () => {
  const matter = await o.start('petition_letter', written, { as: 'doc_clerk' })
  const { at, r } = await accept(matter, { outcome: '受理', form: { handler: post.section_head } })
  assert.equal(r.status, 200, JSON.stringify(r.body))
  const handler = people.section_head, page = await handler.read('/matters/' + matter)
  assert.equal(page.my_item.node, 'handle')
  assert.equal(dayOf((await handler.rows('/items?box=todo')).find(x => x.matter === matter).due_at), day(59), 'sixty days from the day it came')
  assert.equal(tells(page), undefined)
  assert.equal(page.form.values.words, '村里缺水。')
  await handler.act(`/matters/${matter}/circulate`, { post_ids: [post.drafter] })
  assert.equal(tells(await people.drafter.read('/matters/' + matter)), undefined, 'whom it was circulated to')
  await handler.act(`/items/${page.my_item.id}/complete`, { form: { answer: '已接通管网。' }, opinion: '已办。' })
  assert.equal(tells(await handler.read('/matters/' + matter)), undefined, 'nor afterwards')
  assert.equal(tells(await handler.read('/modules/petition_letter/matters')), undefined)
  for (const who of [people.doc_clerk, people[at.name]]) assert.equal(tells(await who.read('/matters/' + matter)), '赵某某')
  assert.equal((await o.play(matter, {}, people.doc_clerk)).state, 'done')
})

test('petition_letter: its papers do not show who wrote it; those without the name go along', async () => {
  const clerk = people.doc_clerk
  const { matter_id: matter } = await clerk.act('/matters', { module: 'petition_letter', form: { ...written, subject: '噪声扰民' }, is_draft: true })
  const file = async (client, name) => (await client.act(`/matters/${matter}/attachments`, { upload_id: await upload(client, Buffer.from(name), name + '.txt'), kind: 'attachment' })).id
  const scan = await file(clerk, '赵某某来信'), masked = await file(clerk, '隐名'), loose = await file(clerk, '赵某某信封')
  await clerk.act(`/matters/${matter}/submit`, { form: { ...written, subject: '噪声扰民', scan: [scan], masked: [masked] }, hand_on: true })
  const { at, r } = await accept(matter, { outcome: '受理', form: { handler: post.section_head } })
  assert.equal(r.status, 200, JSON.stringify(r.body))
  const reads = async (client, id) => (await client.request('GET', `/attachments/${id}/content`)).status
  const listed = async client => (await client.read('/matters/' + matter)).attachments.map(x => x.id)
  const handler = people.section_head
  const own = await file(handler, '现场照片')
  await handler.act(`/matters/${matter}/circulate`, { post_ids: [post.drafter] })
  for (const who of [handler, people.drafter]) {
    assert.deepEqual(await listed(who), [masked, own], 'the copy without the name, and what the handler added')
    assert.deepEqual([await reads(who, scan), await reads(who, loose), await reads(who, masked), await reads(who, own)], [404, 404, 200, 200])
    assert.equal(tells(await who.read('/matters/' + matter)), undefined)
    const page = await who.read('/matters/' + matter)
    assert.ok(!('scan' in page.form.values) && page.form.values.masked.length === 1)
    assert.equal((await who.post(`/attachments/${scan}/remove`, {})).status, 404)
  }
  for (const who of [clerk, people[at.name]]) {
    assert.deepEqual(await listed(who), [scan, masked, loose, own])
    assert.equal(await reads(who, scan), 200)
  }
  await until('it is found', async () => (await clerk.rows('/search?q=' + encodeURIComponent('赵某某信封'))).length > 0)
  for (const q of ['赵某某信封', '赵某某来信']) {
    const hits = await handler.rows('/search?q=' + encodeURIComponent(q))
    assert.ok(!hits.some(x => x.matter_id === matter || x.matter === matter), 'not by the name of a file that he does not see')
  }
  // Passed on, the copy alone goes to the other unit.
  const item = (await handler.read('/matters/' + matter)).my_item
  await handler.act(`/items/${item.id}/complete`, { form: { answer: '已处置。' }, opinion: '已办。' })
  const { matter_id: second } = await clerk.act('/matters', { module: 'petition_letter', form: { ...written, subject: '噪声扰民二' }, is_draft: true })
  const put = async name => (await clerk.act(`/matters/${second}/attachments`, { upload_id: await upload(clerk, Buffer.from(name), name + '.txt'), kind: 'attachment' })).id
  const a = await put('赵某某来信'), b = await put('隐名')
  await clerk.act(`/matters/${second}/submit`, { form: { ...written, subject: '噪声扰民二', scan: [a], masked: [b] }, hand_on: true })
  assert.equal((await accept(second, { outcome: '转送', form: { to_unit: townUnit } })).r.status, 200)
  const one = await there(townUnit, '群众来信：噪声扰民二')
  assert.deepEqual(one.page.attachments.map(x => x.name), ['隐名.txt'])
  assert.equal(tells(one.page), undefined)
  assert.deepEqual([await reads(one.client, a), await reads(one.client, b), await reads(one.client, one.page.attachments[0].id)], [404, 404, 200])
})

test('petition_letter: passed on to another unit without its writer; the answer comes back', async () => {
  const matter = await o.start('petition_letter', { ...written, subject: '道路损毁' }, { as: 'doc_clerk' })
  const no = await accept(matter, { outcome: '转送' })
  assert.deepEqual([no.r.status, no.r.body.field], [400, 'form.to_unit'])
  assert.equal((await accept(matter, { outcome: '转送', form: { to_unit: townUnit } })).r.status, 200)
  const one = await there(townUnit, '群众来信：道路损毁')
  assert.equal(one.item.node, 'receive')
  assert.equal(tells(one.page), undefined)
  assert.deepEqual([one.page.form.values.subject, one.page.form.values.words, one.page.form.values.received_on], ['道路损毁', '村里缺水。', day(-1)])
  assert.equal((await one.client.get('/matters/' + matter)).status, 404, 'the sender’s own matter stays its own')
  const townHandler = await c.signIn('town_handler'), handler = (await townHandler.read('/me')).posts[0].id
  const mine = await one.client.post(`/items/${one.item.id}/complete`, { form: { handler: post.drafter } })
  assert.equal(mine.status, 400, 'nobody of the sender’s')
  await one.do({ form: { handler } })
  const two = await there(townUnit, '群众来信：道路损毁')
  const late = await two.client.post(`/items/${two.item.id}/complete`, {})
  assert.deepEqual([late.status, late.body.field], [400, 'form.answer'])
  await two.do({ form: { answer: '路面已修复。' } })
  await (await there(townUnit, '群众来信：道路损毁')).do({})
  const end = await o.play(matter, {}, people.doc_clerk)
  assert.deepEqual([end.seen.join(' '), end.state], ['reply', 'done'])
  const sheet = end.page.print_sheet.rows.flat().find(x => x.place === '转送单位办理')
  assert.deepEqual(sheet.opinions.map(x => x.text), ['路面已修复。'])
  assert.match(sheet.opinions[0].who, /毛里湖镇/)
  assert.ok((await people.doc_clerk.rows('/modules/petition_letter/matters')).some(x => x.matter_id === matter && /毛里湖镇/.test(x.words.to_unit)))
})

test('plain_telegram: every unit signs for it by itself, and is done when all have', async () => {
  const sign_by = moment(600)
  const form = { telegram_title: '关于防范强降雨的紧急通知', grade: 'te_ji', to_units: [townUnit, o.unit], text: '请立即部署。', sign_by, is_plain: true }
  const matter = await o.start('plain_telegram', form)
  for (const seen of [[], ['section'], ['section', 'office'], ['section', 'office', 'principal']])
    await o.step(matter, { transmit: { form: { sent_at: moment(5) } } }, seen)
  const out = await people.drafter.read('/matters/' + matter)
  assert.deepEqual([out.state, out.current.map(x => x.kind)], ['running', ['unit', 'unit']])
  assert.match(out.number, /^明电〔\d{4}〕\d+号$/)
  const one = await there(townUnit, form.telegram_title)
  assert.equal(one.item.node, 'sign')
  assert.deepEqual([one.page.number, one.page.form.values.text, one.page.form.values.sign_by], [out.number, '请立即部署。', sign_by])
  const no = await one.client.post(`/items/${one.item.id}/complete`, { outcome: '转办' })
  assert.deepEqual([no.status, no.body.field], [400, 'form.handler'])
  const handler = (await (await c.signIn('town_handler')).read('/me')).posts[0].id
  await one.do({ outcome: '转办', form: { handler } })
  const two = await there(townUnit, form.telegram_title)
  assert.equal((await two.client.rows('/items?box=todo')).find(x => x.matter === two.matter).due_at, sign_by, 'by the moment that the telegram names')
  await two.do({ form: { result: '已转移二十户。' } })
  assert.equal((await people.drafter.read('/matters/' + matter)).state, 'running', 'the other has not yet')
  const own = await there(o.unit, form.telegram_title)
  await own.do({ outcome: '知悉' })
  const end = await people.drafter.read('/matters/' + matter)
  assert.equal(end.state, 'done')
  const said = end.print_sheet.rows.flat().find(x => x.place === '各单位签收办理').opinions.map(x => x.text)
  assert.deepEqual(said.sort(), ['已签收知悉', '已转移二十户。'].sort())
  assert.equal((await town.get('/matters/' + matter)).status, 404)
})

test('info_submission: sent up level by level; adopted or not, journal and score come back, the inside does not', async () => {
  const clerk = await h.as('town_handler')
  const form = { headline: '冬修水利进展', column: 'dynamic', text: '全镇开工二十处，完成投资一千万元，超额完成任务目标。'.repeat(3) }
  const up = { plan: { edit: { outcome: '报上级' } }, until: 'above' }
  const start = async () => (await clerk.act('/matters', { module: 'info_submission', form, hand_on: true })).matter_id
  const matter = await start()
  assert.deepEqual((await h.play(matter, up)).seen.map(x => x.split(' ')[0]), ['section', 'edit'])
  const [county, countyUnit] = childOf(matter)
  assert.match(query(c, `SELECT name FROM unit WHERE id = ${countyUnit}`)[0][0], /津市/)
  const [account] = h.of(county), editor = await h.as(account), page = await editor.read('/matters/' + county)
  assert.deepEqual([page.form.values.headline, page.form.values.text], [form.headline, form.text])
  assert.equal((await editor.get('/matters/' + matter)).status, 404, 'the inside of the town')
  assert.deepEqual(page.sheet.flatMap(s => s.opinions), [], 'no opinion went along')
  for (const [outcome, given, field] of [['采用', {}, 'issue_no'], ['不采用', {}, 'declined_because'], ['采用', { journal: 'brief', issue_no: '3', score: '101' }, 'score']]) {
    const no = await editor.post(`/items/${page.my_item.id}/complete`, { outcome, form: given })
    assert.deepEqual([no.status, no.body.field], [400, 'form.' + field])
  }
  await h.play(county, up)
  const [top] = childOf(county)
  const at = await o.holder(top)
  const over = await people[at.name].post(`/items/${at.item.id}/complete`, { outcome: '报上级' })
  assert.deepEqual([over.status, over.body.field], [400, 'form.headline'], 'nobody above the city')
  await people[at.name].act(`/items/${at.item.id}/complete`, { outcome: '采用', opinion: '内部意见不外传', form: { journal: 'reference', issue_no: '12', score: '3' } })
  const back = await clerk.read('/matters/' + matter)
  assert.equal(back.my_item.node, 'adopted')
  assert.deepEqual([back.form.values.journal, back.form.values.issue_no, back.form.values.score], ['reference', '12', '3'])
  assert.deepEqual(said(back, '上级采用情况'), ['已采用'])
  assert.ok(!JSON.stringify(back).includes('内部意见不外传'), 'what stays inside stays inside')
  assert.ok((await clerk.rows('/modules/info_submission/matters?mine=1')).some(x => x.matter_id === matter && x.words.score === '3'))
  assert.equal((await clerk.get('/matters/' + county)).status, 404)
  assert.equal((await h.play(matter)).state, 'done')

  const other = await start()
  await h.play(other, up)
  await h.play(childOf(other)[0], { plan: { edit: { outcome: '不采用', form: { declined_because: '已有同类信息' } } } })
  const told = await clerk.read('/matters/' + other)
  assert.deepEqual([told.my_item.node, told.form.values.declined_because, said(told, '上级采用情况')], ['declined', '已有同类信息', ['已有同类信息']])
  await o.start('info_submission', form)
  const own = await o.start('info_submission', form)
  await o.step(own, {}, [])
  const edit = await o.holder(own)
  const no = await people[edit.name].post(`/items/${edit.item.id}/complete`, { outcome: '报上级' })
  assert.deepEqual([no.status, no.body.field], [400, 'form.headline'])
})

test('D4 website_release: read three times here, released by who operates the site; the address comes back, or the reason', async () => {
  const form = { headline: '冬春水利建设启动', column: 'news', text: '<p>启动。</p>', source: '本单位', is_cleared: true, operator: townUnit }
  await o.refused('website_release', { ...form, operator: o.unit }, 'operator')
  const matter = await o.startWithPapers('website_release', form, ['pictures'])
  const until = { until: 'operate' }
  assert.deepEqual((await h.play(matter, until)).seen.map(x => x.split(' ')[0]), ['section', 'secrecy', 'final'])
  const [child] = childOf(matter)
  const [account] = h.of(child), operator = await h.as(account), page = await operator.read('/matters/' + child)
  assert.deepEqual([page.form.values.headline, page.form.values.text, page.form.values.pictures.length], [form.headline, form.text, 1])
  assert.equal(page.attachments.length, 1, 'its picture goes along')
  assert.equal((await operator.request('GET', `/attachments/${page.form.values.pictures[0]}/content`)).status, 200)
  const mine = (await people.drafter.read('/matters/' + matter)).form.values.pictures[0]
  assert.equal((await operator.request('GET', `/attachments/${mine}/content`)).status, 404, 'by its own copy only')
  assert.equal((await operator.get('/matters/' + matter)).status, 404)
  for (const [outcome, field] of [['已发布', 'link'], ['不予发布', 'refused_because']]) {
    const no = await operator.post(`/items/${page.my_item.id}/complete`, { outcome })
    assert.deepEqual([no.status, no.body.field], [400, 'form.' + field])
  }
  await operator.act(`/items/${page.my_item.id}/complete`, { outcome: '已发布', opinion: '发。', form: { link: 'https://example.invalid/7' } })
  const end = await people.drafter.read('/matters/' + matter)
  assert.deepEqual([end.state, end.form.values.link, said(end, '运维单位发布')], ['done', 'https://example.invalid/7', ['https://example.invalid/7']])
  const other = await o.start('website_release', form)
  await h.play(other, until)
  await h.play(childOf(other)[0], { plan: { publish: { outcome: '不予发布', form: { refused_because: '缺少配图' } } } })
  assert.equal((await people.drafter.read('/matters/' + other)).my_item.node, 'told')
  await h.step(other)
  const refused = await people.drafter.read('/matters/' + other)
  assert.deepEqual([refused.state, refused.form.values.refused_because], ['rejected', '缺少配图'])
})

test('data_sharing_request: cleared here, decided by the unit that owns the data; what was given comes back', async () => {
  const form = { owner: townUnit, catalogue: '农户基本信息', items: [{ item: '地址', why: '核验' }], ground: '国发〔2016〕51号', period: { from: day(1), to: day(200) }, way: 'api' }
  await o.refused('data_sharing_request', { ...form, owner: o.unit }, 'owner')
  const start = async () => { const m = await o.start('data_sharing_request', form); await h.play(m, { until: 'ask_owner' }); return [m, childOf(m)[0]] }
  const [matter, child] = await start()
  const page = await (await h.as(h.of(child)[0])).read('/matters/' + child)
  assert.deepEqual([page.form.values.catalogue, page.form.values.items, page.form.values.way, page.form.values.has_personal], [form.catalogue, form.items, 'api', false])
  assert.equal((await people.drafter.get('/matters/' + child)).status, 404)
  const done = await h.play(child, { plan: { give: { form: { given: '接口已开通' } } } })
  assert.deepEqual([done.seen.map(x => x.split(' ')[0]).join(' '), done.state], ['propose decide give', 'done'])
  const end = await people.drafter.read('/matters/' + matter)
  assert.deepEqual([end.state, end.form.values.given, said(end, '数据所属单位')], ['done', '接口已开通', ['接口已开通']])
  const [other, asked] = await start()
  await h.play(asked, { until: 'decide' })
  const item = await h.item(h.of(asked)[0], asked), who = await h.as(h.of(asked)[0])
  const no = await who.post(`/items/${item.id}/complete`, { outcome: '不同意' })
  assert.deepEqual([no.status, no.body.field], [400, 'form.refused_because'])
  await who.act(`/items/${item.id}/complete`, { outcome: '不同意', opinion: '不宜。', form: { refused_because: '涉及个人信息' } })
  await h.step(other)
  const refused = await people.drafter.read('/matters/' + other)
  assert.deepEqual([refused.state, refused.form.values.refused_because], ['rejected', '涉及个人信息'])
})
