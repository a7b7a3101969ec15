// Names of teams and agents beside their ids: read by people, never in addresses and files.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { address, download, plain, rowsOf, settle, start } from './browser.mjs';

const site = start();
const NAMES = { Harbour: 'Sam Lee', Meadow: 'Sam Lee', Quarry: 'Kim Oak' };
/** Those teams called so, as a server says it that has their records. */
const named = (page) => page.route(/\/api\/(kpis\/.*\/(answers|rows)|recognition)/, async (route) => {
  const response = await route.fetch();
  const found = await response.json();
  const labels = { team: NAMES };
  if (!Array.isArray(found)) return route.fulfill({ response, json: { ...found, labels } });
  return route.fulfill({ response, json: found.map((one) => ('rows' in one ? { ...one, labels } : { ...one, label: NAMES[one.who] ?? null })) });
});
const heads = async (rows) => (await rows.locator('th').evaluateAll((all) => all.map((th) => [th.textContent.trim(), th.title])));

describe('names', () => {
  test('a breakdown: the id in the tooltip, and beside a name that two have', () => site.open('/?by=team&kpi=csat_t2b&sort=name', async (page) => {
    const found = new Map(await heads(page.locator('.breakdown tbody')));
    assert.deepEqual(['Sam Lee (Harbour)', 'Sam Lee (Meadow)', 'Kim Oak', '=Night shift'].map((name) => found.get(name)), ['Harbour', 'Meadow', 'Quarry', '']);
    const row = page.locator('.breakdown tbody tr', { hasText: 'Kim Oak' });
    assert.match(await row.locator('td.value a').getAttribute('href'), /team=Quarry/);
    const { bytes } = await download(page, async () => {
      await page.locator('.breakdown').getByRole('button', { name: 'Export' }).click();
      await page.getByRole('menuitem', { name: /Table as CSV/ }).click();
    });
    const teams = rowsOf(bytes.toString('utf8')).map((line) => line.team);
    assert.ok(teams.includes('Harbour') && !teams.some((team) => /Sam|Kim/.test(team)), String(teams));
  }, { intercept: named }));

  test('a filter is called by the name, and its address is the id', () => site.open('/?kpi=csat_t2b&team=Quarry', async (page) => {
    assert.match(plain(await page.getByRole('list', { name: 'Filters' }).innerText()), /Team is Kim Oak/);
    await settle(page);
    assert.match(await address(page), /team=Quarry/);
  }, { intercept: named }));

  test('a ticket and the rows behind a figure are of names, with the id beside', async () => {
    const rows = (page) => page.locator('main table tbody tr');
    let ticket = '';
    await site.open('/tickets?columns=team&kpi=csat_t2b&team=Quarry', async (page) => {
      assert.match(plain(await page.getByRole('list', { name: 'Filters' }).innerText()), /Team is Kim Oak/, 'opened fresh from a link');
      assert.match(plain(await rows(page).first().innerText()), /Kim Oak \(Quarry\)/);
      ticket = await rows(page).first().getByRole('link').first().getAttribute('href');
    }, { intercept: named });
    await site.open(ticket, async (page) => {
      assert.match(plain(await page.getByRole('region', { name: 'Timeline' }).innerText()), /Kim Oak \(Quarry\)/);
      assert.match(plain(await page.locator('.known').first().innerText()), /Kim Oak \(Quarry\)/);
    }, { intercept: (page) => page.route(/\/api\/tickets\//, async (route) => {
      const response = await route.fetch();
      const labels = Object.fromEntries(['team', 'team_created', 'team_solved', 'team_first_reply', 'team_replied', 'team_rated'].map((column) => [column, NAMES]));
      const given = await response.json();
      const timeline = given.timeline.map((entry) => (entry.kind === 'reply' ? { ...entry, details: { ...entry.details, team: 'Quarry' } } : entry));
      return route.fulfill({ response, json: { ...given, timeline, labels } });
    }) });
  });

  test('recognition', () => site.open('/recognition', async (page) => {
    const found = new Map(await heads(page.locator('section tbody').first()));
    assert.deepEqual(['Sam Lee (Harbour)', 'Kim Oak'].map((name) => found.get(name)), ['Harbour', 'Quarry']);
  }, { intercept: named }));
});
