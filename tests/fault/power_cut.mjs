// The strict disk around the real program (power_cut.c), and the playing back of its journal: what
// would be found in the folder after the power went. Writes that were not synced are lost; with a
// seed, each is lost or kept by chance, as on a real disk, and may be torn.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { root } from '../api/tongban.mjs'

export function shim() {
  const so = path.join(root, 'build', 'test', 'power_cut.so')
  const source = path.join(root, 'tests', 'fault', 'power_cut.c')
  if (fs.existsSync(so) && fs.statSync(so).mtimeMs > fs.statSync(source).mtimeMs) return so
  fs.mkdirSync(path.dirname(so), { recursive: true })
  const made = `${so}.${process.pid}`
  const p = spawnSync('gcc', ['-std=gnu17', '-O1', '-Wall', '-Wextra', '-Werror', '-shared', '-fPIC', '-o', made, source, '-ldl', '-lpthread'], { encoding: 'utf8' })
  assert.equal(p.status, 0, p.stderr)
  fs.renameSync(made, so)
  return so
}

function walk(dir, see) {
  for (const e of fs.readdirSync(dir, { withFileTypes: true })) {
    const at = path.join(dir, e.name)
    see(at, e)
    if (e.isDirectory()) walk(at, see)
  }
}

// Two states of everything: as the program sees it (names, pending) and as the disk holds it.
export class Disk {
  constructor(dir) {
    this.dir = fs.realpathSync(dir)
    this.log = path.join(path.dirname(this.dir), `journal-${path.basename(this.dir)}-${Math.random().toString(36).slice(2)}`)
    this.byIno = new Map()
    this.live = new Map([[this.dir, new Map()]]) // folder -> name -> file or 'folder'
    walk(this.dir, (at, e) => {
      if (e.isDirectory()) { this.live.set(at, new Map()); this.put(at, 'folder') }
      if (!e.isFile()) return
      const file = { bytes: fs.readFileSync(at), pending: [] }
      this.byIno.set(fs.statSync(at, { bigint: true }).ino, file)
      this.put(at, file)
    })
    this.held = new Map([...this.live].map(([d, names]) => [d, new Map(names)]))
  }
  env(extra = {}) {
    return { LD_PRELOAD: shim(), TB_CUT_DIR: this.dir, TB_CUT_LOG: this.log, ...extra }
  }
  fault(kind, on) {
    if (on) fs.writeFileSync(`${this.log}.${kind}`, '')
    else fs.rmSync(`${this.log}.${kind}`, { force: true })
  }
  put(at, what) { this.live.get(path.dirname(at))?.set(path.basename(at), what) }
  take(at) {
    const names = this.live.get(path.dirname(at)), what = names?.get(path.basename(at))
    names?.delete(path.basename(at))
    return what
  }

  // Plays the journal; the counts tell that it saw something.
  play() {
    const all = fs.readFileSync(this.log)
    const seen = { W: 0, S: 0, D: 0, O: 0, R: 0, U: 0, M: 0, T: 0, L: 0 }
    for (let at = 0; at + 40 <= all.length;) {
      const op = String.fromCharCode(all[at])
      const n1 = all.readUInt32LE(at + 4), n2 = all.readUInt32LE(at + 8)
      const ino = all.readBigUInt64LE(at + 16), offset = Number(all.readBigUInt64LE(at + 24))
      const size = op === 'W' ? Number(all.readBigUInt64LE(at + 32)) : 0
      const name1 = all.toString('utf8', at + 40, at + 40 + n1), name2 = all.toString('utf8', at + 40 + n1, at + 40 + n1 + n2)
      const from = at + 40 + n1 + n2
      if (from + size > all.length) break // killed while it wrote the journal
      seen[op]++
      this.step(op, name1, name2, ino, offset, all.subarray(from, from + size))
      at = from + size
    }
    return seen
  }
  step(op, name1, name2, ino, offset, bytes) {
    const file = this.byIno.get(ino)
    if (op === 'O') {
      const made = { bytes: Buffer.alloc(0), pending: [] }
      this.byIno.set(ino, made)
      this.put(name1, made)
    } else if (op === 'M') {
      this.live.set(name1, new Map())
      this.put(name1, 'folder')
    } else if (op === 'R') {
      this.put(name2, this.take(name1))
    } else if (op === 'L') {
      this.put(name2, this.live.get(path.dirname(name1))?.get(path.basename(name1)))
    } else if (op === 'U') {
      this.take(name1)
    } else if (op === 'D') {
      this.held.set(name1, new Map(this.live.get(name1)))
    } else if (op === 'W') {
      file?.pending.push({ offset, bytes })
    } else if (op === 'T') {
      file?.pending.push({ size: offset })
    } else if (op === 'S' && file) {
      file.bytes = applied(file.bytes, file.pending)
      file.pending = []
    }
  }
  // The folder as it is found when the power is back.
  write(to, chance) {
    fs.mkdirSync(to)
    const kept = this.kept(this.dir, chance)
    for (const [name, what] of kept) {
      if (what === 'folder') this.writeFolder(path.join(this.dir, name), path.join(to, name), chance)
      else if (!name.endsWith('-shm')) fs.writeFileSync(path.join(to, name), found(what, chance))
    }
  }
  writeFolder(from, to, chance) {
    fs.mkdirSync(to)
    for (const [name, what] of this.kept(from, chance)) {
      if (what === 'folder') this.writeFolder(path.join(from, name), path.join(to, name), chance)
      else fs.writeFileSync(path.join(to, name), found(what, chance))
    }
  }
  kept(folder, chance) {
    const held = this.held.get(folder) ?? new Map()
    return chance && chance() < 0.5 ? this.live.get(folder) ?? held : held
  }
}

function found(file, chance) {
  if (!chance) return file.bytes
  const some = file.pending.filter(() => chance() < 0.5).map(w => {
    if (!w.bytes || chance() < 0.8) return w
    return { offset: w.offset, bytes: w.bytes.subarray(0, Math.floor(w.bytes.length * chance() / 512) * 512) }
  })
  return applied(file.bytes, some)
}

function applied(bytes, pending) {
  let size = bytes.length
  for (const w of pending) size = w.bytes ? Math.max(size, w.offset + w.bytes.length) : Math.max(size, w.size)
  const all = Buffer.alloc(size)
  bytes.copy(all)
  let end = bytes.length
  for (const w of pending) {
    if (w.bytes) {
      w.bytes.copy(all, w.offset)
      end = Math.max(end, w.offset + w.bytes.length)
    } else {
      if (w.size < end) all.fill(0, w.size, end)
      end = w.size
    }
  }
  return all.subarray(0, end)
}

// Numbers in [0, 1) that come again for the same seed.
export function chanceOf(seed) {
  let s = seed >>> 0
  return () => {
    s = (s + 0x6D2B79F5) >>> 0
    let t = Math.imul(s ^ (s >>> 15), 1 | s)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
