// What stands beside a number that its unit alone leaves open: "per order", "points". Only what definitions say.

import type { Kpi, KpiEntry } from './api-types';
import * as api from './ask';
import { shared } from './context';
import { worded } from './format';
import { resource } from './resource.svelte';

type Defined = Pick<Kpi, 'parameters' | 'variants'>;

/** What a count is taken per, by its parameter `per` under a variant; null where it has none. */
export function perOf(kpi: Defined, variant: string | null): string | null {
  const per = kpi.variants.find((v) => v.name === variant)?.parameters['per'] ?? kpi.parameters.find((p) => p.name === 'per')?.default;
  return typeof per === 'string' && per !== '' ? `per ${per.replaceAll('_', ' ')}` : null;
}

/** Counts that are made of other figures can be per something: their definition says it. */
const open = (unit: string, kind: string | null | undefined) => unit === 'count' && kind === 'derived';

/** A unit with the word that goes with it. `kpi`: the definition, where it is at hand. */
function wordedBy(unit: string, kind: string | null | undefined, kpi: Defined | undefined, variant: string | null): string {
  if (open(unit, kind) && kpi) return worded(unit, perOf(kpi, variant));
  // A net score is known by its name; other points are not, and must not be taken for one.
  return unit === 'points' && kind && kind !== 'net_score' ? worded(unit, 'points') : unit;
}

/** The unit of a definition's figures under a variant. */
export const unitOf = (kpi: Kpi, variant: string | null): string => wordedBy(kpi.unit, kpi.measure.kind, kpi, variant);

/** The unit of a metric's figures; its definition is asked for only where it can say more. */
export function units(of: () => { metric: string; variant: string | null; unit: string } | null): { readonly text: string } {
  const { kpis } = shared();
  const asked = $derived(of());
  const entry = $derived(kpis.data?.find((k: KpiEntry) => k.id === asked?.metric));
  const definition = resource(() => (asked && open(asked.unit, entry?.kind) ? api.kpi(asked.metric) : null), () => asked?.metric ?? '');
  return {
    get text() {
      return asked ? wordedBy(asked.unit, entry?.kind, definition.data, asked.variant) : '';
    },
  };
}
