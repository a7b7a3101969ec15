// How a target came to be what it is: from the changes that were recorded, with what the file said after each.

import type { Logged } from './strategy-types';

/** A target as it was from one day on. */
export interface TargetThen {
  number: number;
  /** The KPI, as "company/csat_t2b". */
  kpi: string;
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

/** A target in the journal: with a change of it or of its KPI, or with an approval of either or of the card. */
function recorded(entry: Logged): { kpi: string; target: Record<string, unknown> }[] {
  if (entry.kind === 'approve') return (entry.targets ?? []).map(({ subject, target }) => ({ kpi: subject.replace(/^target:/, ''), target }));
  const kpi = entry.subject.replace(/^(target|kpi):/, '');
  const said = entry.changed_to;
  if (entry.kind !== 'change' || said === null || kpi === entry.subject) return [];
  const target = (entry.subject.startsWith('target:') ? said : said['target']) as Record<string, unknown> | undefined;
  return target ? [{ kpi, target }] : [];
}

/** The targets of some KPIs, the last one first. Who signs what the one before wrote or signed makes no new target. */
export function targetsOf(log: readonly Logged[], kpis: readonly string[]): TargetThen[] {
  const found: TargetThen[] = [];
  const last = new Map<string, { said: string; then: TargetThen }>();
  for (const entry of [...log].sort((a, b) => a.number - b.number)) {
    for (const { kpi, target } of recorded(entry).filter((one) => kpis.includes(one.kpi))) {
      const said = JSON.stringify(Object.entries(target).sort(([one], [other]) => (one < other ? -1 : 1)));
      const before = last.get(kpi);
      if (before?.said === said) {
        if (!before.then.by.split(' and ').includes(entry.actor)) before.then.by += ` and ${entry.actor}`;
        continue;
      }
      const then: TargetThen = {
        number: entry.number, kpi, at: entry.at, by: entry.actor, why: entry.text.replace(/^(changed|approved[^:]*)(: |$)/, ''), value: number(target['value']), low: number(target['low']), high: number(target['high']),
        baseline: number(target['baseline']), stretch: number(target['stretch']), deadline: text(target['deadline']), owner: text(target['owner']),
      };
      last.set(kpi, { said, then });
      found.push(then);
    }
  }
  return found.sort((a, b) => b.number - a.number);
}
