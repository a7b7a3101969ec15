// Addresses of the rows behind a figure.

import type { Range } from './api-types';
import { addDays } from './dates';
import { withValues } from './filters';
import { writeRange } from './periods';
import { link, pairs, view } from './view.svelte';

interface Figure {
  kpi: string;
  statistic: string | null;
  variant: string | null;
  /** The period, where it is not the one of the page. */
  range?: Range;
  /** The cell of a breakdown. */
  by?: Record<string, string | null>;
}

/** The address of the rows that add up to a figure. */
export function behind({ kpi, statistic, variant, range, by = {} }: Figure): string {
  const filters = Object.entries(by).reduce((all, [dimension, value]) => withValues(all, dimension, [value]), [...view.narrowed]);
  return link('/tickets', { kpi, stat: statistic, variant, ...(range ? { range: writeRange(range.from, addDays(range.to, -1)) } : {}), ...pairs(filters) });
}
