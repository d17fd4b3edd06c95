// A letter that came on paper is registered by the township clerk, proposed to two leaders, and one
// instructs with lead and deadline in the form's own fields; the office sees it at once (R1, X2).
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from '../api/tongban.mjs'
import { done, fits, isAccessible, open, shot, signIn } from './browser.mjs'

const c = await city()
const TITLE = '关于开展冬季安全生产检查的通知'

test('B2 a paper letter is registered and gets its number', async () => {
  const page = await open(c)
  await signIn(page, 'town_clerk')
  await page.goto('/registers/received')
  await page.getByRole('button', { name: '登记纸质来文' }).click()
  const dialog = page.getByRole('dialog', { name: '登记纸质来文' })
  await dialog.getByLabel('来文单位').fill('湖南省应急管理厅')
  await dialog.getByLabel('标题').fill(TITLE)
  await dialog.getByLabel('文号').fill('湘应急函〔2026〕88号')
  await dialog.getByLabel('正文').fill('请于年底前完成检查。')
  await isAccessible(page, 'paper letter')
  await dialog.getByRole('button', { name: '登记', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: TITLE }).waitFor()
  assert.match(await page.locator('.sheet').textContent(), /收〔\d{4}〕\d+号/)
  await page.goto('/registers/received')
  await page.getByRole('row', { name: new RegExp(TITLE) }).getByText('湘应急函〔2026〕88号').waitFor()
  await isAccessible(page, 'received register')
  await done(page)
})

test('X2 a leader instructs with lead and deadline; the office has it at once', async () => {
  const office = await open(c)
  await signIn(office, 'town_office')
  await office.getByRole('link', { name: TITLE }).click()
  for (const name of ['鲁春生', '皮兴旺']) {
    await office.getByRole('combobox', { name: '呈批领导' }).fill(name)
    await office.getByRole('option', { name: new RegExp(name) }).first().click()
  }
  await office.getByRole('textbox', { name: '意见' }).fill('呈春生、兴旺同志阅示。')
  await office.getByRole('radio', { name: '呈领导批示', exact: true }).check()
  await office.locator('.act-go').click()
  await office.getByText('已提交。').waitFor()

  const boss = await open(c)
  await signIn(boss, 'town_secretary')
  await boss.getByRole('link', { name: TITLE }).click()
  await boss.getByRole('textbox', { name: '意见' }).fill('请应急办牵头，抓紧落实。')
  await boss.getByRole('combobox', { name: /^主办/ }).fill('粟庆生')
  await boss.getByRole('option', { name: /粟庆生/ }).first().click()
  const due = boss.getByRole('combobox', { name: /^办理时限/ }).or(boss.getByLabel(/^办理时限/)).first()
  await due.fill('2030-01-10')
  await due.press('Enter')
  await boss.getByRole('radio', { name: '批示', exact: true }).check()
  await isAccessible(boss, 'instruction')
  await boss.locator('.act-go').click()
  await boss.getByText('已提交。').waitFor()
  await done(boss)

  // Nobody waits for the other leader: the hint of the new instruction renews the open page.
  await office.getByRole('region', { name: '领导批示' }).getByText('请应急办牵头，抓紧落实。').waitFor()
  await shot(office, 'instruction')
  // ... and so does the desk: its own box, with a count, on the computer and on the phone.
  for (const phone of [false, true]) {
    const desk = await open(c, { phone })
    await signIn(desk, 'town_clerk')
    await desk.getByRole('tab', { name: /待转办批示/ }).click()
    const row = desk.locator(phone ? '.lcard' : 'tr').filter({ hasText: TITLE })
    await row.waitFor()
    assert.match(await row.textContent(), /鲁春生/)
    assert.match(await row.textContent(), /请应急办牵头，抓紧落实。/)
    await isAccessible(desk, 'instructions box, ' + (phone ? 'phone' : 'computer'))
    await fits(desk, 'instructions box')
    await shot(desk, 'instructions-box' + (phone ? '-phone' : ''))
    await desk.goto('/instructions')
    await desk.getByRole('heading', { level: 1, name: '批示登记本' }).waitFor()
    await desk.getByRole('link', { name: TITLE }).waitFor()
    await desk.getByRole('searchbox', { name: '标题、文号、批示内容或承办' }).fill('没有这件事')
    await desk.getByRole('button', { name: '查询' }).click()
    await desk.getByText('没有符合条件的批示').waitFor()
    await desk.getByRole('button', { name: '重置' }).or(desk.getByRole('button', { name: '清除' })).first().click()
    await desk.getByRole('combobox', { name: '领导' }).fill('鲁春生')
    await desk.getByRole('option', { name: /鲁春生/ }).first().click()
    await desk.getByRole('link', { name: TITLE }).waitFor()
    await isAccessible(desk, 'book of instructions')
    await shot(desk, 'instruction-book' + (phone ? '-phone' : ''))
    await desk.evaluate(() => { window.print = () => { window.printed = document.querySelector('.book-print').textContent } })
    await desk.getByRole('button', { name: '打印批示汇编' }).click()
    await desk.waitForFunction(() => window.printed)
    assert.match(await desk.evaluate(() => window.printed), new RegExp('批示汇编.*' + TITLE + '.*鲁春生.*请应急办牵头'))
    await done(desk)
  }
  await office.getByRole('button', { name: '抄清交办' }).click()
  assert.match(await office.getByRole('textbox', { name: '批示抄清' }).inputValue(), /鲁春生：请应急办牵头/)
  await done(office)
})

test('R5 the office head sets how the unit receives; instructions then go out by themselves', async () => {
  for (const phone of [false, true]) {
    const page = await open(c, { phone })
    await signIn(page, 'town_office')
    await page.goto('/registers/received')
    await page.getByRole('link', { name: '收文方式' }).click()
    await page.getByRole('heading', { level: 1, name: '收文方式' }).waitFor()
    const flies = page.getByRole('checkbox', { name: '批示自动转办' })
    await flies.waitFor()
    assert.equal(await page.getByRole('checkbox', { name: '签收即登记' }).isChecked(), true)
    assert.equal(await flies.isChecked(), phone) // the second time as saved the first
    await isAccessible(page, 'receiving')
    await fits(page, 'receiving')
    await flies.setChecked(!phone)
    await page.getByRole('button', { name: '保存' }).click()
    await page.getByText('收文方式已保存。').waitFor()
    await done(page)
  }
  const admin = await open(c)
  await signIn(admin, 'city_admin')
  const unit = (await (await c.signIn('town_office')).read('/me')).posts[0].unit.id
  await admin.goto('/receiving?unit=' + unit)
  await admin.getByRole('heading', { name: /毛里湖镇/ }).waitFor()
  await done(admin)
})
