// M5: a head of a section sees on his own leave why it is with somebody further up; who stands in for that
// one finds it and is told that it is not his to agree to.
import test from 'node:test'
import { city } from '../api/tongban.mjs'
import { holdersOf } from '../api/holders.mjs'
import { done, fits, isAccessible, open, shot, signIn } from './browser.mjs'

const c = await city()
const h = holdersOf(c)
const day = n => new Date(c.now() + 8 * 3600e3 + n * 86400e3).toISOString().slice(0, 10)
const mine = await h.as('section_head')
const unit_id = (await mine.read('/me')).posts[0].unit.id
await (await h.as('city_admin')).act('/modules/leave/switch', { unit_id, is_on: true })
const { matter_id } = await mine.act('/matters', { module: 'leave', form: { kind: 'personal', period: { from: day(3), to: day(4) }, reason: '家事' }, hand_on: true })
await (await h.as('chengenyi')).act('/delegations', { from_post: h.post('chengenyi'), to_post: h.post('section_head'), mode: 'share', from_on: day(0), until_on: day(9), authorisation: '书面委托' })

for (const phone of [false, true])
  test(`M5 why it went up, and why he may not act, ${phone ? 'phone' : 'computer'}`, async () => {
    const page = await open(c, { phone })
    await signIn(page, 'section_head')
    await page.goto('/matters/' + matter_id)
    if (phone) await page.getByRole('button', { name: /^办理 · / }).click()
    await page.getByText('这是申请人本人的申请，须由他人审批').first().waitFor()
    if (phone) await page.keyboard.press('Escape')
    await page.getByRole('tab', { name: '流转记录' }).click()
    await page.getByText('“科室负责人审批”轮到申请人本人，本人不审批自己的申请，由上一级办理。').waitFor()
    await isAccessible(page, 'own request')
    await fits(page, 'own request')
    await shot(page, 'own-request' + (phone ? '-phone' : ''))
    await done(page)
  })
