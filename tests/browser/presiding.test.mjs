// 主持工作 (OFFICE P2) by clicks and keys: named in 机构管理, signed in the own name with the note, ended.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from '../api/tongban.mjs'
import { officeOf } from '../api/document_office.mjs'
import { done, fits, isAccessible, open, signIn } from './browser.mjs'

const c = await city()

test('P2 主持工作 is named in 机构管理, seen by the deputy on the to-do list, signed 受委托, and ended', async () => {
  const o = await officeOf(c)
  const body = o.post.principal.unit.id
  const [mayor, vice] = await Promise.all([o.principal, o.leader].map(async w => (await w.read('/me')).person.name))
  const doc = await o.draft({ title: '常德市人民政府关于做好森林防火的通知', is_important: true })
  await o.toOffice(doc.matter_id)
  await o.done(o.office_head, doc.matter_id, { outcome: 'to_signer', opinion: '呈签发', vars: o.signer() })
  for (const phone of [false, true]) {
    const page = await open(c, { phone })
    await signIn(page, 'city_admin')
    await page.goto('/org?part=presiding&unit=' + body)
    await page.getByText('没有人主持工作').waitFor()
    await fits(page, 'presiding, nobody')
    await page.getByRole('button', { name: '设定主持工作' }).click()
    const dialog = page.getByRole('dialog', { name: '设定主持工作' })
    const pick = async (label, name) => { await dialog.getByRole('combobox', { name: label }).fill(name); await dialog.getByRole('option', { name: new RegExp(name) }).first().click() }
    await pick('外出的主要负责人', vice)
    await pick('由谁主持工作', mayor)
    await dialog.getByRole('combobox', { name: '截止日期' }).or(dialog.getByLabel('截止日期')).first().fill('2099-12-31')
    await dialog.getByRole('textbox', { name: '书面授权' }).fill('市政府常务会议纪要第12期')
    await isAccessible(page, 'presiding, dialog')
    await dialog.getByRole('button', { name: '保存' }).click()
    await dialog.getByText('请选择本单位主要负责人的职务').first().waitFor()      // the wrong way round
    await page.keyboard.press('Escape')
    await done(page)
  }
  const day = new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10)
  const made = await o.principal.act('/presiding', { head_post: o.post.principal.id, deputy_post: o.post.leader.id, from_on: day, until_on: day, authorisation: '市政府常务会议纪要第12期' })

  const deputy = await open(c)
  await signIn(deputy, 'leader')
  await deputy.goto('/matters/' + doc.matter_id)
  await deputy.getByText(/以本人名义受.*委托签发/).waitFor()
  await deputy.getByRole('button', { name: '同意', exact: true }).click()
  await deputy.locator('.act-go').click()
  await deputy.getByText(`受${mayor}委托签发`).first().waitFor()
  assert.equal(await deputy.getByText('代' + mayor).count(), 0)
  await isAccessible(deputy, 'signed by entrustment')
  await done(deputy)

  const page = await open(c)
  await signIn(page, 'city_admin')
  await page.goto('/org?part=presiding&unit=' + body)
  await page.getByRole('row', { name: new RegExp(vice) }).getByRole('button', { name: '结束' }).click()
  await page.getByText('没有人主持工作').waitFor()
  await o.principal.refused(`/presiding/${made.id}/end`, {}, 404)
  await done(page)
})
