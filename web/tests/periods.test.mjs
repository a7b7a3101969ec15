// Numbered periods, filters of an address and sums of rows, worked by hand.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const load = async (name) => (await runnerImport(`${root}src/lib/${name}.ts`, { root, configFile: false, logLevel: 'error' })).module;
const [periods, filters, rows] = await Promise.all(['periods', 'filters', 'rows'].map(load));

function table(name, call, cases) {
  describe(name, () => {
    for (const [args, expected] of cases) test(`${JSON.stringify(args)} → ${JSON.stringify(expected)}`, () => assert.deepEqual(call(...args), expected));
  });
}

const iso = { week: 1, month: 1, ahead: true };
const us = { ...iso, week: 0 };
const saturday = { ...iso, week: 6 };
const april = { ...iso, month: 4 };
const called = (unit, today, count, habits) => periods.numbered(unit, today, count, habits).map(({ id, days }) => `${id} ${days.from} ${days.to}`);

// Week numbers of the calendars on the wall: 2026 begins on a Thursday and has an ISO week 53.
table('numbered weeks', (today, count, habits) => called('week', today, count, habits), [
  [['2026-11-21', 2, iso], ['2026-W47 2026-11-16 2026-11-23', '2026-W46 2026-11-09 2026-11-16']],
  [['2027-01-03', 2, iso], ['2026-W53 2026-12-28 2027-01-04', '2026-W52 2026-12-21 2026-12-28']],
  [['2027-01-04', 1, iso], ['2027-W01 2027-01-04 2027-01-11']],
  [['2025-12-29', 1, iso], ['2026-W01 2025-12-29 2026-01-05']],
  [['2021-01-02', 1, iso], ['2020-W53 2020-12-28 2021-01-04']],
  // 1 January is in US week 1, which may begin in December.
  [['2026-01-01', 2, us], ['2026-US01 2025-12-28 2026-01-04', '2025-US52 2025-12-21 2025-12-28']],
  [['2026-11-21', 1, us], ['2026-US47 2026-11-15 2026-11-22']],
  [['2026-11-22', 1, us], ['2026-US48 2026-11-22 2026-11-29']],
  [['2026-11-21', 3, saturday], []],
]);

table('numbered months, quarters and years', called, [
  [['month', '2026-01-31', 3, iso], ['2026-01 2026-01-01 2026-02-01', '2025-12 2025-12-01 2026-01-01', '2025-11 2025-11-01 2025-12-01']],
  [['quarter', '2026-02-10', 2, iso], ['2026-Q1 2026-01-01 2026-04-01', '2025-Q4 2025-10-01 2026-01-01']],
  [['year', '2026-02-10', 2, iso], ['2026 2026-01-01 2027-01-01', '2025 2025-01-01 2026-01-01']],
  [['quarter', '2026-04-01', 2, april], ['FY2027-Q1 2026-04-01 2026-07-01', 'FY2026-Q4 2026-01-01 2026-04-01']],
  [['year', '2026-03-31', 2, april], ['FY2026 2025-04-01 2026-04-01', 'FY2025 2024-04-01 2025-04-01']],
  [['year', '2026-03-31', 1, { ...april, ahead: false }], ['FY2025 2025-04-01 2026-04-01']],
  [['quarter', '2026-01-15', 1, { ...april, month: 12 }], ['FY2026-Q1 2025-12-01 2026-03-01']],
]);

table('names of ranges', periods.rangeName, [
  [['2026-W07'], 'Week 7, 2026'],
  [['2026-US52'], 'Week 52, 2026'],
  [['2026-07'], 'July 2026'],
  [['FY2027-Q2', april], 'Q2 FY2027'],
  [['FY2027', april], 'FY2027'],
  [['2026'], '2026'],
  [['last-3m'], 'Last 3 months'],
  [['quarter-to-date'], 'Quarter to date'],
  [['quarter-to-date', april], 'Fiscal quarter to date'],
  [['last-year', april], 'Last fiscal year'],
  [['last-month', april], 'Last month'],
  [['2026-13'], '2026-13'],
]);

table('names of comparisons', periods.comparisonName, [
  [['prev', 'last-28d'], 'Previous period'],
  [['prev', 'year-to-date'], 'Same part of the previous year'],
  [['year', 'year-to-date'], 'Same period a year earlier'],
  [['none', 'month-to-date'], 'No comparison'],
]);

describe('values of a filter', () => {
  for (const [values, text] of [
    [['Email', 'Phone'], 'Email,Phone'],
    [['Live chat', null], 'Live chat,~'],
    [['a,b', '~', '100 %', '%2C', ''], 'a%2Cb,%7E,100 %25,%252C,%'],
    [['Übersicht', '=1+1', 'x=y&z'], 'Übersicht,=1+1,x=y&z'],
  ]) {
    test(text, () => {
      assert.equal(filters.writeValues(values), text);
      assert.deepEqual(filters.readValues(text), values);
    });
  }
  test('typed by hand: an odd percent sign is itself, nothing is no value, twice is once', () => {
    assert.deepEqual(filters.readValues('50%,,50%'), ['50%']);
    assert.deepEqual(filters.readValues(''), []);
  });
  test('as the server takes them', () => {
    assert.deepEqual(filters.only([{ dimension: 'channel', values: ['Email', null] }, { dimension: 'team', values: ['a=b'] }]), ['channel=Email', 'channel', 'team=a=b']);
  });
});

test('parts in their order, the numerator with what stands outside', () => {
  assert.deepEqual(rows.partsOf({ parts: { numerator: 3, outside: 0, rest: 1 } }), [['numerator', 3], ['rest', 1]]);
  assert.deepEqual(rows.partsOf({ parts: { numerator: 3, outside: 2, rest: 1 } }), [['numerator', 5], ['rest', 1], ['outside', 2]]);
  assert.deepEqual(rows.partsOf({ parts: { negative: 1, neutral: 2, positive: 3 } }).map(([name]) => name), ['positive', 'negative', 'neutral']);
});

const figure = (value, n) => ({ value, n });
// the amounts of a mean are in its unit
const listed = (kind, unit, n, parts, sums = null) => ({ kind, unit, amount_unit: sums === null ? null : unit, n, parts, sums });
const plain = (text) => text.replaceAll('\u00a0', ' ');
table('rows and their figure', (list, answer) => { const { text, adds } = rows.sum(list, answer); return [plain(text), adds]; }, [
  [[listed('share', 'percent', 4, { numerator: 3, rest: 1 }), figure(75, 4)], ['3 of 4', true]],
  [[listed('share', 'percent', 4, { numerator: 3, rest: 1 }), figure(74, 4)], ['3 of 4', false]],
  [[listed('share', 'percent', 4, { numerator: 3, rest: 1 }), figure(75, 5)], ['3 of 4', false]],
  [[listed('share', 'percent', 3, { numerator: 3, rest: 1 }), figure(100, 3)], ['3 of 3', false]],
  [[listed('share', 'percent', 2, { numerator: 1, rest: 1 }), figure(null, 2)], ['1 of 2', true]],
  [[listed('ratio', 'percent', 4, { numerator: 3, rest: 1, outside: 1 }), figure(100, 4)], ['4 of 4', true]],
  [[listed('net_score', 'points', 5, { positive: 3, negative: 1, neutral: 1 }), figure(40, 5)], ['(3 − 1) of 5', true]],
  [[listed('net_score', 'points', 5, { positive: 3, negative: 1, neutral: 1 }), figure(60, 5)], ['(3 − 1) of 5', false]],
  [[listed('mean', 'seconds', 3, { counted: 3 }, { amount: 540, weight: null }), figure(180, 3)], ['9 m over 3', true]],
  [[listed('mean', 'seconds', 3, { counted: 3 }, { amount: 540, weight: 4 }), figure(180, 3)], ['9 m over 4', false]],
  [[listed('stock', 'count', 7, { counted: 7 }), figure(7, 7)], ['7', true]],
  [[listed('stock', 'count', 7, { counted: 7 }), figure(8, 7)], ['7', false]],
  // A median is not shown by a list; that the number of rows is n is.
  [[listed('survival', 'seconds', 9, { ended: 7, open: 2 }), figure(60, 9)], ['9, 2 of them still open', null]],
  [[listed('survival', 'seconds', 9, { ended: 7, open: 1 }), figure(60, 9)], ['9, 1 of them still open', false]],
]);
