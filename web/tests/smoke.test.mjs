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
    if (await page.locator('tfoot').count() > 0) {
      assert.equal(plain(await page.locator('tfoot .value').innerText()), plain(await page.locator(`a[data-kpi="${kpi.id}"] .value`).innerText()), kpi.id);
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

test('dark, keyboard and a period', () => site.open('/', async (page) => {
  await page.keyboard.press('p');
  await page.locator('[data-bits-day]').first().waitFor();
  await page.keyboard.press('n');
  await settle(page);
  assert.equal(address(page), '/?range=last-90d');
  assert.equal(await page.getByRole('alert').count(), 0);
  await check(page, 'dark');
}, { colorScheme: 'dark' }));
