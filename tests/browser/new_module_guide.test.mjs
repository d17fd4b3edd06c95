// docs/new-module.md, "In the studio": its numbered lines are read and done word by word, by clicks and keys
// only, by a unit's administrator, a colleague and a head of section. A word of the guide that the page does
// not have, or a clause that is none of the few below, fails here.
import test from 'node:test'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { city } from '../api/tongban.mjs'
import { done, open, shot, signIn } from './browser.mjs'

const guide = readFileSync('docs/new-module.md', 'utf8')
const section = /## In the studio\n([\s\S]*?)\n## /.exec(guide)[1]
const lines = section.split('\n').filter(l => /^\d/.test(l))
const c = await city()

let page, account
const pages = {}
async function as(name) {
  if (pages[name]) await done(pages[name])
  account = name
  page = pages[name] = await open(c)
  await signIn(page, name)
}
const exact = name => ({ name, exact: true })
/** One of these, in the dialog in front where it is there; else on the page. */
async function any(of, at = page.locator('main')) {
  const all = of(at).first()
  await all.waitFor()
  const inFront = of(page.getByRole('dialog').last())
  return await inFront.count() ? inFront.first() : all
}
const box = (label, group) => any(
  at => at.getByRole('textbox', exact(label)).or(at.getByRole('combobox', exact(label))).or(at.getByRole('combobox', { name: new RegExp('^' + label + ' ') })),
  group ? page.getByRole('group', exact(group)) : undefined)

const clauses = [
  [/^as `(\w+)`$/, as],
  [/^open 「(.+)」$/, async label => (await any(at => at.getByRole('tab', exact(label)).or(at.getByRole('link', exact(label))), page.locator('body'))).click()],
  [/^press 「(.+)」$/, async label => (await any(at => at.getByRole('button', exact(label)))).click()],
  [/^write `(.+)` in 「([^」]+)」(?: of 「(.+)」)?$/, async (text, label, group) => { const f = await box(label, group); await f.fill(text); await f.press('Tab') }],
  [/^choose 「([^」]+)」 in 「([^」]+)」(?: of 「(.+)」)?$/, async (option, label, group) => {
    const f = await box(label, group)
    await f.locator('option', { hasText: option }).first().waitFor({ state: 'attached' })
    await f.selectOption({ label: option })
  }],
  [/^tick 「(.+)」$/, async label => (await any(at => at.getByRole('checkbox', exact(label)).or(at.getByRole('radio', exact(label))))).check()],
  [/^see 「(.+)」$/, async words => page.getByText(words).first().waitFor()],
]

test('A8 A10 a module that did not exist before, made in the studio as the guide says', async () => {
  assert.deepEqual(lines.map(l => parseInt(l, 10)), Array.from({ length: 14 }, (_, i) => i + 1), 'the guide’s steps in their order')
  for (const line of lines) {
    const [, number, text] = /^(\d+)\. (.+)\.$/.exec(line)
    for (const words of text.replace(/^(As `\w+`): /, '$1; ').split('; ')) {
      const clause = words[0].toLowerCase() + words.slice(1)
      const found = clauses.find(([is]) => is.test(clause))
      assert.ok(found, `the guide says something that cannot be done: ${words}`)
      try { await found[1](...found[0].exec(clause).slice(1)) } catch (e) { await shot(page, 'guide-' + number); throw new Error(`step ${number}, “${words}”, as ${account}: ${e.message}`) }
    }
  }
  for (const p of Object.values(pages)) await done(p)
})
