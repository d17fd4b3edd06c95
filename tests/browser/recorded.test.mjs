// A leader's word on paper: the secretary records it with the photo of the page and the hour, the
// leader corrects it (OFFICE P1). On the computer and on the phone.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from '../api/tongban.mjs'
import { done, fits, isAccessible, open, shot, signIn } from './browser.mjs'

const c = await city()
const [clerk, director, leader] = await Promise.all(['doc_clerk', 'office_head', 'leader'].map(a => c.signIn(a)))
const unit = (await clerk.read('/me')).posts[0].unit.id
const leaderPost = (await leader.read('/me')).posts[0].id
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64')
async function atLeader(title) {
  const { matter_id } = await clerk.act('/received', { unit_id: unit, issuer: '湖南省应急管理厅', number: '湘应急〔2026〕310号', title })
  const step = async (who, body) => { const m = await who.read('/matters/' + matter_id); return who.act(`/items/${m.my_item.id}/complete`, body) }
  await step(clerk, {})
  await step(clerk, { outcome: 'accept' })
  await step(director, { outcome: 'instruct', vars: { leaders: ['post:' + leaderPost] } })
  return matter_id
}

for (const phone of [false, true]) {
  const where = phone ? 'phone' : 'computer'
  test(`P1 a paper is recorded with its photo and corrected by the leader, ${where}`, async () => {
    const matter = await atLeader(`关于汛期值守的通知（${where}）`)
    const hers = await open(c, { phone })
    await signIn(hers, 'secretary')
    await hers.goto('/matters/' + matter)
    await hers.getByRole('heading', { level: 1, name: /汛期值守/ }).waitFor()
    if (phone) await hers.getByRole('button', { name: /^办理/ }).click()
    await hers.getByRole('button', { name: '代录批示' }).click()
    const dialog = hers.getByRole('dialog', { name: '代录批示' })
    await dialog.getByText(/代“贺青林.*”录入/).waitFor()
    await dialog.getByLabel('批示内容').fill('请应急局牵头落实。')
    await dialog.getByRole('radio', { name: '纸面批示' }).check()
    await dialog.getByRole('textbox', { name: /^时间/ }).fill('9点')
    await dialog.getByRole('button', { name: '录入' }).click()
    await dialog.getByText('纸面批示须附扫描件或照片。').waitFor()
    await dialog.getByText(/请按 09:30 的样子填写时间/).waitFor()
    await isAccessible(hers, 'recording, ' + where)
    await fits(hers, 'recording')
    await shot(hers, 'record-' + where)
    await dialog.getByLabel('扫描件或照片').setInputFiles({ name: '批示.png', mimeType: 'image/png', buffer: png })
    await dialog.getByRole('checkbox', { name: '具体时间不详' }).check()
    await dialog.getByRole('button', { name: '录入' }).click()
    await hers.getByText('已代录，领导本人可以确认或更正。').waitFor()
    await hers.getByRole('link', { name: '批示原件' }).waitFor()
    await done(hers)

    const his = await open(c, { phone })
    await signIn(his, 'leader')
    await his.goto('/matters/' + matter)
    await his.getByRole('button', { name: '更正', exact: true }).click()
    const correct = his.getByRole('dialog', { name: '更正代录的批示' })
    assert.equal(await correct.getByLabel('批示内容').inputValue(), '请应急局牵头落实。')
    await correct.getByLabel('批示内容').fill('请应急局牵头，三日内落实。')
    await isAccessible(his, 'correcting, ' + where)
    await correct.getByRole('button', { name: '更正' }).click()
    await his.getByText('已更正。').waitFor()
    await his.locator('.opinion').filter({ hasText: '请应急局牵头，三日内落实。' }).getByText('本人更正').waitFor()
    assert.equal(await his.locator('.opinion').filter({ hasText: '请应急局牵头落实。' }).count(), 0)
    await done(his)
  })
}
