// S53: script in a title, a form, an opinion, a group and a file name is shown as the text it is, on every
// page where it appears, and never runs.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from '../api/tongban.mjs'
import { done, open, shot, signIn } from './browser.mjs'

const c = await city()
const EVIL = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>'

test('S53 what looks like script is text on every page', async () => {
  const drafter = await c.signIn('drafter')
  const unit = (await drafter.read('/me')).posts[0].unit.id
  const { matter_id } = await drafter.act('/matters', { module: 'internal_request', title: EVIL, form: { content: EVIL } })
  const clerk = await c.signIn('doc_clerk')
  await clerk.act('/groups', { name: EVIL.slice(0, 50), unit_ids: [unit] })
  await drafter.act('/me/phrases', { phrases: [EVIL] })
  const bytes = Buffer.from('文本。\n'.repeat(50))
  const tus = { 'Tus-Resumable': '1.0.0' }
  const made = await drafter.request('POST', '/uploads', { headers: { ...tus, 'Upload-Length': String(bytes.length), 'Upload-Metadata': 'filename ' + Buffer.from('a.txt').toString('base64') } })
  const at = made.headers.get('location').replace('/api/v1', '')
  await drafter.request('PATCH', at, { body: bytes, headers: { ...tus, 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' } })
  await drafter.act(`/matters/${matter_id}/attachments`, { upload_id: at.split('/').pop(), name: '<img src=x onerror=pwned=1>.txt', kind: 'attachment' }).catch(() => {}) // a refused name is as good

  const page = await open(c)
  page.on('dialog', () => page.faults.push('a dialog of the script'))
  await signIn(page, 'drafter')
  await page.goto('/desk/initiated')
  await page.getByRole('link', { name: '<img src=x' }).first().waitFor()
  await page.getByRole('link', { name: '<img src=x' }).first().click()
  await page.getByRole('heading', { level: 1, name: '<script>' }).waitFor()
  for (const tab of ['附件', '流程图', '流转记录']) await page.getByRole('tab', { name: tab }).click()
  await shot(page, 'script')
  for (const path of ['/search?q=' + encodeURIComponent(EVIL), '/me/phrases', '/groups', '/desk/done']) {
    await page.goto(path)
    await page.getByRole('heading', { level: 1 }).first().waitFor()
  }
  assert.equal(await page.evaluate(() => window.pwned), undefined)
  assert.equal(await page.locator('img[src="x"]').count(), 0)
  await done(page)

  const other = await open(c)
  await signIn(other, 'doc_clerk')
  await other.goto('/groups')
  await other.getByText('<img src=x onerror').first().waitFor()
  assert.equal(await other.evaluate(() => window.pwned), undefined)
  await done(other)
})
