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
  await page.getByRole('combobox', { name: '添加一列…' }).selectOption({ label: '借用事由' })

  // Tried with a colleague as its starter.
  await page.getByRole('button', { name: '检查', exact: true }).click()
  await page.getByText('检查通过，可以发布').first().waitFor()
  await page.getByRole('tab', { name: '试走' }).click()
  await page.getByRole('combobox', { name: '由谁发起' }).fill('程')
  await page.getByRole('listbox').getByRole('option').first().click()
  await page.getByRole('button', { name: '试走', exact: true }).click()
  await page.getByLabel('“科室负责人审批”的结果').selectOption({ label: '同意' })
  const steps = page.getByRole('list', { name: '所走的环节' }).getByRole('listitem')
  await steps.nth(2).waitFor()
  assert.match(await steps.nth(0).innerText(), /填写/)
  assert.match(await steps.nth(1).innerText(), /科室负责人审批[\s\S]*同意[\s\S]*办理期限/)
  assert.match(await steps.nth(2).innerText(), /领取钥匙/)
  assert.equal(await page.locator('.flow-node.is-way').count(), 3)
  await isAccessible(page, 'trial run')
  await shot(page, 'studio-trial')
  await page.getByLabel('“科室负责人审批”的结果').selectOption({ label: '不同意' })
  await steps.nth(2).waitFor({ state: 'detached' })
  await page.getByText('其他走法还会经过：领取钥匙').waitFor()

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
  // What it will do, before it is handed in: the same simulation as the studio's.
  await drafter.getByRole('button', { name: '试走', exact: true }).click()
  const walked = who => who.getByRole('list', { name: '所走的环节' }).getByRole('listitem')
  await walked(drafter).nth(1).waitFor()
  assert.match(await walked(drafter).nth(1).innerText(), /科室负责人审批[\s\S]*办理期限/)
  assert.ok(await drafter.locator('.flow-node.is-way').count() >= 2)
  await isAccessible(drafter, 'simulation on the start page')
  await drafter.getByRole('button', { name: '提交', exact: true }).click()
  await drafter.waitForURL(/\/matters\/\d+/)
  const at = new URL(drafter.url()).pathname
  // And what comes next, once it is under way.
  const next = drafter.getByRole('region', { name: '预测后续', exact: true })
  await next.getByRole('button', { name: '预测后续' }).click()
  await walked(next).first().waitFor()
  assert.match(await walked(next).first().innerText(), /1\. 科室负责人审批/)
  await next.getByLabel('“科室负责人审批”的结果').selectOption({ label: '同意' })
  await walked(next).nth(1).waitFor()
  assert.match(await walked(next).nth(1).innerText(), /领取钥匙[\s\S]*视情况/)
  await isAccessible(drafter, 'what comes next')
  await shot(drafter, 'matter-next')

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

test('A10 two versions side by side as pictures; columns in their order by button and by dragging', async () => {
  const page = await open(c)
  await signIn(page, 'unit_admin')
  await page.getByRole('link', { name: '业务设计' }).first().click()
  await page.getByRole('link', { name: '静思室借用' }).click()
  const d = designer(page)
  await d.choose('领取钥匙 · 办理环节')
  await d.add('办理环节', '归还钥匙')
  await d.side.getByLabel('由谁办理').selectOption({ label: '发起人' })
  await d.choose('科室负责人审批 · 办理环节')
  await d.set('办理期限', '2')

  await page.getByRole('tab', { name: '编号与台账' }).click()
  const columns = page.getByRole('list', { name: '台账的列' }).getByRole('listitem')
  const order = async () => (await columns.allInnerTexts()).map(x => x.trim())
  assert.deepEqual(await order(), ['标题', '发起人', '状态', '发起时间', '借用事由'])
  await page.getByRole('button', { name: '借用事由上移' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: '借用事由上移' }).press('Enter')
  assert.deepEqual(await order(), ['标题', '发起人', '借用事由', '状态', '发起时间'])
  await columns.nth(4).dragTo(columns.nth(0))
  assert.deepEqual(await order(), ['发起时间', '标题', '发起人', '借用事由', '状态'])
  await page.getByRole('button', { name: '移除 状态' }).click()
  assert.deepEqual(await order(), ['发起时间', '标题', '发起人', '借用事由'])
  await page.getByRole('combobox', { name: '添加一列…' }).selectOption({ label: '编号' })
  assert.equal((await order()).at(-1), '编号')
  await isAccessible(page, 'columns in their order')

  await page.getByRole('tab', { name: '版本对照' }).click()
  await page.getByRole('heading', { name: '流程图对照' }).waitFor()
  const sides = page.locator('.st-sides figure')
  const marked = (i, kind) => sides.nth(i).locator(`.flow-node.is-${kind}`).allTextContents()
  await sides.nth(1).locator('.flow-node.is-added').first().waitFor()
  assert.match((await marked(1, 'added')).join(), /归还钥匙[\s\S]*新增/)
  assert.match((await marked(0, 'changed')).join(), /科室负责人审批/)
  assert.equal((await marked(0, 'added')).length, 0)
  await page.getByRole('rowheader', { name: /register/ }).first().waitFor()
  await isAccessible(page, 'two versions side by side')
  await shot(page, 'studio-compare')
  // The other way round, between published ones.
  await page.getByRole('button', { name: '发布' }).click()
  await page.getByRole('dialog', { name: '发布' }).getByRole('button', { name: '确认发布' }).click()
  await page.getByText('已发布第 2 版').waitFor()
  await page.getByRole('tab', { name: '流程' }).click()
  await page.getByRole('tab', { name: '版本对照' }).click()
  await page.getByText('与该版本相同').waitFor()
  await page.getByLabel('对照哪一版').selectOption('1')
  await sides.nth(0).locator('.flow-node.is-removed').first().waitFor()
  await done(page)
})

test('A8 A9 the unit settles what the city left open; an optional module is switched on', async () => {
  const page = await open(c)
  await signIn(page, 'unit_admin')
  await page.getByRole('link', { name: '业务设计' }).first().click()
  const list = page.getByRole('list', { name: '本单位调整' })
  await list.getByRole('link', { name: '办公用品领用' }).click()
  await page.getByRole('heading', { level: 1, name: /本单位调整.*办公用品领用/ }).waitFor()
  await page.getByText('按统一规定', { exact: true }).waitFor()
  const own = name => page.getByRole('checkbox', { name: new RegExp('^' + name) })
  await own('办公室审批 · 办理期限').check()
  await page.getByRole('textbox', { name: '办公室审批 · 办理期限' }).fill('soon')
  await page.getByRole('textbox', { name: '办公室审批 · 办理期限' }).press('Tab')
  await page.getByRole('button', { name: '保存调整' }).click()
  await page.getByRole('alert').filter({ hasText: '通不过检查' }).waitFor()
  await page.getByRole('textbox', { name: '办公室审批 · 办理期限' }).fill('2')
  await page.getByRole('textbox', { name: '办公室审批 · 办理期限' }).press('Tab')
  await own('领用人确认 · 是否办理').check()
  await own('打印单标题').check()
  await page.getByRole('textbox', { name: '打印单标题' }).fill('本办领物单')
  await page.getByRole('textbox', { name: '打印单标题' }).press('Tab')
  await own('台账的列').check()
  await page.getByRole('button', { name: /参考金额上移/ }).click()
  await isAccessible(page, 'tailoring')
  await fits(page, 'tailoring')
  await shot(page, 'studio-tailor')
  await page.getByRole('button', { name: '保存调整' }).click()
  await page.getByText('已调整', { exact: true }).waitFor()
  await page.goto('/modules')
  await page.getByLabel('显示未启用和不能发起的').check()
  const on = page.getByRole('button', { name: '启用 办公用品领用' })
  if (await on.count()) { await on.click(); await page.getByRole('dialog').getByRole('button', { name: '确定' }).click(); await page.getByRole('button', { name: '停用 办公用品领用' }).waitFor() }
  const said = await page.evaluate(() => fetch('/api/v1/modules/office_supplies').then(r => r.json()))
  assert.deepEqual([said.module.sheet.title, said.module.register.columns.slice(0, 2), said.picture.nodes.find(n => n.id === 'got').type], ['本办领物单', ['number', 'total'], said.picture.nodes.find(n => n.id === 'got').type])
  await page.goto('/studio')
  await list.getByText('已调整').waitFor()
  await list.getByRole('link', { name: '办公用品领用' }).click()
  await page.getByRole('button', { name: '恢复统一规定' }).click()
  await page.getByText('按统一规定', { exact: true }).waitFor()
  await done(page)
})

test('a drawing from elsewhere without a picture is brought in, and its errors have file, line and element', async () => {
  const page = await open(c)
  await signIn(page, 'unit_admin')
  await page.getByRole('link', { name: '业务设计' }).first().click()
  await page.getByRole('button', { name: '导入' }).click()
  const dialog = page.getByRole('dialog', { name: '导入' })
  await dialog.getByRole('button', { name: '导入并检查' }).click()
  await dialog.getByText('请先选一个文件').waitFor()
  await dialog.getByLabel('业务文件').setInputFiles({ name: 'broken.zip', mimeType: 'application/zip', buffer: Buffer.from('PK\x03\x04nothing') })
  await dialog.getByRole('button', { name: '导入并检查' }).click()
  await dialog.getByText(/压缩包损坏/).waitFor()
  await isAccessible(page, 'import refused')
  const bpmn = `<?xml version="1.0"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:x">
<process id="p" isExecutable="true"><startEvent id="s"/><userTask id="a" name="审阅"/><userTask id="b" name="复核"/><endEvent id="e"/>
<sequenceFlow id="f1" sourceRef="s" targetRef="a"/><sequenceFlow id="f2" sourceRef="a" targetRef="b"/><sequenceFlow id="f3" sourceRef="b" targetRef="e"/>
</process></definitions>`
  await dialog.getByLabel('业务文件').setInputFiles({ name: 'review_twice.bpmn', mimeType: 'text/xml', buffer: Buffer.from(bpmn) })
  await dialog.getByRole('button', { name: '导入并检查' }).click()
  const findings = page.getByRole('list', { name: '检查发现' })
  await findings.getByRole('button', { name: /flow\.bpmn : \d+ · a/ }).first().click()
  await page.getByRole('complementary', { name: '所选元素' }).getByText('尚未指定办理人').waitFor()
  assert.equal(await page.locator('.st-sheet .djs-shape[data-element-id="b"]').isVisible(), true)
  await shot(page, 'studio-imported')
  await done(page)
})

test('on the phone the studio says that drawing wants a larger screen; in English it is English', async () => {
  const phone = await open(c, { phone: true })
  await signIn(phone, 'unit_admin')
  await phone.goto('/studio')
  await phone.getByText('画流程、设计表单需要大屏幕').waitFor()
  await phone.getByRole('link', { name: '静思室借用' }).waitFor()
  await isAccessible(phone, 'studio on the phone')
  await fits(phone, 'studio on the phone')
  await done(phone)

  const page = await open(c)
  await signIn(page, 'unit_admin')
  await page.goto('/me/settings')
  await page.getByLabel('English').check()
  await page.getByText('Saved.').first().waitFor()
  await page.goto('/studio')
  await page.getByRole('heading', { name: 'Module studio' }).waitFor()
  const chinese = async () => (await page.locator('main').innerText()).split('\n').filter(l => /[\u4e00-\u9fff]/.test(l))
  await page.getByRole('list', { name: 'Our unit’s rules' }).or(page.getByRole('list', { name: "Our unit's rules" })).getByRole('link').first().waitFor()
  await shot(page, 'studio-english')
  // Only names that somebody gave in Chinese.
  assert.deepEqual((await chinese()).filter(l => !/静思室借用|room_use|quiet_room|办公|同志|聂洪/.test(l) && !/\w/.test(l)), [])
  await page.getByRole('button', { name: 'Import' }).click()
  await page.getByRole('dialog', { name: 'Import' }).getByLabel('Module file').waitFor()
  await done(page)
})
