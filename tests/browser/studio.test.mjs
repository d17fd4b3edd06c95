// The studio: a unit's administrator draws a flow, designs its form, has it checked with a finding
// that leads to its place, publishes it, and a colleague finds a module that did not exist before.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from '../api/tongban.mjs'
import { done, isAccessible, open, shot, signIn } from './browser.mjs'

const c = await city()

test('A8 A9 A10 a unit’s administrator draws a module, designs its form, checks and publishes it', async () => {
  const page = await open(c)
  await signIn(page, process.env.STUDIO_ADMIN || 'unit_admin')
  await page.getByRole('link', { name: '业务设计' }).first().click()
  await page.getByText('还没有自己设计的业务').waitFor()
  await isAccessible(page, 'studio list')
  await page.getByRole('button', { name: '新建业务' }).first().click()
  const dialog = page.getByRole('dialog', { name: '新建业务' })
  await dialog.getByLabel('业务名称').fill('会议室借用')
  await dialog.getByLabel('业务代码').fill('Room Use')
  await dialog.getByRole('button', { name: '开始设计' }).click()
  await dialog.getByRole('alert').waitFor()
  await dialog.getByLabel('业务代码').fill('room_use')
  await dialog.getByRole('button', { name: '开始设计' }).click()

  // The flow: a step behind the first, its people, its time.
  const pick = page.getByRole('combobox', { name: /^选元素/ })
  await pick.locator('option', { hasText: '填写' }).waitFor({ state: 'attached' })
  assert.equal(await page.locator('.bjs-powered-by').isVisible(), true)
  await pick.selectOption({ label: '填写 · 办理环节' })
  const side = page.getByRole('complementary', { name: '所选元素' })
  await side.getByRole('button', { name: '后加办理环节' }).click()
  await side.getByLabel('元素名称').fill('科室负责人审批')
  await side.getByLabel('元素名称').press('Tab')
  await pick.locator('option', { hasText: '科室负责人审批' }).waitFor({ state: 'attached' })

  // Nobody is named: the check says so and leads there.
  await page.getByRole('button', { name: '检查', exact: true }).click()
  const findings = page.getByRole('list', { name: '检查发现' })
  await findings.getByRole('listitem').first().waitFor()
  await isAccessible(page, 'findings')
  await findings.getByRole('button', { name: /flow\.bpmn/ }).first().click()
  await side.getByText('尚未指定办理人').waitFor()
  await side.getByLabel('由谁办理').selectOption({ label: '发起人的科室负责人' })
  await side.getByText('发起人的科室负责人').first().waitFor()
  await side.getByLabel('办理期限', { exact: true }).fill('2')
  await side.getByLabel('办理期限', { exact: true }).press('Tab')
  await side.getByLabel('意见落在呈批单').fill('科室意见')
  await side.getByLabel('意见落在呈批单').press('Tab')
  await isAccessible(page, 'flow designer')
  await shot(page, 'studio-flow')

  // The form: pressed and dragged in, moved by button, named, required.
  await page.getByRole('tab', { name: '表单' }).click()
  const kinds = page.getByRole('region', { name: '字段类型' })
  await kinds.getByRole('button', { name: '单行文字' }).click()
  await page.getByLabel('字段名称').fill('会议名称')
  await page.getByLabel('字段名称').press('Tab')
  await page.getByLabel('字段代码').fill('meeting')
  await page.getByLabel('字段代码').press('Tab')
  await page.getByLabel('必填', { exact: true }).check()
  await kinds.getByRole('button', { name: '数字' }).dragTo(page.locator('.st-fields'))
  const fields = page.locator('.st-fields li')
  await fields.nth(1).waitFor()
  await page.getByRole('button', { name: '数字上移' }).or(page.getByRole('button', { name: '会议名称下移' })).first().click()
  await page.getByLabel('会议名称 · 科室负责人审批').selectOption('edit')
  await isAccessible(page, 'form designer')
  await shot(page, 'studio-form')

  await page.getByRole('tab', { name: '编号与台账' }).click()
  await page.getByRole('button', { name: '按字段生成' }).click()
  assert.match(await page.getByRole('textbox', { name: '打印单' }).inputValue(), /meeting[\s\S]*@科室意见/)
  await isAccessible(page, 'basics')

  await page.getByRole('button', { name: '发布' }).click()
  const ask = page.getByRole('dialog', { name: '发布' })
  await ask.getByLabel('更新说明').fill('第一版')
  await ask.getByRole('button', { name: '确认发布' }).click()
  await page.getByText('已发布第 1 版').waitFor()

  // A second version is compared with the first.
  await page.getByRole('tab', { name: '流程' }).click()
  await pick.selectOption({ label: '科室负责人审批 · 办理环节' })
  await side.getByLabel('办理期限', { exact: true }).fill('3')
  await side.getByLabel('办理期限', { exact: true }).press('Tab')
  await page.getByRole('tab', { name: '版本对照' }).click()
  await page.getByRole('heading', { name: '流程元素' }).waitFor()
  await page.getByRole('rowheader', { name: '科室负责人审批' }).waitFor()
  await isAccessible(page, 'compare')

  // What is written is what was said in plain words.
  const draft = await page.evaluate(() => fetch('/api/v1' + location.pathname.replace('/studio/', '/studio/modules/')).then(r => r.json()))
  assert.match(draft.bpmn, /oa:assign="starter\.section_head"/)
  assert.match(draft.bpmn, /oa:due="3wd"/)
  assert.deepEqual(draft.module.fields.map(f => f.name).sort(), ['meeting', 'number_field_1'])
  const on = await page.evaluate(() => fetch('/api/v1/modules').then(r => r.json()))
  assert.ok(on.rows.some(r => r.key === 'room_use'), 'the catalogue has the new module')
  await done(page)
})
