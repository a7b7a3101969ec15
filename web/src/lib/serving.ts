// What initiatives and decisions serve: objectives of cards, by their names.

import type { Request } from './client';
import { strategy } from './strategy';
import type { Decision, Initiative } from './strategy-types';

/** An objective of a card, as it is named and where its box stands. */
export interface Served {
  name: string;
  /** Title of the card. */
  title: string;
  path: string;
  /** Card whose map has the box; null for the company's. */
  card: string | null;
}

type Serving = Pick<Initiative | Decision, 'card' | 'objective'>;

const keyOf = (card: string, objective: string) => `${card}/${objective}`;

/** The objectives that these serve, asked of the maps of their cards; null where none serves one. */
export function served(efforts: readonly Serving[]): Request<ReadonlyMap<string, Served>> | null {
  const cards = [...new Set(efforts.filter((one) => one.objective).map((one) => one.card))].sort();
  if (cards.length === 0) return null;
  return {
    key: `objectives ${cards.join()}`,
    // A map that cannot be had leaves the objectives of its card without a name, and no more.
    load: async (signal) => new Map((await Promise.all(cards.map((card) => strategy(card === 'company' ? null : card, null).load(signal).catch(() => null)))).flatMap((map, i) => (map?.objectives ?? []).map((objective): [string, Served] => (
      [keyOf(cards[i] ?? '', objective.id), { name: objective.name, title: map?.title ?? '', path: `/strategy/${encodeURIComponent(`objective~${objective.id}`)}`, card: cards[i] === 'company' ? null : cards[i] ?? null }])))),
  };
}

/** The objective that one of them serves; null where it serves none, or its name is not known. */
export function servedBy(one: Serving, objectives: ReadonlyMap<string, Served> | undefined): Served | null {
  return (one.objective && objectives?.get(keyOf(one.card, one.objective))) || null;
}
