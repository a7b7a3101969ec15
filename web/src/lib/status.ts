// Statuses, qualities and their words: the same on card, table and read-out.

import type { DefinitionStatus, Direction, Quality, Status, Target } from './api-types';

export const STATUS_WORDS: Record<Status, string> = {
  on_target: 'On target',
  within_tolerance: 'Within tolerance',
  off_target: 'Off target',
  too_close_to_call: 'Too close to call',
  no_data: 'No data',
};

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

/**
 * Status of a figure against a target, by the scorecard's rule: no figure, no status; a margin that includes the target
 * is too close to call; short of it by no more than the tolerance is within tolerance.
 */
export function judge(figure: Judged, target: Target | null, direction: Direction): Status | null {
  if (!target) return null;
  if (figure.value === null || figure.quality === 'no_data' || figure.quality === 'suppressed') return 'no_data';
  if (direction === 'range') return Math.abs(figure.value - target.value) <= (target.tolerance ?? 0) ? 'on_target' : 'off_target';
  if (figure.low !== null && figure.high !== null && figure.low <= target.value && target.value <= figure.high) return 'too_close_to_call';
  const short = direction === 'up' ? target.value - figure.value : figure.value - target.value;
  if (short <= 0) return 'on_target';
  return short <= (target.tolerance ?? 0) ? 'within_tolerance' : 'off_target';
}

/** Whether a change is for the better; null while its interval includes "no change". */
export function better(change: { change: number | null; low: number | null; high: number | null }, direction: Direction): boolean | null {
  if (change.change === null || change.change === 0 || direction === 'range') return null;
  if (change.low !== null && change.high !== null && change.low <= 0 && change.high >= 0) return null;
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

/** What is said in place of, or beside, a figure that cannot be fully relied on. */
export function qualityWord(figure: { quality: Quality; n: number; numerator: number | null; denominator: number | null }): string | null {
  switch (figure.quality) {
    case 'ok':
      return null;
    case 'no_data':
      return 'no data';
    case 'settling':
      return 'still settling';
    case 'low_n':
      return 'low n';
    case 'suppressed':
      return figure.numerator === null || figure.denominator === null ? `n ${figure.n}` : `${figure.numerator} of ${figure.denominator}`;
  }
}
