// Value axes: round steps in the unit's own terms.

import { ticks, tickStep } from 'd3-array';
import { figure } from './format';

const SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 14_400, 21_600, 43_200, 86_400];

/** A straight scale. d3-scale's brings colours, dates and number formats along: 9 kB for one line. */
export function linear(domain: readonly [number, number], range: readonly [number, number]): (value: number | Date) => number {
  const [from, to] = domain;
  return (value) => range[0] + ((Number(value) - from) / (to - from || 1)) * (range[1] - range[0]);
}

/** About `most` ticks between two values, with their texts. */
export function valueTicks(low: number, high: number, unit: string, most: number): { value: number; text: string }[] {
  if (unit === 'seconds') {
    const span = high - low;
    const step = SECONDS.find((s) => span / s <= most) ?? 86_400 * tickStep(0, span / 86_400, most);
    const values = [];
    for (let value = Math.ceil(low / step) * step; value <= high; value += step) values.push(value);
    return values.map((value) => ({ value, text: value === 0 ? '0' : figure(value, unit) }));
  }
  const step = tickStep(low, high, most);
  const digits = unit === 'count' ? 0 : Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const format = new Intl.NumberFormat('en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const suffix = unit === 'percent' ? '\u00a0%' : '';
  return ticks(low, high, most)
    .filter((value) => unit !== 'count' || Number.isInteger(value))
    .map((value) => ({ value, text: format.format(value).replace('-', '\u2212') + suffix }));
}

/** What a value axis spans: all values, some room, and never below nothing where nothing is the least. */
export function extent(values: readonly (number | null | undefined)[], unit: string, room = 0.08): [number, number] {
  const known = values.filter((v): v is number => typeof v === 'number' && Number.isFinite(v));
  if (known.length === 0) return [0, 1];
  let low = Math.min(...known);
  let high = Math.max(...known);
  const span = high - low || Math.abs(high) * 0.1 || 1;
  const floor = unit === 'points' ? -100 : low < 0 ? -Infinity : 0;
  const ceiling = unit === 'percent' || unit === 'points' ? Math.max(100, high) : Infinity;
  low = Math.max(floor, low - span * room);
  high = Math.min(ceiling, high + span * room);
  return low < high ? [low, high] : [low - span / 2, high + span / 2];
}
