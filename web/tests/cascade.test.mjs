// Where a card's figure comes from, down the cards, and whom a card recognises: as the server says it, adding up.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { address, check, download, phone, plain, rowsOf, settle, start } from './browser.mjs';

const site = start();
const ask = async (path) => (await fetch(site.server.url + path)).json();
const table = (page, name) => page.getByRole('table', { name });
const parts = (page) => table(page, /where the figure of/);
const cells = async (row) => (await row.locator('th, td').allInnerTexts()).map((text) => plain(text));

describe('cascade', () => {
  test('cards below, theirs below them, what is on none of them, and the whole', () => site.open('/cascade', async (page) => {
    const [company, service] = await Promise.all(['company', 'service'].map((card) => ask(`/api/cascade?kpi=csat_t2b&range=last-month&card=${card}`)));
    const rows = await Promise.all((await parts(page).locator('tbody tr').all()).map(cells));
    assert.deepEqual(rows.map(([name]) => name.replace(/^part of.*: /, '')), ['Customer service', 'Harbour', 'Quarry', 'Customer service, on none of these cards', 'On none of these cards', '= Company scorecard']);
    const number = (text) => Number(text.replaceAll(',', ''));
    // Above and below the line the parts are the whole, at every level.
    for (const at of [1, 2]) {
      assert.equal(number(rows[0][at]) + number(rows[4][at]), number(rows[5][at]));
      assert.equal(number(rows[1][at]) + number(rows[2][at]) + number(rows[3][at]), number(rows[0][at]));
    }
    assert.deepEqual([number(rows[5][1]), number(rows[5][2])], [company.total.numerator, company.total.denominator]);
    assert.deepEqual([number(rows[1][1]), number(rows[1][2])], [service.parts[0].numerator, service.parts[0].denominator]);
    // The shares of what lies deeper are of the whole too.
    const shares = rows.map((row) => parseInt(row[5], 10));
    assert.ok(Math.abs(shares[1] + shares[2] + shares[3] - shares[0]) <= 2 && Math.abs(shares[0] + shares[4] - 100) <= 1, String(shares));
    assert.match(plain(await page.locator('.sum').innerText()), /^Adds up\. \(.+ \+ .+\) of \(.+ \+ .+\) is .+ of .+: \d+\.\d %\. It is not the mean of the parts’ own figures\.$/);
  }));

  test('the card, the KPI and what it is taken apart by stand in the address', () => site.open('/cascade', async (page) => {
    await parts(page).getByRole('link', { name: 'Quarry' }).click();
    await settle(page);
    assert.equal(await address(page), '/cascade?card=quarry&kpi=csat_t2b');
    await page.getByRole('combobox', { name: 'KPI' }).selectOption('service_level');
    await page.getByRole('combobox', { name: 'Taken apart by' }).selectOption('channel');
    await settle(page);
    assert.equal(await address(page), '/cascade?by=channel&card=quarry&kpi=service_level');
    await page.reload();
    await settle(page);
    assert.match(await page.locator('main h2').first().innerText(), /^Service level: where the figure of “Quarry” comes from$/);
    assert.equal(plain(await parts(page).getByRole('columnheader').first().innerText()), 'Channel');
  }));

  test('a median says why its parts do not add up, and no share', () => site.open('/cascade?by=team&kpi=first_response_time', async (page) => {
    assert.equal(plain(await page.locator('.sum').innerText()), 'The parts do not add up: a median does not add up: that of the whole does not follow from those of its parts.');
    for (const row of await parts(page).locator('tbody tr').all()) assert.equal((await cells(row)).at(-1), '–');
  }));

  const withheld = { card: 'company', kpi: 'csat_t2b', name: 'Customer satisfaction', metric: 'csat_t2b', statistic: 'share', unit: 'percent', line_unit: { numerator: 'currency', denominator: 'currency' }, times: 100, range: { from: '2026-10-01', to: '2026-11-01' }, by: 'team', rest: null, adds_up: false, note: 'a figure is withheld, being about too few people: what is left would tell it' };
  const figure = (more) => ({ card: null, of: null, name: '', value: null, n: 0, numerator: null, denominator: null, low: null, high: null, quality: 'ok', share: null, ...more });
  test('what is withheld is not told, and money reads as money', () => site.open('/cascade?by=team', async (page) => {
    const rows = await Promise.all((await parts(page).locator('tbody tr').all()).map(cells));
    assert.deepEqual(rows.map((row) => row.slice(0, 5)), [
      ['Few', 'not told', 'not told', 'not told: about too few people', '–'],
      ['Some', '–', '–', 'not told: too few (n 3)', '–'],
      ['= Company scorecard', 'EUR 9,500', 'EUR 10,000', '95.0 %', '94.0–96.0 %'],
    ]);
    assert.doesNotMatch(await page.locator('main').innerText(), /currency/i);
  }, { intercept: (page) => page.route('**/api/cascade*', (route) => route.fulfill({ json: { ...withheld,
    parts: [figure({ of: 'Few', name: 'Few', quality: 'withheld' }), figure({ of: 'Some', name: 'Some', quality: 'suppressed', n: 3 })],
    total: figure({ card: 'company', name: 'Company scorecard', value: 95, n: 40, numerator: 9_500, denominator: 10_000, low: 94, high: 96 }) } })) }));

  const count = { numerator: 'count', denominator: 'count' };
  test('a quotient of other figures adds up above and below the line, and says its multiple', () => site.open('/cascade', async (page) => {
    const cells1 = await Promise.all((await parts(page).locator('tbody tr').all()).map(cells));
    assert.deepEqual(cells1.at(-1).slice(0, 4), ['= Company scorecard', '7', '900', '7.8']);
    assert.equal(plain(await page.locator('.sum').innerText()), 'Adds up. (4 + 3) of (300 + 600) is 7 of 900 × 1,000: 7.8. It is not the mean of the parts’ own figures.');
  }, { intercept: (page) => page.route('**/api/cascade*', (route) => route.fulfill({ json: { ...withheld, metric: 'complaint_rate', name: 'Complaints per 1,000 contacts', unit: 'count', line_unit: count, times: 1000, by: null, note: null, adds_up: true,
    parts: [figure({ of: 'A', name: 'A', value: 40 / 3, n: 4, numerator: 4, denominator: 300, share: 1 / 3 }), figure({ of: 'B', name: 'B', value: 5, n: 3, numerator: 3, denominator: 600, share: 2 / 3 })],
    rest: figure({ name: 'On none of these cards', quality: 'no_data', numerator: 0, denominator: 0, share: 0 }),
    total: figure({ card: 'company', name: 'Company scorecard', value: 70 / 9, n: 7, numerator: 7, denominator: 900 }) } })) }));

  test('its way to the goal and what wins when', () => site.open('/cascade', async (page) => {
    const { objectives } = await ask('/api/strategy');
    const path = objectives.flatMap((o) => o.factors).flatMap((f) => f.kpis).find((k) => k.id === 'csat_t2b').path;
    assert.deepEqual((await page.getByRole('region', { name: 'The way to the goal' }).getByRole('listitem').allInnerTexts()).map(plain), path.map(plain));
    assert.match(plain(await page.getByRole('region', { name: 'Which wins when' }).innerText()), /Customer satisfaction before Open backlog ?unless the open backlog is off target/);
  }));

  test('reached by keys, from the card’s switch and from a KPI’s page', () => site.open('/', async (page) => {
    await page.keyboard.press('g');
    await page.keyboard.press('a');
    await settle(page);
    assert.equal(await address(page), '/cascade');
    await page.goto(`${site.server.url}/?card=service&kpi=nps`);
    await settle(page);
    await page.getByRole('link', { name: 'Where its figures come from' }).click();
    await settle(page);
    assert.equal(await address(page), '/cascade?card=service&kpi=nps');
    await page.goto(`${site.server.url}/kpis/service_level`);
    await settle(page);
    await page.getByRole('link', { name: 'Where its figure comes from' }).click();
    await settle(page);
    assert.equal(await address(page), '/cascade?kpi=service_level');
  }));

  test('as a file, unrounded', () => site.open('/cascade?by=team', async (page) => {
    const { name, bytes } = await download(page, () => page.getByRole('button', { name: 'CSV' }).click());
    assert.equal(name, 'cascade-company-csat_t2b-2026-10-01.csv');
    const served = await ask('/api/cascade?kpi=csat_t2b&range=last-month&by=team');
    assert.deepEqual(rowsOf(bytes.toString('utf8')).map((row) => Number(row.denominator)), [...served.parts, served.rest, served.total].map((p) => p.denominator));
  }));

  test('a KPI that the card has not, on a phone', () => site.open('/cascade?card=harbour&kpi=service_level', async (page) => {
    assert.match(await page.locator('.empty').innerText(), /is no KPI of “Harbour”/);
    await check(page, 'no such KPI');
  }, { viewport: phone }));

  test('an error says what happened, and is asked again', () => site.open('/cascade', async (page) => {
    assert.match(await page.getByRole('alert').innerText(), /the snapshot could not be read/);
  }, { expected: [/500/], intercept: (page) => page.route('**/api/cascade*', (route) => route.fulfill({ status: 500, json: { error: { code: 'internal', message: 'the snapshot could not be read' } } })) }));
});

describe('recognition', () => {
  test('who, for what and why: improvement first', () => site.open('/recognition', async (page) => {
    const served = await ask('/api/recognition');
    const order = ['improvement', 'comparison', 'none'];
    for (const name of new Set(served.filter((one) => one.who !== null).map((one) => one.name))) {
      const expected = served.filter((one) => one.name === name).toSorted((a, b) => order.indexOf(a.ground) - order.indexOf(b.ground));
      const rows = await Promise.all((await table(page, name).locator('tbody tr').all()).map(cells));
      assert.deepEqual(rows.map((row) => [row[0], row.at(-1)]), expected.map((one) => [one.who, one.reason]));
      assert.deepEqual(rows.map((row) => row[1]), expected.map((one) => ({ improvement: 'Improved', comparison: 'Best of its kind', none: 'Not yet' })[one.ground]));
    }
    assert.match(plain(await page.getByRole('region', { name: 'No goal of a team' }).innerText()), /Open backlog no goal: it is met by treating customers worse/);
    const eligible = served.filter((one) => one.ground !== 'none');
    assert.match(plain(await page.locator('.told').innerText()), new RegExp(`^${new Set(eligible.map((one) => one.who)).size} teams can be recognised, for ${new Set(eligible.map((one) => one.kpi)).size} of `));
  }));

  test('agents in place of teams, in the address', () => site.open('/recognition?card=service', async (page) => {
    await page.getByRole('radio', { name: 'Agents' }).check({ force: true });
    await settle(page);
    assert.equal(await address(page), '/recognition?by=agent&card=service');
    assert.match(plain(await page.locator('.told').innerText()), /^Nobody stands out beyond chance: no agent can be recognised/);
    assert.match(plain(await page.getByRole('region', { name: 'No goal of an agent' }).innerText()), /not broken down by agent/);
  }));

  test('as a file for an incentive programme, with reasons', () => site.open('/recognition', async (page) => {
    const { name, bytes } = await download(page, () => page.getByRole('button', { name: 'CSV for an incentive programme' }).click());
    assert.equal(name, 'recognition-company-team.csv');
    const served = await ask('/api/recognition');
    const rows = rowsOf(bytes.toString('utf8'));
    assert.equal(rows.length, served.length);
    assert.deepEqual(new Set(rows.map((row) => `${row.kpi} ${row.eligible} ${row.reason}`)), new Set(served.map((one) => `${one.kpi} ${one.ground === 'none' ? 'no' : 'yes'} ${one.reason}`)));
  }));

  test('reached by keys', () => site.open('/', async (page) => {
    await page.keyboard.press('g');
    await page.keyboard.press('n');
    await settle(page);
    assert.equal(await address(page), '/recognition');
  }));
});
