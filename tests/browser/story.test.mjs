// The story of the platform, by clicks and keys alone: one official document goes from a drafter's
// desk to a whole city and back. Drafted, reviewed, countersigned by another bureau, signed by the
// mayor, numbered, sent to every unit; signed for by a township clerk on a phone, instructed by the
// township secretary as his office records it, handled and closed; and the sender looks at the
// milestones. (A8 B1 B2 B3 B4 B7 B8 B18–B21 X1; OFFICE D1 D2 R1 R3)
//
// STORY_DEMO=small plays it in one county. SHOTS=DIR keeps the pictures that the README shows.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from '../api/tongban.mjs'
import { done, fits, isAccessible, open, shot, signIn } from './browser.mjs'

const c = await city({ demo: process.env.STORY_DEMO || 'city' })
const title = '常德市人民政府关于做好当前强降雨防范应对工作的紧急通知'
const link = page => page.getByRole('link', { name: title }).first()

/** The form is gone with the item (the word of thanks may already have faded), or a leader's next paper
 *  has come by itself. */
const handedOn = (page, account) => page
  .waitForFunction(t => { const h = document.querySelector('main h1'); return !document.querySelector('.act-go') || (h && h.textContent.trim() !== t) }, title)
  .catch(async e => { await shot(page, 'failed-' + account); throw e })

/** Somebody opens the document from the to-do list, does what `doing` does, and hands it on. */
async function handle(account, { opinion, outcome, doing, phone, picture } = {}) {
  const page = await open(c, { phone })
  await signIn(page, account)
  await link(page).click()
  await page.getByRole('heading', { level: 1, name: title }).waitFor()
  if (phone) await page.getByRole('button', { name: /^(办理|批示)/ }).click()
  if (outcome) await page.getByRole('radio', { name: outcome, exact: true }).check()
  if (opinion) await page.getByRole('textbox', { name: '意见' }).fill(opinion)
  if (doing) await doing(page)
  if (picture) await shot(page, picture)
  const go = page.getByRole('button', { name: /^(提交|办理完毕)$/ })
  await go.click()
  await handedOn(page, account)
  assert.equal(await page.locator('.act [role=alert]').count(), 0)
  await done(page)
}
const choose = async (page, label, name) => {
  const who = page.getByRole('combobox', { name: label })
  await who.fill(name)
  await page.getByRole('option', { name: new RegExp(name) }).first().click()
}
/** Ticks a unit in the tree of the dialog behind the button of that name. */
const chooseUnit = async (page, label, name) => {
  await page.getByRole('button', { name: new RegExp(label) }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('searchbox').fill(name)
  await dialog.getByRole('treeitem', { name: new RegExp(name) }).last().click()
  await dialog.getByRole('button', { name: '确定' }).click()
}

test('B1 the drafter writes the notice, binds it to every unit and hands it on', async () => {
  const page = await open(c)
  await signIn(page, 'drafter')
  await shot(page, 'workbench')
  await page.getByRole('link', { name: '拟稿' }).first().click()
  await page.getByRole('textbox', { name: '标题' }).fill(title)
  await page.getByRole('button', { name: '开始起草' }).click()
  await page.getByLabel('紧急程度').selectOption({ label: '特急' })
  await page.getByLabel('公开属性').selectOption({ label: '主动公开' })
  await page.getByLabel('主送', { exact: true }).fill('各县（市、区）人民政府，各乡镇人民政府、街道办事处，市直各单位，各村（社区）')
  await page.getByLabel('第 1 段', { exact: true }).fill('一、提高认识，压实防汛责任')
  await page.getByLabel('第 1 段的层级').selectOption({ index: 1 })
  await page.getByRole('button', { name: '加一段' }).click()
  await page.getByLabel('第 2 段', { exact: true }).fill('各级各部门要坚持人民至上、生命至上，立即进入防汛应急状态，落实责任到岗到人，强化巡查值守，遇险情提前转移群众。')
  await page.getByLabel('联系人').fill('温晓川')
  await page.getByLabel('联系电话').fill('0736-7780000')
  await page.getByLabel('发至层级').fill('村（社区）')
  await page.keyboard.press('Control+s')
  await page.getByText(/已保存/).waitFor()
  await page.getByText('没有发现问题').waitFor()
  await isAccessible(page, 'editor')
  await shot(page, 'editor')
  await page.getByRole('button', { name: '保存并去提交' }).click()
  await page.getByRole('textbox', { name: '意见' }).fill('请审核。')
  const go = page.getByRole('button', { name: /^(提交|办理完毕)$/ })
  await go.click()
  await handedOn(page, 'drafter')
  assert.equal(await page.locator('.act [role=alert]').count(), 0)
  await done(page)
})

test('B19 D2 the section head sends it to the water bureau for countersigning; its inside stays hidden', async () => {
  await handle('section_head', {
    opinion: '拟同意，请市水利局会签。',
    doing: page => chooseUnit(page, '会签单位', '常德市水利局'),
  })
  await handle('countersign_clerk', { doing: page => choose(page, /承办/, '龚海波').catch(() => {}) })
  await handle('countersign_handler', { opinion: '内部意见：水库调度部分已核对。' })
  await handle('countersign_head', { opinion: '同意会签。', outcome: '同意' })
})

test('B1 review, office, leader in charge, signature by the mayor on a phone', async () => {
  await handle('reviewer', { opinion: '已核，文字和依据无误。' })
  await handle('office_head', {
    opinion: '呈青林副市长审签。', outcome: '呈分管领导审签', picture: 'matter',
    doing: page => choose(page, '签发人', '章启航'),
  })
  await handle('leader', { opinion: '同意，呈启航市长签发。', phone: true })
  await handle('principal', { opinion: '同意发。', phone: true, picture: 'sign-phone' })
})

test('B1 rechecked, numbered from the book, dispatched to every unit of the city', async () => {
  await handle('reviewer', { opinion: '复核无误。', outcome: '复核通过' })
  const page = await open(c)
  await signIn(page, 'doc_clerk')
  await link(page).click()
  const book = page.getByLabel('文号簿')
  const number = book.locator('option', { hasText: /^\s*常政发/ })
  await number.waitFor({ state: 'attached' })
  await book.selectOption(await number.getAttribute('value'))
  await page.getByRole('button', { name: '取号' }).click()
  await page.getByText(/常政发〔\d{4}〕\d+号/).first().waitFor()
  await page.getByRole('button', { name: '提交', exact: true }).click()
  await page.getByText('已提交。').waitFor()
  await page.getByRole('link', { name: '选择主送、抄送并分发' }).click()
  await page.getByRole('tab', { name: '层级与系统' }).first().click()
  for (const level of ['市级单位', '县区单位', '乡镇街道', '村（社区）'])
    await page.getByRole('checkbox', { name: level }).first().check()
  const send = page.getByRole('button', { name: process.env.STORY_DEMO ? /^分发给 3[34]\d 个单位$/ : /^分发给 3[56]\d\d 个单位$/ })
  await send.waitFor()
  await shot(page, 'dispatch')
  await send.click()
  await page.getByRole('dialog').getByRole('button', { name: '分发', exact: true }).click()
  await page.getByText(/已分发 \d+ 个单位。/).waitFor()
  await page.getByRole('heading', { level: 1, name: title }).waitFor()
  await shot(page, 'board-new')
  await done(page)
})

test('B2 a township clerk signs for it on a phone and registers it', async () => {
  const page = await open(c, { phone: true })
  await signIn(page, 'town_clerk')
  await page.getByRole('tab', { name: /待签收/ }).click()
  await link(page).click()
  await page.getByRole('button', { name: '签收', exact: true }).click()
  await page.getByText('已签收。').waitFor()
  await fits(page, 'delivery')
  await shot(page, 'sign-for-phone')
  await page.getByText(/收〔\d{4}〕\d+号/).first().waitFor()
  await done(page)
})

test('R5 the office proposes, the township secretary’s spoken instruction is recorded and assigned', async () => {
  await handle('town_office', {
    opinion: '拟请粟庆生同志牵头落实，呈春生书记阅示。', outcome: '呈领导批示',
    doing: page => choose(page, '呈批领导', '鲁春生'),
  })
  const page = await open(c)
  await signIn(page, 'town_clerk')
  await link(page).click()
  await page.getByRole('button', { name: '代录', exact: false }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('批示内容').fill('请庆生同志牵头，立即组织巡堤查险，重大情况随时报告。')
  await dialog.getByRole('checkbox', { name: '具体时间不详' }).check()
  await dialog.getByRole('radio', { name: '批示', exact: true }).check()
  await dialog.getByRole('button', { name: '录入' }).click()
  await page.getByText('已代录，领导本人可以确认或更正。').waitFor()
  await page.getByText(/田.*代录|代录/).first().waitFor()
  await shot(page, 'recorded')
  await done(page)
})

test('B2 B25 the work is assigned, handled, answered and closed', async () => {
  await handle('town_office', { outcome: '转承办', doing: page => choose(page, '承办人', '粟庆生') })
  await handle('town_handler', { opinion: '已巡查堤段 12 处、山塘 36 口，转移群众 18 户 52 人，未发现险情。' })
  await handle('town_clerk', { opinion: '已落实防汛责任，转移 18 户 52 人。', outcome: '答复并办结' })
})

test('X1 B7 the sender sees the milestones of every unit, and nothing of its inside', async () => {
  const page = await open(c)
  await signIn(page, 'doc_clerk')
  await page.getByRole('link', { name: '分发跟踪' }).click()
  await link(page).click()
  await page.getByRole('searchbox', { name: '单位名称中的词' }).fill('毛里湖镇')
  await page.keyboard.press('Enter')
  const row = page.getByRole('row', { name: /毛里湖镇/ }).first()
  await row.waitFor().catch(async e => { await shot(page, 'failed-board'); throw e })
  await shot(page, 'board')
  assert.equal((await row.innerText()).includes('—'), false, 'every milestone has its moment')
  assert.doesNotMatch(await page.locator('main').innerText(), /请庆生同志牵头|拟请粟庆生/)
  await isAccessible(page, 'board')
  await done(page)
})
