// The strategy map: every box above the KPIs it is for, links that cannot cross, and the way to the goal in words.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';
import { address, check, phone, plain, settle, start } from './browser.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const map = (await runnerImport(`${root}src/lib/map.ts`, { root, configFile: false, logLevel: 'error' })).module;
const site = start();
const ask = async (path) => (await fetch(site.server.url + path)).json();
const focused = (page) => page.evaluate(() => document.activeElement?.dataset.box ?? null);

const box = (kind, id, children = [], also = []) => ({ id, kind, name: id.toUpperCase(), path: [], also, children });
const kpi = (id, drivers = [], also = []) => box('kpi', id, drivers.map((d) => box('operational', d)), also);
const rows = map.place([
  box('objective', 'a', [box('factor', 'a1', [kpi('k1', ['m', 'n']), kpi('k2', ['m'])]), box('factor', 'a2', [kpi('k3', [], ['a1', 'b1'])], ['b'])]),
  box('objective', 'b', [box('factor', 'b1', [kpi('k4')]), box('factor', 'b2')]),
]);

describe('where boxes stand', () => {
  const spans = (placed) => placed.map((p) => `${p.box.id} ${p.from}–${p.to}`);
  test('a box spans the columns of the KPIs below it; one without any has a column', () => {
    assert.equal(rows.columns, 5);
    assert.deepEqual(spans(rows.objectives), ['a 0–3', 'b 3–5']);
    assert.deepEqual(spans(rows.factors), ['a1 0–2', 'a2 2–3', 'b1 3–4', 'b2 4–5']);
    assert.deepEqual(spans(rows.kpis), ['k1 0–1', 'k2 1–2', 'k3 2–3', 'k4 3–4']);
    assert.deepEqual(spans(rows.operational), ['m 0–1', 'n 0–1', 'm 1–2']);
  });
  test('links to others go from middle to middle', () => {
    assert.deepEqual(rows.also.map((a) => [a.key, a.from, a.to]), [['kpi~k3 factor~a1', 2.5, 1], ['kpi~k3 factor~b1', 2.5, 3.5]]);
    assert.deepEqual(rows.alsoFactors.map((a) => [a.key, a.from, a.to]), [['factor~a2 objective~b', 2.5, 4]]);
  });
  test('a metric that drives two KPIs stands under both', () => assert.deepEqual(map.upwards('kpi~k2~m', rows.all), ['kpi~k2~m', 'kpi~k2', 'factor~a1', 'objective~a']));
  test('a strategy as it is served: KPIs that measure no factor stand beside the objectives', () => {
    const served = (kind, id, more) => ({ kind, id, name: id.toUpperCase(), path: [], ...more });
    const one = served('kpi', 'k1', { metric: 'm1', status: null, operational: [served('operational', 'm2')] });
    const placed = map.place(map.boxesOf({ objectives: [served('objective', 'a', { factors: [served('factor', 'f', { kpis: [one] }), served('factor', 'g', { kpis: [] })] })], kpis: [served('kpi', 'k2', { metric: 'm3', status: null, operational: [] })] }, new Map([['k1', ['g']]])));
    assert.deepEqual([...placed.all.values()].map((p) => `${p.key} ${p.from}–${p.to} ${p.parent}`), ['objective~a 0–2 null', 'factor~f 0–1 objective~a', 'kpi~k1 0–1 factor~f', 'kpi~k1~m2 0–1 kpi~k1', 'factor~g 1–2 objective~a', 'kpi~k2 2–3 null']);
    assert.deepEqual([placed.all.get('kpi~k1~m2').box.metric, placed.also.map((l) => l.key)], ['m2', ['kpi~k1 factor~g']]);
  });
  test('the KPIs below a box', () => assert.deepEqual(map.kpisBelow('objective~a', rows.all).map((p) => p.box.id), ['k1', 'k2', 'k3']));
  for (const [from, key, to] of [
    ['objective~a', 'ArrowDown', 'factor~a1'], ['objective~a', 'ArrowRight', 'objective~b'], ['objective~a', 'ArrowUp', null], ['objective~b', 'ArrowRight', null],
    ['kpi~k3', 'ArrowUp', 'factor~a2'], ['kpi~k3', 'ArrowDown', null], ['kpi~k1', 'ArrowDown', 'kpi~k1~m'], ['kpi~k1~m', 'ArrowDown', 'kpi~k1~n'], ['kpi~k1~n', 'ArrowUp', 'kpi~k1~m'],
    ['kpi~k1~m', 'ArrowUp', 'kpi~k1'], ['kpi~k1~n', 'ArrowRight', 'kpi~k2~m'], ['kpi~k2~m', 'ArrowLeft', 'kpi~k1~m'], ['factor~b1', 'Home', 'factor~a1'], ['factor~a1', 'End', 'factor~b2'], ['nothing', 'ArrowUp', null],
  ]) test(`${from} ${key} → ${to}`, () => assert.equal(map.step(from, key, rows), to));
  for (const [statuses, expected] of [
    [['on_target', 'off_target', 'on_target'], { status: 'off_target', onTarget: 2, of: 3 }],
    [['too_close_to_call', 'within_tolerance'], { status: 'within_tolerance', onTarget: 0, of: 2 }],
    [['on_target'], { status: 'on_target', onTarget: 1, of: 1 }],
    [[], null],
  ]) test(`the worst of ${statuses.join(', ') || 'none'}`, () => assert.deepEqual(map.rolledUp(statuses), expected));
});

test('the map’s figures are the card’s, and each box counts those below it', () => site.open('/strategy', async (page) => {
  const { kpis } = await ask('/api/scorecard?range=last-month&compare=prev');
  const { objectives } = await ask('/api/strategy');
  for (const k of kpis) {
    const said = plain(await page.locator(`[data-box="kpi~${k.id}"]`).innerText());
    assert.ok(said.startsWith(k.name), said);
    await page.goto(`${site.server.url}/?kpi=${k.id}`);
    await settle(page);
    if (k.value !== null) assert.ok(said.replaceAll(' ', '').endsWith(plain(await page.locator(`a[data-kpi=${k.id}] .value`).innerText()).replaceAll(' ', '')), said);
    await page.goBack();
    await settle(page);
  }
  for (const objective of objectives) {
    const below = objective.factors.flatMap((f) => f.kpis).map((b) => kpis.find((k) => k.id === b.id));
    assert.match(plain(await page.locator(`[data-box="objective~${objective.id}"]`).innerText()), new RegExp(`${below.filter((k) => k.status === 'on_target').length} of ${below.length} on target(?: \\d.*)?$`));
  }
}));

for (const width of [1280, 1366, 1440, 1600]) {
  test(`at ${width} px every figure stays in its box`, () => site.open('/strategy', async (page) => {
    const over = await page.locator('.box .figure').evaluateAll((figures) => figures.flatMap((figure) => {
      const [own, box] = [figure.getBoundingClientRect(), figure.closest('.box').getBoundingClientRect()];
      return own.left < box.left + 3 || own.right > box.right - 3 ? [`${figure.textContent} ${own.left - box.left} ${box.right - own.right}`] : [];
    }));
    assert.deepEqual(over, []);
  }, { viewport: { width, height: 900 } }));
}

test('a straight line up from each box ends on the box it is for', () => site.open('/strategy', async (page) => {
  const boxes = await page.locator('[data-box]').evaluateAll((all) => Object.fromEntries(all.map((b) => {
    const { left, right, top, bottom } = b.getBoundingClientRect();
    return [b.dataset.box, { left, right, top, bottom }];
  })));
  const { objectives } = await ask('/api/strategy');
  let links = 0;
  const walk = (parent, above) => {
    for (const child of parent.factors ?? parent.kpis ?? parent.operational ?? []) {
      const key = child.kind === 'operational' ? `${above}~${child.id}` : `${child.kind}~${child.id}`;
      const [a, b] = [boxes[above], boxes[key]];
      const middle = (b.left + b.right) / 2;
      assert.ok(a.left < middle && middle < a.right && a.bottom < b.top, `${key} under ${above}`);
      links += 1;
      walk(child, key);
    }
  };
  for (const objective of objectives) walk(objective, `objective~${objective.id}`);
  assert.equal(links, 4 + 8 + 7);
  // The other links are dashed, and there is one for each that the card names.
  assert.equal(await page.locator('.curves path').count(), 2);
  assert.match(await page.locator('.curves path').first().evaluate((path) => getComputedStyle(path).strokeDasharray), /3px, 3px/);
}));

test('a box tells its way to the goal, is in the address, and traces its links', () => site.open('/strategy', async (page) => {
  const way = page.getByRole('region', { name: 'The way to the goal' });
  await page.locator('[data-box="kpi~csat_t2b"]').click();
  assert.equal(await address(page), '/strategy/kpi~csat_t2b');
  assert.deepEqual((await way.getByRole('listitem').allInnerTexts()).map(plain), [
    'Customer satisfaction tells whether “First-contact authority and knowledge” is there: What customers say of one contact is the nearest thing to whether it was solved.',
    '“First-contact authority and knowledge” is critical for “Customers get it solved once, easily”.',
    '“Customers get it solved once, easily” is an objective of the Company scorecard: A second contact costs us twice, and the customer more.',
    'We compete on customer experience (70 %) and cost (30 %): every customer gets a right answer, fast, without effort — at a cost we can sustain.',
  ]);
  await page.mouse.move(5, 5);
  assert.deepEqual(await page.locator('[data-box].traced').evaluateAll((all) => all.map((b) => b.dataset.box)), ['objective~solved_once', 'factor~authority', 'kpi~csat_t2b', 'kpi~csat_t2b~csat_response_rate', 'kpi~csat_t2b~first_response_time']);
  await page.reload();
  await settle(page);
  assert.equal(await page.locator('[data-box="kpi~csat_t2b"]').getAttribute('aria-pressed'), 'true');
  await way.getByRole('link', { name: 'This KPI in the dictionary' }).click();
  await settle(page);
  assert.equal(await address(page), '/kpis/csat_t2b');
  await page.goBack();
  await settle(page);
  assert.equal(await address(page), '/strategy/kpi~csat_t2b');
}));

test('by keyboard alone', () => site.open('/', async (page) => {
  await page.keyboard.press('g');
  await page.keyboard.press('t');
  await page.waitForURL('**/strategy');
  await settle(page);
  assert.equal(plain(await page.locator('#title .here').innerText()), 'Strategy map');
  // One stop for the whole map.
  await page.getByRole('combobox', { name: 'Card' }).focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  assert.equal(await focused(page), 'objective~solved_once');
  for (const [key, to] of [['ArrowRight', 'objective~no_waiting'], ['ArrowDown', 'factor~peaks'], ['ArrowDown', 'kpi~service_level'], ['ArrowRight', 'kpi~first_response_time'], ['ArrowDown', 'kpi~first_response_time~unresolved_backlog'], ['ArrowUp', 'kpi~first_response_time'], ['Home', 'kpi~csat_t2b'], ['End', 'kpi~unresolved_backlog']]) {
    await page.keyboard.press(key);
    assert.equal(await focused(page), to, key);
  }
  await page.keyboard.press('Enter');
  assert.equal(await address(page), '/strategy/kpi~unresolved_backlog');
  assert.equal(await focused(page), 'kpi~unresolved_backlog', 'the focus stays');
  assert.match(plain(await page.getByRole('region', { name: 'The way to the goal' }).innerText()), /^From Open backlog to the goal/);
  await page.keyboard.press('Escape');
  assert.equal(await address(page), '/strategy');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Search KPIs and pages' }).fill('strat');
  await page.getByRole('option', { name: /^Strategy map/ }).waitFor();
}));

const none = { status: 404, json: { error: { code: 'not_found', message: 'there is no card `company`', help: 'valid: `service`', problems: [], instead: [] } } };
for (const [path, asked] of [['/', 'scorecard'], ['/strategy', 'strategy'], ['/cascade', 'scorecard'], ['/recognition', 'recognition']]) {
  test(`without a company card ${path} leads to where one is set up, and to the cards there are`, () => site.open(path, async (page) => {
    await page.getByText('There is no company card yet.').waitFor();
    assert.equal(await page.getByRole('alert').count(), 0);
    assert.equal(await page.getByRole('button', { name: 'Retry' }).count(), 0);
    assert.match(await page.locator('main').getByRole('link', { name: 'Set up a card' }).getAttribute('href'), /^\/setup/);
    assert.equal(await page.getByRole('list', { name: 'Cards there are' }).getByRole('link', { name: 'Customer service' }).getAttribute('href'), `${path}?card=service`);
    await check(page, 'no company card');
  }, {
    expected: [/404/],
    intercept: async (page) => {
      await page.route('**/api/cards', async (route) => route.fulfill({ json: (await (await route.fetch()).json()).filter((c) => c.name !== 'company') }));
      await page.route(`**/api/${asked}*`, (route) => route.fulfill(none));
    },
  }));
}
test('another card that is not found is an error still', () => site.open('/strategy', async (page) => {
  assert.match(plain(await page.getByRole('alert').innerText()), /The strategy could not be loaded/);
}, { expected: [/404/], intercept: (page) => page.route('**/api/strategy*', (route) => route.fulfill(none)) }));

test('in narrow columns the map stays one, its rows named above them and no word broken', () => site.open('/strategy?card=quarry', async (page) => {
  assert.equal(await page.locator('.field.tight').count(), 1);
  assert.equal(await page.locator('[data-level=kpis] [data-box]').count(), 4);
  // A word that is broken has more lines than its box has places to break at.
  const broken = await page.locator('.row .box .name').evaluateAll((names) => names.filter((name) => name.scrollWidth > name.clientWidth + 1 || name.textContent.split(/[\s\u00ad-]+/).some((word) => {
    const node = name.firstChild;
    const at = node.textContent.indexOf(word);
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + word.length);
    return range.getClientRects().length > 1;
  })).map((name) => name.textContent));
  assert.deepEqual(broken, []);
}, { viewport: { width: 540, height: 900 } }));

describe('what is done and was decided for an objective', () => {
  const serving = (page) => page.getByRole('list', { name: 'Initiatives and decisions that serve it' });
  for (const [name, viewport] of [['map', undefined], ['outline of a phone', phone]]) {
    test(`its box counts it, and lists it once chosen, each with its KPIs, on the ${name}`, () => site.open('/strategy', async (page) => {
      const box = page.locator('[data-box="objective~solved_once"]');
      assert.match(plain(await box.innerText()), /1 initiative, 2 decisions$/);
      assert.doesNotMatch(plain(await page.locator('[data-box="factor~authority"]').innerText()), /decision/);
      await box.focus();
      await page.keyboard.press('Enter');
      assert.deepEqual((await serving(page).getByRole('listitem').allInnerTexts()).map(plain), [
        'Knowledge base relaunch done initiative from 12 Oct 2026 to 26 Oct 2026, to move Customer satisfaction',
        'We chose to ask a day later, because answers given at once rate the waiting. decided 19 Oct 2026 by Steering group, about Customer satisfaction',
        'We chose to drop call scripts because customers heard them. decided 2 Mar 2026 by Board, about Relationship NPS, Service level',
      ]);
      await check(page, 'what serves an objective');
      await serving(page).getByRole('link', { name: 'Relationship NPS' }).click();
      await settle(page);
      assert.equal(await address(page), '/kpis/nps');
    }, viewport ? { viewport } : {}));
  }

  test('a decision about no KPI has its place there, and an objective that nothing serves says so', async () => {
    await site.open('/strategy/objective~affordable', async (page) => assert.match(plain(await serving(page).innerText()), /Second night shift planned .* We chose the smaller office because half of us work at home\. decided 1 Apr 2026 by Board, about no KPI in particular$/));
    await site.open('/strategy/objective~solved_once?card=quarry', async (page) => {
      assert.match(plain(await page.getByRole('region', { name: 'The way to the goal' }).innerText()), /No initiative and no decision names this objective\.$/);
      assert.doesNotMatch(plain(await page.locator('[data-box="objective~solved_once"]').innerText()), /decision/, 'another card’s serve another card');
    });
  });

  test('that it could not be had is said, and can be tried again', () => {
    let fails = true;
    return site.open('/strategy', async (page) => {
      assert.match(plain(await page.getByRole('alert').innerText()), /What was decided could not be loaded/);
      fails = false;
      await page.getByRole('button', { name: 'Retry' }).click();
      await page.getByText('1 initiative, 2 decisions').waitFor();
    }, { expected: [/500/], intercept: (page) => page.route('**/api/decisions*', (route) => (fails ? route.fulfill({ status: 500, json: { error: { code: 'internal', message: 'the file could not be read' } } }) : route.continue())) });
  });
});

test('a phone has an outline, and the way opens in it', () => site.open('/strategy', async (page) => {
  assert.equal(await page.locator('[data-level]').count(), 0);
  const outline = page.getByRole('list', { name: 'Strategy' });
  assert.equal(await outline.locator('> li').count(), 3);
  await outline.getByRole('button', { name: /^Open backlog\s+Off target/ }).click();
  assert.equal(await address(page), '/strategy/kpi~unresolved_backlog');
  assert.match(plain(await outline.locator('.walk').innerText()), /^From Open backlog to the goal/);
  await check(page, 'outline with a way');
}, { viewport: phone }));

test('a team’s map has its own KPIs, and leads up', () => site.open('/strategy?card=quarry', async (page) => {
  assert.deepEqual(await page.locator('[data-level=kpis] [data-box]').evaluateAll((all) => all.map((b) => b.dataset.box)), ['kpi~csat_t2b', 'kpi~full_resolution_time', 'kpi~service_level', 'kpi~first_response_time']);
  await page.getByRole('link', { name: 'Customer service' }).click();
  await settle(page);
  assert.equal(await address(page), '/strategy?card=service');
  await page.getByRole('link', { name: 'Scorecard' }).first().click();
  await settle(page);
  assert.equal(await address(page), '/?card=service');
}));

test('a box that there is not is said', () => site.open('/strategy/kpi~nothing', async (page) => {
  assert.match(plain(await page.getByRole('region', { name: 'The way to the goal' }).innerText()), /There is no box “kpi~nothing” on this card/);
}));

test('a card without objectives says so, and a failure can be tried again', async () => {
  await site.open('/strategy', async (page) => assert.match(plain(await page.locator('main').innerText()), /no objectives yet.*Set up a card/s), {
    intercept: (page) => page.route('**/api/strategy*', async (route) => route.fulfill({ json: { ...(await (await route.fetch()).json()), objectives: [], kpis: [] } })),
  });
  let fails = true;
  await site.open('/strategy', async (page) => {
    await page.getByRole('alert').waitFor();
    fails = false;
    await page.getByRole('button', { name: 'Retry' }).click();
    await page.locator('[data-box]').first().waitFor();
  }, { expected: [/500/], intercept: (page) => page.route('**/api/strategy*', (route) => (fails ? route.fulfill({ status: 500, json: { error: { code: 'internal', message: 'the card could not be read' } } }) : route.continue())) });
});

for (const [look, options] of [['desk', {}], ['phone', { viewport: phone }]]) {
  test(`KPIs without objectives: no empty rows, and why, ${look}`, () => site.open('/strategy', async (page) => {
    assert.equal(await page.locator('[data-level=objectives], [data-level=factors]').count(), 0);
    assert.ok(await page.locator('[data-box="kpi~csat_t2b"]').isVisible());
    assert.match(plain(await page.locator('.lack').innerText()), /^This card names no objectives and no critical success factors yet/);
    await check(page, 'a map of KPIs only');
  }, {
    ...options,
    intercept: (page) => page.route('**/api/strategy*', async (route) => {
      const served = await (await route.fetch()).json();
      await route.fulfill({ json: { ...served, objectives: [], kpis: served.objectives.flatMap((o) => o.factors).flatMap((f) => f.kpis) } });
    }),
  }));
}
