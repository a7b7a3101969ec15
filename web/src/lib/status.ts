// Statuses, qualities and their words: the same on card, table and read-out.

import type { DefinitionStatus, Direction, Quality, Status, Target } from './api-types';

export const STATUS_WORDS: Record<Status, string> = {
  on_target: 'On target',
  within_tolerance: 'Within tolerance',
  off_target: 'Off target',
  too_close_to_call: 'Too close to call',
  no_data: 'No data',
};

/** The status in words. Without a figure there is none, which is not to say that there are no data: there may be too few, or none that can be judged yet. */
export function statusWord(status: Status, of: { quality: Quality; n: number; note?: string | null; reason?: string | null } | null = null): string {
  if (status !== 'no_data' || of === null) return STATUS_WORDS[status];
  if (of.quality === 'suppressed') return 'Too few';
  if (of.quality === 'withheld') return 'Withheld';
  if (of.quality === 'settling' || of.quality === 'not_reached' || /too young to be judged$/.test(of.note ?? of.reason ?? '')) return 'Still settling';
  return STATUS_WORDS.no_data;
}

export const STATUSES = Object.keys(STATUS_WORDS) as Status[];

export const DEFINITION_WORDS: Record<DefinitionStatus, string> = {
  template_default: 'template default, not approved',
  draft: 'draft, not approved',
  approved: 'approved',
  deprecated: 'deprecated',
};

interface Judged {
  value: number | null;
  low: number | null;
  high: number | null;
  quality: Quality;
}

/** Whether there is no figure to be shown. */
export const hidden = (quality: Quality) => quality === 'no_data' || quality === 'suppressed' || quality === 'withheld';

/** What is said in place of a figure about few people. */
export const WITHHELD = 'fewer than five people: not shown';

/** The good side: from, to; open where nothing bounds it. */
export function goodSide(target: Target, direction: Direction): [number, number] {
  if (target.low !== null && target.high !== null) return [target.low, target.high];
  return direction === 'down' ? [-Infinity, target.value] : [target.value, Infinity];
}

/** How far apart two numbers of this size may be and still be the same. */
const slack = (number: number) => 1e-9 * Math.max(1, Math.abs(number));

/** Whether an interval includes a number; without width it includes none, open on one side it goes on without end. */
function includes({ low, high }: Judged, number: number): boolean {
  if (low === null && high === null) return false;
  if (low !== null && high !== null && high - low <= slack(number)) return false;
  return (low ?? -Infinity) - slack(number) <= number && number <= (high ?? Infinity) + slack(number);
}

/**
 * Status of a row against a target, by the rule that the scorecard's own statuses are made with: no figure, no status;
 * a margin that includes the target is too close to call; short of it by no more than the tolerance is within tolerance.
 */
export function judge(figure: Judged, target: Target | null, direction: Direction): Status | null {
  if (!target) return null;
  const { value } = figure;
  if (value === null || hidden(figure.quality)) return 'no_data';
  const [from, to] = goodSide(target, direction);
  const edges = [from, to].filter(Number.isFinite);
  if (edges.some((edge) => includes(figure, edge))) return 'too_close_to_call';
  const short = Math.max(from - value, value - to);
  const room = Math.max(slack(value), ...edges.map(slack));
  return short <= room ? 'on_target' : short <= target.tolerance + room ? 'within_tolerance' : 'off_target';
}

/** Whether a figure counts all there is, so that a target for it says nothing about a part of it. */
export function countsAll(kind: unknown, unit: string): boolean {
  return kind === 'stock' || kind === 'count' || kind === 'sum' || (kind === 'derived' && unit === 'count');
}

/** Whether a change is for the better; null where it cannot be told from none, and where neither way is better. */
export function better(change: { change: number | null; low: number | null; high: number | null }, direction: Direction, sampled: boolean): boolean | null {
  if (change.change === null || Math.abs(change.change) <= 1e-9 || direction === 'range') return null;
  if (change.low !== null && change.high !== null ? unclear(change) : sampled) return null;
  return change.change > 0 === (direction === 'up');
}

/** Whether a change cannot be told from none. */
export function unclear(change: { low: number | null; high: number | null }): boolean {
  return change.low !== null && change.high !== null && change.low <= 0 && change.high >= 0;
}

/** The statistic's name in words, where the figure's own name does not say it. */
export function statisticWord(statistic: string): string {
  const quantile = /^p(\d+)$/.exec(statistic);
  if (quantile?.[1]) return `${quantile[1]}th percentile`;
  return { median: 'median', mean: 'mean', net_score: 'net score', share: 'share', ratio: 'share', count: 'count', sum: 'sum' }[statistic] ?? statistic.replaceAll('_', ' ');
}

/** What is said in place of, or beside, a figure that cannot be fully relied on; a figure that is missing for a reason says it. */
export function qualityWord(figure: { quality: Quality; n: number; numerator: number | null; denominator: number | null; reason?: string | null; note?: string | null }): string | null {
  switch (figure.quality) {
    case 'ok':
      return null;
    case 'no_data':
      return (figure.note ?? figure.reason) ? `no data: ${figure.note ?? figure.reason}` : 'no data';
    case 'withheld':
      return WITHHELD;
    case 'settling':
      return 'still settling';
    case 'provisional':
      return 'provisional';
    case 'not_reached':
      return 'not reached';
    case 'low_n':
      return 'low n';
    case 'suppressed':
      return figure.numerator === null || figure.denominator === null ? `n ${figure.n}` : `${figure.numerator} of ${figure.denominator}`;
  }
}

/** Why a change can be missing although both of its figures are there. */
export const INCOMPARABLE = 'the compared period is only partly covered by data';

/** Whether two figures are there and the server says no change between them: then they are not of the same kind. */
export function incomparable(value: number | null, previous: number | null | undefined, change: number | null | undefined): boolean {
  return value !== null && previous != null && change == null;
}

/** The clock of a time in words; empty where it has none. */
export function clockWord(clock: unknown): string {
  return clock === 'business' || clock === 'calendar' ? `${clock} hours` : '';
}
