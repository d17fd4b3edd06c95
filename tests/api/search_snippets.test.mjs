// B26: each hit shows the passage where the words stand, marked by ranges; only of what the person may
// read; what was given back, purged or never sent along is neither shown nor hit. Filters narrow it.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city, until } from './tongban.mjs'
import { officeOf } from './document_office.mjs'

const c = await city()
const o = await officeOf(c)
const stranger = await c.signIn('county_clerk')
const town = o.post.town_clerk.unit.id
const year = new Date(Date.now() + 8 * 3600e3).getUTCFullYear()
const tus = { 'Tus-Resumable': '1.0.0' }
const search = (who, q, more = '') => who.rows('/search?q=' + encodeURIComponent(q) + more)
const found = (who, q) => until(q + ' is found', async () => { const r = await search(who, q); return r.length ? r : null }, 60000)
// the characters of a text that are marked
const marked = (text, marks) => { const s = Array.from(text); return marks.map(m => s.slice(m.from, m.to).join('')) }

async function attach(who, matter, name) {
  const bytes = Buffer.from('附件：' + name)
  const made = await who.request('POST', '/uploads', { headers: { ...tus, 'Upload-Length': String(bytes.length), 'Upload-Metadata': 'filename ' + Buffer.from(name).toString('base64') } })
  const at = made.headers.get('location').replace('/api/v1', '')
  await who.request('PATCH', at, { body: bytes, headers: { ...tus, 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' } })
  return who.act(`/matters/${matter}/attachments`, { upload_id: at.split('/').pop(), name, kind: 'attachment' })
}

const filler = '各级各部门要提高认识，加强领导，落实责任，认真做好各项准备工作，确保不出问题。'.repeat(6)
const title = '常德市人民政府关于鳜鲟行动的通知'
const doc = await o.draft({
  title, main_recipients: { units: [o.post.countersign_clerk.unit.id], groups: [] }, main_text: '市水利局',
  body: [{ kind: 'p', text: filler }, { kind: 'p', text: '清查范围包括𠮷字号铑铹仓库<b>及其</b>堆场。' }, { kind: 'p', text: filler }],
})
await attach(o.drafter, doc.matter_id, '骐骥名单.txt')
await o.toNumber(doc.matter_id)
const { number } = await o.doc_clerk.act(`/documents/${doc.document_id}/reserve_number`, { book_id: (await o.book()).id })
await o.done(o.doc_clerk, doc.matter_id, {})
const { dispatch_id } = await o.doc_clerk.act(`/documents/${doc.document_id}/dispatch`, { main: { unit_ids: [o.post.countersign_clerk.unit.id] }, cc: { unit_ids: [town] }, reason: '镇里同步知晓' })
const letter = (await o.town_clerk.rows('/deliveries?box=to_sign')).find(d => d.title === title)

test('B26 before it is signed for, a unit finds nothing of it', async () => {
  await found(o.drafter, '铑铹')
  assert.deepEqual(await search(o.town_clerk, '铑铹'), [])
})

let received
test('B26 the passage of the text, the words marked by ranges, in characters', async () => {
  received = (await o.town_clerk.act(`/deliveries/${letter.id}/sign_for`)).matter_id
  for (const [who, matter] of [[o.drafter, doc.matter_id], [o.town_clerk, received]]) {
    const [hit, ...more] = await found(who, '铑铹仓库')
    assert.deepEqual(more, [])
    assert.equal(hit.matter, matter)
    assert.deepEqual(hit.title_marks, [])
    assert.equal(hit.snippet.place, 'text')
    assert.ok(Array.from(hit.snippet.text).length < 120, hit.snippet.text)
    assert.match(hit.snippet.text, /^….*𠮷字号铑铹仓库<b>及其<\/b>堆场。.*…$/u)
    assert.deepEqual(marked(hit.snippet.text, hit.snippet.marks), ['铑铹仓库'])
  }
  assert.deepEqual(await search(stranger, '铑铹'), [])
})

test('B26 title, number, attachment’s name: each says where', async () => {
  const at = async (q, who = o.town_clerk) => { const [h] = await found(who, q); return [h.snippet.place, h.snippet.text, marked(h.snippet.text, h.snippet.marks), marked(h.title, h.title_marks)] }
  assert.deepEqual(await at('鳜鲟'), ['title', title, ['鳜鲟'], ['鳜鲟']])
  assert.deepEqual(await at(number), ['number', number, ['常政发', String(year), /(\d+)号/.exec(number)[1] + '号'], []])
  assert.deepEqual(await at('骐骥'), ['attachment', '骐骥名单.txt', ['骐骥'], []])
  const two = await at('鳜鲟 骐骥 仓库')             // in three places: the first that has most
  assert.equal(two[0], 'text')
  assert.deepEqual(two[2], ['仓库'])
  assert.deepEqual(two[3], ['鳜鲟'])
  assert.deepEqual(await search(o.town_clerk, '鳜鲟 麒麟'), [])
})

test('B26 what stays inside an office is found there, by form and file too, and by nobody else', async () => {
  const inner = await o.drafter.act('/matters', { module: 'internal_request', title: '关于瓯瓴的呈批', form: { content: '璁璜事项' } })
  await attach(o.drafter, inner.matter_id, '鸢鹣附表.txt')
  const [hit] = await found(o.drafter, '璁璜')
  assert.deepEqual(marked(hit.snippet.text, hit.snippet.marks), ['璁璜'])
  assert.equal((await found(o.drafter, '鸢鹣'))[0].snippet.place, 'attachment')
  for (const q of ['璁璜', '鸢鹣', '瓯瓴']) assert.deepEqual(await search(o.town_clerk, q), [], q)
})

test('B26 G4 filters: module, year, from whom, one’s own', async () => {
  const ids = async (more, q = '鳜鲟', who = o.drafter) => (await search(who, q, more)).map(r => r.matter)
  assert.deepEqual(await ids('&module=send'), [doc.matter_id])
  assert.deepEqual(await ids('&module=leave'), [])
  assert.deepEqual(await ids('&module=receive', '鳜鲟', o.town_clerk), [received])
  assert.deepEqual(await ids(`&year=${year}`), [doc.matter_id])
  assert.deepEqual(await ids(`&year=${year - 1}`), [])
  assert.deepEqual(await ids(`&year=${year + 1}`), [])
  assert.deepEqual(await ids('&mine=1'), [doc.matter_id])
  assert.deepEqual(await ids('&mine=1', '鳜鲟', o.section_head), [])
  assert.deepEqual(await ids('&from=' + encodeURIComponent('常德市人民政府'), '鳜鲟', o.town_clerk), [received])
  assert.deepEqual(await ids('&from=' + encodeURIComponent('常德市水利局'), '鳜鲟', o.town_clerk), [])
  assert.equal((await o.drafter.get('/search?q=x&year=abc')).status, 400)
  // the demo's years: what a filter gives is what the whole list has of it, page by page
  const all = async more => { const rows = []; for (let after = ''; ;) { const p = await o.doc_clerk.read('/search?limit=7&q=' + encodeURIComponent('通知') + more + (after ? '&after=' + after : '')); rows.push(...p.rows); if (!p.after) return rows; after = p.after } }
  const whole = await all('')
  const yearOf = r => new Date(r.at + 8 * 3600e3).getUTCFullYear()
  for (const y of new Set(whole.map(yearOf))) assert.deepEqual((await all('&year=' + y)).map(r => r.matter), whole.filter(r => yearOf(r) === y).map(r => r.matter), String(y))
  for (const m of new Set(whole.map(r => r.module))) assert.deepEqual((await all('&module=' + m)).map(r => r.matter), whole.filter(r => r.module === m).map(r => r.matter), m)
})

test('B26 X8 what was given back is no longer hit by its text', async () => {
  assert.equal((await search(o.town_clerk, '铑铹')).length, 1)
  await o.office_head.act(`/dispatches/${dispatch_id}/retract`, { reason: '内容有误' })
  const asked = (await o.town_clerk.rows('/deliveries?box=retract_asked')).find(x => x.id === letter.id)
  await o.town_clerk.act(`/retract-requests/${asked.retract_request}/answer`, { agree: true })
  assert.deepEqual(await search(o.town_clerk, '铑铹'), [])
  assert.deepEqual(await search(o.town_clerk, '骐骥'), [])
  assert.equal((await search(o.town_clerk, '鳜鲟')).length, 1)        // that it was here is known
  assert.equal((await search(o.drafter, '铑铹')).length, 1)
})

test('D9 B26 what was purged is gone from hits and passages at once, before the index is cleared', async () => {
  const [secrecy, security] = await Promise.all(['secrecy_officer', 'security_admin'].map(a => c.signIn(a)))
  const made = await o.town_clerk.act('/received', { unit_id: town, issuer: '湖南省某厅', number: '湘某〔2026〕1号', title: '关于桫椤的通知', body: '楠楸在此。' })
  await found(o.town_clerk, '楠楸')
  const { spill_id } = await o.town_clerk.act(`/matters/${made.matter_id}/report_spill`, { rule: 'classification' })
  await secrecy.act(`/spills/${spill_id}/ask`, { rule: 'classification', with_opinions: true })
  await security.act(`/spills/${spill_id}/confirm`, {})
  await until('purged', async () => !(await search(o.town_clerk, '楠楸')).length && !(await search(o.town_clerk, '桫椤')).length, 60000)
})
