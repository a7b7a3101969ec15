// Periods a person picks: presets by name and key, and days of their own.

import { days, rangeText, addDays } from './dates';

export interface Preset {
  id: string;
  name: string;
  key: string;
}

/** An executive's card opens on the last closed month: nothing in it is still settling. */
export const DEFAULT_RANGE = 'last-month';

export const PRESETS: readonly Preset[] = [
  { id: 'today', name: 'Today', key: 'd' },
  { id: 'yesterday', name: 'Yesterday', key: 'e' },
  { id: 'this-week', name: 'This week', key: 'w' },
  { id: 'last-week', name: 'Last week', key: 'v' },
  { id: 'this-month', name: 'This month', key: 'm' },
  { id: 'last-month', name: 'Last month', key: 'l' },
  { id: 'this-quarter', name: 'This quarter', key: 'q' },
  { id: 'last-quarter', name: 'Last quarter', key: 'k' },
  { id: 'this-year', name: 'This year', key: 'y' },
  { id: 'last-year', name: 'Last year', key: 'x' },
  { id: 'last-7d', name: 'Last 7 days', key: 's' },
  { id: 'last-28d', name: 'Last 28 days', key: 'f' },
  { id: 'last-90d', name: 'Last 90 days', key: 'n' },
];

export const COMPARISONS = [
  { value: 'prev', name: 'Previous period', short: 'vs previous period' },
  { value: 'year', name: 'Same period a year earlier', short: 'vs a year earlier' },
  { value: 'none', name: 'No comparison', short: 'no comparison' },
] as const;

export type CompareWith = (typeof COMPARISONS)[number]['value'];

const CUSTOM = /^(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)$/;

/** The first and the last day of a range written as A..B; null for a preset. */
export function customDays(range: string): { first: string; last: string } | null {
  const found = CUSTOM.exec(range);
  return found?.[1] && found[2] ? { first: found[1], last: found[2] } : null;
}

export function writeRange(first: string, last: string): string {
  return `${first}..${last}`;
}

/** Name of a range: a preset's, a count of days, or the days themselves. */
export function rangeName(range: string): string {
  const preset = PRESETS.find((p) => p.id === range);
  if (preset) return preset.name;
  const custom = customDays(range);
  if (custom && !Number.isNaN(days({ from: custom.first, to: custom.last }))) return rangeText({ from: custom.first, to: addDays(custom.last, 1) });
  const last = /^last-(\d+)([dwmy])$/.exec(range);
  if (last?.[1] && last[2]) return `Last ${last[1]} ${{ d: 'days', w: 'weeks', m: 'months', y: 'years' }[last[2]]}`;
  return range;
}
