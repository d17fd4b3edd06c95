// For the tests of seals: an OFD of two pages made here (O3), a zip to take it apart, an office with its seal.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import zlib from 'node:zlib'
import { upload } from './module_kit.mjs'

const crc32 = bytes => {
  let c = ~0
  for (const b of bytes) { c ^= b; for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1 }
  return ~c >>> 0
}
/** A zip of stored parts: [[name, bytes]]. */
export function zip(parts) {
  const out = [], dir = []
  let at = 0
  for (const [name, bytes] of parts) {
    const n = Buffer.from(name), head = Buffer.alloc(30), entry = Buffer.alloc(46)
    const crc = crc32(bytes)
    head.writeUInt32LE(0x04034b50, 0); head.writeUInt16LE(20, 4)
    head.writeUInt32LE(crc, 14); head.writeUInt32LE(bytes.length, 18); head.writeUInt32LE(bytes.length, 22); head.writeUInt16LE(n.length, 26)
    entry.writeUInt32LE(0x02014b50, 0); entry.writeUInt16LE(20, 4); entry.writeUInt16LE(20, 6)
    entry.writeUInt32LE(crc, 16); entry.writeUInt32LE(bytes.length, 20); entry.writeUInt32LE(bytes.length, 24); entry.writeUInt16LE(n.length, 28)
    entry.writeUInt32LE(at, 42)
    out.push(head, n, bytes); dir.push(entry, n)
    at += 30 + n.length + bytes.length
  }
  const d = Buffer.concat(dir), end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0); end.writeUInt16LE(parts.length, 8); end.writeUInt16LE(parts.length, 10)
  end.writeUInt32LE(d.length, 12); end.writeUInt32LE(at, 16)
  return Buffer.concat([...out, d, end])
}
/** The parts of a zip: [[name, bytes]]. */
export function unzip(bytes) {
  const parts = []
  let at = bytes.readUInt32LE(bytes.length - 22 + 16)
  for (let n = bytes.readUInt16LE(bytes.length - 22 + 10); n > 0; n--) {
    const method = bytes.readUInt16LE(at + 10), packed = bytes.readUInt32LE(at + 20)
    const nameN = bytes.readUInt16LE(at + 28), extra = bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32), local = bytes.readUInt32LE(at + 42)
    const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
    const body = bytes.subarray(from, from + packed)
    parts.push([bytes.subarray(at + 46, at + 46 + nameN).toString(), method === 8 ? zlib.inflateRawSync(body) : Buffer.from(body)])
    at += 46 + nameN + extra
  }
  return parts
}

const ns = 'xmlns:ofd="http://www.ofdspec.org/2016"'
const head = '<?xml version="1.0" encoding="UTF-8"?>\n'
/** A document of n pages with one red line each. */
export function ofd(n = 2, title = '介绍信') {
  const page = i => `<ofd:Page ${ns}><ofd:Content><ofd:Layer ID="${10 + i * 10}"><ofd:PathObject ID="${11 + i * 10}" Boundary="28 60 156 1"><ofd:StrokeColor Value="255 0 0"/><ofd:AbbreviatedData>M 0 0.5 L 156 0.5</ofd:AbbreviatedData></ofd:PathObject></ofd:Layer></ofd:Content></ofd:Page>`
  const pages = Array.from({ length: n }, (_, i) => i)
  return zip([
    ['OFD.xml', `<ofd:OFD ${ns} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo><ofd:DocID>0123456789abcdef0123456789abcdef</ofd:DocID><ofd:Title>${title}</ofd:Title></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>`],
    ['Doc_0/Document.xml', `<ofd:Document ${ns}><ofd:CommonData><ofd:MaxUnitID>${10 + n * 10}</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData><ofd:Pages>${pages.map(i => `<ofd:Page ID="${i + 1}" BaseLoc="Pages/Page_${i}/Content.xml"/>`).join('')}</ofd:Pages></ofd:Document>`],
    ...pages.map(i => [`Doc_0/Pages/Page_${i}/Content.xml`, page(i)]),
  ].map(([name, text]) => [name, Buffer.from(head + text)]))
}

export const caPassphrase = 'Wurzel-Bambus-88-Jade', sealPassphrase = 'Zinnober-Paste-2026'

/** The authority founded by the security administrator, once in a city. */
export async function found(security, password) {
  await security.act('/authority', { name: '常德市电子印章认证机构', url: 'http://127.0.0.1', passphrase: caPassphrase, password })
}

/** A seal of the unit, from its registration to its first use: { id, thing }. */
export async function sealOf(o, { registrar, custodian, security, unit, post, name = '常德市人民政府办公室', kind = 'office', password }) {
  const thing = (await custodian.act('/things/seal_request.seal', { form: { seal_name: name, kind } })).thing_id
  const { seal_id } = await registrar.act('/seals', { unit_id: unit, kind, name, custodian_post: post, thing_id: thing, from_on: o.today(-1), until_on: o.today(700) })
  await custodian.act(`/seals/${seal_id}/key`, { passphrase: sealPassphrase, password })
  await security.act(`/seals/${seal_id}/issue`, { passphrase: caPassphrase })
  return { id: seal_id, thing }
}

/** Verifies bytes as anybody would, by uploading them. */
export async function check(client, bytes, name = 'x.ofd') {
  const upload_id = await upload(client, bytes, name)
  return (await client.act('/seal-check', { upload_id }, { key: null })).report
}

export const openssl = (args, options = {}) => {
  const p = spawnSync('openssl', args, { encoding: 'utf8', ...options })
  assert.equal(p.status, 0, args.join(' ') + '\n' + p.stdout + p.stderr)
  return p.stdout + p.stderr
}
