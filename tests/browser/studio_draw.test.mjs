// The studio beyond steps and choices: a deadline that goes its own way, a choice of several, a calculation, a
// decision table, a free zone, one step for several people; a table with options and sums, rules, what units may
// settle. Drawn by clicks and keys, checked, published and run by a colleague.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from '../api/tongban.mjs'
import { done, fits, isAccessible, open, shot, signIn } from './browser.mjs'

const c = await city()

test('A8 A9 a unit’s administrator draws what the engine can, and a colleague meets the rules', async () => {
  const page = await open(c)
  await signIn(page, 'unit_admin')
  await page.getByRole('link', { name: '业务设计' }).first().click()
  await page.getByRole('button', { name: '新建业务' }).first().click()
  const dialog = page.getByRole('dialog', { name: '新建业务' })
  await dialog.getByLabel('业务名称').fill('器材采购')
  await dialog.getByLabel('业务代码').fill('gear_buy')
  await dialog.getByRole('button', { name: '开始设计' }).click()

  const pick = page.getByRole('combobox', { name: /^选元素/ })
  const side = page.getByRole('complementary', { name: '所选元素' })
  const choose = async label => { await pick.locator('option', { hasText: label }).first().waitFor({ state: 'attached' }); await pick.selectOption({ label }) }
  const name = async text => { await side.getByLabel('元素名称').fill(text); await side.getByLabel('元素名称').press('Tab'); await pick.locator('option', { hasText: text }).waitFor({ state: 'attached' }) }
  const type = async (label, text) => { await side.getByLabel(new RegExp('^' + label)).fill(text); await side.getByLabel(new RegExp('^' + label)).press('Tab') }
  const heading = text => side.getByRole('heading', { name: text }).waitFor()

  // Behind the form: a calculation, then a decision table.
  await choose('填写 · 办理环节')
  await side.getByRole('combobox', { name: /^后加其他/ }).selectOption({ label: '计算' })
  await heading(/计算/)
  await name('算总价')
  await type('算式', 'total = sum(items.amount)')
  await side.getByRole('combobox', { name: /^后加其他/ }).selectOption({ label: '判定表' })
  await heading(/判定表/)
  await name('定档次')
  await type('看什么', 'total')
  await type('得出什么', 'grade')
  await type('规则', '<= 1000 | "小额"\n> 1000 | "大额"')
  // One step for each of the people that the form names, with a veto.
  await side.getByRole('button', { name: '后加办理环节' }).click()
  await name('各人会签')
  await side.getByLabel('由谁办理').selectOption({ label: '发起人的科室负责人' })
  await side.getByLabel('一票否决').selectOption({ label: '任一人不同意即否决' })
  await side.getByLabel('填写', { exact: true }).check()
  await side.getByLabel('秘书可以代录口头、纸面意见').check()
  await side.getByLabel('知会').selectOption({ label: '文书' })
  // A deadline on its edge that does not end it: a step of its own.
  await side.getByRole('button', { name: '加期限事件' }).click()
  await heading(/期限事件/)
  await name('一天没签')
  await type('时间规则', '1wd')
  assert.equal(await side.getByLabel(/到时打断本环节/).isChecked(), false)
  await isAccessible(page, 'deadline')
  await side.getByRole('button', { name: '后加办理环节' }).click()
  await name('提醒发起人')
  await side.getByLabel('由谁办理').selectOption({ label: '发起人' })
  await side.getByRole('button', { name: '后加结束' }).click()
  await shot(page, 'studio-draw-flow')

  // The form: a table with a choice, a computed column and its sum.
  await page.getByRole('tab', { name: '表单' }).click()
  await page.getByRole('region', { name: '字段类型' }).getByRole('button', { name: '明细表' }).click()
  const field = page.getByRole('complementary', { name: '字段', exact: true })
  const write = async (label, text) => { const at = label === '字段名称' || label === '列名' ? field.getByLabel(new RegExp('^' + label)) : field.getByLabel(label, { exact: true }); await at.fill(text); await at.press('Tab') }
  await write('字段名称', '清单')
  await write('字段代码', 'items')
  const columns = field.getByRole('list', { name: '列' })
  for (const [kind, label, key] of [['单选', '类别', 'kind'], ['数字', '数量', 'count'], ['金额', '单价', 'price'], ['金额', '金额', 'amount']]) {
    const n = await columns.getByRole('listitem').count()
    await field.getByLabel('添加一列…').selectOption({ label: kind })
    await columns.getByRole('listitem').nth(n).waitFor()
    await write('列名', label)
    await write('列的代码', key)
  }
  await write('自动计算（FEEL）', 'count * price')
  await columns.getByRole('button', { name: /类别/ }).first().click()
  await field.getByRole('textbox', { name: /^选项/ }).fill('tool 工具\npart 配件')
  await field.getByRole('textbox', { name: /^选项/ }).press('Tab')
  await field.getByLabel('金额', { exact: true }).check()
  await isAccessible(page, 'columns')
  await shot(page, 'studio-draw-form')

  // Rules, how long it is kept, what a unit may settle.
  await page.getByRole('tab', { name: '编号与台账' }).click()
  await page.getByLabel('保管期限').selectOption({ label: '10 年' })
  await page.getByRole('button', { name: '加一条规则' }).click()
  await page.getByLabel(/^出现什么情况/).fill('sum(items.amount) > 5000')
  await page.getByLabel(/^出现什么情况/).press('Tab')
  await page.getByLabel(/^提示(?!（)/).fill('一次采购不超过五千元')
  await page.getByLabel(/^提示(?!（)/).press('Tab')
  await page.getByLabel('指向哪个字段').selectOption({ label: '清单' })
  await page.getByRole('group', { name: '各人会签' }).getByLabel('期限').check()
  await isAccessible(page, 'rules')
  await shot(page, 'studio-draw-basics')

  await page.getByRole('button', { name: '检查', exact: true }).click()
  await page.getByText('检查通过，可以发布。').waitFor()
  const draft = await page.evaluate(() => fetch('/api/v1' + location.pathname.replace('/studio/', '/studio/modules/')).then(r => r.json()))
  assert.match(draft.bpmn, /<(\w+:)?script>total = sum\(items\.amount\)<\/(\w+:)?script>/)
  assert.match(draft.bpmn, /<oa:if>&(lt|#60);= 1000<\/oa:if>\s*<oa:then>"小额"<\/oa:then>/)
  assert.match(draft.bpmn, /boundaryEvent[^>]*cancelActivity="false"/)
  assert.match(draft.bpmn, /oa:veto="true"/)
  assert.match(draft.bpmn, /oa:distinct="\w+"/)
  assert.deepEqual(draft.module.fields[0].columns.map(x => [x.name, x.type]), [['item', 'text'], ['kind', 'choice'], ['count', 'number'], ['price', 'money'], ['amount', 'money']])
  assert.deepEqual(draft.module.fields[0].sum, ['amount'])
  assert.equal(draft.module.retention, '10y')
  assert.equal(draft.module.open.length, 1)

  await page.getByRole('button', { name: '发布' }).click()
  const ask = page.getByRole('dialog', { name: '发布' })
  await ask.getByLabel('更新说明').fill('第一版')
  await ask.getByRole('button', { name: '确认发布' }).click()
  await page.getByText('已发布第 1 版').waitFor()
  await done(page)

  // A colleague: too dear is refused at the table, then it goes its way.
  const staff = await open(c)
  await signIn(staff, 'drafter')
  await staff.getByRole('link', { name: '办事大厅' }).first().click()
  await staff.getByRole('link', { name: /器材采购/ }).first().click()
  await staff.getByRole('heading', { name: /器材采购/ }).waitFor()
  await shot(staff, 'studio-draw-start')
  await fits(staff, 'start')
  await staff.getByLabel(/^标题/).fill('购置防汛抢险工具')
  await staff.getByRole('button', { name: '增加一行' }).click()
  await staff.getByLabel('类别').selectOption({ label: '工具' })
  await staff.getByLabel('数量').fill('20')
  await staff.getByLabel('单价').fill('300')
  await staff.getByLabel('单价').press('Tab')
  await staff.getByText(/6,?000/).first().waitFor()
  await staff.getByRole('button', { name: '提交' }).click()
  await staff.getByText('一次采购不超过五千元').first().waitFor()
  await staff.getByLabel('数量').fill('2')
  await staff.getByLabel('数量').press('Tab')
  await staff.getByText(/\b600\.?/).first().waitFor()
  await staff.getByRole('button', { name: '提交' }).click()
  await staff.getByRole('heading', { name: '购置防汛抢险工具' }).waitFor()
  await staff.getByText('各人会签').first().waitFor()
  await shot(staff, 'studio-draw-matter')
  await done(staff)
})
