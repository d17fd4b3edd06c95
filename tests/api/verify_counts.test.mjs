// verify recomputes what commands keep: a counter that is off, a content that a row names and the store
// has not, and one that was altered are told. (DESIGN §4 counters, §8 verify; S45)
import test from 'node:test'
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { city, engine, run } from './tongban.mjs'

const c = await city()
const [drafter, head, clerk] = await Promise.all(['drafter', 'section_head', 'doc_clerk'].map(a => c.signIn(a)))

function sql(text) {
  const p = engine === 'pgsql'
    ? spawnSync('psql', ['-d', c.db, '-qAtc', `SET search_path=tongban; ${text}`], { encoding: 'utf8' })
    : spawnSync('python3', ['-c', 'import sqlite3,sys\nc=sqlite3.connect(sys.argv[1])\nc.execute(sys.argv[2])\nc.commit()', path.join(c.dir, 'tongban.db'), text], { encoding: 'utf8' })
  assert.equal(p.status, 0, p.stderr)
}
const verify = () => run(['verify', '--data', c.dir])

async function attachment(matter, text) {
  const tus = { 'Tus-Resumable': '1.0.0' }
  const bytes = Buffer.from(text)
  const made = await drafter.request('POST', '/uploads', { headers: { ...tus, 'Upload-Length': String(bytes.length), 'Upload-Metadata': 'filename ' + Buffer.from('清单.txt').toString('base64') } })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  const at = made.headers.get('location').replace('/api/v1', '')
  const sent = await drafter.request('PATCH', at, { body: bytes, headers: { ...tus, 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' } })
  assert.equal(sent.status, 204, JSON.stringify(sent.body))
  return drafter.act(`/matters/${matter}/attachments`, { upload_id: at.split('/').pop(), name: '清单.txt', kind: 'attachment' })
}

const { matter_id } = await drafter.act('/matters', { module: 'internal_request', title: '关于核验的呈批', form: { content: '请批准' } })
const attached = await attachment(matter_id, '物资清单\n')
const { my_item } = await drafter.read(`/matters/${matter_id}`)
await drafter.act(`/items/${my_item.id}/complete`, { opinion: '请审核' })
const headPost = (await head.read('/me')).posts[0].id
await clerk.act(`/matters/${matter_id}/circulate`, { post_ids: [headPost], note: '请阅' })

test('counters that commands kept are what the rows say', () => {
  const r = verify()
  assert.equal(r.code, 0, r.out + r.err)
  assert.match(r.out, /计数 \(counts\) [1-9]/)
})

for (const [box, name] of [[1, 'todo'], [2, 'to_read']]) {
  test(`a ${name} counter that is off is told`, async () => {
    await c.stop() // else the clock, which urges, writes counters too
    sql(`UPDATE counter SET n = n + 1 WHERE box = ${box}`)
    const r = verify()
    assert.equal(r.code, 1)
    assert.match(r.out, new RegExp(`\\[count\\] counter ${name} \\d+: 记为 \\d+，实为 \\d+`))
    sql(`UPDATE counter SET n = n - 1 WHERE box = ${box}`)
    assert.equal(verify().code, 0)
    await c.start()
  })
}

test('a counter that is missing is told', async () => {
  await c.stop()
  sql('UPDATE counter SET box = 100 + box')
  assert.match(verify().out, /counter todo \d+: 记为 0，实为/)
  sql('UPDATE counter SET box = box - 100')
  assert.equal(verify().code, 0)
  await c.start()
})

test('S45 an attached file that was altered or removed is told, and not given out', async () => {
  const { digest } = attached
  assert.match(digest, /^[0-9a-f]{64}$/)
  const file = path.join(c.dir, 'blob', digest.slice(0, 2), digest.slice(2))
  const bytes = fs.readFileSync(file)
  fs.writeFileSync(file, '物资清単\n')
  assert.match(verify().out, new RegExp(`\\[blob\\] ${digest}`))
  c.errorsExpected = true
  const r = await drafter.get(`/attachments/${attached.id}/content`)
  assert.equal(r.status, 500)
  assert.equal(r.body.code, 'blob.altered')
  fs.rmSync(file)
  assert.match(verify().out, new RegExp(`\\[attachment\\] ${digest}: 缺少文件内容`))
  fs.writeFileSync(file, bytes)
  assert.equal(verify().code, 0)
})
