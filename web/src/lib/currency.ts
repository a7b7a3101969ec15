// The organisation's currency: money is in it, wherever it is. It is known once the organisation is, and what shows money
// by then shows it again.

import { createSubscriber } from 'svelte/reactivity';

let code = '';
let changed = () => {};
const subscribe = createSubscriber((update) => {
  changed = update;
});

/** Its ISO 4217 code; empty until it is known. */
export function currency(): string {
  subscribe();
  return code;
}

export function setCurrency(to: string): void {
  if (to === code) return;
  code = to;
  changed();
}

/** Decimals of its smallest coin: 2 of EUR, none of JPY. */
export function coins(of: string): number {
  try {
    return new Intl.NumberFormat('en-GB', { style: 'currency', currency: of }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}
