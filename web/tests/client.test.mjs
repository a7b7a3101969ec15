// The client's types are those of the committed document; that the document is the program's is a test of the server.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import openapi, { astToString, COMMENT_HEADER } from 'openapi-typescript';

const root = new URL('../', import.meta.url);

test('src/lib/api.d.ts is written from openapi.json', async () => {
  const made = COMMENT_HEADER + astToString(await openapi(new URL('openapi.json', root), { silent: true }));
  const committed = await readFile(fileURLToPath(new URL('src/lib/api.d.ts', root)), 'utf8');
  assert.ok(made === committed, 'they differ: `make reference` writes both');
});

test('the fixture answers with the fields that the document names', async () => {
  const document = JSON.parse(await readFile(fileURLToPath(new URL('openapi.json', root)), 'utf8'));
  const { serve } = await import('./fixture/server.mjs');
  const server = await serve();
  try {
    for (const [path, of, address] of [
      ['/api/organisation', 'organisation', '/api/organisation'],
      ['/api/kpis', 'list of KPIs', '/api/kpis'],
      ['/api/kpis/{id}', 'KPI', '/api/kpis/csat_t2b'],
      ['/api/kpis/{id}/answers', 'answers', '/api/kpis/csat_t2b/answers?range=last-month&grain=total&by=channel&compare=prev'],
      ['/api/kpis/{id}/rows', 'rows', '/api/kpis/first_response_time/rows?range=last-month&limit=2'],
      ['/api/kpis/{id}/dimensions/{name}/values', 'values', '/api/kpis/csat_t2b/dimensions/team/values?range=last-month'],
      ['/api/scorecard', 'scorecard', '/api/scorecard?range=last-month&only=channel%3DEmail'],
      ['/api/cascade', 'cascade', '/api/cascade?kpi=csat_t2b&range=last-month'],
      ['/api/recognition', 'recognition', '/api/recognition'],
      ['/api/tickets', 'found tickets', '/api/tickets?id=291938'],
      ['/api/tickets/{system}/{id}', 'ticket', '/api/tickets/helpdesk/291938'],
    ]) {
      const schema = document.paths[path].get.responses['200'].content['application/json'].schema;
      const body = await (await fetch(server.url + address)).json();
      assert.deepEqual(missing(schema, body, of, document.components.schemas), []);
    }
  } finally {
    await server.stop();
  }
});

/** Fields of a schema that a value lacks, and fields of the value that the schema does not know. */
function missing(schema, value, at, schemas) {
  if (schema.$ref) return missing(schemas[schema.$ref.split('/').at(-1)], value, at, schemas);
  const options = schema.oneOf ?? schema.anyOf;
  if (options) return value === null ? [] : options.filter((o) => o.type !== 'null').flatMap((o) => missing(o, value, at, schemas));
  if (schema.allOf) {
    const known = schema.allOf.flatMap((part) => Object.keys((part.$ref ? schemas[part.$ref.split('/').at(-1)] : part).properties ?? {}));
    return known.filter((name) => !(name in value)).map((name) => `${at}.${name} is missing`);
  }
  if (value === null || value === undefined) return [];
  if (schema.type === 'array') return value.slice(0, 3).flatMap((one, i) => missing(schema.items, one, `${at}[${i}]`, schemas));
  if (!schema.properties) return [];
  const names = Object.keys(schema.properties);
  return [
    ...names.filter((name) => !(name in value)).map((name) => `${at}.${name} is missing`),
    ...Object.keys(value).filter((name) => !names.includes(name)).map((name) => `${at}.${name} is not in the document`),
    ...names.flatMap((name) => missing(schema.properties[name], value[name], `${at}.${name}`, schemas)),
  ];
}
