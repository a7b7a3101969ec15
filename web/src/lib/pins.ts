// Initiatives and decisions as numbered pins on the time axis of a chart.

import { servedBy, type Served } from './serving';
import type { Decision, Initiative } from './strategy-types';

export interface Pin {
  number: number;
  /** Civil day. */
  on: string;
  name: string;
  kind: 'initiative' | 'decision';
  id: string;
  /** The objective it serves, as far as its name is known. */
  serves: Served | null;
}

/** Pins in the order of time; an initiative is pinned where it starts. */
export function pinsOf(initiatives: readonly Initiative[], decisions: readonly Decision[], objectives?: ReadonlyMap<string, Served>): Pin[] {
  const all = [
    ...initiatives.map((i) => ({ on: i.start, name: i.name, kind: 'initiative' as const, id: i.id, serves: servedBy(i, objectives) })),
    ...decisions.map((d) => ({ on: d.date, name: d.text, kind: 'decision' as const, id: d.id, serves: servedBy(d, objectives) })),
  ];
  return all.sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : a.name.localeCompare(b.name))).map((pin, i) => ({ ...pin, number: i + 1 }));
}
