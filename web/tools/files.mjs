// Our own source files, for the checkers.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
export const root = new URL('..', import.meta.url).pathname
export const read = f => readFileSync(join(root, f), 'utf8')
export function files(pattern, dir = root, out = []) {
  for (const name of readdirSync(dir)) {
    if (name === 'node_modules' || name === 'public' || name === 'tools') continue
    const p = join(dir, name)
    if (statSync(p).isDirectory()) files(pattern, p, out)
    else if (pattern.test(name)) out.push(relative(root, p))
  }
  return out
}
