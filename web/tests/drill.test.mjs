// From a number to the rows behind it: they add up to it exactly, wherever it is shown.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { address, check, download, phone, plain, rowsOf, settle, start } from './browser.mjs';

const site = start();
const ask = async (path) => (await fetch(site.server.url + path)).json();
const file = async (path) => rowsOf(await (await fetch(site.server.url + path)).text());
const near = (a, b, slack = 1e-9) => assert.ok(Math.abs(a - b) <= slack, `${a} and ${b}`);
const value = async (page) => plain(await page.locator('.headline .value').innerText());
const tabs = async (page) => (await page.locator('.list .segmented label').allInnerTexts()).map(plain);

describe('rows add up', () => {
  // The file is read by the test and counted again, with the card, the table and the page beside it.
  const CASES = [
    ['csat_t2b', 'share', (rows) => (100 * rows.filter((r) => r.part === 'numerator').length) / rows.length, 'survey answers'],
    ['service_level', 'ratio', (rows) => (100 * rows.filter((r) => r.part === 'numerator').length) / rows.length, 'contacts'],
    ['nps', 'net_score', (rows) => (100 * (rows.filter((r) => r.part === 'positive').length - rows.filter((r) => r.part === 'negative').length)) / rows.length, 'survey answers'],
    ['first_response_time', 'median', (rows) => {
      const sorted = rows.map((r) => Number(r.amount)).sort((a, b) => a - b);
      const h = (sorted.length - 1) / 2;
      return (sorted[Math.floor(h)] + sorted[Math.ceil(h)]) / 2;
    }, 'tickets'],
    ['unresolved_backlog', 'count', (rows) => rows.length, 'open tickets'],
  ];
  for (const [kpi, statistic, count, noun] of CASES) {
    test(`${kpi}: file, page, card and cell`, () => site.open(`/?kpi=${kpi}`, async (page) => {
      const card = (await ask('/api/scorecard?range=last-month&compare=prev')).kpis.find((k) => k.id === kpi);
      const headline = plain(await page.locator(`a[data-kpi=${kpi}] .value`).innerText());
      await page.getByRole('link', { name: new RegExp(`: the ${noun}$`) }).click();
      await settle(page);
      assert.equal(await value(page), headline);
      assert.equal(plain(await page.locator('.list h2').innerText()), `50 of ${card.n.toLocaleString('en-GB')} rows`);
      assert.doesNotMatch(plain(await page.locator('.headline').innerText()), /does not add up/);
      const { bytes } = await download(page, () => page.getByRole('link', { name: /^CSV/ }).click());
      const rows = rowsOf(bytes.toString('utf8'));
      assert.equal(rows.length, card.n);
      assert.equal(new Set(rows.map((r) => `${r.system} ${r.id}`)).size, card.n, 'each once');
      near(count(rows), card.value, 1e-6);
      // Back at the card, a cell of its table: its rows are those of this value.
      await page.goBack();
      await settle(page);
      const cell = page.locator('tbody tr').first();
      const name = await cell.locator('th').innerText();
      const [shown, n] = [plain(await cell.locator('td.value').innerText()), plain(await cell.locator('td.n a').innerText())];
      await cell.locator('td.value a').click();
      await settle(page);
      assert.equal(await address(page), `/tickets?channel=${name.replaceAll(' ', '+')}&kpi=${kpi}&stat=${statistic}`);
      assert.equal(await value(page), shown);
      assert.equal(plain(await page.locator('.list h2').innerText()), `${Math.min(50, Number(n.replaceAll(',', '')))} of ${n} rows`);
      const some = await file(`/api/kpis/${kpi}/rows?range=last-month&only=${encodeURIComponent(`channel=${name}`)}&format=csv`);
      assert.deepEqual([...new Set(some.map((r) => r.channel))], [name]);
      assert.deepEqual(new Set(some.map((r) => r.id)), new Set(rows.filter((r) => r.channel === name).map((r) => r.id)));
    }));
  }

  test('parts are tabs whose counts add up', () => site.open('/tickets?kpi=csat_t2b', async (page) => {
    const card = (await ask('/api/scorecard?range=last-month')).kpis.find((k) => k.id === 'csat_t2b');
    const text = (n) => n.toLocaleString('en-GB');
    assert.deepEqual(await tabs(page), [`All ${text(card.n)}`, `Above the line ${text(card.numerator)}`, `Below it only ${text(card.n - card.numerator)}`]);
    assert.match(plain(await page.locator('.equation').innerText()), new RegExp(`^${text(card.numerator)} of ${text(card.n)} adds up to ${card.value.toFixed(1)} %`));
    await page.getByRole('radio', { name: /^Below it only/ }).check({ force: true });
    await settle(page);
    assert.equal(await address(page), '/tickets?kpi=csat_t2b&part=rest');
    assert.equal(plain(await page.locator('.list h2').innerText()), `50 of ${text(card.n - card.numerator)} rows`);
    // The figure stays that of the whole.
    assert.equal(await value(page), `${card.value.toFixed(1)} %`);
    const answers = await page.locator('tbody td.cell').evaluateAll((cells) => cells.filter((c) => c.firstChild.textContent === 'Value').map((c) => Number(c.lastChild.textContent)));
    assert.ok(answers.length === 50 && answers.every((a) => a <= 3), answers.join());
  }));

  test('work still open is listed with its time so far', () => site.open('/tickets?kpi=full_resolution_time&range=last-7d&sort=-amount', async (page) => {
    const [answer] = await ask('/api/kpis/full_resolution_time/answers?range=last-7d&grain=total');
    const all = await file('/api/kpis/full_resolution_time/rows?range=last-7d&format=csv');
    const open = all.filter((r) => r.open === 'true').length;
    assert.equal(all.length, answer.rows[0].n);
    assert.ok(open > 0);
    assert.deepEqual((await tabs(page)).at(-1), `Still open ${open}`);
    assert.match(plain(await page.locator('.equation').innerText()), new RegExp(`${open} of them still open`));
    assert.match(plain(await page.locator('tbody td.amount').first().innerText()), /^\d+ d \d+ h( so far)?$/);
    await page.getByRole('columnheader', { name: 'Time', exact: true }).getByRole('button').click();
    await settle(page);
    assert.equal(await address(page), '/tickets?kpi=full_resolution_time&range=last-7d&sort=amount');
    assert.equal(await page.getByRole('columnheader', { name: 'Time', exact: true }).getAttribute('aria-sort'), 'ascending');
  }));

  test('rows that do not make the figure are said not to', () => site.open('/tickets?kpi=csat_t2b', async (page) => {
    assert.match(plain(await page.locator('.equation').innerText()), /does not add up: the data changed in between/);
    assert.doesNotMatch(plain(await page.locator('.equation').innerText()), /adds up to/);
  }, {
    intercept: async (page) => {
      const rows = await ask('/api/kpis/csat_t2b/rows?range=last-month&limit=50');
      await page.route('**/csat_t2b/rows*', (route) => route.fulfill({ json: { ...rows, n: rows.n + 1, parts: { ...rows.parts, rest: rows.parts.rest + 1 } } }));
    },
  }));

  test('show more, to the last row, each once', () => site.open('/tickets?channel=Social&kpi=csat_t2b', async (page) => {
    const total = Number(/of (\d+) rows/.exec(plain(await page.locator('.list h2').innerText()))[1]);
    assert.ok(total > 100 && total < 400);
    for (let shown = 50; shown < total; shown += 50) {
      await page.getByRole('button', { name: `Show ${Math.min(50, total - shown)} more` }).click();
      await page.waitForFunction((n) => document.querySelectorAll('tbody tr').length === n, Math.min(total, shown + 50));
    }
    assert.equal(await page.getByRole('button', { name: /^Show/ }).count(), 0);
    const ids = await page.locator('tbody th a').allInnerTexts();
    assert.equal(new Set(ids).size, total);
  }));
});

describe('the way there and back', () => {
  test('a point of the chart, by mouse and by keyboard', () => site.open('/?kpi=service_level', async (page) => {
    const chart = page.getByRole('application');
    await chart.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await settle(page);
    assert.equal(await address(page), '/tickets?kpi=service_level&range=2026-10-02..2026-10-02&stat=ratio');
    const [answer] = await ask('/api/kpis/service_level/answers?range=2026-10-02..2026-10-02&grain=total');
    assert.equal(await value(page), `${answer.rows[0].value.toFixed(1)} %`);
    assert.match(plain(await page.locator('.list h2').innerText()), new RegExp(`of ${answer.rows[0].n} rows`));
    await page.goBack();
    await settle(page);
    assert.equal(await address(page), '/?kpi=service_level');
    const box = await chart.boundingBox();
    await chart.click({ position: { x: box.width / 2, y: box.height / 2 } });
    await settle(page);
    assert.match(await address(page), /^\/tickets\?kpi=service_level&range=2026-10-1\d\.\.2026-10-1\d&stat=ratio$/);
  }));

  test('a 7-day average leads to the rows of its seven days, which make it', () => site.open('/?kpi=service_level', async (page) => {
    await page.getByRole('application').focus();
    await page.keyboard.press('End');
    const said = plain(await page.locator('.tip').innerText());
    const [, average] = /7-day average ([\d.]+ %)/.exec(said);
    assert.match(said, /Click for the rows of 25–31 Oct 2026/);
    await page.keyboard.press('Enter');
    await settle(page);
    assert.equal(await address(page), '/tickets?kpi=service_level&range=2026-10-25..2026-10-31&stat=ratio');
    assert.equal(await value(page), average);
  }));

  test('an average of levels leads to its last day', () => site.open('/?kpi=unresolved_backlog', async (page) => {
    await page.getByRole('application').focus();
    await page.keyboard.press('End');
    assert.match(plain(await page.locator('.tip').innerText()), /Click for the rows of Sat, 31 Oct 2026/);
    await page.keyboard.press('Enter');
    await settle(page);
    assert.equal(await address(page), '/tickets?kpi=unresolved_backlog&range=2026-10-31..2026-10-31&stat=count');
  }));

  test('a finger reads first and goes there second', () => site.open('/?kpi=service_level', async (page) => {
    const chart = page.getByRole('application');
    await chart.tap();
    assert.equal(await page.locator('.tip').count(), 1);
    assert.equal(await address(page), '/?kpi=service_level');
    await chart.tap();
    await settle(page);
    assert.match(await address(page), /^\/tickets\?/);
  }, { viewport: phone, hasTouch: true }));

  test('breadcrumbs lead back to the figure, reloading keeps them', () => site.open('/explore?by=queue,channel&grain=week&kpi=csat_t2b&sort=name', async (page) => {
    const from = await address(page);
    const row = page.locator('tbody tr', { hasText: 'Delivery & returns · Email' });
    const shown = plain(await row.locator('td.value').innerText());
    await row.locator('td.value a').click();
    await settle(page);
    assert.equal(await address(page), '/tickets?channel=Email&kpi=csat_t2b&queue=Delivery+%26+returns&stat=share');
    assert.equal(await value(page), shown);
    await page.locator('tbody th a').first().click();
    await settle(page);
    assert.match(await address(page), /^\/tickets\/helpdesk\/\d+$/);
    await page.reload();
    await settle(page);
    assert.deepEqual(await page.locator('#title .up').allInnerTexts(), ['Explore', 'Rows behind Customer satisfaction']);
    await page.locator('#title').getByRole('link', { name: 'Rows behind' }).click();
    await settle(page);
    assert.equal(await value(page), shown);
    assert.deepEqual(await page.locator('#title .up').allInnerTexts(), ['Explore']);
    await page.locator('#title').getByRole('link', { name: 'Explore' }).click();
    await settle(page);
    assert.equal(await address(page), from);
    await page.goBack();
    await settle(page);
    assert.equal(await value(page), shown);
  }));

  test('without a way here the KPI is above', () => site.open('/tickets?kpi=csat_t2b&range=last-7d', async (page) => {
    await page.locator('#title').getByRole('link', { name: 'Customer satisfaction' }).click();
    await settle(page);
    assert.equal(await address(page), '/kpis/csat_t2b?range=last-7d');
  }));

  test('columns are chosen, and stand in the address', () => site.open('/tickets?kpi=csat_t2b', async (page) => {
    const heads = async () => (await page.getByRole('columnheader').allInnerTexts()).map(plain);
    assert.deepEqual(await heads(), ['Ticket', 'Answered', 'Part', 'Value', 'Channel', 'Priority', 'Queue', 'Help desk']);
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('option', { name: 'Answer delay' }).click();
    await page.getByRole('option', { name: 'Queue' }).click();
    await check(page, 'columns');
    await page.keyboard.press('Escape');
    assert.equal(await address(page), '/tickets?columns=value,channel,priority,answer_delay&kpi=csat_t2b');
    assert.deepEqual(await heads(), ['Ticket', 'Answered', 'Part', 'Value', 'Channel', 'Priority', 'Answer delay', 'Help desk']);
  }));

  test('the help desk opens in its own tab, where it has a page', () => site.open('/tickets?kpi=csat_t2b', async (page) => {
    const link = page.getByRole('link', { name: /in the help desk$/ }).first();
    assert.match(await link.getAttribute('href'), /^https:\/\/desk\.example\/tickets\/\d+$/);
    assert.deepEqual([await link.getAttribute('target'), await link.getAttribute('rel')], ['_blank', 'noopener noreferrer']);
    await page.goto(`${site.server.url}/tickets?channel=Phone&kpi=csat_t2b`);
    await settle(page);
    assert.equal(await page.getByRole('link', { name: /in the help desk$/ }).count(), 0);
  }));
});

describe('a ticket', () => {
  const any = async () => (await ask('/api/kpis/csat_t2b/rows?range=last-month&only=channel%3DEmail&limit=1')).rows[0];

  test('clocks, facts with their meaning, timeline', () => site.open('/', async (page) => {
    const { system, ticket_id: id } = await any();
    await page.goto(`${site.server.url}/tickets/${system}/${id}`);
    await settle(page);
    const ticket = await ask(`/api/tickets/${system}/${id}`);
    assert.equal(await page.locator('.clocks tbody tr').count(), ticket.clocks.length);
    assert.match(plain(await page.locator('.clocks').innerText()), /Calendar Business First reply/);
    assert.equal(await page.locator('#timeline').evaluate((h) => h.closest('section').querySelectorAll('li').length), ticket.timeline.length);
    assert.match(plain(await page.locator('main').innerText()), /Created when the request was made/);
    assert.equal(await page.getByRole('link', { name: 'Open in the help desk' }).getAttribute('href'), ticket.url);
    await page.goto(`${site.server.url}/tickets/${system}/none`);
    await settle(page);
    assert.match(plain(await page.locator('main').innerText()), /There is no ticket “none” in helpdesk or any other system/);
  }, { expected: [/404/] }));

  test('a clock that runs goes on to now; one that never stops does not', () => site.open('/', async (page) => {
    const { system, ticket_id: id } = await any();
    await page.route(/api\/tickets\/[^?]/, async (route) => {
      const ticket = await (await route.fetch()).json();
      const [first, last] = ticket.clocks;
      await route.fulfill({ json: { ...ticket, clocks: [{ ...first, to: null, calendar: null, business: null, running: false }, { ...last, to: null, running: true }] } });
    });
    await page.goto(`${site.server.url}/tickets/${system}/${id}`);
    await settle(page);
    const [first, last] = (await page.locator('.clocks tbody tr').allInnerTexts()).map(plain);
    assert.match(first, /^First reply \d.* – never stopped: nothing that counts was recorded – –$/);
    assert.match(last, /^Last solve running \d.* – now \d/);
  }));

  test('times and durations of the timeline are written by the type of their column', () => site.open('/', async (page) => {
    const { system, ticket_id: id } = await any();
    await page.goto(`${site.server.url}/tickets/${system}/${id}`);
    await settle(page);
    const entry = (await ask(`/api/tickets/${system}/${id}`)).timeline.find((e) => e.kind === 'sla');
    const said = plain(await page.locator('li.sla').innerText());
    const at = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Berlin', day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' }).format(new Date(entry.details.fulfilled_at));
    for (const words of ['Target 3 h', 'Paused 7 h 36 m', `Fulfilled ${at}`, 'Met yes', 'Changes 0', 'Policy Standard']) assert.ok(said.includes(words), `${words}: ${said}`);
    assert.doesNotMatch(plain(await page.locator('main').innerText()), /\d{4}-\d\d-\d\dT/);
  }));

  test('fields that are empty, or said by the ticket, wait behind "show all"', () => site.open('/', async (page) => {
    const { system, ticket_id: id } = await any();
    await page.goto(`${site.server.url}/tickets/${system}/${id}`);
    await settle(page);
    const facts = page.getByRole('region', { name: 'Facts: Sla target' });
    const names = async () => (await facts.locator('details').first().locator('dt').evaluateAll((all) => all.map((dt) => dt.firstChild.textContent)));
    assert.deepEqual(await names(), ['Ticket id', 'Target id', 'Target', 'Paused', 'Fulfilled', 'Met', 'Changes']);
    assert.deepEqual(await facts.locator('details').evaluateAll((all) => all.map((d) => d.open)), [true, false]);
    await facts.getByRole('button', { name: 'Show all 9 fields' }).click();
    assert.equal((await names()).length, 9);
    assert.equal(plain(await facts.locator('dd').nth(7).innerText()), '–');
    await check(page, 'a ticket with all fields');
    await facts.getByRole('button', { name: 'Show fewer' }).click();
    assert.equal((await names()).length, 7);
  }));

  for (const [name, viewport] of [['desk', { width: 1_440, height: 500 }], ['phone', phone]]) {
    test(`the list it came from stays one click away: ${name}`, () => site.open('/tickets?channel=Email&kpi=csat_t2b', async (page) => {
      await page.locator('tbody th a').first().click();
      await settle(page);
      await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
      const back = page.locator('#title .up').last();
      assert.match(await back.innerText(), /Rows behind Customer satisfaction/);
      const box = await back.boundingBox();
      assert.ok(box.y >= 0 && box.y + box.height <= viewport.height && box.width > 8, JSON.stringify(box));
      await back.click();
      await settle(page);
      assert.equal(await address(page), '/tickets?channel=Email&kpi=csat_t2b');
    }, { viewport }));
  }

  test('named by a system that it is not of, it is found in its own', () => site.open('/', async (page) => {
    const { system, ticket_id: id } = await any();
    await page.goto(`${site.server.url}/tickets/surveys/${id}`);
    await page.locator('.clocks tbody tr').first().waitFor();
    assert.equal(await address(page), `/tickets/${system}/${id}`);
    // Two systems with one id: the choice is the reader's.
    await page.route('**/api/tickets?id=*', async (route) => {
      const body = await (await route.fetch()).json();
      await route.fulfill({ json: { ...body, tickets: [...body.tickets, { ...body.tickets[0], system: 'old-desk' }] } });
    });
    await page.goto(`${site.server.url}/tickets/surveys/${id}`);
    await page.getByText('but in these systems there is').waitFor();
    assert.equal(await page.locator('main').getByRole('link').count(), 2);
  }, { expected: [/404/] }));

  test('the palette finds it by its id', () => site.open('/', async (page) => {
    const { system, ticket_id: id } = await any();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: /^Search/ }).fill(id);
    await page.getByRole('option', { name: id }).waitFor();
    await page.keyboard.press('Enter');
    await settle(page);
    assert.equal(await address(page), `/tickets/${system}/${id}`);
    assert.deepEqual(await page.locator('#title .up').allInnerTexts(), ['Scorecard']);
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: /^Search/ }).fill('99999999');
    await page.getByText('Nothing is called “99999999”, and no ticket has this id.').waitFor();
  }));
});

describe('errors and empty states', () => {
  test('a figure made of others leads to theirs', () => site.open('/tickets?kpi=nps', async (page) => {
    assert.match(plain(await page.locator('main').innerText()), /Net promoter score is made of other figures and has no rows of its own/);
    await page.locator('main').getByRole('link', { name: 'Customer satisfaction' }).click();
    await settle(page);
    assert.equal(await address(page), '/tickets?kpi=csat_t2b');
  }, {
    expected: [/400/],
    intercept: (page) => page.route('**/nps/rows*', (route) => route.fulfill({
      status: 400, json: { error: { code: 'derived_metric', message: '`nps` is made of other figures and has no rows of its own', help: null, problems: [], instead: [{ name: 'a', metric: 'csat_t2b', variant: null, parameters: {} }] } },
    })),
  }));

  test('no figure, an unknown one, nothing counted', () => site.open('/tickets', async (page) => {
    assert.match(plain(await page.locator('main').innerText()), /No figure is chosen/);
    await page.goto(`${site.server.url}/tickets?kpi=none_such`);
    await settle(page);
    assert.match(plain(await page.getByRole('alert').innerText()), /The list of rows could not be loaded: no metric is called "none_such"/);
    await page.goto(`${site.server.url}/tickets?channel=Email&kpi=service_level`);
    await settle(page);
    assert.match(plain(await page.locator('.list').innerText()), /No rows.*Nothing was counted in this period under these filters/);
    await page.getByRole('button', { name: 'Last 90 days' }).waitFor();
  }, { expected: [/404/] }));

  test('the next rows may fail, and can be asked for again', () => {
    let broken = true;
    return site.open('/tickets?kpi=csat_t2b', async (page) => {
      await page.getByRole('button', { name: 'Show 50 more' }).click();
      const alert = page.getByRole('alert');
      assert.match(plain(await alert.innerText()), /The next rows could not be loaded/);
      broken = false;
      await alert.getByRole('button', { name: 'Retry' }).click();
      await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 100);
    }, { expected: [/500/], intercept: (page) => page.route('**/rows*after=*', (route) => (broken ? route.fulfill({ status: 500, json: { error: { code: 'internal', message: 'a segment could not be read' } } }) : route.continue())) });
  });
});
