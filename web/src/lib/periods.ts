// Periods a person picks: presets by name and key, and days of their own.

import type { Range } from './api-types';
import { addDays, days, parse, rangeText } from './dates';

export interface Preset {
  id: string;
  name: string;
  key: string;
}

/** Every page opens on the last closed month, as an executive's card does: hardly anything in it is still settling. */
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
  { id: 'last-12m', name: 'Last 12 months', key: 'b' },
  { id: 'week-to-date', name: 'Week to date', key: 'h' },
  { id: 'month-to-date', name: 'Month to date', key: 'j' },
  { id: 'quarter-to-date', name: 'Quarter to date', key: 'r' },
  { id: 'year-to-date', name: 'Year to date', key: 't' },
];

/** Presets whose unit is the organisation's own and not the calendar's, where its year does not begin in January. */
const FISCAL = /^(this|last)-(quarter|year)$|^(quarter|year)-to-date$/;

export const COMPARISONS = [
  { value: 'prev', name: 'Previous period', short: 'vs previous period' },
  { value: 'year', name: 'Same period a year earlier', short: 'vs a year earlier' },
  { value: 'none', name: 'No comparison', short: 'no comparison' },
] as const;

export type CompareWith = (typeof COMPARISONS)[number]['value'];

/** What a range is compared with, by name: a range to date with the same part of the period before. */
export function comparisonName(compare: CompareWith, range: string): string {
  const unit = /^(week|month|quarter|year)-to-date$/.exec(range)?.[1];
  if (compare === 'prev' && unit) return `Same part of the previous ${unit}`;
  return COMPARISONS.find((c) => c.value === compare)?.name ?? '';
}

const CUSTOM = /^(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)$/;

/** The first and the last day of a range written as A..B; null for a preset. */
export function customDays(range: string): { first: string; last: string } | null {
  const found = CUSTOM.exec(range);
  return found?.[1] && found[2] ? { first: found[1], last: found[2] } : null;
}

export function writeRange(first: string, last: string): string {
  return `${first}..${last}`;
}

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

/** When the organisation's week and year begin. */
export interface Habits {
  /** Day, Sunday 0. */
  week: number;
  /** First month of its year, January 1. */
  month: number;
  /** Its year is called after the calendar year it ends in. */
  ahead: boolean;
}

export const CALENDAR: Habits = { week: 1, month: 1, ahead: true };

/** Name of a range: a preset's, a numbered week, month, quarter or year's, a count of units, or the days themselves. */
export function rangeName(range: string, habits: Habits = CALENDAR): string {
  const preset = PRESETS.find((p) => p.id === range);
  if (preset) return habits.month !== 1 && FISCAL.test(range) ? preset.name.replace(/quarter|year/i, (unit) => (unit[0] === unit[0]?.toUpperCase() ? `Fiscal ${unit.toLowerCase()}` : `fiscal ${unit}`)) : preset.name;
  const custom = customDays(range);
  if (custom && !Number.isNaN(days({ from: custom.first, to: custom.last }))) return rangeText({ from: custom.first, to: addDays(custom.last, 1) });
  const last = /^last-(\d+)([dwm])$/.exec(range);
  if (last?.[1] && last[2]) return `Last ${last[1]} ${{ d: 'days', w: 'weeks', m: 'months' }[last[2]]}`;
  const month = MONTHS[Number(/^\d{4}-(\d\d)$/.exec(range)?.[1] ?? 0) - 1];
  if (month) return `${month} ${range.slice(0, 4)}`;
  const week = /^(\d{4})-(?:W|US)(\d\d)$/.exec(range);
  if (week) return `Week ${Number(week[2])}, ${week[1]}`;
  const quarter = /^((?:FY)?\d{4})-(Q[1-4])$/.exec(range);
  if (quarter) return `${quarter[2]} ${quarter[1]}`;
  return range;
}

/** A period by its name and its days, "Last month, 1–31 Oct 2026"; days of one's own have no other name. Without `range`, as that of older figures is not known, the days alone. */
export function fullName(range: string | null, period: Range, habits: Habits): string {
  const text = rangeText(period);
  return range === null || customDays(range) ? text : `${rangeName(range, habits)}, ${text}`;
}

/** A period called by its number: how the server reads it, and its days. */
export interface Numbered {
  id: string;
  name: string;
  days: Range;
}

const iso = (date: Date) => date.toISOString().slice(0, 10);
const civil = (year: number, month: number, day = 1) => iso(new Date(Date.UTC(year, month - 1, day)));

/** Day of the week, Sunday 0. */
const weekday = (date: string) => parse(date).getUTCDay();

/** The newest `count` weeks, months, quarters or years that have begun, the current one first. Weeks that begin neither on Monday nor on Sunday have no numbers. */
export function numbered(unit: 'week' | 'month' | 'quarter' | 'year', today: string, count: number, habits: Habits): Numbered[] {
  const [year = 0, month = 1] = today.split('-').map(Number);
  const make = (id: string, from: string, to: string): Numbered => ({ id, name: rangeName(id, habits), days: { from, to } });
  return Array.from({ length: count }, (_, back): Numbered | null => {
    switch (unit) {
      case 'week': {
        if (habits.week > 1) return null;
        const from = addDays(today, -((weekday(today) - habits.week + 7) % 7) - 7 * back);
        // An ISO week belongs to the year of its Thursday, a US one to that of its Saturday.
        const owner = addDays(from, habits.week === 1 ? 3 : 6);
        const first = civil(Number(owner.slice(0, 4)), 1);
        const number = Math.floor(days({ from: first, to: owner }) / 7) + 1;
        return make(`${owner.slice(0, 4)}-${habits.week === 1 ? 'W' : 'US'}${String(number).padStart(2, '0')}`, from, addDays(from, 7));
      }
      case 'month': {
        const from = civil(year, month - back);
        return make(from.slice(0, 7), from, civil(year, month - back + 1));
      }
      case 'quarter':
      case 'year': {
        const length = unit === 'quarter' ? 3 : 12;
        const into = (month - habits.month + 12) % 12;
        const from = civil(year, month - (into % length) - length * back);
        const to = civil(year, month - (into % length) - length * (back - 1));
        const begins = civil(Number(from.slice(0, 4)), Number(from.slice(5, 7)) - ((Number(from.slice(5, 7)) - habits.month + 12) % 12));
        const called = Number(begins.slice(0, 4)) + (habits.month !== 1 && habits.ahead ? 1 : 0);
        const mark = habits.month === 1 ? '' : 'FY';
        const quarter = unit === 'quarter' ? `-Q${Math.floor(((Number(from.slice(5, 7)) - habits.month + 12) % 12) / 3) + 1}` : '';
        return make(`${mark}${called}${quarter}`, from, to);
      }
    }
  }).filter((period) => period !== null);
}
