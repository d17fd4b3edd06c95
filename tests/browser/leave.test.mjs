// K5: before it is handed in, the form of an annual leave shows what is left of the year's days, as personnel
// entered them; nobody else's are offered. On the computer and on the phone.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from '../api/tongban.mjs'
import { done, fits, isAccessible, open, signIn } from './browser.mjs'

const c = await city()
const admin = await c.signIn('unit_admin'), personnel = await c.signIn('personnel')
const unit = (await personnel.read('/me')).posts[0].unit.id
if (!(await admin.rows('/modules')).find(m => m.key === 'leave').is_on) await admin.act('/modules/leave/switch', { unit_id: unit, is_on: true })
const year = new Date(c.now() + 8 * 3600e3).toISOString().slice(0, 4)
for (const account of ['drafter', 'legal']) {
  const me = await (await c.signIn(account)).read('/me')
  await personnel.act('/things/leave.entitlement', { form: { who_year: `${me.person.name} ${year}`, who: me.posts[0].id, year, days: account === 'drafter' ? '7' : '9' } })
}

for (const phone of [false, true]) test(`K5 what is left stands on the form, ${phone ? 'phone' : 'computer'}`, async () => {
  const page = await open(c, { phone })
  await signIn(page, 'drafter')
  await page.goto('/modules/leave/start')
  await page.getByRole('combobox', { name: '假别' }).selectOption('annual')
  const quota = page.getByRole('combobox', { name: '本年额度' })
  await quota.waitFor()
  await page.locator('.field', { hasText: '本年剩余天数' }).getByText('7', { exact: true }).waitFor()
  const offered = await quota.locator('option').allTextContents()
  assert.equal(offered.length, 2, 'the own one alone: ' + offered.join(' | '))
  await isAccessible(page, 'annual leave')
  await fits(page, 'annual leave')
  await done(page)
})
