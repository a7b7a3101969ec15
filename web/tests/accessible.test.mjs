import { describe, test } from 'node:test';
import { check, desk, phone, settle, start } from './browser.mjs';

const site = start();
const PAGES = {
  scorecard: '/',
  'scorecard still settling': '/?by=team&range=last-28d',
  'scorecard without data': '/?kpi=relationship_nps',
  'card of a team': '/?card=quarry',
  'strategy map': '/strategy/kpi~csat_t2b',
  cascade: '/cascade',
  'cascade that does not add up': '/cascade?by=team&kpi=first_response_time',
  recognition: '/recognition',
  reviews: '/reviews',
  'setting up': '/setup',
  'KPI as defined on a day': '/kpis/csat_t2b?asof=2025-06-01&old=1',
  KPI: '/kpis/csat_t2b',
  'KPI with a percentile': '/kpis/first_response_time?by=team&stat=p90',
  dictionary: '/kpis',
  'dictionary without a hit': '/kpis?q=zzz',
  'KPI of money': '/kpis/cost_per_contact?range=last-28d',
  'KPI of staff': '/kpis/enps?by=team',
  missing: '/nowhere',
  'scorecard under filters': '/?channel=Email,Phone&kpi=csat_t2b&priority=High',
  explore: '/explore?by=channel,team&kpi=first_response_time',
  tickets: '/tickets?channel=Email&kpi=full_resolution_time&range=last-7d',
  'tickets without any': '/tickets?channel=Email&kpi=service_level',
  ticket: '/tickets/helpdesk/291938',
};
const LOOKS = { light: { colorScheme: 'light', viewport: desk }, dark: { colorScheme: 'dark', viewport: desk }, phone: { colorScheme: 'light', viewport: phone } };

for (const [look, options] of Object.entries(LOOKS)) {
  describe(look, () => {
    for (const [name, path] of Object.entries(PAGES)) {
      test(name, () => site.open(path, (page) => check(page, name), options));
    }

    test('command palette', () => site.open('/', async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'Search KPIs and pages' }).fill('time');
      await page.getByRole('listbox', { name: 'Results' }).getByRole('option').first().waitFor();
      await check(page, 'palette');
    }, options));

    test('period picker', () => site.open('/?range=2026-10-05..2026-10-20', async (page) => {
      await page.locator('#period').click();
      await page.locator('[data-bits-day]').first().waitFor();
      await check(page, 'picker');
    }, options));

    test('help', () => site.open('/', async (page) => {
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
      await check(page, 'help');
    }, options));

    test('chart being read', () => site.open('/?kpi=service_level', async (page) => {
      await page.getByRole('application').focus();
      await page.keyboard.press('End');
      await check(page, 'chart');
    }, options));

    test('menu of an export', () => site.open('/', async (page) => {
      await page.getByRole('button', { name: 'Export' }).first().click();
      await page.getByRole('menuitem').first().waitFor();
      await check(page, 'menu');
    }, options));

    test('error', () => site.open('/', (page) => check(page, 'error'), {
      ...options,
      expected: [/500/],
      intercept: (page) => page.route('**/api/scorecard*', (route) => route.fulfill({ status: 500, json: { error: { code: 'internal', message: 'the snapshot could not be read' } } })),
    }));
  });
}

test('the drawer of a phone', () => site.open('/', async (page) => {
  await page.getByRole('button', { name: 'Menu' }).click();
  await page.getByRole('link', { name: 'KPI dictionary' }).waitFor();
  await check(page, 'drawer');
  await page.getByRole('button', { name: 'Keyboard help' }).click();
  await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
}, { viewport: phone }));

test('examples and a chosen variant', () => site.open('/kpis/service_level', async (page) => {
  for (const summary of await page.locator('summary').all()) await summary.click();
  await page.getByRole('combobox', { name: 'Variant' }).selectOption('answered_only');
  await settle(page);
  await check(page, 'examples');
}));
