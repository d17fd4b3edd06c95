// FEEL beside another implementation (npm feelin): random expressions and unary tests of our subset,
// evaluated by both, and every value compared. What the two understand differently is not generated
// (operators behind an unbracketed if, some or in; ranges written backwards; a substring or sublist
// that starts outside; inputs that are null) but stands below with the answer that is ours. Numbers
// are compared to twelve digits, because theirs are binary.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import test from 'node:test';

const PROGRAM = process.env.TONGBAN ?? 'build/release/tongban';
const COUNT = Number(process.env.TB_FEEL_RANDOM ?? 6000);
const { evaluate, unaryTest } = await import(createRequire(new URL('../../web/package.json', import.meta.url)).resolve('feelin'));

let seed = BigInt(process.env.TB_FEEL_SEED ?? 88172645463325252n);
function chance(n) {
    seed ^= (seed << 13n) & 0xffffffffffffffffn;
    seed ^= seed >> 7n;
    seed ^= (seed << 17n) & 0xffffffffffffffffn;
    return Number((seed >> 20n) % BigInt(n));
}
const pick = (list) => list[chance(list.length)];

const context = { a: 3, b: -2.5, c: 100, s: 'ab', t: 'Tongban', u: '', yes: true, no: false, nums: [1, 2, 3, 2], words: ['x', 'ab'],
    none: [], o: { n: 7, s: 'in', d: { e: 2 } }, rows: [{ k: 1, v: 'p' }, { k: 2, v: 'q' }, { k: 3, v: 'p' }], nil: null };

/* Bounds in order: a range written backwards is empty here, and turned round there. */
const value = (atom) => Number(evaluate(atom, context).value);
const bounds = () => [num(0), num(0)].sort((x, y) => value(x) - value(y));

const num = (d) => (d <= 0 ? pick(['0', '1', '2', '2.5', '10', '-3', 'a', 'b', 'c', 'o.n', 'o.d.e'])
    : pick([
        () => `${num(d - 1)} + ${num(d - 1)}`, () => `(${num(d - 1)} - ${num(d - 1)})`, () => `${num(0)} * ${num(0)}`,
        () => `(${num(d - 1)}) / ${num(0)}`, () => `-(${num(d - 1)})`, () => `count(${list(d - 1)})`, () => `sum(${nums(d - 1)})`,
        () => `min(${nums(d - 1)})`, () => `max(${nums(d - 1)})`, () => `string length(${str(d - 1)})`,
        () => `(if ${bool(d - 1)} then ${num(d - 1)} else ${num(d - 1)})`, () => `${nums(0)}[${pick(['1', '2', '-1', '9'])}]`,
        () => `floor(${num(d - 1)})`, () => `ceiling(${num(d - 1)})`, () => `abs(${num(d - 1)})`, () => `modulo(${num(0)}, ${pick(['2', '3', '-4'])})`,
        () => `rows[k = ${num(0)}][1].k`, () => pick(['nil', 'missing', 'o.missing']),
    ])());
const str = (d) => (d <= 0 ? pick(['"ab"', '"x"', '""', '"Tongban"', 's', 't', 'u', 'o.s'])
    : pick([
        () => `${str(d - 1)} + ${str(d - 1)}`, () => `substring("ab" + ${str(d - 1)}, ${pick(['1', '2', '-1'])})`, () => `upper case(${str(d - 1)})`,
        () => `lower case(${str(d - 1)})`, () => `(if ${bool(d - 1)} then ${str(d - 1)} else ${str(d - 1)})`, () => `words[${pick(['1', '2'])}]`,
        () => `substring before(${str(d - 1)}, ${str(0)})`, () => `substring after(${str(d - 1)}, ${str(0)})`, () => `rows[2].v`, () => 'nil',
    ])());
const bool = (d) => (d <= 0 ? pick(['true', 'false', 'yes', 'no', 'nil'])
    : pick([
        () => `${num(d - 1)} ${pick(['<', '<=', '>', '>=', '=', '!='])} ${num(d - 1)}`, () => `${str(d - 1)} ${pick(['=', '!=', '<'])} ${str(d - 1)}`,
        () => `(${bool(d - 1)} and ${bool(d - 1)})`, () => `(${bool(d - 1)} or ${bool(d - 1)})`, () => `not(${bool(d - 1)})`,
        () => `(${num(d - 1)} in ${pick(['[', '('])}${bounds().join('..')}${pick([']', ')'])})`, () => `${num(0)} between ${bounds().join(' and ')}`,
        () => `(${num(d - 1)} in (${num(0)}, ${num(0)}))`, () => `(${num(0)} in (< ${num(0)}, > ${num(0)}))`, () => `contains(${str(d - 1)}, ${str(0)})`,
        () => `starts with(${str(d - 1)}, ${str(0)})`, () => `ends with(${str(d - 1)}, ${str(0)})`, () => `list contains(${nums(d - 1)}, ${num(0)})`,
        () => `(some i in ${nums(d - 1)} satisfies i > ${num(0)})`, () => `(every i in ${nums(d - 1)} satisfies i < ${num(0)})`,
        () => `(some r in rows satisfies r.v = ${str(0)})`, () => `${date(d - 1)} ${pick(['<', '>=', '='])} ${date(d - 1)}`,
        () => `all([${bool(0)}, ${bool(0)}])`, () => `any([${bool(0)}, ${bool(0)}])`, () => `${pick(['nil', 'missing', 'a', 's'])} ${pick(['=', '!='])} null`,
    ])());
const nums = (d) => (d <= 0 ? pick(['nums', '[1, 2, 3]', '[5]', 'none', `[${num(0)}, ${num(0)}]`])
    : pick([() => `${nums(d - 1)}[item > ${num(0)}]`, () => `concatenate(${nums(d - 1)}, ${nums(0)})`, () => `reverse(${nums(d - 1)})`,
        () => `distinct values(${nums(d - 1)})`, () => `append(${nums(d - 1)}, ${num(0)})`, () => `rows[v = "p"].k`, () => `sublist(concatenate([1, 2], ${nums(0)}), ${pick(['1', '2', '-1'])})`])());
const list = (d) => pick([() => nums(d), () => 'words', () => `[${str(0)}, ${num(0)}]`, () => 'rows[k >= 2]', () => `index of(nums, ${num(0)})`])();
const date = (d) => (d <= 0 ? pick(['date("2026-01-31")', 'date("2026-02-28")', 'date("2024-02-29")', '@"2026-11-24"'])
    : pick([() => `${date(d - 1)} + duration("${pick(['P1D', 'P1M', 'P1Y', '-P3D', 'P2M'])}")`, () => `${date(d - 1)} - duration("P1M")`,
        () => `(if ${bool(d - 1)} then ${date(0)} else ${date(0)})`])());
const any = (d) => pick([num, str, bool, bool, nums, date])(d);
const oneTest = () => pick([() => num(1), () => `< ${num(0)}`, () => `>= ${num(0)}`, () => `[${pick(['0', '1', '2'])}..${pick(['3', '10', '100'])}]`,
    () => `(${pick(['0', '1', '2'])}..${pick(['3', '10', '100'])})`, () => `? > ${num(0)} and ? < ${num(0)}`, () => 'null', () => `not(${num(0)})`])();
const tests = () => pick([() => '-', () => oneTest(), () => `${oneTest().replace(/^not\((.*)\)$/, '$1')}, ${oneTest().replace(/^not\((.*)\)$/, '$1')}`,
    () => `not(< ${num(0)}, ${num(0)})`])();

function plain(v) {
    if (v === undefined || v === null || typeof v === 'function') return null;
    if (typeof v === 'number') return Number.isFinite(v) ? { number: Number(v.toPrecision(12)) } : null;
    if (Array.isArray(v)) return v.map(plain);
    if (typeof v === 'object' && v.constructor?.name === 'FeelDate') return { date: v.iso ?? String(v) };
    if (typeof v === 'object' && Object.getPrototypeOf(v) === Object.prototype)
        return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, plain(x)]));
    return v;
}
function ours(v) {
    if (Array.isArray(v)) return v.map(ours);
    if (v && typeof v === 'object' && 'number' in v) return { number: Number(Number(v.number).toPrecision(12)) };
    return v;
}
const same = (x, y) => { try { assert.deepEqual(x, y); return true; } catch { return false; } };

function feel(lines) {
    const p = spawnSync(PROGRAM, ['feel'], { input: lines.map((l) => JSON.stringify(l) + '\n').join(''), encoding: 'utf8', maxBuffer: 1 << 28 });
    return p.stdout.split('\n').filter(Boolean).map((l) => JSON.parse(l));
}

function compare(cases, theirs, answers, label) {
    const nulls = answers.filter((a) => a.value === null).length;
    cases.forEach((text, i) => {
        assert.ok(!answers[i].error, `${text}: ${JSON.stringify(answers[i].error)}`);
        const x = ours(answers[i].value);
        assert.ok(same(x, theirs[i]), `${text}: ours ${JSON.stringify(x)}, theirs ${JSON.stringify(theirs[i])}`);
    });
    console.log(`${label}: ${cases.length} compared, ${nulls} of them null`);
    return nulls;
}

test('random expressions give the same value', () => {
    const cases = Array.from({ length: COUNT }, () => any(1 + chance(3)));
    const nulls = compare(cases, cases.map((c) => plain(evaluate(c, context).value)), feel(cases.map((expr) => ({ expr, context }))), 'expressions');
    assert.ok(nulls > COUNT / 50 && nulls < COUNT / 2, `${nulls} are null`);
});

test('random unary tests are met by the same inputs', () => {
    const cases = Array.from({ length: COUNT }, () => ({ tests: tests(), input: pick([0, 1, 2, 3, 7, 50, -2.5]) }));
    compare(cases.map((c) => `${c.tests} of ${c.input}`), cases.map((c) => plain(unaryTest(c.tests, { ...context, '?': c.input }).value)),
        feel(cases.map((c) => ({ ...c, context }))), 'unary tests');
});

test('without an input only "-" and null are met', () => {
    const lines = [['-', true], ['null', true], ['< 5', null], ['not(< 5)', null], ['[1..5]', null], ['1, 2', false]];
    assert.deepEqual(feel(lines.map(([t]) => ({ tests: t, input: null, context }))).map((a) => a.value), lines.map(([, v]) => v));
});

test('where the two differ, ours is as DMN has it', () => {
    const lines = [['substring("ab", 3)', null], ['sublist([1], 2)', null], ['1 between 3 and 0', false], ['2 in [3..1]', false],
        ['0.1 + 0.2 = 0.3', true], ['10000000000000000 + 1', { number: '10000000000000001' }]];
    assert.deepEqual(feel(lines.map(([expr]) => ({ expr, context }))).map((a) => a.value), lines.map(([, v]) => v));
});
