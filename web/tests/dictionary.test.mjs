import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { address, check, phone, plain, settle, start } from './browser.mjs';

const site = start();
const ask = async (path) => (await fetch(site.server.url + path)).json();
const said = async (locator) => plain(await locator.innerText());

describe('dictionary', () => {
  test('each KPI stands once, under its first perspective', () => site.open('/kpis', async (page) => {
    const kpis = await ask('/api/kpis');
    const groups = await page.locator('section.group').evaluateAll((all) => all.map((group) => [group.querySelector('ul').getAttribute('aria-label').toLowerCase(), [...group.querySelectorAll('strong')].map((name) => name.textContent)]));
    assert.deepEqual(new Set(groups.flatMap(([, names]) => names)).size, kpis.length);
    for (const [perspective, names] of groups) assert.deepEqual(names, kpis.filter((k) => k.perspectives[0] === perspective).map((k) => k.name), perspective);
  }));

  for (const [typed, name] of [['CSAT', 'Customer satisfaction'], ['time to resolution', 'Full resolution time'], ['servcie levle', 'Service level'], ['promotors', 'Net promoter score']]) {
    test(`“${typed}” finds ${name} first`, () => site.open('/kpis', async (page) => {
      await page.keyboard.press('/');
      await page.keyboard.type(typed);
      assert.equal(await page.getByRole('list', { name: 'KPIs' }).getByRole('listitem').first().locator('strong').innerText(), name);
    }));
  }

  test('a name that several go by asks which is meant', () => site.open('/kpis?q=retention', async (page) => {
    assert.match(await said(page.getByRole('status').filter({ hasText: 'retention' })), /“retention” is what 2 different KPIs are called: Net revenue retention, Worst answers per 1,000 tickets/);
    await check(page, 'namesakes');
  }));

  test('filters narrow together, are in the address, and lead out again', () => site.open('/kpis', async (page) => {
    const kpis = await ask('/api/kpis');
    await page.getByLabel('For').selectOption('agent');
    assert.equal(await page.locator('.list li').count(), kpis.filter((k) => k.audience.includes('agent')).length);
    await page.getByLabel('Unit').selectOption('percent');
    await page.getByLabel('Kind').selectOption('share');
    assert.equal(await address(page), '/kpis?audience=agent&kind=share&unit=percent');
    assert.deepEqual(await page.locator('.list strong').allInnerTexts(), ['Customer satisfaction']);
    await page.getByLabel('Perspective').selectOption('cost');
    await page.getByText('Nothing matches this choice where perspective is Cost and the audience is Agent').waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    assert.equal(await address(page), '/kpis');
    assert.equal(await page.locator('.list li').count(), kpis.length);
  }));

  test('a server of before that says no audience has no such filter', () => site.open('/kpis', async (page) => {
    assert.equal(await page.getByLabel('For').count(), 0);
    assert.equal(await page.getByLabel('Kind').count(), 0);
    assert.equal(await page.getByLabel('Perspective').count(), 1);
  }, { intercept: (page) => page.route('**/api/kpis', async (route) => {
    const body = await (await route.fetch()).json();
    await route.fulfill({ json: body.map(({ audience: _audience, kind: _kind, table: _table, privacy: _privacy, ...rest }) => rest) });
  }) }));
});

/** Opens what is folded away. */
const unfold = (page) => page.locator('.definition details:has(> summary h3)').evaluateAll((parts) => parts.forEach((part) => { part.open = true; }));

describe('definition', () => {
  test('what only a builder reads is folded away, with what is in it named, and stands on paper', () => site.open('/kpis/csat_t2b', async (page) => {
    assert.deepEqual((await page.locator('.definition details > summary:has(h3)').allInnerTexts()).map(plain), ['Formula as declared', 'Edge cases, run as tests 2', 'Lineage from which records, by which columns']);
    assert.equal(await page.getByLabel('population', { exact: true }).isVisible(), false);
    const high = await page.evaluate(() => document.documentElement.scrollHeight);
    await unfold(page);
    assert.ok(await page.evaluate(() => document.documentElement.scrollHeight) > high + 500);
    await page.locator('.definition details').evaluateAll((parts) => parts.forEach((part) => { part.open = false; }));
    await page.emulateMedia({ media: 'print' });
    assert.ok(await page.locator('.definition .cases').evaluate((table) => table.getBoundingClientRect().height > 20));
  }, { viewport: phone }));

  test('formula in words and as declared', () => site.open('/kpis/service_level', async (page) => {
    await unfold(page);
    const text = await said(page.locator('.definition'));
    assert.match(text, /100 × the contacts above the line ÷ the contacts below it/);
    assert.match(text, /Counted at queued_at/);
    assert.equal(await page.getByLabel('numerator', { exact: true }).innerText(), 'answered and wait_seconds <= $threshold_seconds');
    assert.match(text, /Under 10, only the count is shown and no figure; under 30, the figure is marked “low n”\./);
    assert.match(text, /by Wilson/);
  }));

  test('a formula of several lines stays whole', () => site.open('/kpis/csat_t2b', async (page) => {
    await unfold(page);
    assert.equal(await page.getByLabel('population', { exact: true }).innerText(), "kind = 'csat' and value is not null\nand not is_test");
  }));

  test('what is not in this workspace is named and leads nowhere', () => site.open('/kpis/csat_t2b', async (page) => {
    const missing = page.locator('.chips li').filter({ hasText: 'Quality score' });
    assert.equal(await said(missing), 'Quality score not in this workspace');
    assert.equal(await missing.locator('a').count(), 0);
    await page.locator('.chips').getByRole('link', { name: 'Service level' }).click();
    await settle(page);
    assert.equal(await address(page), '/kpis/service_level');
  }));

  test('edge cases: given rows and what they must give', () => site.open('/kpis/csat_t2b', async (page) => {
    await unfold(page);
    const { examples } = await ask('/api/kpis/csat_t2b');
    const rows = page.getByRole('table', { name: 'Edge cases, run as tests' }).locator('tbody tr');
    assert.equal(await rows.count(), examples.length);
    assert.match(await said(rows.nth(0)), /a mid-scale answer counts below the line asked with satisfied_from = 4 .*ticket t-2, value 3.*66\.7 % n 3, above the line 2, below the line 3/);
    assert.match(await said(rows.nth(1)), /no answers are no data, not 0 % no rows no figure n 0, no data/);
  }));

  test('many rows are told by what they share and what is their own', () => site.open('/kpis/csat_t2b', async (page) => {
    await unfold(page);
    const row = page.locator('tr.example').first();
    assert.match(await said(row), /all with instrument csat, answer_delay 15 d 12 × value 5 6 × value 4 1 × value 3 1 × value 2 3 more kinds of rows, 24 rows in all/);
    await row.locator('summary').click();
    assert.match(await said(row), /2 × value 1, scale none/);
    await check(page, 'many rows');
  }, { intercept: (page) => page.route('**/api/kpis/csat_t2b', async (route) => {
    const body = await (await route.fetch()).json();
    const given = [[5, 12], [4, 6], [3, 1], [2, 1], [1, 1], [0, 1]].map(([value, times]) => ({ instrument: 'csat', answer_delay: 15 * 86_400, value, times }));
    body.lineage[0].columns.push({ name: 'answer_delay', type: 'duration', meaning: 'offered to answered', used_in: ['population'], from: [] });
    body.examples = [{ ...body.examples[0], rows: [...given, { instrument: 'csat', answer_delay: 15 * 86_400, value: 1, scale: null, times: 2 }] }];
    await route.fulfill({ json: body });
  }) }));

  test('a derived one: its inputs, their figures, and the lineage of each table', () => site.open('/kpis/cost_per_contact', async (page) => {
    await unfold(page);
    const text = await said(page.locator('.definition'));
    assert.match(text, /cost Total cost not in this workspace/);
    assert.match(text, /cost Total cost 4,820 contacts Service level 1,000 EUR 4\.82/);
    assert.match(text, /money, in EUR, less is better/);
    assert.equal(await page.locator('.lineage').count(), 2);
  }));

  test('lineage: columns used, fields they are folded from, files that map these, and those that none does', () => site.open('/kpis/first_response_time', async (page) => {
    await unfold(page);
    const { lineage: [one] } = await ask('/api/kpis/first_response_time');
    const table = page.getByRole('table', { name: 'Columns of ticket that it uses' });
    assert.equal(await table.locator('tbody tr').count(), one.columns.length);
    assert.match(await said(table.getByRole('row').filter({ hasText: 'first_public_reply_at' })), /end event\.at event\.kind event\.actor_kind event\.public not mapped here ticket\.first_reply_at not mapped here/);
    assert.match(await said(page.locator('.lineage .records')), /Ticket A request for help.*sources\/helpdesk\.toml maps created_at, customer_id/);
    await page.goto(`${site.server.url}/kpis/cost_per_contact`);
    await settle(page);
    await unfold(page);
    assert.match(await said(page.locator('.lineage').first()), /Rate .*No source file of this workspace makes such records\./);
  }));

  test('without lineage there is no such section', () => site.open('/kpis/nps', async (page) => {
    assert.equal(await page.getByRole('heading', { name: 'Lineage' }).count(), 0);
  }, { intercept: (page) => page.route('**/api/kpis/nps', async (route) => {
    const { lineage: _lineage, privacy: _privacy, ...body } = await (await route.fetch()).json();
    await route.fulfill({ json: body });
  }) }));
});

describe('response and coverage', () => {
  const rate = async (id, range, only = '') => (await ask(`/api/kpis/${id}/answers?range=${range}&grain=total${only}`))[0].rows[0].value;
  const words = (response, coverage) => `response ${response.toFixed(1)} %, asked ${coverage.toFixed(1)} % of eligible`;

  for (const [path, where] of [['/kpis/csat_t2b', '.headline .asked'], ['/explore?kpi=csat_t2b', '.headline .asked'], ['/tickets?kpi=csat_t2b', '.headline .asked'], ['/', 'a[data-kpi=csat_t2b] .asked']]) {
    test(path, () => site.open(path, async (page) => {
      await page.locator(where).waitFor();
      assert.equal(await said(page.locator(where)), words(await rate('csat_response_rate', 'last-month'), await rate('survey_coverage', 'last-month')));
    }));
  }

  test('of the same period and filters', () => site.open('/kpis/csat_t2b?channel=Email&range=last-7d', async (page) => {
    await page.locator('.headline .asked').waitFor();
    const only = '&only=channel%3DEmail';
    assert.equal(await said(page.locator('.headline .asked')), words(await rate('csat_response_rate', 'last-7d', only), await rate('survey_coverage', 'last-7d', only)));
  }));

  for (const path of ['/kpis/nps', '/kpis/service_level']) {
    test(`${path}: another question, or none, has none`, () => site.open(path, async (page) => assert.equal(await page.locator('.asked').count(), 0)));
  }
});

describe('money', () => {
  test('in the organisation’s currency, provisional while the ledger is open', () => site.open('/kpis/cost_per_contact?by=channel&range=last-28d', async (page) => {
    const [answer] = await ask('/api/kpis/cost_per_contact/answers?range=last-28d&grain=total');
    assert.equal(await said(page.locator('.headline .value')), `EUR ${answer.rows[0].value.toFixed(2)}`);
    const tag = page.locator('.headline .tag');
    assert.equal(await said(tag), 'provisional');
    assert.equal(await tag.locator('svg').count(), 1);
    assert.match(await said(page.locator('.breakdown tbody tr').first()), /EUR \d\.\d\d .* provisional/);
    await page.getByRole('application').focus();
    await page.keyboard.press('End');
    assert.match(await said(page.locator('[aria-live]').last()), /EUR \d\.\d\d/);
    await page.goto(`${site.server.url}/kpis/cost_per_contact?range=last-month`);
    await settle(page);
    assert.equal(await page.locator('.headline .tag').count(), 0);
  }));

  test('a missing exchange rate is named', () => site.open('/kpis/cost_per_contact?by=country&range=2024-12-01..2024-12-31', async (page) => {
    assert.match(await said(page.locator('.headline')), /no data no exchange rate from PLN to EUR on 1 Dec 2024/);
    assert.match(await said(page.locator('tbody tr').filter({ hasText: 'Poland' })), /no data: no exchange rate from PLN to EUR on 1 Dec 2024/);
    await page.getByText('There is no figure: no exchange rate from PLN to EUR on 1 Dec 2024.').waitFor();
    await check(page, 'missing rate');
  }));

  test('a rate of money is over 100 % where it is, and counts money', () => site.open('/kpis/net_revenue_retention', async (page) => {
    const [answer] = await ask('/api/kpis/net_revenue_retention/answers?range=last-month&grain=total');
    const [row] = answer.rows;
    assert.ok(row.value > 100);
    assert.equal(await said(page.locator('.headline .value')), `${row.value.toFixed(1)} %`);
    assert.ok((await said(page.locator('.headline .rows'))).includes(`EUR ${Math.round(row.numerator).toLocaleString('en-GB')} of ${Math.round(row.denominator).toLocaleString('en-GB')}`));
  }));

  test('per 1,000', () => site.open('/kpis/poor_answers', async (page) => assert.match(await said(page.locator('.headline .value')), /^\d+\.\d per 1,000$/)));
});

describe('staff', () => {
  test('fewer than five people are not shown, nor counted, nor listed', () => site.open('/kpis/enps?by=team', async (page) => {
    const few = page.locator('tbody tr').filter({ hasText: 'Night shift' });
    assert.match(await said(few), /fewer than five people: not shown.*– withheld$/);
    assert.equal(await few.locator('.tag svg').count(), 1);
    assert.match(await said(page.locator('tbody tr').filter({ hasText: 'Quarry' })), /withheld/);
    assert.equal(await page.locator('main a[data-drill]').count(), 0);
    await check(page, 'withheld');
  }));

  test('a period that is withheld as a whole', () => site.open('/explore?by=none&kpi=enps&team=Quarry', async (page) => {
    assert.equal(await said(page.locator('.headline .value')), 'fewer than five people: not shown');
    await page.getByText('Figures of fewer than five people are not shown').waitFor();
    assert.doesNotMatch(await said(page.locator('.headline')), /n \d/);
    await page.goto(`${site.server.url}/tickets?kpi=enps`);
    await page.getByText('is about staff: the rows behind its figures are not listed').waitFor();
  }, { expected: [/400/] }));
});

for (const colorScheme of ['light', 'dark']) {
  test(`on a phone, ${colorScheme}: cases and lineage are lists, and nothing is wider than the page`, () => site.open('/kpis/cost_per_contact', async (page) => {
    await unfold(page);
    assert.equal(await page.locator('.cases tbody tr').first().evaluate((row) => getComputedStyle(row).display), 'block');
    assert.ok(await page.locator('.cases tbody tr th').first().evaluate((cell) => cell.getBoundingClientRect().width > 300));
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0);
    await check(page, 'definition');
  }, { viewport: phone, colorScheme }));
}
