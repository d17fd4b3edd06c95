// O2 M8 S32 C3 C5: the authority is founded, a seal registered, its key made, its certificate issued; it goes on an
// approved file by its custodian alone, and everybody can verify it; suspended, revoked, of another unit, handed
// over; the wrong passphrase locks. What openssl says of it all is asked once.
import test from 'node:test'
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { city, demoPassword, run, until } from './tongban.mjs'
import { office } from './modules_plays.mjs'
import { upload } from './module_kit.mjs'
import { holdersOf } from './holders.mjs'
import { caPassphrase, check, found, ofd, openssl, sealOf, sealPassphrase, unzip, zip } from './seal_kit.mjs'

const c = await city()
const o = await office(c)
const { people } = o
const password = demoPassword
const [security, secrecy, stranger] = await Promise.all(['security_admin', 'secrecy_officer', 'town_clerk'].map(a => c.signIn(a)))
const custodian = people.seal_custodian, registrar = people.office_head
const today = n => new Date(c.now() + 8 * 3600e3 + n * 86400e3).toISOString().slice(0, 10)
const place = [{ page: 2, x: 1500, y: 2000 }]
const post = (await custodian.read('/me')).posts.find(p => p.unit.id === o.unit).id
const folder = fs.mkdtempSync(path.join(c.dir, 'openssl-'))
const file = (name, bytes) => { const at = path.join(folder, name); fs.writeFileSync(at, bytes); return at }
let seal
/** So much later; who was signed in signs in again, since half an hour has passed. */
async function later(ms) {
  await c.later(ms)
  for (const [account, client] of [['security_admin', security], ...['seal_custodian', 'office_head', 'drafter', 'section_head', 'city_admin'].map(a => [a, people[a]]), ['secrecy_officer', secrecy], ['town_clerk', stranger]])
    await client.signIn(account, password)
}

/** An approved request that waits for the custodian, with this file: { matter, attachment }. */
async function approved(bytes = ofd(), thing = seal.thing, use_for = 'letter') {
  const form = { seal: thing, use_for, document_title: '介绍信', copies: '1', is_blank: false, purpose: '联系工作' }
  const { matter_id } = await people.drafter.act('/matters', { module: 'seal_request', form, is_draft: true })
  const added = await people.drafter.act(`/matters/${matter_id}/attachments`, { upload_id: await upload(people.drafter, bytes, '介绍信.ofd'), kind: 'attachment' })
  await people.drafter.act(`/matters/${matter_id}/submit`, { form: { ...form, draft: [added.id] }, hand_on: true })
  return { matter: matter_id, attachment: added.id }
}
const agree = async matter => {
  for (const who of ['section_head', 'office_head']) {
    const item = (await people[who].rows('/items?box=todo')).find(r => r.matter === matter)
    await people[who].act(`/items/${item.id}/complete`, { outcome: '同意' })
  }
}
const ask = async (bytes, thing) => { const r = await approved(bytes, thing); await agree(r.matter); return r }
const stamp = (r, more = {}) => ({ matter_id: r.matter, attachment_id: r.attachment, places: place, passphrase: sealPassphrase, password, ...more })
const bytesOf = async id => (await custodian.request('GET', `/attachments/${id}/content`, { raw: true })).body

test('S21 S23 the authority is founded by the security administrator alone, once, with the own password', async () => {
  const words = { name: '常德市电子印章认证机构', url: 'http://127.0.0.1', passphrase: caPassphrase, password }
  assert.equal((await security.read('/authority')).is_founded, false)
  await people.city_admin.refused('/authority', words, 403)
  await secrecy.refused('/authority', words, 403, 'authority.not_security')
  await security.refused('/authority', { ...words, password: 'Falsch-2026' }, 400, 'password.wrong')
  await security.refused('/authority', { ...words, passphrase: 'kurz' }, 400, 'password.short_admin')
  await found(security, password)
  await security.refused('/authority', words, 409, 'authority.founded')
  const page = await people.drafter.read('/authority')
  assert.equal(page.is_founded, true)
  assert.equal(page.may_manage, false)
  assert.equal(page.authorities[0].kind, 'own')
})

test('a seal is registered by the office, keyed by its custodian, certified by the security administrator', async () => {
  const words = { unit_id: o.unit, kind: 'office', name: '常德市人民政府办公室', custodian_post: post, from_on: today(-1), until_on: today(700) }
  await stranger.refused('/seals', words, 404)
  await people.drafter.refused('/seals', words, 404)
  const wrongPost = (await people.drafter.read('/me')).posts[0].id
  assert.equal((await registrar.refused('/seals', { ...words, custodian_post: wrongPost }, 400, 'seal.custodian')).field, 'custodian_post')
  await registrar.refused('/seals', { ...words, until_on: today(3000) }, 400, 'seal.period')
  await registrar.refused('/seals', { ...words, kind: 'name' }, 400, 'seal.name_picture')
  await registrar.refused('/seals', { ...words, upload_id: await upload(registrar, Buffer.from('<svg onload="x()"/>'), 'a.svg') }, 400, 'seal.picture_svg')
  seal = await sealOf({ today }, { registrar, custodian, security, unit: o.unit, post, password })
  await registrar.refused('/seals', words, 409, 'seal.same')
  const one = await custodian.read('/seals/' + seal.id)
  assert.equal(one.state, 'active')
  assert.equal(one.width_mm, 42) // L10: an office is no government
  assert.deepEqual(one.events.map(e => e.op).reverse(), ['register', 'key', 'issue'])
  assert.deepEqual((await custodian.rows('/seals/mine')).map(r => r.id), [seal.id])
  assert.deepEqual((await stranger.rows('/seals/mine')), [])
  // the unit's register for its office, the city's for the security administrator; elsewhere an empty one
  for (const who of [registrar, security, custodian]) assert.deepEqual((await who.rows('/seals?limit=1')).map(r => r.id), [seal.id])
  assert.deepEqual(await stranger.rows('/seals'), [])
  assert.deepEqual(await security.rows('/seals?is_waiting=1'), [])
  for (const at of ['', '/uses', '/picture']) assert.equal((await stranger.get(`/seals/${seal.id}${at}`)).status, 404)
  assert.equal((await stranger.get('/seals/1')).status, 404)
  assert.equal((await stranger.get('/seals?unit_id=' + o.unit)).status, 404)
  const picture = await custodian.request('GET', `/seals/${seal.id}/picture`, { raw: true })
  assert.equal(picture.headers.get('content-type'), 'image/png')
  assert.equal(picture.body.subarray(1, 4).toString(), 'PNG')
  await security.refused(`/seals/${seal.id}/issue`, { passphrase: caPassphrase }, 409, 'seal.no_request')
})

test('M8 S32 the custodian alone puts it on an approved file; everybody verifies it', async () => {
  const r = await approved()
  await custodian.refused(`/seals/${seal.id}/stamp`, stamp(r), 404) // nobody has agreed: not the custodian's to see
  await agree(r.matter)
  assert.deepEqual((await custodian.read('/matters/' + r.matter)).sealing, { seal: seal.id, name: '常德市人民政府办公室', state: 'active' })
  for (const who of [registrar, people.drafter]) {
    const s = await who.post(`/seals/${seal.id}/stamp`, stamp(r))
    assert.ok([403, 404].includes(s.status), 'only the custodian: ' + s.status)
  }
  await stranger.refused(`/seals/${seal.id}/stamp`, stamp(r), 404)
  await custodian.refused(`/seals/${seal.id}/stamp`, stamp(r, { password: 'Falsch-2026' }), 400, 'password.wrong')
  assert.equal((await custodian.refused(`/seals/${seal.id}/stamp`, stamp(r, { passphrase: 'Falsch-2026' }), 400, 'seal.passphrase')).field, 'passphrase')
  await custodian.refused(`/seals/${seal.id}/stamp`, stamp(r, { places: [{ page: 3, x: 1000, y: 1000 }] }), 400, 'seal.place')
  await custodian.refused(`/seals/${seal.id}/stamp`, stamp(r, { places: [{ page: 1, x: 100, y: 1000 }] }), 400, 'seal.place')
  await custodian.refused(`/seals/${seal.id}/stamp`, stamp(r, { places: [] }), 400, 'seal.no_place')
  const done = await custodian.act(`/seals/${seal.id}/stamp`, stamp(r))
  assert.equal(done.name, '介绍信（已用印）.ofd')
  await custodian.refused(`/seals/${seal.id}/stamp`, stamp(r), 409, 'seal.used')
  // a second one across the edges, on the sealed file
  const seam = await custodian.act(`/seals/${seal.id}/stamp`, stamp(r, { attachment_id: done.attachment_id, places: [], is_seam: true }))
  const bytes = await bytesOf(seam.attachment_id)
  const report = await check(people.drafter, bytes)
  assert.equal(report.verdict, 'valid', JSON.stringify(report, null, 1))
  assert.equal(report.seals.length, 2)
  assert.deepEqual(report.seals[0].pages, [2])
  assert.deepEqual(report.seals[1].pages, [1, 2])
  assert.deepEqual(report.seals[0].steps.map(s => s.result), Array(10).fill('passed'))
  assert.equal(report.seals[0].name, '常德市人民政府办公室')
  // where it lies, without uploading it; not by who cannot see it
  assert.equal((await people.drafter.act(`/attachments/${seam.attachment_id}/seal-check`, {}, { key: null })).report.verdict, 'valid')
  await stranger.refused(`/attachments/${seam.attachment_id}/seal-check`, {}, 404, 'not_found', { key: null })
  // on record: document, digest, seal, person, time (C5)
  const uses = await registrar.rows(`/seals/${seal.id}/uses`)
  assert.equal(uses.length, 2)
  assert.equal(uses[0].digest, seam.digest)
  assert.equal(uses[0].before, done.digest)
  assert.equal(uses[0].pages, '1-2')
  assert.equal(uses[1].document, '介绍信.ofd')
  assert.equal(uses[1].matter, r.matter)
  const acts = (await people.drafter.rows(`/matters/${r.matter}/trace`)).map(t => t.op)
  assert.equal(acts.filter(op => op === 'seal.stamp').length, 2)
  const clean = JSON.stringify(uses)
  for (const secret of [sealPassphrase, password, caPassphrase]) assert.ok(!clean.includes(secret) && !c.log.includes(secret), 'S39')
})

test('what openssl says: chain, list, answer, and both signatures of a seal', async () => {
  const guest = c.guest()
  const ca = file('ca.pem', (await guest.request('GET', '/authority/certificate', { raw: true })).body)
  const crl = file('crl.der', (await guest.request('GET', '/authority/crl', { raw: true })).body)
  const id = ['distid:1234567812345678']
  assert.match(openssl(['crl', '-inform', 'DER', '-in', crl, '-noout', '-text']), /CRL Number/)
  const r = await ask()
  const { attachment_id } = await custodian.act(`/seals/${seal.id}/stamp`, stamp(r))
  const parts = new Map(unzip(await bytesOf(attachment_id)))
  const [valuePath] = [...parts.keys()].filter(n => n.endsWith('SignedValue.dat'))
  const value = parts.get(valuePath)
  // SES_Signature { TBS_Sign, cert, OID, signature }: openssl takes it apart
  const at = file('value.der', value)
  const rows = openssl(['asn1parse', '-inform', 'DER', '-in', at]).split('\n').map(l => /^\s*(\d+):d=(\d+)\s+hl=(\d+)\s+l=\s*(\d+)\s+\w+:\s+([A-Z ]+)/.exec(l)).filter(Boolean).map(m => ({ at: +m[1], depth: +m[2], head: +m[3], size: +m[4], tag: m[5].trim() }))
  const top = rows.filter(x => x.depth === 1)
  assert.deepEqual(top.map(x => x.tag), ['SEQUENCE', 'OCTET STRING', 'OBJECT', 'BIT STRING'])
  const whole = x => value.subarray(x.at, x.at + x.head + x.size), inside = x => value.subarray(x.at + x.head, x.at + x.head + x.size)
  const cert = file('cert.der', inside(top[1]))
  const pem = file('cert.pem', openssl(['x509', '-inform', 'DER', '-in', cert]))
  assert.match(openssl(['verify', '-vfyopt', id[0], '-CAfile', ca, pem]), /: OK/)
  const pub = file('pub.pem', openssl(['x509', '-in', pem, '-noout', '-pubkey']))
  assert.match(openssl(['dgst', '-sm3', '-verify', pub, '-sigopt', id[0], '-signature', file('sig', inside(top[3]).subarray(1)), file('tbs', whole(top[0]))]), /Verified OK/)
  // SESeal { SES_SealInfo, cert, OID, signature } inside TBS_Sign
  const second = rows.filter(x => x.depth === 2 && x.at < top[1].at), sealRow = second[1]
  const sealParts = rows.filter(x => x.depth === 3 && x.at > sealRow.at && x.at < sealRow.at + sealRow.head + sealRow.size)
  const maker = file('maker.pem', openssl(['x509', '-inform', 'DER', '-in', file('maker.der', inside(sealParts[1]))]))
  assert.match(openssl(['verify', '-vfyopt', id[0], '-CAfile', ca, maker]), /: OK/)
  const makerPub = file('maker.pub', openssl(['x509', '-in', maker, '-noout', '-pubkey']))
  assert.match(openssl(['dgst', '-sm3', '-verify', makerPub, '-sigopt', id[0], '-signature', file('msig', inside(sealParts[3]).subarray(1)), file('info', whole(sealParts[0]))]), /Verified OK/)
  // dataHash is SM3 of Signature.xml
  const xml = file('Signature.xml', parts.get(valuePath.replace('SignedValue.dat', 'Signature.xml')))
  const digest = /= ([0-9a-f]{64})/.exec(openssl(['dgst', '-sm3', xml]))[1]
  assert.equal(inside(second[3]).subarray(1).toString('hex'), digest)
  // the answer about this certificate, as the openssl command asks for it
  const req = path.join(folder, 'req.der')
  openssl(['ocsp', '-issuer', ca, '-cert', pem, '-reqout', req])
  const answer = await guest.request('GET', '/authority/ocsp/' + encodeURIComponent(fs.readFileSync(req).toString('base64')), { raw: true })
  assert.equal(answer.headers.get('content-type'), 'application/ocsp-response')
  assert.match(openssl(['ocsp', '-respin', file('answer.der', answer.body), '-resp_text', '-noverify']), /Cert Status: good/)
  const nonsense = await guest.request('GET', '/authority/ocsp/AAAA', { raw: true })
  assert.equal(nonsense.body.toString('hex'), '30030a0101') // malformedRequest
})

test('C3 one flipped byte of any part is named; the command line says the same', async () => {
  const r = await ask(ofd(2))
  const { attachment_id } = await custodian.act(`/seals/${seal.id}/stamp`, stamp(r))
  const bytes = await bytesOf(attachment_id), parts = unzip(bytes)
  for (let i = 0; i < parts.length; i++) {
    if (parts[i][0].endsWith('Signatures.xml')) continue
    const changed = parts.map(([name, body], k) => { const b = Buffer.from(body); if (k === i) b[b.length >> 1] ^= 1; return [name, b] })
    const report = await check(people.drafter, zip(changed))
    assert.ok(['altered', 'invalid', 'unreadable'].includes(report.verdict), parts[i][0] + ': ' + report.verdict)
    const says = JSON.stringify(report)
    assert.ok(says.includes(parts[i][0]) || /"result":"failed"/.test(says) || report.verdict === 'unreadable', parts[i][0])
  }
  const good = file('good.ofd', bytes)
  const said = run(['seal', 'verify', good, '--data', c.dir])
  assert.equal(said.code, 0, said.out + said.err)
  assert.equal(JSON.parse(said.out).seals[0].steps.length, 10)
  const ca = file('ca2.pem', (await c.guest().request('GET', '/authority/certificate', { raw: true })).body)
  assert.equal(JSON.parse(run(['seal', 'verify', good, '--trust', ca]).out).verdict, 'warned') // no list
  const foreign = run(['seal', 'verify', good])
  assert.equal(foreign.code, 1)
  assert.equal(JSON.parse(foreign.out).verdict, 'foreign')
  const page = parts.findIndex(([name]) => name.endsWith('Page_1/Content.xml'))
  const bad = run(['seal', 'verify', file('bad.ofd', zip(parts.map(([n, b], k) => [n, k === page ? Buffer.concat([b, Buffer.from(' ')]) : b]))), '--data', c.dir])
  assert.equal(bad.code, 1)
  const report = JSON.parse(bad.out)
  assert.equal(report.verdict, 'altered')
  assert.deepEqual(report.seals[0].parts, [{ path: '/Doc_0/Pages/Page_1/Content.xml', state: 'changed' }])
  assert.equal(run(['seal', 'verify', path.join(folder, 'none')]).code, 2)
  assert.equal((await check(people.drafter, ofd())).verdict, 'unsealed')
  assert.equal((await check(people.drafter, Buffer.from('no zip'))).verdict, 'unreadable')
})

test('M8 only what was approved, only with the seal that was approved', async () => {
  const r = await ask()
  // a file that came after the approval
  const late = await people.office_head.post(`/matters/${r.matter}/attachments`, { upload_id: await upload(people.office_head, ofd(1), '别的.ofd') })
  assert.equal(late.status, 201, JSON.stringify(late.body))
  assert.equal((await custodian.refused(`/seals/${seal.id}/stamp`, stamp(r, { attachment_id: late.body.id, places: [{ page: 1, x: 1000, y: 1000 }] }), 409, 'seal.file_not_approved')).field, 'attachment_id')
  // another seal than the request names
  const other = (await custodian.act('/things/seal_request.seal', { form: { seal_name: '合同专用章', kind: 'contract' } })).thing_id
  const two = await approved(ofd(), other, 'contract')
  assert.equal((await holdersOf(c).play(two.matter, { until: 'stamp' })).state, 'running')
  await custodian.refused(`/seals/${seal.id}/stamp`, stamp(two), 409, 'seal.not_approved')
  // no OFD
  const form = { seal: seal.thing, use_for: 'letter', document_title: '介绍信', copies: '1', is_blank: false, purpose: '联系工作' }
  const { matter_id } = await people.drafter.act('/matters', { module: 'seal_request', form, is_draft: true })
  const text = await people.drafter.act(`/matters/${matter_id}/attachments`, { upload_id: await upload(people.drafter, Buffer.from('介绍信'), '介绍信.txt') })
  await people.drafter.act(`/matters/${matter_id}/submit`, { form: { ...form, draft: [text.id] }, hand_on: true })
  await agree(matter_id)
  await custodian.refused(`/seals/${seal.id}/stamp`, stamp({ matter: matter_id, attachment: text.id }), 400, 'seal.file_type')
})

test('C5 five wrong passphrases lock it, by rule and for half an hour', async () => {
  const r = await ask()
  for (let i = 0; i < 5; i++) await custodian.refused(`/seals/${seal.id}/stamp`, stamp(r, { passphrase: 'Falsch-' + i }), 400, 'seal.passphrase')
  await custodian.refused(`/seals/${seal.id}/stamp`, stamp(r), 503, 'seal.locked')
  assert.equal((await custodian.read('/seals/' + seal.id)).is_locked, true)
  await later(31 * 60_000)
  await custodian.act(`/seals/${seal.id}/stamp`, stamp(r))
  for (let i = 0; i < 5; i++) await security.refused(`/authority/list`, { passphrase: 'Falsch-Falsch-' + i }, 400, 'authority.passphrase')
  await security.refused('/authority/list', { passphrase: caPassphrase }, 503, 'authority.locked')
  await later(31 * 60_000)
  await security.act('/authority/list', { passphrase: caPassphrase })
})

test('D9 the name of a purged file leaves the record of uses; its digests stay', async () => {
  const r = await ask(ofd(2, '误传的介绍信'))
  const { digest } = await custodian.act(`/seals/${seal.id}/stamp`, stamp(r))
  const { spill_id } = await secrecy.act('/spills', { matter_id: r.matter, rule: 'other', with_opinions: true })
  await security.act(`/spills/${spill_id}/confirm`)
  await until('the purge is done', async () => (await security.read('/spills/' + spill_id)).state === 'done')
  const use = (await custodian.rows(`/seals/${seal.id}/uses`)).find(u => u.digest === digest)
  assert.ok(use && !use.document.includes('介绍信'), use.document)
})

test('suspended, handed over, renewed, revoked: what it sealed before stays valid, or says why not', async () => {
  const r = await ask(), two = await ask()
  const before = await bytesOf((await custodian.act(`/seals/${seal.id}/stamp`, stamp(r))).attachment_id)
  await people.drafter.refused(`/seals/${seal.id}/suspend`, { reason: 'x' }, 404)
  await stranger.refused(`/seals/${seal.id}/suspend`, { reason: 'x' }, 404)
  await custodian.act(`/seals/${seal.id}/suspend`, { reason: '口令疑似泄露' })
  await custodian.refused(`/seals/${seal.id}/stamp`, stamp(two), 409, 'seal.not_active')
  await registrar.refused(`/seals/${seal.id}/resume`, { reason: 'x' }, 403)
  await security.act(`/seals/${seal.id}/resume`, { reason: '已核实' })
  assert.equal((await check(people.drafter, before)).verdict, 'valid')

  // a new key and certificate; the old one falls, replaced
  await custodian.act(`/seals/${seal.id}/key`, { passphrase: sealPassphrase + '!', password })
  assert.equal((await security.rows('/seals?is_waiting=1'))[0].id, seal.id)
  await security.act(`/seals/${seal.id}/issue`, { passphrase: caPassphrase })
  const old = await check(people.drafter, before)
  assert.equal(old.verdict, 'warned')
  assert.equal(old.seals[0].steps.find(s => s.step === 'signer').code, 'seal.check_revoked_later')
  await custodian.refused(`/seals/${seal.id}/stamp`, stamp(two), 400, 'seal.passphrase')
  const renewed = await bytesOf((await custodian.act(`/seals/${seal.id}/stamp`, stamp(two, { passphrase: sealPassphrase + '!' }))).attachment_id)
  assert.equal((await check(people.drafter, renewed)).verdict, 'valid')

  // handed over by a record: whoever had it cannot use it any more
  const heir = (await registrar.rows('/seals/custodians?unit_id=' + o.unit)).find(p => p.post_id !== post)
  if (heir) {
    await custodian.act(`/seals/${seal.id}/hand_over`, { to_post: heir.post_id, reason: '岗位调整' })
    await custodian.refused(`/seals/${seal.id}/stamp`, stamp(await ask(), { passphrase: sealPassphrase + '!' }), 403, 'seal.not_custodian')
  } else {
    await custodian.refused(`/seals/${seal.id}/hand_over`, { to_post: post, reason: 'x' }, 400, 'seal.custodian')
  }

  await registrar.refused(`/seals/${seal.id}/revoke`, { why: 'ceased', reason: 'x', passphrase: caPassphrase }, 403)
  await security.act(`/seals/${seal.id}/revoke`, { why: 'compromise', reason: '密钥泄露', passphrase: caPassphrase })
  const gone = await check(people.drafter, renewed)
  assert.equal(gone.verdict, 'revoked') // compromised: its word about the time is worth nothing
  await security.refused(`/seals/${seal.id}/issue`, { passphrase: caPassphrase }, 409, 'seal.state')
  const serials = (await security.rows('/authority/certificates')).filter(r => r.revoked_at)
  assert.deepEqual(serials.map(s => s.reason).sort(), [1, 4])
  await people.city_admin.get('/authority/certificates').then(r => assert.equal(r.status, 403))
})

test('another authority is recognised by its root certificate', async () => {
  openssl(['ecparam', '-name', 'SM2', '-genkey', '-noout', '-out', path.join(folder, 'far.key')])
  openssl(['req', '-x509', '-new', '-sm3', '-key', path.join(folder, 'far.key'), '-subj', '/C=CN/CN=Provincial CA', '-days', '3000', '-sigopt', 'distid:1234567812345678', '-out', path.join(folder, 'far.pem')])
  const certificate = fs.readFileSync(path.join(folder, 'far.pem'), 'utf8')
  await registrar.refused('/authority/trusted', { certificate }, 403)
  await security.refused('/authority/trusted', { certificate: 'x' }, 400, 'authority.certificate')
  await security.act('/authority/trusted', { certificate })
  await security.refused('/authority/trusted', { certificate }, 409, 'authority.same')
  assert.deepEqual((await security.read('/authority')).authorities.map(a => [a.kind, a.name]), [['own', '常德市电子印章认证机构'], ['trusted', 'Provincial CA']])
})

test('a key in a device asks for its certificate by the command line; the PIN is never an argument', () => {
  const tokens = path.join(folder, 'tokens'), conf = file('softhsm2.conf', `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`)
  fs.mkdirSync(tokens)
  const env = { ...process.env, SOFTHSM2_CONF: conf }
  const softhsm = args => { const p = spawnSync('softhsm2-util', args, { env, encoding: 'utf8' }); assert.equal(p.status, 0, p.stdout + p.stderr) }
  softhsm(['--init-token', '--free', '--label', 'tongban', '--pin', '1234', '--so-pin', '5678'])
  openssl(['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', path.join(folder, 'p256.pem')])
  softhsm(['--import', path.join(folder, 'p256.pem'), '--token', 'tongban', '--label', 'seal', '--id', '01', '--pin', '1234'])
  const args = ['seal', 'request', '--module', '/usr/lib/softhsm/libsofthsm2.so', '--token', 'tongban', '--key', 'seal', '--name', '监印人']
  const said = run(args, { env, input: '1234\n' })
  assert.equal(said.code, 0, said.err)
  const request = openssl(['req', '-in', file('device.csr', said.out), '-noout', '-verify', '-subject', '-nameopt', 'utf8'])
  assert.match(request, /verify OK/)
  assert.match(request, /CN=监印人/)
  const wrong = run(args, { env, input: '9999\n' })
  assert.equal(wrong.code, 1)
  assert.match(wrong.err, /PIN/)
  assert.equal(run(args.slice(0, 6), { env, input: '1234\n' }).code, 2)
})
