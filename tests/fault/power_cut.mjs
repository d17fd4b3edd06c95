// The strict disk around the real program (power_cut.c), and the playing back of its journal: what
// would be found in the folder after the power went. Writes that were not synced are lost; with a
// seed, each is lost or kept by chance, as on a real disk, and may be torn.

import fs from 'node:fs'
import path from 'node:path'
import { shim, startWith } from './shim.mjs'

function walk(dir, see) {
  for (const e of fs.readdirSync(dir, { withFileTypes: true })) {
    const at = path.join(dir, e.name)
    see(at, e)
    if (e.isDirectory()) walk(at, see)
  }
}

// Two states of everything: as the program sees it (names, pending) and as the disk holds it.
export class Disk {
  /** The folder must be at rest. */
  constructor(dir) {
    this.dir = fs.realpathSync(dir)
    this.log = path.join(path.dirname(this.dir), `journal-${path.basename(this.dir)}-${Math.random().toString(36).slice(2)}`)
    this.byIno = new Map()
    this.live = new Map([[this.dir, new Map()]]) // folder -> name -> file or 'folder'
    walk(this.dir, (at, e) => {
      if (e.isDirectory()) { this.live.set(at, new Map()); this.put(at, 'folder') }
      if (!e.isFile()) return
      const file = new File(fs.readFileSync(at))
      this.byIno.set(fs.statSync(at, { bigint: true }).ino, file)
      this.put(at, file)
    })
    this.held = new Map([...this.live].map(([d, names]) => [d, new Map(names)]))
  }
  env(extra = {}) {
    return { LD_PRELOAD: shim('power_cut'), TB_CUT_DIR: this.dir, TB_CUT_LOG: this.log, ...extra }
  }
  fault(kind, on) {
    if (on) fs.writeFileSync(`${this.log}.${kind}`, on === true ? '' : String(on))
    else fs.rmSync(`${this.log}.${kind}`, { force: true })
  }
  // Starts the city of the folder with this disk under it.
  async serve(c, extra) {
    await startWith(c, this.env(extra))
  }
  // After the program is gone: the folder as it is found takes the old one's place.
  cut(chance) {
    const seen = this.play(), there = this.dir + '-found'
    this.write(there, chance)
    fs.rmSync(this.dir, { recursive: true })
    fs.renameSync(there, this.dir)
    for (const end of ['', '.enospc', '.eio', '.narrow']) fs.rmSync(this.log + end, { force: true })
    return seen
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
      const made = new File(Buffer.alloc(0))
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
      file.apply(file.pending)
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

// Bytes as synced, and what was written since.
class File {
  constructor(bytes) {
    this.room = bytes
    this.n = bytes.length
    this.pending = []
  }
  get bytes() { return this.room.subarray(0, this.n) }
  apply(pending) {
    for (const w of pending) {
      const end = w.bytes ? w.offset + w.bytes.length : w.size
      if (end > this.room.length) {
        const room = Buffer.alloc(Math.max(end, 2 * this.room.length))
        this.bytes.copy(room)
        this.room = room
      }
      if (w.bytes) w.bytes.copy(this.room, w.offset)
      else if (end < this.n) this.room.fill(0, end, this.n)
      this.n = w.bytes ? Math.max(this.n, end) : end
    }
  }
}

function found(file, chance) {
  if (!chance) return file.bytes
  const some = file.pending.filter(() => chance() < 0.5).map(w => {
    if (!w.bytes || chance() < 0.8) return w
    return { offset: w.offset, bytes: w.bytes.subarray(0, Math.floor(w.bytes.length * chance() / 512) * 512) }
  })
  const copy = new File(Buffer.from(file.bytes))
  copy.apply(some)
  return copy.bytes
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
