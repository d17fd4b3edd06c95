// Writes x.gz beside each built text file, so that the program sends it as it is (level 9).
import { readdirSync, readFileSync, writeFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
const root = new URL('../../build/web/', import.meta.url).pathname
function walk(dir) {
  for (const name of readdirSync(dir)) {
    const p = join(dir, name)
    if (statSync(p).isDirectory()) walk(p)
    else if (/\.(js|css|html|svg|json)$/.test(name)) writeFileSync(p + '.gz', gzipSync(readFileSync(p), { level: 9 }))
  }
}
walk(root)
