// Answers at a length of period at which there is something to draw.

import type { Answer, AnswerRow } from './api-types';
import type { Request } from './client';
import { grainOf, type Grain } from './dates';

const GRAINS: readonly Grain[] = ['day', 'week', 'month', 'quarter', 'year'];

export interface Drawable {
  answers: Answer[];
  /** The length of period that was asked for after a finer one had nothing to draw; null where the first one had, or none has. */
  coarsened: { from: Grain; to: Grain } | null;
}

/** Share of the periods that show a figure, from the first to the last in which anything came in; one alone is hardly a line. */
export function shown(rows: readonly AnswerRow[]): number {
  const first = rows.findIndex((r) => r.n > 0);
  const span = first < 0 ? [] : rows.slice(first, rows.findLastIndex((r) => r.n > 0) + 1);
  const some = span.filter((r) => r.value !== null).length;
  return some < 2 ? some / 100 : some / span.length;
}

/**
 * Asks at `first`, and where too few buckets are large enough to draw at ever coarser grains. `draws` says how much of a
 * line rows give, from 0 to 1; the first that give half of one are taken, else those that give the most. `about` tells
 * apart what `draws` depends on.
 */
export function drawable(ask: (grain: string | null) => Request<Answer[]>, first: string | null, about: string, statistic: string, draws: (rows: readonly AnswerRow[]) => number | boolean): Request<Drawable> {
  const rowsOf = (answers: readonly Answer[]) => answers.find((a) => a.statistic === statistic)?.rows ?? [];
  return {
    key: `${ask(first).key} drawable ${statistic} ${about}`,
    load: async (signal) => {
      const answers = await ask(first).load(signal);
      const rows = rowsOf(answers);
      let best: Drawable & { share: number } = { answers, coarsened: null, share: Number(draws(rows)) };
      if (best.share >= 0.5 || rows.every((r) => r.n === 0)) return best;
      const from = grainOf(rows);
      let found = rows;
      for (const to of GRAINS.slice(GRAINS.indexOf(from) + 1)) {
        if (new Set(found.map((r) => r.from)).size <= 1) break;
        const next = await ask(to).load(signal);
        found = rowsOf(next);
        const share = Number(draws(found));
        if (share > best.share) best = { answers: next, coarsened: { from, to }, share };
        if (share >= 0.5) break;
      }
      return best;
    },
  };
}
