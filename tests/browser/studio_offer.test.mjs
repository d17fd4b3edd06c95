// A9, A10: a county's office makes a module for the units below it, by clicks and keys; a town switches it on,
// settles what is open and runs it; a unit that is not below finds nothing; withdrawn, what runs is finished.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from '../api/tongban.mjs'
import { done, fits, isAccessible, open, shot, signIn } from './browser.mjs'

const c = await city()
const admin = await c.signIn('city_admin')
for (const n of ['county_clerk', 'town_clerk', 'countersign_clerk']) {
  const p = (await (await c.signIn(n)).read('/me')).posts[0]
  await admin.act('/grants', { post_id: p.id, role: 'unit_admin', unit_id: p.unit.id })
}
const hall = async (page, word) => {
  await page.getByRole('link', { name: '办事大厅' }).first().click()
  await page.getByLabel('显示未启用和不能发起的').check()
  await page.getByRole('searchbox', { name: '查找业务' }).fill(word)
}

test('A9 A10 opened to the units below, switched on, run, withdrawn', async () => {
  const county = await open(c)
  await signIn(county, 'county_clerk')
  await county.getByRole('link', { name: '业务设计' }).first().click()
  await county.getByRole('button', { name: '新建业务' }).first().click()
  const dialog = county.getByRole('dialog', { name: '新建业务' })
  await dialog.getByLabel('业务名称').fill('入户走访登记')
  await dialog.getByLabel('业务代码').fill('home_visit')
  await dialog.getByRole('button', { name: '开始设计' }).click()
  await county.getByRole('combobox', { name: /^选元素/ }).locator('option', { hasText: '填写' }).waitFor({ state: 'attached' })
  await county.getByRole('tab', { name: '表单' }).click()
  await county.getByRole('region', { name: '字段类型' }).getByRole('button', { name: '单行文字' }).click()
  for (const [f, v] of [['字段名称', '走访对象'], ['字段代码', 'whom']]) { await county.getByLabel(f).fill(v); await county.getByLabel(f).press('Tab') }
  await county.getByRole('tab', { name: '编号与台账' }).click()
  await county.getByLabel('事项标题（FEEL）').fill('"走访：" + whom')
  await county.getByLabel('事项标题（FEEL）').press('Tab')
  await county.getByRole('button', { name: '发布' }).click()
  const publish = county.getByRole('dialog', { name: '发布' })
  await publish.getByRole('radio', { name: '只限本单位' }).waitFor()
  await publish.getByRole('radio', { name: '下级单位可选用' }).check()
  await isAccessible(county, 'publishing for the units below')
  await shot(county, 'studio-below')
  await publish.getByRole('button', { name: '确认发布' }).click()
  await county.getByText('已发布第 1 版').first().waitFor()
  await county.getByText('下级单位可选用').first().waitFor()

  // Below: found, whose it is, switched on, started and finished there.
  const town = await open(c)
  await signIn(town, 'town_clerk')
  await hall(town, '入户走访')
  const one = town.locator('.hall-one').filter({ hasText: '入户走访登记' })
  await one.getByText(/下发$/).waitFor()
  await one.getByText('未启用').waitFor()
  await isAccessible(town, 'a module from above')
  await shot(town, 'hall-from-above')
  await town.getByRole('button', { name: '启用 入户走访登记' }).click()
  await town.getByRole('dialog').getByRole('button', { name: '确定' }).click()
  await one.getByRole('link', { name: '入户走访登记', exact: true }).click()
  await town.getByLabel('走访对象').fill('老李家')
  await town.getByRole('button', { name: '提交', exact: true }).click()
  await town.waitForURL(/\/matters\/\d+/)
  await town.getByText('办结').first().waitFor()

  // Beside: nothing of it.
  const bureau = await open(c)
  await signIn(bureau, 'countersign_clerk')
  await hall(bureau, '入户走访')
  await bureau.getByText('没有找到业务').waitFor()
  await done(bureau)

  // Withdrawn, it cannot be begun any more, and the register is still there.
  await county.getByRole('button', { name: '下级单位使用' }).click()
  const change = county.getByRole('dialog', { name: '下级单位使用' })
  await change.getByRole('radio', { name: '只限本单位' }).check()
  await change.getByText(/收回后，下级单位不能再发起/).waitFor()
  await fits(county, 'withdrawing')
  await change.getByRole('button', { name: '确定' }).click()
  await county.getByText('已更改使用范围').first().waitFor()
  await done(county)
  await hall(town, '入户走访')
  await one.getByText('已收回').waitFor()
  assert.equal(await town.getByRole('button', { name: '启用 入户走访登记' }).count(), 0)
  await town.goto('/registers/modules')
  await town.getByRole('link', { name: '入户走访登记' }).click()
  await town.getByRole('row', { name: /走访：老李家/ }).waitFor()
  await done(town)
})
