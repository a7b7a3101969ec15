// What the page shows is what the API says, once, and everywhere the same.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { address, check, download, phone, plain, rowsOf, settle, start } from './browser.mjs';

const site = start();
const ask = async (path) => (await fetch(site.server.url + path)).json();
const near = (a, b, slack = 1e-9) => assert.ok(Math.abs(a - b) <= slack, `${a} and ${b}`);
const number = (text) => Number(plain(text).replaceAll(',', '').replace('\u2212', '-').match(/-?[\d.]+/)[0]);
const save = (page, panel, item) => download(page, async () => {
  await panel.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: item }).click();
});

describe('headline, card, table and trend reconcile', () => {
  for (const [kpi, metric, statistic] of [['csat_t2b', 'csat_t2b', 'share'], ['service_level', 'service_level', 'ratio'], ['nps', 'nps', 'net_score'], ['first_response_p90', 'first_response_time', 'p90'], ['unresolved_backlog', 'unresolved_backlog', 'count']]) {
    test(kpi, () => site.open(`/?kpi=${kpi}`, async (page) => {
      const scorecard = await ask('/api/scorecard?range=last-month&compare=prev');
      const card = scorecard.kpis.find((k) => k.id === kpi);
      const shown = page.locator(`a[data-kpi=${kpi}]`);
      const headline = plain(await shown.locator('.value').innerText());
      const status = plain(await shown.locator('.badge').innerText());
      // The table's last row is the card.
      const total = page.locator('tfoot tr');
      assert.equal(plain(await total.locator('.value').innerText()), headline);
      assert.equal(plain(await total.locator('.badge').innerText()), status);
      // Its rows add up to it.
      const sizes = (await page.locator('.breakdown tbody td.n').evaluateAll((cells) => cells.map((c) => c.firstChild.textContent)));
      assert.equal(sizes.reduce((sum, text) => sum + number(text), 0), card.n);
      assert.equal(number(await total.locator('.n').innerText()), card.n);
      // The KPI's own page says the same.
      await page.getByRole('link', { name: 'Definition' }).click();
      await settle(page);
      if (statistic !== 'p90') {
        assert.equal(plain(await page.locator('.headline .badge').innerText()), status);
        assert.equal(plain(await page.locator('tfoot .badge').innerText()), status);
      }
      assert.equal(plain(await page.locator('.headline .value').innerText()), headline);
      assert.equal(plain(await page.locator('tfoot .value').innerText()), headline);
      const [answer] = (await ask(`/api/kpis/${metric}/answers?range=last-month&grain=total`)).filter((a) => a.statistic === statistic);
      assert.equal(answer.rows[0].value, card.value);
    }));
  }

  test('the CSV of the trend adds up to the headline', () => site.open('/?kpi=service_level', async (page) => {
    const { name, bytes } = await save(page, page.locator('.detail section').first(), 'Figures as CSV');
    assert.equal(name, 'service_level-ratio-2026-10-01-2026-10-31.csv');
    const rows = rowsOf(bytes.toString('utf8'));
    assert.equal(rows.length, 31);
    assert.deepEqual([rows[0].from, rows[0].to, rows[0].unit, rows[0].metric, rows[0].quality], ['2026-10-01', '2026-10-02', 'percent', 'service_level', 'ok']);
    const sum = (key) => rows.reduce((all, row) => all + Number(row[key]), 0);
    const card = (await ask('/api/scorecard?range=last-month')).kpis.find((k) => k.id === 'service_level');
    assert.equal(sum('numerator'), card.numerator);
    assert.equal(sum('denominator'), card.denominator);
    near((100 * sum('numerator')) / sum('denominator'), card.value);
    near(Number(rows[4].value), (100 * Number(rows[4].numerator)) / Number(rows[4].denominator));
    assert.deepEqual([rows[0].previous_from, rows[29].previous_from, rows[30].previous_from], ['2026-09-01', '2026-09-30', '']);
  }));

  // A server that compares each bucket with the one before it, as the product does: the line is the compared period's all the same.
  const neighbours = async (page) => page.route(/answers\?/, async (route) => {
    const answers = await (await route.fetch()).json();
    for (const { rows } of answers) rows.forEach((row, i) => { if (row.compare && rows.length > 1) row.compare = { ...row.compare, from: rows[i - 1]?.from ?? '2026-01-01', to: row.from, value: rows[i - 1]?.value ?? 0 }; });
    await route.fulfill({ json: answers });
  });
  for (const [path, file, then, grain] of [
    ['/?kpi=service_level&grain=week', 'service_level', '2026-09-01..2026-09-30', 'week'],
    ['/kpis/service_level?grain=month&range=last-quarter', 'service_level', '2026-04-01..2026-06-30', 'month'],
    ['/kpis/first_response_time?compare=year&grain=week&range=last-quarter', 'first_response_time', '2025-07-01..2025-09-30', 'week'],
  ]) {
    test(`the dashed line of ${path} is the compared period`, () => site.open(path, async (page) => {
      const [{ rows: earlier }] = await ask(`/api/kpis/${file}/answers?range=${then}&grain=${grain}`);
      const panel = page.locator('section.panel', { has: page.getByRole('application') });
      const { bytes } = await save(page, panel, 'Figures as CSV');
      const rows = rowsOf(bytes.toString('utf8'));
      rows.forEach((row, i) => {
        assert.deepEqual([row.previous_from, row.previous_to, row.previous_value], [earlier[i]?.from ?? '', earlier[i]?.to ?? '', earlier[i] ? String(earlier[i].value) : '']);
      });
      assert.ok(rows.length > 1 && rows[0].previous_from.startsWith(then.slice(0, 10)));
      // The line has a corner a bucket, and its heights fall and rise as the compared figures do.
      const heights = (await panel.locator('svg path.earlier').getAttribute('d')).slice(1).split('L').map((corner) => Number(corner.split(',')[1]));
      const drawn = earlier.slice(0, rows.length);
      assert.equal(heights.length, drawn.length);
      drawn.forEach((row, i) => { if (i > 0) assert.equal(Math.sign(heights[i - 1] - heights[i]), Math.sign(row.value - drawn[i - 1].value)); });
      await page.getByRole('application').focus();
      await page.keyboard.press('Home');
      const said = plain(await page.locator('.tip').innerText());
      assert.ok(said.includes(grain === 'month' ? 'Previous, Apr 2026' : then.startsWith('2025') ? 'A year earlier, 1–6 Jul 2025' : 'Previous, 1–6 Sep 2026'), said);
    }, { intercept: neighbours }));
  }

  test('the CSV of the table is the table, unrounded and without live formulas', () => site.open('/?by=team&kpi=csat_t2b&sort=name', async (page) => {
    const { name, bytes } = await save(page, page.locator('.breakdown'), 'Table as CSV');
    assert.equal(name, 'csat_t2b-share-by-team-2026-10-01-2026-10-31.csv');
    const text = bytes.toString('utf8');
    assert.equal(text.charCodeAt(0), 0xfeff);
    const rows = rowsOf(text);
    assert.equal(rows.length, await page.locator('.breakdown tbody tr').count());
    assert.ok(rows.some((row) => row.team === "'=Night shift"), 'a name that looks like a formula is quoted');
    assert.ok(rows.some((row) => row.team === ''), 'no team stays empty');
    const card = (await ask('/api/scorecard?range=last-month')).kpis.find((k) => k.id === 'csat_t2b');
    assert.equal(rows.reduce((all, row) => all + Number(row.numerator), 0), card.numerator);
    assert.equal(rows.reduce((all, row) => all + Number(row.n), 0), card.n);
    const [answer] = await ask('/api/kpis/csat_t2b/answers?range=last-month&grain=total&by=team&compare=prev');
    for (const row of rows) {
      const found = answer.rows.find((r) => (r.by.team ?? '') === row.team.replace(/^'/, ''));
      assert.equal(Number(row.value), found.value);
      assert.equal(Number(row.change), found.compare.change);
    }
    assert.ok(rows.every((row) => ['on_target', 'within_tolerance', 'off_target', 'too_close_to_call', 'no_data'].includes(row.status)));
  }));

  test('pictures are pictures', () => site.open('/', async (page) => {
    for (const [panel, item] of [[page.locator('.detail section').first(), 'Chart as PNG'], [page.locator('.breakdown'), 'Table as PNG']]) {
      const { name, bytes } = await save(page, panel, item);
      assert.match(name, /\.png$/);
      assert.equal(bytes.subarray(1, 4).toString('latin1'), 'PNG');
      const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
      assert.ok(width >= 720 && height >= 300, `${width} × ${height}`);
      // Not one plain colour: the chart is in it.
      const colours = await page.evaluate(async (data) => {
        const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], { type: 'image/png' }));
        const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
        const pen = canvas.getContext('2d');
        pen.drawImage(bitmap, 0, 0);
        const pixels = pen.getImageData(0, 0, bitmap.width, bitmap.height).data;
        const seen = new Set();
        for (let i = 0; i < pixels.length; i += 4) seen.add((pixels[i] << 16) | (pixels[i + 1] << 8) | pixels[i + 2]);
        return seen.size;
      }, bytes.toString('base64'));
      assert.ok(colours > 60, `${colours} colours`);
    }
  }));

  test('the counts are the cards', () => site.open('/', async (page) => {
    const words = (await page.locator('a[data-kpi] .badge').allInnerTexts()).map(plain);
    for (const item of await page.locator('.counts li').all()) {
      const [, word, n] = /^(.*?) (\d+)$/.exec(plain(await item.innerText()));
      assert.equal(words.filter((w) => w === word).length, Number(n), word);
    }
    assert.equal(new Set(words).size, 5, 'all five statuses are on the fixture’s card');
  }));
});

describe('honesty', () => {
  test('a rate moves by points, a worsening says so, an unclear change too', () => site.open('/', async (page) => {
    const text = async (id) => plain(await page.locator(`a[data-kpi=${id}] .change`).innerText());
    assert.match(await text('service_level'), /^▲ ?\+[\d.]+ pp better$/);
    assert.match(await text('full_resolution_time'), /^▲ ?\+\d+ h \d+ m worse$/);
    assert.match(await text('unresolved_backlog'), /^▲ ?\+\d+ \(\+[\d.]+ %\) worse$/);
    assert.match(await text('csat_t2b'), /pp unclear$/);
    const body = plain(await page.locator('main').innerText());
    assert.doesNotMatch(body, /-\d/, 'minus is a minus');
  }));

  test('too few: k of n, no figure, no colour', () => site.open('/', async (page) => {
    const row = page.locator('.breakdown tbody tr', { hasText: 'In person' });
    assert.match(plain(await row.locator('.value').innerText()), /^\d of \d$/);
    assert.equal(plain(await row.locator('td.status').innerText()), 'too few');
    assert.equal(await row.locator('.badge, .bullet').count(), 0);
  }));

  test('low n and still settling are words on what they concern', () => site.open('/?by=team&range=last-28d', async (page) => {
    assert.match(plain(await page.locator('a[data-kpi=csat_t2b]').innerText()), /still settling/);
    assert.match(plain(await page.locator('.chart svg').textContent()), /still settling/);
    await page.goto(`${site.server.url}/?by=team&kpi=first_response_time`);
    await settle(page);
    assert.match(plain(await page.locator('.breakdown tbody tr', { hasText: 'not set' }).innerText()), /low n/);
  }));

  test('a full count has no margin', () => site.open('/?kpi=unresolved_backlog', async (page) => {
    assert.match(plain(await page.locator('a[data-kpi=unresolved_backlog] .foot').innerText()), /full count/);
    assert.equal(await page.getByRole('columnheader', { name: '95 % CI', exact: true }).count(), 0);
    assert.equal(await page.locator('.chart .band').count(), 0);
  }));

  test('a target of one statistic is not put to another, nor to a variant', () => site.open('/kpis/first_response_time', async (page) => {
    await page.locator('.headline .badge').waitFor();
    assert.equal(await page.locator('.chart .target').count(), 1);
    for (const path of ['/kpis/first_response_time?stat=p90', '/kpis/first_response_time?variant=calendar_hours']) {
      await page.goto(site.server.url + path);
      await settle(page);
      assert.equal(await page.locator('.headline .badge, tbody .badge, .chart .target').count(), 0, path);
      assert.match(plain(await page.locator('.headline').innerText()), /Target none set for this/);
    }
  }));

  test('a definition nobody approved says so', () => site.open('/kpis/csat_t2b', async (page) => {
    await page.getByText('template default, not approved').waitFor();
    for (const word of ['Formula in words', 'Formula as declared', 'Balanced by', 'Driven by', 'How it is gamed', 'Caveats', 'Parameters', 'Variants', 'Reliability', 'Edge cases, run as tests', 'Lineage', 'version 1', 'owner Voice-of-the-customer lead']) {
      assert.ok(plain(await page.locator('main').innerText()).includes(word), word);
    }
    await page.goto(`${site.server.url}/kpis/unresolved_backlog`);
    await settle(page);
    assert.equal(await page.getByText('not approved').count(), 0);
  }));

  test('an old figure never stands under a new name', () => site.open('/', async (page) => {
    let release;
    const gate = new Promise((resolve) => { release = resolve; });
    await page.route('**/api/kpis/nps/answers*', async (route) => { await gate; await route.continue(); });
    await page.locator('a[data-kpi=nps]').click();
    await page.getByRole('heading', { name: 'Net promoter score', exact: true }).waitFor();
    assert.equal(await page.locator('.chart').count(), 0);
    assert.equal(await page.locator('.breakdown tbody').count(), 0);
    assert.ok(await page.locator('.detail .bone').count() > 0);
    release();
    await settle(page);
    assert.equal(await page.locator('.chart').count(), 1);
  }));
});

describe('errors and empty states', () => {
  const failing = (glob, reply) => ({ expected: [/Failed to load resource/, /ERR_FAILED/], intercept: (page) => page.route(glob, reply) });

  test('an error says what happened, and retry helps', () => {
    let broken = true;
    return site.open('/', async (page) => {
      const alert = page.getByRole('alert');
      assert.match(plain(await alert.innerText()), /The scorecard could not be loaded: the snapshot could not be read.*crosscheck verify names the file.*internal/);
      broken = false;
      await alert.getByRole('button', { name: 'Retry' }).click();
      await settle(page);
      assert.equal(await page.locator('a[data-kpi]').count(), 8);
    }, failing('**/api/scorecard*', (route) => (broken ? route.fulfill({ status: 500, json: { error: { code: 'internal', message: 'the snapshot could not be read', help: 'crosscheck verify names the file', problems: [] } } }) : route.continue())));
  });

  test('no server', () => site.open('/kpis', async (page) => {
    assert.match(plain(await page.getByRole('alert').innerText()), /The dictionary could not be loaded: the server cannot be reached/);
  }, failing('**/api/kpis', (route) => route.abort())));

  test('an answer that is not ours', () => site.open('/', async (page) => {
    assert.match(plain(await page.getByRole('alert').innerText()), /the server answered 502/);
  }, failing('**/api/scorecard*', (route) => route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad gateway</h1>' }))));

  test('not JSON at all', () => site.open('/', async (page) => {
    assert.match(plain(await page.getByRole('alert').innerText()), /not JSON/);
  }, failing('**/api/scorecard*', (route) => route.fulfill({ status: 200, contentType: 'text/html', body: '<h1>Hello</h1>' }))));

  test('one panel’s error leaves the rest', () => site.open('/', async (page) => {
    assert.match(plain(await page.getByRole('alert').innerText()), /The breakdown could not be loaded/);
    assert.equal(await page.locator('.chart').count(), 1);
    assert.equal(await page.locator('a[data-kpi]').count(), 8);
  }, failing(/answers\?.*grain=total/, (route) => route.fulfill({ status: 400, json: { error: { code: 'unknown_dimension', message: 'no such dimension' } } }))));

  test('an unknown KPI and an impossible period are told in the server’s words', () => site.open('/kpis/no_such', async (page) => {
    assert.match(plain(await page.getByRole('alert').innerText()), /no metric is called "no_such"/);
    await page.getByRole('link', { name: 'All KPIs are in the dictionary' }).waitFor();
    await page.goto(`${site.server.url}/?range=soon`);
    await settle(page);
    assert.match(plain(await page.getByRole('alert').innerText()), /range "soon" is not a period.*last-28d/);
  }, { expected: [/Failed to load resource/] }));

  test('nothing measured names the cause and the way out', () => site.open('/?kpi=relationship_nps', async (page) => {
    assert.match(plain(await page.locator('.detail').innerText()), /Nothing was measured .*Oct 2026 under the variant “relationship”/);
    await page.getByRole('button', { name: 'Last 90 days' }).click();
    await settle(page);
    assert.match(await address(page), /range=last-90d/);
  }));

  test('a card without KPIs, a dictionary without metrics', () => site.open('/', async (page) => {
    await page.getByText('This scorecard has no KPIs yet').waitFor();
    await page.getByRole('link', { name: 'KPI dictionary' }).first().click();
    await page.getByText('The dictionary is empty').waitFor();
    await check(page, 'empty dictionary');
  }, {
    intercept: async (page) => {
      const scorecard = await ask('/api/scorecard?range=last-month');
      await page.route('**/api/scorecard*', (route) => route.fulfill({ json: { ...scorecard, kpis: [], changes: [], counts: Object.fromEntries(Object.keys(scorecard.counts).map((k) => [k, 0])) } }));
      await page.route('**/api/kpis', (route) => route.fulfill({ json: [] }));
    },
  }));

  test('while loading there are skeletons, and they are announced', () => {
    let release;
    const gate = new Promise((resolve) => { release = resolve; });
    return site.open('/', async (page) => {
      await page.getByRole('status', { name: 'Loading the scorecard' }).waitFor();
      assert.equal(await page.locator('.bone.card').count(), 8);
      release();
      await settle(page);
      assert.equal(await page.locator('a[data-kpi]').count(), 8);
    }, { viewport: phone, wait: false, intercept: (page) => page.route('**/api/scorecard*', async (route) => { await gate; await route.continue(); }) });
  });
});

test('a range that is none says what is valid, and offers what can work', () => site.open('/?range=2026-9', async (page) => {
  const alert = page.getByRole('alert').first();
  assert.match(plain(await alert.innerText()), /The scorecard could not be loaded: unknown range `2026-9`\. last-month, a month as 2026-09/);
  assert.equal(await page.getByRole('button', { name: 'Retry' }).count(), 0);
  assert.equal(await alert.getByRole('link', { name: 'Last month' }).getAttribute('href'), '/');
}, { expected: [/400/], intercept: (page) => page.route(/\/api\/(scorecard|kpis\/.+\/answers)\?.*range=2026-9/, (route) => route.fulfill({ status: 400, json: { error: { code: 'wrong_range', message: 'unknown range `2026-9`', help: 'last-month, a month as 2026-09' } } })) }));

describe('what changed, where the server tells of nothing', () => {
  const card = (change) => ({
    intercept: (page) => page.route('**/api/scorecard*', async (route) => {
      const body = await (await route.fetch()).json();
      await route.fulfill({ json: { ...body, changes: [], kpis: body.kpis.map(change) } });
    }),
  });
  for (const [name, change, said] of [
    ['full counts are listed, and no margin is said of them', (k) => (k.sampled ? { ...k, restated: null } : { ...k, change: { value: 3, previous: k.value - 3, low: null, high: null, better: false } }), /^No change is larger than chance can make against 1–30 Sep 2026\. ▲\+3 worse Open backlog, a full count$/],
    ['nothing has data', (k) => ({ ...k, restated: null, value: null, n: 0, change: null, status: 'no_data', quality: 'no_data', trend: [] }), /^No data in this period\.$/],
    ['nothing to compare with', (k) => ({ ...k, restated: null, change: { value: null, previous: null, low: null, high: null, better: null } }), /^Nothing can be compared with 1–30 Sep 2026\.$/],
  ]) {
    test(name, () => site.open('/', async (page) => assert.match(plain((await page.locator('.changes').innerText()).replace('What changed', '')), said), card(change)));
  }
});

describe('a change that the server leaves out', () => {
  const bare = (figures) => ({ ...figures, change: null, low: null, high: null });
  const intercept = async (page) => {
    await page.route(/answers\?/, async (route) => {
      const answers = await (await route.fetch()).json();
      for (const { rows } of answers) for (const row of rows) if (row.compare) row.compare = bare(row.compare);
      await route.fulfill({ json: answers });
    });
    await page.route('**/api/scorecard*', async (route) => {
      const body = await (await route.fetch()).json();
      await route.fulfill({ json: { ...body, kpis: body.kpis.map((k) => ({ ...k, change: k.change && { ...bare(k.change), value: null, better: null } })) } });
    });
  };
  for (const [path, where] of [['/', 'a[data-kpi=csat_t2b] .beside'], ['/', 'tbody tr:first-child td.change'], ['/', 'tfoot td.change'], ['/kpis/csat_t2b', '.headline .rows'], ['/explore?kpi=csat_t2b', '.headline .beside']]) {
    test(`is said at ${path} ${where}`, () => site.open(path, async (page) => assert.match(plain(await page.locator(where).innerText()), /not comparable/), { intercept }));
  }
});

describe('the clock of a time', () => {
  for (const [path, said] of [
    ['/kpis/first_response_time', 'median, business hours'],
    ['/kpis/first_response_time?variant=calendar_hours', 'median, calendar hours'],
    ['/kpis/csat_t2b', null],
  ]) {
    test(`${path}: ${said ?? 'none'}`, () => site.open(path, async (page) => {
      const text = plain(await page.locator('.headline .muted').first().innerText());
      if (said === null) assert.doesNotMatch(text, /hours/);
      else assert.ok(text.endsWith(said), text);
    }));
  }
});

describe('the schedule of a business clock', () => {
  const values = [{ value: 'support', n: 90 }, { value: 'contact-centre', n: 10 }];
  const intercept = (some) => async (page) => {
    await page.route('**/api/kpis', async (route) => {
      const list = await (await route.fetch()).json();
      await route.fulfill({ json: list.map((k) => (k.id === 'first_response_time' ? { ...k, dimensions: [...k.dimensions, 'calendar'] } : k)) });
    });
    await page.route('**/dimensions/calendar/values*', (route) => route.fulfill({ json: { dimension: 'calendar', values: some, left_out: 0 } }));
  };
  for (const [path, where, some, said] of [
    ['/', 'a[data-kpi=first_response_p90] .foot', values, 'business hours of support and contact-centre'],
    ['/', 'a[data-kpi=first_response_p90] .foot', [], 'business hours'],
    ['/kpis/first_response_time', '.headline .muted', values.slice(0, 1), 'median, business hours of support'],
    ['/kpis/first_response_time?variant=calendar_hours', '.headline .muted', values, 'median, calendar hours'],
    ['/explore?kpi=first_response_time', '.headline .beside', [...values, { value: 'night', n: 1 }], 'business hours of 3 schedules'],
  ]) {
    test(`${path}: ${said}`, () => site.open(path, async (page) => {
      const text = plain(await page.locator(where).first().innerText());
      assert.ok(text.endsWith(said), text);
    }, { intercept: intercept(some) }));
  }
});

describe('buckets that are too small to draw', () => {
  // Days have one each; weeks are as they are.
  const intercept = (page) => page.route(/answers\?/, async (route) => {
    const answers = await (await route.fetch()).json();
    if (!route.request().url().includes('grain=')) for (const { rows } of answers) for (const row of rows) Object.assign(row, { value: null, n: 1, numerator: 1, denominator: 1, low: null, high: null, quality: 'suppressed' });
    await route.fulfill({ json: answers });
  });
  for (const path of ['/?kpi=csat_t2b', '/kpis/csat_t2b', '/explore?kpi=csat_t2b', '/explore?by=none&kpi=csat_t2b']) {
    test(`${path} shows longer ones and says so`, () => site.open(path, async (page) => {
      const panel = page.locator('section.panel', { has: page.getByRole('application') }).first();
      assert.match(plain(await panel.innerText()), /(Each day of each value has|Most days have) fewer than \d+, too few to draw: shown by week\./);
      assert.equal(await panel.getByRole('radio', { name: 'Week' }).isChecked(), true);
      assert.equal(await panel.locator('svg path.bold').count() > 0, true);
    }, { intercept }));
  }

  // One day in four can be shown: a line of holes, though its weekly average could be drawn.
  test('where most days are too small, weeks are drawn', () => site.open('/?kpi=csat_t2b', async (page) => {
    const panel = page.locator('section.panel', { has: page.getByRole('application') }).first();
    assert.match(plain(await panel.innerText()), /Most days have fewer than \d+, too few to draw: shown by week\./);
  }, { intercept: (page) => page.route(/answers\?/, async (route) => {
    const answers = await (await route.fetch()).json();
    if (!route.request().url().includes('grain=')) for (const { rows } of answers) rows.forEach((row, i) => { if (i % 4 !== 0) Object.assign(row, { value: null, n: 4, numerator: 3, denominator: 4, low: null, high: null, quality: 'suppressed' }); });
    await route.fulfill({ json: answers });
  }) }));
});

/** Some definitions said otherwise: what is asked of one, and what its entry in the list has. */
const redefined = (id, definition, entry) => async (page) => {
  await page.route(`**/api/kpis/${id}`, async (route) => {
    const own = await (await route.fetch()).json();
    return route.fulfill({ json: { ...own, ...definition, measure: { ...own.measure, ...definition.measure } } });
  });
  await page.route('**/api/kpis', async (route) => route.fulfill({ json: (await (await route.fetch()).json()).map((k) => (k.id === id ? { ...k, ...entry } : k)) }));
};

describe('what stands beside a number', () => {
  const per = redefined('unresolved_backlog', { measure: { kind: 'derived' }, parameters: [{ name: 'per', type: 'text', default: 'order', meaning: 'for each order, or customer', one_of: ['order', 'customer'], min: null }], variants: [{ name: 'per_customer', meaning: 'for each customer', parameters: { per: 'customer' } }] }, { kind: 'derived' });
  for (const [path, where, said] of [
    ['/', 'a[data-kpi=unresolved_backlog] .value', /^[\d,]+ per order$/],
    ['/', 'a[data-kpi=unresolved_backlog] .foot', /^Target ≤ [\d,]+ per order/],
    ['/?kpi=unresolved_backlog', 'tfoot .value', /^[\d,]+ per order$/],
    ['/strategy', '[data-box="kpi~unresolved_backlog"] .figure', /^[\d,]+ per order$/],
    ['/kpis/unresolved_backlog', '.headline .value', /^[\d,]+ per order$/],
    ['/explore?kpi=unresolved_backlog', '.headline .value', /^[\d,]+ per order$/],
  ]) test(`a count that is per something says so: ${path} ${where}`, () => site.open(path, async (page) => {
    assert.match(plain(await page.locator(where).first().innerText()), said);
  }, { intercept: per }));

  test('its axis, read-out and definition too, and no file has another unit for it', () => site.open('/kpis/unresolved_backlog', async (page) => {
    const chart = page.getByRole('application').first();
    assert.equal(await chart.locator('svg text').filter({ hasText: /^per order$/ }).count(), 1);
    await chart.focus();
    await page.keyboard.press('End');
    assert.match(plain(await page.locator('.tip').innerText()), /\d per order/);
    assert.match(plain(await page.locator('main').innerText()), /Unit number per order, less is better/);
    const { bytes } = await download(page, async () => {
      await page.getByRole('button', { name: 'Export' }).first().click();
      await page.getByRole('menuitem', { name: 'Figures as CSV' }).click();
    });
    assert.deepEqual([...new Set(rowsOf(bytes.toString('utf8')).map((row) => row.unit))], ['count']);
  }, { intercept: per }));

  test('points of a net score are its name’s, other points are called so', async () => {
    await site.open('/kpis/nps', async (page) => {
      assert.match(plain(await page.locator('.headline .value').innerText()), /^\d+\.\d$/);
      assert.match(plain(await page.locator('main').innerText()), /Unit net score, from −100 to 100 points, more is better/);
    });
    await site.open('/kpis/nps', async (page) => {
      assert.match(plain(await page.locator('.headline .value').innerText()), /^\d+\.\d points$/);
      assert.match(plain(await page.locator('main').innerText()), /Unit points, more is better/);
    }, { intercept: redefined('nps', { measure: { kind: 'mean' } }, { kind: 'mean' }) });
  });
});
