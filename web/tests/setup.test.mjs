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
    assert.deepEqual((await page.locator('output').allInnerTexts()).map(plain), ['70 %', '30 %', '0 %', '0 %', '0 %']);
    await page.getByRole('combobox', { name: 'Industry' }).selectOption('saas');
    await page.getByRole('checkbox', { name: 'email' }).check();
    await page.getByRole('checkbox', { name: 'cost' }).uncheck();
    await page.getByRole('button', { name: 'Propose a card' }).click();
    await proposal(page).waitFor();
    assert.deepEqual(sent, [{ competes_on: { customer_experience: 0.7, cost: 0.3 }, industry: 'saas', channels: ['email'], kinds: ['ticket', 'contact', 'survey_answer'], write: false }]);
    assert.deepEqual((await proposal(page).getByRole('list', { name: 'Objectives' }).locator('> li').allInnerTexts()).map(plain), [
      'Customers get it solved once, easily First-contact authority and knowledge Customer satisfaction Primary, 33 % driven by Survey response rate, First response time Full resolution time Primary, 33 % Right staffing at peaks First response time Driver, 33 % driven by Open backlog',
      'Good service stays "affordable" Work that keeps flowing',
    ]);
    assert.deepEqual((await proposal(page).getByRole('list', { name: 'Left out' }).getByRole('listitem').allInnerTexts()).map(plain), ['Cost per contact no such records are at hand; needs cost records', 'Customer retention no such records are at hand; needs subscription records']);
    assert.match(plain(await proposal(page).innerText()), /template default, not approved, until somebody here approves it.*weights are a proposal, not a standard/);
    await proposal(page).locator('summary').click();
    assert.match(await page.getByLabel('The file').innerText(), /^# The company card.*\[\[kpi\]\]/s);
    await check(page, 'proposal');
  }, { intercept: async (page) => page.on('request', (request) => request.method() === 'POST' && sent.push(request.postDataJSON())) });
});

test('it is written on request only, and an answer that has changed since asks for a new proposal', () => site.open('/setup', async (page) => {
  await mix(page, { 'Regulated compliance': 5 });
  await page.getByRole('button', { name: 'Propose a card' }).click();
  const write = page.getByRole('button', { name: 'Write the card' });
  await write.waitFor();
  assert.match(plain(await page.locator('.write').innerText()), /^Nothing is written yet\./);
  await page.getByRole('combobox', { name: 'Industry' }).selectOption('financial_services');
  assert.equal(await write.isDisabled(), true);
  assert.match(plain(await page.locator('.write').innerText()), /^An answer has changed since: propose again\./);
  await page.getByRole('button', { name: 'Propose a card' }).click();
  await page.waitForFunction(() => document.querySelector('.write button')?.disabled === false);
  await write.click();
  await page.locator('#written').waitFor();
  assert.match(plain(await page.locator('#written').innerText()), /^Written to scorecards\/company\.toml\. It is in force once the server has been started again\. The card before it is kept in scorecards\/company\.toml\.old1\./);
  assert.equal(await page.evaluate(() => document.activeElement.id), 'written');
  await page.getByRole('link', { name: 'Review and approve it' }).click();
  await settle(page);
  assert.equal(address(page), '/reviews');
}));

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
  assert.equal(plain(await page.locator('output').first().innerText()), '100 %');
  await page.getByRole('button', { name: 'Propose a card' }).press('Enter');
  await proposal(page).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), 'proposal');
}));
