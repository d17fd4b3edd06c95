// The command line of the engine: `flow check`, `flow run` and `feel`, as the contract has them.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import test from 'node:test';

const PROGRAM = process.env.TONGBAN ?? 'build/release/tongban';
const MODELS = 'tests/flow/models/';

function tongban(args, lines = []) {
    const input = lines.map((l) => (typeof l === 'string' ? l : JSON.stringify(l)) + '\n').join('');
    const p = spawnSync(PROGRAM, args, { input, encoding: 'utf8' });
    return { code: p.status, lines: p.stdout.split('\n').filter(Boolean).map((l) => JSON.parse(l)), err: p.stderr };
}

const run = (model, lines, ...args) => tongban(['flow', 'run', MODELS + model, ...args], lines);
const ready = (o) => o.ready.map((r) => `${r.node}:${r.assignee}`).join(' ');
const item = (o, who) => o.ready.find((r) => r.assignee === who).item;

/* Drives step by step: each command may look at the answer before. */
function drive(model, steps, ...args) {
    const lines = [];
    let out = run(model, lines, ...args).lines;
    for (const step of steps) {
        lines.push(step(out.findLast((o) => o.ready)));
        out = run(model, lines, ...args).lines;
    }
    return out;
}

test('check says what it found, and exit 0', () => {
    const { code, lines } = tongban(['flow', 'check', MODELS + 'send.bpmn']);
    assert.equal(code, 0);
    const [r] = lines;
    assert.equal(r.ok, true);
    assert.equal(r.sound, true);
    assert.deepEqual(r.counterexample, []);
    assert.equal(r.elements.userTask, 4);
    assert.deepEqual(r.errors, []);
});

test('check refuses a deadlock with the way to it, and exit 1', () => {
    const { code, lines } = tongban(['flow', 'check', MODELS + 'deadlock.bpmn']);
    assert.equal(code, 1);
    assert.equal(lines[0].sound, false);
    assert.deepEqual(lines[0].counterexample, ['s', 'x', 'a']);
    assert.equal(lines[0].errors[0].code, 'flow.deadlock');
    assert.equal(lines[0].errors[0].element, 'j');
});

test('check refuses what is not executed here, with line and element', () => {
    const { code, lines } = tongban(['flow', 'check', MODELS + 'refused.bpmn']);
    assert.equal(code, 1);
    const at = (c) => lines[0].errors.find((e) => e.code === c);
    assert.deepEqual([at('flow.not_supported').line, at('flow.not_supported').element], [6, 'or']);
    assert.deepEqual([at('flow.expression_language').line, at('flow.expression_language').element], [10, 'f2']);
    for (const e of lines[0].errors) {
        assert.ok(e.message.length > 3 && !e.message.startsWith('flow.'));
        assert.equal(e.file, MODELS + 'refused.bpmn');
        assert.ok(e.todo.length > 3 && e.todo_en.length > 3);
    }
    assert.match(at('flow.expression_language').todo_en, /FEEL/);
});

test('run refuses the same', () => {
    const { code, lines } = run('refused.bpmn', []);
    assert.equal(code, 1);
    assert.equal(lines[0].ok, false);
});

test('a document goes from draft to number', () => {
    const out = drive('send.bpmn', [
        (o) => ({ op: 'complete', item: item(o, 'starter'), vars: { n: 2 } }),
        (o) => ({ op: 'complete', item: item(o, 'zhang'), outcome: 'agree' }),
        (o) => ({ op: 'complete', item: item(o, 'wang'), outcome: 'agree' }),
        (o) => ({ op: 'complete', item: item(o, 'li'), outcome: 'agree' }),
        (o) => ({ op: 'complete', item: item(o, 'zhao'), outcome: 'agree' }),
    ], '--vars', '{"n":1,"title":"通知"}', '--clock', '2026-11-24T09:00:00+08:00');
    assert.deepEqual(out.map((o) => o.state), ['running', 'running', 'running', 'running', 'running', 'done']);
    assert.deepEqual(out[1].trace, ['拟稿', 'fork']);
    assert.deepEqual(out[5].trace, ['签发', 'x', '编号', '结束']);
    assert.deepEqual(out[5].vars, { n: 2, title: '通知' });
    assert.deepEqual(out[5].ready, []);
});

test('send back by rewind and by rework, withdraw, transfer, signers', () => {
    const out = drive('send.bpmn', [
        (o) => ({ op: 'complete', item: item(o, 'starter') }),
        (o) => ({ op: 'send_back', item: item(o, 'wang'), to: 'draft', way: 'rework', reason: '缺附件' }),
        (o) => ({ op: 'complete', item: item(o, 'starter') }),
        (o) => ({ op: 'transfer', item: item(o, 'wang'), to: 'sun' }),
        (o) => ({ op: 'add_signer', item: item(o, 'sun'), who: ['qian'], place: 'before', role: 'advise' }),
        (o) => ({ op: 'complete', item: item(o, 'qian') }),
        (o) => ({ op: 'complete', item: item(o, 'sun'), outcome: 'agree' }),
        () => ({ op: 'withdraw', item: 7, reason: '再看看' }),
        (o) => ({ op: 'send_back', item: item(o, 'zhang'), to: 'draft', way: 'rewind', reason: '重写' }),
    ]);
    assert.deepEqual(out.map((o) => (o.error ? o.error.code : ready(o))), [
        'draft:starter',
        'a:zhang a:li b:wang',
        'a:zhang a:li b:starter',
        'a:zhang a:li b:wang',
        'a:zhang a:li b:sun',
        'a:zhang a:li b:qian',
        'a:zhang a:li b:sun',
        'a:zhang a:li',
        'flow.no_leaf',
        'draft:starter',
    ]);
});

test('an illegal command says why and changes nothing', () => {
    const { code, lines } = run('send.bpmn', [
        { op: 'complete', item: 99 },
        { op: 'fly' },
        'not json',
        { op: 'send_back', item: 1, to: 'sign', way: 'rewind', reason: '无' },
        { op: 'send_back', item: 1, to: 'sign', way: 'sideways', reason: '无' },
        { op: 'advance_clock', to: '2026-13-01T00:00:00Z' },
        { op: 'complete', item: 1 },
        { op: 'complete', item: 1 },
    ]);
    assert.equal(code, 0);
    assert.deepEqual(lines.slice(1).map((l) => l.error?.code ?? ready(l)), [
        'flow.no_leaf', 'flow.bad_command', 'flow.bad_command', 'flow.no_target', 'flow.bad_command',
        'flow.bad_command', 'a:zhang a:li b:wang', 'flow.not_active',
    ]);
    for (const l of lines.slice(1)) if (l.error) assert.ok(l.error.message.length > 3);
});

test('the clock goes on', () => {
    const { lines } = run('send.bpmn', [{ op: 'advance_clock', to: '2026-11-25T09:00:00+08:00' },
        { op: 'advance_clock', to: '2026-11-23T09:00:00+08:00' }], '--clock', '2026-11-24T09:00:00+08:00');
    assert.equal(lines[1].state, 'running');
    assert.equal(lines[2].error.code, 'flow.bad_command');
});

test('feel answers a line with a line', () => {
    const { lines } = tongban(['feel'], [
        { expr: 'a.b + 0.10', context: { a: { b: { number: '0.20' } } } },
        { expr: 'Full Name = "王小明"', context: { 'Full Name': '王小明' } },
        { expr: '1 +', context: {} },
        { expr: 'date("2026-11-24") + duration("P1D")', context: {} },
        { expr: 'nobody', context: {} },
        'rubbish',
    ]);
    assert.deepEqual(lines[0], { value: { number: '0.3' } });
    assert.deepEqual(lines[1], { value: true });
    assert.equal(lines[2].error.code, 'feel.syntax');
    assert.deepEqual(lines[3], { value: { date: '2026-11-25' } });
    assert.deepEqual(lines[4], { value: null });
    assert.equal(lines[5].error.code, 'feel.bad_input');
});

test('a start with a timer: new until its turn, then it runs; turns before the run are none', () => {
    const out = run('report.bpmn', [
        { op: 'advance_clock', to: '2026-11-28T08:29:00+08:00' },
        { op: 'advance_clock', to: '2026-11-28T12:00:00+08:00' },
        { op: 'complete', item: 1, outcome: 'ok' },
    ], '--clock', '2026-11-27T09:00:00+08:00').lines;
    assert.deepEqual(out.map((o) => o.state), ['new', 'new', 'running', 'done']);
    assert.deepEqual(out[0].waiting.map((w) => [w.node, w.kind, w.starts, w.due ?? w.name]),
        [['daily', 'timer', true, '2026-11-28T08:30:00.000+08:00'], ['called', 'message', true, 'flood']]);
    assert.equal(ready(out[2]), 'fill:duty');
    assert.deepEqual(out[2].trace, ['daily']);
});

test('a start with a message takes what it brings over; another message is nobody’s', () => {
    const out = run('report.bpmn', [
        { op: 'message', name: 'fire', vars: { what: '火情' } },
        { op: 'message', name: 'flood', vars: { what: '涨水', more: 1 } },
    ]).lines;
    assert.ok(out[1].error);
    assert.equal(ready(out[2]), 'fill:duty');
    assert.deepEqual([out[2].trace, out[2].vars], [['called'], { topic: '涨水' }]);
});
