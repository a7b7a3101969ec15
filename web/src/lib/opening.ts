// What Explore opens with where its address names no KPI: the first of a card that has a figure, broken down by the first
// dimension under which there is one.

import type { AnswerRow } from './api-types';
import * as api from './ask';
import { Problem, type Parameters, type Request } from './client';
import { cards, scorecard } from './strategy';

export interface Opening {
  kpi: string;
  /** A breakdown; null for the KPI's own first one, "none" where under none of them there is a figure. */
  by: string | null;
  variant: string | null;
  /** Null for the KPI's first one. */
  stat: string | null;
}

/** Dimensions that are tried for one KPI. */
const TRIED = 3;

const measured = (rows: readonly AnswerRow[] | undefined) => rows?.some((row) => row.value !== null) ?? false;

/** The card whose KPIs are gone through: the company's, or where there is none the first there is. None where there is no card. */
async function kpisOf(asked: Parameters, signal: AbortSignal) {
  try {
    return (await scorecard(asked).load(signal)).kpis.filter((kpi) => kpi.value !== null);
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'not_found') throw error;
    const first = (await cards().load(signal)).find((card) => card.name !== 'company');
    // its own figures are of its own tickets only, and say nothing of all
    return first ? (await scorecard({ ...asked, card: first.name }).load(signal)).kpis : [];
  }
}

/**
 * Looks for something to show; null where no KPI of the card has a figure, or there is no card. `asked`: period,
 * comparison and filters, as the scorecard asks them. `by`: a breakdown that the address asks for, which is kept.
 */
export function opening(asked: Parameters, by: string | null): Request<Opening | null> {
  return {
    key: `opening ${by} ${JSON.stringify(asked)}`,
    load: async (signal) => {
      for (const { metric, statistic, variant } of await kpisOf(asked, signal)) {
        const whole = { ...asked, variant, grain: 'total', compare: 'none' };
        const own = async (more: Parameters) => (await api.answers(metric, { ...whole, ...more }).load(signal)).find((answer) => answer.statistic === statistic)?.rows;
        const definition = await api.kpi(metric).load(signal);
        const chosen = { kpi: metric, variant, stat: statistic === definition.statistics[0] ? null : statistic };
        if (by !== null) {
          if (measured(await own({}).catch(() => undefined))) return { ...chosen, by };
          continue;
        }
        const names = definition.dimensions.slice(0, TRIED).map((d) => d.name);
        for (const name of names) if (measured(await own({ by: name }).catch(() => undefined))) return { ...chosen, by: name === names[0] ? null : name };
        if (measured(await own({}).catch(() => undefined))) return { ...chosen, by: 'none' };
      }
      return null;
    },
  };
}
