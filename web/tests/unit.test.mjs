import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const load = async (name) => (await runnerImport(name.includes('/') ? `${root}${name}.ts` : `${root}src/lib/${name}.ts`, { root, configFile: false, logLevel: 'error' })).module;
const [{ format, money, scale }, dates, periods, status, series, search, sheet, bullet, clocks, rows, definition, scores, targets, words, stretch, records] = await Promise.all(['tests/fixture/money', 'dates', 'periods', 'status', 'series', 'search', 'csv', 'bullet', 'clock', 'rows', 'definition', 'scores', 'targets', 'words', 'stretch', 'records'].map(load));
const plain = (text) => text.replaceAll('\u00a0', ' ');

function table(name, call, cases) {
  describe(name, () => {
    for (const [args, expected] of cases) test(`${JSON.stringify(args)} → ${JSON.stringify(expected)}`, () => assert.deepEqual(call(...args), expected));
  });
}

table('figure', (...a) => plain(format.figure(...a)), [
  [[86.4, 'percent'], '86.4 %'],
  [[86.44999, 'percent'], '86.4 %'],
  [[100, 'percent'], '100.0 %'],
  [[0, 'percent'], '0.0 %'],
  // Not all is never shown as all, nor something as nothing.
  [[99.97, 'percent'], '99.97 %'],
  [[99.996, 'percent'], '99.996 %'],
  [[0.04, 'percent'], '0.04 %'],
  [[99.94, 'percent'], '99.9 %'],
  // The points of a net score are its name’s; others say that they are some.
  [[39.84, 'points'], '39.8'],
  [[-12.26, 'points'], '\u221212.3'],
  [[91.2, 'points points'], '91.2 points'],
  [[2.41, 'count per order'], '2.4 per order'],
  [[-0.04, 'points'], '0.0'],
  [[4.2, 'score'], '4.20'],
  [[1435, 'count'], '1,435'],
  [[1234567, 'count'], '1,234,567'],
  [[12.5, 'count'], '12.5'],
  [[null, 'percent'], '–'],
  [[5.54, 'of 7'], '5.54 of 7'],
]);

table('money, per 1,000 and scores', (value, unit, code = 'EUR') => {
  money.setCurrency(code);
  return plain(format.figure(value, unit));
}, [
  [[4.82, 'currency'], 'EUR 4.82'],
  [[0, 'currency'], 'EUR 0.00'],
  [[-0.004, 'currency'], 'EUR 0.00'],
  [[-4.82, 'currency'], '\u2212EUR 4.82'],
  [[999.994, 'currency'], 'EUR 999.99'],
  [[999.996, 'currency'], 'EUR 1,000'],
  [[12_345.6, 'currency'], 'EUR 12,346'],
  [[999_999.6, 'currency'], 'EUR 1.0 M'],
  [[1_234_567, 'currency'], 'EUR 1.2 M'],
  [[-999_960_000, 'currency'], '\u2212EUR 1.0 bn'],
  [[482.4, 'currency', 'JPY'], 'JPY 482'],
  [[4.8216, 'currency', 'KWD'], 'KWD 4.822'],
  // Before the organisation is known there is no code to say.
  [[4.82, 'currency', ''], '4.82'],
  [[12.34, 'per_thousand'], '12.3 per 1,000'],
  [[0.04, 'per_thousand'], '0.04 per 1,000'],
  [[4.2, 'score'], '4.20'],
]);

table('changes, margins and intervals of money', (name, ...a) => {
  money.setCurrency('EUR');
  return plain(format[name](...a));
}, [
  [['change', 0.31, 'currency', 4.5], '+EUR 0.31 (+6.9 %)'],
  [['change', -1_200, 'currency', 0], '\u2212EUR 1,200'],
  [['change', 0.004, 'currency', 4.5], 'EUR 0.00 (+0.1 %)'],
  [['margin', 4.82, 4.7, 4.94, 'currency'], '± EUR 0.12'],
  [['interval', 4.7, 4.94, 'currency'], 'EUR 4.70–4.94'],
  [['interval', -4.7, 4.94, 'currency'], '\u2212EUR 4.70 to EUR 4.94'],
  [['interval', 950_000, 1_150_000, 'currency'], 'EUR 950,000 – 1.2 M'],
  [['spoken', 1_234_567, 'currency'], 'EUR 1.2 million'],
  [['spoken', -4.82, 'currency'], 'minus EUR 4.82'],
  [['spoken', 12.3, 'per_thousand'], '12.3 per thousand'],
  [['counted', 1_143_211.4, 1_099_240, 'currency'], 'EUR 1,143,211 of 1,099,240'],
  [['counted', 7_200, 36_000, 'seconds'], '2 h of 10 h'],
  [['counted', 24, 36, 'count'], '24 of 36'],
]);

test('ticks of money', () => {
  money.setCurrency('EUR');
  const texts = (...a) => scale.valueTicks(...a).map((tick) => plain(tick.text));
  assert.deepEqual(texts(4.2, 4.5, 'currency', 3), ['EUR 4.20', 'EUR 4.30', 'EUR 4.40', 'EUR 4.50']);
  assert.deepEqual(texts(0, 2_500_000, 'currency', 5), ['0', 'EUR 0.5 M', 'EUR 1.0 M', 'EUR 1.5 M', 'EUR 2.0 M', 'EUR 2.5 M']);
  assert.deepEqual(texts(0, 200, 'currency', 2), ['0', 'EUR 100', 'EUR 200']);
});

table('small samples in words', definition.fewWords, [
  [[{ hide_below: 10, low_below: 30, words: '' }], 'Under 10, only the count is shown and no figure; under 30, the figure is marked “low n”.'],
  [[{ hide_below: 0, low_below: 0, words: 'under 0 only the count' }], 'Shown however few there are.'],
  [[{ hide_below: 0, low_below: 10, words: '' }], 'Under 10, the figure is marked “low n”.'],
  [[{ hide_below: 20, low_below: null, words: 'median from 20, p90 from 50' }], 'Shown where enough lie beyond the quantile: median from 20, p90 from 50.'],
]);

const derived = (value, inputs, parameters = []) => ({ unit: 'currency', formula: `value: ${value}`, parameters, measure: { kind: 'derived', table: null, inputs } });
const NAMES = { total_cost: 'Cost of service', issues_resolved: 'Issues resolved', tickets_solved: 'Tickets solved' };
const per = [{ name: 'per', default: 'issue' }];
table('the formula of a derived metric names its inputs', (kpi) => definition.inWords(kpi, (id) => NAMES[id]), [
  [[derived('cost / issues', { cost: 'total_cost', issues: 'issues_resolved' })], 'Cost of service ÷ Issues resolved, of the same period; no figure where one of them has none.'],
  [[derived("case $per when 'issue' then cost / issues else cost / tickets end", { cost: 'total_cost', issues: 'issues_resolved', tickets: 'tickets_solved' }, per)], 'Cost of service ÷ Issues resolved, of the same period; no figure where one of them has none.'],
  [[derived("case $per when 'ticket' then cost / tickets else cost / (issues + tickets) end", { cost: 'total_cost', issues: 'issues_resolved', tickets: 'tickets_solved' }, per)], 'Cost of service ÷ (Issues resolved + Tickets solved), of the same period; no figure where one of them has none.'],
  [[derived('power(cost, issues)', { cost: 'total_cost', issues: 'issues_resolved' })], 'Made of Cost of service and Issues resolved, by the formula beside, of the same period; no figure where one of them has none.'],
]);

const asked = { parameters: [{ name: 'instrument', default: 'nps' }, { name: 'from', default: 9 }], variants: [{ name: 'relationship', parameters: { instrument: 'nps' } }, { name: 'transactional', parameters: { instrument: 'tnps' } }] };
test('a variant may be the default by a name', () => {
  const of = (variant) => definition.parametersOf(asked, variant);
  assert.equal(of('relationship'), of(null));
  assert.notEqual(of('transactional'), of(null));
  assert.equal(of('unknown'), null);
});

table('a reason without names of tables and columns', (reason) => records.reasonText(reason, (id) => NAMES[id]), [
  [['of 1,706 rows of survey_answer in the period none counts, by `instrument` and `scale`'], 'of 1,706 survey answers in the period none counts, by instrument and scale'],
  [['nothing of it happened in the period: there is no row of complaint'], 'nothing of it happened in the period: there are no complaints'],
  [['issues_resolved: 996 rows are too young to be judged'], 'Issues resolved: 996 rows are too young to be judged'],
  [['the period begins after the data, which are loaded through 2026-11-26'], 'the period begins after the data, which are loaded through 26 Nov 2026'],
]);

table('why there is no status', status.statusWord, [
  [['no_data', { quality: 'suppressed', n: 7 }], 'Too few'],
  [['no_data', { quality: 'no_data', n: 0, reason: '975 rows are too young to be judged' }], 'Still settling'],
  [['no_data', { quality: 'no_data', n: 0, note: 'no records of kind cost have been loaded' }], 'No data'],
  [['no_data'], 'No data'],
  [['on_target', { quality: 'settling', n: 900 }], 'On target'],
]);

table('lengths of edge cases', (seconds) => plain(definition.lengthText(seconds)), [
  [[86_400], '1 d'],
  [[86_401], '1 d 1 s'],
  [[694_861], '694861 s'],
  [[604_800.001], '604800.001 s'],
  [[5_400], '1 h 30 m'],
  [[0], '0 s'],
  [[-60], '\u221260 s'],
]);

table('what an example expects', definition.expectedOf, [
  [[{ value: 66.666, n: 3, quality: 'low_n' }, 'percent'], { value: '66.7 %'.replace(' ', '\u00a0'), rest: ['n 3', 'marked “low n”'] }],
  [[{ value: 'none', quality: 'no_data' }, 'percent'], { value: 'no figure', rest: ['no data'] }],
  [[{ n: 7, numerator: 5, low: 'none' }, 'percent'], { value: null, rest: ['n 7', 'above the line 5', 'lower end none'] }],
]);

test('a part whose name is no part’s stays in the one before', () => {
  assert.deepEqual(definition.partsOf({ measure: { kind: 'share' }, formula: "population: a = 'x'\nnote: b\nhit: c" }).map((p) => [p.name, p.expression]), [['population', "a = 'x'\nnote: b"], ['hit', 'c']]);
});

table('durations', (...a) => plain(format.figure(...a, 'seconds')), [
  [[0], '0 s'],
  [[7.4], '7.4 s'],
  [[42], '42 s'],
  [[59.7], '1 m'],
  [[205], '3 m 25 s'],
  [[3599.7], '1 h'],
  [[3600], '1 h'],
  [[12_660], '3 h 31 m'],
  [[12_689], '3 h 31 m'],
  [[14_400], '4 h'],
  [[86_399], '1 d'],
  [[86_370], '1 d'],
  [[86_369], '23 h 59 m'],
  [[100_000], '1 d 4 h'],
  [[1_373_570], '15 d 22 h'],
  [[86_400 * 400], '400 d'],
  [[-2_160], '\u221236 m'],
]);

table('change', (...a) => plain(format.change(...a)), [
  [[1.2, 'percent', 85.2], '+1.2 pp'],
  [[-0.26, 'percent', 85.2], '\u22120.3 pp'],
  [[0.04, 'percent', 85.2], '0.0 pp'],
  [[-0.04, 'percent', 85.2], '0.0 pp'],
  [[0.96, 'points', 30], '+1.0 pt'],
  [[0.96, 'points points', 30], '+1.0 pt'],
  [[0.23, 'count per order', 2.2], '+0.2 (+10.5 %)'],
  [[47, 'count', 1388], '+47 (+3.4 %)'],
  [[-60, 'count', 1200], '\u221260 (\u22125.0 %)'],
  [[5, 'count', 0], '+5'],
  [[0, 'count', 12], '0 (0.0 %)'],
  [[-2_160, 'seconds', 14_820], '\u221236 m'],
  [[6_179, 'seconds', 90_000], '+1 h 43 m'],
  [[823, 'seconds', 10_000], '+14 m'],
  [[205, 'seconds', 10_000], '+3 m 25 s'],
]);

table('standings', scores.standings, [
  [[{ counts: { on_target: 2, within_tolerance: 0, off_target: 1, too_close_to_call: 0, no_data: 3 }, kpis: [{ value: 1, target: null }, { value: 2, target: null }, { value: null, target: null }, { value: 3, target: { value: 2 } }] }], [['on_target', 2], ['off_target', 1], ['no_data', 1], ['no_target', 2]]],
  [[{ counts: { on_target: 0, within_tolerance: 0, off_target: 0, too_close_to_call: 0, no_data: 1 }, kpis: [{ value: null, target: { value: 2 } }] }], [['no_data', 1]]],
]);

table('projections', (...a) => plain(scores.projectionText(...a)), [
  [[{ verdict: 'will make it', chance: 0.87, deadline: '2027-03-31', course: 'rises faster than can go on' }], 'Will make it: chance 87 %, by 31 Mar 2027; rises faster than can go on'],
  [[{ verdict: 'will make it', chance: 0.87, deadline: '2027-03-31', course: 'can go on' }], 'Will make it: chance 87 %, by 31 Mar 2027'],
  [[{ verdict: 'will make it', chance: 0.999, deadline: '2027-03-31', course: 'falls faster than can go on' }], 'Will make it: chance over 99 %, by 31 Mar 2027; falls faster than can go on'],
]);

table('margin', (...a) => plain(format.margin(...a)), [
  [[86.4, 85.7, 87.1, 'percent'], '± 0.7 pp'],
  [[70.1, 69.85, 70.35, 'percent'], '± 0.3 pp'],
  [[12_660, 12_455, 12_865, 'seconds'], '± 3 m 25 s'],
  [[20, 15.49, 24.51, 'points'], '± 4.5 pt'],
  [[2, -4, 8, 'points'], '± 6.0 pt'],
  [[96, 90, 102, 'points points'], '90.0–102.0 points'],
  [[2.4, 2.1, 2.9, 'count per order'], '2.1–2.9 per order'],
  [[120, 115, 125, 'percent'], '± 5.0 pp'],
  // uneven, or more than there can be: the ends
  [[81, 72.2, 87.5, 'percent'], '72.2–87.5 %'],
  [[98.3, 91.1, 99.7, 'percent'], '91.1–99.7 %'],
  [[100, 98.4, 100, 'percent'], '98.4–100.0 %'],
  [[16.7, 4.5, 42.7, 'count'], '4.5–42.7'],
  [[98, 95, 101, 'percent'], '95.0–101.0 %'],
  [[12_000, 9_000, null, 'seconds'], '2 h 30 m or more'],
  [[12_000, null, null, 'seconds'], ''],
]);

table('interval', (...a) => plain(format.interval(...a)), [
  [[85.7, 87.1, 'percent'], '85.7–87.1 %'],
  [[-3.2, 1.5, 'points'], '\u22123.2 to 1.5'],
  [[12_000, 13_260, 'seconds'], '3 h 20 m – 3 h 41 m'],
  [[null, null, 'percent'], '–'],
  [[12_000, null, 'seconds'], '3 h 20 m or more'],
]);

table('condition', (...a) => plain(format.condition(...a)), [
  [[{ value: 88, low: null, high: null }, 'up', 'percent'], '≥ 88.0 %'],
  [[{ value: 14_400, low: null, high: null }, 'down', 'seconds'], '≤ 4 h'],
  [[{ value: 80, low: 75, high: 85 }, 'range', 'percent'], '75.0–85.0 %'],
  [[{ value: 2.2, low: null, high: null }, 'down', 'count per order'], '≤ 2.2 per order'],
]);

table('spoken', format.spoken, [
  [[12_660, 'seconds'], '3 hours 31 minutes'],
  [[3_660, 'seconds'], '1 hour 1 minute'],
  [[86.4, 'percent'], '86.4 percent'],
  [[-4.2, 'points'], 'minus 4.2 points'],
  [[91.2, 'points points'], '91.2 points'],
  [[2.4, 'count per order'], '2.4 per order'],
  [[null, 'count'], 'no data'],
]);

table('rangeText', (from, to) => dates.rangeText({ from, to }), [
  [['2026-10-01', '2026-11-01'], '1–31 Oct 2026'],
  [['2026-10-24', '2026-11-21'], '24 Oct – 20 Nov 2026'],
  [['2025-12-20', '2026-01-04'], '20 Dec 2025 – 3 Jan 2026'],
  [['2026-10-07', '2026-10-08'], 'Wed, 7 Oct 2026'],
  // The nights on which clocks change are days like others.
  [['2026-10-25', '2026-10-26'], 'Sun, 25 Oct 2026'],
  [['2026-03-29', '2026-03-30'], 'Sun, 29 Mar 2026'],
]);

table('periodText', (from, to) => dates.periodText({ from, to }), [
  [['2026-10-01', '2026-11-01'], 'Oct 2026'],
  [['2024-02-01', '2024-03-01'], 'Feb 2024'],
  [['2026-10-01', '2027-01-01'], 'Oct–Dec 2026'],
  [['2026-01-01', '2027-01-01'], '2026'],
  [['2026-10-05', '2026-10-12'], '5–11 Oct 2026'],
]);

table('addDays', dates.addDays, [
  [['2024-02-28', 1], '2024-02-29'],
  [['2026-01-01', -1], '2025-12-31'],
  [['2026-10-25', 1], '2026-10-26'],
]);

test('grain is told by the longest period, cut edges or not', () => {
  const row = (from, to) => ({ from, to });
  assert.equal(dates.grainOf([row('2026-10-01', '2026-10-05'), row('2026-10-05', '2026-10-12')]), 'week');
  assert.equal(dates.grainOf([row('2026-10-01', '2026-10-02')]), 'day');
  assert.equal(dates.grainOf([row('2026-02-01', '2026-03-01')]), 'month');
  assert.equal(dates.grainOf([row('2026-01-01', '2026-04-01')]), 'quarter');
  assert.equal(dates.grainOf([row('2024-01-01', '2025-01-01')]), 'year');
});

test('weekly ticks of days stand on the first day of the week', () => {
  const rows = Array.from({ length: 31 }, (_, i) => ({ from: dates.addDays('2026-10-01', i), to: dates.addDays('2026-10-01', i + 1) }));
  assert.deepEqual(dates.timeTicks(rows, 'day', 6, 1, 2026).map((t) => t.text), ['5 Oct', '12 Oct', '19 Oct', '26 Oct']);
  assert.deepEqual(dates.timeTicks(rows, 'day', 6, 0, 2026).map((t) => t.text), ['4 Oct', '11 Oct', '18 Oct', '25 Oct']);
  // another year than the present one is said once, and where it changes
  assert.deepEqual(dates.timeTicks(rows, 'day', 6, 1, 2027).map((t) => t.text), ['5 Oct 2026', '12 Oct', '19 Oct', '26 Oct']);
  const winter = Array.from({ length: 6 }, (_, i) => ({ from: dates.addDays('2025-12-15', 7 * i), to: dates.addDays('2025-12-22', 7 * i) }));
  assert.deepEqual(dates.timeTicks(winter, 'week', 6, 1, 2026).map((t) => t.text), ['15 Dec 2025', '22 Dec', '29 Dec', '5 Jan 2026', '12 Jan', '19 Jan']);
});

table('rangeName', periods.rangeName, [
  [['last-28d'], 'Last 28 days'],
  [['this-quarter'], 'This quarter'],
  [['last-14d'], 'Last 14 days'],
  [['2026-10-01..2026-10-31'], '1–31 Oct 2026'],
  [['2026-10-07..2026-10-07'], 'Wed, 7 Oct 2026'],
  [['whenever'], 'whenever'],
]);

test('every preset has a key of its own', () => {
  assert.equal(new Set(periods.PRESETS.map((p) => p.key)).size, periods.PRESETS.length);
});

// The vectors of the scorecard's own rule: what the page says of a row must be what the card would say of it.
const figure = (value, low = null, high = null, quality = 'ok') => ({ value, low, high, quality });
const goal = (value, tolerance, low = null, high = null) => ({ value, tolerance, low, high });
const band = goal(80, 2, 75, 85);
table('judge', status.judge, [
  [[figure(90, 89, 91), goal(88, 3), 'up'], 'on_target'],
  [[figure(86, 85.5, 86.5), goal(88, 3), 'up'], 'within_tolerance'],
  [[figure(84.9, 84.5, 85.3), goal(88, 3), 'up'], 'off_target'],
  [[figure(89, 87, 91), goal(88, 3), 'up'], 'too_close_to_call'],
  [[figure(80, 70, 90), goal(88, 3), 'up'], 'too_close_to_call'],
  [[figure(85.2, 84, 86.4), goal(88, 3), 'up'], 'within_tolerance'],
  [[figure(89, 88, 90), goal(88, 3), 'up'], 'too_close_to_call'],
  [[figure(87, 86, 88), goal(88, 3), 'up'], 'too_close_to_call'],
  [[figure(89, 88.000001, 90), goal(88, 3), 'up'], 'on_target'],
  [[figure(87, 86, 87.999999), goal(88, 3), 'up'], 'within_tolerance'],
  [[figure(3_600, 3_600, 3_600), goal(3_600, 60), 'down'], 'on_target'],
  [[figure(3_660, 3_660, 3_660), goal(3_600, 60), 'down'], 'within_tolerance'],
  [[figure(12_660, 12_400, 12_900), goal(14_400, 1_800), 'down'], 'on_target'],
  [[figure(15_000, 14_401, 15_600), goal(14_400, 1_800), 'down'], 'within_tolerance'],
  [[figure(17_000, 16_500, 17_600), goal(14_400, 1_800), 'down'], 'off_target'],
  [[figure(20_000, 15_000, null), goal(14_400, 1_800), 'down'], 'off_target'],
  [[figure(20_000, 14_000, null), goal(14_400, 1_800), 'down'], 'too_close_to_call'],
  [[figure(10_000, null, 14_000), goal(14_400, 1_800), 'down'], 'on_target'],
  [[figure(10_000, null, 15_000), goal(14_400, 1_800), 'down'], 'too_close_to_call'],
  [[figure(1_200), goal(1_200, 100), 'down'], 'on_target'],
  [[figure(1_201), goal(1_200, 100), 'down'], 'within_tolerance'],
  [[figure(1_300), goal(1_200, 100), 'down'], 'within_tolerance'],
  [[figure(1_301), goal(1_200, 100), 'down'], 'off_target'],
  [[figure(0), goal(0, 0), 'down'], 'on_target'],
  [[figure(1), goal(0, 0), 'down'], 'off_target'],
  [[figure(-15), goal(-10, 5), 'up'], 'within_tolerance'],
  [[figure(85.3), goal(88, 2.7), 'up'], 'within_tolerance'],
  [[figure(0.1 + 0.2), goal(0.3, 0), 'down'], 'on_target'],
  [[figure(0.300001), goal(0.3, 0), 'down'], 'off_target'],
  [[figure(80, 78, 82), band, 'range'], 'on_target'],
  [[figure(80, 74, 86), band, 'range'], 'too_close_to_call'],
  [[figure(84, 82, 86), band, 'range'], 'too_close_to_call'],
  [[figure(75), band, 'range'], 'on_target'],
  [[figure(85), band, 'range'], 'on_target'],
  [[figure(87), band, 'range'], 'within_tolerance'],
  [[figure(72.9), band, 'range'], 'off_target'],
  [[figure(90, 88, 92), band, 'range'], 'off_target'],
  [[figure(null, null, null, 'no_data'), goal(88, 3), 'up'], 'no_data'],
  [[figure(90, null, null, 'suppressed'), goal(88, 3), 'up'], 'no_data'],
  [[figure(90, null, null, 'settling'), goal(88, 3), 'up'], 'on_target'],
  [[figure(90, 89, 91), null, 'up'], null],
]);

table('better', status.better, [
  [[{ change: 1.2, low: 0.4, high: 2 }, 'up', true], true],
  [[{ change: 1.2, low: 0.4, high: 2 }, 'down', true], false],
  [[{ change: 1.2, low: -0.1, high: 2.5 }, 'up', true], null],
  [[{ change: 1.2, low: 0, high: 2.4 }, 'up', true], null],
  [[{ change: 1.2, low: null, high: null }, 'up', true], null],
  [[{ change: 47, low: null, high: null }, 'down', false], false],
  [[{ change: 0, low: null, high: null }, 'up', false], null],
  [[{ change: 5, low: 1, high: 9 }, 'range', true], null],
  [[{ change: null, low: null, high: null }, 'up', true], null],
]);

table('qualityWord', status.qualityWord, [
  [[{ quality: 'suppressed', n: 7, numerator: 4, denominator: 7 }], '4 of 7'],
  [[{ quality: 'suppressed', n: 7, numerator: null, denominator: null }], 'n 7'],
  [[{ quality: 'settling', n: 70, numerator: 4, denominator: 7 }], 'still settling'],
  [[{ quality: 'low_n', n: 17, numerator: 4, denominator: 17 }], 'low n'],
  [[{ quality: 'ok', n: 7, numerator: 4, denominator: 7 }], null],
]);

describe('pooling', () => {
  // Newcombe (1998), Statistics in Medicine 17, table I, method 3.
  for (const [k, n, low, high] of [[81, 263, 25.53, 36.62], [15, 148, 6.24, 16.05], [0, 20, 0, 16.11], [1, 29, 0.61, 17.18]]) {
    test(`Wilson's interval of ${k} of ${n}`, () => {
      const found = series.wilson(k, n);
      assert.ok(Math.abs(found[0] - low) < 0.006 && Math.abs(found[1] - high) < 0.006, String(found));
    });
  }
  const day = (i, value, extra) => ({ from: dates.addDays('2026-10-01', i), to: dates.addDays('2026-10-01', i + 1), value, low: null, high: null, n: 10, quality: 'ok', ...extra });

  test('a share is a sum over a sum, days that were too few to show included', () => {
    const points = [[9, 10], [1, 2], [40, 50], [0, 1], [3, 4], [5, 10], [8, 8]].map(([k, n], i) => day(i, n < 5 ? null : (100 * k) / n, { n, numerator: k, denominator: n }));
    const last = series.pool(points, 'weighted', 'wilson').at(-1);
    assert.equal(last.value, (100 * 66) / 85);
    assert.deepEqual([last.low, last.high], series.wilson(66, 85));
    assert.equal(last.n, 85);
    assert.deepEqual(last.span, { from: '2026-10-01', to: '2026-10-08' });
  });

  test('other figures take their interval from the days: four equal ones halve it', () => {
    const points = [0, 1, 2, 3].map((i) => day(i, 50, { low: 40, high: 62 }));
    const [mark] = series.pool(points, 'weighted', null);
    assert.ok(Math.abs(mark.value - 50) < 1e-9 && Math.abs(mark.low - 45) < 1e-9 && Math.abs(mark.high - 56) < 1e-9, JSON.stringify(mark));
  });

  test('starts at half a window and never reaches over more than one', () => {
    const points = Array.from({ length: 20 }, (_, i) => day(i, i));
    const pooled = series.pool(points, 'level', null);
    assert.equal(pooled.length, 17);
    assert.equal(pooled[0].value, 1.5);
    assert.equal(pooled.at(-1).value, 16);
    assert.equal(pooled.at(-1).low, null);
  });

  test('percentiles are not put together', () => {
    assert.equal(series.poolingOf('median', 'seconds'), 'none');
    assert.equal(series.poolingOf('p90', 'seconds'), 'none');
    assert.equal(series.poolingOf('share', 'percent'), 'weighted');
    assert.equal(series.poolingOf('net_score', 'points'), 'weighted');
    assert.equal(series.poolingOf('count', 'count'), 'level');
    assert.deepEqual(series.pool([day(0, 5)], 'none', null), []);
  });

  test('an empty week has no figure', () => {
    assert.deepEqual(series.pool([0, 1, 2, 3].map((i) => day(i, null, { n: 0, numerator: 0, denominator: 0 })), 'weighted', 'wilson').map((m) => m.value), [null]);
  });
});

table('value ticks', (...a) => scale.valueTicks(...a).map((t) => plain(t.text)), [
  [[78.6, 93.8, 'percent', 4], ['80 %', '85 %', '90 %']],
  [[79.9, 80.7, 'percent', 4], ['80.0 %', '80.2 %', '80.4 %', '80.6 %']],
  [[0, 15_000, 'seconds', 5], ['0', '1 h', '2 h', '3 h', '4 h']],
  [[0, 300_000, 'seconds', 5], ['0', '1 d', '2 d', '3 d']],
  [[1_150, 1_520, 'count', 5], ['1,200', '1,300', '1,400', '1,500']],
  [[0, 2, 'count', 5], ['0', '1', '2']],
  [[-20, 20, 'points', 4], ['\u221220', '\u221210', '0', '10', '20']],
]);

test('an axis of a share stays within 0 and 100', () => {
  assert.deepEqual(scale.extent([99, 100], 'percent')[1], 100);
  assert.equal(scale.extent([0, 4], 'percent')[0], 0);
  assert.deepEqual(scale.extent([], 'percent'), [0, 1]);
  const [low, high] = scale.extent([5, 5], 'count');
  assert.ok(low < 5 && high > 5);
});

const banded = (value, low, high) => ({ value, low, high });
test('one axis for several lines holds their bands', () => {
  const [low, high] = scale.common([[banded(50, 40, 60), banded(55, 45, 70)], [banded(52, 30, 66)]], [20], 'count');
  assert.ok(low <= 20 && high >= 70, `${low} ${high}`);
  assert.deepEqual(scale.beyond([banded(50, 40, 60), banded(55, 45, 70)], [low, high]), []);
});
test('a band that would press the lines flat is cut, and marked once a run where it is farthest out', () => {
  const band = [banded(50, 45, 56), banded(52, 46, 400), banded(53, 46, 900), banded(51, 46, 57), banded(54, 0, 300)];
  const domain = scale.common([band], [], 'count');
  assert.ok(domain[1] < 70 && domain[1] >= 54, String(domain));
  assert.deepEqual(scale.beyond(band, [46, 60]).map(({ mark, side }) => [side, mark.value]), [['up', 53], ['up', 54], ['down', 50], ['down', 54]]);
});
table('grounded', scale.grounded, [
  [[[3_600, 10_000], 'seconds'], [0, 10_000]],
  [[[9_000, 10_000], 'seconds'], [9_000, 10_000]],
  [[[40, 100], 'percent'], [40, 100]],
]);

table('commonest', (...said) => scores.commonest(said), [
  [['a', 'a', 'b'], 'a'],
  [['a', 'a', 'b', 'b'], null],
  [['a'], null],
  [[], null],
]);
table('unbroken', words.unbroken, [
  [['at least 98.0 % wanted'], 'at least 98.0\u00a0% wanted'],
  [['21.6 per 1,000, 3 of 4'], '21.6\u00a0per 1,000, 3 of 4'],
]);
table('pieces', words.pieces, [
  [['Dissatisfaction rate'], ['Dissatisfac-', 'tion', 'rate']],
  [['Self-service usage'], ['Self-', 'service', 'usage']],
  [['Options'], ['Options']],
]);

test('a bullet spans every figure, interval and the tolerance twice, the target in its middle', () => {
  const check = (figure, target, unit, [from, to]) => {
    const [low, high] = bullet.span([{ low: null, high: null, ...figure }], target, unit);
    assert.ok(low <= from && high >= to, `${low}–${high}`);
    assert.ok(Math.abs((low + high) / 2 - target.value) < 1e-9, `${low}–${high}`);
  };
  check({ value: 80, low: 70, high: 85 }, goal(88, 2), 'score', [70, 106]);
  check({ value: 88 }, goal(88, 2), 'count', [84, 92]);
  check({ value: 80 }, band, 'count', [80, band.high]);
});
test('a bullet ends where there can be nothing more', () => {
  const span = (value, low, high, target, unit) => bullet.span([{ value, low, high }], target, unit);
  assert.deepEqual(span(0, 0, 553.3, goal(15, 5), 'percent'), [0, 100]);
  assert.equal(span(90, 80, 95, goal(98, 1), 'percent')[1], 100);
  assert.ok(span(130, null, null, goal(98, 1), 'percent')[1] > 130, 'a ratio can be over 100 %');
  assert.equal(span(13.3, 12, 14, goal(5, 1), 'per_thousand')[0], 0);
  assert.ok(span(-20, null, null, goal(10, 1), 'points')[0] < -20);
  assert.ok(span(-20, null, null, goal(0, 0), 'count')[0] < -20, 'a flow can be below nothing');
  const [from, to] = span(0, null, null, goal(0, 0), 'count');
  assert.ok(from === 0 && to > 0);
});

table('fullName', (range, from, to) => plain(periods.fullName(range, { from, to }, periods.CALENDAR)), [
  [['last-month', '2026-10-01', '2026-11-01'], 'Last month, 1–31 Oct 2026'],
  [['2026-10-05..2026-10-20', '2026-10-05', '2026-10-21'], '5–20 Oct 2026'],
  [[null, '2026-10-05', '2026-10-21'], '5–20 Oct 2026'],
]);

const timed = { parameters: [{ name: 'clock', default: 'business' }], variants: [{ name: 'all_hours', parameters: { clock: 'calendar' } }, { name: 'incl_bot', parameters: { include_bot: true } }] };
table('clockOf', (kpi, variant) => clocks.clockOf(kpi, variant), [
  [[timed, null], 'business'],
  [[timed, 'all_hours'], 'calendar'],
  [[timed, 'incl_bot'], 'business'],
  [[{ parameters: [], variants: [] }, null], null],
]);

table('clockText', clocks.clockText, [
  [['calendar', []], 'calendar hours'],
  [['business', []], 'business hours'],
  [['business', ['support']], 'business hours of support'],
  [['business', ['support', 'phone']], 'business hours of support and phone'],
  [['business', ['a', 'b', 'c']], 'business hours of 3 schedules'],
  [['business_days', ['support']], 'business days of support'],
]);

table('lineUnit', format.lineUnit, [
  [[{ numerator: 'currency', denominator: 'currency' }], 'currency'],
  [[{ numerator: 'count', denominator: 'count' }], 'count'],
  // Time over contacts is no part of anything.
  [[{ numerator: 'seconds', denominator: 'count' }], null],
  [[{ numerator: null, denominator: 'count' }], null],
  [[null], null],
]);

describe('the rows of a mean', () => {
  const answer = { n: 2, value: 2.5, numerator: 5, denominator: 2 };
  const of = (unit) => rows.sum({ kind: 'mean', unit: 'percent', amount_unit: unit, parts: { counted: 2 }, n: 2, sums: { amount: 5, weight: 2 } }, answer);
  test('are in their own unit, not in that of the figure', () => {
    assert.equal(plain(of('seconds').text), '5 s over 2');
    assert.equal(plain(of('currency').text), '5.00 over 2');
  });
});

table('columnName', rows.columnName, [
  [['created_at'], 'Created'],
  [['attr.shop'], 'Shop'],
  [['sla_target'], 'SLA target'],
]);

describe('search', () => {
  const names = [['Settings'], ['Service level', 'SL'], ['First response time', 'FRT'], ['Customer satisfaction', 'CSAT'], ['Unset']];
  const found = (typed) => search.search(typed, names, (n) => n).hits.map((n) => n[0]);
  const close = (typed) => search.search(typed, names, (n) => n).close;
  test('prefix before word start before substring', () => assert.deepEqual(found('se'), ['Settings', 'Service level', 'First response time', 'Unset']));
  test('word start', () => assert.deepEqual(found('res'), ['First response time']));
  test('other names', () => assert.deepEqual(found('csat'), ['Customer satisfaction']));
  test('special characters are text', () => assert.deepEqual(found('(.*'), []));
  test('nothing typed finds all', () => assert.equal(found('').length, 5));
  test('accents do not matter', () => assert.deepEqual(search.search('ubersicht', [['Übersicht']], (n) => n), { hits: [['Übersicht']], close: false }));
  for (const [typed, expected] of [
    ['custmer', 'Customer satisfaction'], // one left out
    ['csta', 'Customer satisfaction'], // two swapped
    ['sattings', 'Settings'], // one changed
    ['serrvic', 'Service level'], // one too many, and the word not at its end
    ['satsifcation', 'Customer satisfaction'], // two slips in a long word
    ['frist reponse', 'First response time'], // one in each word
    ['time response', 'First response time'], // words in another order
  ]) test(`a slip: ${typed}`, () => assert.deepEqual([found(typed)[0], close(typed)], [expected, true]));
  test('what is called so leaves no room for what is close', () => assert.deepEqual([found('set'), close('set')], [['Settings', 'Unset'], false]));
  test('a short word has no slips', () => assert.deepEqual(found('ftr'), []));
  test('three slips are another word', () => assert.deepEqual(found('satsifcatoon'), []));
  test('a digit is not taken for another', () => assert.deepEqual(search.search('a0099', [['a0009']], (n) => n).hits, []));
});

table('csv', (...a) => sheet.csv(...a), [
  [[['a', 'b'], [[1.5, 'x']]], '\ufeffa,b\r\n1.5,x\r\n'],
  [[['a'], [['say "hi", you']]], '\ufeffa\r\n"say ""hi"", you"\r\n'],
  [[['a'], [['=1+1'], ['+1'], ['-1'], ['@x'], ['\tx'], [-1.5], [null], ['']]], '\ufeffa\r\n\'=1+1\r\n\'+1\r\n\'-1\r\n\'@x\r\n\'\tx\r\n-1.5\r\n\r\n\r\n'],
]);

// What is shown adds up to the mean that is shown: 5.15 and 5.15 are 10.3, not 5.2 and 5.2.
table('the approval of a KPI on a card', (status, by, waits_for_second = null) => scores.kpiApprovalText({ status, by, on: by && '2026-11-02', waits_for_second }), [
  [['approved', 'Anna and Bert'], 'approved by Anna and Bert'],
  [['retired', 'Bo'], 'retired by Bo on 2 Nov 2026; still on the card: take it out of its file'],
  [['draft', null], 'draft, not approved'],
]);

table('points', (kpis) => scores.pointsShown(kpis.map(([weight, score]) => ({ weight, score }))), [
  [[[[0.5, 10.3], [0.5, 10.3]]], ['5.2', '5.1']],
  [[[[0.2, 90], [0.4, 60], [0.4, 110]]], ['18.0', '24.0', '44.0']],
  // 1 ÷ 3 of 100, thrice: 33.4 + 33.3 + 33.3
  [[[[0.2, 100], [0.2, 100], [0.2, 100]]], ['33.4', '33.3', '33.3']],
  // what has no score has no points, and takes none of the weight
  [[[[0.5, null], [0.25, 80], [0.25, 60]]], [null, '40.0', '30.0']],
  [[[[1, null]]], [null]],
  [[[]], []],
]);

const deed = (number, kind, subject, more) => ({ number, at: `2026-01-0${number}T09:00:00Z`, actor: 'Anna', kind, subject, text: kind, changed_to: null, ...more });
const signed = (value) => [{ subject: 'target:company/csat', target: { value } }, { subject: 'target:company/nps', target: { value: 1 } }];
table('targets so far', (log) => targets.targetsOf(log, ['company/csat']).map(({ number, value, by, why }) => [number, value, by, why]), [
  // an approval of the card is one of the targets on it; the second signature makes no new one
  [[[deed(2, 'approve', 'card:company', { actor: 'Bert', targets: signed(88) }), deed(1, 'approve', 'card:company', { text: 'approved with its 7 KPIs and 7 targets: agreed', targets: signed(88) })]], [[1, 88, 'Anna and Bert', 'agreed']]],
  // one that was changed, then signed
  [[[deed(3, 'approve', 'target:company/csat', { actor: 'Bert', targets: signed(85).slice(0, 1) }), deed(2, 'change', 'kpi:company/csat', { text: 'changed: too hard', changed_to: { target: { value: 85 } } }), deed(1, 'approve', 'card:company', { text: 'approved', targets: signed(88) })]], [[2, 85, 'Anna and Bert', 'too hard'], [1, 88, 'Anna', '']]],
  // entries of earlier versions do not say what was signed
  [[[deed(1, 'approve', 'card:company', {})]], []],
]);

describe('a target for a month over other days', () => {
  const month = { growth: 'linear', value: 24, low: null, high: null, tolerance: 2, baseline: 31 };
  const target = { value: 24, low: null, high: null, tolerance: 2, baseline: 31, baseline_n: null, stretch: 20, deadline: null, owner: null, set_on: null, from: null, month };
  const near = (found, expected) => assert.ok(Math.abs(found - expected) < 1e-4, `${found}, not ${expected}`);
  test('months', () => {
    for (const [from, to, expected] of [['2026-02-01', '2026-03-01', 1], ['2026-11-12', '2026-12-12', 1], ['2026-01-01', '2026-03-15', 2 + 14 / 30.4375], ['2026-11-02', '2026-11-09', 7 / 30.4375], ['2025-12-01', '2026-03-01', 3]]) near(stretch.months({ from, to }), expected);
  });
  test('counts', () => {
    const { value, tolerance, baseline, stretch: most } = stretch.overDays(target, { from: '2026-07-01', to: '2026-10-01' });
    assert.deepEqual([value, tolerance, baseline, most], [72, 6, 93, 60]);
    assert.equal(stretch.overDays(target, { from: '2026-10-01', to: '2026-11-01' }), target);
    assert.equal(stretch.overDays({ ...target, month: { ...month, growth: 'unknown' } }, { from: '2026-07-01', to: '2026-10-01' }), null);
    const rate = { ...target, month: undefined };
    assert.equal(stretch.overDays(rate, { from: '2026-07-01', to: '2026-10-01' }), rate);
  });
  // As crates/scorecard/src/stretch.rs has them.
  test('what a cohort keeps and loses', () => {
    const kept = stretch.overDays({ ...target, value: 98.5, tolerance: 0.5, baseline: 98, stretch: null, month: { ...month, growth: 'kept' } }, { from: '2026-07-01', to: '2026-10-01' });
    near(kept.value, 95.56716);
    near(kept.tolerance, 1.44796);
    near(kept.baseline, 94.1192);
    const lost = stretch.overDays({ ...target, value: 1.5, tolerance: 0.5, baseline: 2, month: { ...month, growth: 'lost' } }, { from: '2026-07-01', to: '2026-10-01' });
    near(lost.value, 4.43284);
    near(lost.tolerance, 1.44796);
  });
  test('as a line across months only, and in words', () => {
    assert.equal(stretch.asLine(target, 'week'), null);
    assert.equal(stretch.asLine({ ...target, value: 72 }, 'month').value, 24);
    assert.equal(plain(format.condition({ ...target, value: 72 }, 'down', 'count')), '≤ 72 (≤ 24 a month)');
    assert.equal(plain(format.condition(target, 'down', 'count')), '≤ 24');
  });
});
