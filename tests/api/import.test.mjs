// `tongban import` as an operator uses it, into a closed folder and into one that serves: a file with one
// bad row changes nothing and names the row; a good one brings the city, and codes for new accounts.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { city, engine, query, run } from './tongban.mjs'

const c = await city({ demo: null })
const here = name => path.join(c.dir, '..', path.basename(c.dir) + '-' + name)
const file = (name, lines) => (fs.writeFileSync(here(name), lines.join('\n') + '\n'), here(name))
const bring = (kind, name) => run(['import', kind, name, '--data', c.dir])

const UNITS = ['code,name,short_name,parent_code,level,branch,kind,rank_order,division_code,from_on,phone,by_paper',
  'C,试验市,试验,,city,government,body,1,4307,2020-01-01,,0',
  'C-01,试验市人民政府办公室,市政府办,C,city,government,unit,1,4307,2020-01-01,0736-1234567,0']
const PEOPLE = ['person_code,account,name,mobile,office_phone,unit_code,section_code,title,grade,is_main,is_leader,rank_order,roles,from_on',
  'P1,wanwu,万武,,,C-01,,文员,,1,0,1,doc_clerk,2024-01-01',
  'P2,,陈山,,,C-01,,主任,,1,1,2,office_head,2024-01-01']

const counts = () => JSON.stringify(['unit', 'person', 'post', 'grant_', 'account'].map(t => {
  try { return query(c, `SELECT count(*) FROM ${t}`)[0][0] } catch { return null }
}))

const BAD = [
  ['a day that is none', [...UNITS, 'C-02,水利局,水利局,C,city,government,unit,2,4307,2020-13-01,,0'], /:4: \[from_on\] “2020-13-01”不是有效日期/],
  ['a parent that is not there', [...UNITS, 'C-02,水利局,水利局,X,city,government,unit,2,4307,2020-01-01,,0'], /:4: \[parent_code\] 没有编码为“X”的单位/],
  ['an empty name', [...UNITS, 'C-02,,水利局,C,city,government,unit,2,4307,2020-01-01,,0'], /:4: \[name\] “name”不能为空/],
  ['a column too few', [...UNITS, 'C-02,水利局,水利局,C,city,government,unit,2,4307,2020-01-01,'], /:4: 列数不对/],
  ['a quote that does not end', [...UNITS, 'C-02,"水利局,水利局,C,city,government,unit,2,4307,2020-01-01,,0'], /:4: 引号不配对/],
  ['another header', ['name,code', '甲,1'], /:1: 首行列名与格式说明不一致/],
]

function refusesBadRows() {
  const before = counts()
  for (const [what, lines, said] of BAD) {
    const name = file('bad.csv', lines)
    const r = bring('units', name)
    assert.equal(r.code, 1, what)
    assert.match(r.err, said, what)
    assert.ok(r.err.includes(name + ':'), `${what}: names the file as it was given\n${r.err}`)
    assert.match(r.err, /没有导入任何内容/)
    assert.match(r.err, /nothing was imported/)
  }
  fs.writeFileSync(here('gbk.csv'), Buffer.from([0xc4, 0xe3, 0x0a]))
  assert.match(bring('units', here('gbk.csv')).err, /UTF-8/)
  assert.match(bring('units', here('none.csv')).err, /无法读取/)
  assert.equal(run(['import', 'frogs', here('bad.csv'), '--data', c.dir]).code, 1)
  assert.equal(run(['import', 'units']).code, 2)
  assert.equal(counts(), before, 'nothing has changed')
}

test('A2 one bad row and nothing comes in, while serving', () => refusesBadRows())

test('A2 one bad row and nothing comes in, into a closed folder', { skip: engine !== 'sqlite' && 'the folder is the same' }, async () => {
  await c.stop()
  refusesBadRows()
  await c.start()
})

test('A2 a city comes in; codes for new accounts lie in a file for the operator alone', async () => {
  const good = bring('units', file('units.csv', ['\ufeff' + UNITS[0] + '\r', ...UNITS.slice(1)]))
  assert.equal(good.code, 0, good.err)
  const people = file('people.csv', PEOPLE)
  const r = bring('people', people)
  assert.equal(r.code, 0, r.err)
  assert.ok(r.out.includes(people + '.secrets'))
  assert.equal(fs.statSync(people + '.secrets').mode & 0o777, 0o600)
  const lines = fs.readFileSync(people + '.secrets', 'utf8').trim().split('\n')
  assert.equal(lines.length, 1, 'one code for one account')
  const [account, code] = lines[0].split(',')
  assert.equal(account, 'wanwu')
  const clerk = await c.signIn(account, code)
  await clerk.act('/me/password', { old_password: code, new_password: 'Qiu-yue-Cheng8' })
  assert.equal((await clerk.read('/me')).posts[0].title, '文员')
  // a row of a file that has come is a change, without a second code
  fs.rmSync(people + '.secrets')
  assert.equal(bring('people', people).code, 0)
  assert.ok(!fs.existsSync(people + '.secrets'))
})

test('where the codes cannot be written, nobody comes in', async () => {
  const before = counts()
  const dir = here('closed')
  fs.mkdirSync(dir)
  const people = path.join(dir, 'people.csv')
  fs.writeFileSync(people, [PEOPLE[0], 'P9,newone,新人,,,C-01,,文员,,1,0,9,,2024-01-01'].join('\n') + '\n')
  for (let i = 1; i < 100; i++) fs.writeFileSync(people + '.secrets' + (i > 1 ? '-' + i : ''), '') // no name is left
  const r = bring('people', people)
  assert.equal(r.code, 1)
  assert.match(r.err, /无法写入.*没有导入任何内容/)
  assert.equal(counts(), before)
})
