// How a target came to be what it is: from the changes that were recorded, with what the file said after each.

import type { Logged } from './strategy-types';

/** A target as it was from one day on. */
export interface TargetThen {
  number: number;
  at: string;
  by: string;
  why: string;
  value: number | null;
  low: number | null;
  high: number | null;
  baseline: number | null;
  stretch: number | null;
  deadline: string | null;
  owner: string | null;
}

const number = (value: unknown) => (typeof value === 'number' ? value : null);
const text = (value: unknown) => (typeof value === 'string' ? value : null);

/** The targets of some KPIs, the last one first. A change of a KPI as a whole has its target in it. */
export function targetsOf(log: readonly Logged[], kpis: readonly string[]): TargetThen[] {
  const found = log.flatMap((entry): TargetThen[] => {
    const of = entry.subject.replace(/^(target|kpi):/, '');
    const said = entry.changed_to;
    if (entry.kind !== 'change' || said === null || of === entry.subject || !kpis.includes(of)) return [];
    const target = (entry.subject.startsWith('target:') ? said : said['target']) as Record<string, unknown> | undefined;
    if (!target) return [];
    return [{
      number: entry.number, at: entry.at, by: entry.actor, why: entry.text.replace(/^changed: /, ''), value: number(target['value']), low: number(target['low']), high: number(target['high']),
      baseline: number(target['baseline']), stretch: number(target['stretch']), deadline: text(target['deadline']), owner: text(target['owner']),
    }];
  });
  return found.sort((a, b) => b.number - a.number);
}
