// One document from the government office to every unit of the demo city and back: the board, the
// two stages of taking back, forgotten units, correction (CAPABILITIES B3 B4 X1 X8, OFFICE D5 D8).
import test from 'node:test'
import assert from 'node:assert/strict'
import { city, engine, query, run } from './tongban.mjs'
import { officeOf } from './document_office.mjs'

const c = await city()
const o = await officeOf(c)
const townHead = await c.signIn('town_office')
const everyone = { levels: ['city', 'county', 'town', 'village'] }
const hidden = async (who, at) => assert.equal((await who.get(at)).status, 404, at)
const count = async (choice = everyone) => (await o.doc_clerk.post('/recipients/expand', choice, { key: null })).body.count

/** A document up to the clerk's dispatch step. */
const numbered = async title => {
  const doc = await o.draft({ title: `常德市人民政府关于${title}的通知`, distribution_scope: '发至村（社区）' })
  await o.toNumber(doc.matter_id)
  const book = await o.book()
  await o.doc_clerk.act(`/documents/${doc.document_id}/reserve_number`, { book_id: book.id })
  await o.done(o.doc_clerk, doc.matter_id, {})
  return doc
}
const dispatched = async (title, choice = everyone) => {
  const doc = await numbered(title)
  return { ...doc, ...await o.doc_clerk.act(`/documents/${doc.document_id}/dispatch`, choice.main ? choice : { main: choice }) }
}
const boardOf = id => o.doc_clerk.rows(`/dispatches/${id}/board?limit=100`)
const totalsOf = async id => (await o.doc_clerk.read(`/dispatches/${id}`)).totals

/* Clerks of many units, as the demo's accounts have them. */
const clerks = query(c, "SELECT min(a.account), g.unit_id FROM grant_ g JOIN account a ON a.person_id = g.person_id JOIN unit u ON u.id = g.unit_id WHERE g.role = 3 AND u.kind = 'unit' AND u.by_paper = 0 AND g.is_revoked = 0 GROUP BY g.unit_id ORDER BY g.unit_id")
const signedIn = new Map()
const clerkOf = async unit => {
  if (!signedIn.has(unit)) signedIn.set(unit, await c.signIn(clerks.find(([, u]) => u === unit)[0]))
  return signedIn.get(unit)
}

let first
test('B3 one document to every unit; only its step’s holder may send it, and once', async () => {
  const doc = await numbered('做好防汛工作')
  await o.drafter.refused(`/documents/${doc.document_id}/dispatch`, { main: everyone }, 409, 'dispatch.no_item')
  await o.town_clerk.refused(`/documents/${doc.document_id}/dispatch`, { main: everyone }, 404)
  await o.doc_clerk.refused(`/documents/${doc.document_id}/dispatch`, { main: {} }, 400, 'dispatch.nobody')
  const before = (await o.town_clerk.read('/me/counters')).to_sign
  const sent = await o.doc_clerk.act(`/documents/${doc.document_id}/dispatch`, { main: everyone })
  assert.equal(sent.count, await count() - 1)                       // not to itself
  assert.equal((await o.town_clerk.read('/me/counters')).to_sign, before + 1)
  await o.doc_clerk.refused(`/documents/${doc.document_id}/dispatch`, { main: everyone }, 409)
  const m = await o.page(o.doc_clerk, doc.matter_id)
  assert.equal(m.state, 'done')
  assert.equal(m.document.state, 'dispatched')
  const rows = await boardOf(sent.dispatch_id)
  assert.equal(rows.length, sent.count)
  const totals = await totalsOf(sent.dispatch_id)
  assert.equal(totals.delivered, rows.filter(r => r.state === 'delivered').length)
  assert.equal(totals.delivered + rows.filter(r => r.state === 'queued').length, sent.count)  // by paper
  const found = await o.doc_clerk.rows(`/dispatches/${sent.dispatch_id}/board?q=${encodeURIComponent('毛里湖镇')}`)
  assert.ok(found.length > 0 && found.length < 60 && found.every(r => r.unit.name.includes('毛里湖镇')))
  const list = await o.doc_clerk.rows('/dispatches')
  assert.equal(list[0].id, sent.dispatch_id)
  assert.deepEqual((await o.doc_clerk.read(`/dispatches/${sent.dispatch_id}`)).recipients.main.levels, everyone.levels)
  assert.ok((await o.drafter.rows('/dispatches')).some(d => d.id === sent.dispatch_id))   // the drafter's own
  assert.equal((await o.section_head.rows('/dispatches')).length, 0)
  first = { ...doc, ...sent }
})

test('X1 two hundred units act; every row of the board and every total is right', async () => {
  const rows = (await boardOf(first.dispatch_id)).filter(r => r.state === 'delivered').slice(0, 200)
  const did = new Map()
  const one = async (r, i) => {
    const clerk = await clerkOf(r.unit.id)
    const { matter_id } = await clerk.act(`/deliveries/${r.delivery}/sign_for`, {})
    did.set(r.delivery, r.level === 'village' || r.level === 'town' ? r.level : 'signed')
    if (r.level === 'village' && i % 2) {
      const m = await clerk.read(`/matters/${matter_id}`)
      await clerk.act(`/items/${m.my_item.id}/complete`, { opinion: '内部情况甲乙丙' })
      did.set(r.delivery, 'closed')
    } else if (r.level !== 'village' && r.level !== 'town' && i % 2) {
      const m = await clerk.read(`/matters/${matter_id}`)
      await clerk.act(`/items/${m.my_item.id}/complete`, {})
      did.set(r.delivery, 'registered')
    }
  }
  const queue = rows.map((r, i) => [r, i])
  await Promise.all(Array.from({ length: 16 }, async () => { for (let job; (job = queue.shift());) await one(...job) }))
  assert.equal(did.size, 200)

  const after = await boardOf(first.dispatch_id)
  let signed = 0, registered = 0, closed = 0
  for (const r of after) {
    const what = did.get(r.delivery)
    assert.equal(!!r.signed_at, !!what, r.unit.name)
    assert.equal(!!r.registered_at, what === 'town' || what === 'registered', r.unit.name)
    assert.equal(!!r.closed_at, what === 'closed', r.unit.name)
    if (what) assert.ok(r.clerk)
    signed += !!r.signed_at; registered += !!r.registered_at; closed += !!r.closed_at
  }
  const totals = await totalsOf(first.dispatch_id)
  assert.deepEqual([totals.signed, totals.registered, totals.closed], [signed, registered, closed])
  assert.equal(signed, 200)
  assert.equal((await o.doc_clerk.rows(`/dispatches/${first.dispatch_id}/board?state=signed&limit=100`)).length, 200)
})

test('X1 the board and its totals by place, level, branch and name; every part adds up to the whole', async () => {
  const at = `/dispatches/${first.dispatch_id}`
  const clerk = o.doc_clerk
  const all = await boardOf(first.dispatch_id)
  const whole = await clerk.read(`${at}/totals`)
  assert.deepEqual(whole, { count: first.count, totals: await totalsOf(first.dispatch_id) })
  const r = await clerk.read(`${at}/receivers`)
  assert.equal(r.kinds.reduce((n, k) => n + k.count, 0), first.count)
  const county = r.places.find(p => p.name === '津市市'), town = r.places.find(p => p.name.includes('毛里湖镇'))
  assert.equal(county.level, 'county')
  assert.deepEqual([town.level, town.up], ['town', county.id])
  assert.deepEqual(r.places.filter(p => p.level === 'county').map(p => p.name), ['津市市', '常德经济技术开发区'])
  const board = q => clerk.rows(`${at}/board?limit=100&${q}`)
  const paths = new Map(query(c, 'SELECT id, path FROM unit').map(x => [x[0], x[1]]))
  const below = id => all.filter(x => paths.get(x.unit.id).includes(`/${id}/`)).map(x => x.delivery)
  for (const p of [county, town]) {
    const rows = await board('under=' + p.id)
    assert.deepEqual(rows.map(x => x.delivery), below(p.id))
    assert.equal(rows.length, p.count)
    const t = await clerk.read(`${at}/totals?under=${p.id}`)
    assert.equal(t.count, p.count)
    assert.equal(t.totals.signed, rows.filter(x => x.signed_at).length)
    assert.equal(t.totals.registered, rows.filter(x => x.registered_at).length)
    assert.equal(t.totals.closed, rows.filter(x => x.closed_at).length)
  }
  assert.ok(county.count > town.count && town.count > 1)
  // A branch over all levels, and with the place: the totals of the parts add up to the kept ones.
  const sum = {}
  for (const k of new Set(r.kinds.map(x => x.branch))) {
    const t = await clerk.read(`${at}/totals?branch=${k}`)
    for (const [m, n] of Object.entries(t.totals)) sum[m] = (sum[m] || 0) + n
  }
  assert.deepEqual(sum, whole.totals)
  const party = await board(`branch=party&level=county&under=${county.id}&reached=delivered`)
  assert.ok(party.length && party.every(x => x.branch === 'party' && x.level === 'county'))
  assert.equal((await clerk.read(`${at}/totals?branch=party&level=county&under=${county.id}`)).totals.delivered, party.length)
  const named = await clerk.read(`${at}/totals?q=${encodeURIComponent('毛里湖镇')}`)
  assert.equal(named.count, (await board(`q=${encodeURIComponent('毛里湖镇')}`)).length)
  // The list to telephone is of the same units.
  assert.deepEqual((await clerk.rows(`${at}/unsigned?limit=100&under=${county.id}`)).map(x => x.delivery), (await board(`under=${county.id}&state=delivered`)).map(x => x.delivery))
  assert.equal((await clerk.get(`${at}/board?under=1`)).status, 404)
  for (const who of [o.town_clerk, townHead]) for (const part of ['/totals', '/receivers', `/board?under=${county.id}`]) await hidden(who, at + part)
})

test('X1 as the sender, the receivers’ matters, traces and deliveries are not there', async () => {
  const clerk = o.town_clerk
  const d = (await clerk.rows('/deliveries?box=to_sign')).concat(await clerk.rows('/deliveries?box=signed')).find(x => x.title.includes('防汛'))
  const { matter_id } = d.matter ? { matter_id: d.matter } : await clerk.act(`/deliveries/${d.id}/sign_for`, {})
  const m = await clerk.read(`/matters/${matter_id}`)
  assert.equal(m.document.body[1].text, '各级各部门要立即行动，落实防汛责任。')
  assert.equal(m.document.number, (await o.page(o.doc_clerk, first.matter_id)).number)
  assert.equal(m.document.direction, 'down')
  for (const who of [o.doc_clerk, o.drafter, o.office_head, o.principal])
    for (const at of [`/matters/${matter_id}`, `/matters/${matter_id}/trace`, `/matters/${matter_id}/diagram`, `/deliveries/${d.id}`])
      await hidden(who, at)
  await o.doc_clerk.refused(`/deliveries/${d.id}/sign_for`, {}, 404)
  await o.doc_clerk.refused(`/items/${m.current[0].item_id || m.current[0].id || 1}/complete`, {}, 404)
})

test('X8 taking 200 back with 80 signed: 120 go silently, 80 are asked', async () => {
  const units = clerks.slice(0, 205).map(([, u]) => u)
  const sent = await dispatched('开展安全检查', { unit_ids: units })
  const rows = (await boardOf(sent.dispatch_id)).filter(r => r.state === 'delivered')
  const chosen = rows.slice(0, 200)
  const queue = chosen.slice(0, 80)
  await Promise.all(Array.from({ length: 8 }, async () => { for (let r; (r = queue.shift());) await (await clerkOf(r.unit.id)).act(`/deliveries/${r.delivery}/sign_for`, {}) }))
  const ids = chosen.map(r => r.delivery)
  await o.doc_clerk.refused(`/dispatches/${sent.dispatch_id}/retract`, { delivery_ids: ids, reason: '内容有误' }, 403, 'dispatch.approval')
  assert.deepEqual(await o.principal.act(`/dispatches/${sent.dispatch_id}/retract`, { delivery_ids: ids, reason: '内容有误' }), { retracted: 120, asked: 80 })
  const after = new Map((await boardOf(sent.dispatch_id)).map(r => [r.delivery, r]))
  assert.ok(ids.slice(80).every(id => after.get(id).state === 'retracted'))
  assert.ok(ids.slice(0, 80).every(id => after.get(id).retract === 'asked'))
  assert.ok(rows.slice(200).every(r => after.get(r.delivery).state === 'delivered'))
  assert.equal((await totalsOf(sent.dispatch_id)).retracted, 120)
  const clerk = await clerkOf(chosen[0].unit.id)
  const asked = (await clerk.rows('/deliveries?box=retract_asked')).find(x => x.id === ids[0])
  await clerk.act(`/retract-requests/${asked.retract_request}/answer`, { agree: true })
  assert.equal((await totalsOf(sent.dispatch_id)).retracted, 121)
})

test('X8 when the last unit has given it back, the document is retracted', async () => {
  const town = (await o.countersign_clerk.read('/me')).posts[0].unit.id
  const sent = await dispatched('召开会议', { unit_ids: [town] })
  const d = (await o.countersign_clerk.rows('/deliveries?box=to_sign')).find(x => x.title.includes('召开会议'))
  const { matter_id } = await o.countersign_clerk.act(`/deliveries/${d.id}/sign_for`, {})
  await o.office_head.act(`/dispatches/${sent.dispatch_id}/retract`, { reason: '会议取消' })
  const asked = (await o.countersign_clerk.rows('/deliveries?box=retract_asked')).find(x => x.id === d.id)
  await o.countersign_clerk.act(`/retract-requests/${asked.retract_request}/answer`, { agree: true })
  assert.equal((await o.page(o.doc_clerk, sent.matter_id)).document.state, 'retracted')
  assert.equal((await o.countersign_clerk.read(`/matters/${matter_id}`)).document, null)
})

test('补发 and 更正说明 reach the right units; main before copy', async () => {
  const [a, b, d] = clerks.slice(10, 13).map(([, u]) => u)
  const sent = await dispatched('调整补助标准', { main: { unit_ids: [a] }, cc: { unit_ids: [a, b] } })
  assert.equal(sent.count, 2)
  assert.deepEqual((await boardOf(sent.dispatch_id)).map(r => [r.unit.id, r.is_cc]), [[a, false], [b, true]])
  await o.office_head.refused(`/dispatches/${sent.dispatch_id}/add_recipient`, { main: { unit_ids: [a] }, reason: '遗漏' }, 400, 'dispatch.nobody_new')
  assert.equal((await o.office_head.act(`/dispatches/${sent.dispatch_id}/add_recipient`, { main: { unit_ids: [a, d] }, reason: '遗漏' })).count, 1)
  assert.equal((await boardOf(sent.dispatch_id)).length, 3)
  const clerk = await clerkOf(a)
  const got = (await clerk.rows('/deliveries?box=to_sign')).find(x => x.title.includes('调整补助标准'))
  const { matter_id } = await clerk.act(`/deliveries/${got.id}/sign_for`, {})
  const fixed = await o.office_head.act(`/documents/${sent.document_id}/correct`, { kind: 'slip', text: '第二条“五十元”应为“五百元”。', reason: '笔误' })
  assert.equal(fixed.count, 3)
  const slip = (await clerk.rows('/deliveries?box=to_sign')).find(x => x.is_correction)
  assert.equal((await clerk.act(`/deliveries/${slip.id}/sign_for`, {})).matter_id, matter_id)
  const m = await clerk.read(`/matters/${matter_id}`)
  assert.equal(m.delivery.corrections[0].text, '第二条“五十元”应为“五百元”。')
  assert.ok(JSON.stringify(m.sheet).includes('五百元'))
})

test('更正件 replaces the wrong one: the unsigned lose it, the signed are told', async () => {
  const [a, b] = clerks.slice(20, 22).map(([, u]) => u)
  const wrong = await dispatched('发放物资', { unit_ids: [a, b] })
  const clerk = await clerkOf(a)
  const got = (await clerk.rows('/deliveries?box=to_sign')).find(x => x.title.includes('发放物资'))
  const old = await clerk.act(`/deliveries/${got.id}/sign_for`, {})
  const right = await numbered('发放救灾物资')
  await o.doc_clerk.refused(`/documents/${wrong.document_id}/correct`, { kind: 'replace', by_document_id: right.document_id, reason: '附件有误' }, 403, 'dispatch.approval')
  const made = await o.office_head.act(`/documents/${wrong.document_id}/correct`, { kind: 'replace', by_document_id: right.document_id, reason: '附件有误' })
  assert.equal(made.count, 2)
  assert.deepEqual((await boardOf(wrong.dispatch_id)).map(r => r.state), ['signed', 'retracted'])
  const next = (await clerk.rows('/deliveries?box=to_sign')).find(x => x.title.includes('发放救灾物资'))
  assert.equal(next.is_correction, true)
  const fresh = await clerk.act(`/deliveries/${next.id}/sign_for`, {})
  assert.notEqual(fresh.matter_id, old.matter_id)
  assert.ok(JSON.stringify((await clerk.read(`/matters/${old.matter_id}`)).sheet).includes('发放救灾物资'))
})

test('what was counted on the way is what the rows say', async () => {
  await c.stop()
  const v = run(['verify', '--data', c.dir])
  assert.equal(v.code, 0, engine + v.out + v.err)
})
