// 联署 of a joint issue: after the lead's head the head of each joint body signs the same text in the own
// unit, all at once; then it is numbered by the lead, under the day of the last signature. What changes
// afterwards, is refused or taken back makes every signature that rests on it fall. (OFFICE D2; E3 E5 R10)
import test from 'node:test'
import assert from 'node:assert/strict'
import { city, query, until } from './tongban.mjs'
import { officeOf } from './document_office.mjs'

const c = await city()
const o = await officeOf(c)
const tus = { 'Tus-Resumable': '1.0.0' }
const office = o.agencies.find(a => a.name === '常德市人民政府办公室')
let water, emergency, people
// The people of both joint bodies; signed in again after the clock has moved.
async function signIn() {
  const names = ['drafter', 'section_head', 'reviewer', 'office_head', 'principal', 'recheck', 'doc_clerk', 'countersign_clerk', 'countersign_handler', 'countersign_head']
  const got = await Promise.all(names.map(n => c.signIn(n)))
  names.forEach((n, i) => { o[n] = got[i] })
  water = { clerk: o.countersign_clerk, head: o.countersign_head }
  emergency = { clerk: await c.signIn('emergency_clerk'), head: await c.signIn('emergency_head') }
  for (const b of [water, emergency]) {
    b.post = (await b.head.read('/me')).posts[0]
    b.agency = (await b.clerk.rows('/agencies?mine=1'))[0]
    b.unit = b.agency.unit.id
  }
  people = [water, emergency]
}
await signIn()
const both = () => [water.agency.id, emergency.agency.id]
const names = () => `${office.name}、${water.agency.name}、${emergency.agency.name}`
const draft = (about, more = {}) => o.draft({ agency_id: office.id, title: `常德市人民政府办公室关于${about}的通知`, joint: both(), ...more })
const titleOf = about => `常德市人民政府办公室关于${about}的通知`
const child = async (client, about) => (await client.rows('/items?box=todo')).find(r => r.module === 'co_sign' && r.title === titleOf(about))
const present = async (body, about, post = body.post.id) => {
  const item = await child(body.clerk, about)
  assert.ok(item, 'it waits for the clerk')
  await body.clerk.act(`/items/${item.id}/complete`, { opinion: '请签发', vars: { signer: ['post:' + post] } })
  return item.matter
}
const sign = async (body, about, answer = { outcome: 'agree', opinion: '同意签发。' }) => {
  const matter = await present(body, about)
  await o.done(body.head, matter, answer)
  return matter
}
const document = async (client, matter) => (await o.page(client, matter)).document
const takeBack = async (client, matter) => {
  const item = (await o.page(client, matter)).can.withdraw_item
  assert.ok(item, 'it may be taken back')
  await client.act(`/items/${item}/withdraw`, { reason: '再斟酌' })
}
async function attach(who, matter, name) {
  const bytes = Buffer.from('内容：' + name)
  const made = await who.request('POST', '/uploads', { headers: { ...tus, 'Upload-Length': String(bytes.length), 'Upload-Metadata': 'filename ' + Buffer.from(name).toString('base64') } })
  const at = made.headers.get('location').replace('/api/v1', '')
  await who.request('PATCH', at, { body: bytes, headers: { ...tus, 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' } })
  return who.act(`/matters/${matter}/attachments`, { upload_id: at.split('/').pop(), name, kind: 'attachment' })
}
const day = ms => new Date(ms + 8 * 3600e3).toISOString().slice(0, 10)

test('D2 only bodies of the same level are offered; the lead, one twice and one that is not there are refused', async () => {
  const of = `/agencies/joint?agency_id=${office.id}`
  const [found] = await o.drafter.rows(`${of}&q=${encodeURIComponent('水利局')}`)
  assert.deepEqual([found.id, found.name, found.unit_id], [water.agency.id, water.agency.name, water.unit])
  const all = await o.drafter.rows(`${of}&limit=100`)
  assert.ok(all.length > 20 && !all.some(a => a.id === office.id || a.id === o.government.id), 'neither itself nor the government')
  const bodies = await o.drafter.rows(`/agencies/joint?agency_id=${o.government.id}`)
  assert.ok(bodies.some(a => a.name === '中共常德市委') && !bodies.some(a => a.id === water.agency.id))
  assert.equal((await o.drafter.get('/agencies/joint?agency_id=1')).status, 404)
  const doc = await draft('核对联署机关')
  const save = (joint, code) => o.drafter.refused(`/documents/${doc.document_id}/save`, { ...o.elements(titleOf('核对联署机关')), joint, rev: doc.rev }, 400, code)
  await save([office.id], 'doc.joint_lead')
  await save([water.agency.id, water.agency.id], 'doc.joint_twice')
  await save(['12345'], 'doc.unknown_agency')
  const d = await document(o.drafter, doc.matter_id)
  assert.deepEqual(d.issuers.map(i => [i.name, i.signed_on]), [[office.name, null], [water.agency.name, null], [emergency.agency.name, null]])
  // R10: a department is no peer of the government
  const other = await o.draft({ title: '常德市人民政府关于联合执法的通知', joint: [water.agency.id] })
  const p = await o.stopped(o.drafter, other.matter_id, {}, 409, 'doc.finding_error')
  assert.match(p.detail, /R10/)
})

test('D2 E3 both heads sign, the lead numbers last, under the day of the last signature', async () => {
  const about = '联合开展河道整治'
  const doc = await draft(about)
  const m = doc.matter_id
  await attach(o.drafter, m, '清单.txt')
  await o.toSigned(m)
  const first = day(c.now())
  let d = await document(o.drafter, m)
  assert.deepEqual([d.state, d.signed_on], ['signed', null], 'no date before the last signature')
  assert.equal(await o.todo(o.recheck, m), undefined)
  assert.ok(await child(water.clerk, about) && await child(emergency.clerk, about), 'both bodies have it at once')

  const atWater = await present(water, about)
  const seen = await o.page(water.head, atWater)
  assert.equal(seen.document.title, titleOf(about))
  assert.equal(seen.document.body.length, 2)
  assert.deepEqual(seen.document.issuers.map(i => i.name), [office.name, water.agency.name, emergency.agency.name])
  assert.deepEqual(seen.attachments.map(a => a.name), ['清单.txt'])
  assert.equal(seen.module, 'co_sign')
  await o.done(water.head, atWater, { outcome: 'agree', opinion: '同意签发。' })
  assert.equal(await o.todo(o.recheck, m), undefined, 'the other has not signed yet')
  d = await document(o.drafter, m)
  const waterHead = (await water.head.read('/me')).person.name
  assert.deepEqual(d.issuers.map(i => [i.signer, !!i.title, i.signed_on]), [[d.signer, true, first], [waterHead, true, first], [null, false, null]])

  await c.later(3 * 86400e3)
  await signIn()
  const last = day(c.now())
  assert.notEqual(last, first)
  await sign(emergency, about, { outcome: 'agree', opinion: '内部请示：拟同意。同意签发。' })
  d = await document(o.recheck, m)
  assert.equal(d.signed_on, last)
  assert.deepEqual(d.issuers.map(i => i.signed_on), [first, first, last])
  await o.done(o.recheck, m, { outcome: 'pass' })
  const book = await o.book('常政办发')
  const { number } = await o.doc_clerk.act(`/documents/${doc.document_id}/reserve_number`, { book_id: book.id })
  await o.done(o.doc_clerk, m, {})
  const sheet = (await o.page(o.drafter, m)).sheet.find(s => s.name === '联署')
  assert.equal(sheet.opinions.length, 2)
  assert.ok(!JSON.stringify(sheet).includes('请签发'), 'their inside stays inside')

  // the registers: the lead's, and each joint body's own
  const row = (await o.doc_clerk.rows('/registers/sent')).find(r => r.number === number)
  assert.deepEqual([row.agency, row.signed_on, row.is_led_elsewhere, row.matter_id], [names(), last, false, m])
  assert.equal(row.signer, d.issuers.map(i => i.signer).join('、'))
  for (const b of people) {
    const own = (await b.clerk.rows('/registers/sent')).find(r => r.number === number)
    assert.deepEqual([own.agency, own.is_led_elsewhere], [names(), true])
    const inside = await o.page(b.clerk, own.matter_id)
    assert.deepEqual([inside.module, inside.number, inside.document.number], ['co_sign', number, number])
    assert.equal((await b.clerk.rows(`/registers/sent?year=${last.slice(0, 4)}&agency=${b.agency.id}`)).filter(r => r.number === number).length, 1)
    assert.equal((await b.clerk.rows(`/registers/sent?year=${last.slice(0, 4)}&agency=${office.id}`)).filter(r => r.number === number).length, 0)
  }
  const town = await c.signIn('town_clerk')
  assert.ok(!(await town.rows('/registers/sent')).some(r => r.number === number))

  await o.doc_clerk.act(`/documents/${doc.document_id}/dispatch`, { main: { unit_ids: [water.unit] } })
  const found = await until('the joint issue is found by a joint body', async () => (await o.doc_clerk.rows('/search?q=' + encodeURIComponent(emergency.agency.name + ' ' + about))).find(r => r.title === titleOf(about)))
  assert.ok(found)
  assert.ok(await until('and in its own matter, by the words of the text', async () => (await emergency.clerk.rows('/search?q=' + encodeURIComponent('落实防汛责任 ' + about))).find(r => r.title === titleOf(about))))
})

test('E3 the letter names all issuers and signers at its receivers', async () => {
  const about = '联合检查水库'
  const doc = await draft(about, { main_recipients: { units: [water.unit], groups: [] } })
  await o.toSigned(doc.matter_id)
  for (const b of people) await sign(b, about)
  await o.done(o.recheck, doc.matter_id, { outcome: 'pass' })
  const { number } = await o.doc_clerk.act(`/documents/${doc.document_id}/reserve_number`, { book_id: (await o.book('常政办发')).id })
  await o.done(o.doc_clerk, doc.matter_id, {})
  await o.doc_clerk.act(`/documents/${doc.document_id}/dispatch`, { main: { unit_ids: [water.unit] } })
  const d = (await water.clerk.rows('/deliveries?box=to_sign')).find(x => x.number === number)
  assert.equal(d.issuer, names())
  await water.clerk.act(`/deliveries/${d.id}/sign_for`)
  const cover = await water.clerk.read(`/deliveries/${d.id}`)
  assert.equal(cover.document.agency, names())
  assert.equal(cover.document.signer.split('、').length, 3)
  const job = await o.doc_clerk.act('/registers/export', { register: 'sent', format: 'csv', filter: {} })
  const done = await until('exported', async () => { const j = await o.doc_clerk.read(`/jobs/${job.job_id}`); return j.state === 'done' && j })
  assert.equal(done.state, 'done')
  assert.ok(String((await o.doc_clerk.get(`/jobs/${job.job_id}/file`)).body).includes(names()))
})

test('D2 one body refuses: it goes to the lead’s office with the reason, all signatures fall', async () => {
  const about = '联合规范采砂'
  const doc = await draft(about), m = doc.matter_id
  await o.toSigned(m)
  await sign(water, about)
  const at = await present(emergency, about)
  await o.stopped(emergency.head, at, { outcome: 'disagree' }, 400, 'doc.no_reason')
  await o.done(emergency.head, at, { outcome: 'disagree', opinion: '第二条与应急职责冲突。' })
  const p = await o.page(o.office_head, m)
  assert.deepEqual(p.current.map(x => x.node), ['office'])
  assert.ok(p.sheet.find(s => s.name === '联署').opinions.some(x => x.text === '第二条与应急职责冲突。'))
  assert.deepEqual(p.children.map(x => [x.module, x.outcome]), [['co_sign', 'agree'], ['co_sign', 'disagree']])
  assert.deepEqual([p.document.state, p.document.signer, p.document.signed_on], ['draft', null, null])
  assert.ok(p.document.issuers.every(i => !i.signed_on))
  const item = await o.todo(o.office_head, m)
  await o.office_head.refused(`/items/${item.id}/send_back`, { to: 'co_sign', way: 'rewind', reason: '请重签' }, 409)
  // mended at the office, signed by everybody again
  await o.office_head.act(`/documents/${doc.document_id}/save`, { ...o.elements(titleOf(about)), joint: both(), body: [{ kind: 'p', text: '应急职责另行规定。' }], rev: p.document.rev })
  await o.done(o.office_head, m, { outcome: 'to_signer', vars: o.signer() })
  await o.done(o.principal, m, {})
  for (const b of people) await sign(b, about)
  assert.equal((await document(o.recheck, m)).state, 'signed')
  assert.ok(await o.todo(o.recheck, m))
})

test('W3 a text changed after the signatures goes to everybody again; a slip does not', async () => {
  const about = '联合维护堤防'
  const doc = await draft(about), m = doc.matter_id
  await o.toSigned(m)
  for (const b of people) await sign(b, about)
  let { rev } = await document(o.recheck, m)
  const save = async (more, ok = true) => {
    const saved = await o.recheck.act(`/documents/${doc.document_id}/save`, { ...o.elements(titleOf(about)), joint: both(), ...more, rev })
    rev = saved.rev
    assert.equal(saved.is_substantive, !ok)
  }
  const slip = [{ kind: 'h1', text: '一、提高认识' }, { kind: 'p', text: '各级各部门要立刻行动，落实防汛责任。' }]
  await save({ body: slip })
  let d = await document(o.recheck, m)
  assert.equal(d.changed_after_signing, false)
  assert.ok(d.issuers.every(i => i.signed_on), 'a slip keeps all signatures')
  // one body less is no slip
  await save({ body: slip, joint: [water.agency.id] }, false)
  await o.stopped(o.recheck, m, { outcome: 'pass' }, 409, 'doc.changed_after_signing')
  await save({ body: [{ kind: 'p', text: '补助标准为每户五百元。' }] }, false)
  await o.stopped(o.recheck, m, { outcome: 'pass' }, 409, 'doc.changed_after_signing')
  await o.done(o.recheck, m, { outcome: 'to_signer' })
  await o.done(o.principal, m, {})
  d = await document(o.principal, m)
  assert.deepEqual([d.signed_on, d.issuers.map(i => !!i.signed_on)], [null, [true, false, false]])
  assert.equal(await o.todo(o.recheck, m), undefined)
  for (const b of people) await sign(b, about)
  await o.done(o.recheck, m, { outcome: 'pass' })
  assert.ok(await o.todo(o.doc_clerk, m))
})

test('W2 a head takes the signature back; the lead takes his back and the bodies are asked no more', async () => {
  const about = '联合排查险工'
  const doc = await draft(about), m = doc.matter_id
  await o.toSigned(m)
  await sign(water, about)
  const at = await sign(emergency, about)
  assert.ok(await o.todo(o.recheck, m))
  const item = (await o.page(emergency.head, at)).can.withdraw_item
  const impact = await emergency.head.read(`/items/${item}/impact?op=withdraw`)
  assert.ok(JSON.stringify(impact).includes(`（${emergency.agency.name}）的签发将失效`))
  await takeBack(emergency.head, at)
  let d = await document(o.drafter, m)
  assert.deepEqual([d.state, d.signed_on, d.issuers.map(i => !!i.signed_on)], ['signed', null, [true, true, false]])
  assert.equal(await o.todo(o.recheck, m), undefined, 'the lead waits again')
  await o.done(emergency.head, at, { outcome: 'agree' })
  d = await document(o.recheck, m)
  assert.ok(d.signed_on && d.issuers.every(i => i.signed_on))

  // sent back inside the body: not signed
  const other = '联合抽查闸站'
  const second = await draft(other)
  await o.toSigned(second.matter_id)
  const inside = await present(water, other)
  const own = await o.todo(water.head, inside)
  await water.head.act(`/items/${own.id}/send_back`, { to: 'present', way: 'rewind', reason: '请核对附件' })
  assert.ok(await o.todo(water.clerk, inside))
  // the lead takes the text back: the bodies' matters end, nobody may sign any more
  await takeBack(o.principal, second.matter_id)
  assert.equal((await o.page(water.clerk, inside)).state, 'void')
  assert.equal(await child(emergency.clerk, other), undefined)
  d = await document(o.principal, second.matter_id)
  assert.deepEqual([d.state, d.signer], ['draft', null])
})

test('S30 a third unit neither sees nor signs; who signs is a leader of that very body', async () => {
  const about = '联合保障供水'
  const doc = await draft(about), m = doc.matter_id
  await o.toSigned(m)
  const at = await child(water.clerk, about)
  for (const third of [emergency.clerk, emergency.head, o.doc_clerk, o.principal, await c.signIn('town_clerk')]) {
    assert.equal((await third.get(`/matters/${at.matter}`)).status, 404)
    await third.refused(`/items/${at.id}/complete`, { vars: { signer: ['post:' + water.post.id] } }, 404)
  }
  assert.equal((await water.clerk.get(`/matters/${m}`)).status, 404, 'the lead’s inside is the lead’s')
  assert.equal((await water.clerk.get(`/documents/${doc.document_id}`)).status, 404)
  await water.clerk.refused(`/items/${at.id}/complete`, { vars: { signer: ['post:' + emergency.post.id] } }, 400)
  await water.clerk.refused(`/items/${at.id}/complete`, { vars: {} }, 400, 'doc.no_signer')
  const handler = (await o.countersign_handler.read('/me')).posts[0].id
  await water.clerk.refused(`/items/${at.id}/complete`, { vars: { signer: ['post:' + handler] } }, 400, 'doc.signer_no_leader')
  // nobody chooses who is asked: the bodies of the document are
  const p = await o.page(o.principal, m)
  assert.ok(!p.my_item)
  assert.deepEqual(p.children.map(x => x.state), ['running', 'running'])
})

test('D2 who is no joint issue goes the old road; its units are not for a person to choose', async () => {
  const doc = await o.draft({ agency_id: office.id, title: titleOf('常规值班') }), m = doc.matter_id
  await o.toOffice(m)
  await o.done(o.office_head, m, { outcome: 'to_signer', vars: o.signer() })
  const p = await o.page(o.principal, m)
  assert.deepEqual(p.my_item.need_vars, [])
  await o.done(o.principal, m, { vars: { co_sign_units: ['unit:' + water.unit] } })
  assert.ok(await o.todo(o.recheck, m))
  assert.equal(await child(water.clerk, '常规值班'), undefined)
  const d = await document(o.recheck, m)
  assert.equal(d.issuers.length, 1)
  assert.equal(d.issuers[0].signed_on, d.signed_on)
})

test('D2 silence of a joint body is no signature', async () => {
  const about = '联合巡查渠道'
  const doc = await draft(about), m = doc.matter_id
  await o.toSigned(m)
  await sign(water, about)
  await c.later(21 * 86400e3)
  await signIn()
  const { children } = await o.page(o.office_head, m)
  const silent = children.find(x => x.silence_item)
  await o.office_head.act(`/items/${silent.silence_item}/no_answer`)
  const p = await o.page(o.office_head, m)
  assert.deepEqual(p.current.map(x => x.node), ['office'])
  assert.equal(p.document.state, 'draft')
})

test('P4 two bodies whose paper one unit handles: one matter, one row in its register', async () => {
  const about = '联合学习水法'
  const two = (await water.clerk.rows('/agencies?mine=1')).map(a => a.id)
  assert.equal(two.length, 2, 'the bureau and its Party group')
  const doc = await draft(about, { joint: two }), m = doc.matter_id
  await o.toSigned(m)
  assert.equal((await o.page(o.office_head, m)).children.length, 1)
  await sign(water, about)
  const d = await document(o.recheck, m)
  assert.deepEqual(d.issuers.map(i => !!i.signed_on), [true, true, true])
  await o.done(o.recheck, m, { outcome: 'pass' })
  const { number } = await o.doc_clerk.act(`/documents/${doc.document_id}/reserve_number`, { book_id: (await o.book('常政办发')).id })
  await o.done(o.doc_clerk, m, {})
  assert.equal((await water.clerk.rows('/registers/sent')).filter(r => r.number === number).length, 1)
})

test('P4 党委 and 政府 of a town: one office handles both, the other head signs in a matter beside', async () => {
  const town = await c.signIn('town_handler')
  const unit = (await town.read('/me')).posts[0].unit.id
  const [party, government] = (await town.rows('/agencies?mine=1')).sort((a, b) => (a.name < b.name ? -1 : 1))
  assert.ok(party.name.startsWith('中共') && government.name.endsWith('人民政府'))
  const clients = new Map()
  // Whoever in the town holds the matter's open item.
  const holder = async matter => {
    const [[account]] = query(c, `SELECT a.account FROM item i JOIN account a ON a.person_id IN (SELECT person_id FROM post WHERE id = i.owner_id
      UNION SELECT g.person_id FROM pool p JOIN grant_ g ON g.unit_id = p.unit_id AND g.role = p.role AND g.is_revoked = 0 WHERE p.id = i.owner_id)
      WHERE i.matter_id = ${matter} AND i.state IN ('ready', 'opened') ORDER BY a.account LIMIT 1`)
    if (!clients.has(account)) clients.set(account, await c.signIn(account))
    return clients.get(account)
  }
  const step = async (matter, answer = {}) => o.done(await holder(matter), matter, answer)
  const [secretary, head] = await Promise.all(['town_secretary', 'town_head'].map(n => c.signIn(n)))
  const postOf = async who => (await who.read('/me')).posts.find(p => p.unit.id === unit).id
  const title = `${government.name}关于做好冬季护林防火工作的通知`
  const { document_id, matter_id: m } = await town.act('/documents', { agency_id: government.id, doc_type: '通知', title })
  await town.act(`/documents/${document_id}/save`, { ...o.elements(title), main_text: '各村（社区）', joint: [party.id], rev: 1 })
  for (let i = 0; i < 3; i++) await step(m)
  await step(m, { outcome: 'to_signer', vars: { signer: ['post:' + await postOf(head)] } })
  await o.done(head, m, {})
  const [[inside]] = query(c, `SELECT id FROM matter WHERE parent_id = ${m}`)
  await step(inside, { vars: { signer: ['post:' + await postOf(secretary)] } })
  await o.done(secretary, inside, { outcome: 'agree' })
  const d = await document(secretary, inside)
  const names = await Promise.all([head, secretary].map(async x => (await x.read('/me')).person.name))
  assert.deepEqual(d.issuers.map(i => i.signer), names)
  assert.ok(d.signed_on)
})

test('P2 who presides signs for the joint body in the own name, by entrustment', async () => {
  const about = '联合保障通航'
  const admin = await c.signIn('city_admin')
  const [[account, second]] = query(c, `SELECT a.account, p.id FROM post p JOIN account a ON a.person_id = p.person_id WHERE p.unit_id = ${emergency.unit}
    AND p.is_leader = 1 AND p.until_on IS NULL AND p.person_id <> (SELECT person_id FROM post WHERE id = ${emergency.post.id}) ORDER BY p.sort_key LIMIT 1`)
  const day_ = day(c.now())
  await admin.act('/presiding', { head_post: emergency.post.id, deputy_post: second, from_on: day_, until_on: day_, authorisation: '局长办公会议定' })
  const doc = await draft(about, { joint: [emergency.agency.id] })
  await o.toSigned(doc.matter_id)
  const at = await present(emergency, about)
  const deputy = await c.signIn(account)
  await o.done(deputy, at, { outcome: 'agree', opinion: '同意签发。' })
  const [, own] = (await document(o.recheck, doc.matter_id)).issuers
  assert.deepEqual([own.signer, own.signed_for], [(await deputy.read('/me')).person.name, (await emergency.head.read('/me')).person.name])
  const opinion = (await o.page(emergency.clerk, at)).sheet.flatMap(x => x.opinions).find(x => x.text === '同意签发。')
  assert.equal(opinion.standing, 'entrusted')
})

test('W3 while the bodies sign the text stays; a file that comes all the same is signed by nobody', async () => {
  const about = '联合修订预案'
  const doc = await draft(about, { joint: [water.agency.id] }), m = doc.matter_id
  await o.toSigned(m)
  const at = await present(water, about)
  const { rev } = await document(o.drafter, m)
  for (const who of [o.drafter, o.office_head, o.recheck])
    await who.refused(`/documents/${doc.document_id}/save`, { ...o.elements(titleOf(about)), rev }, 409, 'doc.not_your_turn')
  const more = await attach(o.office_head, m, '签发后加的.txt') // the office keeps the unit's papers
  await o.stopped(water.head, at, { outcome: 'agree' }, 409, 'doc.files_after_signing')
  await o.office_head.act(`/attachments/${more.id}/remove`)
  await o.done(water.head, at, { outcome: 'agree' })
  assert.ok((await document(o.recheck, m)).signed_on)
})

test('X8 the correction of a joint issue is signed by all again and keeps the number', async () => {
  const about = '联合演练'
  const doc = await draft(about, { main_recipients: { units: [water.unit], groups: [] } }), m = doc.matter_id
  await o.toSigned(m)
  for (const b of people) await sign(b, about)
  await o.done(o.recheck, m, { outcome: 'pass' })
  const { number } = await o.doc_clerk.act(`/documents/${doc.document_id}/reserve_number`, { book_id: (await o.book('常政办发')).id })
  await o.done(o.doc_clerk, m, {})
  await o.doc_clerk.act(`/documents/${doc.document_id}/dispatch`, { main: { unit_ids: [water.unit] } })
  const right = await o.drafter.act(`/documents/${doc.document_id}/correction`, { reason: '演练日期有误' })
  assert.deepEqual((await document(o.drafter, right.matter_id)).issuers.map(i => i.name), names().split('、'))
  await o.toSigned(right.matter_id)
  for (const b of people) await sign(b, about)
  await o.done(o.recheck, right.matter_id, { outcome: 'pass' })
  await o.doc_clerk.act(`/documents/${right.document_id}/keep_number`)
  await o.done(o.doc_clerk, right.matter_id, {})
  await o.doc_clerk.act(`/documents/${doc.document_id}/correct`, { kind: 'replace', by_document_id: right.document_id, reason: '演练日期有误' })
  const rows = (await emergency.clerk.rows('/registers/sent')).filter(r => r.number === number)
  assert.deepEqual(rows.map(r => r.state).sort(), ['dispatched', 'replaced'])
})
