// A browser on the built page for one test file, under a frozen clock. Every page is watched: an error in its console,
// an uncaught exception or a refusal by the content security policy fails the test that opened it.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import axe from 'axe-core';
import { chromium } from 'playwright-core';
import { now } from './fixture/organisation.mjs';
import { serve } from './fixture/server.mjs';

const ARGUMENTS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export const phone = { width: 390, height: 844 };
export const desk = { width: 1440, height: 900 };

/** Starts browser and server around the tests of a file. `base`: an already running server instead of the fixture's. */
export function start(base = null) {
  const state = {};
  before(async () => {
    state.server = base ? { url: base.replace(/\/$/, ''), stop: async () => {} } : await serve();
    state.browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ARGUMENTS, timeout: 120_000 });
  });
  after(async () => {
    await state.browser?.close();
    await state.server?.stop();
  });
  /** Opens an address, gives the page to `use`, and checks afterwards that nothing went wrong unseen. */
  state.open = async (path, use, { viewport = desk, colorScheme = 'light', intercept = null, expected = [], wait = true, ...rest } = {}) => {
    const context = await state.browser.newContext({ viewport, colorScheme, locale: 'en-GB', reducedMotion: 'reduce', ...rest });
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    page.setDefaultNavigationTimeout(60_000);
    const unseen = [];
    page.on('console', (message) => message.type() === 'error' && unseen.push(`${message.text()} ${message.location().url}`.trim()));
    page.on('pageerror', (error) => unseen.push(String(error)));
    try {
      if (!base) await page.clock.setFixedTime(new Date(now));
      if (intercept) await intercept(page);
      await page.goto(state.server.url + path);
      if (wait) await settle(page);
      await use(page);
      assert.deepEqual(unseen.filter((text) => !expected.some((pattern) => pattern.test(text))), [], 'nothing in the console');
    } finally {
      await context.close();
    }
  };
  return state;
}

/** Waits until nothing is loading any more. */
export async function settle(page) {
  await page.waitForSelector('main > :not(.printonly)');
  await page.waitForLoadState('networkidle');
  await page.waitForFunction(() => document.querySelectorAll('[aria-busy="true"], .bone').length === 0);
}

/** Holds answers back: `late` is called with the address of each as it is let go. For `intercept`. */
export const slowly = (pattern, ms, late = () => {}) => (page) => page.route(pattern, async (route) => {
  await new Promise((resolve) => setTimeout(resolve, ms));
  late(route.request().url());
  // The test may be over by now, and its page closed.
  await route.continue().catch(() => {});
});

/** Path and query shown in the address bar: as the page itself has them, whatever has yet to be told outside. */
export const address = (page) => page.evaluate(() => window.location.pathname + window.location.search);

/** Fails on any violation of the accessibility rules. */
export async function check(page, what) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  assert.deepEqual(violations.map((v) => `${what}: ${v.id}: ${v.nodes.map((n) => `${n.target} ${n.any[0]?.message ?? ''}`).slice(0, 4).join(' | ')}`), []);
}

/** Text of an element with its odd spaces made plain. */
export const plain = (text) => text.replaceAll('\u00a0', ' ').replaceAll('\u200b', '').replace(/\s+/g, ' ').trim();

/** What a click saves: the file's name and bytes. */
export async function download(page, act) {
  const [file] = await Promise.all([page.waitForEvent('download'), act()]);
  const chunks = [];
  for await (const chunk of await file.createReadStream()) chunks.push(chunk);
  return { name: file.suggestedFilename(), bytes: Buffer.concat(chunks) };
}

/** Rows of a CSV file as objects, by a reader of its own. */
export function rowsOf(text) {
  const records = [[]];
  let [field, quoted] = ['', false];
  const source = text.replace(/^\ufeff/, '');
  for (let i = 0; i < source.length; i += 1) {
    const c = source[i];
    if (quoted) {
      if (c === '"' && source[i + 1] === '"') { field += '"'; i += 1; } else if (c === '"') quoted = false;
      else field += c;
    } else if (c === '"') quoted = true;
    else if (c === ',') { records.at(-1).push(field); field = ''; } else if (c === '\n') {
      records.at(-1).push(field.replace(/\r$/, ''));
      field = '';
      records.push([]);
    } else field += c;
  }
  const [header, ...rows] = records.filter((r) => r.length > 0);
  return rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i]])));
}
