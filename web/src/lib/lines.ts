// The lines of a chart from the rows of an answer: what is drawn bold, whether the rows stand faintly behind it, and the
// comparison period moved onto this one's time.

import type { AnswerRow } from './api-types';
import { grainOf, middle, type Grain } from './dates';
import { marks, pool, poolingOf, type Mark, type Point, type Pooling } from './series';

export interface Lines {
  grain: Grain;
  pooling: Pooling;
  /** Days enough for a week's average. */
  daily: boolean;
  bold: readonly Mark[];
  raw: boolean;
  earlier: readonly (Mark & { shown: Date })[];
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

/** `weeks`: the same statistic by week, for days that cannot be put together. */
export function linesOf(rows: readonly AnswerRow[], kind: Kind, weeks: readonly AnswerRow[] = []): Lines {
  const grain = grainOf(rows);
  const pooling = poolingOf(kind.statistic, kind.unit);
  const daily = grain === 'day' && rows.length >= 14;
  const weekly = daily && pooling === 'none' && weeks.length > 0;
  const pooled = daily && pooling !== 'none';
  const enough = (mark: Mark): Mark => (mark.n < kind.hideBelow ? { ...mark, value: null, low: null, high: null } : mark);
  const bold = pooled ? pool(rows, pooling, kind.margin).map(enough) : marks(weekly ? weeks : rows);
  const then = (weekly ? weeks : rows).flatMap((row) => (row.compare ? [{ row, point: { ...row.compare, low: null, high: null, quality: 'ok' } satisfies Point }] : []));
  const line = pooled ? pool(then.map((t) => t.point), pooling, null).map(enough) : marks(then.map((t) => t.point));
  const skipped = then.length - line.length;
  return { grain, pooling, daily, bold, raw: pooled || weekly, earlier: line.map((mark, i) => ({ ...mark, shown: middle(then[i + skipped]?.row ?? mark.span) })) };
}
