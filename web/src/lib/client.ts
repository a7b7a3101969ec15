// The one way to the server: typed GETs, errors as one kind of value, answers kept for a minute so that "back" is instant.

import createClient from 'openapi-fetch';
import type { AnswersQuery, ApiProblem, paths } from './api-types';

const client = createClient<paths>({ querySerializer: { array: { style: 'form', explode: true } } });

/** Why a request gave no figures, in words for the page. */
export class Problem extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly help: string | null = null,
  ) {
    super(message);
  }
}

/** A request that a resource can make, repeat and remember. */
export interface Request<T> {
  key: string;
  load: (signal: AbortSignal) => Promise<T>;
}

interface Reply<T> {
  data?: T;
  error?: ApiProblem | string | undefined;
  response: Response;
}

async function read<T>(reply: Promise<Reply<T>>): Promise<T> {
  let answered: Reply<T>;
  try {
    answered = await reply;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    if (error instanceof SyntaxError) throw new Problem('unreadable', 'the server’s answer is not JSON');
    throw new Problem('unreachable', 'the server cannot be reached', 'check that crosscheck serve is running and that the network is up');
  }
  const { data, error, response } = answered;
  if (response.ok && data !== undefined) return data;
  if (typeof error === 'object' && 'error' in error) throw new Problem(error.error.code, error.error.message, error.error.help ?? null);
  throw new Problem(`http_${response.status}`, `the server answered ${response.status} ${response.statusText}`.trim());
}

/** Leaves out what is not set, so that the server's defaults apply. */
function query(parameters: Record<string, string | null | undefined>): AnswersQuery {
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== null && value !== undefined && value !== ''));
}

export const organisation = () => ({
  key: 'organisation',
  load: (signal: AbortSignal) => read(client.GET('/api/organisation', { signal })),
});

export const kpis = () => ({
  key: 'kpis',
  load: (signal: AbortSignal) => read(client.GET('/api/kpis', { signal })),
});

export const kpi = (id: string) => ({
  key: `kpi ${id}`,
  load: (signal: AbortSignal) => read(client.GET('/api/kpis/{id}', { params: { path: { id } }, signal })),
});

export const answers = (id: string, asked: Record<string, string | null | undefined>) => {
  const parameters = query(asked);
  return {
    key: `answers ${id} ${JSON.stringify(parameters)}`,
    load: (signal: AbortSignal) => read(client.GET('/api/kpis/{id}/answers', { params: { path: { id }, query: parameters }, signal })),
  };
};

export const scorecard = (range: string, compare: string) => {
  const parameters = query({ range, compare });
  return {
    key: `scorecard ${JSON.stringify(parameters)}`,
    load: (signal: AbortSignal) => read(client.GET('/api/scorecard', { params: { query: parameters }, signal })),
  };
};
