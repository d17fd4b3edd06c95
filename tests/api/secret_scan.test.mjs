// A scan whose head shows a classification or a listed number is refused before it has a place; an
// ordinary scan is taken. (OFFICE D9; B22)
import test from 'node:test'
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { city } from './tongban.mjs'
import { attach, picture, scannedPdf, textPdf } from './scans.mjs'

const c = await city()
const drafter = await c.signIn('drafter'), admin = await c.signIn('city_admin')
const { matter_id } = await drafter.act('/matters', { module: 'internal_request', title: '关于扫描件的呈批', form: { content: '请批准' } })
const contents = () => fs.readdirSync(path.join(c.dir, 'blob'), { recursive: true, withFileTypes: true }).filter(f => f.isFile() && f.name.length > 20).length

test('D9 pictures and PDF files without text are read; what is marked is kept nowhere', async () => {
  assert.deepEqual((await admin.read('/secret-marks')).reads, { pdf: true, scans: true })
  const before = contents()
  const marked = [['picture.png', picture({ mark: '机密★10年' })], ['scan.pdf', scannedPdf({ mark: '秘密★' })], ['central.pdf', scannedPdf({ number: '中办发〔2026〕9号' })], ['central.png', picture({ number: '湘办发〔2026〕7号' })], ['text.pdf', textPdf({ mark: '绝密★30年' })]]
  for (const [name, bytes] of marked) {
    const r = await attach(drafter, matter_id, bytes, name)
    assert.deepEqual([r.status, r.body.code], [400, 'secret.refused'], name + JSON.stringify(r.body))
  }
  assert.equal(contents(), before)
  assert.deepEqual(fs.readdirSync(path.join(c.dir, 'scratch')), [], 'nothing of it is left in the scratch folder')
})

test('D9 ordinary scans are taken', async () => {
  for (const [name, bytes] of [['a.png', picture({})], ['b.pdf', scannedPdf({ title: '关于加强机密文件管理的通知' })], ['c.pdf', textPdf({})]]) {
    const r = await attach(drafter, matter_id, bytes, name)
    assert.equal(r.status, 201, name + JSON.stringify(r.body))
  }
})

test('D9 a broken picture and a page of noise are taken too, and said in the log', async () => {
  const whole = picture({})
  const r = await attach(drafter, matter_id, whole.subarray(0, 20000), 'torn.png')
  assert.equal(r.status, 201, JSON.stringify(r.body))
  assert.match(c.log, /could not be looked at for secret marks/)
})
