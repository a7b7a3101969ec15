// What is asked and recorded of cards, strategy, reviews and set-up.

import type { Eligibility } from './api-types';
import { fetched, Problem, request, type Parameters } from './client';
import { learn, type Labels } from './labels.svelte';
import type { Benchmarks, CardEntry, Decision, Deed, Finding, Initiative, Logged, Proposal, Reviews, Scorecard, Setup, Strategy, Wish } from './strategy-types';

export const cards = () => request<CardEntry[]>('/api/cards');
export const scorecard = (asked: Parameters) => {
  const { key, load } = request<Scorecard & { labels?: Labels }>('/api/scorecard', asked);
  return { key, load: (signal: AbortSignal): Promise<Scorecard> => load(signal).then((card) => (learn(card.labels), card)) };
};
export const strategy = (card: string | null, range: string | null) => request<Strategy>('/api/strategy', { card, range });
/** What is due and was done; of one subject, or of all. */
export const reviews = (subject: string | null = null) => request<Reviews>('/api/reviews', { subject });
/** All that a check of a card finds, its figures asked. */
export const findings = (card: string) => request<Finding[]>('/api/lint', { card });
export const initiatives = (metric: string | null) => request<Initiative[]>('/api/initiatives', { metric });
export const decisions = (metric: string | null) => request<Decision[]>('/api/decisions', { metric });
export const benchmarks = (metric: string, old: boolean) => request<Benchmarks>('/api/benchmarks', { metric, old: old ? 'true' : null });
/** Whom the figures of a card recognise; agents in place of teams. */
export const recognition = (card: string | null, agents: boolean) => request<Eligibility[]>('/api/recognition', { card, agents: agents ? 'true' : null });
export const setup = () => request<Setup>('/api/setup');

function send<T>(path: string, body: unknown): Promise<T> {
  return fetched<T>(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
}

export const record = (deed: Deed) => send<Logged>('/api/reviews', deed);
export const propose = (wish: Wish) => send<Proposal>('/api/setup', wish);

/** What went wrong with something sent, for the form that sent it. */
export function fault(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem('page', error instanceof Error ? error.message : String(error));
}
