// A command that was running at two crashes is refused, with an incident for the operator
// (DESIGN §10). The program dies of its own fault (crash.c) inside a command, in what is prepared
// before one, and in a read; and it is killed from outside.
import test from 'node:test'
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { city, demoPassword, newKey, query, run, until } from '../api/tongban.mjs'
import { Load } from './load.mjs'
import { shim, startWith } from './shim.mjs'

const POISON = '毒丸'
const c = await city()
c.errorsExpected = true
const admin = await c.signIn('city_admin')
const clerk = await c.signIn('doc_clerk')
const other = await c.signIn('office_head')
const unit = (await clerk.read('/me')).posts[0].unit.id

/** A program is gone by itself; the other node, if there is one, ends as its operator would end it. */
async function died() {
  await Promise.race(c.nodes.map(n => n.ended))
  for (const n of c.nodes) { await n.stop(); c.logs += n.log }
  c.nodes = []
}
const poisoned = how => startWith(c, { LD_PRELOAD: shim('crash'), CRASH_ON: POISON, CRASH_HOW: how })
/** Asks for what kills the program, which it does. */
async function kills(ask) {
  await assert.rejects(ask, /fetch failed/)
  await died()
}
const incidents = () => admin.rows('/system-incidents')
const create = (who, name, key = newKey()) => who.post('/groups', { name, unit_ids: [unit] }, { key })

test('running at two crashes: refused for everybody, acknowledged, released', async () => {
  const key = newKey(), name = '组 ' + POISON
  await c.stop()
  await poisoned('abort')
  await kills(() => create(clerk, name, key))
  await poisoned('abort')
  let [i] = await incidents()
  assert.deepEqual([i.what, i.state, i.crashes, i.signal, i.person_id], ['group.create', 'watched', 1, 'SIGABRT', (await clerk.read('/me')).person.id])
  assert.equal((await create(clerk, '无害')).status, 201, 'the same command with other input runs')

  // others at work at the second crash are not blamed: it was the thread's own fault
  const load = await Load.of(other)
  load.start(4)
  await until('others are at work', () => load.acknowledged.length > 20)
  await kills(() => create(clerk, name, key))
  await load.stop()
  await poisoned('abort')
  assert.equal((await incidents()).length, 1)
  ;[i] = await incidents()
  assert.deepEqual([i.state, i.crashes, i.handled_at, i.title], ['refused', 2, null, '新建单位群组'])
  assert.match(c.log, /error incident: .*refused from now on.* incident=\d+ what=group\.create/)

  for (const [who, k] of [[clerk, key], [clerk, newKey()], [other, newKey()]]) {
    const r = await create(who, name, k)
    assert.equal(r.status, 409, JSON.stringify(r.body))
    assert.equal(r.body.code, 'incident.refused')
    assert.match(r.body.detail, new RegExp(i.id))
  }
  await load.check()
  await clerk.refused(`/system-incidents/${i.id}/acknowledge`, {}, 403)
  await clerk.refused(`/system-incidents/${i.id}/release`, {}, 403)
  assert.equal((await clerk.get('/system-incidents')).status, 403)
  await admin.refused('/system-incidents/12345/release', {}, 404)
  await admin.act(`/system-incidents/${i.id}/acknowledge`, { note: '已联系开发单位' })
  assert.equal((await create(clerk, name)).status, 409, 'acknowledging does not release')
  await admin.act(`/system-incidents/${i.id}/release`, { note: '已更新程序' })
  await admin.refused(`/system-incidents/${i.id}/release`, {}, 409, 'incident.released')
  ;[i] = await incidents()
  assert.deepEqual([i.state, i.crashes, i.note, i.handled_by], ['released', 0, '已更新程序', (await admin.read('/me')).person.name])

  await c.stop()
  await c.start() // without the fault: as after an update
  const made = await create(clerk, name, key)
  assert.equal(made.status, 201, JSON.stringify(made.body))
  assert.equal((await create(clerk, name, key)).body.id, made.body.id)
  const ops = query(c, "SELECT op FROM trace WHERE op LIKE 'incident.%' ORDER BY stream, seq").flat()
  assert.deepEqual(ops.sort(), ['incident.acknowledge', 'incident.found', 'incident.found', 'incident.release'])
})

test('killed from outside: what was running is watched, and forgotten once it runs through', async () => {
  const key = newKey(), name = '外部 ' + POISON
  await c.stop()
  await poisoned('kill')
  await kills(() => create(clerk, name, key))
  await c.start()
  let watched = (await incidents()).find(x => x.state === 'watched')
  assert.deepEqual([watched.what, watched.signal, watched.crashes], ['group.create', null, 1])
  assert.equal((await create(clerk, name, key)).status, 201)
  assert.ok(!(await incidents()).some(x => x.id === watched.id))
})

test('what is prepared before a command is watched too: a sign-in that kills is refused, others sign in', async () => {
  const signIn = () => c.guest().post('/sign-in', { account: POISON, password: demoPassword }, { key: null })
  await c.stop()
  for (let i = 0; i < 2; i++) {
    await poisoned('segv')
    await kills(signIn)
  }
  await poisoned('segv')
  const r = await signIn()
  assert.deepEqual([r.status, r.body.code], [409, 'incident.refused'])
  await c.signIn('drafter')
  const [i] = await incidents()
  assert.deepEqual([i.what, i.signal, i.person_id], ['login.sign_in', 'SIGSEGV', null])
})

test('a read that kills is refused for its person, with its parameters', async () => {
  const look = (who, q) => who.get('/people?q=' + encodeURIComponent(q))
  await c.stop()
  for (let i = 0; i < 2; i++) {
    await poisoned('segv')
    await kills(() => look(clerk, POISON))
  }
  await poisoned('segv')
  const r = await look(clerk, POISON)
  assert.deepEqual([r.status, r.body.code], [409, 'incident.refused'])
  assert.equal((await look(clerk, '张')).status, 200)
  const [i] = await incidents()
  assert.deepEqual([i.what, i.title], ['person.search', '通讯录查找'])
})

test('a death outside any act blames nobody; what a power cut tore is passed over', async () => {
  const before = (await incidents()).length
  for (const n of c.nodes) n.child.kill('SIGSEGV')
  await died()
  fs.writeFileSync(`${c.dir}/running.1-1`, 'torn')
  fs.writeFileSync(`${c.dir}/running.1-2`, Buffer.alloc(512 * 65, 0xff))
  await c.start()
  assert.match(c.log, /died by a signal outside any act.* signal=SIGSEGV/)
  assert.equal((await incidents()).length, before)
  const files = () => fs.readdirSync(c.dir).filter(f => f.startsWith('running.'))
  assert.equal(files().length, c.nodes.length, 'one file for each program that runs')
  await c.stop()
  assert.deepEqual(files(), [])
  await c.start()
})

test('the operator sees and releases them without signing in', async () => {
  const refused = (await incidents()).find(x => x.state === 'refused')
  const listed = run(['incident', '--data', c.dir])
  assert.equal(listed.code, 0, listed.err)
  assert.match(listed.out, new RegExp(`${refused.id} .*person.search`))
  const released = run(['incident', '--data', c.dir, '--release', refused.id, '--note', '已更新'])
  assert.equal(released.code, 0, released.out + released.err)
  assert.equal((await incidents()).find(x => x.id === refused.id).state, 'released')
  assert.equal(run(['incident', '--data', c.dir, '--release', '77']).code, 1)
  await c.stop()
  const other = query(c, 'SELECT id FROM system_incident WHERE state = 1')[0][0]
  assert.equal(run(['incident', '--data', c.dir, '--acknowledge', other]).code, 0, 'also while nothing serves')
  await c.start()
  assert.ok((await incidents()).find(x => x.id === other).handled_at)
})
