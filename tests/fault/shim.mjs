// Builds a library of tests/fault for LD_PRELOAD, when it is older than its source: its path.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { root } from '../api/tongban.mjs'

export function shim(name) {
  const so = path.join(root, 'build', 'test', name + '.so')
  const source = path.join(root, 'tests', 'fault', name + '.c')
  if (fs.existsSync(so) && fs.statSync(so).mtimeMs > fs.statSync(source).mtimeMs) return so
  fs.mkdirSync(path.dirname(so), { recursive: true })
  const made = `${so}.${process.pid}`
  const p = spawnSync('gcc', ['-std=gnu17', '-O1', '-Wall', '-Wextra', '-Werror', '-shared', '-fPIC', '-o', made, source, '-ldl', '-lpthread'], { encoding: 'utf8' })
  assert.equal(p.status, 0, p.stderr)
  fs.renameSync(made, so)
  return so
}

/** Starts the city with these variables around the program, and takes them back. */
export async function startWith(c, env) {
  Object.assign(process.env, env)
  try { await c.start() } finally { for (const k of Object.keys(env)) delete process.env[k] }
}
