// The main job, by hand, in the pages: a city office's draft is reviewed, countersigned by a bureau,
// signed, numbered and sent to the units; a township clerk signs for it on a phone, its secretary's
// instruction is recorded, the work handled and closed; the sender sees every milestone and no
// opinion of the receiver. Each test is one desk; they build on each other.
import test from 'node:test'
import assert from 'node:assert/strict'
import { city } from '../api/tongban.mjs'
import { done, fits, isAccessible, open, shot, signIn } from './browser.mjs'

const c = await city()
const TITLE = '常德市人民政府关于做好今冬明春水利建设工作的通知'
const TEXT = `为切实做好今冬明春水利建设工作，现就有关事项通知如下：
一、总体要求
坚持防汛抗旱两手抓，补齐农田水利短板。
二、重点任务
（一）抓紧病险水库除险加固
各地要逐库落实责任人，汛前完成主体工程。
三、有关要求
请各单位于12月20日前将实施方案报送市水利局。`

// The desks stand in a row: after one that failed the next has nothing to do, and says so at once.
let broken = ''
function desk(name, run) {
  test(name, async () => {
    assert.equal(broken, '', 'an earlier desk failed')
    broken = name
    await run()
    broken = ''
  })
}

// Somebody opens the paper from the own desk and waits for its page.
async function take(page, account, title = TITLE) {
  await signIn(page, account)
  await page.getByRole('link', { name: title }).first().click()
  await page.getByRole('heading', { level: 1, name: title }).waitFor()
}
async function choose(page, label, words) {
  const box = page.getByRole('combobox', { name: label })
  await box.fill(words)
  await page.getByRole('option', { name: new RegExp(words) }).first().click()
}
async function hand(page, opinion, outcome) {
  await page.getByRole('textbox', { name: '意见' }).fill(opinion)
  if (outcome) await page.getByRole('radio', { name: outcome, exact: true }).check()
  await page.locator('.act-go').click()
  await page.getByText('已提交。').waitFor()
}

desk('B1 the drafter writes, saves, sees the findings and hands on', async () => {
  const page = await open(c)
  await signIn(page, 'drafter')
  await shot(page, '01-desk')
  await page.getByRole('link', { name: '拟稿' }).first().click()
  await page.getByLabel('发文机关').selectOption({ label: '常德市人民政府' })
  await page.getByLabel('文种').selectOption('通知')
  await page.getByLabel('标题').fill(TITLE)
  await isAccessible(page, 'new draft')
  await page.getByRole('button', { name: '开始起草' }).click()
  await page.getByRole('textbox', { name: '第 1 段' }).waitFor()
  await page.getByLabel('公开属性').selectOption('active')
  await page.getByRole('textbox', { name: '主送' }).fill('各县（市、区）人民政府，各乡镇人民政府')
  await page.getByRole('button', { name: '对应单位' }).first().click()
  const picker = page.getByRole('dialog', { name: '主送' })
  await picker.getByRole('tab', { name: '常用组' }).click()
  await picker.getByRole('checkbox', { name: /各县（市、区）人民政府/ }).check()
  await picker.getByRole('checkbox', { name: /各乡镇（街道）/ }).check()
  await picker.getByText('11', { exact: true }).waitFor()
  await isAccessible(page, 'recipients')
  await shot(page, '02-recipients')
  await picker.getByRole('button', { name: '确定' }).click()
  await page.evaluate(text => {
    const el = document.querySelector('[data-block="0"]')
    el.focus()
    const data = new DataTransfer()
    data.setData('text/plain', text)
    el.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
  }, TEXT)
  await page.getByRole('textbox', { name: '第 8 段' }).waitFor()
  assert.equal(await page.getByRole('combobox', { name: '第 2 段的层级' }).inputValue(), 'h1')
  assert.equal(await page.getByRole('combobox', { name: '第 5 段的层级' }).inputValue(), 'h2')
  await page.getByLabel('联系人').fill('温晓川')
  await page.getByLabel('联系电话').fill('0736-7780000')
  await page.keyboard.press('Control+s')
  await page.getByText(/已保存/).first().waitFor()
  await page.locator('input[type=file]').setInputFiles({ name: '任务分解表.txt', mimeType: 'text/plain', buffer: Buffer.from('常德市水利建设任务分解表\n'.repeat(2000)) })
  await page.getByRole('link', { name: '任务分解表.txt' }).waitFor()
  await isAccessible(page, 'editor')
  await shot(page, '03-editor')
  // What warns is kept with a reason.
  for (const box of await page.getByRole('textbox', { name: /的说明$/ }).all()) {
    await box.fill('全市统一部署，确有需要。')
    await box.press('Enter')
  }
  await page.getByRole('button', { name: '保存并去提交' }).click()
  await page.getByRole('heading', { level: 1, name: TITLE }).waitFor()

  await hand(page, '请审核。')
  await done(page)
})

desk('B19 the head of section sends it to a bureau to countersign; the bureau answers once', async () => {
  const head = await open(c)
  await take(head, 'section_head')
  await head.getByRole('button', { name: '会签单位 选择单位' }).click()
  await head.getByRole('searchbox', { name: '单位名称中的词' }).fill('常德市水利局')
  await head.getByRole('treeitem', { name: /常德市水利局/ }).locator('.utree-name').click()
  await head.getByRole('button', { name: '确定' }).click()
  await hand(head, '拟同意，请市水利局会签。')
  await done(head)

  const clerk = await open(c)
  await take(clerk, 'countersign_clerk', new RegExp(TITLE))
  await choose(clerk, /承办人|办理人|handlers/, '龚海波')
  await hand(clerk, '请龚海波同志研提意见。')
  await done(clerk)
  const handler = await open(c)
  await take(handler, 'countersign_handler', new RegExp(TITLE))
  await handler.getByRole('tab', { name: '正文' }).click()
  await handler.getByText('补齐农田水利短板').waitFor()
  await isAccessible(handler, 'text of the document')
  await shot(handler, '04-text')
  await hand(handler, '经研究，无不同意见。')
  await done(handler)
  const chief = await open(c)
  await take(chief, 'countersign_head', new RegExp(TITLE))
  await hand(chief, '同意。', '同意')
  await done(chief)
})

desk('the office reviews, the leader in charge and the mayor sign', async () => {
  const reviewer = await open(c)
  await take(reviewer, 'reviewer')
  await reviewer.getByRole('rowheader', { name: '会签意见' }).waitFor()
  // The inside of the bureau stays hidden (OFFICE D2).
  assert.doesNotMatch(await reviewer.locator('.sheet').textContent(), /无不同意见/)
  await hand(reviewer, '已核，文字通顺，格式规范。')
  await done(reviewer)
  const office = await open(c)
  await take(office, 'office_head')
  await choose(office, '签发人', '章启航')
  await hand(office, '拟同意，呈青林同志审签。', '呈分管领导审签')
  await done(office)
  const leader = await open(c)
  await take(leader, 'leader')
  await hand(leader, '同意，请启航市长签发。')
  await done(leader)
  const mayor = await open(c, { phone: true })
  await take(mayor, 'principal')
  await mayor.getByRole('button', { name: /^(办理|批示)/ }).click()
  const sheet = mayor.getByRole('dialog', { name: '办理' })
  await sheet.getByRole('textbox', { name: '意见' }).fill('同意发。')
  await shot(mayor, '05-sign-phone')
  await sheet.locator('.act-go').click()
  await mayor.getByText('已提交。').waitFor()
  await done(mayor)
})

desk('B6 rechecked, numbered by the clerk, dispatched; the sheet is whole', async () => {
  const recheck = await open(c)
  await take(recheck, 'recheck')
  await hand(recheck, '复核无误。', '复核通过')
  await done(recheck)
  const clerk = await open(c)
  await take(clerk, 'doc_clerk')
  await clerk.getByLabel('文号簿').selectOption({ label: (await clerk.getByLabel('文号簿').locator('option', { hasText: '常政发' }).first().textContent()) })
  await clerk.getByRole('button', { name: '取号' }).click()
  await clerk.getByText(/已取号 常政发〔\d{4}〕\d+号/).waitFor()
  await isAccessible(clerk, 'numbering')
  await hand(clerk, '已编号。')
  await shot(clerk, '06-sheet')
  await clerk.getByRole('link', { name: '选择主送、抄送并分发' }).click()
  await clerk.getByRole('heading', { name: '分发' }).waitFor()
  await clerk.getByRole('button', { name: '分发给 11 个单位' }).waitFor()
  await isAccessible(clerk, 'dispatch')
  await clerk.getByRole('button', { name: '分发给 11 个单位' }).click()
  await clerk.getByRole('dialog', { name: '确认分发' }).getByRole('button', { name: '分发', exact: true }).click()
  await clerk.getByRole('heading', { level: 1, name: TITLE }).waitFor()
  await clerk.getByRole('button', { name: /^11\s*全部单位/ }).waitFor()
  await isAccessible(clerk, 'board')
  await done(clerk)
})

desk('B2 a township clerk signs for it on the phone; the secretary’s instruction is recorded; handled and closed', async () => {
  const [boss, office, admin] = await Promise.all([c.signIn('town_secretary'), c.signIn('town_office'), c.signIn('city_admin')])
  const postOf = async who => (await who.read('/me')).posts[0].id
  await admin.act('/secretaries', { leader_post: await postOf(boss), secretary_post: await postOf(office), from_on: new Date(Date.now() - 86400000).toISOString().slice(0, 10), authorisation: '党委会议定' })

  const clerk = await open(c, { phone: true })
  await signIn(clerk, 'town_clerk')
  await clerk.getByRole('tab', { name: /待签收/ }).click()
  await clerk.getByRole('link', { name: TITLE }).waitFor()
  await isAccessible(clerk, 'to sign, phone')
  await shot(clerk, '07-to-sign-phone')
  await clerk.getByRole('link', { name: TITLE }).click()
  await clerk.getByText('签收后显示全文和附件').waitFor()
  assert.equal(await clerk.getByText('补齐农田水利短板').count(), 0)
  await isAccessible(clerk, 'cover, phone')
  await fits(clerk, 'cover, phone')
  await shot(clerk, '08-cover-phone')
  await clerk.getByRole('button', { name: '签收', exact: true }).click()
  await clerk.getByText('已签收。').waitFor()
  await clerk.getByRole('tab', { name: '正文' }).click()
  await clerk.getByText('补齐农田水利短板').waitFor()
  await shot(clerk, '09-text-phone')
  await done(clerk)

  const director = await open(c)
  await take(director, 'town_office')
  await choose(director, '呈批领导', '鲁春生')
  await hand(director, '拟请应急办牵头，水利站配合。呈春生书记阅示。', '呈领导批示')
  await director.reload()
  await director.getByRole('button', { name: '代录批示' }).click()
  const record = director.getByRole('dialog', { name: '代录批示' })
  await record.getByRole('textbox', { name: '批示内容' }).fill('请应急办粟庆生同志牵头，抓好落实。')
  await record.getByRole('checkbox', { name: '具体时间不详' }).check()
  await isAccessible(director, 'recording')
  if (await record.getByRole('radio', { name: '批示', exact: true }).count()) await record.getByRole('radio', { name: '批示', exact: true }).check()
  await record.getByRole('button', { name: '录入' }).click()
  await director.getByText('已代录').waitFor()
  await director.getByText('伍建平代录').first().waitFor()
  await shot(director, '10-recorded')
  await director.getByRole('button', { name: '抄清交办' }).click()
  const assign = director.getByRole('dialog', { name: '抄清交办' })
  await assign.getByRole('combobox', { name: '承办（第一位主办）' }).fill('粟庆生')
  await assign.getByRole('option', { name: /粟庆生/ }).first().click()
  await isAccessible(director, 'assignment')
  await assign.getByRole('button', { name: '抄清交办' }).click()
  await director.getByText('已交办。').waitFor()
  await hand(director, '按书记批示办理。', '不需承办')
  await done(director)

  const handler = await open(c)
  await signIn(handler, 'town_handler')
  await handler.getByRole('link', { name: /水利建设/ }).first().click()
  await hand(handler, '已排查山塘12座，实施方案已报市水利局。')
  await done(handler)
  const closing = await open(c)
  await take(closing, 'town_clerk')
  await hand(closing, '实施方案已按时报送。', '答复并办结')
  await closing.getByText('已办结').first().waitFor()
  await done(closing)
})

desk('B4 X1 the sender sees every milestone and no opinion; the unsigned can be copied', async () => {
  const page = await open(c)
  await signIn(page, 'doc_clerk')
  await page.getByRole('link', { name: '分发跟踪' }).click()
  await page.getByRole('link', { name: TITLE }).click()
  const row = page.getByRole('row', { name: /津市市毛里湖镇/ })
  await row.getByText('已办结').waitFor()
  assert.ok((await row.getByText(/^\d\d-\d\d \d\d:\d\d$/).count()) >= 5)
  const text = await page.locator('main').textContent()
  assert.doesNotMatch(text, /粟庆生|山塘12座|抓好落实/)
  await shot(page, '11-board')
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.getByRole('button', { name: '复制未签收名单' }).click()
  await page.getByText('已复制 10 个未签收单位。').waitFor()
  const copied = await page.evaluate(() => navigator.clipboard.readText())
  assert.equal(copied.split('\n').length, 10)
  assert.doesNotMatch(copied, /毛里湖镇/)
  await page.goto('/registers/sent')
  await page.getByRole('link', { name: TITLE }).waitFor()
  await isAccessible(page, 'sent register')
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: /导出 .csv/ }).click()
  await page.getByRole('link', { name: '下载' }).click()
  assert.match((await download).suggestedFilename(), /csv$/)
  await done(page)
})
