// A city is carried from one engine to the other and back and stays the same; what was altered is
// found; a backup that was cut, altered or sealed gives nothing out. (DESIGN §2 growing, §8; S36,
// S44, S45, S59)
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

const PROGRAM = path.resolve('build', process.env.VARIANT || 'release', 'tongban');
const PG = process.env.DB === 'pgsql' ? process.env.TONGBAN_TEST_PG : null;
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'tongban-restore-'));
const at = (name) => path.join(dir, name);
let databases = 0;

function tongban(...words) {
  const p = spawnSync(PROGRAM, words, { encoding: 'utf8' });
  return { code: p.status, out: p.stdout, text: p.stdout + p.stderr };
}

function good(...words) {
  const r = tongban(...words);
  assert.equal(r.code, 0, r.text);
  return r;
}

function psql(database, sql) {
  const p = spawnSync('psql', ['-h', PG, '-U', 'tongban', '-d', database, '-Atqc', sql], { encoding: 'utf8' });
  assert.equal(p.status, 0, p.stderr);
  return p.stdout.trim();
}

// A new database of the engine that this run is about: [words for the command line, run SQL in it].
function database(name) {
  if (!PG) return { words: [], sql: (text) => sqlite(at(name), text) };
  const db = `restore_${process.pid}_${databases++}`;
  psql('postgres', `CREATE DATABASE ${db}`);
  return {
    words: ['--db', `postgresql:///${db}?host=${PG}&user=tongban`],
    sql: (text) => psql(db, `SET search_path=tongban; ${text}`),
  };
}

const PYTHON = {
  run: 'import sqlite3,sys\nc=sqlite3.connect(sys.argv[1]+"/tongban.db")\n'
    + 'r=c.execute(sys.argv[2]).fetchall()\nc.commit()\nprint("\\n".join("|".join(map(str,x)) for x in r))',
  dump: 'import sqlite3,sys\nc=sqlite3.connect("file:"+sys.argv[1]+"/tongban.db?mode=ro",uri=True)\n'
    + 'out=[]\nfor (t,) in sorted(c.execute("select name from sqlite_master where type=\'table\'")):\n'
    + ' out+=[t+" "+x for x in sorted(map(repr,c.execute("select * from "+t)))]\nprint("\\n".join(out))',
};

function python(script, ...words) {
  const p = spawnSync('python3', ['-c', script, ...words], { encoding: 'utf8', maxBuffer: 1 << 30 });
  assert.equal(p.status, 0, p.stderr);
  return p.stdout.trim();
}
const sqlite = (folder, sql) => python(PYTHON.run, folder, sql);
const rows = (folder) => python(PYTHON.dump, folder);

function post(port, route, body) {
  return new Promise((done, fail) => {
    const req = http.request({ host: '127.0.0.1', port, path: `/api/v1${route}`, method: 'POST',
      headers: { 'Content-Type': 'application/json' } }, (res) => {
      res.resume();
      res.on('end', () => done(res.statusCode));
    });
    req.on('error', fail);
    req.end(JSON.stringify(body));
  });
}

function freePort() {
  return new Promise((done) => {
    const s = http.createServer().listen(0, '127.0.0.1', () => {
      const { port } = s.address();
      s.close(() => done(port));
    });
  });
}

// Serves the folder, does the work, stops it in good order.
async function served(folder, work) {
  const port = await freePort();
  const p = spawn(PROGRAM, ['serve', '--data', folder, '--listen', `127.0.0.1:${port}`], { stdio: 'ignore' });
  const ended = new Promise((done) => p.on('exit', done));
  try {
    for (let i = 0; ; i++) {
      const up = await post(port, '/sign-in', { account: 'nobody', password: 'x' }).catch(() => 0);
      if (up) break;
      assert.ok(i < 200, 'the server did not start');
      await new Promise((done) => setTimeout(done, 50));
    }
    await work(port);
  } finally {
    p.kill('SIGTERM');
  }
  assert.equal(await ended, 0);
}

const CONTENTS = [Buffer.from('关于做好防汛工作的通知'), Buffer.alloc(300000, 'Wuling'), Buffer.alloc(0)];

function sm3(bytes) {
  const p = spawnSync('openssl', ['dgst', '-sm3', '-r'], { input: bytes, encoding: 'utf8' });
  assert.equal(p.status, 0, p.stderr);
  return p.stdout.slice(0, 64);
}

function contentPath(folder, digest) {
  return path.join(folder, 'blob', digest.slice(0, 2), digest.slice(2));
}

// Contents as an upload would leave them.
function addContents(folder) {
  for (const bytes of CONTENTS) {
    const file = contentPath(folder, sm3(bytes));
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, bytes);
  }
}

function copyFolder(name) {
  fs.cpSync(at('city'), at(name), { recursive: true });
  return at(name);
}

let city; // the database of at('city')

before(async () => {
  city = database('city');
  good('init', '--data', at('city'), ...city.words);
  addContents(at('city'));
  await served(at('city'), async (port) => {
    for (let i = 0; i < 3; i++) assert.equal(await post(port, '/sign-in', { account: 'admin', password: 'wrong' }), 401);
  });
  good('verify', '--data', at('city'));
});
after(() => fs.rmSync(dir, { recursive: true, force: true }));

test('a city carried from SQLite to this engine and back is the same', async () => {
  good('init', '--data', at('demo'), '--demo', 'small');
  addContents(at('demo'));
  good('backup', '--data', at('demo'), '--to', at('1.tongban'));
  const middle = database('middle');
  const r = good('restore', '--from', at('1.tongban'), '--data', at('middle'), ...middle.words);
  assert.match(r.out, /没有发现问题/);
  good('backup', '--data', at('middle'), '--to', at('2.tongban'));
  good('restore', '--from', at('2.tongban'), '--data', at('back'));
  assert.equal(rows(at('back')), rows(at('demo')));
  assert.ok(rows(at('demo')).split('\n').length > 10000);
  for (const bytes of CONTENTS) assert.deepEqual(fs.readFileSync(contentPath(at('back'), sm3(bytes))), bytes);
  // and it lives: new entries go on the old chains, and both are verified
  const entries = () => Number(middle.sql('SELECT count(*) FROM trace').split('\n').pop());
  const before = entries();
  await served(at('middle'), async (port) => {
    assert.equal(await post(port, '/sign-in', { account: 'admin', password: 'wrong' }), 401);
  });
  good('verify', '--data', at('middle'));
  assert.ok(entries() > before);
});

test('a backup made while people work is one moment of it', async () => {
  await served(at('city'), async (port) => {
    let going = true;
    const work = [1, 2, 3].map(async (n) => {
      for (let i = 0; going; i++) await post(port, '/sign-in', { account: `worker${n}x${i}`, password: 'wrong' });
    });
    for (let i = 0; i < 5; i++) good('backup', '--data', at('city'), '--to', at('live.tongban'));
    going = false;
    await Promise.all(work);
  });
  assert.match(good('restore', '--from', at('live.tongban'), '--data', at('live')).out, /没有发现问题/);
  good('verify', '--data', at('city'));
});

test('a target that is not empty is refused', () => {
  good('backup', '--data', at('city'), '--to', at('3.tongban'));
  const r = tongban('restore', '--from', at('3.tongban'), '--data', at('city'), ...city.words);
  assert.equal(r.code, 1);
  assert.match(r.text, /不是空的/);
  if (PG) { // a new folder on a database that is in use
    const other = tongban('restore', '--from', at('3.tongban'), '--data', at('other'), ...city.words);
    assert.equal(other.code, 1);
    assert.match(other.text, /不是空的/);
  }
  good('verify', '--data', at('city'));
});

test('a backup that was cut restores nothing, one that was altered nothing else', () => {
  good('backup', '--data', at('city'), '--to', at('4.tongban'));
  good('restore', '--from', at('4.tongban'), '--data', at('whole'));
  const whole = fs.readFileSync(at('4.tongban'));
  const cases = [whole.subarray(0, whole.length - 40), whole.subarray(0, 500), Buffer.alloc(0), Buffer.from('PK')];
  const cuts = cases.length;
  for (let i = 1; i < 12; i++) {
    const altered = Buffer.from(whole);
    altered[Math.floor(whole.length * i / 12)] ^= 1 << (i % 8);
    cases.push(altered);
  }
  let refused = 0;
  cases.forEach((bytes, i) => {
    fs.writeFileSync(at('bad.tongban'), bytes);
    const r = tongban('restore', '--from', at('bad.tongban'), '--data', at(`bad${i}`));
    if (i >= cuts && r.code === 0) { // padding, or the time of an entry: the same city
      assert.equal(rows(at(`bad${i}`)), rows(at('whole')), `case ${i}`);
      return;
    }
    refused++;
    assert.equal(r.code, 1, `case ${i}: ${r.text}`);
    assert.ok(!fs.existsSync(path.join(at(`bad${i}`), 'tongban.conf')), `case ${i} left a city`);
    assert.equal(tongban('verify', '--data', at(`bad${i}`)).code, 1);
  });
  assert.ok(refused >= cuts + 8, `${refused} refused`);
});

test('after a restore that broke off the same folder can be restored', () => {
  good('backup', '--data', at('city'), '--to', at('5.tongban'));
  const whole = fs.readFileSync(at('5.tongban'));
  fs.writeFileSync(at('cut.tongban'), whole.subarray(0, whole.length - 40));
  const target = database('again');
  assert.equal(tongban('restore', '--from', at('cut.tongban'), '--data', at('again'), ...target.words).code, 1);
  good('restore', '--from', at('5.tongban'), '--data', at('again'), ...target.words);
});

test('a sealed backup opens with its passphrase only', () => {
  fs.writeFileSync(at('right'), '晋太元中武陵人\n');
  fs.writeFileSync(at('wrong'), '捕鱼为业缘溪行\n');
  fs.writeFileSync(at('short'), 'abc\n');
  assert.equal(tongban('backup', '--data', at('city'), '--to', at('s.tongban'), '--passphrase-file', at('short')).code, 1);
  good('backup', '--data', at('city'), '--to', at('s.tongban'), '--passphrase-file', at('right'));
  assert.ok(!fs.readFileSync(at('s.tongban')).includes(Buffer.from('28b52ffd', 'hex'))); // no zstd to be seen
  assert.match(tongban('restore', '--from', at('s.tongban'), '--data', at('s0')).text, /已加密/);
  assert.match(tongban('restore', '--from', at('s.tongban'), '--data', at('s0'), '--passphrase-file', at('wrong')).text, /口令不对/);
  good('restore', '--from', at('s.tongban'), '--data', at('s1'), '--passphrase-file', at('right'));
  good('backup', '--data', at('city'), '--to', at('p.tongban'));
  good('restore', '--from', at('p.tongban'), '--data', at('s2'));
  assert.equal(rows(at('s1')), rows(at('s2')));
});

test('a damaged content is named, and does not end the backup of the rest', () => {
  const folder = copyFolder('damaged');
  const digest = sm3(CONTENTS[1]);
  fs.writeFileSync(contentPath(folder, digest), Buffer.alloc(300000, 'Wulinh'));
  const found = tongban('verify', '--data', folder);
  assert.equal(found.code, 1);
  assert.match(found.out, new RegExp(`\\[blob\\] ${digest}`));
  const r = tongban('backup', '--data', folder, '--to', at('d.tongban'));
  assert.equal(r.code, 1);
  assert.match(r.text, new RegExp(digest));
  const restored = good('restore', '--from', at('d.tongban'), '--data', at('d'));
  assert.match(restored.out, new RegExp(digest));
  assert.ok(!fs.existsSync(contentPath(at('d'), digest)));
  assert.deepEqual(fs.readFileSync(contentPath(at('d'), sm3(CONTENTS[0]))), CONTENTS[0]);
});

// What somebody with the database in hand may try (S36), each in a city of its own.
const ATTACKS = [
  ['an entry altered', "UPDATE trace SET body = '{\"forged\":1}' WHERE seq = 1", /内容与哈希链不符/],
  ['who did it altered', 'UPDATE trace SET person_id = 42 WHERE seq = 1', /内容与哈希链不符/],
  ['an entry removed', 'DELETE FROM trace WHERE seq = 2', /序号不连续/],
  ['the first entry removed', 'DELETE FROM trace WHERE seq = 1', /序号不连续/],
  ['the end cut off', 'DELETE FROM trace WHERE seq = (SELECT max(seq) FROM trace)', /链头与最后一条留痕不符/],
  ['the end cut off with the head put back',
    'UPDATE trace_stream SET seq = seq - 1, head = (SELECT hash FROM trace t WHERE t.stream = id AND t.seq = trace_stream.seq - 1) WHERE seq > 1; '
    + 'DELETE FROM trace WHERE seq > (SELECT seq FROM trace_stream s WHERE s.id = trace.stream)',
    /检查点记有这条留痕/],
  ['a stream removed with its head', 'DELETE FROM trace; DELETE FROM trace_stream', /检查点记有这条留痕/],
  ['all checkpoints removed', 'DELETE FROM checkpoint', /没有检查点覆盖/],
  ['the first checkpoint removed', 'DELETE FROM checkpoint WHERE id = (SELECT min(id) FROM checkpoint)', /不衔接|没有检查点覆盖/],
  ['a checkpoint altered', 'UPDATE checkpoint SET at = at + 1', /签名无效/],
  ['a leaf altered', "UPDATE checkpoint SET root = 'ab'", /默克尔根/],
];
for (const [name, sql, said] of ATTACKS) {
  test(`verify finds ${name}`, () => {
    const target = database(`attack ${name}`);
    good('backup', '--data', at('city'), '--to', at('a.tongban'));
    good('restore', '--from', at('a.tongban'), '--data', at(`attack ${name}`), ...target.words);
    for (const one of sql.split('; ')) target.sql(one);
    const r = tongban('verify', '--data', at(`attack ${name}`));
    assert.equal(r.code, 1, r.text);
    assert.match(r.out, said);
  });
}

test('a checkpoint by a key that is not trusted is told, and --key makes it trusted', () => {
  const target = database('stranger');
  good('backup', '--data', at('city'), '--to', at('k.tongban'));
  good('restore', '--from', at('k.tongban'), '--data', at('stranger'), ...target.words);
  const [key] = fs.readdirSync(path.join(at('stranger'), 'keys'));
  fs.renameSync(path.join(at('stranger'), 'keys', key), at('signer.pub'));
  const r = tongban('verify', '--data', at('stranger'));
  assert.equal(r.code, 1);
  assert.match(r.out, /签名无效/);
  good('verify', '--data', at('stranger'), '--key', at('signer.pub'));
});

test('what is newer than the last checkpoint is said to be uncovered', () => {
  const target = database('newer');
  good('backup', '--data', at('city'), '--to', at('n.tongban'));
  good('restore', '--from', at('n.tongban'), '--data', at('newer'), ...target.words);
  target.sql('DELETE FROM checkpoint WHERE id = (SELECT max(id) FROM checkpoint)');
  target.sql('UPDATE trace_stream SET is_marked = 1');
  const r = good('verify', '--data', at('newer'));
  assert.match(r.out, /未被检查点覆盖/);
});
