// docs/new-module.md followed to the letter: its blocks are the files, its commands are run.
import test from 'node:test'
import assert from 'node:assert/strict'
import { execSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { city } from './tongban.mjs'
import { done, todo, upload } from './module_kit.mjs'

const guide = readFileSync('docs/new-module.md', 'utf8')
const blocks = Object.fromEntries([...guide.matchAll(/```\w+ (\S+)\n([\s\S]*?)```/g)].map(m => [m[1], m[2]]))
const c = await city()
const [drafter, unitAdmin, head] = await Promise.all(['drafter', 'unit_admin', 'section_head'].map(a => c.signIn(a)))
const office = (await drafter.read('/me')).posts[0].unit.id

test('the guide names buttons that are there', () => {
  const words = Object.values(JSON.parse(readFileSync('web/text/zh-CN/studio.json', 'utf8')))
  const named = ['业务设计', '导入', '导入并检查', '检查', '试走', '发布', '确认发布']
  for (const w of named) assert.ok(guide.includes(w) && words.includes(w), w)
})

test('A10 a new module in fifteen minutes', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'tongban-guide-'))
  const program = join(process.cwd(), 'build', process.env.VARIANT ?? 'release', 'tongban')
  const run = name => execSync(blocks[name].trim().replace(/^tongban/, program), { cwd: dir, encoding: 'utf8' })
  let file
  try {
    mkdirSync(join(dir, 'reading_seat'))
    for (const name of ['module.json', 'flow.bpmn']) writeFileSync(join(dir, 'reading_seat', name), blocks[name])
    const said = JSON.parse(run('check'))
    assert.deepEqual([said.ok, said.errors, said.warnings], [true, [], []])
    // misspelt as the page says
    writeFileSync(join(dir, 'reading_seat', 'module.json'), blocks['module.json'].replace('"seats > 20"', '"seatz > 20"'))
    assert.throws(() => run('check'), e => { const f = JSON.parse(e.stdout).errors[0]; return f.file === 'module.json' && f.line > 1 && f.element.startsWith('rules[0]') && f.todo.length > 0 })
    writeFileSync(join(dir, 'reading_seat', 'module.json'), blocks['module.json'])
    run('export')
    file = readFileSync(join(dir, 'reading_seat.zip'))
  } finally { rmSync(dir, { recursive: true }) }
  const { id } = await unitAdmin.act('/studio/import', { upload_id: await upload(unitAdmin, file, 'reading_seat.zip'), unit_id: office })
  const form = JSON.parse(blocks.first)
  const tried = await unitAdmin.act(`/studio/modules/${id}/simulate`, { post_id: (await drafter.read('/me')).posts[0].id, form }, { key: null })
  assert.deepEqual(tried.way.steps.map(s => s.node), ['fill', 'section'])
  assert.deepEqual(await unitAdmin.act(`/studio/modules/${id}/publish`, { rev: 1 }), { version: 1, rev: 2 })
  const { matter_id } = await drafter.act('/matters', { module: 'reading_seat', form, hand_on: true })
  assert.ok(await todo(head, matter_id))
  await done(head, matter_id, { outcome: '同意' })
  const row = (await drafter.rows('/modules/reading_seat/matters')).find(r => r.matter_id === matter_id)
  assert.deepEqual([row.number, row.state], ['阅〔2026〕1号', 'done'])
  // Not agreed: refused, without a number.
  const other = await drafter.act('/matters', { module: 'reading_seat', form, hand_on: true })
  await done(head, other.matter_id, { outcome: '不同意', opinion: '座位已满。' })
  const refused = (await drafter.rows('/modules/reading_seat/matters')).find(r => r.matter_id === other.matter_id)
  assert.deepEqual([refused.number || '', refused.state], ['', 'rejected'])
})
