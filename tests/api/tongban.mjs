// The harness of the API tests: starts the real program on a folder of its own, signs people in,
// speaks HTTP. README.md says how a test reads. Nothing here knows a rule of the office.

import { spawn, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import assert from 'node:assert/strict'
import { after } from 'node:test'
import { fileURLToPath } from 'node:url'
import { answersOf } from './answers.mjs'

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
export const program = path.join(root, 'build', process.env.VARIANT || 'release', process.env.PROGRAM || 'tongban')
export const engine = process.env.DB || 'sqlite'
/** Of every account in a demo folder. */
export const demoPassword = 'Tongban-2026'

const pgFolder = process.env.TONGBAN_TEST_PG
const scratch = fs.mkdtempSync(path.join(process.env.TONGBAN_TEST_TMP || os.tmpdir(), 'tongban-test-'))
process.on('exit', () => fs.rmSync(scratch, { recursive: true, force: true }))

let count = 0
const fresh = what => path.join(scratch, `${what}-${++count}`)

/** Runs the program to its end: { code, out, err }. */
export function run(args, options = {}) {
  const p = spawnSync(program, args, { encoding: 'utf8', cwd: root, maxBuffer: 1 << 28, ...options })
  return { code: p.status, out: p.stdout, err: p.stderr }
}

// --- databases and folders -----------------------------------------------------------------------

const pgUrl = name => `postgresql://tongban@/${name}?host=${pgFolder}`

function pgCommand(sql) {
  const p = spawnSync('psql', ['-h', pgFolder, '-U', 'tongban', '-d', 'postgres', '-qAtc', sql], { encoding: 'utf8' })
  assert.equal(p.status, 0, p.stderr)
}

/** A new, empty PostgreSQL database of this test: its URL. */
export function freshDatabase(template) {
  assert.ok(pgFolder, 'DB=pgsql needs a cluster: run it by tools/suite.py api pgsql …')
  const name = 't' + randomBytes(8).toString('hex')
  pgCommand(`CREATE DATABASE ${name}${template ? ' TEMPLATE ' + template : ''}`)
  return { name, url: pgUrl(name) }
}

function initFolder(dir, demo, url) {
  const args = ['init', '--data', dir]
  if (demo) args.push('--demo', demo)
  if (url) args.push('--db', url)
  const made = run(args)
  assert.equal(made.code, 0, made.out + made.err)
  return made.out
}

/* The demo folder is made once for a build of the program and kept under build/. */
function demoMaster(demo) {
  const digest = createHash('sha256').update(fs.readFileSync(program)).digest('hex').slice(0, 16)
  const place = engine === 'pgsql' ? pgFolder : path.join(root, 'build', 'test')
  const master = path.join(engine === 'pgsql' ? path.join(os.tmpdir(), path.basename(place) + '-demo') : place, `${demo}-${digest}`)
  const name = `demo_${demo}_${digest}`
  fs.mkdirSync(path.dirname(master), { recursive: true })
  const lock = master + '.lock'
  for (let waited = 0; !fs.existsSync(master + '.ready'); waited++) {
    try {
      fs.mkdirSync(lock)
    } catch {
      assert.ok(waited < 6000, `another test should have made ${master}; remove ${lock} if none runs`)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100)
      continue
    }
    try {
      if (fs.existsSync(master + '.ready')) break
      fs.rmSync(master, { recursive: true, force: true })
      if (engine === 'pgsql') pgCommand(`CREATE DATABASE ${name}`)
      initFolder(master, demo, engine === 'pgsql' ? pgUrl(name) : null)
      fs.writeFileSync(master + '.ready', '')
    } finally {
      fs.rmdirSync(lock)
    }
  }
  return { master, name }
}

function folderOf(demo) {
  const dir = fresh('data')
  if (!demo) {
    const url = engine === 'pgsql' ? freshDatabase().url : null
    return { dir, said: initFolder(dir, null, url), db: url }
  }
  const { master, name } = demoMaster(demo)
  fs.cpSync(master, dir, { recursive: true, mode: fs.constants.COPYFILE_FICLONE })
  if (engine !== 'pgsql') return { dir, said: '', db: null }
  const { url } = freshDatabase(name)
  const conf = path.join(dir, 'tongban.conf')
  fs.writeFileSync(conf, fs.readFileSync(conf, 'utf8').replace(/^database\s*=.*$/m, 'database = ' + url))
  return { dir, said: '', db: url }
}

/** Looks into the database of a stopped or running city: rows of texts. For fault tests only. */
export function query(c, sql) {
  const p = engine === 'pgsql'
    ? spawnSync('psql', [c.db, '-qAt', '-F', '\t', '-c', 'SET search_path=tongban,public', '-c', sql], { encoding: 'utf8', maxBuffer: 1 << 28 })
    : spawnSync('python3', ['-c', 'import sqlite3,sys\nfor r in sqlite3.connect(sys.argv[1]).execute(sys.argv[2]): print(*r, sep="\t")', path.join(c.dir, 'tongban.db'), sql], { encoding: 'utf8', maxBuffer: 1 << 28 })
  assert.equal(p.status, 0, p.stderr)
  return p.stdout.split('\n').filter(Boolean).map(l => l.split('\t'))
}

// --- the running program --------------------------------------------------------------------------

class Node {
  constructor(dir, options) {
    this.log = ''
    this.dir = dir
    this.child = spawn(program, ['serve', '--data', dir, '--listen', '127.0.0.1:0', ...options], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    this.ended = new Promise(done => this.child.on('close', (code, signal) => { this.code = code ?? signal; done(this.code) }))
  }
  async ready() {
    const listening = new Promise(done => {
      const take = text => {
        this.log += text
        const m = /listening.* url=(\S+)/.exec(this.log)
        if (m) done(m[1])
      }
      this.child.stdout.on('data', take)
      this.child.stderr.on('data', take)
    })
    this.url = await Promise.race([listening, this.ended.then(() => null)])
    assert.ok(this.url, `the program ended (${this.code}) before it listened:\n${this.log}`)
    return this
  }
  async stop(signal = 'SIGTERM') {
    if (this.code === undefined) this.child.kill(signal)
    return this.ended
  }
}

export class City {
  constructor(folder) {
    Object.assign(this, folder)
    this.nodes = []
    this.shiftMs = 0
    /** Set when a test makes the program log an error on purpose. */
    this.errorsExpected = false
    /** Set when a test damages the folder itself and leaves it so. */
    this.faultsExpected = false
    this.logs = ''
  }
  get url() { return this.nodes[0].url }
  anyUrl() { return this.nodes[Math.floor(Math.random() * this.nodes.length)].url }
  get log() { return this.logs + this.nodes.map(n => n.log).join('') }

  async start(options = []) {
    const shift = this.shiftMs ? ['--clock-shift', String(this.shiftMs)] : []
    const n = this.db ? 2 : 1
    for (let i = 0; i < n; i++) this.nodes.push(await new Node(this.folder(i), [...shift, ...options]).ready())
    return this
  }
  /** Nodes share the first one's folder, or (apart) have each their own, as on machines of their own. */
  folder(i) {
    if (i === 0 || !this.apart) return this.dir
    const dir = `${this.dir}-${i}`
    if (!fs.existsSync(dir)) {
      fs.mkdirSync(dir, { mode: 0o700 })
      for (const f of ['tongban.conf', 's3.keys']) if (fs.existsSync(path.join(this.dir, f))) fs.copyFileSync(path.join(this.dir, f), path.join(dir, f))
    }
    return dir
  }
  /** Each folder trusts the other nodes' signatures, for verify. */
  exchangeKeys() {
    const dirs = [...new Set(this.nodes.map(n => n.dir))]
    for (const from of dirs) for (const to of dirs) {
      if (from === to) continue
      fs.mkdirSync(path.join(to, 'keys'), { recursive: true, mode: 0o700 })
      const p = spawnSync('openssl', ['pkey', '-in', path.join(from, 'node.key'), '-pubout', '-out', path.join(to, 'keys', path.basename(from) + '.pub')], { encoding: 'utf8' })
      assert.equal(p.status, 0, p.stderr)
    }
  }
  /** Ends the program as its operator would; it must end cleanly. */
  async stop() {
    for (const n of this.nodes) {
      const code = await n.stop()
      this.logs += n.log
      assert.equal(code, 0, `the program ended with ${code}:\n${n.log}`)
    }
    this.nodes = []
  }
  async kill() {
    for (const n of this.nodes) { await n.stop('SIGKILL'); this.logs += n.log }
    this.nodes = []
  }
  /** Restarts with a clock so much later than before. */
  async later(ms) {
    this.shiftMs += ms
    await this.stop()
    await this.start()
  }
  /** Now, as the program sees it. */
  now() { return Date.now() + this.shiftMs }

  /** Somebody without a login. */
  guest(options) { return new Client(this, options) }
  async signIn(account, password = demoPassword, options) {
    const c = new Client(this, options)
    await c.signIn(account, password)
    return c
  }
  /** A command of the operator over tongban.sock. */
  async operator(command, input = {}) {
    const { createConnection } = await import('node:net')
    return new Promise((done, failed) => {
      let text = ''
      const s = createConnection(path.join(this.dir, 'tongban.sock'), () => s.write(JSON.stringify({ command, in: input }) + '\n'))
      s.on('data', d => { text += d })
      s.on('end', () => done(JSON.parse(text)))
      s.on('error', failed)
    })
  }
}

/**
 * A city of this test, running: demo 'small' is one county with people and history; without demo
 * there is one administrator, whom city.founder() signs in. Ends by itself after the test file.
 */
export async function city({ demo = 'small', options = [], blob = null } = {}) {
  const c = new City(folderOf(demo))
  if (blob) blob(c)
  after(async () => {
    await c.stop()
    if (!c.faultsExpected) {
      const r = run(['verify', '--data', c.dir])
      assert.equal(r.code, 0, r.out + r.err)
    }
    if (!c.errorsExpected) assert.doesNotMatch(c.logs, /^\S+ error .*$/m, 'the program logged an error')
    for (const dir of [c.dir, `${c.dir}-1`]) fs.rmSync(dir, { recursive: true, force: true })
  })
  await c.start(options)
  return c
}

/** The first administrator of a city without demo: password set, signed in. */
export async function founder(c, password = 'Wind-und-Wetter9') {
  const code = /([A-Z2-9]{4}-){3}[A-Z2-9]{4}/.exec(c.said)[0]
  const admin = await c.signIn('admin', code)
  await admin.act('/me/password', { old_password: code, new_password: password })
  return admin
}

// --- a person's browser ------------------------------------------------------------------------------

export const newKey = () => randomBytes(12).toString('hex')

export class Client {
  constructor(c, { lang = 'zh-CN', token = null, headers = {} } = {}) {
    this.city = c
    this.lang = lang
    this.token = token
    this.headers = headers
    this.cookie = null
    this.csrf = null
  }
  async signIn(account, password) {
    const r = await this.post('/sign-in', { account, password }, { key: null })
    assert.equal(r.status, 200, `sign-in of ${account}: ${JSON.stringify(r.body)}`)
    this.csrf = r.body.csrf
    return r.body
  }
  /** Any request under /api/v1 (or a path outside it when it begins with '//'). */
  async request(method, at, { body, headers = {}, raw } = {}) {
    const all = { 'Accept-Language': this.lang, ...this.headers, ...headers }
    if (this.cookie) all.Cookie = this.cookie
    if (this.token) all.Authorization = 'Bearer ' + this.token
    if (this.csrf && method !== 'GET' && !('X-CSRF-Token' in all)) all['X-CSRF-Token'] = this.csrf
    if (body !== undefined && !('Content-Type' in all)) all['Content-Type'] = 'application/json'
    for (const k of Object.keys(all)) if (all[k] === null) delete all[k]
    const url = this.city.anyUrl() + (at.startsWith('//') ? at.slice(1) : '/api/v1' + at)
    const res = await fetch(url, { method, headers: all, body: body === undefined ? undefined : typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body), redirect: 'manual' })
    for (const c of res.headers.getSetCookie()) {
      const pair = c.split(';')[0]
      this.cookie = pair.endsWith('=') ? null : pair
    }
    const bytes = Buffer.from(await res.arrayBuffer())
    const type = res.headers.get('content-type') || ''
    const answer = raw ? bytes : /json/.test(type) && bytes.length ? JSON.parse(bytes) : bytes.toString()
    if (!raw && !at.startsWith('//')) described().check(method, at, res.status, type, answer)
    return { status: res.status, headers: res.headers, body: answer }
  }
  get(at, options) { return this.request('GET', at, options) }
  /** key: made fresh unless given; null sends none. */
  post(at, body = {}, { key = newKey(), headers = {} } = {}) {
    return this.request('POST', at, { body, headers: key ? { 'Idempotency-Key': key, ...headers } : headers })
  }
  /** The body of a read that must succeed. */
  async read(at) {
    const r = await this.get(at)
    assert.equal(r.status, 200, `GET ${at}: ${JSON.stringify(r.body)}`)
    return r.body
  }
  /** All rows of a list, page by page. */
  async rows(at, most = 10000) {
    const all = []
    for (let cursor = null; ;) {
      const page = await this.read(at + (cursor ? (at.includes('?') ? '&' : '?') + 'after=' + encodeURIComponent(cursor) : ''))
      all.push(...page.rows)
      cursor = page.after
      if (!cursor || all.length >= most) return all
    }
  }
  /** The body of a command that must succeed. */
  async act(at, body, options) {
    const r = await this.post(at, body, options)
    assert.ok(r.status === 200 || r.status === 201, `POST ${at}: ${r.status} ${JSON.stringify(r.body)}`)
    return r.body
  }
  /** A command that must be refused so; the problem document. */
  async refused(at, body, status, code, options) {
    const r = await this.post(at, body, options)
    assert.equal(r.status, status, `POST ${at}: ${r.status} ${JSON.stringify(r.body)}`)
    isProblem(r)
    if (code) assert.equal(r.body.code, code)
    return r.body
  }
  /** Opens the event stream: { next(kind, ms), close() }. */
  async events(headers = {}) { return openEvents(this, headers) }
}

export function isProblem(r) {
  assert.match(r.headers.get('content-type'), /^application\/problem\+json/)
  assert.equal(r.body.status, r.status)
  for (const k of ['type', 'title', 'code', 'detail']) assert.equal(typeof r.body[k], 'string', k)
  assert.ok(r.body.detail.length > 0 && r.body.detail !== r.body.code, 'a problem without words: ' + r.body.code)
}

async function openEvents(client, headers) {
  const stop = new AbortController()
  const res = await fetch(client.city.anyUrl() + '/api/v1/events', { headers: { Cookie: client.cookie, ...headers }, signal: stop.signal })
  assert.equal(res.status, 200)
  const got = [], waiting = []
  let ended = false, id = null
  const settle = () => {
    for (let i = 0; i < waiting.length; i++) {
      const k = got.findIndex(e => e.event === waiting[i].kind)
      if (k >= 0 || ended) { const w = waiting.splice(i--, 1)[0]; w.done(k >= 0 ? got.splice(k, 1)[0] : null) }
    }
  }
  ;(async () => {
    let text = ''
    try {
      for await (const piece of res.body) {
        text += Buffer.from(piece)
        for (let at; (at = text.indexOf('\n\n')) >= 0; text = text.slice(at + 2)) {
          const e = {}
          for (const line of text.slice(0, at).split('\n')) {
            const m = /^(\w*):\s?(.*)$/.exec(line)
            if (m && m[1]) e[m[1]] = m[2]
          }
          if (e.id) id = e.id
          if (e.event) got.push({ ...e, data: e.data ? JSON.parse(e.data) : null })
          settle()
        }
      }
    } catch { /* closed by us or by the program */ }
    ended = true
    settle()
  })()
  return {
    /** The next event of that kind; null when the stream ended; rejects after ms. */
    next(kind, ms = 5000) {
      return new Promise((done, failed) => {
        const one = { kind, done: e => { clearTimeout(late); done(e) } }
        const late = setTimeout(() => {
          waiting.splice(waiting.indexOf(one), 1)
          failed(new Error(`no event ${kind} within ${ms} ms`))
        }, ms)
        waiting.push(one)
        settle()
      })
    },
    get lastId() { return id },
    get ended() { return ended },
    close() { stop.abort() },
  }
}

/** Waits until the condition holds: no sleeping tests. */
export async function until(what, condition, ms = 10000) {
  for (const end = Date.now() + ms; Date.now() < end;) {
    const value = await condition()
    if (value) return value
    await new Promise(r => setTimeout(r, 20))
  }
  assert.fail(`not within ${ms} ms: ${what}`)
}

/** The OpenAPI document of this program. */
export function openapi() {
  const r = run(['openapi'])
  assert.equal(r.code, 0, r.err)
  return JSON.parse(r.out)
}

let answers = null
function described() {
  if (!answers) answers = answersOf(openapi())
  return answers
}
