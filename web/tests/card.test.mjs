// The scorecard's total, gates, cards of departments and teams, and what is said about each KPI.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { address, phone, plain, settle, start } from './browser.mjs';

const site = start();
const ask = async (path) => (await fetch(site.server.url + path)).json();
const number = (text) => Number(plain(text).replace('\u2212', '-').match(/-?[\d.]+/)[0]);
const texts = async (locator) => (await locator.allInnerTexts()).map((text) => plain(text).trim());

describe('headline and table reconcile', () => {
  for (const card of ['company', 'service', 'harbour', 'quarry']) {
    test(card, () => site.open(card === 'company' ? '/' : `/?card=${card}`, async (page) => {
      const { total, kpis, perspectives } = await ask(`/api/scorecard?range=last-month&compare=prev&card=${card}`);
      const headline = plain(await page.locator('.verdict .number').innerText());
      assert.equal(headline, total.score.toFixed(1));
      assert.equal(plain(await page.locator('.totals .total').innerText()), headline);
      // By hand: each score by its weight, over the weight that has a score.
      const scored = kpis.filter((k) => k.score !== null);
      const weight = scored.reduce((sum, k) => sum + k.weight, 0);
      const mean = scored.reduce((sum, k) => sum + k.score * k.weight, 0) / weight;
      assert.equal(plain(await page.locator('.totals .mean').innerText()), mean.toFixed(1));
      assert.ok(Math.abs(total.uncapped - mean) < 1e-9);
      assert.ok(Math.abs(total.score - Math.min(mean, ...total.caps.map((c) => c.at))) < 1e-9);
      // The points of the rows add up to it, but for what rounding to one digit moves them.
      const points = (await texts(page.locator('.totals tbody .points'))).filter((text) => text !== '–').map(number);
      assert.equal(points.length, scored.length);
      assert.ok(Math.abs(points.reduce((a, b) => a + b, 0) - mean) < 0.05 * points.length + 0.05);
      // Each row says what its card says, and the perspectives what the server says.
      for (const kpi of kpis) {
        const row = page.locator('.totals tbody tr', { has: page.getByRole('rowheader', { name: kpi.name, exact: true }) });
        const shown = page.locator(`a[data-kpi="${kpi.id}"]`);
        assert.equal(plain(await row.locator('.score').innerText()), kpi.score === null ? (kpi.value === null ? 'no figure' : 'no baseline') : kpi.score.toFixed(1), kpi.id);
        if (kpi.score !== null) assert.match(plain(await shown.innerText()), new RegExp(`score ${kpi.score.toFixed(1).replace('.', '\\.')}`));
        if (kpi.value !== null) assert.equal(plain(await row.locator('td').nth(1).innerText()).replaceAll(' ', ''), plain(await shown.locator('.value').innerText()).replaceAll(/\s/g, ''), kpi.id);
        assert.equal(plain(await row.locator('.badge').innerText()), plain(await shown.locator('.badge').innerText()), kpi.id);
      }
      assert.deepEqual(await texts(page.locator('.verdict .perspectives strong')), perspectives.map((p) => (p.score === null ? 'no score' : p.score.toFixed(1))));
    }));
  }
});

test('a red gate is named first, beside what the total would be without it', () => site.open('/', async (page) => {
  const verdict = page.getByRole('region', { name: 'Total score' });
  assert.match(plain(await verdict.innerText()), /^Total score\s+60\.0.*\s+capped at 60: Hardly any answer of 1 is red\s+97\.8 without the cap\s+restated: 57\.4 when the period was closed\s+Full resolution time 1 d 3 h then, 1 d 2 h now \(n 8,431 then, 8,452 now\)\s+Hardly any answer of 1: at most 25\.0 then, 15\.0 now; it held then, does not hold now\s+over 62 % of the weight: 4 of 8 KPIs have no score/);
  assert.deepEqual(await texts(verdict.getByRole('list', { name: 'Gates' }).getByRole('listitem')), ['Red gate: Hardly any answer of 1: 21.6 per 1,000, at most 15.0 allowed', 'Green gate: Most customers are asked: 88.4 %, at least 60.0 % wanted']);
  const places = await page.locator('.verdict, ul.cards').evaluateAll((parts) => parts.map((part) => part.getBoundingClientRect().top));
  assert.ok(places[0] < places[1], 'the total stands before the cards');
}));

for (const [name, change, said] of [
  ['a perspective under its floor', (s) => { s.total = { score: 60, uncapped: 71, scored_weight: 1, caps: [{ kind: 'floor', id: 'loyalty', name: 'Loyalty', at: 60 }] }; s.perspectives[2].score = 31; }, /capped at 60: Loyalty is below its floor.*31\.0\s+weight 18 %\s+under its floor of 40/s],
  ['a cap that does not lower the total', (s) => { s.total = { score: 34.6, uncapped: 34.6, scored_weight: 1, caps: [{ kind: 'floor', id: 'loyalty', name: 'Loyalty', at: 60 }] }; }, /^(?!.*capped)(?!.*without the cap).*34\.6.*Loyalty is below its floor/s],
  ['less than half of the weight has a score', (s) => { s.total = { score: null, uncapped: null, scored_weight: 0.35, caps: [] }; }, /Total score\s+none\s+.*no total: only 35 % of the weight has a score/s],
  ['a gate without a figure', (s) => { s.gates[1].status = 'unknown'; s.gates[1].sentence = 'Most customers are asked: no figure'; }, /Gate without a figure: Most customers are asked: no figure/],
]) {
  test(name, () => site.open('/', async (page) => assert.match(plain(await page.locator('.verdict').innerText()), said), {
    intercept: (page) => page.route('**/api/scorecard*', async (route) => {
      const body = await (await route.fetch()).json();
      change(body);
      await route.fulfill({ json: body });
    }),
  }));
}

test('each KPI says its role, whether it will make it, and what was restated', () => site.open('/', async (page) => {
  const said = async (id) => plain(await page.locator(`a[data-kpi=${id}] .foot`).innerText());
  assert.match(await said('csat_t2b'), /Primary\s*score 63\.3\s*Will not make it: chance 18 %, by 31 Dec 2026/);
  assert.match(await said('nps'), /Outcome\s*score 112\.6\s*Will make it: chance 87 %, by 31 Dec 2026/);
  assert.match(await said('service_level'), /Driver\s*score 120\.0\s*Unclear: chance 54 %, by 31 Dec 2026/);
  assert.match(await said('full_resolution_time'), /Restated: 1 d 3 h when closed on 3 Nov 2026/);
  assert.match(await said('unresolved_backlog'), /Counterbalance$/);
  assert.match(plain(await page.locator('.totals tbody tr').filter({ hasText: 'Open backlog' }).innerText()), /not projected: its target has no deadline/);
  assert.match(plain(await page.locator('.changes .restated').innerText()), /^Restated since the period was closed: Full resolution time 1 d 3 h then, .+ now\.$/);
  const approvals = await texts(page.locator('.totals tbody td:last-child .tag'));
  assert.deepEqual(approvals, ['approved by Ada Okafor', 'changed since approval', 'template default, not approved', 'approved by Ada Okafor', 'draft, not approved', 'template default, not approved', 'template default, not approved', 'template default, not approved']);
  assert.match(plain(await page.locator('.detail .title').innerText()), /approved by Ada Okafor.*Will not make it: chance 18 %, by 31 Dec 2026/s);
}));

test('what is not there is not capped', () => site.open('/', async (page) => {
  const verdict = plain(await page.getByRole('region', { name: 'Total score' }).innerText());
  assert.match(verdict, /^Total score\s+none\s+no total: only 40 % of the weight has a score/);
  assert.doesNotMatch(verdict, /capped/);
  assert.match(verdict, /Red gate: Hardly any answer of 1/);
  assert.match(plain(await page.locator('.totals tfoot tr').last().innerText()), /none\s+less than half of the weight has a score$/);
}, { intercept: (page) => page.route('**/api/scorecard*', async (route) => {
  const body = await (await route.fetch()).json();
  const caps = [...body.total.caps, { kind: 'floor', id: 'cost', name: 'Cost', at: 60 }];
  await route.fulfill({ json: { ...body, closed: null, total: { score: null, uncapped: null, scored_weight: 0.4, caps } } });
}) }));

test('the card’s approval and how its days were closed', () => site.open('/', async (page) => {
  assert.match(plain(await page.locator('.lead').innerText()), /1–31 Oct 2026 against 1–30 Sep 2026, closed on 3 Nov 2026 by Ada Okafor, restated since Card: template default, not approved/);
}));

test('a period that was closed again says what it was closed with before', () => site.open('/', async (page) => {
  assert.match(plain(await page.locator('.lead').innerText()), /, closed again on 3 Nov 2026 by Ada Okafor \(late answers\), restated since Card/);
  const verdict = page.getByRole('region', { name: 'Total score' });
  assert.match(plain(await verdict.innerText()), /First closed provisionally on 2 Nov 2026 by Bo Lind with a total of 58\.1; when it was closed again:\s+Full resolution time 1 d 2 h then, 1 d 3 h when closed again/);
}, { intercept: (page) => page.route('**/api/scorecard*', async (route) => {
  const body = await (await route.fetch()).json();
  const changed = [{ of: 'kpi', id: 'full_resolution_time', figure: true, sentence: 'Full resolution time 1 d 2 h then, 1 d 3 h when closed again (n 8,402 then, 8,431 when closed again)' }];
  const first = { on: '2026-11-02', by: 'Bo Lind', provisional: true, reason: null, total: 58.1, figures: [{ kpi: 'full_resolution_time', value: 95_400, n: 8_402 }], changed };
  await route.fulfill({ json: { ...body, closed: { ...body.closed, reason: 'late answers', earlier: [first] } } });
}) }));

test('a server that was not asked for the journal: what the card’s file says of itself', () => site.open('/', async (page) => {
  assert.match(plain(await page.locator('.lead').innerText()), /Card: draft, not approved/);
  assert.ok((await texts(page.locator('.totals tbody td:last-child .tag'))).every((text) => text === 'draft, not approved'));
}, { intercept: (page) => page.route('**/api/scorecard*', async (route) => {
  const body = await (await route.fetch()).json();
  await route.fulfill({ json: { ...body, status: 'draft', approval: null, closed: null, kpis: body.kpis.map((k) => ({ ...k, approval: null, restated: null })) } });
}) }));

test('which wins when, findings with their fix, and what is left out', () => site.open('/', async (page) => {
  assert.match(plain(await page.getByRole('region', { name: 'Which wins when' }).innerText()), /Customer satisfaction before Open backlog\s+unless the open backlog is off target for two months running/);
  const found = page.getByRole('region', { name: 'What a check of this card finds' }).getByRole('listitem');
  assert.equal(await found.count(), 3);
  assert.match(plain(await found.first().innerText()), /^Warning: Nothing on this card.*Fix: add enps/s);
  // names of KPIs, code as code, no back-tick
  const panel = page.getByRole('region', { name: 'What a check of this card finds' });
  assert.equal(plain(await found.nth(1).locator('p').first().innerText()), 'Warning: Relationship NPS has no baseline, so it has no score');
  await panel.getByRole('button', { name: 'All findings, those of its figures too' }).click();
  await panel.getByText('All 4 findings, those of its figures too.').waitFor();
  assert.equal(plain(await found.last().innerText()), 'Warning: Customer satisfaction is to move by 20; in a year it moved by no more than 4 Fix: as target = { value = 85, tolerance = 2 }');
  assert.equal(await found.last().locator('code').innerText(), 'as target = { value = 85, tolerance = 2 }');
  assert.equal(await page.getByText('`').count(), 0);
  assert.match(plain(await page.getByRole('region', { name: 'Left out for want of data' }).innerText()), /First contact resolution\s+needs contact and reopening records\s+Customer retention\s+needs subscription records/);
}));

test('from the company down to a team and up again, kept in the address', () => site.open('/?kpi=nps', async (page) => {
  const choice = page.getByRole('combobox', { name: 'Card' });
  assert.deepEqual(await choice.locator('optgroup').evaluateAll((groups) => groups.map((g) => [g.label, ...[...g.children].map((o) => o.textContent)])), [['Company', 'Company scorecard'], ['Departments', 'Customer service'], ['Teams', 'Harbour', 'Quarry']]);
  assert.match(plain(await page.locator('.switch').innerText()), /Ada Okafor answers for it/);
  await page.getByRole('link', { name: 'Customer service' }).click();
  await settle(page);
  assert.equal(await address(page), '/?card=service', 'the KPI was the other card’s');
  assert.equal(await page.locator('a[data-kpi]').count(), 5);
  await choice.selectOption('quarry');
  await settle(page);
  assert.equal(await address(page), '/?card=quarry');
  assert.match(plain(await page.locator('.switch').innerText()), /part of Customer service\s*counts team Quarry/);
  // All that stands below the card counts the team's tickets only, and so does what is behind it.
  assert.equal(plain(await page.locator('tfoot .value').first().innerText()), plain(await page.locator('a[data-kpi=csat_t2b] .value').innerText()));
  const { kpis } = await ask('/api/scorecard?range=last-month&compare=prev&card=quarry');
  const sizes = await page.locator('.breakdown tbody td.n').evaluateAll((cells) => cells.map((c) => Number(c.firstChild.textContent.replaceAll(',', ''))));
  assert.equal(sizes.reduce((a, b) => a + b, 0), kpis[0].n);
  await page.getByRole('link', { name: /: the survey answers$/ }).click();
  await settle(page);
  assert.equal(await address(page), '/tickets?kpi=csat_t2b&stat=share&team=Quarry');
  assert.match(plain(await page.locator('.list h2').innerText()), new RegExp(`of ${kpis[0].n.toLocaleString('en-GB')} rows`));
  await page.goBack();
  await settle(page);
  assert.equal(await choice.inputValue(), 'quarry');
  await page.getByRole('link', { name: 'Customer service' }).click();
  await settle(page);
  await page.getByRole('link', { name: 'Company scorecard' }).click();
  await settle(page);
  assert.equal(await address(page), '/');
}));

test('a card that there is not is left out of the address, which is said', () => site.open('/?card=nowhere', async (page) => {
  await page.waitForFunction(() => !window.location.search.includes('card'));
  await settle(page);
  assert.equal(await address(page), '/');
  assert.match(plain(await page.locator('main > .notice').innerText()), /no use for it: card=nowhere/);
}, { expected: [/404/] }));

test('what is found alike of several KPIs is told once, its day is written as days are, and it leads to the reviews', () => site.open('/', async (page) => {
  const found = page.getByRole('region', { name: 'What a check of this card finds' }).getByRole('listitem');
  assert.deepEqual((await found.allInnerTexts()).map(plain), ['Warning: The review of Customer satisfaction was due on 7 Nov 2026; the same of Service level and First response, slowest tenth Fix: review it with crosscheck review confirm, or retire it · Reviews']);
  await found.getByRole('link', { name: 'Reviews' }).click();
  await settle(page);
  assert.equal(await address(page), '/reviews');
}, { intercept: (page) => page.route(/api\/scorecard\?/, async (route) => {
  const card = await (await route.fetch()).json();
  const [one] = card.findings;
  const findings = ['csat_t2b', 'service_level', 'first_response_p90'].map((kpi) => ({ ...one, rule: 'L11', severity: 'warning', kpi, message: `the review of \`${kpi}\` was due on 2026-11-07`, fix: 'review it with `crosscheck review confirm`, or retire it' }));
  await route.fulfill({ json: { ...card, findings } });
}) }));

test('KPIs without a figure are counted by what is said of them', () => site.open('/', async (page) => {
  const counts = (await page.getByRole('list', { name: 'Status of the KPIs' }).getByRole('listitem').allInnerTexts()).map(plain);
  assert.deepEqual(counts.filter((text) => /few|settling|data/i.test(text)), ['Too few 1', 'Still settling 2']);
}, { intercept: (page) => page.route(/api\/scorecard\?/, async (route) => {
  const card = await (await route.fetch()).json();
  const none = { value: null, low: null, high: null, status: 'no_data', change: null, score: null };
  const young = { ...none, n: 0, quality: 'no_data', reason: '975 rows are too young to be judged' };
  const kpis = card.kpis.map((k, i) => (i === 0 ? { ...k, ...none, n: 7, quality: 'suppressed' } : i < 3 ? { ...k, ...young } : k));
  const status = (name) => kpis.filter((k) => k.status === name).length;
  await route.fulfill({ json: { ...card, kpis, counts: Object.fromEntries(Object.keys(card.counts).map((name) => [name, status(name)])) } });
}) }));

test('the card of the company has a report for managers too', () => site.open('/', async (page) => {
  await page.getByRole('button', { name: 'Reports' }).click();
  const hrefs = await page.getByRole('menu', { name: 'Reports and manual' }).getByRole('menuitem').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  assert.deepEqual(hrefs.filter((href) => href.includes('kind=manager')), ['/api/report?kind=manager&card=company&period=last-month&format=pdf']);
}));

test('reports and manual are files to download, for the level of the card', () => site.open('/?card=quarry&range=last-quarter', async (page) => {
  await page.getByRole('button', { name: 'Reports' }).press('Enter');
  const items = page.getByRole('menu', { name: 'Reports and manual' }).getByRole('menuitem');
  await items.first().waitFor();
  assert.deepEqual(await items.evaluateAll((links) => links.map((a) => [a.getAttribute('href'), a.hasAttribute('download')])), [
    ...['pdf', 'html', 'xlsx', 'md', 'csv'].map((format) => [`/api/report?kind=team&card=quarry&period=last-quarter&format=${format}`, format !== 'html']),
    ...['pdf', 'html', 'md'].map((format) => [`/api/manual?format=${format}`, format !== 'html']),
  ]);
  await page.keyboard.press('ArrowDown');
  assert.match(await page.evaluate(() => document.activeElement.textContent), /^Report as web page/);
}));

test('on a phone the total comes before the cards, and its table is a list', () => site.open('/', async (page) => {
  const [verdict, cards] = await page.locator('.verdict, ul.cards').evaluateAll((parts) => parts.map((part) => part.getBoundingClientRect().top));
  assert.ok(verdict < cards);
  assert.equal(await page.locator('.totals tbody tr').first().evaluate((row) => getComputedStyle(row).display), 'grid');
  assert.equal(await page.getByRole('table', { name: 'How the total is made' }).getByRole('row').count(), 11);
}, { viewport: phone }));
