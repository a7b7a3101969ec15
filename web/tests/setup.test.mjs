// Setting a card up: what is asked, the proposal, and writing it.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';
import { address, check, phone, plain, settle, start } from './browser.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const toml = (await runnerImport(`${root}src/lib/toml.ts`, { root, configFile: false, logLevel: 'error' })).module;
const site = start();
const proposal = (page) => page.getByRole('region', { name: 'Proposed card' });
const mix = async (page, shares) => {
  for (const [name, parts] of Object.entries(shares)) await page.getByRole('slider', { name }).fill(String(parts));
};

describe('the proposed file is read as far as it is shown', () => {
  const read = toml.tables(['# a = "comment"', 'title = "Say \\"yes\\""', '', '[[kpi]] # first', "name = 'It\"s'", 'weight = 0.25', 'operational = ["a, b", "c"]', 'target = { value = 3 }', '[[kpi]]', 'weight = 1_000', '# name = "no"'].join('\n'));
  test('what stands before the first table', () => assert.deepEqual(read.get(''), [{ title: 'Say "yes"' }]));
  test('tables in order, with texts, numbers and lists', () => assert.deepEqual(read.get('kpi'), [{ name: 'It"s', weight: 0.25, operational: ['a, b', 'c'] }, { weight: 1000 }]));
});

test('a mix is sent as shares of 1, and the proposal shows objectives, factors, KPIs and what is left out', () => {
  const sent = [];
  return site.open('/setup', async (page) => {
    assert.equal(await page.getByRole('button', { name: 'Propose a card' }).isDisabled(), true);
    await mix(page, { 'Win on customer experience': 7, 'Operational excellence and cost': 3 });
    assert.deepEqual((await page.locator('output').allInnerTexts()).map(plain), ['7 parts = 70 %', '3 parts = 30 %', 'no part', 'no part', 'no part']);
    await page.getByRole('combobox', { name: 'Industry' }).selectOption('saas');
    await page.getByRole('checkbox', { name: 'email' }).check();
    await page.getByRole('checkbox', { name: 'cost' }).uncheck();
    await page.getByRole('button', { name: 'Propose a card' }).click();
    await proposal(page).waitFor();
    assert.deepEqual(sent, [{ competes_on: { customer_experience: 0.7, cost: 0.3 }, industry: 'saas', channels: ['email'], kinds: ['ticket', 'contact', 'survey_answer'], write: false, actor: null, reason: null, freeing: false }]);
    assert.deepEqual((await proposal(page).getByRole('list', { name: 'Objectives' }).locator('> li').allInnerTexts()).map(plain), [
      'Customers get it solved once, easily First-contact authority and knowledge Customer satisfaction Primary, 33 % driven by Survey response rate, First response time Full resolution time Primary, 33 % Right staffing at peaks First response time Driver, 33 % driven by Open backlog',
      'Good service stays "affordable" Work that keeps flowing Customer satisfaction on the card already, serves this as well',
    ]);
    assert.deepEqual((await proposal(page).getByRole('list', { name: /^Left out/ }).getByRole('listitem').allInnerTexts()).map(plain), ['Cost per contact for want of cost records', 'Customer retention for want of subscription records']);
    // Which are in and which are not is said in words, and each has its mark.
    const told = plain(await proposal(page).innerText());
    assert.match(told, /3 KPIs on the card · 2 left out for want of records/);
    assert.match(told, /Left out: 2 KPIs that are not on the card The data chosen above have no cost or subscription records\. Load them, or choose them above/);
    assert.equal(await proposal(page).getByRole('list', { name: 'Objectives' }).locator('svg.in').count(), 3);
    await proposal(page).getByRole('link', { name: '2 left out for want of records' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.id !== undefined && document.getElementById('without').getBoundingClientRect().top < innerHeight);
    assert.match(plain(await proposal(page).innerText()), /template default, not approved, until somebody here approves it.*Weights are a proposal, not a standard/);
    assert.equal(plain(await proposal(page).getByRole('list', { name: 'To know before it is approved' }).getByRole('listitem').last().innerText()), 'Cost per contact is one too many for the card: it is an operational metric of Customer satisfaction, see balance.toml');
    await proposal(page).locator('summary').click();
    assert.match(await page.getByLabel('The file').innerText(), /^# The company card.*\[\[kpi\]\]/s);
    await check(page, 'proposal');
  }, { intercept: async (page) => page.on('request', (request) => request.method() === 'POST' && sent.push(request.postDataJSON())) });
});

test('a card that is there is replaced by somebody, for a reason, and an answer that has changed since asks for a new proposal', () => {
  const sent = [];
  return site.open('/setup', async (page) => {
    await mix(page, { 'Regulated compliance': 5 });
    await page.getByRole('button', { name: 'Propose a card' }).click();
    const replace = page.getByRole('form', { name: 'Replace the card' });
    const write = replace.getByRole('button', { name: 'Replace the card' });
    await write.waitFor();
    assert.equal(plain(await replace.locator('p').first().innerText()), 'Nothing is written yet. Writing replaces the card there is, “Company scorecard” with 8 KPIs and 7 targets, approved by Ada Okafor and Bert Lund on 2 Nov 2026. Its approvals do not hold for the new one, which has to be approved anew. Its file is kept beside the new one, and the journal records who replaced it and why.');
    await page.getByRole('combobox', { name: 'Industry' }).selectOption('financial_services');
    assert.equal(await write.isDisabled(), true);
    assert.match(plain(await replace.innerText()), /^An answer has changed since: propose again\./);
    await page.getByRole('button', { name: 'Propose a card' }).click();
    await page.waitForFunction(() => document.querySelector('.write button')?.disabled === false);
    // one click does nothing
    for (const [field, alert, fill] of [['Your name', /^Your name is needed/, 'Ben Hart'], ['Why it is replaced', /^A reason is needed/, 'again']]) {
      await write.click();
      assert.match(await replace.getByRole('alert').innerText(), alert);
      assert.equal(await replace.getByLabel(field).evaluate((element) => element === document.activeElement), true);
      await replace.getByLabel(field).fill(fill);
    }
    assert.equal(sent.filter((wish) => wish.write).length, 0);
    await write.click();
    assert.equal(await replace.getByRole('alert').innerText(), 'Not written: scorecards/company.toml says this already: nothing was written.');
    await replace.getByLabel('Why it is replaced').fill('We are regulated now');
    await check(page, 'replacing');
    await write.click();
    await page.locator('#written').waitFor();
    assert.deepEqual(sent.at(-1), { competes_on: { compliance: 1 }, industry: 'financial_services', channels: [], kinds: ['ticket', 'contact', 'survey_answer', 'cost'], write: true, actor: 'Ben Hart', reason: 'We are regulated now', freeing: false });
    assert.match(plain(await page.locator('#written').innerText()), /^Written to scorecards\/company\.toml\. It is in force now, and not approved by anybody\. The card before it is kept in scorecards\/company\.toml\.old1; the journal says who replaced it and why\./);
    assert.equal(await page.evaluate(() => document.activeElement.id), 'written');
    await page.getByRole('link', { name: 'Review and approve it' }).click();
    await settle(page);
    assert.equal(await address(page), '/reviews');
  }, { expected: [/400/], intercept: async (page) => page.on('request', (request) => request.method() === 'POST' && sent.push(request.postDataJSON())) });
});

for (const [freeing, told] of [
  [false, /^One place below does not fit the new card\. A check calls it an error until it is mended\. What still fits stays as it is\. The KPI below is on its own card and not on the new one\. Cost per contact on Customer service scorecards\/service\.toml, line 31 There is no kpi Cost per contact on the card company \(valid: /],
  [true, /What the new card does not have is served no more in scorecards\/service\.toml: the lines are comments now\./],
]) test(`what the cards below serve and the new card has not is told before and after, ${freeing ? 'and commented out where that is wished' : 'and left to its people'}`, () => {
  const sent = [];
  return site.open('/setup', async (page) => {
    await mix(page, { 'Win on customer experience': 5 });
    await page.getByRole('checkbox', { name: 'cost' }).uncheck();
    await page.getByRole('button', { name: 'Propose a card' }).click();
    const replace = page.getByRole('form', { name: 'Replace the card' });
    await replace.waitFor();
    assert.match(plain(await replace.innerText()), /One place below would not fit the new card\. .*Comment out serves in 1 line of scorecards\/service\.toml\./);
    const box = replace.getByRole('checkbox');
    assert.equal(await box.isChecked(), false, 'only with somebody’s word');
    if (freeing) {
      await box.focus();
      await page.keyboard.press('Space');
    }
    await check(page, 'what does not fit');
    await replace.getByLabel('Your name').fill('Ben Hart');
    await replace.getByLabel('Why it is replaced').fill('No costs any more');
    await replace.getByRole('button', { name: 'Replace the card' }).click();
    await page.locator('#written').waitFor();
    assert.equal(sent.at(-1).freeing, freeing);
    assert.equal(await page.locator('.unfit').count(), freeing ? 0 : 1);
    assert.match(plain(await page.locator(freeing ? '#written' : '.unfit').innerText()), told);
    await check(page, 'written');
  }, { intercept: async (page) => page.on('request', (request) => request.method() === 'POST' && sent.push(request.postDataJSON())) });
});

test('without a company card what the cards below would lose is marked as not on the new one, and commented out only with somebody’s word', () => {
  const sent = [];
  return site.open('/setup', async (page) => {
    await mix(page, { 'Win on customer experience': 5 });
    await page.getByRole('checkbox', { name: 'cost' }).uncheck();
    await page.getByRole('button', { name: 'Propose a card' }).click();
    const write = page.getByRole('form', { name: 'Write the card' });
    await write.waitFor();
    assert.match(plain(await write.innerText()), /Nothing is written yet\. Writing makes it the company’s card\. One place below would not fit the new card\. .* The KPI below is on its own card and not on the new one\. Cost per contact on Customer service/);
    assert.equal(await write.getByRole('checkbox').isChecked(), false);
    assert.equal(await write.getByRole('textbox').count(), 0, 'no name is needed where nothing of anybody’s is changed');
    await write.getByRole('checkbox').check();
    await write.getByRole('button', { name: 'Write the card' }).click();
    assert.match(plain(await write.getByRole('alert').innerText()), /Your name is needed/);
    await check(page, 'the first card');
    await write.getByLabel('Your name').fill('Ben Hart');
    await write.getByRole('button', { name: 'Write the card' }).click();
    assert.match(plain(await write.getByRole('alert').innerText()), /why are the cards below changed\?/);
    await write.getByLabel('Why they are changed').fill('The first company card');
    await write.getByRole('button', { name: 'Write the card' }).click();
    await page.locator('#written').waitFor();
    assert.deepEqual([sent.at(-1).write, sent.at(-1).freeing, sent.at(-1).actor, sent.at(-1).reason], [true, true, 'Ben Hart', 'The first company card']);
  }, { intercept: async (page) => {
    page.on('request', (request) => request.method() === 'POST' && sent.push(request.postDataJSON()));
    await page.route('**/api/setup', async (route) => (route.request().method() === 'GET' ? route.fulfill({ json: { ...await (await route.fetch()).json(), replaces: null } }) : route.continue()));
  } });
});

test('a card that fits what is below says nothing of it', () => site.open('/setup', async (page) => {
  await mix(page, { 'Win on customer experience': 5 });
  await page.getByRole('button', { name: 'Propose a card' }).click();
  const replace = page.getByRole('form', { name: 'Replace the card' });
  await replace.waitFor();
  assert.equal(await replace.getByRole('checkbox').count() + await page.locator('.unfit').count(), 0);
}));

for (const [what, replaces, told] of [
  ['none there is', null, /^Nothing is written yet\. Writing makes it the company’s card\./],
  ['one that somebody made their own', { file: 'scorecards/company.toml', title: 'Ours', kpis: 5, targets: 5, approval: null, gives_way: false }, /^scorecards\/company\.toml is somebody’s own by now: it is not replaced from here\./],
  ['one with errors', { file: 'scorecards/company.toml', title: null, kpis: 0, targets: 0, approval: null, gives_way: false }, /^scorecards\/company\.toml has errors: it is not replaced/],
]) test(`writing over ${what}`, () => site.open('/setup', async (page) => {
  await mix(page, { 'Regulated compliance': 5 });
  await page.getByRole('button', { name: 'Propose a card' }).click();
  await page.locator('.write').waitFor();
  assert.match(plain(await page.locator('.write').innerText()), told);
  assert.equal(await page.locator('.write').getByRole('button').count(), replaces === null ? 1 : 0);
}, { intercept: (page) => page.route('**/api/setup', async (route) => (route.request().method() === 'GET' ? route.fulfill({ json: { ...await (await route.fetch()).json(), replaces } }) : route.continue())) }));

test('the shares on the page are whole percents that add up to 100', () => site.open('/setup', async (page) => {
  const check = async (shares, expected) => {
    await mix(page, shares);
    assert.deepEqual((await page.locator('output').allInnerTexts()).map(plain), expected);
  };
  await check({ 'Win on customer experience': 3, 'Operational excellence and cost': 5 }, ['3 parts = 38 %', '5 parts = 62 %', 'no part', 'no part', 'no part']);
  await check({ 'Win on customer experience': 1, 'Operational excellence and cost': 1, 'Regulated compliance': 1 }, ['1 part = 34 %', '1 part = 33 %', 'no part', '1 part = 33 %', 'no part']);
}));

test('every kind of record can be seen: the box is as high as what is in it', () => site.open('/setup', async (page) => {
  const hidden = await page.locator('.checks').evaluateAll((boxes) => boxes.map((box) => box.scrollHeight - box.clientHeight));
  assert.deepEqual(hidden.filter((height) => height > 1), []);
}, { intercept: (page) => page.route('**/api/setup', async (route) => {
  const given = await (await route.fetch()).json();
  return route.fulfill({ json: { ...given, kinds: Array.from({ length: 60 }, (_, i) => ({ id: `kind_${i}`, name: `kind_of_record_${i}`, meaning: 'one of many' })) } });
}) }));

test('data that make no KPI: the server says so, at the form', () => site.open('/setup', async (page) => {
  await mix(page, { 'Win on customer experience': 1 });
  for (const kind of ['ticket', 'contact', 'survey answer', 'cost']) await page.getByRole('checkbox', { name: kind, exact: true }).uncheck();
  assert.equal(await page.getByRole('button', { name: 'Propose a card' }).isDisabled(), true);
  await page.getByRole('checkbox', { name: 'subscription' }).check();
  await page.getByRole('button', { name: 'Propose a card' }).click();
  assert.match(plain(await page.getByRole('form', { name: 'Set up a card' }).getByRole('alert').innerText()), /^no KPI can be made of the records at hand/);
}, { expected: [/400/], viewport: phone }));

test('by keyboard', () => site.open('/', async (page) => {
  await page.keyboard.press('g');
  await page.keyboard.press('u');
  await page.waitForURL('**/setup');
  await settle(page);
  await page.getByRole('slider').first().focus();
  for (let i = 0; i < 3; i += 1) await page.keyboard.press('ArrowRight');
  assert.equal(plain(await page.locator('output').first().innerText()), '3 parts = 100 %');
  await page.getByRole('button', { name: 'Propose a card' }).press('Enter');
  await proposal(page).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), 'proposal');
}));
