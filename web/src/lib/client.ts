// The one way to the server: errors as one kind of value, answers kept for a minute so that "back" is instant. The client that is
// made from the server's document is in ask.ts, away from the first load.

import type { ApiProblem, KpiEntry, Organisation } from './api-types';

/** Why a request gave no figures, in words for the page. */
export class Problem extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly help: string | null = null,
    /** Metrics that can be asked in its place. */
    readonly instead: readonly { name: string; metric: string; variant: string | null }[] = [],
    /** What was asked is wrong: asking it again cannot help. */
    readonly lasting = false,
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
  if (typeof error === 'object' && 'error' in error) throw new Problem(error.error.code, error.error.message, error.error.help ?? null, (error.error.instead ?? []).map((other) => ({ ...other, variant: other.variant ?? null })), response.status === 400);
  throw new Problem(`http_${response.status}`, `the server answered ${response.status} ${response.statusText}`.trim());
}

export type Parameters = Record<string, string | number | readonly string[] | null | undefined>;

/** Leaves out what is not set, so that the server's defaults apply. */
export function query(parameters: Parameters) {
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== null && value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0)));
}

/** Asks for a path, and reads its answer or why there is none. */
export function fetched<T>(path: string, options: RequestInit): Promise<T> {
  return read<T>(fetch(path, options).then(async (response) => {
    if (response.ok) return { data: await response.json(), response };
    const text = await response.text();
    return { error: text.startsWith('{') ? (JSON.parse(text) as ApiProblem) : text, response };
  }));
}

export function request<T>(path: string, asked: Parameters = {}): Request<T> {
  const search = new URLSearchParams(Object.entries(query(asked)).flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((one) => [name, String(one)])));
  const address = search.size === 0 ? path : `${path}?${search}`;
  return { key: address, load: (signal) => fetched<T>(address, { signal }) };
}

export const organisation = () => request<Organisation>('/api/organisation');
export const kpis = () => request<KpiEntry[]>('/api/kpis');
