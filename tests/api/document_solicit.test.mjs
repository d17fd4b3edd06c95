// 征求意见: before the text is firm other units are asked in one step; each answers once from a matter of
// its own, the table fills by itself, silence is never consent, and it goes out as a Word file.
// (OFFICE D2.1, L1)
import test from 'node:test'
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { spawnSync } from 'node:child_process'
import { city, query } from './tongban.mjs'
import { officeOf } from './document_office.mjs'
import { attach } from './scans.mjs'

const c = await city()
const o = await officeOf(c)
const emergency = { clerk: await c.signIn('emergency_clerk'), head: await c.signIn('emergency_head') }
const county = await c.signIn('county_clerk')
const unitOf = async who => (await who.read('/me')).posts[0].unit
const water = o.post.countersign_clerk.unit.id, fire = (await unitOf(emergency.clerk)).id, silent = (await unitOf(county)).id
const own = o.post.drafter.unit.id
const day = n => new Date(c.now() + 8 * 3600e3 + n * 86400e3).toISOString().slice(0, 10)
const asked = async (client, title) => (await client.rows('/items?box=todo')).find(r => r.module === 'opinion_reply' && r.title === title + '（征求意见稿）')
const table = (client, id) => client.read(`/solicits/${id}`)
const lineOf = (t, unit) => t.rows.find(r => r.unit_id === unit)

test('D2 L1 one step asks the units; their answers fill the table, with what was adopted, and go out as Word', async () => {
  const title = '常德市人民政府关于防汛物资储备的通知'
  const doc = await o.draft({ title })
  const at = `/documents/${doc.document_id}`
  assert.equal((await attach(o.drafter, doc.matter_id, Buffer.from('储备清单'), '清单.txt')).status, 201)
  const ask = { unit_ids: [silent, water, fire, own], reply_by: day(5), note: '请重点研究第一条。' }
  const dry = await o.drafter.request('POST', at + '/solicit_check', { body: ask })
  assert.equal(dry.status, 200, JSON.stringify(dry.body))
  assert.deepEqual([dry.body.count, dry.body.left_out.map(x => x.why)], [3, ['own']])
  assert.deepEqual((await o.page(o.drafter, doc.matter_id)).solicits, [], 'the check asked nobody')
  const made = await o.drafter.act(at + '/solicit', ask)
  assert.equal(made.count, 3)

  // what is changed afterwards is not seen by those who were asked
  await o.drafter.act(at + '/save', { ...o.elements(title), body: [{ kind: 'p', text: '改过的正文。' }], rev: doc.rev })
  await attach(o.drafter, doc.matter_id, Buffer.from('后来的附件'), '后来.txt')
  const atWater = await asked(o.countersign_clerk, title), atFire = await asked(emergency.clerk, title)
  assert.ok(atWater && atFire && await asked(county, title), 'all have it at once')
  const seen = await o.page(o.countersign_clerk, atWater.matter)
  assert.equal(seen.document.title, title + '（征求意见稿）')
  assert.ok(JSON.stringify(seen.document.body).includes('落实防汛责任') && !JSON.stringify(seen.document).includes('改过的正文'))
  assert.deepEqual(seen.attachments.map(x => x.name), ['清单.txt'])
  assert.deepEqual([seen.solicitation.note, seen.solicitation.reply_by, seen.solicitation.unit], ['请重点研究第一条。', day(5), o.post.drafter.unit.name])
  assert.equal(seen.parent_id, null)

  // the document goes on meanwhile; its reviewers see how far the round is
  await o.done(o.drafter, doc.matter_id, {})
  const handler = { handlers: ['post:' + o.post.countersign_handler.id] }
  await o.countersign_clerk.act(`/items/${atWater.id}/complete`, { opinion: '内部：请研究', vars: handler })
  await o.done(o.countersign_handler, atWater.matter, { outcome: 'done', opinion: '内部：第一条偏重' })
  const blank = await o.stopped(o.countersign_head, atWater.matter, { outcome: 'comment' }, 400, 'doc.solicit_no_text')
  assert.equal(blank.field, 'opinion')
  await o.done(o.countersign_head, atWater.matter, { outcome: 'comment', opinion: '建议第一条写明储备<定额> & 责任单位。' })
  await emergency.clerk.act(`/items/${atFire.id}/complete`, { vars: { handlers: ['post:' + (await emergency.head.read('/me')).posts[0].id] } })
  await o.done(emergency.head, atFire.matter, { outcome: 'done' })
  await o.done(emergency.head, atFire.matter, { outcome: 'none' })

  const t = await table(o.section_head, made.solicit_id)
  assert.deepEqual(t.rows.map(r => [r.unit_id, r.state]).sort(), [[water, 'comment'], [fire, 'none'], [silent, 'waiting']].sort())
  assert.ok(!JSON.stringify(t).includes('内部'), 'nothing of their inside')
  assert.equal(lineOf(t, water).text, '建议第一条写明储备<定额> & 责任单位。')
  const [round] = (await o.page(o.section_head, doc.matter_id)).solicits
  assert.deepEqual([round.round, round.units, round.replied, round.comments, round.undecided], [1, 3, 2, 1, 1])
  assert.equal((await o.drafter.get(`/matters/${atWater.matter}`)).status, 404)

  // nobody asked sees another's reply, the table or the file; nor does a stranger
  for (const who of [o.countersign_head, emergency.head, county])
    for (const [real, none] of [[`/solicits/${made.solicit_id}`, '/solicits/7'], [`/solicits/${made.solicit_id}/file`, '/solicits/7/file'], [at + '/solicits', '/documents/7/solicits'], [`/matters/${made.matter_id}`, '/matters/7']]) {
      const [a, b] = [await who.get(real), await who.get(none)]
      assert.deepEqual([a.status, a.body.code], [404, b.body.code], real)
    }
  assert.equal((await emergency.head.get(`/matters/${atWater.matter}`)).status, 404)
  for (const who of [o.countersign_head, county]) {
    await who.refused(at + '/solicit', ask, 404)
    await who.refused(`/solicits/${made.solicit_id}/decide`, { unit_id: water, verdict: 'adopted', rev: 2 }, 404)
    await who.refused(`/solicits/${made.solicit_id}/close`, {}, 404)
  }

  // what was adopted
  const decide = (body, who = o.drafter) => [`/solicits/${made.solicit_id}/decide`, { unit_id: water, rev: lineOf(t, water).rev, ...body }]
  const bad = await o.drafter.refused(...decide({ verdict: 'partly' }), 400, 'doc.solicit_reason')
  assert.equal(bad.field, 'reason')
  assert.equal((await o.drafter.refused(...decide({ verdict: 'maybe' }), 400)).field, 'verdict')
  await o.drafter.refused(...decide({ verdict: 'adopted', rev: 9 }), 409, 'doc.solicit_stale')
  await o.drafter.refused(...decide({ verdict: 'adopted', unit_id: fire }), 409, 'doc.solicit_no_opinion')
  await o.drafter.refused(...decide({ verdict: 'adopted', unit_id: own }), 404)
  await o.section_head.act(...decide({ verdict: 'partly', reason: '定额已写入，责任单位另行明确。' }))
  const after = lineOf(await table(o.drafter, made.solicit_id), water)
  assert.deepEqual([after.verdict, after.reason], ['partly', '定额已写入，责任单位另行明确。'])
  await o.drafter.refused(`/solicits/${made.solicit_id}/close`, {}, 409, 'doc.solicit_not_late')

  // a tool that is not ours reads the file
  const file = await o.drafter.request('GET', `/solicits/${made.solicit_id}/file`, { raw: true })
  assert.match(file.headers.get('content-type'), /wordprocessingml/)
  const name = path.join(c.dir, 'table.docx')
  fs.writeFileSync(name, file.body)
  const script = `import sys,zipfile,xml.dom.minidom as m
z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None
for n in z.namelist(): m.parseString(z.read(n))
d=m.parseString(z.read('word/document.xml'))
for r in d.getElementsByTagName('w:tr'): print('|'.join(''.join(t.firstChild.data if t.firstChild else '' for t in c.getElementsByTagName('w:t')) for c in r.getElementsByTagName('w:tc')))
print(''.join(t.firstChild.data for t in d.getElementsByTagName('w:t') if t.firstChild))`
  const p = spawnSync('python3', ['-c', script, name], { encoding: 'utf8' })
  assert.equal(p.status, 0, p.stderr)
  fs.rmSync(name)
  const lines = p.stdout.trim().split('\n')
  assert.equal(lines[0], '序号|单位|意见建议|采纳情况|理由')
  assert.deepEqual(lines.slice(1, 4).map(l => l.split('|').slice(2).join('|')), t.rows.map(r => r.unit_id === water ? '建议第一条写明储备<定额> & 责任单位。|部分采纳|定额已写入，责任单位另行明确。' : r.unit_id === fire ? '无意见||' : '未反馈||'))
  assert.match(lines[4], /《常德市人民政府关于防汛物资储备的通知（征求意见稿）》征求意见情况汇总表.*共征求3个单位意见，有意见1个，无意见1个，尚未反馈1个/)

  // the silent one is urged where it lies, then late; it never counts as consent
  const lies = async () => (await county.rows('/items?box=todo')).find(r => r.module === 'opinion_reply')
  assert.equal((await lies()).urges, 0)
  await o.drafter.act(`/matters/${made.matter_id}/urge`)
  assert.equal((await lies()).urges, 1)
  await c.later(6 * 86400e3)
  const drafter = await c.signIn('drafter')
  const late = await table(drafter, made.solicit_id)
  assert.equal(lineOf(late, silent).state, 'late')
  assert.deepEqual([late.round.is_late, late.may_close, late.round.replied], [true, true, 2])
  assert.deepEqual(await drafter.act(`/solicits/${made.solicit_id}/close`), { silent: 1 })
  await drafter.refused(`/solicits/${made.solicit_id}/close`, {}, 409, 'doc.solicit_all_replied')
  assert.equal(lineOf(await table(drafter, made.solicit_id), silent).state, 'late')
  const again = await c.signIn('county_clerk')
  assert.equal((await again.rows('/items?box=todo')).find(r => r.module === 'opinion_reply'), undefined)
  await o.done(drafter, made.matter_id, { opinion: '已汇总' })
  const done = await table(drafter, made.solicit_id)
  assert.deepEqual([done.round.state, done.may_decide], ['done', false])
  await drafter.refused(`/solicits/${made.solicit_id}/decide`, { unit_id: water, verdict: 'adopted', rev: 3 }, 409, 'doc.solicit_closed')
  assert.ok((await drafter.rows(`/matters/${doc.matter_id}/trace`)).some(r => r.op === 'doc.solicit'))
})

const people = async () => { const p = Object.fromEntries(await Promise.all(['drafter', 'section_head', 'reviewer', 'countersign_clerk', 'countersign_handler', 'countersign_head'].map(async n => [n, await c.signIn(n)]))); Object.assign(o, p); return p }

test('L1 a reply taken back leaves the table and its verdict falls; the last line must be decided', async () => {
  await people()
  const title = '常德市人民政府关于小型水库除险加固的通知'
  const doc = await o.draft({ title })
  const made = await o.drafter.act(`/documents/${doc.document_id}/solicit`, { unit_ids: [water, fire], reply_by: day(3) })
  const at = await asked(o.countersign_clerk, title)
  await o.countersign_clerk.act(`/items/${at.id}/complete`, { vars: { handlers: ['post:' + o.post.countersign_handler.id] } })
  await o.done(o.countersign_handler, at.matter, { outcome: 'done' })
  const item = await o.todo(o.countersign_head, at.matter)
  await o.countersign_head.act(`/items/${item.id}/complete`, { outcome: 'comment', opinion: '建议缓发。' })
  const line = async () => lineOf(await table(o.drafter, made.solicit_id), water)
  await o.drafter.act(`/solicits/${made.solicit_id}/decide`, { unit_id: water, verdict: 'rejected', reason: '汛期临近。', rev: (await line()).rev })
  await o.countersign_head.act(`/items/${item.id}/withdraw`, { reason: '改写' })
  assert.deepEqual([(await line()).state, (await line()).text, (await line()).verdict], ['waiting', '', ''])
  await o.done(o.countersign_head, at.matter, { outcome: 'comment', opinion: '建议明确资金来源。' })
  const clerk = await c.signIn('emergency_clerk'), head = await c.signIn('emergency_head')
  const other = await asked(clerk, title)
  await clerk.act(`/items/${other.id}/complete`, { vars: { handlers: ['post:' + (await head.read('/me')).posts[0].id] } })
  await o.done(head, other.matter, { outcome: 'done' })
  await o.done(head, other.matter, { outcome: 'none' })
  const p = await o.stopped(o.drafter, made.matter_id, {}, 409, 'doc.solicit_undecided')
  assert.ok(p.detail.includes((await line()).unit))
  await o.drafter.act(`/solicits/${made.solicit_id}/decide`, { unit_id: water, verdict: 'adopted', rev: (await line()).rev })
  await o.done(o.drafter, made.matter_id, {})
  assert.equal((await table(o.reviewer, made.solicit_id).catch(() => null)), null, 'the reviewer does not have the document yet')
})

test('who may ask, what is refused and by which field; a second round; a document given up', async () => {
  await people()
  const doc = await o.draft({ title: '常德市人民政府关于堤防管理的通知' })
  const at = `/documents/${doc.document_id}/solicit`
  const ask = { unit_ids: [water], reply_by: day(2) }
  for (const [body, field, code] of [
    [{ ...ask, reply_by: undefined }, 'reply_by', undefined], [{ ...ask, reply_by: day(-1) }, 'reply_by', 'doc.solicit_day'],
    [{ ...ask, reply_by: '2026-02-30' }, 'reply_by', undefined], [{ ...ask, reply_by: day(500) }, 'reply_by', 'doc.solicit_day'],
    [{ ...ask, unit_ids: [] }, 'unit_ids', 'doc.solicit_nobody'], [{ ...ask, unit_ids: [own] }, 'unit_ids', 'doc.solicit_nobody'],
    [{ ...ask, unit_ids: ['7'] }, 'unit_ids', 'doc.unknown_recipient'], [{ ...ask, unit_ids: 'x' }, 'unit_ids', undefined],
    [{ ...ask, note: 'x'.repeat(1001) }, 'note', undefined], [{ ...ask, whom: 1 }, 'whom', undefined],
  ]) assert.equal((await o.drafter.refused(at, body, 400, code)).field, field, JSON.stringify(body).slice(0, 100))
  await o.drafter.refused(at, { ...ask, note: '机密★5年\n请研究' }, 400, 'secret.refused')
  const empty = await o.drafter.act('/documents', { agency_id: o.government.id, doc_type: '通知', title: '常德市人民政府关于空稿的通知' })
  await o.drafter.refused(`/documents/${empty.document_id}/solicit`, ask, 409, 'doc.solicit_empty')
  const key = 'solicit-once-0001'
  const first = await o.drafter.act(at, ask, { key })
  assert.deepEqual(await o.drafter.act(at, ask, { key }), first, 'sent twice asks once')
  const second = await o.section_head.get(`/matters/${doc.matter_id}`)
  assert.equal(second.status, 404, 'the section head does not have it yet')
  await o.done(o.drafter, doc.matter_id, {})
  await o.section_head.act(at, { unit_ids: [water, fire], reply_by: day(4) })
  await o.done(o.section_head, doc.matter_id, {})
  const r = await o.reviewer.rows(`/documents/${doc.document_id}/solicits`)
  assert.deepEqual(r.map(x => [x.round, x.units, x.matter_id !== null]), [[1, 1, false], [2, 2, false]])
  assert.equal((await o.page(o.reviewer, doc.matter_id)).may_solicit, false)
  await o.reviewer.refused(at, ask, 403, 'doc.solicit_not_yours')
  const t = await table(o.reviewer, first.solicit_id)
  assert.deepEqual([t.may_decide, t.rows.length], [false, 1])

  const gone = await o.draft({ title: '常德市人民政府关于撤下的通知' })
  const round = await o.drafter.act(`/documents/${gone.document_id}/solicit`, ask)
  await o.drafter.act(`/matters/${gone.matter_id}/cancel`, { reason: '不发了' })
  assert.equal((await table(o.drafter, round.solicit_id)).round.state, 'void')
  assert.equal(await asked(o.countersign_clerk, '常德市人民政府关于撤下的通知'), undefined)
})

test('after 签发 nobody is asked any more; the mark of the document goes along', async () => {
  await people()
  for (const n of ['office_head', 'principal']) o[n] = await c.signIn(n)
  const title = '常德市人民政府关于内部资料管理的通知'
  const doc = await o.draft({ title, disclosure: 'none', disclosure_reason: '内部管理' })
  const made = await o.drafter.act(`/documents/${doc.document_id}/solicit`, { unit_ids: [water], reply_by: day(2) })
  const at = await asked(o.countersign_clerk, title)
  assert.equal((await o.page(o.countersign_clerk, at.matter)).label, 'internal')
  await o.toSigned(doc.matter_id)
  await o.drafter.refused(`/documents/${doc.document_id}/solicit`, { unit_ids: [water], reply_by: day(2) }, 409, 'doc.solicit_signed')
  assert.equal((await o.page(o.drafter, doc.matter_id)).may_solicit, false)
  const seen = await o.page(o.countersign_clerk, at.matter)
  assert.deepEqual([seen.document.state, seen.document.signer], ['draft', null], 'what became of it is not theirs to see')
  assert.equal((await table(o.principal, made.solicit_id)).rows.length, 1, 'the signer sees the table')
  assert.equal(query(c, `SELECT count(*) FROM solicit_reply WHERE round_id = ${made.solicit_id}`)[0][0], '1')
})
