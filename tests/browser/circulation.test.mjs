// 传阅 by hand: the clerk fixes readers in rank order, one after the other; passes over the absent; a
// reader proposes another, the clerk adds (R2, W7). On the computer and on the phone.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from '../api/tongban.mjs'
import { done, fits, isAccessible, open, shot, signIn } from './browser.mjs'

const c = await city()
const drafter = await c.signIn('drafter')
const post = (await drafter.read('/me')).posts[0].id
const paper = async title => (await drafter.act('/matters', { module: 'internal_request', title, post_id: post, form: { content: '请传阅。' } })).matter_id

for (const phone of [false, true]) {
  const where = phone ? 'phone' : 'computer'
  test(`R2 in order, passed over, proposed, ${where}`, async () => {
    const title = `关于防汛值守安排的呈批件（${where}）`
    const matter = await paper(title)
    const clerk = await open(c, { phone })
    await signIn(clerk, 'doc_clerk')
    // the clerk of the unit finds it by its address: the unit's matters are open to the clerk
    await clerk.goto('/matters/' + matter)
    await clerk.getByRole('button', { name: '传阅', exact: true }).click()
    const dialog = clerk.getByRole('dialog', { name: '传阅' })
    for (const name of ['温晓川', '季思远', '贺青林']) {
      await dialog.getByRole('combobox', { name: '阅件人' }).fill(name)
      await dialog.getByRole('option', { name: new RegExp(name) }).first().click()
    }
    await dialog.getByRole('radio', { name: /依次传阅/ }).check()
    const order = dialog.getByRole('list', { name: '传阅顺序' }).getByRole('listitem')
    await order.nth(2).waitFor()
    assert.match(await order.first().textContent(), /贺青林.*分管/)
    await isAccessible(clerk, 'circulate, ' + where)
    await fits(clerk, 'circulate')
    await shot(clerk, 'circulate-' + where)
    await dialog.getByRole('radio', { name: '按我排的顺序' }).check()
    const list = await order.allTextContents()
    const at = list.findIndex(x => /季思远/.test(x))
    for (let i = at; i > 0; i--) await dialog.getByRole('button', { name: '季思远 上移' }).click()
    assert.match(await order.first().textContent(), /季思远/)
    await dialog.getByRole('button', { name: '传阅' }).click()
    await clerk.getByText('已送传阅。').waitFor()
    const rows = clerk.getByRole('region', { name: '传阅情况' }).getByRole('listitem')
    await rows.filter({ hasText: '季思远' }).getByText('在阅').waitFor()
    await isAccessible(clerk, 'readings, ' + where)
    await clerk.getByRole('button', { name: '跳阅 季思远' }).click()
    await rows.filter({ hasText: '季思远' }).getByText('跳阅', { exact: true }).first().waitFor()

    // who was passed over reads later, and the third proposes another reader
    const reader = await open(c, { phone })
    await signIn(reader, 'reviewer')
    await reader.getByRole('tab', { name: /待阅/ }).click()
    await reader.getByRole('link', { name: title }).click()
    await reader.getByRole('button', { name: '阅毕' }).or(reader.getByRole('button', { name: '已阅' })).first().click()
    await reader.getByText(/已阅/).first().waitFor()
    await done(reader)
    await rows.filter({ hasText: '季思远' }).getByText('补阅').waitFor()

    const head = await c.signIn('office_head'), leader = await c.signIn('leader')
    const his = (await leader.rows('/items?box=to_read')).find(r => r.matter === matter)
    if (his) await leader.act(`/readings/${his.id}/read`, {})
    const author = await open(c, { phone })
    await signIn(author, 'drafter')
    await author.goto('/matters/' + matter)
    await author.getByRole('button', { name: '建议传阅' }).click()
    const propose = author.getByRole('dialog', { name: '建议传阅' })
    await propose.getByRole('combobox', { name: '建议传阅对象' }).fill('骆文达')
    await propose.getByRole('option', { name: /骆文达/ }).first().click()
    await propose.getByRole('button', { name: '建议传阅' }).click()
    await propose.getByText('请写明理由。').waitFor()
    await propose.getByRole('textbox', { name: '理由' }).fill('请主任把关')
    await isAccessible(author, 'propose, ' + where)
    await propose.getByRole('button', { name: '建议传阅' }).click()
    await author.getByText('已提出建议，由办公室确定。').waitFor()
    await done(author)

    await clerk.getByText(/建议：请主任把关/).waitFor()
    await shot(clerk, 'readings-' + where)
    await clerk.getByRole('button', { name: '增加传阅' }).click()
    await clerk.getByText('已增加传阅。').waitFor()
    await rows.filter({ hasText: '骆文达' }).waitFor()
    assert.ok((await head.read('/matters/' + matter)).readings.some(r => r.who === '骆文达'))
    await done(clerk)
  })
}
