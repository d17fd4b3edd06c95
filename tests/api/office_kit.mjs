// A machine with another LibreOffice than its own, or none: what the program starts by name is found in a
// folder of the test's before the rest of the path.
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { execFileSync } from 'node:child_process'

const bin = fs.mkdtempSync(path.join(os.tmpdir(), 'tongban-office-'))
process.on('exit', () => fs.rmSync(bin, { recursive: true, force: true }))
const which = name => { try { return execFileSync('which', [name], { encoding: 'utf8' }).trim() } catch { return '' } }
export const soffice = which('soffice')

/** Runs start (city) with a path on which soffice is this script, or not at all when there is none. */
export async function withOffice(script, start, files = {}) {
  const all = process.env.PATH
  if (script) fs.writeFileSync(path.join(bin, 'soffice'), '#!/bin/bash\nin="${@: -1}"\nto="$(echo "$@" | sed "s/.*--convert-to \\([a-z]*\\).*/\\1/")"\nout="$PWD/out/in.$to"\nhere="$(dirname "$0")"\n' + script + '\n', { mode: 0o755 })
  for (const [name, bytes] of Object.entries(files)) fs.writeFileSync(path.join(bin, name), bytes)
  if (!script) for (const tool of ['pdftotext', 'pdftoppm', 'prlimit', 'sh']) if (which(tool)) fs.symlinkSync(which(tool), path.join(bin, tool))
  const psql = '/usr/lib/postgresql/15/bin/psql' // the tests' own look at PostgreSQL
  if (!script && fs.existsSync(psql)) fs.symlinkSync(psql, path.join(bin, 'psql'))
  process.env.PATH = script ? bin + ':' + all : bin
  try { return await start() } finally { process.env.PATH = all }
}

/** Makes another format of a file, by LibreOffice in a home of its own. */
export function convert(bytes, from, to) {
  const dir = fs.mkdtempSync(path.join(bin, 'made-'))
  fs.writeFileSync(path.join(dir, 'x.' + from), bytes)
  execFileSync(soffice, [`-env:UserInstallation=file://${dir}/home`, '--headless', '--convert-to', to, '--outdir', path.join(dir, 'out'), path.join(dir, 'x.' + from)], { stdio: 'ignore' })
  return fs.readFileSync(path.join(dir, 'out', 'x.' + to.split(':')[0]))
}
/** An old file of an office program: its first bytes, which is all that its type is known by. */
export const old = text => Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(504), Buffer.from(text), Buffer.alloc(2048)])
