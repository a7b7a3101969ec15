// Filters narrow every figure, stand in the address, and are set and removed with mouse and keyboard.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { address, check, phone, plain, settle, slowly, start } from './browser.mjs';

const site = start();
const ask = async (path) => (await fetch(site.server.url + path)).json();
const chips = async (page) => (await page.getByRole('list', { name: 'Filters' }).locator('.chip').allInnerTexts()).map(plain);

describe('what is narrowed', () => {
  test('card, headline and table are the narrowed ones, and reconcile', () => site.open('/?channel=Email,Phone&kpi=csat_t2b', async (page) => {
    assert.deepEqual(await chips(page), ['Channel is Email, Phone']);
    const only = 'only=channel%3DEmail&only=channel%3DPhone';
    const card = (await ask(`/api/scorecard?range=last-month&compare=prev&${only}`)).kpis.find((k) => k.id === 'csat_t2b');
    const whole = (await ask('/api/scorecard?range=last-month&compare=prev')).kpis.find((k) => k.id === 'csat_t2b');
    assert.ok(card.n > 0 && card.n < whole.n);
    assert.equal(plain(await page.locator('tfoot .value').innerText()), `${card.value.toFixed(1)} %`);
    assert.equal(plain(await page.locator('a[data-kpi=csat_t2b] .value').innerText()), `${card.value.toFixed(1)} %`);
    assert.deepEqual(await page.locator('.breakdown tbody th').allInnerTexts(), ['Email', 'Phone']);
    const sizes = await page.locator('.breakdown tbody td.n a').allInnerTexts();
    assert.equal(sizes.reduce((sum, text) => sum + Number(text.replaceAll(',', '')), 0), card.n);
    // The KPI's own page keeps the filter and says the same.
    await page.getByRole('link', { name: 'Definition' }).click();
    await settle(page);
    assert.equal(await address(page), '/kpis/csat_t2b?channel=Email,Phone&stat=share');
    assert.equal(plain(await page.locator('.headline .value').innerText()), `${card.value.toFixed(1)} %`);
  }));

  test('rows without a value are a value', () => site.open('/explore?by=team&kpi=csat_t2b&team=~', async (page) => {
    assert.deepEqual(await chips(page), ['Team is not set']);
    assert.deepEqual(await page.locator('.breakdown tbody th').allInnerTexts(), ['not set']);
    const [answer] = await ask('/api/kpis/csat_t2b/answers?range=last-month&grain=total&by=team');
    assert.equal(Number(await page.locator('tfoot td.n a').innerText()), answer.rows.find((r) => r.by.team === null).n);
  }));

  test('a KPI without the dimension says so, and the filter can go', () => site.open('/?kpi=nps&priority=High', async (page) => {
    const card = page.locator('a[data-kpi=nps]');
    assert.match(plain(await card.innerText()), /no figure.*not cut by priority/);
    assert.match(plain(await page.locator('.foreign').innerText()), /Net promoter score cannot be narrowed by “Priority”/);
    assert.match(plain(await page.locator('a[data-kpi=unresolved_backlog]').innerText()), /no target.*the target is for all of it/);
    await page.getByRole('button', { name: 'Remove the filter on “Priority”' }).click();
    await settle(page);
    assert.equal(await address(page), '/?kpi=nps');
    for (const path of ['/kpis/nps?priority=High', '/explore?kpi=nps&priority=High', '/tickets?kpi=nps&priority=High']) {
      await page.goto(site.server.url + path);
      await settle(page);
      assert.match(plain(await page.locator('main').innerText()), /Net promoter score cannot be narrowed by “Priority”/, path);
    }
  }));

  test('a stranger in the address is no filter', () => site.open('/tickets?kpi=csat_t2b&zebra=1&range=last-7d', async (page) => {
    assert.equal(await address(page), '/tickets?kpi=csat_t2b&range=last-7d');
    assert.equal(await page.getByRole('list', { name: 'Filters' }).count(), 0);
  }));

  test('exports name what they are narrowed to', () => site.open('/explore?channel=Email&kpi=csat_t2b', async (page) => {
    const [file] = await Promise.all([page.waitForEvent('download'), (async () => {
      await page.locator('.breakdown').getByRole('button', { name: 'Export' }).click();
      await page.getByRole('menuitem', { name: 'Table as CSV' }).click();
    })()]);
    const stream = await file.createReadStream();
    let text = '';
    for await (const chunk of stream) text += chunk;
    assert.match(text.split('\r\n')[0], /,only$/);
    assert.match(text.split('\r\n')[1], /,channel=Email$/);
  }));
});

describe('chips and editor', () => {
  test('by mouse: dimension, values with n, chip, remove, clear all', () => site.open('/', async (page) => {
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.getByRole('option', { name: /^Team/ }).click();
    const option = page.getByRole('option', { name: /^Harbour \d/ });
    const [answer] = await ask('/api/kpis/csat_t2b/answers?range=last-month&grain=total&by=team');
    assert.equal(plain(await option.innerText()), `Harbour ${answer.rows.find((r) => r.by.team === 'Harbour').n}`);
    await option.click();
    await page.getByRole('option', { name: /^not set/ }).click();
    assert.equal(await address(page), '/?team=Harbour,~');
    assert.equal(await option.getAttribute('aria-selected'), 'true');
    await check(page, 'editor');
    await page.keyboard.press('Escape');
    await settle(page);
    assert.deepEqual(await chips(page), ['Team is Harbour, not set']);
    // Its own button opens the same editor at once.
    await page.getByRole('button', { name: /^Team is/ }).click();
    await page.getByRole('option', { name: /^not set/ }).click();
    await page.keyboard.press('Escape');
    assert.equal(await address(page), '/?team=Harbour');
    await page.goto(`${site.server.url}/?channel=Email&team=Harbour`);
    await settle(page);
    await page.getByRole('button', { name: 'Remove the filter on Channel' }).click();
    assert.equal(await address(page), '/?team=Harbour');
    await page.goto(`${site.server.url}/?channel=Email&team=Harbour`);
    await settle(page);
    await page.getByRole('button', { name: 'Clear all' }).click();
    await settle(page);
    assert.equal(await address(page), '/');
  }));

  test('by keyboard: f, type, Enter, Delete', () => site.open('/explore?kpi=csat_t2b', async (page) => {
    await page.keyboard.press('f');
    await page.getByRole('combobox', { name: 'Filter by' }).waitFor();
    await page.keyboard.type('chan');
    await page.keyboard.press('Enter');
    // The values are on their way; what is typed until they come is kept.
    await page.keyboard.type('live');
    await page.getByRole('option', { name: /^Live chat/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await settle(page);
    assert.equal(await address(page), '/explore?channel=Live+chat&kpi=csat_t2b');
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'filter');
    await page.getByRole('button', { name: 'Remove the filter on Channel' }).focus();
    await page.keyboard.press('Delete');
    await settle(page);
    assert.equal(await address(page), '/explore?kpi=csat_t2b');
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'filter');
  }, { intercept: slowly('**/dimensions/**', 600) }));

  test('values that cannot be loaded say so', () => site.open('/?team=Harbour', async (page) => {
    await page.getByRole('button', { name: /^Team is/ }).click();
    assert.match(plain(await page.getByRole('alert').innerText()), /The values could not be loaded: the store is being rebuilt/);
  }, { expected: [/503/], intercept: (page) => page.route('**/dimensions/**', (route) => route.fulfill({ status: 503, json: { error: { code: 'busy', message: 'the store is being rebuilt' } } })) }));

  test('a phone has room for them', () => site.open('/?channel=Email,Phone&country=Germany&team=Harbour,Meadow,Quarry,~', async (page) => {
    assert.deepEqual(await chips(page), ['Channel is Email, Phone', 'Country is Germany', 'Team is Harbour, Meadow and 2 more']);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0);
    await check(page, 'chips on a phone');
  }, { viewport: phone }));

  test('on paper they are words', () => site.open('/?channel=Email', async (page) => {
    await page.emulateMedia({ media: 'print' });
    assert.match(plain(await page.locator('.origin').innerText()), /Channel is Email/);
  }));
});

describe('parts of an address that mean nothing', () => {
  const notice = (page) => page.locator('main .notice p');
  test('are left out, and named until the reader goes elsewhere', () => site.open('/explore?colour=red&metric=csat_t2b&range=last-90d', async (page) => {
    assert.equal(await address(page), '/explore?kpi=csat_t2b&range=last-90d');
    assert.equal(plain(await notice(page).locator('span').innerText()), 'Left out of the address, as no page or KPI knows them: colour, metric');
    await check(page, 'notice');
    await page.getByRole('navigation').getByRole('link', { name: 'Scorecard' }).click();
    await settle(page);
    assert.equal(await notice(page).count(), 0);
  }));

  for (const [path, left, named] of [
    ['/?perspective=cost&stat=p90', '/', 'perspective=cost, stat=p90'],
    ['/?compare=target', '/', 'compare=target'],
    ['/?kpi=no_such', '/', 'kpi=no_such'],
    ['/explore?kpi=csat_t2b&q=nps&stat=p95&variant=none_such', '/explore?kpi=csat_t2b', 'q=nps, stat=p95, variant=none_such'],
    ['/kpis?by=team&q=nps', '/kpis?q=nps', 'by=team'],
    ['/kpis/csat_t2b?kpi=nps&stat=p95', '/kpis/csat_t2b', 'kpi=nps, stat=p95'],
    ['/tickets?grain=week&kpi=csat_t2b&stat=p95', '/tickets?kpi=csat_t2b', 'grain=week, stat=p95'],
    ['/tickets/helpdesk/291938?channel=Email&range=last-7d', '/tickets/helpdesk/291938', 'channel=Email, range=last-7d'],
  ]) {
    test(`${path}: what the page has no use for is named`, () => site.open(path, async (page) => {
      assert.equal(await address(page), left);
      assert.equal(plain(await notice(page).innerText()), `Left out of the address, as this page has no use for ${named.includes(',') ? 'them' : 'it'}: ${named}`);
    }));
  }

  test('a default that is written out, and what is used, are not worth a word', () => site.open('/explore?compare=prev&kpi=csat_t2b&range=last-month&stat=share', async (page) => {
    assert.equal(await address(page), '/explore?kpi=csat_t2b&stat=share');
    assert.equal(await notice(page).count(), 0);
  }));

  test('both kinds stand in one notice, and going on ends it', () => site.open('/?colour=red&q=nps', async (page) => {
    assert.deepEqual((await notice(page).locator('span').allInnerTexts()).map(plain), ['Left out of the address, as no page or KPI knows it: colour', 'Left out of the address, as this page has no use for it: q=nps']);
    await check(page, 'notice of both kinds');
    await page.getByRole('navigation').getByRole('link', { name: 'Explore' }).click();
    await settle(page);
    assert.equal(await notice(page).count(), 0);
    await page.goBack();
    await settle(page);
    assert.equal(await notice(page).count(), 0);
  }));

  test('a notice is dismissed', () => site.open('/?colour=red', async (page) => {
    await page.locator('main .notice').getByRole('button', { name: 'Dismiss' }).click();
    assert.equal(await notice(page).count(), 0);
  }));

  test('a dimension is found with the prefix of a field of the records', () => site.open('/?attr.channel=Email', async (page) => {
    assert.equal(await address(page), '/?channel=Email');
    assert.deepEqual(await chips(page), ['Channel is Email']);
    assert.equal(await notice(page).count(), 0);
  }));

  for (const [path, heading, said] of [
    ['/explore?by=attr.team&kpi=csat_t2b', 'Customer satisfaction by team over time', null],
    ['/explore?by=attr.region,team&kpi=csat_t2b', 'Customer satisfaction by team over time', 'Customer satisfaction has no dimension “Attr.region”: broken down by team.'],
    ['/explore?by=attr.region&kpi=csat_t2b', 'Customer satisfaction by channel over time', 'Customer satisfaction has no dimension “Attr.region”: broken down by channel.'],
    ['/kpis/csat_t2b?by=attr.team', 'Customer satisfaction by team', null],
    ['/kpis/csat_t2b?by=attr.region', 'Customer satisfaction by channel', 'It has no dimension “Attr.region”: broken down by channel.'],
  ]) {
    test(`${path}: ${said ?? 'understood'}`, () => site.open(path, async (page) => {
      assert.equal(plain(await page.getByRole('heading', { name: / by / }).first().innerText()), heading);
      assert.deepEqual((await page.locator('p.unknown').allInnerTexts()).map(plain), said === null ? [] : [said]);
    }));
  }
});
