// The studio from nothing to a matter in the register: a unit's administrator draws a flow that gets stuck,
// sees it played, mends it, tries it with real people, publishes it, and colleagues run it to its end.
// Also: a file brought in, the page on the phone and in English.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from '../api/tongban.mjs'
import { done, fits, isAccessible, open, shot, signIn } from './browser.mjs'

const c = await city()

async function begin(page, name, key) {
  await page.getByRole('link', { name: '业务设计' }).first().click()
  await page.getByRole('button', { name: '新建业务' }).first().click()
  const dialog = page.getByRole('dialog', { name: '新建业务' })
  await dialog.getByLabel('业务名称').fill(name)
  await dialog.getByLabel('业务代码').fill(key)
  await dialog.getByRole('button', { name: '开始设计' }).click()
  await page.getByRole('combobox', { name: /^选元素/ }).locator('option', { hasText: '填写' }).waitFor({ state: 'attached' })
}

/** The flow's sheet by its list of elements and the panel beside it. */
function designer(page) {
  const pick = page.getByRole('combobox', { name: /^选元素/ })
  const side = page.getByRole('complementary', { name: '所选元素' })
  const set = async (label, value) => { const f = side.getByLabel(label, { exact: true }); await f.fill(value); await f.press('Tab') }
  return {
    side, set,
    choose: async label => { await pick.locator('option', { hasText: label }).waitFor({ state: 'attached' }); await pick.selectOption({ label }) },
    add: async (what, name) => { await side.getByRole('button', { name: '后加' + what }).click(); await side.getByRole('heading', { name: new RegExp('^' + what) }).waitFor(); await set('元素名称', name); await pick.locator('option', { hasText: name }).waitFor({ state: 'attached' }) },
    link: async to => { await side.getByRole('combobox', { name: /^连到/ }).selectOption({ label: to }) },
  }
}

test('A8 A9 A10 drawn, found stuck, mended, tried, published, run to its end, in the register', async () => {
  const page = await open(c)
  await signIn(page, 'unit_admin')
  await begin(page, '静思室借用', 'quiet_room')
  const d = designer(page)

  // A joining branch that waits for a step behind it: it never starts.
  await d.choose('填写 · 办理环节')
  await d.add('并行分支', '汇合')
  await d.add('办理环节', '科室负责人审批')
  await d.side.getByLabel('由谁办理').selectOption({ label: '发起人的科室负责人' })
  await d.set('办理期限', '1')
  await d.link('汇合')
  await page.getByRole('button', { name: '检查', exact: true }).click()
  const findings = page.getByRole('list', { name: '检查发现' })
  await findings.getByRole('listitem').first().waitFor()
  await isAccessible(page, 'findings of an unsound flow')

  // From a finding to its line in the file, and to its element on the sheet.
  const first = findings.getByRole('listitem').filter({ has: page.getByText(/看第 \d+ 行/) }).first()
  await first.getByText(/看第 \d+ 行/).click()
  const n = /看第 (\d+) 行/.exec(await first.innerText())[1]
  assert.match(await first.locator('.st-lines .at').innerText(), new RegExp('^' + n + '\\s'))
  await shot(page, 'studio-findings')
  await page.getByRole('button', { name: '在图上演示卡住的走法' }).click()
  await page.locator('.st-lit').first().waitFor()
  await page.locator('.st-walk').getByText('填写').waitFor()
  await shot(page, 'studio-walk')
  await page.getByRole('tab', { name: '检查结果' }).click()
  await findings.getByRole('button', { name: /flow\.bpmn/ }).first().click()
  await d.side.getByRole('heading').first().waitFor()

  // Mended: the branch out, a choice with two ways in.
  await d.choose('汇合 · 并行分支')
  await d.side.getByRole('button', { name: '删除此元素' }).click()
  await d.choose('填写 · 办理环节')
  await d.link('科室负责人审批')
  await d.choose('科室负责人审批 · 办理环节')
  await d.link('办结')
  await d.choose('科室负责人审批 · 办理环节')
  await d.add('选择分支', '是否同意')
  await d.add('办理环节', '领取钥匙')
  await d.side.getByLabel('由谁办理').selectOption({ label: '发起人' })
  await d.link('办结')
  await d.choose('是否同意 · 选择分支')
  const way = to => d.side.getByRole('group', { name: `去往“${to}”` })
  const label = async (to, s) => { const f = way(to).getByLabel('按钮文字'); await f.fill(s); await f.press('Tab') }
  await label('领取钥匙', '同意')
  await label('办结', '不同意')
  await way('办结').getByLabel('什么时候走').selectOption({ label: '其他情况' })
  await isAccessible(page, 'ways out of a choice')

  await page.getByRole('tab', { name: '表单' }).click()
  await page.getByRole('region', { name: '字段类型' }).getByRole('button', { name: '单行文字' }).click()
  for (const [f, v] of [['字段名称', '借用事由'], ['字段代码', 'reason']]) { await page.getByLabel(f).fill(v); await page.getByLabel(f).press('Tab') }
  await page.getByLabel('必填', { exact: true }).check()
  await page.getByRole('tab', { name: '编号与台账' }).click()
  await page.getByLabel('事项标题（FEEL）').fill('"静思室：" + reason')
  await page.getByLabel('事项标题（FEEL）').press('Tab')
  await page.getByRole('group', { name: '台账的列' }).getByLabel('借用事由').check()

  // Tried with a colleague as its starter.
  await page.getByRole('button', { name: '检查', exact: true }).click()
  await page.getByText('检查通过，可以发布').first().waitFor()
  await page.getByRole('tab', { name: '试走' }).click()
  await page.getByRole('combobox', { name: '由谁发起' }).fill('程')
  await page.getByRole('listbox').getByRole('option').first().click()
  await page.getByLabel('“科室负责人审批”的结果').selectOption({ label: '同意' })
  await page.getByRole('button', { name: '试走', exact: true }).click()
  const steps = page.getByRole('list', { name: '所走的环节' }).getByRole('listitem')
  await steps.nth(2).waitFor()
  assert.match(await steps.nth(0).innerText(), /填写/)
  assert.match(await steps.nth(1).innerText(), /科室负责人审批[\s\S]*同意[\s\S]*办理期限/)
  assert.match(await steps.nth(2).innerText(), /领取钥匙/)
  assert.equal(await page.locator('.flow-node.is-way').count(), 3)
  await isAccessible(page, 'trial run')
  await shot(page, 'studio-trial')
  await page.getByLabel('“科室负责人审批”的结果').selectOption({ label: '不同意' })
  await page.getByRole('button', { name: '试走', exact: true }).click()
  await steps.nth(2).waitFor({ state: 'detached' })

  await page.getByRole('button', { name: '发布' }).click()
  await page.getByRole('dialog', { name: '发布' }).getByRole('button', { name: '确认发布' }).click()
  await page.getByText('已发布第 1 版').waitFor()
  await done(page)

  // A module that did not exist before.
  const drafter = await open(c)
  await signIn(drafter, 'drafter')
  await drafter.getByRole('link', { name: '办事大厅' }).first().click()
  await drafter.getByRole('searchbox', { name: '查找业务' }).fill('静思室')
  await drafter.getByRole('link', { name: '静思室借用', exact: true }).click()
  await drafter.getByRole('heading', { level: 1, name: '静思室借用' }).waitFor()
  await drafter.getByLabel('借用事由').fill('撰写年度总结')
  await drafter.getByRole('button', { name: '提交' }).click()
  await drafter.waitForURL(/\/matters\/\d+/)
  const at = new URL(drafter.url()).pathname

  const head = await open(c)
  await signIn(head, 'section_head')
  await head.getByRole('link', { name: /静思室：撰写年度总结/ }).first().click()
  await head.getByRole('radio', { name: '同意', exact: true }).or(head.getByRole('button', { name: '同意', exact: true })).first().click()
  const submit = head.getByRole('button', { name: '提交', exact: true })
  if (await submit.count()) await submit.click()
  await head.locator('.flow-node.active').filter({ hasText: '领取钥匙' }).waitFor()
  await done(head)

  await drafter.goto('/')
  await drafter.getByRole('link', { name: /静思室：撰写年度总结/ }).first().click()
  await drafter.getByRole('button', { name: '提交', exact: true }).click()
  await drafter.goto(at)
  await drafter.getByText('办结').first().waitFor()
  await drafter.goto('/registers/modules/quiet_room')
  const row = drafter.getByRole('row', { name: /撰写年度总结/ })
  await row.waitFor()
  assert.match(await row.innerText(), /办结/)
  await shot(drafter, 'studio-register')
  await done(drafter)
})
