// s3_door.mjs FOLDER PORT INNER: s3rver on INNER, and before it a door on PORT that checks what s3rver
// takes on trust: the signature of every request (SigV4, as published) and the digest of every body.
// POST /-/ sets what it does on purpose:
//
//     refuses   [status, code]: answers of PUT from now on; null: none
//     versions  { object: [id, …] }: old versions, as a bucket with versioning keeps them; null: a
//               store that knows no versions
//
// and answers both, wrong (the requests with a wrong signature or digest) and asked (all of them).
import { createHash, createHmac } from 'node:crypto'
import http from 'node:http'
import { createRequire } from 'node:module'

const S3rver = createRequire(new URL('../../web/package.json', import.meta.url))('s3rver')
const [, , directory, port, inner] = process.argv
const keys = { access: 'S3RVER', secret: 'S3RVER' } // s3rver's own
const state = { refuses: null, versions: null, wrong: [], asked: [] }

const hmac = (key, text) => createHmac('sha256', key).update(text).digest()
const encode = s => encodeURIComponent(s).replace(/[!'()*]/g, c => '%' + c.charCodeAt(0).toString(16).toUpperCase())

/** The code S3 would refuse the request with, or null. */
function wrongSignature(req, bodySha256) {
  const m = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(req.headers.authorization || '')
  if (!m) return 'AccessDenied'
  const [, access, day, region, signed, signature] = m
  if (access !== keys.access) return 'InvalidAccessKeyId'
  const names = signed.split(';')
  for (const needed of ['host', 'x-amz-date', 'x-amz-content-sha256']) if (!names.includes(needed)) return 'SignatureDoesNotMatch'
  const url = new URL(req.url, 'http://x')
  const query = [...url.searchParams].map(([k, v]) => [encode(k), encode(v)]).sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0)).map(p => p.join('=')).join('&')
  const canonical = [req.method, url.pathname.split('/').map(p => encode(decodeURIComponent(p))).join('/'), query,
    ...names.map(n => `${n}:${String(req.headers[n]).trim().replace(/ +/g, ' ')}`), '', signed, req.headers['x-amz-content-sha256']].join('\n')
  const scope = `${day}/${region}/s3/aws4_request`
  const text = ['AWS4-HMAC-SHA256', req.headers['x-amz-date'], scope, createHash('sha256').update(canonical).digest('hex')].join('\n')
  const key = ['aws4_request'].reduce(hmac, hmac(hmac(hmac('AWS4' + keys.secret, day), region), 's3'))
  if (hmac(key, text).toString('hex') !== signature) return 'SignatureDoesNotMatch'
  return req.headers['x-amz-content-sha256'] === bodySha256 ? null : 'XAmzContentSHA256Mismatch'
}

/** Versions are answered here: s3rver keeps none. */
function versioned(req, url) {
  const prefix = url.searchParams.get('prefix'), object = url.pathname.replace(/^\/tongban\//, '')
  if (req.method === 'GET' && url.searchParams.has('versions')) {
    const list = (state.versions[prefix] || []).map(v => `<Version><Key>${prefix}</Key><VersionId>${v}</VersionId><LastModified>2026-01-01T00:00:00.000Z</LastModified><Size>1</Size></Version>`)
    return [200, `<?xml version="1.0"?><ListVersionsResult><IsTruncated>false</IsTruncated>${list.join('')}</ListVersionsResult>`]
  }
  if (req.method === 'DELETE' && url.searchParams.has('versionId')) {
    state.versions[object] = (state.versions[object] || []).filter(v => v !== url.searchParams.get('versionId'))
    return [204, '']
  }
  return null
}

const agent = new http.Agent({ keepAlive: true })

function answer(req, res, body) {
  if (req.url === '/-/') {
    Object.assign(state, JSON.parse(body))
    return res.end(JSON.stringify(state))
  }
  state.asked.push(`${req.method} ${req.url}`)
  const url = new URL(req.url, 'http://x')
  const code = wrongSignature(req, createHash('sha256').update(body).digest('hex'))
  if (code) state.wrong.push([req.method, req.url, code])
  const own = code ? [403, `<Error><Code>${code}</Code></Error>`]
    : state.refuses && req.method === 'PUT' ? [state.refuses[0], `<Error><Code>${state.refuses[1]}</Code></Error>`]
      : state.versions ? versioned(req, url) : null
  if (own) {
    res.writeHead(own[0], { 'Content-Type': 'application/xml' })
    return res.end(req.method === 'HEAD' || own[0] === 204 ? undefined : own[1])
  }
  const to = http.request({ host: '127.0.0.1', port: inner, method: req.method, path: req.url, headers: req.headers, agent }, from => {
    res.writeHead(from.statusCode, from.headers)
    from.pipe(res)
  })
  to.on('error', () => res.destroy())
  to.end(body)
}

await new S3rver({ directory, address: '127.0.0.1', port: Number(inner), silent: true, vhostBuckets: false, configureBuckets: [{ name: 'tongban' }] }).run()
http.createServer((req, res) => {
  const parts = []
  req.on('data', d => parts.push(d))
  req.on('end', () => answer(req, res, Buffer.concat(parts)))
}).listen(Number(port), '127.0.0.1')
