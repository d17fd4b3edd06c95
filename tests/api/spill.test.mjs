// 误传处置: a paper that should not have come here is purged wherever it went, by two persons, and the
// chain still holds; also in the next backup. (OFFICE D9; S22, S34, S36, S45; B22)
import test from 'node:test'
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { spawnSync } from 'node:child_process'
import { city, engine, query, run, until } from './tongban.mjs'
import { officeOf } from './document_office.mjs'
import { ofdOf } from './ofd.mjs'

const c = await city()
const o = await officeOf(c)
const [secrecy, security, admin, unitAdmin, townOffice, townSecretary, handler] = await Promise.all(
  ['secrecy_officer', 'security_admin', 'city_admin', 'unit_admin', 'town_office', 'town_secretary', 'town_handler'].map(a => c.signIn(a)))
const town = o.post.town_clerk.unit.id, water = o.post.countersign_clerk.unit.id
const tus = { 'Tus-Resumable': '1.0.0' }

async function attach(who, matter, bytes, name) {
  const made = await who.request('POST', '/uploads', { headers: { ...tus, 'Upload-Length': String(bytes.length), 'Upload-Metadata': 'filename ' + Buffer.from(name).toString('base64') } })
  const at = made.headers.get('location').replace('/api/v1', '')
  await who.request('PATCH', at, { body: bytes, headers: { ...tus, 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' } })
  return who.post(`/matters/${matter}/attachments`, { upload_id: at.split('/').pop(), name, kind: 'attachment' })
}

// Every table of the database that holds these characters, in either engine.
function tablesWith(text) {
  if (engine === 'pgsql') {
    const tables = query(c, "SELECT table_name FROM information_schema.tables WHERE table_schema='tongban' ORDER BY 1").map(r => r[0])
    return query(c, tables.map(t => `SELECT '${t}' WHERE EXISTS (SELECT 1 FROM ${t} x WHERE x::text LIKE '%${text}%')`).join(' UNION ALL ')).map(r => r[0])
  }
  const script = 'import sqlite3,sys\nfor f in ("tongban.db","search.db"):\n c=sqlite3.connect("file:"+sys.argv[1]+"/"+f+"?mode=ro",uri=True)\n for (t,) in c.execute("select name from sqlite_master where type=\'table\' and sql not like \'CREATE VIRTUAL%\'").fetchall():\n  if any(sys.argv[2] in str(v) for r in c.execute("select * from "+t) for v in r): print(t)'
  const p = spawnSync('python3', ['-c', script, c.dir, text], { encoding: 'utf8' })
  assert.equal(p.status, 0, p.stderr)
  return p.stdout.split('\n').filter(Boolean)
}
const filesWith = (dir, text) => fs.readdirSync(dir, { recursive: true, withFileTypes: true })
  .filter(f => f.isFile()).map(f => path.join(f.parentPath || f.path, f.name))
  .filter(f => { try { return fs.readFileSync(f).includes(Buffer.from(text)) } catch { return false } })

const words = { title: '堃喆行动', body: '铑铹镧锝', opinion: '鹍鹏鸾鹄', file: '骐骥骅骝', fileName: '鳜鲟鲥鲭', instruction: '桫椤楠楸', transcript: '鸢鹣鹩鹪', feedback: '璁璜璞璩', own: '瓯瓴甑甓', note: '耒耜耨耱', reply: '龃龉龌龊', verdict: '觚觞觥觯' }
const all = Object.values(words)

test('D9 the paper, everywhere it went, is purged by two and leaves digests and acts', async () => {
  const title = `常德市人民政府关于${words.title}的通知`
  const doc = await o.draft({ title, body: [{ kind: 'p', text: words.body }], main_recipients: { units: [water], groups: [] }, main_text: '市水利局' })
  const matter = doc.matter_id
  const typed = () => o.reviewer.act(`/documents/${doc.document_id}/buffer`, { ...o.elements(title), body: [{ kind: 'p', text: words.body + '再改' }] }, { key: null })
  const file = await attach(o.drafter, matter, Buffer.from('附件说明：' + words.file.repeat(4000)), words.fileName + '.txt')
  assert.equal(file.status, 201, JSON.stringify(file.body))
  // before that a bureau was asked for its opinion on the draft
  const round = await o.drafter.act(`/documents/${doc.document_id}/solicit`, { unit_ids: [water], reply_by: new Date(c.now() + 5 * 86400e3).toISOString().slice(0, 10), note: words.note })
  const asked = (await o.countersign_clerk.rows('/items?box=todo')).find(r => r.module === 'opinion_reply')
  await o.countersign_clerk.act(`/items/${asked.id}/complete`, { vars: { handlers: ['post:' + o.post.countersign_handler.id] } })
  await o.done(o.countersign_handler, asked.matter, { outcome: 'done' })
  await o.done(o.countersign_head, asked.matter, { outcome: 'comment', opinion: words.reply })
  await o.drafter.act(`/solicits/${round.solicit_id}/decide`, { unit_id: water, verdict: 'rejected', reason: words.verdict, rev: 2 })
  await o.done(o.drafter, matter, { opinion: words.opinion })
  await o.done(o.section_head, matter, {})
  await o.done(o.reviewer, matter, {})
  await o.done(o.office_head, matter, { outcome: 'to_signer', vars: o.signer() })
  await o.done(o.principal, matter, {})
  await typed() // beside the one who rechecks: it stays
  await o.done(o.recheck, matter, { outcome: 'pass' })
  const book = await o.book()
  const { number } = await o.doc_clerk.act(`/documents/${doc.document_id}/reserve_number`, { book_id: book.id })
  await o.done(o.doc_clerk, matter, {})
  await o.doc_clerk.act(`/documents/${doc.document_id}/dispatch`, { main: { unit_ids: [water] }, cc: { unit_ids: [town] }, wants_feedback: true, reason: '镇里同步知晓' })

  // the town signs, instructs, assigns; the bureau has not signed
  const letter = (await o.town_clerk.rows('/deliveries?box=to_sign')).find(d => d.title === title)
  const received = (await o.town_clerk.act(`/deliveries/${letter.id}/sign_for`)).matter_id
  await attach(o.town_clerk, received, ofdOf(1, { head: words.own.repeat(10) }), words.own + '.ofd') // its words are kept for the search
  const postOf = async who => (await who.read('/me')).posts.find(p => p.unit.id === town).id
  await o.done(townOffice, received, { outcome: 'instruct', vars: { leaders: ['post:' + await postOf(townSecretary)] } })
  await o.done(townSecretary, received, { outcome: 'instruct', opinion: words.instruction })
  const given = (await o.page(townOffice, received)).delivery.instructions
  const assigned = await townOffice.act(`/matters/${received}/assign`, { instruction_ids: [given[0].id], text: words.transcript, lead: 'post:' + await postOf(handler) })
  await o.town_clerk.act(`/deliveries/${letter.id}/feedback`, { text: words.feedback })
  await until('search has it', async () => (await o.town_clerk.rows('/search?q=' + encodeURIComponent(words.body.slice(0, 2)))).length > 0)
  for (const w of all) assert.ok(tablesWith(w).length > 0 || filesWith(c.dir, w).length > 0, w + ' is there before')

  // reported by who sees it, found, looked at
  const report = await o.town_clerk.act(`/matters/${received}/report_spill`, { rule: 'classification' })
  await o.town_clerk.refused(`/matters/${received}/report_spill`, { rule: 'central' }, 409, 'spill.same')
  const found = await secrecy.rows('/spills/find?q=' + encodeURIComponent(number))
  assert.deepEqual(found.map(f => f.matter), [matter])
  assert.deepEqual((await secrecy.rows('/spills/find?q=' + encodeURIComponent(c.url + '/matters/' + received))).map(f => f.matter), [received])
  assert.ok((await secrecy.rows('/spills/find?q=' + file.body.digest)).some(f => f.matter === matter))
  const one = await secrecy.read(`/spills/${report.spill_id}`)
  assert.equal(one.hit.root, matter, 'the root is the sender’s')
  assert.deepEqual([one.hit.counts.matters, one.hit.counts.units, one.hit.counts.texts, one.hit.counts.drafts, one.hit.counts.deliveries, one.hit.counts.files],
    [5, 3, 1, 1, 2, 2])
  assert.ok([round.matter_id, asked.matter].every(id => one.hit.matters.some(m => m.matter === id)), 'who was asked about it too')
  assert.ok(one.hit.matters.some(m => m.matter === assigned.matter_id))

  // one asks, the other confirms
  await secrecy.refused(`/spills/${report.spill_id}/confirm`, {}, 409, 'spill.state')
  await secrecy.act(`/spills/${report.spill_id}/ask`, { rule: 'classification', with_opinions: true })
  await secrecy.refused(`/spills/${report.spill_id}/confirm`, {}, 403, 'spill.second')
  assert.equal((await security.rows('/spills')).find(s => s.id === report.spill_id).may_confirm, true)
  const toSign = async () => (await o.countersign_clerk.read('/me/counters')).to_sign
  const before = await toSign()
  await security.act(`/spills/${report.spill_id}/confirm`)
  assert.equal((await o.drafter.get(`/attachments/${file.body.id}/content`)).status, 404, 'out of reach at once')
  assert.ok(!JSON.stringify((await o.page(o.drafter, matter)).document).includes(words.body))
  assert.equal(await toSign(), before - 1, 'nobody signs for it any more')

  const done = await until('all is purged', async () => { const s = await security.read(`/spills/${report.spill_id}`); return s.state === 'done' && s }, 20000)
  assert.equal(done.matters, 5)
  assert.equal(done.purged, 5)
  assert.match(done.digest, /^[0-9a-f]{64}$/)
  assert.ok(done.digests.some(d => d.digest === file.body.digest && d.kind === 'file'))
  assert.ok(done.digests.some(d => d.kind === 'text'))

  // what people see: that it was there
  const page = await o.page(o.town_clerk, received)
  assert.match(page.title, /误传处置/)
  assert.equal(page.state, 'void')
  assert.equal(page.attachments.length, 0)
  const trace = await o.town_clerk.rows(`/matters/${received}/trace`)
  assert.ok(trace.some(t => t.op === 'delivery.sign_for' && t.actor), 'who did what when stays')
  assert.ok(trace.some(t => t.op === 'spill.purge'))
  assert.ok(trace.every(t => !t.reason))
  const sent = (await o.doc_clerk.rows('/registers/sent')).find(r => r.number === number)
  assert.match(sent.title, /误传处置/)
  assert.equal((await o.drafter.read(`/documents/${doc.document_id}/buffer`)).buffer, null)
  const again = await attach(o.drafter, (await o.draft()).matter_id, Buffer.from('附件说明：' + words.file.repeat(4000)), '换个名字.txt')
  assert.deepEqual([again.status, again.body.code], [400, 'secret.purged'])

  // nothing of it is anywhere, also not in free pages, the log, the index or the next backup
  await until('this node is wiped', () => /purged contents are wiped from this node/.test(c.log), 90000)
  for (const w of all) assert.deepEqual(tablesWith(w), [], w)
  const pairs = [words.body.slice(0, 2), words.title.slice(0, 2), words.fileName.slice(0, 2)]
  for (const p of pairs) await until(p + ' has left the index, as a word too', () => filesWith(c.dir, p).length === 0, 20000)
  for (const w of all) assert.deepEqual(filesWith(c.dir, w), [], w)
  assert.match(c.log, /purged words have left the index/)
  assert.deepEqual(await o.town_clerk.rows('/search?q=' + encodeURIComponent(words.body.slice(0, 2))), [])
  const verified = run(['verify', '--data', c.dir])
  assert.equal(verified.code, 0, verified.out + verified.err)
  // what was purged cannot be played back: said, and counted apart from what was played
  assert.match(verified.out, /不能重演 \(purged, not to be played back\): 5$/m)
  const played = /flows played back\): 事项 \(matters\) (\d+) \/ (\d+)/.exec(verified.out)
  assert.equal(Number(played[2]) - Number(played[1]), 5)
  if (engine !== 'pgsql') {
    const pack = path.join(c.dir, '..', `spill-${process.pid}.tar.zst`), next = path.join(c.dir, '..', `spill-${process.pid}-restored`)
    const backed = run(['backup', '--data', c.dir, '--to', pack])
    assert.equal(backed.code, 0, backed.out + backed.err)
    const restored = run(['restore', '--from', pack, '--data', next])
    assert.equal(restored.code, 0, restored.out + restored.err)
    for (const w of all) assert.deepEqual(filesWith(next, w), [], w + ' in the backup')
    { const r = run(['verify', '--data', next]); assert.equal(r.code, 0, r.out + r.err) }
    fs.rmSync(pack)
    fs.rmSync(next, { recursive: true })
  }
})

test('D9 one file only: its content goes wherever it lies, the papers stay', async () => {
  const mark = '鬯鬲鬻魃'
  const bytes = Buffer.from('附件说明：' + mark.repeat(500))
  const mine = (await o.draft({ title: '常德市人民政府关于森林防火的通知' })).matter_id
  const other = await o.countersign_clerk.act('/matters', { module: 'internal_request', title: '关于转存的呈批', form: { content: '请批准' } })
  const a = await attach(o.drafter, mine, bytes, mark + '.txt')
  const b = await attach(o.countersign_clerk, other.matter_id, bytes, '同一文件.txt')
  assert.equal(a.body.digest, b.body.digest)
  await secrecy.refused('/spills', { matter_id: mine, file: '0'.repeat(64), rule: 'central' }, 400, 'spill.file')
  const preview = await security.read(`/spills/preview?matter_id=${mine}&file=${a.body.digest}`)
  assert.deepEqual([preview.counts.matters, preview.counts.files, preview.counts.texts], [2, 1, 0])
  const { spill_id } = await security.act('/spills', { matter_id: mine, file: a.body.digest, rule: 'central' })
  await security.refused(`/spills/${spill_id}/confirm`, {}, 403, 'spill.second')
  await secrecy.act(`/spills/${spill_id}/confirm`)
  await until('purged', async () => (await secrecy.read(`/spills/${spill_id}`)).state === 'done')
  for (const [who, matter] of [[o.drafter, mine], [o.countersign_clerk, other.matter_id]]) {
    const p = await o.page(who, matter)
    assert.equal(p.state, 'running')
    assert.equal(p.attachments.length, 0)
    assert.doesNotMatch(p.title, /误传处置/)
  }
  await until('the file is gone', () => filesWith(path.join(c.dir, 'blob'), mark).length === 0)
  assert.deepEqual(tablesWith(mark), [])
  assert.deepEqual(tablesWith('同一文件'), [])
})

test('D9 a paper letter from outside loses its number too', async () => {
  const { matter_id } = await o.town_clerk.act('/received', { unit_id: town, issuer: '湖南省人民政府办公厅', number: '湘测发〔2026〕7号', title: '关于鼐鼒的通知', doc_type: '通知', urgency: 'normal', signed_on: '2026-03-02', body: '鼐鼒正文' })
  assert.equal((await security.rows('/spills/find?q=' + encodeURIComponent('湘测发〔2026〕7号')))[0].matter, matter_id)
  const { spill_id } = await security.act('/spills', { matter_id, rule: 'central', with_opinions: true })
  await secrecy.act(`/spills/${spill_id}/confirm`)
  await until('purged', async () => (await secrecy.read(`/spills/${spill_id}`)).state === 'done')
  assert.deepEqual(tablesWith('湘测发'), [])
  assert.deepEqual(tablesWith('鼐鼒'), [])
  const row = (await o.town_clerk.rows(`/registers/received?unit=${town}`)).find(r => r.matter === matter_id)
  assert.match(row.title, /误传处置/, 'the receipt number has no gap')
})

test('D9 S22 nobody else, never one alone, never both in one hand', async () => {
  const { matter_id } = await o.draft()
  for (const who of [admin, unitAdmin, o.doc_clerk, o.office_head, o.principal]) {
    for (const path of ['/spills', '/spills/find?q=1', `/spills/preview?matter_id=${matter_id}`])
      assert.equal((await who.get(path)).body.code, 'right.missing', path)
    await who.refused('/spills', { matter_id, rule: 'other' }, 403, 'right.missing')
    await who.refused('/spills/1/confirm', {}, 403, 'right.missing')
  }
  await o.town_clerk.refused(`/matters/${matter_id}/report_spill`, { rule: 'other' }, 404, 'not_found')
  await o.town_clerk.refused('/matters/999/report_spill', { rule: 'other' }, 404, 'not_found')
  await secrecy.refused('/spills', { matter_id: '999', rule: 'other' }, 404, 'not_found')
  await secrecy.refused('/spills/999/confirm', {}, 404, 'not_found')

  const home = o.post.doc_clerk.unit.id
  const own = (await secrecy.read('/me')).posts[0]
  await admin.refused('/grants', { post_id: own.id, role: 'security_admin', unit_id: own.unit.id }, 409, 'grant.apart')
  await unitAdmin.refused('/grants', { post_id: o.post.recheck.id, role: 'secrecy_officer', unit_id: home }, 403, 'right.missing')
  await admin.act('/grants', { post_id: o.post.recheck.id, role: 'secrecy_officer', unit_id: home })
  const second = await c.signIn('recheck')
  const { spill_id } = await secrecy.act('/spills', { matter_id, rule: 'other' })
  await second.refused(`/spills/${spill_id}/confirm`, {}, 403, 'spill.second')
  await second.act(`/spills/${spill_id}/decline`)
  await security.refused(`/spills/${spill_id}/confirm`, {}, 409, 'spill.state')
  assert.match((await o.page(o.drafter, matter_id)).title, /防汛/)
  const closed = (await security.rows('/spills?state=closed')).find(s => s.id === spill_id)
  assert.equal(closed.state, 'declined')
})
