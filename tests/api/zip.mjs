// Zip files made by hand, so that a test may say in them what no honest program would.
import { deflateRawSync } from 'node:zlib'

/** [name, contents, deflated?] each. */
export function zip(entries) {
  const crc = b => { let x = ~0; for (const v of b) { x ^= v; for (let k = 0; k < 8; k++) x = x & 1 ? (x >>> 1) ^ 0xEDB88320 : x >>> 1 } return ~x >>> 0 }
  const parts = [], heads = []
  let at = 0
  for (const [name, text, deflate] of entries) {
    const data = Buffer.from(text), body = deflate ? deflateRawSync(data) : data, n = Buffer.from(name)
    const head = Buffer.alloc(26)
    head.writeUInt16LE(20, 0); head.writeUInt16LE(deflate ? 8 : 0, 4); head.writeUInt32LE(crc(data), 10); head.writeUInt32LE(body.length, 14); head.writeUInt32LE(data.length, 18); head.writeUInt16LE(n.length, 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), head, n, body])
    const central = Buffer.alloc(16); central.writeUInt32LE(at, 12)
    heads.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), head.subarray(0, 26), central.subarray(2), n]))
    parts.push(local); at += local.length
  }
  const dir = Buffer.concat(heads), end = Buffer.alloc(18)
  end.writeUInt16LE(entries.length, 4); end.writeUInt16LE(entries.length, 6); end.writeUInt32LE(dir.length, 8); end.writeUInt32LE(at, 12)
  return Buffer.concat([...parts, dir, Buffer.from('PK\x05\x06', 'latin1'), end])
}
