// Before an act is confirmed the page says whose work falls and who gets it; signers are added before,
// after and beside, and taken out again; what was done is said even when the form leaves first.
// (FLOW 5 common, 5.1, 5.4, 5.5; A13)
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from '../api/tongban.mjs'
import { officeOf } from '../api/document_office.mjs'
import { done, fits, isAccessible, open, shot, signIn } from './browser.mjs'

const c = await city()
const o = await officeOf(c)
const nameOf = async who => (await o[who].read('/me')).person.name
const take = async (page, account, title) => {
  await signIn(page, account)
  await page.getByRole('link', { name: title }).first().click()
  await page.getByRole('heading', { level: 1, name: title }).waitFor()
}

test('FLOW 5.1 a return shows what falls before it is confirmed; the way changes it', async () => {
  const title = '常德市人民政府关于加强汛期值班的通知'
  const doc = await o.draft({ title })
  await o.toSigned(doc.matter_id)
  const page = await open(c)
  await take(page, 'recheck', title)
  await page.getByRole('button', { name: '退回', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: '退回' })
  await dialog.getByRole('radio', { name: /^办公室主任审核/ }).check()
  await dialog.getByRole('radio', { name: /逐级重走/ }).check()
  const impact = dialog.getByRole('region', { name: '确认前请核对' })
  await impact.getByText(`${await nameOf('principal')}（主要领导签发，已办）`).waitFor()
  await impact.getByText(`${await nameOf('principal')}的签发将失效，须重新签发。`).waitFor()
  await isAccessible(page, 'impact of a return')
  await shot(page, 'impact-return')
  await dialog.getByRole('radio', { name: /修改后直送/ }).check()
  await impact.getByText('将暂停').waitFor()
  await dialog.getByRole('radio', { name: /逐级重走/ }).check()
  await impact.getByText('将作废').waitFor()
  await dialog.getByRole('textbox', { name: '理由' }).fill('签发人姓名须核实。')
  await dialog.getByRole('button', { name: '退回', exact: true }).click()
  await page.getByText('已退回。').waitFor()
  await page.getByText('办公室主任审核').first().waitFor()
  await done(page)
})

test('FLOW 5.4 the withdrawal of a signature on the phone says that it falls', async () => {
  const title = '常德市人民政府关于开展水库安全检查的通知'
  const doc = await o.draft({ title })
  await o.toSigned(doc.matter_id)
  const page = await open(c, { phone: true })
  await signIn(page, 'principal')
  await page.getByRole('tab', { name: /已办/ }).click()
  await page.getByRole('link', { name: title }).click()
  await page.getByRole('button', { name: '撤回', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: '撤回' })
  await dialog.getByText('的签发将失效，须重新签发。').waitFor()
  await isAccessible(page, 'impact of a withdrawal, phone')
  await fits(page, 'impact of a withdrawal, phone')
  await shot(page, 'impact-withdraw-phone')
  await dialog.getByRole('textbox', { name: '理由' }).fill('再斟酌。')
  await dialog.getByRole('button', { name: '撤回', exact: true }).click()
  await page.getByText('已撤回。').waitFor()
  await page.getByRole('button', { name: /^(办理|批示)/ }).waitFor()
  assert.equal((await o.page(o.drafter, doc.matter_id)).document.state, 'draft')
  await done(page)
})

test('FLOW 5.5 signers beside and before me, and out again', async () => {
  const title = '常德市人民政府关于做好抗旱工作的通知'
  const doc = await o.draft({ title })
  await o.done(o.drafter, doc.matter_id, {})
  const page = await open(c)
  await take(page, 'section_head', title)
  const add = async (place, words) => {
    await page.getByRole('button', { name: '加签', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: '加签' })
    await dialog.getByRole('combobox', { name: '加签人员' }).fill(words)
    await dialog.getByRole('option', { name: new RegExp(words) }).first().click()
    await dialog.getByRole('radio', { name: place }).check()
    await dialog.getByText('将转给').waitFor()
    return dialog
  }
  const recheck = await nameOf('recheck'), reviewer = await nameOf('reviewer')
  let dialog = await add('与我同时', recheck)
  await isAccessible(page, 'add a signer')
  await shot(page, 'add-signer')
  await dialog.getByRole('button', { name: '加签', exact: true }).click()
  await page.getByText('已加签。').waitFor()
  await page.getByText('同环节办理人').waitFor()
  await shot(page, 'signers')
  await page.getByRole('button', { name: '减签 ' + recheck }).click()
  const out = page.getByRole('dialog', { name: '减签' })
  await out.getByText(`${recheck}（科室负责人审核，待办）`).waitFor()
  await isAccessible(page, 'remove a signer')
  await shot(page, 'remove-signer')
  await out.getByRole('button', { name: '减签', exact: true }).click()
  await page.getByText('已减签。').waitFor()
  assert.equal(await o.todo(o.recheck, doc.matter_id), undefined)

  dialog = await add('在我之前，签完回到我', reviewer)
  await dialog.getByText('将暂停').waitFor()
  await dialog.getByRole('button', { name: '加签', exact: true }).click()
  await page.getByText('他人签完或改好后回到您这里').waitFor()
  await isAccessible(page, 'waiting for a signer')
  await shot(page, 'signer-before')
  await page.getByRole('button', { name: '减签 ' + reviewer }).click()
  await page.getByRole('dialog', { name: '减签' }).getByRole('button', { name: '减签', exact: true }).click()
  await page.getByRole('textbox', { name: '意见' }).waitFor()
  await done(page)
})

test('what was done is said even when the hint of it is faster than its answer', async () => {
  const title = '常德市人民政府关于防范山洪灾害的通知'
  await o.draft({ title })
  const page = await open(c)
  await take(page, 'drafter', title)
  await page.route('**/complete', async route => {
    const hinted = page.evaluate(() => new Promise(done => { new BroadcastChannel('tb.hints').onmessage = e => { if (e.data.kind === 'matter') done() } }))
    const answer = await route.fetch()
    await hinted
    await route.fulfill({ response: answer })
  })
  await page.getByRole('textbox', { name: '意见' }).fill('请审核。')
  await page.locator('.act-go').click()
  await page.getByText('已提交。').waitFor()
  await page.locator('.act-go').waitFor({ state: 'detached' })
  await done(page)
})
