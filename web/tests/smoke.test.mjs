// The page on a real server: CROSSCHECK_URL=http://127.0.0.1:7171 npm run smoke. Without it, on the fixture's.
// It asserts what must hold whatever the data: pages open, figures agree, nothing is refused or broken.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { address, check, download, plain, rowsOf, settle, start } from './browser.mjs';

const site = start(process.env.CROSSCHECK_URL ?? null);
const ask = async (path) => (await fetch(site.server.url + path)).json();

test('the API has what the page asks for', async () => {
  const organisation = await ask('/api/organisation');
  for (const key of ['name', 'zone', 'week_start', 'now', 'today', 'version']) assert.ok(organisation[key], key);
  const kpis = await ask('/api/kpis');
  assert.ok(kpis.length > 0);
  const scorecard = await ask('/api/scorecard?range=last-month&compare=prev');
  assert.equal(Object.values(scorecard.counts).reduce((a, b) => a + b, 0), scorecard.kpis.length);
  assert.equal(new Set(scorecard.kpis.map((k) => k.id)).size, scorecard.kpis.length);
  const missing = await fetch(`${site.server.url}/api/kpis/no_such_metric`);
  assert.equal(missing.status, 404);
  assert.ok((await missing.json()).error.message);
});

test('security headers, and every path of the page gives the page', async () => {
  for (const path of ['/', '/kpis', '/kpis/anything', '/nowhere']) {
    const reply = await fetch(site.server.url + path);
    assert.equal(reply.status, 200, path);
    assert.match(reply.headers.get('content-type'), /^text\/html/);
    const policy = reply.headers.get('content-security-policy') ?? '';
    assert.match(policy, /script-src 'self'/);
    assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval/);
  }
  assert.equal((await fetch(`${site.server.url}/assets/none.js`)).status, 404);
});

test('the scorecard shows each KPI, and each opens', { timeout: 120_000 }, () => site.open('/', async (page) => {
  const { kpis } = await ask('/api/scorecard?range=last-month&compare=prev');
  assert.equal(await page.locator('a[data-kpi]').count(), kpis.length);
  await check(page, 'scorecard');
  for (const kpi of kpis) {
    await page.locator(`a[data-kpi="${kpi.id}"]`).click();
    await settle(page);
    assert.equal(await page.getByRole('alert').count(), 0, kpi.id);
    assert.match(plain(await page.locator('.detail h2').first().innerText()), new RegExp(`^${kpi.name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`));
    if (await page.locator('.breakdown tfoot').count() > 0) {
      assert.equal(plain(await page.locator('.breakdown tfoot .value').innerText()), plain(await page.locator(`a[data-kpi="${kpi.id}"] .value`).innerText()), kpi.id);
    }
  }
}));

test('each KPI of the dictionary opens without an error', { timeout: 240_000 }, () => site.open('/kpis', async (page) => {
  const kpis = await ask('/api/kpis');
  await check(page, 'dictionary');
  for (const kpi of kpis) {
    await page.goto(`${site.server.url}/kpis/${encodeURIComponent(kpi.id)}`);
    await settle(page);
    assert.equal(await page.getByRole('alert').count(), 0, kpi.id);
    assert.ok(plain(await page.locator('.name').first().innerText()).startsWith(kpi.name), kpi.id);
  }
  await check(page, 'KPI');
}));

test('exported rows add up to the card', () => site.open('/', async (page) => {
  const { kpis } = await ask('/api/scorecard?range=last-month&compare=prev');
  const kpi = kpis.find((k) => k.unit === 'percent' && k.value !== null);
  assert.ok(kpi, 'a rate with a figure is on the card');
  await page.locator(`a[data-kpi="${kpi.id}"]`).click();
  await settle(page);
  const { bytes } = await download(page, async () => {
    await page.locator('.detail section').first().getByRole('button', { name: 'Export' }).click();
    await page.getByRole('menuitem', { name: 'Figures as CSV' }).click();
  });
  const rows = rowsOf(bytes.toString('utf8'));
  assert.equal(rows.reduce((sum, row) => sum + Number(row.numerator), 0), kpi.numerator);
  assert.equal(rows.reduce((sum, row) => sum + Number(row.denominator), 0), kpi.denominator);
}));

test('rows behind each KPI of the card add up to it', { timeout: 240_000 }, () => site.open('/', async (page) => {
  const { kpis } = await ask('/api/scorecard?range=last-month&compare=prev');
  const shown = Object.fromEntries(await page.locator('a[data-kpi]').evaluateAll((cards) => cards.map((card) => [card.dataset.kpi, card.querySelector('.value').innerText])));
  let listed = 0;
  for (const kpi of kpis) {
    const variant = kpi.variant ? `&variant=${encodeURIComponent(kpi.variant)}` : '';
    await page.goto(`${site.server.url}/tickets?kpi=${encodeURIComponent(kpi.metric)}&stat=${kpi.statistic}${variant}`);
    await settle(page);
    const said = plain(await page.locator('main').innerText());
    assert.equal(await page.getByRole('alert').count(), 0, `${kpi.id}: ${said}`);
    if (/is made of other figures/.test(said)) continue;
    assert.doesNotMatch(said, /does not add up/, kpi.id);
    if (kpi.n === 0) continue;
    if (kpi.value !== null) assert.equal(plain(await page.locator('.headline .value').innerText()), plain(shown[kpi.id]), kpi.id);
    assert.match(said, new RegExp(`of ${kpi.n.toLocaleString('en-GB')} rows`), kpi.id);
    listed += 1;
  }
  assert.ok(listed >= 4, `${listed} KPIs have rows`);
  await check(page, 'tickets');
}, { expected: [/400/] }));

test('from a filter to a cell to a ticket', { timeout: 120_000 }, () => site.open('/explore?by=channel&kpi=csat_t2b&range=last-90d', async (page) => {
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await page.getByRole('option', { name: /^Channel/ }).click();
  const option = page.getByRole('listbox', { name: 'Values of Channel' }).getByRole('option').first();
  const [, name, n] = /^(.*) ([\d,]+)$/.exec(plain(await option.innerText()));
  await option.click();
  await page.keyboard.press('Escape');
  await settle(page);
  assert.deepEqual((await page.locator('tbody th').allInnerTexts()).map(plain), [name]);
  assert.equal(plain(await page.locator('tfoot td.n').innerText()), n);
  const shown = plain(await page.locator('tbody td.value').innerText());
  await page.locator('tbody td.value a').click();
  await settle(page);
  assert.equal(plain(await page.locator('.headline .value').innerText()), shown);
  assert.match(plain(await page.locator('.list h2').innerText()), new RegExp(`of ${n} rows`));
  const row = page.locator('tbody th a').first();
  const id = await row.innerText();
  await row.click();
  await settle(page);
  assert.equal(plain(await page.locator('#title .here').innerText()), `Ticket ${id}`);
  await page.locator('.clocks tbody tr').first().waitFor();
  await check(page, 'ticket');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: /^Search/ }).fill(id);
  await page.getByRole('option', { name: id }).first().waitFor();
}, { expected: [/404/] }));

test('every range of the picker is known to the server', { timeout: 240_000 }, () => site.open('/explore?by=none&kpi=csat_t2b', async (page) => {
  await page.keyboard.press('p');
  await page.getByRole('list', { name: 'Periods' }).waitFor();
  const names = await page.getByRole('list', { name: 'Periods' }).getByRole('button').count();
  assert.ok(names >= 14, `${names} periods`);
  for (const tab of ['Weeks', 'Months', 'Quarters', 'Years']) {
    await page.getByRole('radio', { name: tab }).check({ force: true });
    const buttons = page.locator('.numbered button');
    const days = plain(await buttons.nth(1).locator('.days').innerText());
    await buttons.nth(1).click();
    await settle(page);
    assert.equal(await page.getByRole('alert').count(), 0, days);
    // The days that the picker promised are those that the server took.
    if (tab === 'Weeks' || tab === 'Months') assert.ok(plain(await page.locator('.headline').innerText()).includes(days), days);
    const range = new URLSearchParams((await address(page)).split('?')[1]).get('range');
    const { range: found } = await ask(`/api/scorecard?range=${range}`);
    assert.ok(found.from < found.to, range);
    await page.keyboard.press('p');
  }
  for (const range of ['week-to-date', 'month-to-date', 'quarter-to-date', 'year-to-date', 'last-12m', 'last-90d', 'this-quarter', 'last-year']) {
    const response = await fetch(`${site.server.url}/api/kpis/csat_t2b/answers?range=${range}&grain=total&compare=prev`);
    assert.equal(response.status, 200, range);
  }
}));

test('dark, keyboard and a period', () => site.open('/', async (page) => {
  await page.keyboard.press('p');
  await page.locator('[data-bits-day]').first().waitFor();
  await page.keyboard.press('n');
  await settle(page);
  assert.equal(await address(page), '/?range=last-90d');
  assert.equal(await page.getByRole('alert').count(), 0);
  await check(page, 'dark');
}, { colorScheme: 'dark' }));
