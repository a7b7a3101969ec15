// Civil days as text, `2026-10-31`. A Date here is that day's midnight in UTC and never an instant, so the zone of the
// reader's machine moves nothing.

import type { Range } from './api-types';

const DAY_MS = 86_400_000;
/** Every month in three letters, as the server writes it: the browser's British English has "Sept". */
const threeLetters = (text: string) => text.replace('Sept ', 'Sep ').replace(/Sept$/, 'Sep');
const format = (options: Intl.DateTimeFormatOptions) => {
  const made = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', ...options });
  return (date: Date) => (Number.isNaN(date.getTime()) ? '?' : threeLetters(made.format(date)));
};
const dayMonth = format({ day: 'numeric', month: 'short' });
const dayMonthYear = format({ day: 'numeric', month: 'short', year: 'numeric' });
const weekdayDate = format({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
const month = format({ month: 'short' });
const monthYear = format({ month: 'short', year: 'numeric' });

export function parse(date: string): Date {
  return new Date(`${date}T00:00:00Z`);
}

export function addDays(date: string, days: number): string {
  const moved = new Date(parse(date).getTime() + days * DAY_MS);
  return Number.isNaN(moved.getTime()) ? date : moved.toISOString().slice(0, 10);
}

export function days({ from, to }: Range): number {
  return Math.round((parse(to).getTime() - parse(from).getTime()) / DAY_MS);
}

/** The middle of a period: where its figure stands on a time axis. */
export function middle({ from, to }: Range): Date {
  return new Date((parse(from).getTime() + parse(to).getTime()) / 2);
}

/** "1–31 Oct 2026"; a single day with its weekday. */
export function rangeText(range: Range): string {
  const first = parse(range.from);
  const last = parse(addDays(range.to, -1));
  if (last <= first) return weekdayDate(first);
  if (first.getUTCFullYear() !== last.getUTCFullYear()) return `${dayMonthYear(first)} – ${dayMonthYear(last)}`;
  if (first.getUTCMonth() !== last.getUTCMonth()) return `${dayMonth(first)} – ${dayMonthYear(last)}`;
  return `${first.getUTCDate()}–${dayMonthYear(last)}`;
}

/** "31 Oct 2026". */
export function dateText(date: string): string {
  return dayMonthYear(parse(date));
}

/** A period's name: whole months and years by name, others by their days. */
export function periodText(range: Range): string {
  const first = parse(range.from);
  const end = parse(range.to);
  if (first.getUTCDate() !== 1 || end.getUTCDate() !== 1) return rangeText(range);
  const months = 12 * (end.getUTCFullYear() - first.getUTCFullYear()) + end.getUTCMonth() - first.getUTCMonth();
  if (months === 1) return monthYear(first);
  if (months === 12 && first.getUTCMonth() === 0) return String(first.getUTCFullYear());
  const last = parse(addDays(range.to, -1));
  return first.getUTCFullYear() === last.getUTCFullYear() ? `${month(first)}–${monthYear(last)}` : `${monthYear(first)} – ${monthYear(last)}`;
}

export type Grain = 'day' | 'week' | 'month' | 'quarter' | 'year';

/** The grain the server chose, told by the longest period it gave. */
export function grainOf(rows: readonly Range[]): Grain {
  const longest = rows.reduce((most, row) => Math.max(most, days(row)), 0);
  return longest <= 1 ? 'day' : longest <= 7 ? 'week' : longest <= 31 ? 'month' : longest <= 92 ? 'quarter' : 'year';
}

/**
 * Tick labels of a time axis, as sparse as `most`; weeks of days start on `weekStart` (Monday 1). A day says its year where
 * it is neither `present` nor that of the label before.
 */
export function timeTicks(rows: readonly Range[], grain: Grain, most: number, weekStart: number, present = new Date().getUTCFullYear()): { row: number; text: string }[] {
  const steps = { day: [1, 2, 7, 14, 28, 56, 112], week: [1, 2, 4, 8, 13, 26, 52], month: [1, 2, 3, 6, 12, 24], quarter: [1, 2, 4, 8], year: [1, 2, 5, 10] }[grain];
  const step = steps.find((s) => rows.length / s <= most) ?? Math.ceil(rows.length / Math.max(1, most));
  const starts = (date: Date) => (grain === 'day' && step % 7 === 0 ? date.getUTCDay() === weekStart : grain === 'month' && step % 3 === 0 ? date.getUTCMonth() % step === 0 : true);
  const anchor = Math.max(0, rows.findIndex((row) => starts(parse(row.from))));
  const ticks = [];
  let said = present;
  for (let i = anchor % step; i < rows.length; i += step) {
    const row = rows[i];
    if (!row) break;
    const date = parse(row.from);
    const year = date.getUTCFullYear();
    const text = grain === 'year' ? String(year) : grain !== 'day' && grain !== 'week' ? monthYear(date) : year === said ? dayMonth(date) : dayMonthYear(date);
    said = year;
    ticks.push({ row: i, text });
  }
  return ticks;
}

/** An instant in the organisation's zone, "21 Nov 2026, 09:55". */
export function instantText(instant: string, zone: string): string {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return instant;
  const part = new Intl.DateTimeFormat('en-GB', { timeZone: zone, day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' });
  return threeLetters(part.format(at));
}
