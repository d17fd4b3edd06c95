// What the scenarios of document/ share: the people of the city government office, and a document
// driven along the sending flow (modules/send) as they would drive it.
import assert from 'node:assert/strict'

export async function officeOf(c) {
  const names = ['drafter', 'section_head', 'reviewer', 'office_head', 'leader', 'principal', 'recheck', 'doc_clerk',
    'countersign_clerk', 'countersign_handler', 'countersign_head', 'town_clerk']
  const people = Object.fromEntries(await Promise.all(names.map(async n => [n, await c.signIn(n)])))
  const post = {}
  for (const n of names) post[n] = (await people[n].read('/me')).posts[0]
  const o = { c, post, ...people }

  o.agencies = await o.drafter.rows('/agencies?mine=1')
  o.government = o.agencies.find(a => a.name === '常德市人民政府')
  assert.ok(o.government, 'the office issues for the city government')

  o.draft = async (doc = {}, type = '通知') => {
    const title = doc.title || `常德市人民政府关于做好防汛工作的${type}`
    const made = await o.drafter.act('/documents', { agency_id: doc.agency_id || o.government.id, doc_type: type, title })
    const { agency_id, ...elements } = doc
    const saved = await o.drafter.act(`/documents/${made.document_id}/save`, { ...o.elements(title), ...elements, rev: 1 })
    return { ...made, ...saved }
  }
  o.elements = title => ({
    title, urgency: 'urgent', disclosure: 'active', main_text: '各区县（市）人民政府，市直各单位',
    body: [{ kind: 'h1', text: '一、提高认识' }, { kind: 'p', text: '各级各部门要立即行动，落实防汛责任。' }],
    note: '', contact: '温晓川', phone: '0736-7780000',
  })
  o.todo = async (client, matter) => (await client.rows('/items?box=todo')).find(r => r.matter === matter)
  o.page = (client, matter) => client.read(`/matters/${matter}`)
  o.done = async (client, matter, body = {}) => {
    const item = await o.todo(client, matter)
    assert.ok(item, `${client.account} holds an item of ${matter}`)
    return client.act(`/items/${item.id}/complete`, body)
  }
  o.stopped = async (client, matter, body, status, code) => {
    const item = await o.todo(client, matter)
    assert.ok(item, `${client.account} holds an item of ${matter}`)
    return client.refused(`/items/${item.id}/complete`, body, status, code)
  }
  o.signer = () => ({ signer: ['post:' + o.post.principal.id] })
  // From the drafter's desk to the signature.
  o.toOffice = async matter => {
    await o.done(o.drafter, matter, { opinion: '请审核' })
    await o.done(o.section_head, matter, { opinion: '拟同意' })
    await o.done(o.reviewer, matter, { opinion: '已核' })
  }
  o.toSigned = async matter => {
    await o.toOffice(matter)
    await o.done(o.office_head, matter, { outcome: 'to_signer', opinion: '拟同意，呈签发', vars: o.signer() })
    await o.done(o.principal, matter, { opinion: '同意发', noted: false })
  }
  o.toNumber = async matter => {
    await o.toSigned(matter)
    await o.done(o.recheck, matter, { outcome: 'pass', opinion: '复核无误' })
  }
  o.book = async (mark = o.government.book_mark) => {
    const year = new Date(Date.now() + 8 * 3600e3).getUTCFullYear()
    const list = await o.doc_clerk.rows('/number-books?limit=100')
    return list.find(b => b.mark === mark && b.year === year && !b.is_closed)
  }
  return o
}
