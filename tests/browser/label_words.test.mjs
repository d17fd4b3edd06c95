// D9: the city's words by which a paper is marked 内部 or 敏感 are changed in the page, on the computer
// and on the phone; the next draft is marked by them. Who administers nothing is not offered the page.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from '../api/tongban.mjs'
import { officeOf } from '../api/document_office.mjs'
import { open, signIn, done, isAccessible, fits, shot } from './browser.mjs'

const c = await city()
const o = await officeOf(c)
const labelOf = async title => { const d = await o.draft({ title }); const m = await o.drafter.read(`/matters/${d.matter_id}`); return [m.label, m.label_why] }
const words = page => page.getByRole('textbox', { name: /^内部/ })

for (const phone of [false, true]) {
  const word = phone ? '闭门研讨' : '专班例会'
  test(`D9 the words of marks are changed on the ${phone ? 'phone' : 'computer'}, and the next draft is marked by them`, async () => {
    assert.deepEqual(await labelOf(`关于召开${word}的通知`), ['', ''])
    const page = await open(c, { phone })
    await signIn(page, 'city_admin')
    if (phone) await page.getByRole('button', { name: /向智/ }).click()
    await (phone ? page.locator('#user-menu') : page.getByRole('navigation', { name: '主菜单' })).locator('a[href="/secret-marks"]').click()
    const internal = words(page), sensitive = page.getByRole('textbox', { name: /^敏感/ })
    await internal.waitFor()
    const before = { internal: await internal.inputValue(), sensitive: await sensitive.inputValue() }
    assert.ok(before.internal.length && before.sensitive.length)
    await isAccessible(page, 'words of marks')
    await fits(page, 'words of marks')
    await shot(page, 'label-words' + (phone ? '-phone' : ''))
    // Typed as people do: with commas of both kinds, one twice, a space.
    await internal.fill(`${before.internal}，${word}, ${word}、 ${word}资料`)
    await sensitive.fill(`${before.sensitive}\n${word}争议`)
    await page.getByRole('button', { name: '保存用词' }).click()
    await page.getByText('标识用词已保存').waitFor()
    // Read again, each word stands there once; the order is the program's.
    const once = v => { const all = v.split('，'); return all.filter(x => x === word).length === 1 && all.filter(x => x === word + '资料').length === 1 }
    await page.waitForFunction(w => Array.from(document.querySelectorAll('textarea')).some(t => { const all = t.value.split('，'); return all.filter(x => x === w).length === 1 && all.indexOf(w + '资料') >= 0 }), word)
    assert.deepEqual(await labelOf(`关于召开${word}的通知`), ['internal', word])
    assert.equal((await labelOf(`关于${word}争议处理的通知`))[0], 'sensitive')
    // Another visit shows what is kept; what was there goes back by hand.
    await page.reload()
    await internal.waitFor()
    assert.ok(once(await internal.inputValue()), await internal.inputValue())
    await internal.fill(before.internal)
    await sensitive.fill(before.sensitive)
    await page.getByRole('button', { name: '保存用词' }).click()
    await page.waitForFunction(w => document.querySelectorAll('textarea').length === 2 && !Array.from(document.querySelectorAll('textarea')).some(t => t.value.indexOf(w) >= 0), word)
    await page.waitForFunction(() => !document.querySelector('[aria-busy=true]'))
    assert.deepEqual((await internal.inputValue()).split('，').sort(), before.internal.split('，').sort())
    await done(page)
    assert.deepEqual(await labelOf(`关于再次召开${word}的通知`), ['', ''])
  })
}

test('D9 a list without a word is refused in the page, a clerk has no such page', async () => {
  const page = await open(c)
  await signIn(page, 'city_admin')
  await page.goto('/secret-marks')
  await words(page).fill('密'.repeat(80))
  await page.getByRole('button', { name: '保存用词' }).click()
  await page.locator('.note.bad').first().waitFor()
  await done(page)
  const clerk = await open(c)
  await signIn(clerk, 'doc_clerk')
  assert.equal(await clerk.locator('a[href="/secret-marks"]').count(), 0)
  await done(clerk)
  await o.doc_clerk.refused('/label-words', { internal: ['甲'], sensitive: ['乙'] }, 403)
})
