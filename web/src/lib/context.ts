import { getContext, setContext } from 'svelte';
import type { KpiEntry, Organisation } from './api-types';
import type { Habits } from './periods';
import type { Resource } from './resource.svelte';

/** What every page needs to know, asked for once. */
export interface Shared {
  organisation: Resource<Organisation>;
  kpis: Resource<KpiEntry[]>;
  /** Filters of the address as the server takes them; null until it is known which keys are dimensions. */
  readonly only: readonly string[] | null;
  /** Whether the rows behind a metric's figures are listed: of staff they are not. */
  listed: (metric: string) => boolean;
}

const KEY = Symbol('shared');

export const share = (shared: Shared): Shared => setContext(KEY, shared);
export const shared = (): Shared => getContext<Shared>(KEY);

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** Day the organisation's week starts on, Sunday 0. */
export function weekStart(organisation: Organisation | undefined): number {
  const day = WEEKDAYS.indexOf(organisation?.week_start ?? 'monday');
  return day < 0 ? 1 : day;
}

/** When the organisation's week and year begin. */
export function habits(organisation: Organisation | undefined): Habits {
  return { week: weekStart(organisation), month: organisation?.fiscal_year_start ?? 1, ahead: organisation?.fiscal_year_named_after !== 'start' };
}
