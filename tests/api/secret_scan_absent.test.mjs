// Without the tool that reads scans the platform says so plainly, to its operator and on the page of
// the city's administrator, and everything else works. (OFFICE D9)
import test from 'node:test'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { city, until } from './tongban.mjs'
import { attach, picture, textPdf } from './scans.mjs'

// A machine that has poppler and no tesseract: what the program starts by name is found here only.
const bin = fs.mkdtempSync(path.join(os.tmpdir(), 'tongban-bin-'))
process.on('exit', () => fs.rmSync(bin, { recursive: true, force: true }))
for (const tool of ['pdftotext', 'pdftoppm', 'prlimit']) fs.symlinkSync(execFileSync('which', [tool], { encoding: 'utf8' }).trim(), path.join(bin, tool))
// the tests' own look at PostgreSQL
const psql = '/usr/lib/postgresql/15/bin/psql'
if (fs.existsSync(psql)) fs.symlinkSync(psql, path.join(bin, 'psql'))
const scan = picture({ mark: '机密★10年' }), text = textPdf({ mark: '机密★10年' })
const all = process.env.PATH
process.env.PATH = bin
const c = await city().finally(() => { process.env.PATH = all })

test('D9 no tesseract: said in the log and on the page; text is still looked at', async () => {
  await until('the operator is told', () => /scans and pictures are not looked at, tesseract-ocr/.test(c.log))
  assert.doesNotMatch(c.log, /the text of PDF files is not looked at/)
  const [drafter, admin] = await Promise.all([c.signIn('drafter'), c.signIn('city_admin')])
  assert.deepEqual((await admin.read('/secret-marks')).reads, { pdf: true, scans: false })
  const { matter_id } = await drafter.act('/matters', { module: 'internal_request', title: '关于扫描件的呈批', form: { content: '请批准' } })
  assert.equal((await attach(drafter, matter_id, scan, 'scan.png')).status, 201)
  assert.equal((await attach(drafter, matter_id, text, 'text.pdf')).body.code, 'secret.refused')
})
