// What is shipped: small, licensed, and able to run under a strict content security policy.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { desk, start } from './browser.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = `${root}dist/`;
const site = start();

// What each page needs before it asks for figures: a page's own program comes on top.
test('scripts of the first load are at most 39 kB gzipped', async () => {
  const html = await readFile(`${dist}index.html`, 'utf8');
  const scripts = [...html.matchAll(/(?:src|href)="(\/[^"]+\.js)"/g)].map((m) => m[1]);
  assert.ok(scripts.some((name) => name.startsWith('/assets/index-')), scripts.join());
  let bytes = 0;
  for (const script of scripts) bytes += gzipSync(await readFile(dist + script)).length;
  assert.ok(bytes <= 39_000, `${bytes} bytes`);
});

test('the calendar is not fetched before it is wanted', () => {
  const fetched = [];
  return site.open('/', async (page) => {
    assert.ok(fetched.some((name) => name.includes('/assets/index-')), fetched.join());
    assert.ok(!fetched.some((name) => name.includes('PeriodPanel')), fetched.join());
    await Promise.all([page.waitForRequest(/PeriodPanel-.*\.js$/), page.locator('#period').hover()]);
  }, { viewport: desk, intercept: async (page) => page.on('request', (request) => fetched.push(request.url())) });
});

test('no inline script or style, nothing from elsewhere', async () => {
  const html = await readFile(`${dist}index.html`, 'utf8');
  assert.doesNotMatch(html, /<script(?![^>]*\bsrc=)[^>]*>/);
  assert.doesNotMatch(html, /<style|\sstyle=|\son\w+=/);
  for (const name of await readdir(`${dist}assets`)) {
    if (!/\.(css|js)$/.test(name)) continue;
    const text = await readFile(`${dist}assets/${name}`, 'utf8');
    assert.doesNotMatch(text, /url\(["']?(?:https?:)?\/\//, name);
    if (name.endsWith('.js')) assert.doesNotMatch(text, /`<[^`]*\sstyle="/, `${name}: a style attribute in a template is refused by the policy`);
  }
});

test('the list of licences names what is in the build', async () => {
  const list = await readFile(`${dist}licences.md`, 'utf8');
  for (const name of ['svelte', 'd3-shape', 'd3-array', 'bits-ui', '@internationalized/date', '@lucide/svelte', 'openapi-fetch', '@fontsource-variable/inter']) assert.ok(list.includes(name), name);
  assert.match(list, /SIL Open Font License|OFL/i);
});

test('the lock file names no host to download from, and nothing names this machine', async () => {
  const lock = await readFile(`${root}package-lock.json`, 'utf8');
  assert.doesNotMatch(lock, /"resolved"/);
  for (const name of ['index.html', 'licences.md', ...(await readdir(`${dist}assets`)).filter((n) => /\.(js|css)$/.test(n)).map((n) => `assets/${n}`)]) {
    assert.ok(!(await readFile(dist + name, 'utf8')).includes(root), name);
  }
});
