// D12 D13 B12: the fields that are more than an input: a thing of the register, an approved matter that
// fills in what both have, a span of moments, rich text; filled in and read back. (docs/modules.md)
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from '../api/tongban.mjs'
import { bpmn, install } from '../api/module_kit.mjs'
import { done, fits, isAccessible, open, signIn } from './browser.mjs'

const c = await city()
const drafter = await c.signIn('drafter'), keeper = await c.signIn('logistics')
const one = bpmn([['fill', '填写', { assign: 'starter' }]])
await install(c, 'field_permit', { name: '场地许可', tier: 'city', start: 'anyone', title: '"许可：" + place', fields: [{ name: 'place', label: '地点', type: 'text', required: true }] }, one)
await install(c, 'field_use', {
  name: '场地使用', tier: 'city', start: 'anyone', title: '"使用：" + place',
  fields: [
    { name: 'basis', label: '许可依据', type: 'matter', module: 'field_permit' }, { name: 'place', label: '地点', type: 'text', required: true },
    { name: 'hall', label: '所用场地', type: 'thing', thing: 'venue_loan.venue', required: true },
    { name: 'span', label: '使用时段', type: 'moment_range', step_minutes: 15, max_hours: 8, required: true },
    { name: 'plan', label: '使用方案', type: 'rich_text', required: true, max: 2000 },
  ],
  requires: [{ field: 'basis', module: 'field_permit', once: true, same: { place: 'place' } }],
}, bpmn([['fill', '填写', { assign: 'starter' }], ['look', '查看', { assign: 'starter' }]]))

for (const phone of [false, true]) {
  const where = phone ? 'phone' : 'computer'
  test(`a thing, a matter, a span and rich text are filled in and read, ${where}`, async () => {
    const place = `大礼堂（${where}）`, hall = `礼堂${where}`
    await drafter.act('/matters', { module: 'field_permit', form: { place }, hand_on: true })
    await keeper.act('/things/venue_loan.venue', { form: { venue_name: hall, place: '一楼', kind: 'venue', capacity: '300' } })
    const day = new Date(c.now() + 8 * 3600e3 + 3 * 86400e3).toISOString().slice(0, 10)
    const page = await open(c, { phone })
    await signIn(page, 'drafter')
    await page.goto('/modules/field_use/start')
    await page.getByRole('heading', { level: 1, name: '场地使用' }).waitFor()
    const chosen = async (label, text) => {
      const box = page.getByLabel(label)
      const option = box.locator('option').filter({ hasText: text })
      await option.waitFor({ state: 'attached' })
      await box.selectOption(await option.getAttribute('value'))
    }
    await chosen('许可依据', place)
    await page.waitForFunction(x => [...document.querySelectorAll('input')].some(i => i.value === x), place) // what both have is filled in
    await chosen('所用场地', hall)
    const span = async (end, time) => {
      const date = page.getByLabel(`使用时段 ${end} 日期`)
      await date.fill(day)
      await date.press('Tab')
      const clock = page.getByLabel(`使用时段 ${end} 时间`)
      await clock.fill(time)
      await clock.press('Tab')
    }
    await span('起', '09:00')
    await span('止', '11:30')
    const plan = page.getByRole('textbox', { name: '使用方案' })
    await plan.click()
    await page.getByRole('button', { name: '加粗' }).click()
    await page.keyboard.type('先布置会场')
    await isAccessible(page, 'fields')
    await fits(page, 'fields')
    await page.getByRole('button', { name: '提交' }).click()
    await page.waitForURL(/\/matters\/\d+/)
    for (const text of [hall, '先布置会场']) await page.getByText(text).first().waitFor()
    const matter = page.url().match(/matters\/(\d+)/)[1]
    const { values } = (await drafter.read('/matters/' + matter)).form
    assert.deepEqual([values.place, values.span], [place, { from: Date.parse(day + 'T09:00:00+08:00'), to: Date.parse(day + 'T11:30:00+08:00') }])
    assert.match(values.plan, /<(b|strong)>先布置会场<\/(b|strong)>/)
    assert.ok(values.basis && values.hall)
    await done(page)
  })
}
