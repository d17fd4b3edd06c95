// What a system incident looks like: to the person whose act is refused, and to the administrator, who
// acknowledges it and lets it run again, on the computer and on the phone.
import test from 'node:test'
import { city, demoPassword } from '../api/tongban.mjs'
import { shim, startWith } from '../fault/shim.mjs'
import { done, fits, isAccessible, open, shot, signIn } from './browser.mjs'

const POISON = '毒丸'
const c = await city()
c.errorsExpected = true

/** What is asked brings the program down, twice. */
async function crashTwice(ask) {
  for (let i = 0; i < 2; i++) {
    await c.stop()
    await startWith(c, { LD_PRELOAD: shim('crash'), CRASH_ON: POISON, CRASH_HOW: 'segv' })
    await ask().catch(() => {}) // the answer never comes
    await c.nodes[0].ended
    c.logs += c.nodes[0].log
    c.nodes = []
    await c.start()
  }
}

test('an act that brought the program down twice: the administrator is told, acknowledges, releases', async () => {
  const clerk = await c.signIn('doc_clerk')
  const unit = (await clerk.read('/me')).posts[0].unit.id
  await crashTwice(() => clerk.post('/groups', { name: '组 ' + POISON, unit_ids: [unit] }))
  const page = await open(c)
  await signIn(page, 'city_admin')
  await page.getByRole('alert').getByRole('link', { name: /有 1 项操作两次使系统中断/ }).click()
  await page.getByRole('heading', { name: '系统事件' }).waitFor()
  const row = page.getByRole('row', { name: /新建单位群组/ })
  await row.getByText('已停止执行').waitFor()
  await isAccessible(page, 'incidents')
  await shot(page, 'incidents')
  await row.getByRole('button', { name: '确认' }).click()
  await page.getByRole('dialog').getByLabel('处理说明').fill('已联系开发单位')
  await isAccessible(page, 'incident dialog')
  await page.getByRole('dialog').getByRole('button', { name: '确认' }).click()
  await row.getByText('已联系开发单位').waitFor()
  await page.getByRole('link', { name: /项操作两次使系统中断/ }).waitFor({ state: 'detached' })
  await row.getByRole('button', { name: '恢复执行' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '恢复执行' }).click()
  await row.getByText('已恢复执行').waitFor()
  await done(page)
})

test('the person reads why nothing happens; on the phone the administrator finds it too', async () => {
  await crashTwice(() => c.guest().post('/sign-in', { account: POISON, password: demoPassword }, { key: null }))
  const page = await open(c)
  await page.goto('/sign-in')
  await page.getByLabel('账号', { exact: true }).fill(POISON)
  await page.getByLabel('密码', { exact: true }).fill(demoPassword)
  await page.getByRole('button', { name: '登录' }).click()
  await page.getByRole('alert').filter({ hasText: '两次使系统中断，已停止执行' }).waitFor()
  await done(page)

  const phone = await open(c, { phone: true })
  await signIn(phone, 'city_admin')
  await phone.getByRole('alert').getByRole('link', { name: /系统中断/ }).click()
  await phone.getByText('已停止执行').first().waitFor()
  await fits(phone, 'incidents on the phone')
  await isAccessible(phone, 'incidents on the phone')
  await shot(phone, 'incidents-phone')
  await phone.getByRole('button', { name: '恢复执行' }).first().click()
  await phone.getByRole('dialog').getByRole('button', { name: '恢复执行' }).click()
  await phone.getByText('已恢复执行。').waitFor()
  await done(phone)
})
