// 办事大厅 (A9, B6, B12): a module found by pinyin, filled in with computed rows and a rule, handed on in
// one click and decided on its own form; 自由协同 from its card; optional ones switched on. On the
// computer and on the phone.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from '../api/tongban.mjs'
import { done, fits, isAccessible, open, shot, signIn } from './browser.mjs'

const c = await city()

test('A9 a unit administrator switches an optional module on and off, after a question', async () => {
  const page = await open(c)
  await signIn(page, 'unit_admin')
  await page.getByRole('link', { name: '办事大厅' }).first().click()
  await page.getByRole('heading', { name: '办事大厅' }).waitFor()
  await page.getByLabel('显示未启用和不能发起的').check()
  for (const name of ['公务用车', '场地设备借用', '加班用餐']) {
    const on = page.getByRole('button', { name: '启用 ' + name })
    if (!(await on.count())) continue
    await on.click()
    const dialog = page.getByRole('dialog', { name: '启用' })
    await dialog.getByText('启用“' + name + '”？').waitFor()
    await dialog.getByRole('button', { name: '确定' }).click()
    await page.getByRole('button', { name: '停用 ' + name }).waitFor()
  }
  await isAccessible(page, 'hall')
  await shot(page, 'hall')
  await done(page)
})

for (const phone of [false, true]) {
  const where = phone ? 'phone' : 'computer'
  test(`B12 found in the hall, and refused with each field named, ${where}`, async () => {
    const page = await open(c, { phone })
    await signIn(page, 'drafter')
    await page.goto('/modules')
    const find = page.getByRole('searchbox', { name: '查找业务' })
    await find.fill('jfqs')
    await page.getByRole('link', { name: '经费请示', exact: true }).waitFor()
    await fits(page, 'hall')
    await isAccessible(page, 'hall found')
    await find.press('Enter')
    await page.getByRole('heading', { level: 1, name: /经费/ }).waitFor()
    await page.getByLabel('用途').fill(`空调维修（${where}）`)
    await page.getByRole('button', { name: '提交' }).click()
    // refused with each field named
    await page.getByText(/不能为空|请填写|必填/).first().waitFor()
    await shot(page, 'start-' + where)
    await isAccessible(page, 'start page with errors')
    await fits(page, 'start page')
    await done(page)
  })

  test(`B12 from the hall to the end, step by step, and its sheet on paper, ${where}`, async () => {
    const admin = await c.signIn('unit_admin')
    const { id: unit_id } = (await admin.read('/me')).posts[0].unit
    if (!(await admin.rows('/modules')).find(m => m.key === 'repair_request').is_on) await admin.act('/modules/repair_request/switch', { unit_id, is_on: true })
    const place = `三楼东（${where}）`
    const page = await open(c, { phone })
    await signIn(page, 'drafter')
    await page.goto('/modules')
    const find = page.getByRole('searchbox', { name: '查找业务' })
    await find.fill('bx')
    await page.getByRole('link', { name: '报修', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: '报修' }).waitFor()
    await page.getByLabel('地点').fill(place)
    await page.getByRole('combobox', { name: '类别' }).selectOption({ label: '水电' })
    await page.getByRole('textbox', { name: '故障' }).fill('走廊停电')
    await page.getByRole('button', { name: '提交' }).click()
    await page.waitForURL(/\/matters\/\d+/)
    const { pathname } = new URL(page.url())
    // Each step by who has it, on the page.
    const step = async (at, fields, outcome) => {
      await at.goto(pathname)
      if (phone) await at.getByRole('button', { name: /^办理/ }).click()
      const form = at.getByRole('form', { name: '办理' })
      for (const [label, value] of fields) await form.getByLabel(label).fill(value)
      if (outcome) await form.getByRole('radio', { name: outcome }).check()
      const answered = at.waitForResponse(r => r.url().endsWith('/complete'))
      await form.getByRole('button', { name: /提交|下一步|同意/ }).last().click()
      assert.equal((await answered).status(), 200)
    }
    const logistics = await open(c, { phone })
    await signIn(logistics, 'logistics')
    await step(logistics, [[/维修人员/, '王师傅']])
    await step(logistics, [[/维修费/, '200']])
    await step(page, [], '已修好')
    await page.goto(pathname)
    const sheet = page.getByRole('tabpanel')
    await page.getByText('已办结').first().waitFor()
    await sheet.getByText('王师傅').waitFor()
    await sheet.getByText('10年').waitFor()
    await fits(page, 'closed matter')
    if (!phone) {
      await page.evaluate(() => { window.print = () => { window.printed = true } })
      await page.emulateMedia({ media: 'print' })
      await page.evaluate(() => [...document.querySelectorAll('button')].find(b => b.textContent.trim() === '打印').click())
      await page.waitForFunction(() => window.printed)
      const paper = await page.locator('body').innerText()
      for (const words of ['报修单', place, '走廊停电', '王师傅', '200.00', /报修〔\d{4}〕\d+号/]) assert.match(paper, words instanceof RegExp ? words : new RegExp(words.replace(/[（）]/g, '.')), paper)
      for (const words of ['拟稿', '文号', '紧急程度', '保管期限', '分钟', '已办结', '打印', '关注']) assert.ok(!paper.includes(words), `${words} is not on paper:\n${paper}`)
      await page.emulateMedia({ media: 'screen' })
      await shot(page, 'repair-sheet')
    }
    await done(logistics)
    await done(page)
  })

  test(`B6 自由协同 is started from its card, its draft kept and found again, ${where}`, async () => {
    const page = await open(c, { phone })
    await signIn(page, 'drafter')
    await page.goto('/modules')
    await page.getByRole('link', { name: /发起自由协同/ }).click()
    await page.getByRole('heading', { level: 1, name: '自由协同' }).waitFor()
    const title = `商量迎检分工（${where}）`
    await page.getByLabel('标题').fill(title)
    await page.getByLabel('内容').fill('请各位分头准备材料。')
    await page.getByText(/草稿已保存/).waitFor()
    await page.goto('/modules')
    await page.getByRole('link', { name: title }).click()
    await page.getByLabel('内容').waitFor()
    assert.equal(await page.getByLabel('内容').inputValue(), '请各位分头准备材料。')
    await page.getByRole('combobox', { name: '希望', exact: true }).selectOption({ label: '请提意见' })
    await page.locator('input[type=file]').setInputFiles({ name: '分工表.txt', mimeType: 'text/plain', buffer: Buffer.from('分工') })
    await page.getByRole('link', { name: '分工表.txt' }).waitFor()
    await page.getByRole('button', { name: '提交' }).click()
    await page.getByText('已发起并提交。').waitFor()
    await page.getByRole('heading', { level: 1, name: title }).waitFor()
    const sheet = page.getByRole('tabpanel')
    await sheet.getByText('请各位分头准备材料。').waitFor()
    await sheet.getByText('请提意见').waitFor()
    await sheet.getByRole('link', { name: '分工表.txt' }).first().waitFor()
    await isAccessible(page, 'sheet of a form')
    await fits(page, 'sheet of a form')
    await shot(page, 'free-sheet-' + where)
    await done(page)
  })

  test(`a step fills its own fields of the form, and a rule names the field, ${where}`, async () => {
    const drafter = await c.signIn('drafter')
    await drafter.act('/matters', { module: 'fund_request', hand_on: true, form: { purpose: `门禁维修（${where}）`, source: 'budget', items: [{ what: '门锁', quantity: '2', price: '2500.00' }], amount: '5000.00', grounds: '损坏' } })
    const head = await c.signIn('section_head')
    const item = (await head.rows('/items?box=todo')).find(r => r.title.includes(`门禁维修（${where}）`))
    await head.act(`/items/${item.id}/complete`, { outcome: '同意', opinion: '同意。' })
    const page = await open(c, { phone })
    await signIn(page, 'finance')
    await page.goto('/matters/' + item.matter)
    const sheet = page.getByRole('tabpanel')
    await sheet.getByText('门锁').waitFor()
    await sheet.getByText('5,000.00').first().waitFor()
    if (phone) await page.getByRole('button', { name: /^办理/ }).click()
    const form = page.getByRole('form', { name: '办理' })
    const checked = form.getByLabel(/核定/)
    await checked.fill('9000')
    await form.getByRole('button', { name: /提交|同意/ }).last().click()
    await form.locator('.field.invalid').first().waitFor()
    await isAccessible(page, 'step form')
    await fits(page, 'step form')
    await shot(page, 'step-' + where)
    await checked.fill('4800')
    await form.getByRole('button', { name: /提交|同意/ }).last().click()
    await page.getByText('4,800.00').first().waitFor()
    await done(page)
  })
}
