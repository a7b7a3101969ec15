// What the pages ask of figures and of what is behind them; the first load does without.

import createClient from 'openapi-fetch';
import type { Answer, DimensionValues, FoundTickets, Kpi, paths, Rows, Ticket } from './api-types';
import { query, read, type Parameters } from './client';
import { learn } from './labels.svelte';
import { person } from './person.svelte';

const client = createClient<paths>({ querySerializer: { array: { style: 'form', explode: true } } });

/** A definition. Who looks at it is told, where they have said: what nobody has looked at for long is due for review. */
export const kpi = (id: string) => ({
  key: `kpi ${id}`,
  load: (signal: AbortSignal) => read<Kpi>(client.GET('/api/kpis/{id}', { params: { path: { id } }, headers: person.name ? { 'crosscheck-name': encodeURIComponent(person.name) } : {}, signal })),
});

export const answers = (id: string, asked: Parameters) => {
  const parameters = query(asked);
  return {
    key: `answers ${id} ${JSON.stringify(parameters)}`,
    load: async (signal: AbortSignal) => {
      const found = await read<Answer[]>(client.GET('/api/kpis/{id}/answers', { params: { path: { id }, query: parameters }, signal }));
      for (const one of found) learn(one.labels);
      return found;
    },
  };
};

export const rows = (id: string, asked: Parameters) => {
  const parameters = query(asked);
  return {
    key: `rows ${id} ${JSON.stringify(parameters)}`,
    load: async (signal: AbortSignal) => {
      const found = await read<Rows>(client.GET('/api/kpis/{id}/rows', { params: { path: { id }, query: parameters }, signal }));
      learn(found.labels);
      return found;
    },
  };
};

/** Address of all rows as a file. */
export function rowsFile(id: string, asked: Parameters): string {
  const search = new URLSearchParams(Object.entries(query({ ...asked, format: 'csv' })).flatMap(([name, value]) => (Array.isArray(value) ? value.map((one) => [name, String(one)]) : [[name, String(value)]])));
  return `/api/kpis/${encodeURIComponent(id)}/rows?${search}`;
}

export const values = (id: string, name: string, asked: Parameters) => {
  const parameters = query(asked);
  return {
    key: `values ${id} ${name} ${JSON.stringify(parameters)}`,
    load: async (signal: AbortSignal) => {
      const found = await read<DimensionValues>(client.GET('/api/kpis/{id}/dimensions/{name}/values', { params: { path: { id, name }, query: parameters }, signal }));
      learn({ [name]: Object.fromEntries(found.values.flatMap(({ value, label }) => (value !== null && label ? [[value, label]] : []))) });
      return found;
    },
  };
};

export const findTickets = (id: string) => ({
  key: `tickets ${id}`,
  load: (signal: AbortSignal) => read<FoundTickets>(client.GET('/api/tickets', { params: { query: { id } }, signal })),
});

export const ticket = (system: string, id: string) => ({
  key: `ticket ${system} ${id}`,
  load: (signal: AbortSignal) => read<Ticket>(client.GET('/api/tickets/{system}/{id}', { params: { path: { system, id } }, signal })),
});
