// The lines of a chart from the rows of an answer: what is drawn bold, whether the rows stand faintly behind it, and the
// compared period's own series moved onto this one's time, the first bucket onto the first.

import type { AnswerRow, Range } from './api-types';
import { grainOf, middle, type Grain } from './dates';
import { marks, pool, poolingOf, type Mark, type Pooling } from './series';

/** A figure of the compared period, at the place of the bucket of this one that it is held against. */
export interface Earlier extends Mark {
  shown: Date;
  /** The bucket it is drawn at. */
  beside: Range;
  /** The bucket it is of. */
  of: Range;
}

export interface Lines {
  grain: Grain;
  pooling: Pooling;
  /** Days enough for a week's average. */
  daily: boolean;
  bold: readonly Mark[];
  raw: boolean;
  earlier: readonly Earlier[];
}

interface Kind {
  statistic: string;
  unit: string;
  /** The interval's method, where the definition is known. */
  margin: string | null;
  /** Fewer than these give no figure. */
  hideBelow: number;
}

/** Whether the rows are days whose statistic cannot be put together, so that their weeks have to be asked for. */
export function needsWeeks(rows: readonly AnswerRow[], { statistic, unit }: Kind): boolean {
  return grainOf(rows) === 'day' && rows.length >= 14 && poolingOf(statistic, unit) === 'none';
}

/** The answers of a period by bucket, and by week where its days cannot be put together. */
export interface Series {
  rows: readonly AnswerRow[];
  weeks: readonly AnswerRow[];
}

/** `then`: the compared period's answers at the same grain. A longer one's last buckets have no counterpart, and are not drawn. */
export function linesOf({ rows, weeks }: Series, kind: Kind, then: Series = { rows: [], weeks: [] }): Lines {
  const grain = grainOf(rows);
  const pooling = poolingOf(kind.statistic, kind.unit);
  const daily = grain === 'day' && rows.length >= 14;
  const weekly = daily && pooling === 'none' && weeks.length > 0;
  const pooled = daily && pooling !== 'none';
  const enough = (mark: Mark): Mark => (mark.n < kind.hideBelow ? { ...mark, value: null, low: null, high: null } : mark);
  const bold = pooled ? pool(rows, pooling, kind.margin).map(enough) : marks(weekly ? weeks : rows);
  const places = weekly ? weeks : rows;
  const there = weekly ? then.weeks : then.rows;
  const line = pooled ? pool(there, pooling, kind.margin).map(enough) : marks(there);
  const skipped = there.length - line.length;
  const earlier = line.flatMap((mark, i) => {
    const [beside, of] = [places[i + skipped], there[i + skipped]];
    return beside && of ? [{ ...mark, shown: middle(beside), beside: { from: beside.from, to: beside.to }, of: { from: of.from, to: of.to } }] : [];
  });
  return { grain, pooling, daily, bold, raw: pooled || weekly, earlier };
}

/** Columns of a file for the figure that a bucket is held against: first day, end, figure, number counted, change. */
export function before(row: AnswerRow, then: AnswerRow | undefined): (string | number | null | undefined)[] {
  const change = row.value === null || then?.value == null ? null : row.value - then.value;
  return [then?.from, then?.to, then?.value, then?.n, change];
}
