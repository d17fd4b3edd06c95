// 公文分类 (B14) on computer and phone: the office head sets the list up, the clerk puts papers in, one from
// its page and many from the register, undoes it, and filters by it.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from '../api/tongban.mjs'
import { done, fits, isAccessible, open, shot, signIn } from './browser.mjs'

const c = await city()
const clerk = await c.signIn('town_clerk')
const unit = (await clerk.read('/me')).posts[0].unit.id
const titles = ['甲', '乙', '丙'].map(x => `关于归类${x}事项的通知`)
for (const title of titles) await clerk.act('/received', { unit_id: unit, issuer: '湖南省水利厅', number: '', title, doc_type: '通知' })

for (const phone of [false, true]) {
  const where = phone ? 'phone' : 'computer'
  const name = phone ? '防疫' : '防汛'
  test(`B14 the office head makes a category, the clerk fills it, ${where}`, async () => {
    const office = await open(c, { phone })
    await signIn(office, 'town_office')
    await office.goto('/categories')
    if (!phone) await office.getByText('还没有分类').waitFor()
    await isAccessible(office, 'categories ' + where)
    await office.getByRole('button', { name: '新设分类' }).click()
    const dialog = office.getByRole('dialog', { name: '新设分类' })
    await dialog.getByLabel('名称').fill(name)
    await dialog.getByRole('button', { name: '保存' }).click()
    await office.getByRole('listitem', { name }).waitFor()
    await fits(office, 'categories ' + where)
    await shot(office, 'categories' + (phone ? '-phone' : ''))
    await done(office)

    const page = await open(c, { phone })
    await signIn(page, 'town_clerk')
    await page.goto('/registers/received?q=' + encodeURIComponent('归类'))
    const rows = page.locator('[data-row]')
    await page.waitForFunction(() => document.querySelectorAll('[data-row]').length === 3)
    for (const title of titles.slice(0, 2)) await rows.filter({ hasText: title }).getByRole('checkbox').check()
    await page.getByText('已选 2 件').waitFor()
    await page.getByRole('button', { name: '归类' }).click()
    const put = page.getByRole('dialog', { name: '归类' })
    await put.getByRole('button', { name: '归入 ' + name }).click()
    await put.getByText(`2 件已归入“${name}”。`).waitFor()
    await isAccessible(page, 'put ' + where)
    await put.getByRole('button', { name: '撤销' }).click()
    await put.getByText(`2 件已归入“${name}”。`).waitFor({ state: 'detached' })
    assert.equal((await clerk.rows('/categories')).find(x => x.name === name).n, 0)
    await put.getByRole('button', { name: '归入 ' + name }).click()
    await put.getByText(`2 件已归入“${name}”。`).waitFor()
    await put.getByRole('button', { name: '关闭' }).last().click()
    await page.getByLabel('分类', { exact: true }).selectOption({ label: name })
    await page.waitForFunction(() => document.querySelectorAll('[data-row]').length === 2)
    await fits(page, 'register by category ' + where)
    await shot(page, 'register-category' + (phone ? '-phone' : ''))

    // One paper, from its own page.
    await page.goto('/registers/received?q=' + encodeURIComponent('归类丙'))
    await page.getByRole('link', { name: titles[2] }).click()
    const part = page.getByRole('region', { name: '本单位分类' })
    await part.getByRole('button', { name: '归类' }).click()
    await put.getByRole('button', { name: '归入 ' + name }).click()
    await put.getByRole('button', { name: '移出 ' + name }).waitFor()
    await put.getByRole('button', { name: '关闭' }).last().click()
    await part.getByText(name).waitFor()
    await isAccessible(page, 'categories of a paper ' + where)
    assert.equal((await clerk.rows('/categories')).find(x => x.name === name).n, 3)
    await done(page)
  })
}

test('B14 merged in the page', async () => {
  const office = await open(c)
  await signIn(office, 'town_office')
  await office.goto('/categories')
  await office.getByRole('button', { name: '并入 防疫' }).click()
  const dialog = office.getByRole('dialog', { name: '并入' })
  await dialog.getByLabel('并入哪个分类').selectOption({ label: '防汛' })
  await dialog.getByRole('button', { name: '并入', exact: true }).click()
  await office.getByText('已合并。').waitFor()
  await office.getByRole('listitem', { name: '防汛' }).getByText('3 件').waitFor()
  assert.equal(await office.getByRole('listitem', { name: '防疫' }).count(), 0)
  await done(office)
})
