// The address is the state; a keyboard is enough.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { address, check, desk, phone, plain, settle, slowly, start } from './browser.mjs';

const site = start();
const heading = (page) => page.locator('.detail h2').first().innerText();
const selected = (page) => page.locator('a[data-kpi][aria-current]').getAttribute('data-kpi');
const dimension = (page) => page.locator('.breakdown .by').innerText();

describe('address', () => {
  test('is canonical: keys sorted, defaults and strangers left out', () =>
    site.open('/?zebra=1&kpi=service_level&range=last-month&compare=prev&by=team', async (page) => {
      assert.equal(await address(page), '/?by=team&kpi=service_level');
    }));

  test('a trailing slash is the same page', () => site.open('/kpis/', async (page) => assert.equal(await address(page), '/kpis')));

  const VIEWS = [
    ['/?by=team&compare=year&grain=week&kpi=service_level&range=last-quarter&sort=-value', async (page) => {
      assert.equal(await selected(page), 'service_level');
      assert.equal(await dimension(page), 'team');
      assert.match(await page.locator('#period').innerText(), /Last quarter.*year earlier/s);
      assert.equal(await page.getByRole('radio', { name: 'Week' }).isChecked(), true);
      assert.equal(await page.locator('.breakdown').getByRole('columnheader', { name: 'Value' }).getAttribute('aria-sort'), 'descending');
      assert.match(await page.locator('.lead .period').innerText(), /^Last quarter, 1 Jul – 30 Sep 2026 against 1 Jul – 30 Sep 2025, closed on 3 Nov 2026 by Ada Okafor, restated since /);
    }],
    ['/?range=2026-10-05..2026-10-20', async (page) => assert.match(await page.locator('#period').innerText(), /5–20 Oct 2026/)],
    ['/?compare=none', async (page) => {
      assert.match(await page.locator('#period').innerText(), /no comparison/);
      assert.equal(await page.getByRole('columnheader', { name: 'Change' }).count(), 0);
      assert.match(await page.locator('.changes').innerText(), /Choose a comparison/);
    }],
    ['/kpis/first_response_time?by=queue&range=last-90d&stat=p90', async (page) => {
      assert.equal(await page.getByRole('radio', { name: 'p90' }).isChecked(), true);
      assert.equal(await dimension(page), 'queue');
      assert.match(await page.locator('.headline').innerText(), /90th percentile/);
    }],
    ['/kpis/service_level?variant=answered_only', async (page) => assert.equal(await page.getByLabel('Variant').inputValue(), 'answered_only')],
    ['/kpis?perspective=cost&q=backlog', async (page) => {
      assert.equal(await page.getByRole('searchbox').inputValue(), 'backlog');
      assert.equal(await page.getByRole('list', { name: 'KPIs' }).getByRole('listitem').count(), 1);
    }],
  ];
  for (const [path, look] of VIEWS) {
    test(`restores ${path}`, () => site.open(path, async (page) => {
      assert.equal(await address(page), path);
      await look(page);
    }));
  }

  test('tweaks replace, navigation pushes, and back leads through it', () => site.open('/', async (page) => {
    const length = () => page.evaluate(() => history.length);
    const before = await length();
    await page.locator('a[data-kpi=service_level]').click();
    await settle(page);
    await page.getByRole('radio', { name: 'Team' }).check({ force: true });
    await settle(page);
    assert.equal(await address(page), '/?by=team&kpi=service_level');
    assert.equal(await length(), before);
    await page.getByRole('link', { name: 'Definition' }).click();
    await settle(page);
    assert.equal(await address(page), '/kpis/service_level?stat=ratio');
    assert.equal(await length(), before + 1);
    await page.getByRole('navigation').getByRole('link', { name: 'KPI dictionary' }).click();
    await settle(page);
    await page.goBack();
    await settle(page);
    assert.equal(await address(page), '/kpis/service_level?stat=ratio');
    await page.goBack();
    await settle(page);
    assert.equal(await address(page), '/?by=team&kpi=service_level');
    assert.equal(await selected(page), 'service_level');
    assert.equal(await heading(page), 'Service level');
    await page.goForward();
    await settle(page);
    assert.equal(await address(page), '/kpis/service_level?stat=ratio');
  }));

  test('the period goes along from page to page', () => site.open('/?compare=year&range=last-90d', async (page) => {
    await page.getByRole('link', { name: 'KPI dictionary' }).click();
    await settle(page);
    await page.getByRole('link', { name: /^Open backlog/ }).click();
    await settle(page);
    assert.equal(await address(page), '/kpis/unresolved_backlog?compare=year&range=last-90d');
  }));

  test('a modified click is left to the browser', () => site.open('/', async (page) => {
    const [other] = await Promise.all([page.context().waitForEvent('page'), page.locator('a[data-kpi=nps]').click({ modifiers: ['Control'] })]);
    await other.waitForLoadState();
    assert.equal(new URL(other.url()).search, '?kpi=nps');
    assert.equal(await address(page), '/');
  }));

  test('each page names the period it opens on, and its days', () => site.open('/', async (page) => {
    for (const [path, where] of [['/', '.lead .period'], ['/kpis/csat_t2b', '.headline'], ['/explore', '.headline'], ['/tickets?kpi=csat_t2b', '.headline']]) {
      await page.goto(site.server.url + path);
      await settle(page);
      assert.match(plain(await page.locator(where).innerText()), /Last month, 1–31 Oct 2026/, path);
      assert.match(plain(await page.locator('#period').innerText()), /^Period: Last month/, path);
    }
    await page.locator('#period').click();
    await page.getByText('Where none is chosen, the page shows last month').waitFor();
    assert.match(plain(await page.locator('.same').innerText()), /--range last-month$/);
  }));

  test('an unknown page says so and leads on', () => site.open('/nowhere/at/all', async (page) => {
    await page.getByText('There is no page at this address.').waitFor();
    await page.locator('main').getByRole('link', { name: 'Scorecard' }).click();
    await settle(page);
    assert.equal(await address(page), '/');
  }));

  test('a copied link is absolute, moving or frozen', () => site.open('/?kpi=service_level', async (page) => {
    const copied = () => page.evaluate(() => navigator.clipboard.readText());
    await page.getByRole('button', { name: 'Copy link' }).click();
    await page.getByRole('menuitem', { name: /moves along/ }).click();
    assert.equal(await copied(), `${site.server.url}/?kpi=service_level`);
    await page.getByRole('button', { name: 'Copied' }).click();
    await page.getByRole('menuitem', { name: /frozen/ }).click();
    assert.equal(await copied(), `${site.server.url}/?kpi=service_level&range=2026-10-01..2026-10-31`);
    assert.equal(await address(page), '/?kpi=service_level');
  }));
});

describe('keyboard only', () => {
  test('skip link, then a card, by arrows and Enter', () => site.open('/', async (page) => {
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Skip to content');
    await page.locator('a[data-kpi]').first().focus();
    const focused = () => page.evaluate(() => document.activeElement?.dataset.kpi);
    await page.keyboard.press('ArrowRight');
    assert.equal(await focused(), 'nps');
    await page.keyboard.press('ArrowDown');
    assert.equal(await focused(), 'first_response_p90');
    await page.keyboard.press('End');
    assert.equal(await focused(), 'unresolved_backlog');
    await page.keyboard.press('ArrowRight');
    assert.equal(await focused(), 'unresolved_backlog');
    await page.keyboard.press('Enter');
    await settle(page);
    assert.equal(await address(page), '/?kpi=unresolved_backlog');
    assert.equal(await focused(), 'unresolved_backlog');
    assert.match(await heading(page), /^Open backlog/);
  }));

  test('the chart reads its values', () => site.open('/?kpi=service_level', async (page) => {
    await page.getByRole('application').focus();
    const said = async () => plain(await page.locator('[aria-live=polite]').last().innerText());
    await page.keyboard.press('Home');
    assert.match(await said(), /^Thu, 1 Oct 2026, [\d.]+ percent,.* n \d+$/);
    await page.keyboard.press('ArrowRight');
    assert.match(await said(), /^Fri, 2 Oct 2026/);
    await page.keyboard.press('PageDown');
    assert.match(await said(), /^Fri, 9 Oct 2026, [\d.]+ percent, 7-day average [\d.]+ percent, Previous [\d.]+ percent, Wed, 9 Sep 2026, n \d+$/);
    await page.keyboard.press('End');
    assert.match(await said(), /^Sat, 31 Oct 2026/);
    await page.keyboard.press('ArrowRight');
    assert.match(await said(), /^Sat, 31 Oct 2026/);
    assert.equal(await page.locator('.tip').count(), 1);
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('.tip').count(), 0);
  }));

  test('palette: best first, arrows, Enter, Escape', () => site.open('/', async (page) => {
    await page.keyboard.press('Control+k');
    const box = page.getByRole('combobox', { name: /^Search/ });
    await box.waitFor();
    assert.equal(await box.evaluate((e) => e === document.activeElement), true);
    await page.keyboard.type('ser');
    const options = async () => (await page.getByRole('option').locator('.name').allInnerTexts());
    assert.equal((await options())[0], 'Service level');
    assert.equal(await page.getByRole('option', { selected: true }).locator('.name').innerText(), 'Service level');
    await box.fill('frt');
    assert.deepEqual(await options(), ['First response time']);
    await box.fill('zzz');
    await page.getByText('Nothing is called “zzz”.').waitFor();
    await box.fill('frist repsonse');
    assert.deepEqual(await options(), ['First response time']);
    await page.getByText('Nothing is called “frist repsonse”. Close to it:').waitFor();
    await check(page, 'close');
    await page.keyboard.press('Escape');
    assert.equal(await page.getByRole('dialog').count(), 0);
    await page.keyboard.press('Meta+k');
    await page.getByRole('combobox', { name: /^Search/ }).fill('backlog');
    await page.keyboard.press('Enter');
    await settle(page);
    assert.equal(await address(page), '/kpis/unresolved_backlog');
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'title');
  }));

  test('the palette keeps what is typed before it is there', () => site.open('/', async (page) => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('back');
    const box = page.getByRole('combobox', { name: /^Search/ });
    await box.waitFor();
    await page.keyboard.type('log');
    assert.equal(await box.inputValue(), 'backlog');
    await page.keyboard.press('Enter');
    await settle(page);
    assert.equal(await address(page), '/kpis/unresolved_backlog');
  }, { intercept: slowly(/Palette-.*\.js$/, 1_500), wait: false }));

  test('g and a letter go, ? helps, c compares, d darkens, / searches', () => site.open('/', async (page) => {
    await page.keyboard.press('g');
    await page.keyboard.press('k');
    await settle(page);
    assert.equal(await address(page), '/kpis');
    await page.keyboard.press('/');
    await page.keyboard.type('nps');
    assert.equal(await address(page), '/kpis?q=nps');
    // Letters typed into a field are text.
    await page.keyboard.type(' gs?');
    assert.equal(await address(page), '/kpis?q=nps+gs%3F');
    await page.getByRole('button', { name: 'Show all' }).focus();
    await page.keyboard.press('Enter');
    assert.equal(await address(page), '/kpis');
    await page.keyboard.press('g');
    await page.keyboard.press('s');
    await settle(page);
    assert.equal(await address(page), '/');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
    await page.keyboard.press('Escape');
    for (const expected of ['/?compare=year', '/?compare=none', '/']) {
      await page.keyboard.press('c');
      await settle(page);
      assert.equal(await address(page), expected);
    }
    const dark = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await dark();
    await page.keyboard.press('d');
    assert.notEqual(await dark(), light);
  }));

  test('a key right behind the Escape that closes a dialog is heard', () => site.open('/', async (page) => {
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
    // Both before the browser tells of the closing, as on a busy machine.
    await page.evaluate(() => {
      document.querySelector('dialog[open]').close();
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'c', bubbles: true }));
    });
    await settle(page);
    assert.equal(await address(page), '/?compare=year');
    assert.equal(await page.getByRole('dialog').count(), 0);
  }));

  test('period: p, then the letter of a preset', () => site.open('/', async (page) => {
    await page.keyboard.press('p');
    await page.getByRole('button', { name: 'Last month', pressed: true }).waitFor();
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-pressed') === 'true');
    await page.keyboard.press('ArrowDown');
    assert.equal(await page.evaluate(() => document.activeElement?.firstChild?.textContent), 'This quarter');
    await page.keyboard.press('f');
    await settle(page);
    assert.equal(await address(page), '/?range=last-28d');
    assert.match(await page.locator('.lead .period').innerText(), /^Last 28 days, 24 Oct – 20 Nov 2026/);
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'period');
  }));

  test('period: days of one’s own from the calendar', () => site.open('/', async (page) => {
    await page.keyboard.press('p');
    await page.locator('[data-bits-day]').first().waitFor();
    await page.getByRole('button', { name: 'Previous', exact: true }).press('Enter');
    await page.getByRole('button', { name: /, 6 October 2026/ }).press('Enter');
    await page.getByRole('button', { name: /, 19 October 2026/ }).press('Enter');
    await settle(page);
    assert.equal(await address(page), '/?range=2026-10-06..2026-10-19');
    assert.match(await page.locator('.lead .period').innerText(), /^6–19 Oct 2026/);
    await page.locator('#period').press('Enter');
    await page.getByRole('radio', { name: 'Same period a year earlier' }).check({ force: true });
    assert.equal(await address(page), '/?compare=year&range=2026-10-06..2026-10-19');
  }));

  test('menus: arrows, Enter, Escape gives the focus back', () => site.open('/', async (page) => {
    const button = page.getByRole('button', { name: 'Export' }).first();
    await button.press('Enter');
    const focused = () => page.evaluate(() => document.activeElement?.firstChild?.textContent?.trim());
    await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'menuitem');
    assert.equal(await focused(), 'Chart as PNG');
    await page.keyboard.press('ArrowDown');
    assert.equal(await focused(), 'Figures as CSV');
    await page.keyboard.press('ArrowDown');
    assert.equal(await focused(), 'Chart as PNG');
    await page.keyboard.press('Escape');
    assert.equal(await button.evaluate((e) => e === document.activeElement), true);
  }));

  // Every stop of the Tab key, on a desk and where the window is as narrow as a phone: it is seen, it is not below the bar, and the way ends.
  for (const viewport of [desk, phone]) {
    for (const path of ['/', '/explore?kpi=first_response_time', '/kpis', '/kpis/service_level', '/tickets?kpi=first_response_time', '/tickets/helpdesk/291938', '/nowhere']) {
      test(`Tab leads through ${path} at ${viewport.width} px`, () => site.open(path, async (page) => {
        const stop = () => page.evaluate(() => {
          const e = document.activeElement;
          if (!e || e === document.body) return null;
          const shown = e.matches('input.hidden') ? e.closest('label') : e;
          const box = shown.getBoundingClientRect();
          const bar = document.querySelector('header.bar');
          const inside = box.width > 4 && box.height > 4 && box.bottom > 0 && box.top < window.innerHeight && box.right > 0 && box.left < window.innerWidth;
          const below = e.closest('main') !== null && getComputedStyle(bar).position === 'sticky' && box.bottom <= bar.getBoundingClientRect().bottom;
          const framed = [shown, shown.closest('.field, .search')].some((one) => one && (getComputedStyle(one).outlineStyle !== 'none'));
          return { name: `${e.tagName} ${(e.getAttribute('aria-label') ?? e.textContent ?? '').trim().slice(0, 40)}`, fine: inside && !below && framed };
        });
        const stops = [];
        for (let i = 0; i < 250; i += 1) {
          await page.keyboard.press('Tab');
          const here = await stop();
          if (here === null || (here.name === stops[0]?.name)) break;
          stops.push(here);
        }
        assert.equal(stops[0]?.name, 'A Skip to content');
        assert.ok(stops.length > 4 && stops.length < 250, `${stops.length} stops`);
        assert.deepEqual(stops.filter((s) => !s.fine).map((s) => s.name), []);
      }, { viewport }));
    }
  }

  test('sorting by a header', () => site.open('/', async (page) => {
    const names = () => page.locator('.breakdown tbody th').allInnerTexts();
    assert.deepEqual((await names())[0], 'Email');
    const header = page.getByRole('columnheader', { name: 'Channel' }).getByRole('button');
    await header.press('Enter');
    const rising = await names();
    assert.deepEqual(rising, [...rising].sort());
    assert.equal(await address(page), '/?sort=name');
    await header.press('Enter');
    assert.deepEqual(await names(), [...rising].reverse());
    await page.getByRole('columnheader', { name: 'Value' }).getByRole('button').press('Enter');
    const values = (await page.locator('.breakdown tbody td.value').allInnerTexts()).map((t) => plain(t));
    // What is too few to show stands last.
    assert.match(values.at(-1), /of \d$/);
    const shown = values.slice(0, -1).map(Number.parseFloat);
    assert.deepEqual(shown, [...shown].sort((a, b) => b - a));
  }));
});

describe('theme', () => {
  test('follows the system until the other is chosen, survives reloading', () => site.open('/', async (page) => {
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert.equal(await background(), 'rgb(246, 246, 248)');
    await page.emulateMedia({ colorScheme: 'dark' });
    assert.equal(await background(), 'rgb(12, 12, 16)');
    await page.getByRole('button', { name: 'Light theme' }).click();
    assert.equal(await background(), 'rgb(246, 246, 248)');
    await page.reload();
    await settle(page);
    assert.equal(await background(), 'rgb(246, 246, 248)');
    await page.getByRole('button', { name: 'Dark theme' }).click();
    assert.equal(await page.evaluate(() => localStorage.getItem('theme')), null);
    assert.equal(await background(), 'rgb(12, 12, 16)');
  }));
});

test('a phone’s drawer leads to the dictionary', () => site.open('/', async (page) => {
  await page.getByRole('button', { name: 'Menu' }).click();
  await page.getByRole('link', { name: 'KPI dictionary' }).click();
  await settle(page);
  assert.equal(await address(page), '/kpis');
  assert.equal(await page.getByRole('dialog').count(), 0);
}, { viewport: phone }));
