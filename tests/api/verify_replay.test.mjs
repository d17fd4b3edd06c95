// I10: verify plays every matter's flow back from its record; what was changed in the rows behind the
// door is named with matter, entry and place, on both engines. (FLOW §4 I10, §6)
import test from 'node:test'
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { city, engine, run } from './tongban.mjs'

const c = await city()
const drafter = await c.signIn('drafter')

function sql(text) {
  const p = engine === 'pgsql'
    ? spawnSync('psql', ['-d', c.db, '-qAtc', `SET search_path=tongban; ${text}`], { encoding: 'utf8' })
    : spawnSync('python3', ['-c', 'import sqlite3,sys\nc=sqlite3.connect(sys.argv[1])\nr=c.execute(sys.argv[2]).fetchall()\nc.commit()\nfor x in r: print(*x,sep="|")', path.join(c.dir, 'tongban.db'), text], { encoding: 'utf8' })
  assert.equal(p.status, 0, p.stderr)
  return p.stdout.trim()
}
const verify = (...words) => run(['verify', '--data', c.dir, ...words])

const { matter_id: m } = await drafter.act('/matters', { module: 'internal_request', title: '关于重演的呈批', form: { content: '请批准' } })
const { my_item } = await drafter.read(`/matters/${m}`)
await drafter.act(`/items/${my_item.id}/complete`, { opinion: '请审核' })
const { matter_id: draft } = await drafter.act('/matters', { module: 'internal_request', title: '还没有提交的呈批', is_draft: true, form: {} })
const instance = sql(`SELECT instance_id FROM matter WHERE id = ${m}`)
const open = sql(`SELECT id FROM item WHERE matter_id = ${m} AND state = 'ready'`)
const last = sql(`SELECT max(seq) FROM trace WHERE stream = ${m} AND body LIKE '{"flow"%'`)

test('I10 every matter of the city is played back and is what its record makes', () => {
  const r = verify()
  assert.equal(r.code, 0, r.out)
  const said = /流程重演 \(flows played back\): 事项 \(matters\) (\d+) \/ (\d+), 指令 \(commands\) (\d+), 每秒 \(a second\) \d+ 件/.exec(r.out)
  assert.ok(said, r.out)
  assert.equal(said[1], said[2])
  assert.equal(said[2], sql('SELECT count(*) FROM matter'))
  assert.ok(Number(said[3]) > Number(said[1]), 'more commands than matters')
})

test('I10 --quick plays a sample and says so', () => {
  const r = verify('--quick')
  assert.equal(r.code, 0, r.out)
  const said = /flows played back\): 事项 \(matters\) (\d+) \/ (\d+)/.exec(r.out)
  assert.ok(Number(said[1]) > 0 && Number(said[1]) * 10 < Number(said[2]), r.out)
  assert.match(r.out, /快速核验/)
})

/* What somebody with the database in hand may change: before, the change and the way back. */
const CHANGES = [
  ['the bytes, though the values are the same', `UPDATE flow_instance SET body = replace(body, '"vars":', '"vars": ') WHERE id = ${instance}`,
    `UPDATE flow_instance SET body = replace(body, '"vars": ', '"vars":') WHERE id = ${instance}`, /首处差异：body/],
  ['the status in the body', `UPDATE flow_instance SET body = replace(body, '"status":1', '"status":2') WHERE id = ${instance}`,
    `UPDATE flow_instance SET body = replace(body, '"status":2', '"status":1') WHERE id = ${instance}`, /首处差异：status/],
  ['the state of the instance', `UPDATE flow_instance SET state = 'done' WHERE id = ${instance}`,
    `UPDATE flow_instance SET state = 'running' WHERE id = ${instance}`, /状态与留痕不符/],
  ['the state of the matter', `UPDATE matter SET state = 'done' WHERE id = ${m}`,
    `UPDATE matter SET state = 'running' WHERE id = ${m}`, /状态与留痕不符/],
  ['the version of the flow', `UPDATE flow_instance SET definition_id = definition_id + 1 WHERE id = ${instance}`,
    `UPDATE flow_instance SET definition_id = definition_id - 1 WHERE id = ${instance}`, /流程版本与留痕不符/],
  ['open work taken away', `UPDATE item SET state = 'void' WHERE id = ${open}`,
    `UPDATE item SET state = 'ready' WHERE id = ${open}`, /应为待办，却没有/],
  ['done work put back', `UPDATE item SET state = 'ready' WHERE id = ${my_item.id}`,
    `UPDATE item SET state = 'done' WHERE id = ${my_item.id}`, /不应为待办/],
  ['whose work it is', `UPDATE item SET for_post = 42 WHERE id = ${open}`,
    `UPDATE item SET for_post = NULL WHERE id = ${open}`, /办理人与留痕不符/],
  ['the step of open work', `UPDATE item SET attempt = attempt + 1 WHERE id = ${open}`,
    `UPDATE item SET attempt = attempt - 1 WHERE id = ${open}`, /环节与留痕不符/],
]
for (const [name, change, back, said] of CHANGES)
  test(`I10 verify names the matter, the entry and what differs: ${name}`, () => {
    sql(change)
    const r = verify()
    sql(back)
    assert.equal(r.code, 1, r.out)
    const line = r.out.split('\n').find(l => l.startsWith(`[replay] matter ${m} seq ${last} (item.complete): `))
    assert.ok(line, r.out)
    assert.match(line, said)
    assert.equal(verify().code, 0)
  })

/* What rows say in words: the record holds its digest. */
const opinion = sql(`SELECT id FROM opinion WHERE matter_id = ${m}`)
const revision = sql('SELECT d.matter_id, r.document_id, r.revision FROM revision r JOIN document d ON d.id = r.document_id ORDER BY d.matter_id, r.revision LIMIT 1').split('|')
const WORDS = [
  ['the words of an opinion', 'opinion', m, `UPDATE opinion SET text = '不必审核' WHERE id = ${opinion}`, `UPDATE opinion SET text = '请审核' WHERE id = ${opinion}`],
  ['who gave it', 'opinion', m, `UPDATE opinion SET who = '某' || who WHERE id = ${opinion}`, `UPDATE opinion SET who = substr(who, 2) WHERE id = ${opinion}`],
  ['an opinion taken away', 'opinion', m, `UPDATE opinion SET matter_id = ${draft} WHERE id = ${opinion}`, `UPDATE opinion SET matter_id = ${m} WHERE id = ${opinion}`],
  ['an opinion put into another matter', 'opinion', draft, `UPDATE opinion SET matter_id = ${draft} WHERE id = ${opinion}`, `UPDATE opinion SET matter_id = ${m} WHERE id = ${opinion}`],
  ['what was filled in', 'form', m, `UPDATE matter_form SET body = replace(body, '请批准', '请驳回') WHERE matter_id = ${m}`, `UPDATE matter_form SET body = replace(body, '请驳回', '请批准') WHERE matter_id = ${m}`],
  ['the text of a document', 'revision', revision[0], `UPDATE revision SET elements = replace(elements, '"title":"', '"title":"某') WHERE document_id = ${revision[1]} AND revision = ${revision[2]}`,
    `UPDATE revision SET elements = replace(elements, '"title":"某', '"title":"') WHERE document_id = ${revision[1]} AND revision = ${revision[2]}`],
]
for (const [name, kind, matter, change, back] of WORDS)
  test(`verify names the matter whose rows are not what the record holds: ${name}`, () => {
    sql(change)
    const r = verify()
    sql(back)
    assert.equal(r.code, 1, r.out)
    assert.match(r.out, new RegExp(`^\\[${kind}\\] matter ${matter}: .*与留痕不符`, 'm'))
    assert.equal(verify().code, 0)
  })
test('verify names a document whose text is not that of its newest revision', () => {
  sql(`UPDATE document SET elements = replace(elements, '"title":"', '"title":"某') WHERE id = ${revision[1]}`)
  const r = verify()
  sql(`UPDATE document SET elements = replace(elements, '"title":"某', '"title":"') WHERE id = ${revision[1]}`)
  assert.equal(r.code, 1, r.out)
  assert.match(r.out, new RegExp(`^\\[document\\] matter ${revision[0]}: `, 'm'))
})

test('I10 a body put into a draft that has no record of it is told', () => {
  const was = sql(`SELECT body FROM flow_instance WHERE matter_id = ${draft}`)
  sql(`UPDATE flow_instance SET body = (SELECT body FROM flow_instance WHERE id = ${instance}) WHERE matter_id = ${draft}`)
  const r = verify()
  sql(`UPDATE flow_instance SET body = '${was}' WHERE matter_id = ${draft}`)
  assert.equal(r.code, 1)
  assert.match(r.out, new RegExp(`\\[replay\\] matter ${draft}: 流程状态与留痕重演的结果不符`))
})

// As a purge leaves it, the words replaced by their digest: the chain holds, the flow cannot be played
// on from there. That is no fault of the record; that no act of two persons stands behind it is.
test('D9 I10 purged words stop the replay, and are told when no purge is on record', () => {
  const seq = sql(`SELECT min(seq) FROM trace WHERE stream = ${m} AND body LIKE '{"flow"%'`)
  const [op, body] = sql(`SELECT op, body FROM trace WHERE stream = ${m} AND seq = ${seq}`).split(/\|(.*)/s)
  const digest = spawnSync('openssl', ['dgst', '-sm3', '-r'], { input: body }).stdout.toString().slice(0, 64)
  assert.match(digest, /^[0-9a-f]{64}$/)
  sql(`UPDATE trace SET body = '', purged = '${digest}' WHERE stream = ${m} AND seq = ${seq}`)
  const r = verify()
  sql(`UPDATE trace SET body = '${body.replace(/'/g, "''")}', purged = NULL WHERE stream = ${m} AND seq = ${seq}`)
  assert.equal(r.code, 1, r.out)
  assert.match(r.out, /不能重演 \(purged, not to be played back\): 1$/m)
  const about = r.out.split('\n').filter(l => l.startsWith('[') && l.includes(m))
  assert.equal(about.length, 1, r.out)
  assert.match(about[0], new RegExp(`^\\[trace\\].*\\b${seq}\\b.*内容已清除，却没有误传处置的留痕`))
  assert.ok(op)
  const again = verify()
  assert.equal(again.code, 0, again.out)
  assert.doesNotMatch(again.out, /不能重演/)
})
