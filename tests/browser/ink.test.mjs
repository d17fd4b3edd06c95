// 手写批示 (B18): a leader writes with a mouse on the computer, with a finger on the phone; one stroke back,
// all away; it stands on the sheet, for the drafter and on paper.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from '../api/tongban.mjs'
import { done, fits, isAccessible, open, shot, signIn } from './browser.mjs'

const c = await city({ demo: 'small' })
const [drafter, head, leader] = await Promise.all(['drafter', 'section_head', 'leader'].map(a => c.signIn(a)))
const postOf = async who => (await who.read('/me')).posts[0].id
const step = async (who, matter, body) => who.act(`/items/${(await who.read('/matters/' + matter)).my_item.id}/complete`, body)
async function paper(title) {
  const { matter_id } = await drafter.act('/matters', { module: 'internal_request', title, post_id: await postOf(drafter), form: { content: '拟检修水泵。' } })
  await step(drafter, matter_id, { opinion: '请审核。' })
  await step(head, matter_id, { opinion: '拟同意。', vars: { leaders: ['post:' + await postOf(leader)] } })
  return matter_id
}
/* 同 as far as six strokes go, on the sheet where it is shown. */
const STROKES = [[[.1, .2], [.1, .8]], [[.1, .2], [.3, .2], [.3, .8], [.28, .74]], [[.14, .35], [.26, .35]], [[.15, .5], [.15, .65]], [[.15, .5], [.25, .5], [.25, .65]], [[.15, .65], [.25, .65]]]

async function write(page, phone) {
  const pad = page.locator('svg.pad')
  const b = await pad.boundingBox()
  const at = ([x, y]) => ({ x: b.x + x * b.width, y: b.y + y * b.height })
  const cdp = phone ? await page.context().newCDPSession(page) : null
  const touch = (type, p) => cdp.send('Input.dispatchTouchEvent', { type, touchPoints: p ? [p] : [] })
  for (const s of STROKES) {
    const [first, ...rest] = s.map(at)
    if (phone) { await touch('touchStart', first); for (const p of rest) await touch('touchMove', p); await touch('touchEnd') } else {
      await page.mouse.move(first.x, first.y); await page.mouse.down(); for (const p of rest) await page.mouse.move(p.x, p.y, { steps: 6 }); await page.mouse.up()
    }
  }
}

for (const phone of [false, true])
  test(`B18 a leader writes by hand on the ${phone ? 'phone' : 'computer'}, and the sheet shows it`, async () => {
    const title = `关于水泵检修的呈批件（${phone ? '二' : '一'}）`
    const matter = await paper(title)
    const page = await open(c, { phone })
    await signIn(page, 'leader')
    await page.locator('.lcard').filter({ hasText: title }).getByRole('link', { name: '批示', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: title }).waitFor()
    await page.getByRole('button', { name: '手写', exact: true }).click()
    const pad = page.getByRole('dialog', { name: '手写' })
    await pad.waitFor()
    await write(page, phone)
    await pad.getByRole('img', { name: '书写区，已有 6 笔' }).waitFor()
    await pad.getByRole('button', { name: '撤销一笔' }).click()
    await pad.getByRole('img', { name: '书写区，已有 5 笔' }).waitFor()
    await isAccessible(page, 'pad, ' + phone)
    await fits(page, 'pad, ' + phone)
    await shot(page, 'ink-pad-' + (phone ? 'phone' : 'computer'))
    await pad.getByRole('button', { name: '清空' }).click()
    await write(page, phone)
    await pad.getByRole('button', { name: '写好了' }).click()
    await pad.waitFor({ state: 'detached' })
    assert.equal(await page.locator('.by-hand svg path').count(), 6)
    await page.reload() // a crash loses nothing
    if (phone) await page.getByRole('button', { name: '批示', exact: true }).click()
    await page.locator('.by-hand svg').waitFor()
    await page.getByRole('radio', { name: '同意' }).first().check()
    await page.getByRole('button', { name: '提交', exact: true }).click()
    await page.getByText('已提交').waitFor()
    await done(page)

    const one = (await drafter.read('/matters/' + matter)).sheet.flatMap(s => s.opinions).find(x => x.ink)
    assert.equal(one.who, '贺青林')
    const ink = await drafter.read(`/opinions/${one.id}/ink`)
    assert.equal(ink.strokes.length, 6)
    assert.ok(ink.strokes[5][ink.strokes[5].length - 1] > ink.strokes[0][2], 'the strokes have their times')
    const seen = await open(c, { phone })
    await signIn(seen, 'drafter')
    await seen.goto(c.url + '/matters/' + matter)
    await seen.getByRole('img', { name: '贺青林的手写批示' }).waitFor()
    await isAccessible(seen, 'sheet with ink, ' + phone)
    await fits(seen, 'sheet with ink, ' + phone)
    await shot(seen, 'ink-sheet-' + (phone ? 'phone' : 'computer'))
    await done(seen)
  })
