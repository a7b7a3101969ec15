// The clock of a time, in words: all hours, or the opening hours of a schedule.

import type { Kpi } from './api-types';

/** The clock a KPI's times are measured on under a variant, as its definition says it; null where it has none. */
export function clockOf(kpi: Pick<Kpi, 'parameters' | 'variants'>, variant: string | null): string | null {
  const own = kpi.variants.find((v) => v.name === variant)?.parameters['clock'];
  const clock = own ?? kpi.parameters.find((p) => p.name === 'clock')?.default;
  return typeof clock === 'string' ? clock : null;
}

/** "business hours of support"; a crowd of schedules is counted. */
export function clockText(clock: string, schedules: readonly string[]): string {
  const kind = /_days$/.test(clock) ? clock.replaceAll('_', ' ') : `${clock.replaceAll('_', ' ')} hours`;
  if (schedules.length === 0) return kind;
  return `${kind} of ${schedules.length > 2 ? `${schedules.length} schedules` : schedules.join(' and ')}`;
}
