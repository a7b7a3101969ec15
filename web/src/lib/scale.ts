// Value axes: round steps in the unit's own terms.

import { ticks, tickStep } from 'd3-array';
import { coins, currency } from './currency';
import { figure, plainUnit } from './format';

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
  if (unit === 'currency') {
    const values = ticks(low, high, most);
    const code = currency();
    // Round steps need no coins, unless the steps are of coins.
    const [largest, step] = [Math.max(Math.abs(low), Math.abs(high)), tickStep(low, high, most)];
    const [size, name] = largest >= 1e9 ? [1e9, 'bn'] : largest >= 1e6 ? [1e6, 'M'] : [1, ''];
    const digits = step / size >= 1 ? 0 : size > 1 ? Math.max(0, -Math.floor(Math.log10(step / size) + 1e-9)) : coins(code);
    const format = new Intl.NumberFormat('en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits });
    return values.map((value) => ({ value, text: value === 0 ? '0' : [`${value < 0 ? '\u2212' : ''}${code}`, format.format(Math.abs(value) / size), name].filter(Boolean).join('\u00a0') }));
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
  const floor = plainUnit(unit) === 'points' ? -100 : low < 0 ? -Infinity : 0;
  const ceiling = unit === 'percent' || plainUnit(unit) === 'points' ? Math.max(100, high) : Infinity;
  low = Math.max(floor, low - span * room);
  high = Math.min(ceiling, high + span * room);
  return low < high ? [low, high] : [low - span / 2, high + span / 2];
}

interface Banded {
  value: number | null;
  low: number | null;
  high: number | null;
}

/**
 * The one axis of several lines. It holds their bands, unless these would press the lines flat: then it holds the lines
 * with as much room again, and what goes on beyond it has to be marked (`beyond`).
 */
export function common(lines: readonly (readonly Banded[])[], others: readonly (number | null)[], unit: string): [number, number] {
  const marks = lines.flat();
  const own = extent([...marks.map((m) => m.value), ...others], unit);
  const whole = extent([...marks.flatMap((m) => [m.value, m.low, m.high]), ...others], unit);
  const size = own[1] - own[0];
  return whole[1] - whole[0] <= 4 * size ? whole : [Math.max(whole[0], own[0] - size / 2), Math.min(whole[1], own[1] + size / 2)];
}

/** A time's axis that would leave out less than as much as it shows starts at nothing. */
export function grounded([low, high]: readonly [number, number], unit: string): [number, number] {
  return unit === 'seconds' && low > 0 && low <= high - low ? [0, high] : [low, high];
}

/** Where a band leaves an axis: of each run of marks outside of it, the one that is farthest out. */
export function beyond<M extends Banded>(band: readonly M[], [low, high]: readonly [number, number]): { mark: M; side: 'up' | 'down' }[] {
  const far = { up: (m: M) => (m.high ?? high) - high, down: (m: M) => low - (m.low ?? low) };
  return (['up', 'down'] as const).flatMap((side) => {
    const found: { mark: M; side: 'up' | 'down' }[] = [];
    let open = false;
    for (const mark of band) {
      const out = far[side](mark) > 1e-9 * Math.max(1, Math.abs(high));
      const last = found.at(-1);
      if (out && open && last) {
        if (far[side](mark) > far[side](last.mark)) last.mark = mark;
      } else if (out) found.push({ mark, side });
      open = out;
    }
    return found;
  });
}
