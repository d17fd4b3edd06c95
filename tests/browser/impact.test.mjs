// Before it is confirmed the page says who is affected: urging one matter and several, and sending back
// with its ways; and a limit that may still move. On the computer and the phone. (FLOW §5 common, 5.1, 5.2,
// 5.11, 5.12)
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from '../api/tongban.mjs'
import { begin, chain, current, done as complete, end, people, process, put, todo, user } from '../api/flow_kit.mjs'
import { done, fits, isAccessible, open, shot, signIn } from './browser.mjs'

const c = await city()
const who = await people(c, ['drafter', 'office_head', 'reviewer', 'section_head'])
const name = {}
for (const n of Object.keys(who)) name[n] = (await who[n].read('/me')).person.name
await put(c, 'b_steps', [], process(begin + user('填写') + user('初核', { assign: 'role(reviewer)' }) + user('复核', { assign: 'starter.section_head' }) + user('审定', { assign: 'role(office_head)' }) + end +
  chain('begin', '填写', '初核', '复核', '审定', 'end')))
const start = async title => (await who.drafter.act('/matters', { module: 'b_steps', title, form: {} })).matter_id

for (const phone of [false, true]) {
  const where = phone ? 'phone' : 'computer'
  test(`FLOW 5.11 urging says who will hear of it, one and several, ${where}`, async () => {
    const [a, b] = [`先催的事（${where}）`, `后催的事（${where}）`]
    const ids = [await start(a), await start(b)]
    for (const m of ids) await complete(who.drafter, m)
    for (const m of ids) await complete(who.reviewer, m)
    const page = await open(c, { phone })
    await signIn(page, 'drafter')
    await page.goto('/matters/' + ids[0])
    await page.getByRole('button', { name: '催办', exact: true }).click()
    let dialog = page.getByRole('dialog', { name: '催办' })
    await dialog.getByText(`${name.section_head}（复核）`).waitFor()
    await dialog.getByText('将催办', { exact: true }).waitFor()
    await isAccessible(page, 'urge, ' + where)
    await fits(page, 'urge, ' + where)
    await shot(page, 'urge-' + where)
    assert.equal((await todo(who.section_head, ids[0])).urges, 0, 'nothing before it is confirmed')
    await dialog.getByRole('button', { name: '催办', exact: true }).click()
    await page.getByText('已催办。').waitFor()
    assert.equal((await todo(who.section_head, ids[0])).urges, 1)
    assert.equal(await page.getByRole('button', { name: '催办', exact: true }).count(), 0, 'not twice in four hours')

    await page.goto('/desk/initiated')
    for (const t of [a, b]) await page.getByRole('checkbox', { name: new RegExp(t) }).check()
    await page.getByRole('button', { name: '批量催办 (2)' }).click()
    dialog = page.getByRole('dialog', { name: '批量催办' })
    await dialog.getByText(`${name.section_head}（复核）`).waitFor()
    await dialog.getByText(`《${a}》：`).waitFor()
    await isAccessible(page, 'urge several, ' + where)
    await fits(page, 'urge several, ' + where)
    await shot(page, 'urge-several-' + where)
    await dialog.getByRole('button', { name: '批量催办' }).click()
    const told = page.getByRole('dialog', { name: '批量催办' })
    await told.getByText('四个工作小时内已经催办过').waitFor()
    await told.getByRole('button', { name: '关闭' }).last().click()
    assert.equal((await todo(who.section_head, ids[1])).urges, 1)
    await done(page)
  })

  test(`FLOW 5.1 5.2 sending back: where to, in which way, who falls, ${where}`, async () => {
    const title = `退回的事（${where}）`
    const m = await start(title)
    await complete(who.drafter, m)
    await complete(who.reviewer, m, { opinion: '拟同意' })
    let page = await open(c, { phone })
    const back = async account => {
      await signIn(page, account)
      await page.goto('/matters/' + m)
      const dialog = page.getByRole('dialog', { name: '退回' }), bar = page.locator('.act-bar')
      if (phone) await bar.waitFor() // a leader has 退回 at hand, others in the sheet
      if (phone && account !== 'office_head') await bar.getByRole('button').click()
      await page.getByRole('button', { name: '退回', exact: true }).last().click()
      await dialog.getByRole('group', { name: '退回到' }).waitFor()
      return dialog
    }
    let dialog = await back('section_head')
    await dialog.getByRole('radio', { name: /初核/ }).check()
    await dialog.getByText(`${name.reviewer}（初核，已办）`).first().waitFor()
    await isAccessible(page, 'send back from the sheet, ' + where)
    await fits(page, 'send back from the sheet, ' + where)
    await dialog.getByRole('button', { name: '取消' }).click()
    await dialog.waitFor({ state: 'detached' })
    await complete(who.section_head, m, { opinion: '拟同意' })
    await done(page)
    page = await open(c, { phone })
    dialog = await back('office_head')
    await dialog.getByRole('radio', { name: new RegExp('初核') }).check()
    await dialog.getByRole('radio', { name: /逐级/ }).check()
    await dialog.getByText(`${name.section_head}（复核，已办）`).waitFor()
    await dialog.getByRole('radio', { name: /直接|直送/ }).check()
    await dialog.getByText('将暂停').waitFor()
    await isAccessible(page, 'send back, ' + where)
    await fits(page, 'send back, ' + where)
    await shot(page, 'send-back-' + where)
    await dialog.getByRole('button', { name: '退回', exact: true }).click()
    await dialog.getByText('请写明理由。').waitFor()
    await dialog.getByRole('textbox').fill('数字请核实')
    await dialog.getByRole('button', { name: '退回', exact: true }).click()
    await page.getByText('已退回。').waitFor()
    assert.ok((await who.reviewer.read('/matters/' + m)).my_item, 'with who first checked it')
    await done(page)
    await complete(who.reviewer, m, { opinion: '已核实' })
    assert.deepEqual(await current(who.drafter, m), ['审定'], 'straight back to who sent it')

    page = await open(c, { phone })
    dialog = await back('office_head')
    await dialog.getByRole('radio', { name: /填写/ }).check()
    await dialog.getByRole('radio', { name: /逐级/ }).check()
    await dialog.getByText(`${name.reviewer}（初核，已办）`).waitFor()
    await dialog.getByRole('textbox').fill('请重写')
    await dialog.getByRole('button', { name: '退回', exact: true }).click()
    await page.getByText('已退回。').waitFor()
    assert.deepEqual(await current(who.drafter, m), ['填写'])
    await done(page)
  })
}

for (const phone of [false, true])
  test(`5.12 a limit in a year whose holidays are not known is called an estimate, ${phone ? 'phone' : 'computer'}`, async () => {
    const key = phone ? 'b_year_phone' : 'b_year', title = '明年才到期的事'
    await put(c, key, [], process(begin + user('填写') + user('check', { assign: 'role(reviewer)', due: '120wd' }) + end + chain('begin', '填写', 'check', 'end')))
    const m = (await who.drafter.act('/matters', { module: key, title, form: {} })).matter_id
    await complete(who.drafter, m)
    const year = new Date((await todo(who.reviewer, m)).due_at).getFullYear()
    const page = await open(c, { phone })
    await signIn(page, 'reviewer')
    await page.goto('/matters/' + m)
    await page.getByText(`（${year} 年节假日未公布，为推算）`).waitFor()
    await fits(page, 'estimate')
    await isAccessible(page, 'estimate')
    await done(page)
  })
