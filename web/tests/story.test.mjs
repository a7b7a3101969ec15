// What a KPI's page says beyond its figure: why it matters, its targets so far, yardsticks, what is done about it,
// comments, and the figure as it was defined on another day.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { address, check, phone, plain, settle, start } from './browser.mjs';

const site = start();
const ask = async (path) => (await fetch(site.server.url + path)).json();
const section = (page, name) => page.getByRole('region', { name, exact: true });
const said = async (page, name) => plain(await section(page, name).innerText());

test('why it matters, in words, with its place on the map', () => site.open('/kpis/csat_t2b', async (page) => {
  assert.match(await said(page, 'Why this matters'), /^Why this matters Customer satisfaction tells whether “First-contact authority and knowledge” is there: What customers say.*We compete on customer experience \(70 %\) and cost \(30 %\)/);
  await section(page, 'Why this matters').getByRole('link', { name: 'On the strategy map' }).click();
  await settle(page);
  assert.equal(await address(page), '/strategy/kpi~csat_t2b');
}));

test('a metric that drives KPIs says which; one on no box says so', async () => {
  await site.open('/kpis/unresolved_backlog', async (page) => assert.match(await said(page, 'Why this matters'), /Open backlog tells whether “Work that keeps flowing” is there.*Also as Open backlog, under Service level Also as Open backlog, under First response time/));
  await site.open('/kpis/net_revenue_retention', async (page) => assert.match(await said(page, 'Why this matters'), /is on no box of “Company scorecard”/));
});

test('targets so far, the last one in force', () => site.open('/kpis/csat_t2b', async (page) => {
  const targets = section(page, 'Target history').getByRole('listitem');
  assert.deepEqual((await targets.allInnerTexts()).map(plain), [
    '≥ 90.0 % in force since 6 Jul 2026, by Ada Okafor the first half year went better than planned baseline 82.0 % · stretch 94.0 % · by 31 Dec 2026 · answered for by Head of customer service',
    '≥ 86.0 % since 12 Jan 2026, by Ada Okafor first target of our own, after half a year of data baseline 80.0 % · answered for by Head of customer service',
  ]);
  // The target that is in force is the one that the figure is held against.
  assert.match(plain(await page.locator('.headline .rows').innerText()), /Target ≥ 90\.0 % by 31 Dec 2026 Tolerance 3\.0 pp Baseline 82\.0 % Stretch 94\.0 %/);
}));

test('own yardsticks first, others with what they count, old ones only on request', () => site.open('/kpis/csat_t2b', async (page) => {
  const others = section(page, 'Yardsticks').locator('.others > li');
  assert.match(await said(page, 'Yardsticks'), /Nov 2025 – Oct 2026 85\.9 % 95 % CI 85\.5–86\.3 %, n 30,112.*Own best team, 91 days 88\.9 % Harbour.*Teams with the same mix of work Harbour 88\.9 %, Meadow 87\.2 %/);
  assert.deepEqual((await others.allInnerTexts()).map(plain), [
    '84.0 % mean, retail, Europe, 2025, n 412 Counts what this metric counts Reliability A: the publisher itself, with its method. Service survey of the retail association. asked by telephone',
    '75.0–88.0 % median, all industries, world, 2024, n not said Counts otherwise: a scale of ten, answers of 9 and 10 Reliability C: customers of one vendor, old or derived. Handbook of a vendor',
  ]);
  await section(page, 'Yardsticks').getByRole('button', { name: 'Show 2 older than three years' }).click();
  await others.nth(2).waitFor();
  assert.equal(await address(page), '/kpis/csat_t2b?old=1');
  assert.match(plain(await others.nth(2).innerText()), /^78\.0 % median, all industries, world, 2019 \(a guess\).*not to be relied on/);
  // One that matches a variant does not match what is shown, until that variant is.
  const boxed = () => others.nth(3).innerText().then(plain);
  assert.match(await boxed(), /^68\.0 % very satisfied, telecom, phone, North America, 2022, n not said Counts what the variant “top box” counts, not the metric as it is shown Reliability/);
  await page.getByRole('combobox', { name: 'Variant' }).selectOption('top_box');
  await settle(page);
  assert.match(await boxed(), /Counts what the variant “top box” counts, which is shown/);
  assert.match(plain(await others.first().innerText()), /Counts what this metric counts by default, not the variant “top box” that is shown/);
  await page.getByRole('combobox', { name: 'Variant' }).selectOption('');
  await settle(page);
  await section(page, 'Yardsticks').getByRole('button', { name: 'Hide old ones' }).click();
  assert.equal(await address(page), '/kpis/csat_t2b');
}));

test('initiatives and decisions, numbered as they are pinned on the chart', () => site.open('/kpis/csat_t2b?range=last-90d', async (page) => {
  const listed = section(page, 'Initiatives and decisions').locator('ol > li');
  assert.deepEqual((await listed.allInnerTexts()).map((text) => plain(text).slice(0, 34)), ['1 Chat-first routing running If ur', '2 Knowledge base relaunch done If ', '3 We chose to ask a day later, bec']);
  assert.match(plain(await listed.first().innerText()), /expected \+2\.0 pp · Jan de Vries · costs EUR 18,000 · Harbour, Live chat ✓ Half of the teams, done 13 Oct 2026 ○ All teams, due 30 Nov 2026$/);
  // Each stands above its day: as far along the axis as its day is in the period.
  const [{ rows }] = await ask('/api/kpis/csat_t2b/answers?range=last-90d');
  const day = (text) => Date.parse(`${text}T12:00:00Z`);
  const [first, last] = [day(rows[0].from), day(rows.at(-1).from)];
  const chart = page.getByRole('application');
  const grid = await chart.locator('path.grid').first().evaluate((path) => { const box = path.getBBox(); return [box.x, box.x + box.width]; });
  const heads = await chart.locator('circle.pin').evaluateAll((circles) => circles.map((c) => c.cx.baseVal.value));
  ['2026-09-28', '2026-10-12', '2026-10-19'].forEach((on, i) => {
    const at = grid[0] + ((Date.parse(`${on}T00:00:00Z`) - first) / (last - first)) * (grid[1] - grid[0]);
    assert.ok(Math.abs(heads[i] - at) < 2, `${on}: ${heads[i]} and ${at}`);
  });
  assert.deepEqual((await page.getByRole('list', { name: 'Pinned on the chart' }).getByRole('listitem').allInnerTexts()).map((text) => plain(text).slice(0, 25)), ['1 Chat-first routing, 28 S', '2 Knowledge base relaunch,', '3 We chose to ask a day la'].map((text) => text.slice(0, 25)));
  assert.match(await chart.getAttribute('aria-label'), /Pinned: 1 Chat-first routing, 28 Sep 2026; 2 Knowledge base relaunch, 12 Oct 2026; 3 We chose/);
}));

test('the objective that an initiative or a decision serves is said, and leads to its box on the map', async () => {
  await site.open('/kpis/csat_t2b', async (page) => {
    const listed = section(page, 'Initiatives and decisions').locator('ol > li');
    assert.match(plain(await listed.first().innerText()), /serves “Nobody waits for an answer”/);
    const decision = listed.filter({ hasText: 'to ask a day later' });
    assert.match(plain(await decision.innerText()), /rate the waiting\. serves “Customers get it solved once, easily” decided 19 Oct 2026 by Steering group$/);
    await decision.getByRole('link').focus();
    await page.keyboard.press('Enter');
    await settle(page);
    assert.equal(await address(page), '/strategy/objective~solved_once');
    assert.match(plain(await page.getByRole('region', { name: 'The way to the goal' }).innerText()), /^From Customers get it solved once, easily to the goal/);
  });
  await site.open('/', async (page) => {
    const pinned = page.getByRole('list', { name: 'Pinned on the chart' }).getByRole('listitem');
    assert.deepEqual((await pinned.allInnerTexts()).map(plain), ['2 Knowledge base relaunch, 12 Oct 2026, serves “Customers get it solved once, easily”', '3 We chose to ask a day later, because answers given at once rate the waiting, 19 Oct 2026, serves “Customers get it solved once, easily”']);
    await pinned.first().getByRole('link').click();
    await settle(page);
    assert.equal(await address(page), '/strategy/objective~solved_once');
  });
  await site.open('/kpis/first_response_time', async (page) => assert.doesNotMatch(await said(page, 'Initiatives and decisions'), /serves/));
});

test('an objective whose map cannot be had is left out, and nothing else', () => site.open('/kpis/csat_t2b', async (page) => {
  assert.match(await said(page, 'Initiatives and decisions'), /We chose to ask a day later/);
  assert.doesNotMatch(await said(page, 'Initiatives and decisions'), /serves/);
}, { expected: [/404/], intercept: (page) => page.route('**/api/strategy*', (route) => route.fulfill({ status: 404, json: { error: { code: 'not_found', message: 'there is no card', help: null, problems: [], instead: [] } } })) }));

test('the scorecard’s chart has them as well', () => site.open('/', async (page) => {
  await page.locator('.detail circle.pin').first().waitFor();
  assert.equal(await page.locator('.detail circle.pin').count(), 2, 'those of the month');
}));

test('a comment is sent from the page and stands there', () => site.open('/kpis/csat_t2b', async (page) => {
  assert.match(await said(page, 'Comments'), /customers of the night shift often rate the delivery, not us Mira Lindqvist, 20 Oct 2026/);
  const form = page.getByRole('form', { name: 'Comment' });
  await form.getByRole('button', { name: 'Comment' }).click();
  assert.match(plain(await form.getByRole('alert').innerText()), /Your name is needed/);
  await form.getByRole('textbox', { name: 'Your name' }).fill('Jörg Ærø');
  await form.getByRole('textbox', { name: 'Comment' }).fill('the survey of November went out twice');
  await form.getByRole('button', { name: 'Comment' }).click();
  await section(page, 'Comments').getByText('the survey of November went out twice').waitFor();
  assert.equal(await form.getByRole('textbox', { name: 'Comment' }).inputValue(), '', 'the field is free for the next one');
  const { log } = await ask('/api/reviews?subject=metric:csat_t2b');
  assert.deepEqual([log[0].actor, log[0].kind, log[0].text], ['Jörg Ærø', 'comment', 'commented: the survey of November went out twice']);
  // Who looks at a definition from now on is told to the server.
  const [request] = await Promise.all([page.waitForRequest(/\/api\/kpis\/nps$/), page.goto(`${site.server.url}/kpis/nps`)]);
  assert.equal(decodeURIComponent(request.headers()['crosscheck-name']), 'Jörg Ærø');
}));

test('as it was defined on another day: figure, trend and breakdown, in the address', () => site.open('/kpis/csat_t2b', async (page) => {
  const today = plain(await page.locator('.headline .value').innerText());
  await page.getByLabel('As defined on').fill('2025-06-01');
  await page.getByLabel('As defined on').blur();
  await page.waitForURL('**asof=2025-06-01*');
  await settle(page);
  assert.equal(await address(page), '/kpis/csat_t2b?asof=2025-06-01');
  const [{ rows: [row], version }] = await ask('/api/kpis/csat_t2b/answers?range=last-month&grain=total&as_defined_on=2025-06-01');
  assert.equal(version, 0);
  const then = plain(await page.locator('.headline .value').innerText());
  assert.equal(then, `${row.value.toFixed(1)} %`);
  assert.notEqual(then, today);
  assert.equal(plain(await page.locator('tfoot .value').innerText()), then);
  assert.match(plain(await page.locator('.asof').innerText()), /in force on 1 Jun 2025, version 0; the text below is today’s/);
  // Rows are counted by today's definition: they are not offered behind another one's figure.
  assert.equal(await page.getByRole('link', { name: /tickets/ }).count(), 0);
  await page.getByRole('button', { name: 'Today’s definition' }).click();
  await settle(page);
  assert.equal(await address(page), '/kpis/csat_t2b');
  assert.equal(plain(await page.locator('.headline .value').innerText()), today);
}));

test('a day of which no definition is known is said', () => site.open('/kpis/csat_t2b?asof=2020-01-01', async (page) => {
  assert.match(plain(await page.locator('.headline').innerText()), /is not known on 2020-01-01.*it is kept since 2025-01-01/);
}, { expected: [/400/] }));

test('nothing is said about it yet; on a phone', () => site.open('/kpis/poor_answers', async (page) => {
  assert.match(await said(page, 'Initiatives and decisions'), /None is about this metric/);
  assert.match(await said(page, 'Yardsticks'), /No teams to compare: no ticket has a team\. Nothing published about it is known/);
  assert.match(await said(page, 'Target history'), /none has been changed or signed in the journal/);
  assert.match(await said(page, 'Comments'), /Nobody has said anything yet/);
  await check(page, 'quiet KPI');
}, { viewport: phone }));
