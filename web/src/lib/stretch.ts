// What a target for a month is over other days. The server reckons it so on a card; here it is reckoned for the days of a
// page that judges a figure by itself.

import type { Grain } from './dates';
import type { Target } from './api-types';

const DAY = 86_400_000;
/** Days of a month on average: 365.25 ÷ 12. */
const DAYS_A_MONTH = 30.4375;

/** The same day so many months later; where that month has none, its last. */
function later(date: string, months: number): string {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(day, last))).toISOString().slice(0, 10);
}

/** Length of days in months: whole months, counted from the first day, are 1 each, the days after the last of them 1 ÷ 30.4375. */
export function months({ from, to }: { from: string; to: string }): number {
  const difference = (Number(to.slice(0, 4)) - Number(from.slice(0, 4))) * 12 + Number(to.slice(5, 7)) - Number(from.slice(5, 7));
  const whole = Math.max(0, later(from, difference) <= to ? difference : difference - 1);
  return whole + (Date.parse(to) - Date.parse(later(from, whole))) / DAY / DAYS_A_MONTH;
}

/** `target` over the days of a row; null where it cannot be told. That of a figure which does not grow is the same over all. */
export function overDays(target: Target, row: { from: string; to: string }): Target | null {
  const { month } = target;
  const times = months(row);
  if (!month || Math.abs(times - 1) < 1e-9) return target;
  const kept = (percent: number) => 100 * Math.max(0, percent / 100) ** times;
  const over = { linear: (figure: number) => figure * times, kept, lost: (figure: number) => 100 - kept(100 - figure), unknown: null }[month.growth];
  if (!over) return null;
  const some = (figure: number | null) => (figure === null ? null : over(figure));
  const edge = target.low ?? target.value;
  // Short of it is below, of what is to be low above it; either way as far.
  const short = month.growth === 'lost' ? edge + target.tolerance : edge - target.tolerance;
  return { ...target, value: over(target.value), low: some(target.low), high: some(target.high), baseline: some(target.baseline), stretch: some(target.stretch), tolerance: Math.abs(over(edge) - over(short)) };
}

/** The target as a line across periods of this grain: of a figure that grows with its period only across months. */
export function asLine(target: Target | null, grain: Grain): Target | null {
  const { month } = target ?? {};
  if (!target || !month) return target;
  return grain === 'month' ? { ...target, ...month } : null;
}
