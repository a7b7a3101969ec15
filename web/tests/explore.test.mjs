// Any KPI by any dimensions, grain and comparison.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { address, check, download, plain, rowsOf, settle, slowly, start } from './browser.mjs';

const site = start();
const ask = async (path) => (await fetch(site.server.url + path)).json();
const heading = (page) => page.locator('.detail h2').first().innerText();

/** Opens a list and types at once: it takes letters from the moment its button is pressed. */
async function hurried(page, button, text) {
  await page.locator(button).focus();
  await Promise.all([page.keyboard.press('Enter'), page.keyboard.type(text)]);
}

describe('choices', () => {
  test('opens on the first KPI of the card by its first dimension, and its address says so', () => site.open('/explore', async (page) => {
    assert.equal(await heading(page), 'Customer satisfaction by channel over time');
    assert.equal(await address(page), '/explore?kpi=csat_t2b');
    assert.ok(await page.getByRole('application').count() > 1, 'charts');
    assert.match(plain(await page.locator('.headline .value').innerText()), /^\d/);
    assert.equal(await page.getByRole('navigation').getByRole('link', { name: 'Explore' }).getAttribute('aria-current'), 'page');
  }));

  /** Takes the figures of some answers away, as far as `which` is true of their address. */
  const without = (which) => (page) => page.route(/\/answers\?/, async (route) => {
    const url = new URL(route.request().url());
    if (!which(url)) return route.continue();
    const answers = await (await route.fetch()).json();
    for (const { rows } of answers) for (const row of rows) Object.assign(row, { value: null, low: null, high: null, quality: 'suppressed' });
    return route.fulfill({ json: answers });
  });
  const noFigures = (kept) => (page) => page.route('**/api/scorecard*', async (route) => {
    const card = await (await route.fetch()).json();
    return route.fulfill({ json: { ...card, kpis: card.kpis.map((k) => (kept.includes(k.id) ? k : { ...k, value: null })) } });
  });
  for (const [what, path, expected, title, intercept] of [
    ['a KPI without a figure is passed over', '/explore', '/explore?kpi=nps', 'Net promoter score by channel over time', noFigures(['service_level', 'nps'])],
    ['so is a breakdown without one', '/explore', '/explore?by=queue&kpi=csat_t2b', 'Customer satisfaction by queue over time', without((url) => url.searchParams.get('by') === 'channel')],
    ['where no breakdown has one, the whole is shown', '/explore', '/explore?by=none&kpi=csat_t2b', 'Customer satisfaction', without((url) => url.searchParams.has('by'))],
    ['a statistic of the card is kept', '/explore', '/explore?kpi=first_response_time&stat=p90', 'First response time by channel over time', noFigures(['first_response_p90'])],
    ['a breakdown that is asked for stays', '/explore?by=priority&range=last-90d', '/explore?by=priority&kpi=csat_t2b&range=last-90d', 'Customer satisfaction by priority over time', undefined],
  ]) test(`it opens with a figure: ${what}`, () => site.open(path, async (page) => {
    assert.equal(await address(page), expected);
    assert.equal(await heading(page), title);
    assert.ok(await page.getByRole('application').count() > 0, 'a chart');
  }, { intercept }));

  test('where the card has no figure it says what to choose', () => site.open('/explore', async (page) => {
    assert.match(plain(await page.locator('main').innerText()), /No KPI of the card has a figure in this period\. Choose a KPI above, or another period\./);
    assert.equal(await address(page), '/explore');
    await check(page, 'nothing to open with');
    await hurried(page, '#kpi', 'frt');
    await page.keyboard.press('Enter');
    await settle(page);
    assert.equal(await address(page), '/explore?kpi=first_response_time');
    assert.equal(await heading(page), 'First response time by channel over time');
  }, { intercept: noFigures([]) }));

  const noCompany = (status, code) => (page) => page.route(/\/api\/scorecard\?(?!.*card=)/, (route) => route.fulfill({ status, json: { error: { code, message: 'there is no card `company`', help: null, problems: [], instead: [] } } }));
  test('without a company card it opens with the first KPI of the first card there is', () => site.open('/explore', async (page) => {
    assert.equal(await address(page), '/explore?kpi=csat_t2b');
  }, { expected: [/404/], intercept: noCompany(404, 'not_found') }));

  test('without any card it says what to choose', () => site.open('/explore', async (page) => {
    assert.match(plain(await page.locator('main').innerText()), /There is no card that would say which KPI matters most\. Choose one above/);
    assert.match(await page.locator('main').getByRole('link', { name: 'Set up a card' }).getAttribute('href'), /^\/setup/);
  }, { expected: [/404/], intercept: async (page) => {
    await noCompany(404, 'not_found')(page);
    await page.route('**/api/cards', (route) => route.fulfill({ json: [] }));
    await page.route('**/api/kpis', async (route) => route.fulfill({ json: (await (await route.fetch()).json()).map((k) => ({ ...k, on_scorecard: false })) }));
  } }));

  test('that the card could not be read is an error, and can be tried again', () => {
    let fails = true;
    return site.open('/explore', async (page) => {
      await page.getByRole('alert').waitFor();
      fails = false;
      await page.getByRole('button', { name: 'Retry' }).click();
      await settle(page);
      assert.equal(await address(page), '/explore?kpi=csat_t2b');
    }, { expected: [/500/], intercept: (page) => page.route('**/api/scorecard*', (route) => (fails ? route.fulfill({ status: 500, json: { error: { code: 'internal', message: 'the card could not be read' } } }) : route.continue())) });
  });

  test('KPI and dimensions by keyboard', () => site.open('/explore?range=last-90d', async (page) => {
    await hurried(page, '#kpi', 'frt');
    await page.keyboard.press('Enter');
    await settle(page);
    assert.equal(await address(page), '/explore?kpi=first_response_time&range=last-90d');
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'kpi');
    await hurried(page, '#by', 'prio');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await settle(page);
    assert.equal(await address(page), '/explore?by=channel,priority&kpi=first_response_time&range=last-90d');
    assert.equal(await heading(page), 'First response time by channel and priority over time');
    await page.getByRole('button', { name: 'Not by Channel' }).press('Enter');
    await settle(page);
    assert.equal(await address(page), '/explore?by=priority&kpi=first_response_time&range=last-90d');
    await page.getByRole('button', { name: 'Not by Priority' }).press('Enter');
    await settle(page);
    assert.equal(await address(page), '/explore?by=none&kpi=first_response_time&range=last-90d');
    assert.equal(await heading(page), 'First response time');
    assert.equal(await page.getByRole('application').count(), 1);
  }));

  test('answers that come while somebody types change neither the letters nor the place', () => {
    const late = [];
    return site.open('/explore', async (page) => {
      await page.waitForSelector('#by');
      const session = await page.context().newCDPSession(page);
      await session.send('Emulation.setCPUThrottlingRate', { rate: 6 });
      const before = late.length;
      await hurried(page, '#by', 'pri');
      await page.keyboard.type('or', { delay: 400 });
      const box = page.getByRole('combobox', { name: 'Break down by' });
      assert.equal(await box.inputValue(), 'prior');
      assert.ok(late.length > before, 'answers came in between');
      assert.equal(await box.evaluate((e) => e === document.activeElement), true);
      await page.keyboard.press('Enter');
      assert.equal(await address(page), '/explore?by=channel,priority&kpi=csat_t2b');
      // The choice asks for more: its answers leave the list alone too, and fetch nobody back into the field.
      await page.keyboard.press('Shift+Tab');
      await settle(page);
      assert.equal(await box.inputValue(), 'prior');
      assert.equal(await box.evaluate((e) => e === document.activeElement), false);
      await session.send('Emulation.setCPUThrottlingRate', { rate: 1 });
    }, { intercept: slowly(/\/answers\?/, 400, (url) => late.push(url)), wait: false });
  });

  test('the best hit is marked, not the one in use', () => site.open('/explore?kpi=full_resolution_time', async (page) => {
    await page.locator('#kpi').press('Enter');
    const marked = () => page.locator('.option.here .name').innerText();
    assert.equal(await marked(), 'Full resolution time');
    await page.keyboard.type('time');
    assert.equal(await marked(), 'First response time');
    await page.keyboard.press('ArrowUp');
    assert.equal(await marked(), await page.locator('.choose .option .name').last().innerText());
  }));

  const VIEWS = [
    ['/explore?by=team&compare=year&grain=week&kpi=first_response_time&range=last-quarter&sort=-value&stat=p90', async (page) => {
      assert.equal(await page.getByRole('radio', { name: 'p90' }).isChecked(), true);
      assert.equal(await page.getByRole('radio', { name: 'Week' }).isChecked(), true);
      assert.equal(await page.getByRole('columnheader', { name: 'p90' }).getAttribute('aria-sort'), 'descending');
      assert.match(plain(await page.locator('.headline').innerText()), /1 Jul – 30 Sep 2026 against 1 Jul – 30 Sep 2025/);
    }],
    ['/explore?compare=none&kpi=service_level&variant=answered_only', async (page) => {
      assert.equal(await page.getByLabel('Variant').inputValue(), 'answered_only');
      assert.equal(await page.getByRole('columnheader', { name: 'Change' }).count(), 0);
    }],
    ['/explore?grain=month&kpi=csat_t2b&range=last-12m', async (page) => assert.equal(await page.getByRole('radio', { name: 'Month' }).isChecked(), true)],
  ];
  for (const [path, look] of VIEWS) {
    test(`restores ${path}`, () => site.open(path, async (page) => {
      assert.equal(await address(page), path);
      assert.equal(await page.getByRole('alert').count(), 0);
      await look(page);
    }));
  }

  test('a breakdown the KPI does not have falls back to its first', () => site.open('/explore?by=priority&kpi=nps', async (page) => {
    assert.equal(await heading(page), 'Net promoter score by channel over time');
  }));
});

describe('figures', () => {
  test('charts, table, headline and the card say the same', () => site.open('/explore?by=channel&kpi=csat_t2b', async (page) => {
    const card = (await ask('/api/scorecard?range=last-month')).kpis.find((k) => k.id === 'csat_t2b');
    assert.equal(plain(await page.locator('.headline .value').innerText()), `${card.value.toFixed(1)} %`);
    assert.equal(plain(await page.locator('tfoot .value').innerText()), `${card.value.toFixed(1)} %`);
    const [answer] = await ask('/api/kpis/csat_t2b/answers?range=last-month&grain=total&by=channel&compare=prev');
    assert.equal(answer.rows.reduce((sum, r) => sum + r.n, 0), card.n);
    const drawn = (await page.locator('.grid .head').allInnerTexts()).map(plain);
    for (const text of drawn) {
      const row = answer.rows.find((r) => text.startsWith(r.by.channel));
      assert.equal(text, `${row.by.channel} ${row.value.toFixed(1)} % n ${row.n}`);
    }
    // What is not drawn is counted, and nothing is drawn twice.
    const rest = plain(await page.locator('p.rest:not(.axis)').innerText());
    const left = answer.rows.filter((r) => !drawn.some((text) => text.startsWith(r.by.channel)));
    assert.equal(rest.match(/Not drawn: (\d+) more, n (\d+)/).slice(1).map(Number).join(), `${left.length},${left.reduce((sum, r) => sum + r.n, 0)}`);
  }));

  test('at most eight charts, the biggest, on one axis', () => site.open('/explore?by=channel,team&kpi=first_response_time', async (page) => {
    assert.equal(await page.getByRole('application').count(), 8);
    const sizes = (await page.locator('.grid .n').allInnerTexts()).map((t) => Number(plain(t).replace(/[n, ]/g, '')));
    assert.deepEqual(sizes, [...sizes].sort((a, b) => b - a));
    const axes = await page.locator('.grid svg').evaluateAll((charts) => charts.map((c) => [...c.querySelectorAll('text[text-anchor=end]')].filter((t) => t.getAttribute('dy') === '.35em').map((t) => `${t.textContent}@${t.getAttribute('y')}`).join()));
    assert.equal(new Set(axes).size, 1, axes.join(' | '));
    assert.match(plain(await page.locator('p.rest:not(.axis)').innerText()), /Not drawn: 9 more, n 541 \(11\.3 %\), \d of them too few to show a figure/);
    assert.equal(await page.locator('tbody tr').count(), 17);
  }));

  test('a point of one value leads to its tickets of that time', () => site.open('/explore?by=channel&grain=week&kpi=csat_t2b', async (page) => {
    await page.getByRole('application', { name: /^Phone,/ }).focus();
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowLeft');
    const said = plain(await page.locator('[aria-live=polite]').last().innerText());
    await page.keyboard.press('Enter');
    await settle(page);
    assert.equal(await address(page), '/tickets?channel=Phone&kpi=csat_t2b&range=2026-10-19..2026-10-25&stat=share');
    assert.match(said, new RegExp(`n ${/of (\d+) rows/.exec(plain(await page.locator('.list h2').innerText()))[1]}$`));
  }));

  test('the CSV of the charts adds up to the table', () => site.open('/explore?by=channel&kpi=service_level', async (page) => {
    const { bytes, name } = await download(page, async () => {
      await page.locator('.detail section').first().getByRole('button', { name: 'Export' }).click();
      await page.getByRole('menuitem', { name: 'Figures as CSV' }).click();
    });
    assert.equal(name, 'service_level-ratio-by-channel-over-time-2026-10-01-2026-10-31.csv');
    const rows = rowsOf(bytes.toString('utf8'));
    const [answer] = await ask('/api/kpis/service_level/answers?range=last-month&grain=total&by=channel');
    for (const row of answer.rows) {
      const own = rows.filter((r) => r.channel === row.by.channel);
      assert.equal(own.reduce((sum, r) => sum + Number(r.numerator), 0), row.numerator);
      assert.equal(own.reduce((sum, r) => sum + Number(r.denominator), 0), row.denominator);
    }
    const picture = await download(page, async () => {
      await page.locator('.detail section').first().getByRole('button', { name: 'Export' }).click();
      await page.getByRole('menuitem', { name: 'Charts as PNG' }).click();
    });
    assert.equal(picture.bytes.subarray(1, 4).toString('latin1'), 'PNG');
    assert.ok(picture.bytes.length > 20_000, `${picture.bytes.length} bytes`);
  }));

  test('each value’s dashed line is its own in the compared period', () => site.open('/explore?by=channel&grain=week&kpi=csat_t2b', async (page) => {
    const { bytes } = await download(page, async () => {
      await page.locator('.detail section').first().getByRole('button', { name: 'Export' }).click();
      await page.getByRole('menuitem', { name: 'Figures as CSV' }).click();
    });
    const [whole] = await ask('/api/kpis/csat_t2b/answers?range=2026-09-01..2026-09-30&grain=week');
    const [then] = await ask('/api/kpis/csat_t2b/answers?range=2026-09-01..2026-09-30&grain=week&by=channel');
    const rows = rowsOf(bytes.toString('utf8')).filter((row) => row.channel === 'Email');
    assert.ok(rows.length >= 4);
    rows.forEach((row, i) => {
      const found = then.rows.find((r) => r.by.channel === 'Email' && r.from === whole.rows[i].from);
      assert.deepEqual([row.previous_from, Number(row.previous_value)], [found.from, found.value]);
    });
    await page.getByRole('application', { name: /^Email,/ }).focus();
    await page.keyboard.press('Home');
    assert.match(plain(await page.locator('.tip').innerText()), /Previous, 1–6 Sep 2026/);
  }));

  test('the common axis holds the bands, or an arrow and words say that they go on', () => site.open('/explore?by=channel&grain=week&kpi=csat_t2b', async (page) => {
    // Of each chart: how far its band reaches, and the arrows on its edges.
    const charts = await page.locator('.grid svg').evaluateAll((all) => all.map((svg) => ({ arrows: svg.querySelectorAll('.off').length, top: svg.querySelector('.band').getBBox().y })));
    assert.ok(charts.length >= 3);
    // Only what ends at 100 % itself may end at the edge.
    const [answer] = await ask('/api/kpis/csat_t2b/answers?range=last-month&grain=week&by=channel');
    const names = await page.locator('.grid .head strong').allInnerTexts();
    charts.forEach(({ arrows, top }, i) => {
      const high = Math.max(...answer.rows.filter((r) => r.by.channel === names[i]).map((r) => r.high ?? 0));
      assert.ok(arrows > 0 || top > 10 || high > 99.999, `${names[i]}: ${high} is flat at the top (${top}) and has no arrow`);
    });
    const arrows = charts.some((chart) => chart.arrows > 0);
    assert.equal(await page.getByText('goes on beyond the axis').count(), arrows ? 1 : 0);
  }));

  for (const [kpi, edge, arrows] of [['first_response_time', 40, 0], ['first_response_time', 4_000_000, 1]]) {
    test(`a band up to ${edge} s on the axis of ${kpi}`, () => site.open(`/explore?by=channel&grain=week&kpi=${kpi}`, async (page) => {
      const found = await page.locator('.grid svg .off').count();
      assert.equal(found > 0, arrows > 0);
      assert.equal(await page.getByText('goes on beyond the axis').count(), arrows);
      const least = await page.locator('.grid svg').first().locator('text[text-anchor=end][dy=".35em"]').first().innerHTML();
      assert.ok(least === '0' || (await page.getByText('The axis starts at').count()) === 1, least);
    }, {
      intercept: (page) => page.route(/answers\?.*by=channel/, async (route) => {
        const answers = await (await route.fetch()).json();
        for (const { rows } of answers) for (const row of rows) if (row.value !== null) Object.assign(row, { low: row.value * 0.95, high: row.value + edge });
        await route.fulfill({ json: answers });
      }),
    }));
  }

  test('the head of a long table stays in sight', () => site.open('/explore?by=channel,team&kpi=first_response_time', async (page) => {
    await page.locator('tbody tr').last().scrollIntoViewIfNeeded();
    await page.mouse.wheel(0, 5_000);
    const [head, bar] = await page.evaluate(() => [document.querySelector('.breakdown thead th').getBoundingClientRect(), document.querySelector('header.bar').getBoundingClientRect()].map((b) => ({ top: b.top, bottom: b.bottom })));
    assert.ok(Math.abs(head.top - bar.bottom) <= 2, `${head.top} below ${bar.bottom}`);
  }, { viewport: { width: 1_440, height: 420 } }));
});

describe('periods', () => {
  const open = async (page) => {
    await page.keyboard.press('p');
    await page.getByRole('list', { name: 'Periods' }).waitFor();
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-pressed') !== null);
  };

  test('to date is compared with the same part of the period before', () => site.open('/explore', async (page) => {
    await open(page);
    await page.keyboard.press('j');
    await settle(page);
    assert.equal(await address(page), '/explore?kpi=csat_t2b&range=month-to-date');
    assert.match(plain(await page.locator('.headline').innerText()), /1–20 Nov 2026 against 1–20 Oct 2026/);
    assert.match(plain(await page.locator('#period').innerText()), /Month to date vs same part of the previous month/);
  }));

  test('numbered weeks, months, quarters and years', () => site.open('/explore', async (page) => {
    for (const [tab, name, path, days] of [['Weeks', /^Week 46, 2026/, '2026-W46', /9–15 Nov 2026/], ['Months', /^August 2026/, '2026-08', /1–31 Aug 2026/], ['Quarters', /^Q2 2026/, '2026-Q2', /1 Apr – 30 Jun 2026/], ['Years', /^2025/, '2025', /1 Jan – 31 Dec 2025/]]) {
      await open(page);
      await page.getByRole('radio', { name: tab }).check({ force: true });
      await page.getByRole('list', { name: tab }).getByRole('button', { name }).click();
      await settle(page);
      assert.equal(await address(page), `/explore?kpi=csat_t2b&range=${path}`);
      assert.match(plain(await page.locator('.headline').innerText()), days);
    }
    assert.match(plain(await page.locator('#period').innerText()), /^Period: 2025/);
  }));

  const other = (changes) => (page) => page.route('**/api/organisation', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ json: { ...(await response.json()), ...changes } });
  });

  test('fiscal quarters and years where the year begins in April', () => site.open('/explore', async (page) => {
    await open(page);
    assert.equal(await page.getByRole('button', { name: /^Last fiscal quarter/ }).count(), 1);
    await page.getByRole('radio', { name: 'Quarters' }).check({ force: true });
    await page.getByRole('list', { name: 'Fiscal quarters' }).getByRole('button', { name: /^Q2 FY2027/ }).click();
    await settle(page);
    assert.equal(await address(page), '/explore?kpi=csat_t2b&range=FY2027-Q2');
    assert.match(plain(await page.locator('.headline').innerText()), /1 Jul – 30 Sep 2026/);
    await page.goto(`${site.server.url}/explore?range=last-12m`);
    await settle(page);
    assert.equal(await page.getByRole('radio', { name: 'Fiscal quarter' }).count(), 1);
  }, { intercept: other({ fiscal_year_start: 4 }) }));

  test('US weeks where the week begins on Sunday, none where it begins on Saturday', () => site.open('/explore', async (page) => {
    await open(page);
    await page.getByRole('radio', { name: 'Weeks' }).check({ force: true });
    assert.equal(plain(await page.getByRole('list', { name: 'Weeks' }).getByRole('button').nth(1).innerText()), 'Week 46, 2026 8–14 Nov 2026');
    await page.unroute('**/api/organisation');
    await other({ week_start: 'saturday' })(page);
    await page.reload();
    await settle(page);
    await open(page);
    assert.equal(await page.getByRole('radio', { name: 'Weeks' }).count(), 0);
    assert.equal(await page.getByRole('radio', { name: 'Months' }).count(), 1);
  }, { intercept: other({ week_start: 'sunday' }) }));
});
