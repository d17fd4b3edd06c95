// M6: the duty room makes a month's roster by turns, the office publishes it, everybody sees who is on duty and
// by which telephone; whoever cannot asks for a swap from there. On the computer and on the phone.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city, until } from '../api/tongban.mjs'
import { done, fits, isAccessible, open, shot, signIn } from './browser.mjs'

const c = await city()
const name = async account => (await (await c.signIn(account)).read('/me')).person.name
const names = Object.fromEntries(await Promise.all(['youshining', 'duty', 'drafter', 'legal', 'finance'].map(async a => [a, await name(a)])))
const reader = await c.signIn('drafter')
const shifts = q => reader.rows('/things/duty_roster.shift?q=' + q)
const today = new Date(c.now() + 8 * 3600e3).toISOString().slice(0, 10)
const next = n => { const d = new Date(today.slice(0, 7) + '-01T00:00:00Z'); d.setUTCMonth(d.getUTCMonth() + n); return d.toISOString().slice(0, 7) }

async function pick(dialog, label, who) {
  await dialog.getByRole('combobox', { name: label }).fill(who)
  await dialog.getByRole('option', { name: new RegExp(who) }).first().click()
}
const openTask = async (page, title) => {
  await page.goto('/desk/todo')
  await page.getByRole('link', { name: title }).first().click()
}

for (const phone of [false, true]) {
  const where = phone ? 'phone' : 'computer', month = next(phone ? 1 : 0)
  test(`M6 the roster from its making to a swap, ${where}`, async () => {
    const page = await open(c, { phone })
    await signIn(page, 'duty')
    await page.goto('/duty')
    await page.getByRole('heading', { name: '值班', exact: true }).waitFor()
    if (!phone) await page.getByText('今天没有排班').waitFor()
    await isAccessible(page, 'duty')
    await fits(page, 'duty')
    await page.getByRole('button', { name: '排班' }).click()
    let dialog = page.getByRole('dialog', { name: '排班' })
    await dialog.getByRole('button', { name: '生成草稿' }).click()
    await dialog.getByText('请至少选一人').first().waitFor()
    await isAccessible(page, 'making the roster')
    await dialog.getByLabel('月份').fill(month)
    await dialog.getByLabel('值班电话').fill('0736-7000110')
    await pick(dialog, '带班领导', names.youshining)
    await pick(dialog, '主班', names.duty)
    await pick(dialog, '副班', names.drafter)
    await dialog.getByRole('button', { name: '生成草稿' }).click()
    await page.getByRole('heading', { name: '值班安排' }).waitFor()
    await fits(page, 'the draft of a roster')
    await page.getByRole('button', { name: '提交', exact: true }).click()
    await page.getByText('值班表：' + month + '-01').first().waitFor()
    await done(page)

    const office = await open(c, { phone })
    await signIn(office, 'office_head')
    await openTask(office, '值班表：' + month + '-01')
    await office.getByText(names.duty).first().waitFor()
    if (phone) await office.locator('.act-bar button').first().click()
    await office.getByLabel('同意', { exact: true }).check()
    await office.getByRole('button', { name: '提交', exact: true }).last().click()
    await until('it is published', async () => (await shifts(month + '-28')).length === 1)
    await done(office)

    const mine = await open(c, { phone })
    await signIn(mine, 'drafter')
    await mine.goto('/duty?month=' + month)
    await mine.getByText(month + '-28').first().waitFor()
    if (!phone) {
      await mine.getByText('0736-7000110').first().waitFor()
      await mine.locator('.duty-phones').getByText(names.duty).waitFor()
      await mine.locator('.duty-now').getByText(names.youshining).waitFor()
    }
    assert.equal(await mine.getByRole('button', { name: '排班' }).count(), 0, 'only the duty room makes it')
    await isAccessible(mine, 'duty with its roster')
    await fits(mine, 'duty with its roster')
    await shot(mine, 'duty-' + where)
    const on = phone ? month + '-28' : today // a shift that is over is not swapped
    await mine.getByRole('button', { name: `换班 ${on}` }).click()
    await mine.getByRole('heading', { name: '换班申请' }).waitFor()
    await pick(mine, '接班人', names.legal)
    await mine.getByLabel('事由').fill('外出培训')
    await mine.getByRole('button', { name: '提交', exact: true }).click()
    await mine.getByText('接班人确认').first().waitFor()
    await done(mine)

    const other = await open(c, { phone })
    await signIn(other, 'legal')
    await openTask(other, '换班：' + on)
    if (phone) await other.locator('.act-bar button').first().click()
    await other.getByLabel('接受', { exact: true }).check()
    await other.getByRole('button', { name: '提交', exact: true }).last().click()
    await other.getByText('办公室审批').first().waitFor()
    await done(other)

    const head = await open(c, { phone })
    await signIn(head, 'office_head')
    await openTask(head, '换班：' + on)
    if (phone) await head.locator('.act-bar button').first().click()
    await head.getByLabel('同意', { exact: true }).check()
    await head.getByRole('button', { name: '提交', exact: true }).last().click()
    await until('it is swapped', async () => (await shifts(on))[0].words.second === names.legal)
    await head.goto('/duty?month=' + month)
    await head.getByText(names.legal).first().waitFor()
    await head.emulateMedia({ media: 'print' })
    assert.equal(await head.locator('.duty-top').isVisible(), false, 'on paper the roster alone')
    assert.ok(await head.getByText(on).first().isVisible())
    await done(head)
  })
}
