// An attachment over a bad line: what was sent stays, the page goes on where the program stands, after
// a lost connection and after the page was closed; what arrives is the file. (item attachments, tus 1.0)
import test from 'node:test'
import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { randomBytes } from 'node:crypto'
import { city } from '../api/tongban.mjs'
import { done, open, signIn } from './browser.mjs'

const c = await city()
const drafter = await c.signIn('drafter')
const { matter_id } = await drafter.act('/matters', { module: 'internal_request', title: '关于水毁工程照片的呈批', form: { content: '请审阅' } })
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tongban-upload-'))
test.after(() => fs.rmSync(folder, { recursive: true, force: true }))
const MB = 1024 * 1024
const file = (name, size) => { const at = path.join(folder, name), bytes = Buffer.concat([Buffer.from('%PDF-1.4\n'), randomBytes(size - 9)]); fs.writeFileSync(at, bytes); return { at, bytes } }
const pieces = page => { const sent = []; page.on('request', r => { if (r.method() === 'PATCH') sent.push(Number(r.headers()['upload-offset'])) }); return sent }
async function files(page) {
  await page.goto('/matters/' + matter_id)
  await page.getByRole('tab', { name: /^附件/ }).click()
}
const arrived = async (name, bytes) => {
  const a = (await drafter.read('/matters/' + matter_id)).attachments.find(x => x.name === name)
  assert.ok(a, name + ' is attached')
  assert.ok((await drafter.get(`/attachments/${a.id}/content`, { raw: true })).body.equals(bytes), 'and is the file')
}

test('the connection is lost in the middle: the upload goes on by itself', async () => {
  const { at, bytes } = file('水毁图一.pdf', 5 * MB)
  const page = await open(c)
  await signIn(page, 'drafter')
  await files(page)
  const sent = pieces(page)
  let cut = 0
  await page.route('**/uploads/*', route => (route.request().method() === 'PATCH' && sent.length > 1 && cut++ < 1 ? route.abort('connectionreset') : route.continue()))
  await page.locator('input[type=file]').setInputFiles(at)
  await page.getByRole('link', { name: '水毁图一.pdf' }).waitFor()
  assert.deepEqual([...new Set(sent)], [0, 2 * MB, 4 * MB], 'nothing that had arrived is sent again')
  assert.ok(sent.length > 3, 'one piece was tried twice')
  await arrived('水毁图一.pdf', bytes)
  await done(page)
})

test('the page is closed in the middle: choosing the same file again goes on where it stood', async () => {
  const { at, bytes } = file('水毁图二.pdf', 5 * MB)
  const page = await open(c)
  await signIn(page, 'drafter')
  await files(page)
  const before = pieces(page)
  await page.route('**/uploads/*', route => (route.request().method() === 'PATCH' && before.length > 1 ? route.abort('connectionreset') : route.continue()))
  const failed = page.waitForEvent('requestfailed', r => r.method() === 'PATCH')
  await page.locator('input[type=file]').setInputFiles(at)
  await failed
  await page.unroute('**/uploads/*')
  await files(page) // loaded anew: nothing of the script is left
  const sent = pieces(page)
  await page.locator('input[type=file]').setInputFiles(at)
  await page.getByRole('link', { name: '水毁图二.pdf' }).waitFor()
  assert.equal(sent[0], 2 * MB)
  await arrived('水毁图二.pdf', bytes)
  await done(page)
})
