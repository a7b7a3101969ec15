import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { desk, plain, settle, start } from './browser.mjs';

const site = start();

/** Text that leaves the window, or the box that clips it. */
const clipped = (page) => page.evaluate(() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.textContent.trim() || !parent || parent.closest('.hidden, script, noscript, [popover], dialog:not([open]), details:not([open]) > :not(summary)')) continue;
    const style = getComputedStyle(parent);
    if (style.visibility === 'hidden' || style.clipPath !== 'none' || parent.closest('thead') && getComputedStyle(parent.closest('thead')).clipPath !== 'none') continue;
    if (style.clipPath === 'inset(50%)') continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (box.width === 0) continue;
    if (box.left < -0.5 || box.right > document.documentElement.clientWidth + 0.5) found.push(`${node.textContent.trim()} leaves the window`);
    for (let outer = parent; outer && outer !== document.body; outer = outer.parentElement) {
      const { overflowX } = getComputedStyle(outer);
      if (outer.namespaceURI.includes('svg') || overflowX === 'visible' || outer.classList.contains('scroll')) continue;
      const limit = outer.getBoundingClientRect();
      if (box.right > limit.right + 1 || box.left < limit.left - 1) found.push(`${node.textContent.trim()} is clipped by ${outer.className || outer.tagName}`);
    }
    const svg = parent.closest('svg');
    if (svg) {
      const limit = svg.getBoundingClientRect();
      if (box.right > limit.right + 8 || box.left < limit.left - 1) found.push(`${node.textContent.trim()} leaves its chart`);
    }
  }
  // Two pieces of one card must not lie on each other.
  for (const card of document.querySelectorAll('a[data-kpi]')) {
    const parts = [...card.querySelectorAll('.name, .badge, .value, .beside > *, .foot > *')].map((e) => [e, e.getBoundingClientRect()]).filter(([, b]) => b.width > 0);
    for (const [a, x] of parts) {
      for (const [b, y] of parts) {
        if (a !== b && !a.contains(b) && !b.contains(a) && x.left < y.right - 1 && y.left < x.right - 1 && x.top < y.bottom - 3 && y.top < x.bottom - 3) found.push(`${a.textContent.trim()} lies on ${b.textContent.trim()}`);
      }
    }
  }
  return [...new Set(found)];
});
const sideways = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

const PATHS = ['/', '/?card=quarry', '/strategy/kpi~csat_t2b', '/cascade', '/recognition', '/reviews', '/setup', '/?by=team&kpi=first_response_time&range=last-28d', '/kpis/csat_t2b?by=country', '/kpis/first_response_time?stat=p90', '/kpis', '/kpis/cost_per_contact?range=2024-12-01..2024-12-31', '/nowhere', '/explore?by=channel,team&channel=Email,WhatsApp&kpi=first_response_time&range=quarter-to-date', '/tickets?kpi=csat_t2b', '/tickets?kpi=full_resolution_time&range=last-7d', '/tickets/helpdesk/291938'];
const WIDTHS = [390, 414, 480, 600, 641, 700, 768, 820, 900, 961, 1024, 1152, 1280, 1366, 1440, 1600, 1920, 2200, 2560, 3840];
describe(`no sideways scroll, nothing clipped, ${WIDTHS.join(', ')} px`, () => {
  for (const path of PATHS) {
    test(path, () => site.open(path, async (page) => {
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: Math.round(width * (width < 700 ? 2.1 : 0.6)) });
        await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
        assert.equal(await sideways(page), 0, `sideways scroll at ${width}`);
        assert.deepEqual(await clipped(page), [], `at ${width}`);
      }
    }));
  }
});

test('the check for clipped text finds clipped text', () => site.open('/', async (page) => {
  await page.evaluate(() => {
    const name = document.querySelector('a[data-kpi] .name');
    name.style.cssText = 'overflow: hidden; width: 20px; white-space: nowrap';
    document.querySelector('.lead h2').style.cssText = 'position: relative; left: 2000px; white-space: nowrap';
  });
  const found = await clipped(page);
  assert.ok(found.some((f) => f.includes('is clipped by')) && found.some((f) => f.includes('leaves the window')), found.join('; '));
}));

test('more columns than have room scroll in a region of their own, and a keyboard reaches it', () => site.open('/tickets?columns=value,answer_delay,queue,team,country,priority,channel&kpi=csat_t2b', async (page) => {
  const region = page.getByRole('region', { name: 'Rows', exact: true });
  assert.ok(await region.evaluate((box) => box.scrollWidth > box.clientWidth && box.tabIndex === 0));
  assert.equal(await sideways(page), 0);
  await page.setViewportSize({ width: 1_920, height: 900 });
  await region.waitFor({ state: 'detached' });
}, { viewport: { width: 1_024, height: 768 } }));

test('a phone has two columns of cards and a list for a table', () => site.open('/', async (page) => {
  const lefts = await page.locator('a[data-kpi]').evaluateAll((cards) => new Set(cards.map((c) => Math.round(c.getBoundingClientRect().left))).size);
  assert.equal(lefts, 2);
  assert.equal(await page.locator('tbody tr').first().evaluate((row) => getComputedStyle(row).display), 'grid');
  assert.equal(await page.getByRole('row').count(), await page.locator('tr').count(), 'rows stay rows for a screen reader');
}, { viewport: { width: 390, height: 844 } }));

for (const [width, columns] of [[1440, 4], [3840, 8], [1024, 3], [1280, 4]]) {
  test(`cards fill whole rows at ${width} px`, () => site.open('/', async (page) => {
    const tops = await page.locator('a[data-kpi]').evaluateAll((cards) => cards.map((c) => Math.round(c.getBoundingClientRect().top)));
    const rows = [...new Set(tops)].map((top) => tops.filter((t) => t === top).length);
    assert.equal(rows[0], columns);
    assert.ok(rows[0] - rows.at(-1) <= 1, rows.join());
  }, { viewport: { width, height: 900 } }));
}

describe('print', () => {
  test('paper is light, complete and without controls', () => site.open('/', async (page) => {
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector('.panel')).backgroundColor), 'rgb(255, 255, 255)');
    for (const gone of ['aside', 'header.bar', '.segmented', '.breakdown button[aria-haspopup]']) assert.equal(await page.locator(gone).first().isVisible(), false, gone);
    for (const there of ['a[data-kpi=unresolved_backlog]', '.chart svg', '.breakdown tfoot', '.origin']) assert.equal(await page.locator(there).first().isVisible(), true, there);
  }, { viewport: desk, colorScheme: 'dark' }));

  test('paper says which card it is, whose part, and whether it is approved; its last box keeps its border', () => site.open('/?card=quarry', async (page) => {
    await page.emulateMedia({ media: 'print' });
    assert.match(plain(await page.locator('.which').innerText()), /^Quarry, part of Customer service, .*approved/);
    assert.ok(await page.locator('.breakdown').evaluate((box) => document.documentElement.clientWidth - box.getBoundingClientRect().right >= 1));
  }));

  const pages = async (page) => {
    const pdf = (await page.pdf({ preferCSSPageSize: true, printBackground: true })).toString('latin1');
    return pdf.match(/\/Type\s*\/Page\b(?!s)/g).length;
  };
  test('the scorecard fits on one sheet', () => site.open('/', async (page) => assert.equal(await pages(page), 1)));
  test('explore on one, under its filters; rows one after the other', () => site.open('/explore?by=team&channel=Email,Phone&kpi=csat_t2b', async (page) => {
    assert.equal(await pages(page), 1);
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.locator('.controls').isVisible(), false);
    assert.match(await page.locator('.origin').innerText(), /Channel is Email, Phone/);
    await page.emulateMedia({ media: null });
    await page.goto(`${site.server.url}/tickets?kpi=csat_t2b`);
    await settle(page);
    assert.equal(await pages(page), 2);
  }));
  test('a KPI on three at full size, with its targets, yardsticks and comments, and its examples open', () => site.open('/kpis/csat_t2b', async (page) => {
    assert.equal(await pages(page), 3);
    await page.emulateMedia({ media: 'print' });
    await settle(page);
    assert.equal(await page.locator('.gives').first().isVisible(), true);
  }));
});

test('on a phone nothing of a row touches, times are named and the comparison is said', () => site.open('/kpis/first_response_time', async (page) => {
  const apart = await page.locator('.breakdown tr').evaluateAll((rows) => rows.filter((row) => row.querySelector('td.ci')).map((row) => {
    const ink = (cell) => { const range = document.createRange(); range.selectNodeContents(cell); return range.getBoundingClientRect(); };
    const [value, ci] = [ink(row.querySelector('td.value')), ink(row.querySelector('td.ci'))];
    return ci.top >= value.bottom - 1 || ci.left - value.right;
  }));
  assert.ok(apart.length > 1 && apart.every((gap) => gap === true || gap >= 6), JSON.stringify(apart));
  const compare = page.locator('#period .compare');
  assert.equal(await compare.innerText(), 'vs previous period');
  assert.ok((await compare.boundingBox()).width > 40);
  await page.goto(`${site.server.url}/tickets?kpi=first_response_time`);
  await page.locator('tbody td.at .label').first().waitFor();
  assert.match((await page.locator('tbody td.at').first().innerText()).replaceAll('\u00a0', ' '), /^\S+ ?\d+ \w+ 2026/);
  const labels = await page.locator('tbody tr').first().locator('td:not(.out)').evaluateAll((cells) => cells.map((cell) => cell.querySelector('.label')?.checkVisibility() ?? false));
  assert.ok(labels.length > 2 && labels.every(Boolean), String(labels));
}, { viewport: { width: 390, height: 844 } }));
