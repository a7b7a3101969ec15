// Series for charts: pooled over a week, so that a line shows the trend and its band how sure it is.

import { middle } from './dates';
import { plainUnit } from './format';
import type { Quality, Range } from './api-types';

export interface Point extends Range {
  value: number | null;
  low: number | null;
  high: number | null;
  n: number;
  quality: Quality;
  numerator?: number | null;
  denominator?: number | null;
}

/** A point of a line, at its place in time. */
export interface Mark {
  at: Date;
  value: number | null;
  low: number | null;
  high: number | null;
  n: number;
  /** What of time it speaks for. */
  span: Range;
  /** The period whose rows make its figure; an average of levels is made of none, and its last day stands for it. */
  behind: Range;
}

/** How the days of a statistic may be put together; a percentile's may not. */
export type Pooling = 'weighted' | 'level' | 'none';

export function poolingOf(statistic: string, unit: string): Pooling {
  if (statistic === 'median' || /^p\d/.test(statistic)) return 'none';
  return plainUnit(unit) === 'count' || (unit === 'currency' && statistic === 'sum') ? 'level' : 'weighted';
}

const Z = 1.959963984540054;

/** Wilson's interval of k of n, in percent. */
export function wilson(k: number, n: number): [number, number] {
  const p = k / n;
  const centre = (p + (Z * Z) / (2 * n)) / (1 + (Z * Z) / n);
  const half = (Z / (1 + (Z * Z) / n)) * Math.sqrt((p * (1 - p)) / n + (Z * Z) / (4 * n * n));
  return [100 * Math.max(0, centre - half), 100 * Math.min(1, centre + half)];
}

/**
 * Rolling figure of the `window` periods up to each. Shares are sums over sums with Wilson's interval where their counts
 * are known; other weighted figures get theirs from the intervals of the parts (MOVER, Zou and Donner 2008). Levels are
 * averaged and have none. Starts once half a window is there.
 */
export function pool(points: readonly Point[], pooling: Pooling, margin: string | null, window = 7): Mark[] {
  if (pooling === 'none') return [];
  return points.flatMap((last, i) => {
    if (i + 1 < Math.ceil(window / 2)) return [];
    const run = points.slice(Math.max(0, i + 1 - window), i + 1);
    const first = run[0] ?? last;
    const mark: Mark = { at: middle(last), value: null, low: null, high: null, n: run.reduce((sum, p) => sum + p.n, 0), span: { from: first.from, to: last.to }, behind: { from: pooling === 'level' ? last.from : first.from, to: last.to } };
    const shown = run.filter((p): p is Point & { value: number } => p.value !== null);
    if (pooling === 'level') {
      if (shown.length > 0) mark.value = shown.reduce((sum, p) => sum + p.value, 0) / shown.length;
      return [mark];
    }
    const counted = run.filter((p) => p.numerator != null && p.denominator != null && p.denominator > 0);
    if (margin === 'wilson' && counted.length === run.filter((p) => p.n > 0).length && counted.length > 0) {
      const k = counted.reduce((sum, p) => sum + (p.numerator ?? 0), 0);
      const n = counted.reduce((sum, p) => sum + (p.denominator ?? 0), 0);
      mark.value = (100 * k) / n;
      [mark.low, mark.high] = wilson(k, n);
      return [mark];
    }
    const weight = (p: Point) => p.denominator ?? p.n;
    const all = shown.reduce((sum, p) => sum + weight(p), 0);
    if (all <= 0) return [mark];
    const value = shown.reduce((sum, p) => sum + p.value * weight(p), 0) / all;
    mark.value = value;
    if (shown.every((p) => p.low !== null && p.high !== null)) {
      const spread = (edge: (p: Point & { value: number }) => number) => Math.hypot(...shown.map((p) => (weight(p) / all) * edge(p)));
      mark.low = value - spread((p) => p.value - (p.low ?? p.value));
      mark.high = value + spread((p) => (p.high ?? p.value) - p.value);
    }
    return [mark];
  });
}

/** The figures as they are, each at the middle of its period. */
export function marks(points: readonly Point[]): Mark[] {
  return points.map((p) => ({ at: middle(p), value: p.value, low: p.low, high: p.high, n: p.n, span: { from: p.from, to: p.to }, behind: { from: p.from, to: p.to } }));
}

/** A guide for the eye through percentiles, which must not be averaged: the running median. Never printed as a figure. */
export function guide(points: readonly Point[], window = 7): Mark[] {
  const reach = Math.floor(window / 2);
  return marks(points).map((mark, i) => {
    const near = points.slice(Math.max(0, i - reach), i + reach + 1).flatMap((p) => (p.value === null ? [] : [p.value])).sort((a, b) => a - b);
    const half = Math.floor(near.length / 2);
    const value = near.length === 0 ? null : near.length % 2 === 1 ? near[half] ?? null : ((near[half - 1] ?? 0) + (near[half] ?? 0)) / 2;
    return { ...mark, value, low: null, high: null };
  });
}
