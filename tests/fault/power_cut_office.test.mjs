// The power goes while an office works: matters started and handed on, files attached. What was
// acknowledged is there, in every list and counter; files read back as they were sent; and what was
// indexed is found again. (DESIGN §10, K3, S45)
import test from 'node:test'
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { city, engine, newKey, until } from '../api/tongban.mjs'
import { verified } from './load.mjs'
import { Disk, chanceOf } from './power_cut.mjs'

const skip = engine !== 'sqlite'
const c = await city()
const [drafter, head] = await Promise.all(['drafter', 'section_head'].map(a => c.signIn(a)))
const matters = [] // { id, title, handed, file, attached }
let going

async function attach(matter) {
  const bytes = Buffer.from(randomBytes(20_000).toString('hex') + '\n物资清单\n')
  const tus = { 'Tus-Resumable': '1.0.0' }
  const made = await drafter.request('POST', '/uploads', { headers: { ...tus, 'Upload-Length': String(bytes.length), 'Upload-Metadata': 'filename ' + Buffer.from('附件.txt').toString('base64') } })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  const at = made.headers.get('location').replace('/api/v1', '')
  const sent = await drafter.request('PATCH', at, { body: bytes, headers: { ...tus, 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' } })
  assert.equal(sent.status, 204, JSON.stringify(sent.body))
  matter.file = bytes
  const r = await drafter.act(`/matters/${matter.id}/attachments`, { upload_id: at.split('/').pop(), name: '附件.txt', kind: 'attachment' })
  matter.attached = r.id
}

async function drafts(n) {
  while (going) {
    const title = `关于第${matters.length}${'甲乙丙丁'[n]}批物资的呈批`
    const { matter_id: id } = await drafter.act('/matters', { module: 'internal_request', title, form: { content: '请批准' } })
    const matter = { id, title }
    matters.push(matter)
    if (matters.length % 3 === 0) await attach(matter)
    const { my_item: item } = await drafter.read(`/matters/${id}`)
    await drafter.act(`/items/${item.id}/complete`, { opinion: '请审核' }, { key: newKey() })
    matter.handed = true
  }
}

async function cut(chance) {
  await c.stop()
  const disk = new Disk(c.dir)
  await disk.serve(c)
  const handed = () => matters.filter(m => m.handed).length
  const more = handed() + 30
  going = true
  const failed = []
  const work = [0, 1, 2].map(n => drafts(n).catch(e => failed.push(e)))
  await until('matters were handed on', () => failed.length || handed() > more, 30000)
  assert.deepEqual(failed, [])
  going = false
  await c.kill()
  await Promise.all(work)
  return disk.cut(chance)
}

test('what the office did before the power went is there', { skip }, async () => {
  for (const chance of [null, chanceOf(11), chanceOf(12)]) {
    const seen = await cut(chance)
    assert.ok(seen.R > 5 && seen.D > 20, `contents came into their place: ${JSON.stringify(seen)}`)
    verified(c.dir)
    await c.start()
  }
  const todo = new Set((await head.rows('/items?box=todo')).map(r => r.matter))
  const mine = new Set((await drafter.rows('/items?box=initiated')).map(r => r.matter))
  for (const m of matters) {
    assert.ok(mine.has(m.id), `${m.title} was started`)
    if (m.handed) assert.ok(todo.has(m.id), `${m.title} was handed on`)
    if (!m.attached) continue
    const r = await drafter.get(`/attachments/${m.attached}/content`, { raw: true })
    assert.equal(r.status, 200)
    assert.ok(m.file.equals(r.body), `the file of ${m.title} is what was sent`)
  }
  assert.ok(matters.filter(m => m.attached).length > 10)
  for (const m of [matters[0], matters[35], matters.filter(x => x.handed).pop()])
    await until(`${m.title} is found`, async () => (await drafter.rows(`/search?q=${encodeURIComponent(m.title.slice(2, 9))}`)).some(r => r.matter === m.id))
})
