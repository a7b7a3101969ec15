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

/**
 * Asks at `first`, and where every bucket is too small to draw at ever coarser grains. `draws` says whether rows give a
 * line; where none does, the first answers are given. `about` tells apart what `draws` depends on.
 */
export function drawable(ask: (grain: string | null) => Request<Answer[]>, first: string | null, about: string, statistic: string, draws: (rows: readonly AnswerRow[]) => boolean): Request<Drawable> {
  const rowsOf = (answers: readonly Answer[]) => answers.find((a) => a.statistic === statistic)?.rows ?? [];
  return {
    key: `${ask(first).key} drawable ${statistic} ${about}`,
    load: async (signal) => {
      const answers = await ask(first).load(signal);
      const rows = rowsOf(answers);
      if (draws(rows) || rows.every((r) => r.n === 0)) return { answers, coarsened: null };
      const from = grainOf(rows);
      let found = rows;
      for (const to of GRAINS.slice(GRAINS.indexOf(from) + 1)) {
        if (new Set(found.map((r) => r.from)).size <= 1) break;
        const next = await ask(to).load(signal);
        found = rowsOf(next);
        if (draws(found)) return { answers: next, coarsened: { from, to } };
      }
      return { answers, coarsened: null };
    },
  };
}
