// The models beside: what is sound and what not, what is refused and where; runs of those that wait,
// branch and call, by the command line; and simulations.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';

const PROGRAM = process.env.TONGBAN ?? 'build/release/tongban';
const MODELS = 'tests/flow/models/';

function tongban(args, lines = []) {
    const input = lines.map((l) => JSON.stringify(l) + '\n').join('');
    const p = spawnSync(PROGRAM, args, { input, encoding: 'utf8', maxBuffer: 1 << 26 });
    return { code: p.status, lines: p.stdout.split('\n').filter(Boolean).map((l) => JSON.parse(l)) };
}

const check = (file) => tongban(['flow', 'check', file]);
const run = (model, lines, ...args) => tongban(['flow', 'run', MODELS + model, ...args], lines).lines;
const ready = (o) => (o.error ? o.error.code : o.ready.map((r) => `${r.node}:${r.assignee}`).join(' ') || o.state);
const item = (o, who) => o.ready.find((r) => r.assignee === who).item;

/* Drives step by step: each command may look at the answer before. */
function drive(model, steps, ...args) {
    const lines = [];
    let out = run(model, lines, ...args);
    for (const step of steps) {
        lines.push(typeof step === 'string' ? { op: 'complete', item: item(out.findLast((o) => o.ready), step) }
            : typeof step === 'function' ? step(out.findLast((o) => o.ready)) : step);
        out = run(model, lines, ...args);
    }
    return out;
}

test('sound ones are sound', () => {
    for (const m of ['inclusive', 'leaders', 'deadline', 'inquiry', 'supervise', 'fund', 'duty', 'pages', 'elsewhere', 'send']) {
        const { code, lines } = check(`${MODELS}${m}.bpmn`);
        assert.deepEqual([m, code, lines[0].sound, lines[0].errors, lines[0].warnings], [m, 0, true, [], []]);
    }
});

test('unsound ones are refused with the element and the way that leads there', () => {
    const want = {
        unsound_join: ['flow.deadlock', 'j', 's x a'],
        unsound_circle: ['flow.deadlock', 'g', 's x'],
        unsound_pile: ['flow.unbounded', 'a', 's m a x m'],
        unsound_dead: ['flow.dead_node', 'b', ''],
        unsound_inside: ['flow.deadlock', 'j', 's2 x a'],
        unsound_event: ['flow.deadlock', 'j', 's x a b late'],
        unsound_endless: ['flow.endless', 'm', ''],
    };
    for (const [m, [error, element, way]] of Object.entries(want)) {
        const { code, lines: [r] } = check(`${MODELS}${m}.bpmn`);
        assert.deepEqual([m, code, r.ok, r.sound, r.errors[0].code, r.errors[0].element], [m, 1, false, false, error, element]);
        assert.equal(r.counterexample.join(' '), way, m);
    }
});

test('what is not executed here is named with its line', () => {
    const doc = (body) => `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:oa="urn:tongban:oa:1">
<process id="p" isExecutable="true"><startEvent id="s"/><userTask id="a"/><endEvent id="e"/>
<sequenceFlow id="f1" sourceRef="s" targetRef="a"/><sequenceFlow id="f2" sourceRef="a" targetRef="e"/>
${body}
</process></definitions>`;
    const cases = [
        ['<transaction id="x"/>', 'flow.not_supported', 'x'],
        ['<complexGateway id="x"/>', 'flow.not_supported', 'x'],
        ['<task id="x"><standardLoopCharacteristics/></task>', 'flow.not_supported', 'x'],
        ['<boundaryEvent id="x" attachedToRef="a"><compensateEventDefinition/></boundaryEvent>', 'flow.not_supported', 'x'],
        ['<boundaryEvent id="x" attachedToRef="a"><cancelEventDefinition/></boundaryEvent>', 'flow.not_supported', 'x'],
        ['<boundaryEvent id="x" attachedToRef="a" parallelMultiple="true"/>', 'flow.attribute_not_supported', 'x'],
        ['<eventBasedGateway id="x" instantiate="true"/>', 'flow.attribute_not_supported', 'x'],
        ['<eventBasedGateway id="x" eventGatewayType="Parallel"/>', 'flow.attribute_not_supported', 'x'],
        ['<receiveTask id="x" instantiate="true"/>', 'flow.attribute_not_supported', 'x'],
        ['<task id="x" isForCompensation="true"/>', 'flow.attribute_not_supported', 'x'],
        ['<task id="x" completionQuantity="2"/>', 'flow.attribute_not_supported', 'x'],
        ['<userTask id="x"><multiInstanceLoopCharacteristics behavior="One"><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics></userTask>', 'flow.attribute_not_supported', 'x'],
        ['<userTask id="x"><multiInstanceLoopCharacteristics behavior="Complex"><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics></userTask>', 'flow.attribute_not_supported', 'x'],
        ['<scriptTask id="x" scriptFormat="groovy"><script>x = 1</script></scriptTask>', 'flow.expression_language', 'x'],
        ['<serviceTask id="x" implementation="http://x"/>', 'flow.no_op', 'x'],
        ['<userTask id="x" oa:nonsense="1"/>', 'flow.unknown_attribute', 'x'],
        ['<choreographyTask id="x"/>', 'flow.not_supported', 'x'],
        ['<subProcess id="x"><startEvent id="y"/><task id="z"/><sequenceFlow id="w" sourceRef="y" targetRef="z"/><callChoreography id="q"/></subProcess>', 'flow.not_supported', 'q'],
        ['<adHocSubProcess id="x" ordering="Sequential"><userTask id="y"/></adHocSubProcess>', 'flow.attribute_not_supported', 'x'],
    ];
    const folder = mkdtempSync(join(tmpdir(), 'flow-'));
    for (const [body, code, element] of cases) {
        const file = join(folder, 'm.bpmn');
        writeFileSync(file, doc(body));
        const { code: exit, lines: [r] } = check(file);
        const e = r.errors.find((x) => x.code === code && x.element === element);
        assert.ok(exit === 1 && e, `${body}: ${JSON.stringify(r.errors)}`);
        assert.equal(e.line, 4, body);
        assert.ok(!e.message.startsWith('flow.') && !e.message_en.startsWith('flow.'));
    }
    rmSync(folder, { recursive: true });
});

test('files from elsewhere keep what is not ours', () => {
    const text = readFileSync(`${MODELS}elsewhere.bpmn`, 'utf8');
    assert.match(text, /camunda:assignee/);
    const { lines: [r] } = check(`${MODELS}elsewhere.bpmn`);
    assert.deepEqual(r.elements, { laneSet: 1, startEvent: 1, userTask: 2, exclusiveGateway: 1, endEvent: 1,
        dataObjectReference: 1, dataObject: 1, sequenceFlow: 5, textAnnotation: 1, association: 1, extensionElements: 1 });
    const out = run('elsewhere.bpmn', [{ op: 'complete', item: 1, vars: { n: 11 } }, { op: 'complete', item: 2 }]);
    assert.deepEqual(out.map(ready), ['a:anyone', 'b:anyone', 'done']);
});

test('inclusive: joins what was taken, and comes back whole', () => {
    const out = drive('inclusive.bpmn', ['starter', 'law', (o) => ({ op: 'complete', item: item(o, 'money') }),
        (o) => ({ op: 'send_back', item: item(o, 'mayor'), to: 'law', way: 'rewind', reason: '再核' }), 'law', 'mayor'],
    '--vars', '{"legal":true,"sum":2000}');
    assert.deepEqual(out.map(ready), ['draft:starter', 'law:law money:money', 'money:money', 'sign:mayor', 'law:law', 'sign:mayor', 'done']);
    const other = drive('inclusive.bpmn', ['starter'], '--vars', '{"legal":false,"sum":1}');
    assert.equal(ready(other.at(-1)), 'office:office');
    const none = drive('inclusive.bpmn', ['starter', { op: 'retry', vars: { sum: 1 } }], '--vars', '{"legal":true}');
    assert.deepEqual(none.map((o) => o.state), ['running', 'incident', 'running']); // a condition without a result
    assert.equal(none[1].incidents[0].code, 'flow.condition_failed');
});

test('leaders: each goes on alone, the lead closes, the others go on', () => {
    const out = drive('leaders.bpmn', ['starter',
        (o) => ({ op: 'forward', item: item(o, '李市长'), who: ['王处', '赵处'], outcome: '请办理' }),
        (o) => ({ op: 'forward', item: item(o, '吴市长'), who: '钱处' }),
        '王处', '赵处',
        { op: 'add_branch', act: 2, value: '孙市长' },
        (o) => ({ op: 'withdraw_branch', branch: 3, item: item(o, '孙市长'), reason: '发错' }),
        { op: 'collect', act: 2, reason: '归结' },
        'starter',
    ], '--vars', '{"leaders":["李市长","吴市长"]}');
    assert.deepEqual(out.map(ready), [
        'office:starter', 'instruct:李市长 instruct:吴市长', 'instruct:吴市长 instruct:王处 instruct:赵处',
        'instruct:王处 instruct:赵处 instruct:钱处', 'instruct:赵处 instruct:钱处', 'instruct:钱处 close:starter',
        'instruct:钱处 close:starter instruct:孙市长', 'instruct:钱处 close:starter', 'close:starter', 'done']);
});

test('deadlines: warnings come as often as they are drawn, then the step is taken away', () => {
    const out = run('deadline.bpmn', [
        { op: 'advance_clock', to: '2026-11-24T09:00:00+08:00' },
        { op: 'suspend', reason: '等批复' },
        { op: 'advance_clock', to: '2026-12-24T09:00:00+08:00' },
        { op: 'resume' },
        { op: 'advance_clock', to: '2026-12-30T09:00:00+08:00' },
        { op: 'complete', item: 2 },
    ], '--clock', '2026-11-23T09:00:00+08:00');
    assert.deepEqual(out.map(ready), ['handle:clerk', 'handle:clerk', 'handle:clerk', 'handle:clerk', 'handle:clerk', 'boss:head', 'done']);
    assert.deepEqual(out[1].trace, ['warn', '催办']); // after a day
    assert.deepEqual(out[3].trace, []); // the clock stood
    assert.deepEqual(out[5].trace, ['warn', '催办', 'over']);
    assert.equal(out[2].state, 'suspended');
    assert.equal(out[4].waiting.find((x) => x.node === 'over').due, '2026-12-28T09:00:00.000+08:00');
});

test('messages: sent with what is mapped, answered by name and key', () => {
    const vars = ['--vars', '{"number":"甲3","title":"修路","deadline":"P2D"}', '--clock', '2026-11-23T09:00:00+08:00'];
    const out = run('inquiry.bpmn', [
        { op: 'complete', item: 1 },
        { op: 'message', name: 'reply', correlation: '乙1', vars: { text: '不对' } },
        { op: 'advance_clock', to: '2026-11-26T09:00:00+08:00' },
        { op: 'complete', item: 2 },
        { op: 'message', name: 'reply', correlation: '甲3', vars: { text: '同意', secret: 1 } },
        { op: 'message', name: 'reply', correlation: '甲3', vars: { text: '又来' } },
        { op: 'complete', item: 3 },
    ], ...vars);
    assert.deepEqual(out.map(ready), ['draft:starter', 'running', 'flow.not_waiting', 'urge:starter', 'running', 'use:starter', 'flow.not_waiting', 'done']);
    assert.deepEqual(out[1].sent, [{ node: 'ask', kind: 'message', name: 'question', correlation: '甲3', vars: { about: '修路' } }]);
    assert.equal(out[5].vars.reply, '同意');
    assert.equal(out[5].vars.secret, undefined);
});

test('calls: one for each unit, enough are enough, failures are caught', () => {
    const units = ['--vars', '{"units":["A","B","C"]}'];
    const out = drive('supervise.bpmn', ['starter', (o) => ({ op: 'call_done', ref: o.waiting[0].ref, vars: { result: 'x' } }),
        (o) => ({ op: 'call_done', ref: o.waiting.at(-1).ref }), 'starter'], ...units);
    assert.deepEqual(out.map(ready), ['plan:starter', 'running', 'running', 'report:starter', 'done']);
    assert.deepEqual(out[1].waiting.map((w) => w.vars), [{ unit: 'A' }, { unit: 'B' }, { unit: 'C' }]);
    assert.equal(out[3].waiting, undefined); // the third is not needed
    assert.equal(out[3].vars.last_result, null);
    const failed = drive('supervise.bpmn', ['starter', (o) => ({ op: 'call_failed', ref: o.waiting[1].ref, outcome: 'gone' })], ...units);
    assert.equal(ready(failed.at(-1)), 'repair:head');
});

test('scripts, tables and errors inside a sub-process', () => {
    const out = drive('fund.bpmn', [
        (o) => ({ op: 'complete', item: item(o, 'starter'), vars: { count: 0 } }),
        (o) => ({ op: 'complete', item: item(o, 'starter'), vars: { count: 3 } }),
        (o) => ({ op: 'send_back', item: item(o, 'leader'), to: 'apply', way: 'rewind', reason: '多了' }),
        (o) => ({ op: 'complete', item: item(o, 'starter'), vars: { count: 1 } }),
        'section_head', 'cashier',
    ], '--vars', '{"price":2500.50}');
    assert.deepEqual(out.map(ready), ['apply:starter', 'apply:starter', 'leader:leader', 'apply:starter', 'section:section_head', 'pay:cashier', 'done']);
    assert.equal(out[2].vars.total, 7501.5);
    assert.equal(out[2].vars.note, '共7501.5元');
});

test('event sub-processes, links, conditions, signals', () => {
    const duty = run('duty.bpmn', [{ op: 'signal', name: 'flood' }, { op: 'signal', name: 'flood' }, { op: 'complete', item: 2 },
        { op: 'message', name: 'recall' }, { op: 'complete', item: 4 }]);
    assert.deepEqual(duty.map(ready), ['watch:officer', 'watch:officer react:chief', 'watch:officer react:chief react:chief',
        'watch:officer react:chief', 'hand:chief', 'done']);
    const pages = run('pages.bpmn', [{ op: 'complete', item: 1 }, { op: 'retry', vars: { stage: 3 } }, { op: 'complete', item: 2 }], '--vars', '{"stage":1}');
    assert.deepEqual(pages.map(ready), ['one:ann', 'running', 'two:bob', 'done']);
    assert.deepEqual(pages[3].sent.map((s) => [s.kind, s.name]), [['signal', 'done']]);
});

test('an administrator moves, names others, and is refused where the process cannot be', () => {
    const out = drive('send.bpmn', ['starter',
        (o) => ({ op: 'reroute', item: item(o, 'wang'), to: 'sign', reason: '急件' }),
        (o) => ({ op: 'reroute', item: item(o, 'zhao'), to: 'b', reason: '补会签' }),
        (o) => ({ op: 'reroute', item: item(o, 'wang'), to: 'e', reason: '结束' }),
        { op: 'override', node: 'sign', who: 'sun' }, 'wang',
    ]);
    assert.deepEqual(out.map(ready), ['draft:starter', 'a:zhang a:li b:wang', 'sign:zhao', 'b:wang', 'flow.no_target', 'b:wang', 'sign:sun']);
});

test('simulation: every way, whom and when', () => {
    const { code, lines: [s] } = tongban(['flow', 'simulate', `${MODELS}send.bpmn`, '--clock', '2026-11-23T09:00:00+08:00']);
    assert.equal(code, 0);
    assert.equal(s.capped, false);
    assert.deepEqual(s.findings, []);
    const ways = s.paths.map((p) => p.steps.map((x) => `${x.node}${x.outcome ? '=' + x.outcome : ''}`).join(' '));
    assert.ok(ways.includes('draft a=agree b sign=agree'), ways.join('\n'));
    assert.ok(s.paths.some((p) => p.end === 'cut')); // sent back again and again
    assert.ok(s.paths.some((p) => p.end === 'ended'));
    const a = s.paths[0].steps.find((x) => x.node === 'a');
    assert.deepEqual(a.who, ['zhang', 'li']);
});

test('simulation: what the data do not say is both, deadlines add up, dead ends are found', () => {
    const { lines: [s] } = tongban(['flow', 'simulate', `${MODELS}inclusive.bpmn`, '--vars', '{"legal":true}']);
    assert.ok(s.paths.length > 1); // the sum is not known
    const { lines: [d] } = tongban(['flow', 'simulate', `${MODELS}deadline.bpmn`, '--clock', '2026-11-23T09:00:00+08:00']);
    assert.equal(d.paths[0].steps[0].due, '2026-11-26T09:00:00.000+08:00');
    assert.equal(d.paths[0].end_at, '2026-11-26T09:00:00.000+08:00');
    assert.equal(d.paths[1].steps[0].event, 'over');
    const { lines: [u] } = tongban(['flow', 'simulate', `${MODELS}inclusive.bpmn`, '--vars', '{"legal":false,"sum":1}']);
    assert.deepEqual(u.findings.map((x) => [x.node, x.code]), [['law', 'sim.unreachable'], ['money', 'sim.unreachable']]);
});
