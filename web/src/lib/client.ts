// The one way to the server: typed GETs, errors as one kind of value, answers kept for a minute so that "back" is instant.

import createClient from 'openapi-fetch';
import type { Answer, ApiProblem, DimensionValues, FoundTickets, Kpi, KpiEntry, Organisation, paths, Rows, Ticket } from './api-types';

const client = createClient<paths>({ querySerializer: { array: { style: 'form', explode: true } } });

/** Why a request gave no figures, in words for the page. */
export class Problem extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly help: string | null = null,
    /** Metrics that can be asked in its place. */
    readonly instead: readonly { name: string; metric: string; variant: string | null }[] = [],
  ) {
    super(message);
  }
}

/** A request that a resource can make, repeat and remember. */
export interface Request<T> {
  key: string;
  load: (signal: AbortSignal) => Promise<T>;
}

interface Reply {
  data?: unknown;
  error?: ApiProblem | string | undefined;
  response: Response;
}

/** The body of an answer, in the page's own name for the type that the path has in the document. */
export async function read<T>(reply: Promise<Reply>): Promise<T> {
  let answered: Reply;
  try {
    answered = await reply;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    if (error instanceof SyntaxError) throw new Problem('unreadable', 'the server’s answer is not JSON');
    throw new Problem('unreachable', 'the server cannot be reached', 'check that crosscheck serve is running and that the network is up');
  }
  const { data, error, response } = answered;
  if (response.ok && data !== undefined) return data as T;
  if (typeof error === 'object' && 'error' in error) throw new Problem(error.error.code, error.error.message, error.error.help ?? null, (error.error.instead ?? []).map((other) => ({ ...other, variant: other.variant ?? null })));
  throw new Problem(`http_${response.status}`, `the server answered ${response.status} ${response.statusText}`.trim());
}

export type Parameters = Record<string, string | number | readonly string[] | null | undefined>;

/** Leaves out what is not set, so that the server's defaults apply. */
export function query(parameters: Parameters) {
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== null && value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0)));
}

export const organisation = () => ({
  key: 'organisation',
  load: (signal: AbortSignal) => read<Organisation>(client.GET('/api/organisation', { signal })),
});

export const kpis = () => ({
  key: 'kpis',
  load: (signal: AbortSignal) => read<KpiEntry[]>(client.GET('/api/kpis', { signal })),
});

export const kpi = (id: string) => ({
  key: `kpi ${id}`,
  load: (signal: AbortSignal) => read<Kpi>(client.GET('/api/kpis/{id}', { params: { path: { id } }, signal })),
});

export const answers = (id: string, asked: Parameters) => {
  const parameters = query(asked);
  return {
    key: `answers ${id} ${JSON.stringify(parameters)}`,
    load: (signal: AbortSignal) => read<Answer[]>(client.GET('/api/kpis/{id}/answers', { params: { path: { id }, query: parameters }, signal })),
  };
};

export const rows = (id: string, asked: Parameters) => {
  const parameters = query(asked);
  return {
    key: `rows ${id} ${JSON.stringify(parameters)}`,
    load: (signal: AbortSignal) => read<Rows>(client.GET('/api/kpis/{id}/rows', { params: { path: { id }, query: parameters }, signal })),
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
    load: (signal: AbortSignal) => read<DimensionValues>(client.GET('/api/kpis/{id}/dimensions/{name}/values', { params: { path: { id, name }, query: parameters }, signal })),
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
