// B17: a received OFD file is read in the page: what is in it, its pages as pictures that do nothing, the
// files inside. What could do harm is refused by name (O9); who may not see the matter learns nothing.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city, isProblem, until } from './tongban.mjs'
import { ofdOf, partsOf, zipOf } from './ofd.mjs'

const c = await city()
const drafter = await c.signIn('drafter'), stranger = await c.signIn('town_clerk')
const tus = { 'Tus-Resumable': '1.0.0' }
const { matter_id } = await drafter.act('/matters', { module: 'internal_request', title: '关于 OFD 附件的呈批', form: { content: '请批准' } })

async function attach(bytes, name) {
  const made = await drafter.request('POST', '/uploads', { headers: { ...tus, 'Upload-Length': String(bytes.length), 'Upload-Metadata': 'filename ' + Buffer.from(name).toString('base64') } })
  const at = made.headers.get('location').replace('/api/v1', '')
  const r = await drafter.request('PATCH', at, { body: bytes, headers: { ...tus, 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' } })
  assert.equal(r.status, 204)
  return drafter.post(`/matters/${matter_id}/attachments`, { upload_id: at.split('/').pop(), name, kind: 'attachment' })
}
async function attached(bytes, name = '清单.ofd') {
  const r = await attach(bytes, name)
  assert.equal(r.status, 201, JSON.stringify(r.body))
  return r.body.id
}

test('what is in it, its pages, the files inside', async () => {
  const id = await attached(ofdOf(3))
  assert.ok((await drafter.read(`/matters/${matter_id}`)).attachments.find(a => a.id === id).can_preview)
  const whole = await drafter.read(`/attachments/${id}/ofd`)
  assert.equal(whole.pages, 3)
  assert.equal(whole.title, '防汛物资清单')
  assert.equal(whole.created_on, '2026-11-20')
  assert.deepEqual([whole.width_um, whole.height_um], [210000, 297000])
  assert.deepEqual(whole.data, [{ name: '文件编号', value: '云水发〔2026〕3号' }])
  assert.deepEqual(whole.files, [{ name: '明细.xml', format: 'xml' }])
  assert.deepEqual(whole.seals, [])
  const page = await drafter.get(`/attachments/${id}/ofd/pages/2`, { raw: true })
  assert.equal(page.status, 200)
  assert.equal(page.headers.get('content-type'), 'image/svg+xml')
  assert.match(page.headers.get('content-security-policy'), /sandbox; default-src 'none'/)
  assert.match(page.headers.get('x-content-type-options'), /nosniff/)
  const svg = page.body.toString()
  assert.match(svg, /viewBox="0 0 210 297"/)
  assert.match(svg, />第</)
  assert.match(svg, /M0 0L100 0L100 20L0 20Z/)
  const same = await drafter.get(`/attachments/${id}/ofd/pages/2`, { raw: true, headers: { 'If-None-Match': page.headers.get('etag') } })
  assert.equal(same.status, 304)
  const file = await drafter.get(`/attachments/${id}/ofd/files/1`, { raw: true })
  assert.equal(file.body.toString(), '<明细>5</明细>')
  assert.match(file.headers.get('content-disposition'), /^attachment; .*%E6%98%8E/)
  assert.equal(file.headers.get('content-type'), 'application/octet-stream')
  assert.equal((await drafter.get(`/attachments/${id}/ofd/files/2`)).status, 404)
  const beyond = await drafter.get(`/attachments/${id}/ofd/pages/4`)
  assert.equal(beyond.status, 404)
  assert.match(beyond.body.detail, /没有这一页/)
})

test('page 1 within 300 ms', async () => {
  const id = await attached(ofdOf(200))
  const from = performance.now()
  assert.equal((await drafter.get(`/attachments/${id}/ofd/pages/1`, { raw: true })).status, 200)
  assert.ok(performance.now() - from < 300, `${performance.now() - from} ms`)
})

test('O9 what could do harm is refused by name, in two languages', async () => {
  const good = partsOf(1)
  const bad = {
    bomb: [zipOf([...good, ['Doc_0/b.bin', Buffer.alloc(20 << 20)]]), 'Doc_0/b.bin', /炸弹/],
    lie: [zipOf([...good, ['Doc_0/b.bin', 'x', { size: 1 << 30 }]]), 'Doc_0/b.bin', /炸弹/],
    absolute: [zipOf([...good, ['/etc/cron.d/x', 'x']]), '/etc/cron.d/x', /包外/],
    above: [zipOf([...good, ['Doc_0/../../x', 'x']]), 'Doc_0/../../x', /包外/],
    twice: [zipOf([...good, good[0]]), 'OFD.xml', /两次/],
    encrypted: [zipOf([...good, ['x.xml', 'x', { flags: 1 }]]), 'x.xml', /加密/],
    entity: [zipOf([['OFD.xml', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><OFD>&b;</OFD>'], ...good.slice(1)]), 'OFD.xml', /DTD/],
    page: [zipOf([['OFD.xml', '<html/>'], ...good.slice(1)]), 'OFD.xml', /不是“OFD”/],
    lost: [zipOf(good.slice(0, 1)), 'Doc_0/Document.xml', /缺少/],
  }
  for (const [name, [bytes, part, words]] of Object.entries(bad)) {
    const id = await attached(bytes, name + '.ofd')
    for (const path of ['ofd', 'ofd/pages/1', 'ofd/files/1']) {
      const r = await drafter.get(`/attachments/${id}/${path}`)
      assert.equal(r.status, 400, name + JSON.stringify(r.body))
      isProblem(r)
      assert.ok(r.body.detail.includes(part), name + r.body.detail)
      assert.match(r.body.detail, words)
    }
    const english = await drafter.get(`/attachments/${id}/ofd`, { headers: { 'Accept-Language': 'en' } })
    assert.ok(english.body.detail.includes(part) && /[a-z]{4}/.test(english.body.detail), english.body.detail)
  }
  const archive = await attached(zipOf([['readme.txt', 'x']]), 'plain.ofd')
  assert.match((await drafter.get(`/attachments/${archive}/ofd`)).body.detail, /没有 OFD.xml/)
})

test('only an OFD file is read as one', async () => {
  const id = await attached(Buffer.from('纯文本\n'), '说明.txt')
  assert.equal((await drafter.get(`/attachments/${id}/ofd`)).status, 400)
  assert.equal((await drafter.get(`/attachments/${id}/ofd/pages/1`)).status, 400)
})

test('S25 another unit learns nothing of it, by its real id', async () => {
  const id = await attached(ofdOf(1))
  for (const path of ['ofd', 'ofd/pages/1', 'ofd/files/1']) {
    const real = await stranger.get(`/attachments/${id}/${path}`), absent = await stranger.get(`/attachments/987654321/${path}`)
    assert.equal(real.status, 404)
    assert.equal(absent.status, 404)
    assert.equal(real.body.detail, absent.body.detail)
    assert.equal((await c.guest().get(`/attachments/${id}/${path}`)).status, 401)
  }
  await drafter.act(`/attachments/${id}/remove`)
  assert.equal((await drafter.get(`/attachments/${id}/ofd`)).status, 404)
})

test('B26 the words of its pages are found, with the passage, until it is removed', async () => {
  const find = async who => (await who.rows('/search?q=' + encodeURIComponent('橡皮艇存放'))).find(r => r.matter === matter_id)
  const id = await attached(ofdOf(2, { head: '橡皮艇存放点' }), '存放.ofd')
  const hit = await until('the words are indexed', () => find(drafter))
  assert.equal(hit.snippet?.place, 'attachment', JSON.stringify(hit))
  assert.match(hit.snippet.text, /橡皮艇存放点/)
  assert.equal(await find(stranger), undefined)
  await drafter.act(`/attachments/${id}/remove`)
  assert.equal(await find(drafter), undefined, 'no longer read, no longer hit')
})

test('D9 a secret paper is refused in this form too', async () => {
  const r = await attach(ofdOf(1, { head: '机密★10年' }), '通知.ofd')
  assert.equal(r.status, 400, JSON.stringify(r.body))
  assert.match(r.body.detail, /机要室/)
})
