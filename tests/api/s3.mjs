// An S3 store for the tests that want one: s3rver on a free port of this machine behind a door
// (s3_door.mjs) that checks signatures. It can be taken away and come back with what it holds, be
// full, and keep versions.
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { root, until } from './tongban.mjs'

/** What the store knows us by. */
export const keys = { access: 'S3RVER', secret: 'S3RVER' }

const freePort = () => new Promise(done => {
  const s = net.createServer().listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => done(port)) })
})

class Store {
  constructor(dir, port, inner) { Object.assign(this, { dir, port, inner, endpoint: `http://127.0.0.1:${port}` }) }
  /** The place of one city in it, as tongban.conf names it. */
  place(prefix, more = '') { return `s3://tongban/${prefix}?endpoint=${this.endpoint}&region=cn-north-1${more}` }
  async start() {
    // its tokens for the next page of a list are made with a cipher that OpenSSL 3 keeps apart
    this.child = spawn(process.execPath, ['--openssl-legacy-provider', '--no-deprecation', path.join(root, 'tests/api/s3_door.mjs'), this.dir, String(this.port), String(this.inner)],
      { stdio: 'ignore' })
    this.child.unref() // a test that fails must not wait for it
    await until('the S3 store answers', () => this.tell({}).catch(() => null), 30000)
    return this
  }
  /** Sets what it does on purpose, and gives what it saw: { refuses, versions, wrong, asked }. */
  async tell(what) {
    const r = await fetch(this.endpoint + '/-/', { method: 'POST', body: JSON.stringify(what) })
    return r.json()
  }
  async stop() {
    const child = this.child
    this.child = null
    if (child) await new Promise(done => { child.on('close', done); child.kill('SIGKILL') })
  }
  async end() { await this.stop(); fs.rmSync(this.dir, { recursive: true, force: true }) }
  /** Names of the objects below a prefix, as they lie in its folder. */
  objects(prefix) {
    const top = path.join(this.dir, 'tongban', prefix)
    if (!fs.existsSync(top)) return []
    return fs.readdirSync(top, { recursive: true, withFileTypes: true }).filter(f => f.isFile() && f.name.endsWith('._S3rver_object'))
      .map(f => path.relative(top, path.join(f.parentPath || f.path, f.name)).replace(/\._S3rver_object$/, '')).sort()
  }
  /** Another object with the same bytes, there at once; older(ms) makes it as old. */
  copy(prefix, from, to, fromPrefix = prefix) {
    const made = this.fileOf(prefix, to)
    fs.mkdirSync(path.dirname(made), { recursive: true })
    for (const end of ['_object', '_object.md5', '_metadata.json']) {
      const source = this.fileOf(fromPrefix, from).replace(/_object$/, end)
      if (fs.existsSync(source)) fs.copyFileSync(source, made.replace(/_object$/, end))
    }
    return { older: ms => { const t = (Date.now() - ms) / 1000; fs.utimesSync(made, t, t) } }
  }
  /** How many requests from now on have this in their address. */
  asked(part) {
    let before = null
    const count = async () => (await this.tell({})).asked.filter(a => a.includes(part)).length
    const began = count().then(n => { before = n })
    return async () => { await began; return await count() - before }
  }
  fileOf(prefix, name) { return path.join(this.dir, 'tongban', prefix, name + '._S3rver_object') }
}

/** Running until end(), which a test file calls after its cities have ended. */
export async function s3store() {
  const dir = fs.mkdtempSync(path.join(process.env.TONGBAN_TEST_TMP || os.tmpdir(), 'tongban-s3-'))
  const s = new Store(dir, await freePort(), await freePort())
  process.on('exit', () => { if (s.child) s.child.kill('SIGKILL'); fs.rmSync(dir, { recursive: true, force: true }) })
  return s.start()
}

export function writeKeys(folder, { access = keys.access, secret = keys.secret, mode = 0o600 } = {}) {
  const file = path.join(folder, 's3.keys')
  fs.writeFileSync(file, `access_key = ${access}\nsecret_key = ${secret}\n`, { mode })
  fs.chmodSync(file, mode)
}

/** For city({ blob }): its contents in the store, and with several nodes a folder for each. */
export const inStore = (store, prefix, more) => c => {
  const conf = path.join(c.dir, 'tongban.conf')
  fs.writeFileSync(conf, fs.readFileSync(conf, 'utf8').replace(/^blob\s*=.*$/m, 'blob = ' + store.place(prefix, more)))
  writeKeys(c.dir)
  c.apart = true
}
