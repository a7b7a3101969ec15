// Reviews: what is due, the forms that record what was done, and what is said where it cannot be.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { address, check, phone, plain, settle, start } from './browser.mjs';

const site = start();
const ask = async (path) => (await fetch(site.server.url + path)).json();
const section = (page, name) => page.getByRole('region', { name, exact: true });
const form = (page) => page.getByRole('form', { name: 'Review' });

/** Opens the form of an entry, fills it in and sends it. */
async function review(page, entry, verb, { name, said } = {}) {
  await page.getByRole('button', { name: `Review ${entry}`, exact: true }).click();
  await form(page).getByRole('radio', { name: verb }).check({ force: true });
  if (name !== undefined) await form(page).getByRole('textbox', { name: 'Your name' }).fill(name);
  if (said !== undefined) await form(page).getByRole('textbox', { name: /^(Why|Comment|What is told)/ }).fill(said);
  await form(page).locator('button[type=submit]').click();
}

test('what is due, the longest due first, with where it is looked at', () => site.open('/reviews', async (page) => {
  const due = section(page, 'Due').getByRole('listitem');
  assert.deepEqual((await due.allInnerTexts()).map((text) => plain(text)), [
    'Open backlog KPI on Company scorecard Figure and target · weekly · last 2 Nov 2026 12 days overdue Review',
    'Customer satisfaction KPI on Company scorecard Figure and target · monthly · last 5 Oct 2026 16 days overdue Review',
    'Net revenue retention definition Not looked at for 90 days · yearly · last 12 Aug 2026 11 days overdue Review',
    'Customer satisfaction definition What it means · yearly · never reviewed due 21 Nov 2026 Review',
    'Company scorecard card What it means · yearly · last 1 Dec 2025 due 1 Dec 2026 Review',
  ]);
  await due.nth(1).getByRole('link', { name: 'Customer satisfaction' }).click();
  await settle(page);
  assert.equal(await address(page), '/?kpi=csat_t2b');
  await page.goBack();
  await settle(page);
  await due.nth(2).getByRole('link').click();
  await settle(page);
  assert.equal(await address(page), '/kpis/net_revenue_retention');
}));

test('confirmed, it is no longer due, and stands in the log with its reason; the name is typed once', () => site.open('/reviews', async (page) => {
  await review(page, 'Open backlog', 'Confirm', { name: 'Mira  Lindqvist', said: 'seasonal, the target stays' });
  await page.locator('#recorded').waitFor();
  assert.match(plain(await page.locator('#recorded').innerText()), /^Recorded as number \d+: Open backlog, confirmed: seasonal, the target stays$/);
  assert.equal(await page.evaluate(() => document.activeElement.id), 'recorded', 'the reader is told');
  await settle(page);
  assert.equal(await section(page, 'Due').getByText('Open backlog').count(), 0);
  assert.match(plain(await section(page, 'What was done').getByRole('listitem').first().innerText()), /^\d+ 21 Nov 2026, 10:00 Mira Lindqvist confirmed: seasonal, the target stays Open backlog, KPI on Company scorecard$/);
  const { log } = await ask('/api/reviews');
  assert.deepEqual([log[0].actor, log[0].kind, log[0].subject], ['Mira Lindqvist', 'confirm', 'kpi:company/unresolved_backlog']);
  await page.reload();
  await settle(page);
  await page.getByRole('button', { name: 'Review Company scorecard', exact: true }).click();
  assert.equal(await form(page).getByRole('textbox', { name: 'Your name' }).inputValue(), 'Mira  Lindqvist');
}));

test('what is missing is said at the form, and nothing is sent', () => {
  const sent = [];
  return site.open('/reviews', async (page) => {
    await review(page, 'Net promoter score, KPI on Company scorecard', 'Retire');
    assert.match(plain(await form(page).getByRole('alert').innerText()), /Your name is needed/);
    assert.equal(await page.evaluate(() => document.activeElement.name), 'name');
    await form(page).getByRole('textbox', { name: 'Your name' }).fill('Ada Okafor');
    await page.keyboard.press('Enter');
    assert.match(plain(await form(page).getByRole('alert').innerText()), /A reason is needed/);
    assert.equal(await page.evaluate(() => document.activeElement.name), 'said');
    await check(page, 'form with a fault');
    assert.deepEqual(sent, []);
    await form(page).getByRole('button', { name: 'Cancel' }).click();
    assert.equal(await page.evaluate(() => document.activeElement.dataset.opens), 'item-kpi:company/nps', 'the focus goes back');
  }, { intercept: async (page) => page.on('request', (request) => request.method() === 'POST' && sent.push(request.url())) });
});

test('a second person is another name', () => site.open('/reviews', async (page) => {
  const entry = 'Net promoter score, KPI on Company scorecard';
  const row = section(page, 'Everything that is reviewed').getByRole('listitem').filter({ hasText: 'Net promoter score KPI' });
  await page.getByRole('button', { name: `Review ${entry}` }).click();
  await form(page).getByRole('radio', { name: 'Approve' }).check({ force: true });
  assert.match(plain(await form(page).innerText()), /It takes two people: the second one is another name\./);
  await form(page).getByRole('button', { name: 'Cancel' }).click();
  await review(page, entry, 'Approve', { name: 'Ada Okafor' });
  await row.getByText('signed by Ada Okafor, waits for a second person').waitFor();
  await review(page, entry, 'Approve', { name: ' ada okafor' });
  const refused = form(page).getByRole('alert');
  await refused.waitFor();
  assert.equal(plain(await refused.innerText()), 'Not recorded: Ada Okafor has approved this text already: a second person is another name.');
  await form(page).getByRole('textbox', { name: 'Your name' }).fill('Jan de Vries');
  await form(page).getByRole('button', { name: 'Approve' }).click();
  await row.getByText('approved by Ada Okafor and Jan de Vries').waitFor();
}, { expected: [/409/] }));

test('comments, announcements and who has read them', () => site.open('/reviews', async (page) => {
  await review(page, 'First response time, definition', 'Announce', { name: 'Jan de Vries', said: 'replies by machines no longer stop the clock' });
  await page.locator('#recorded').waitFor();
  const told = section(page, 'Announcements').getByRole('listitem').filter({ hasText: 'replies by machines' });
  await told.waitFor();
  assert.match(plain(await told.innerText()), /^replies by machines no longer stop the clock First response time · Jan de Vries, .* acknowledged by nobody yet Acknowledge$/);
  await told.getByRole('button', { name: /^Acknowledge/ }).click();
  const own = page.getByRole('form', { name: 'Acknowledge' });
  await own.getByRole('textbox', { name: 'Your name' }).fill('Mira Lindqvist');
  await own.getByRole('button', { name: 'Acknowledge' }).click();
  await told.getByText('acknowledged by Mira Lindqvist').waitFor();
  await told.getByRole('button', { name: /^Acknowledge/ }).click();
  await own.getByRole('button', { name: 'Acknowledge' }).click();
  assert.match(plain(await own.getByRole('alert').innerText()), /Mira Lindqvist has acknowledged announcement \d+ already\./);
  await review(page, 'Full resolution time, definition', 'Comment', { said: 'tickets that wait for the customer should not count' });
  await section(page, 'Everything that is reviewed').getByText('1 comment').nth(1).waitFor();
}, { expected: [/409/] }));

test('by keyboard alone, with an open form on a phone', () => site.open('/', async (page) => {
  await page.keyboard.press('g');
  await page.keyboard.press('r');
  await page.waitForURL('**/reviews');
  await settle(page);
  await section(page, 'Announcements').getByRole('button').first().press('Enter');
  await page.getByRole('form', { name: 'Acknowledge' }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.name), 'name');
  // Letters typed into a field are not keys of the page.
  await page.keyboard.type('g sand');
  assert.equal(await address(page), '/reviews');
  await check(page, 'open form');
}, { viewport: phone }));

test('the server cannot be reached: it is said, and what was typed stays', () => site.open('/reviews', async (page) => {
  await review(page, 'Company scorecard', 'Confirm', { name: 'Ada Okafor', said: 'still what we want' });
  assert.match(plain(await form(page).getByRole('alert').innerText()), /Not recorded: the server cannot be reached/);
  assert.equal(await form(page).getByRole('textbox', { name: 'Why' }).inputValue(), 'still what we want');
}, { expected: [/ERR_/], intercept: (page) => page.route('**/api/reviews', (route) => (route.request().method() === 'POST' ? route.abort() : route.continue())) }));

test('who approves a card may sign what its metrics count, too', () => {
  const sent = [];
  return site.open('/reviews', async (page) => {
    const definitions = section(page, 'Everything that is reviewed').getByRole('listitem').filter({ hasText: 'definition' });
    await page.getByRole('button', { name: 'Review Customer satisfaction, definition', exact: true }).click();
    await form(page).getByRole('radio', { name: 'Approve' }).check({ force: true });
    assert.equal(await form(page).getByRole('checkbox').count(), 0, 'of a definition there is nothing more to sign');
    await form(page).getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Review Company scorecard, card', exact: true }).click();
    await form(page).getByRole('radio', { name: 'Approve' }).check({ force: true });
    const whole = form(page).getByRole('checkbox', { name: 'The definitions of its metrics, too, each for itself' });
    assert.equal(await whole.isChecked(), false);
    await whole.check();
    await check(page, 'form that signs definitions');
    await form(page).getByRole('textbox', { name: 'Your name' }).fill('Ada Okafor');
    await form(page).locator('button[type=submit]').click();
    await page.locator('#recorded').waitFor();
    await settle(page);
    assert.deepEqual(sent.map(({ kind, subject, with_definitions }) => [kind, subject, with_definitions]), [['approve', 'card:company', true]]);
    assert.ok((await definitions.filter({ hasText: 'approved by Ada Okafor' }).count()) > 0);
  }, { intercept: async (page) => page.on('request', (request) => request.method() === 'POST' && sent.push(request.postDataJSON())) });
});

test('nothing is due, nothing was done', () => site.open('/reviews', async (page) => {
  const said = plain(await page.locator('main').innerText());
  assert.match(said, /Nothing is due: every KPI.*Nothing has been announced yet.*Nothing has been recorded yet/);
}, { intercept: (page) => page.route('**/api/reviews', (route) => route.fulfill({ json: { due: [], items: [], log: [], announcements: [] } })) }));

const MANY = 24;
/** As many definitions more, due on the day and never approved. */
const many = (page) => page.route(/\/api\/reviews$/, async (route) => {
  if (route.request().method() !== 'GET') return route.continue();
  const response = await route.fetch();
  const given = await response.json();
  const made = Array.from({ length: MANY }, (_, i) => ({ subject: `metric:made_${i}`, name: `Made ${i}` }));
  const due = made.map((one) => ({ ...one, kind: 'definition', cadence: 'yearly', last: null, due: '2026-11-21', overdue_days: 0 }));
  const items = made.map((one) => ({ ...given.items[0], ...one, approval: { status: 'template default', by: null, on: null, waits_for_second: null }, retired_by: null }));
  return route.fulfill({ response, json: { ...given, due: [...given.due.filter((one) => one.overdue_days > 0), ...due], items: [...given.items, ...items] } });
});

const overdue = async (page) => page.route('**/api/reviews', async (route) => {
  const response = await route.fetch();
  const given = await response.json();
  const [first] = given.due;
  const due = Array.from({ length: 24 }, (_, i) => ({ ...first, subject: i < 20 ? `kpi:company/late_${i}` : `metric:late_${i}`, name: `Late ${i}`, overdue_days: 24 - i }));
  return route.fulfill({ response, json: { ...given, due } });
});
test('much that is overdue is folded by card, with the longest of each', () => site.open('/reviews', async (page) => {
  const due = section(page, 'Due');
  assert.deepEqual((await due.locator('summary').allInnerTexts()).map(plain), ['Company scorecard 20 overdue, the longest 24 days', 'Definitions 4 overdue, the longest 4 days']);
  assert.equal(await due.locator('li:visible').count(), 0);
  await due.locator('summary').first().click();
  assert.equal(await due.getByRole('list', { name: 'Overdue: Company scorecard' }).getByRole('listitem').count(), 20);
  // On paper there is nothing to press, and what was told comes first on a phone.
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.locator('main button:visible').count(), 0);
  await page.emulateMedia({ media: null });
  await page.setViewportSize({ width: 390, height: 844 });
  const top = (name) => section(page, name).evaluate((panel) => panel.getBoundingClientRect().top);
  assert.ok(await top('Announcements') < await top('Due'));
}, { intercept: overdue }));

test('a long list is folded by card, what is overdue stays open, and the keyboard opens the rest', () => site.open('/reviews', async (page) => {
  const due = section(page, 'Due');
  const late = (await ask('/api/reviews')).due.filter((one) => one.overdue_days > 0);
  assert.deepEqual((await due.locator('li:visible .tag').allInnerTexts()).map(plain), late.map((one) => `${one.overdue_days} days overdue`));
  assert.ok(late.length > 0);
  const rest = due.locator('summary').filter({ hasText: 'Definitions' });
  assert.equal(plain(await rest.innerText()), `Definitions ${MANY} due on 21 Nov 2026`);
  await rest.focus();
  await page.keyboard.press('Enter');
  assert.equal(await due.getByRole('list', { name: 'Due: Definitions' }).getByRole('listitem').count(), MANY);
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Made 0', 'into what was opened');
  const all = section(page, 'Everything that is reviewed').locator('summary');
  assert.ok((await all.allInnerTexts()).map(plain).some((text) => /^Company scorecard \d+, /.test(text)), 'by the card’s title');
  await check(page, 'folded');
}, { intercept: many }));
