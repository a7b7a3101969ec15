// The address is the state: the path names the object, the query how it is looked at. Going somewhere adds to the
// history, changing the look replaces the entry. Keys are sorted, defaults left out.

import { dropped } from './dropped.svelte';
import { readValues, writeValues, type Filter } from './filters';
import { COMPARISONS, DEFAULT_RANGE, type CompareWith } from './periods';

/** What a page's query may hold, and what is meant when it does not. An empty default is "the page or server decides". */
const DEFAULTS: Record<string, string> = {
  range: DEFAULT_RANGE, compare: 'prev', grain: '', kpi: '', by: '', sort: '', stat: '', variant: '', q: '', perspective: '', audience: '', unit: '', kind: '', part: '', columns: '', card: '', asof: '', old: '',
};

const KEYS = {
  scorecard: ['range', 'compare', 'grain', 'kpi', 'by', 'sort', 'card'],
  strategy: ['range', 'compare', 'card'],
  cascade: ['range', 'compare', 'kpi', 'by', 'card'],
  recognition: ['range', 'compare', 'by', 'card'],
  reviews: ['range', 'compare'],
  setup: ['range', 'compare'],
  kpi: ['range', 'compare', 'grain', 'by', 'sort', 'stat', 'variant', 'asof', 'old'],
  explore: ['range', 'compare', 'grain', 'kpi', 'by', 'sort', 'stat', 'variant'],
  tickets: ['range', 'compare', 'kpi', 'stat', 'variant', 'part', 'sort', 'columns'],
  ticket: [],
  dictionary: ['range', 'compare', 'q', 'perspective', 'audience', 'unit', 'kind'],
  missing: [],
} satisfies Record<Route['page'], readonly string[]>;

export type Route =
  | { page: 'scorecard' | 'cascade' | 'recognition' | 'reviews' | 'setup' | 'explore' | 'tickets' | 'dictionary' | 'missing' }
  | { page: 'kpi'; id: string }
  /** `id`: the box whose way to the goal is shown; none is. */
  | { page: 'strategy'; id: string }
  | { page: 'ticket'; system: string; id: string };

/** A page on the way to this one, for the line of links above it. */
export interface Step {
  to: string;
  name: string;
}

let address = $state({ path: window.location.pathname, search: window.location.search, trail: trailOf(history.state) });
const query = $derived(new URLSearchParams(address.search));

function trailOf(state: unknown): readonly Step[] {
  const { trail } = (state ?? {}) as { trail?: unknown };
  return Array.isArray(trail) ? (trail as Step[]) : [];
}

export function routeOf(path: string): Route {
  const page = ({ '/': 'scorecard', '/cascade': 'cascade', '/recognition': 'recognition', '/reviews': 'reviews', '/setup': 'setup', '/kpis': 'dictionary', '/explore': 'explore', '/tickets': 'tickets' } as const)[path];
  if (page) return { page };
  if (path === '/strategy') return { page: 'strategy', id: '' };
  const [, root, first = '', second] = /^\/(strategy|kpis|tickets)\/([^/]+)(?:\/([^/]+))?$/.exec(path) ?? [];
  try {
    if (root === 'strategy' && second === undefined) return { page: 'strategy', id: decodeURIComponent(first) };
    if (root === 'kpis' && second === undefined) return { page: 'kpi', id: decodeURIComponent(first) };
    if (root === 'tickets' && second !== undefined) return { page: 'ticket', system: decodeURIComponent(first), id: decodeURIComponent(second) };
  } catch {
    // A percent sign that encodes nothing.
  }
  return { page: 'missing' };
}

/** A dimension's key in the address: its name, with a dot where the page's own key has that name. */
export const filterKey = (dimension: string) => (Object.hasOwn(DEFAULTS, dimension) ? `.${dimension}` : dimension);
const isFilter = (key: string) => !Object.hasOwn(DEFAULTS, key) && key !== '';

function keysOf(path: string, values: Record<string, unknown>): readonly string[] {
  const { page } = routeOf(path);
  // A ticket is the same whatever figure led to it.
  return page === 'missing' || page === 'ticket' ? KEYS[page] : [...KEYS[page], ...Object.keys(values).filter(isFilter)];
}

/** A canonical address: known keys of that page and filters, sorted, without defaults. */
export function href(path: string, values: Record<string, string | null | undefined>): string {
  const pairs = keysOf(path, values)
    .map((key) => [key, values[key] ?? ''] as const)
    .filter(([key, value]) => value !== '' && value !== DEFAULTS[key])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const search = pairs.map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value).replaceAll('%2C', ',').replaceAll('%20', '+')}`).join('&');
  return search === '' ? path : `${path}?${search}`;
}

/** What the figures of the page are held to beside the filters of the address: a team's card counts its own tickets. */
let held = $state.raw<readonly Filter[]>([]);

/** Holds what is behind the figures of a card to the card's own part. Gives the function that ends it. */
export function hold(filters: readonly Filter[]): () => void {
  held = filters;
  return () => {
    held = [];
  };
}

function current(): Record<string, string> {
  return Object.fromEntries(query);
}

function get(key: string): string {
  return query.get(key) || DEFAULTS[key] || '';
}

export const view = {
  get route(): Route {
    return routeOf(address.path);
  },
  get range(): string {
    return get('range');
  },
  get compare(): CompareWith {
    const asked = get('compare');
    return COMPARISONS.find((c) => c.value === asked)?.value ?? 'prev';
  },
  get filters(): readonly Filter[] {
    return [...query.keys()].filter(isFilter).map((key) => ({ dimension: key.replace(/^\./, ''), values: readValues(query.get(key) ?? '') })).filter((f) => f.values.length > 0);
  },
  /** The filters of the address and those of the card. */
  get narrowed(): readonly Filter[] {
    const own = view.filters;
    return [...held.filter((h) => !own.some((f) => f.dimension === h.dimension)), ...own];
  },
  /** The pages that led here, the first one first. */
  get trail(): readonly Step[] {
    return address.trail;
  },
  get: (key: 'grain' | 'kpi' | 'by' | 'sort' | 'stat' | 'variant' | 'q' | 'perspective' | 'audience' | 'unit' | 'kind' | 'part' | 'columns' | 'card' | 'asof' | 'old'): string | null => get(key) || null,
};

/** Filters as pairs of an address. */
export function pairs(filters: readonly Filter[]): Record<string, string> {
  return Object.fromEntries(filters.map((f) => [filterKey(f.dimension), writeValues(f.values)]));
}

/** The pages that show a card: they hold its figures to its part by themselves. */
const ofCard = (path: string) => path === '/' || /^\/(strategy|cascade|recognition)(\/|$)/.test(path);

/** The address of a page, under the period, comparison, card and filters in use. */
export function link(path: string, values: Record<string, string | null> = {}): string {
  return href(path, { range: view.range, compare: view.compare, ...(ofCard(path) ? { card: get('card'), ...pairs(view.filters) } : pairs(view.narrowed)), ...values });
}

/** What puts these filters in the place of those in use. */
export function narrowing(filters: readonly Filter[]): Record<string, string | null> {
  return { ...Object.fromEntries(view.filters.map((f) => [filterKey(f.dimension), null])), ...pairs(filters) };
}

/** The address of this page looked at in another way. */
export function variation(changes: Record<string, string | null>): string {
  return href(address.path, { ...current(), ...changes });
}

function settle(to: string, how: 'pushState' | 'replaceState', trail: readonly Step[]) {
  const url = new URL(to, window.location.origin);
  history[how]({ trail: $state.snapshot(trail) }, '', to);
  address = { path: url.pathname, search: url.search, trail };
}

/** Goes to another object: "back" leads here again. `trail`: the pages that led to it. */
export function go(to: string, trail: readonly Step[] = []) {
  dropped.clear();
  settle(to, 'pushState', trail);
  window.scrollTo(0, 0);
}

/** The same object is found at another address. */
export function moved(to: string) {
  settle(to, 'replaceState', address.trail);
}

/** Goes from a figure to what is behind it: this page joins those that led there. */
export function drill(to: string) {
  go(to, [...address.trail, { to: address.path + address.search, name: document.title.replace(/ · Crosscheck$/, '') }].slice(-4));
}

/** Looks at the same object in another way. */
export function tweak(changes: Record<string, string | null>) {
  settle(variation(changes), 'replaceState', address.trail);
}

/** Keys of this page whose values mean nothing to it leave the address, and the reader is told. */
export function disown(...keys: Parameters<typeof view.get>[0][]) {
  dropped.add({ unused: keys.map((key) => `${key}=${get(key)}`) });
  tweak(Object.fromEntries(keys.map((key) => [key, null])));
}

/** What stands in an address and that its page has no use for, as `key=value`. Repeating a default asks for nothing. */
function unusedOf(path: string, values: Record<string, string>): string[] {
  const { page } = routeOf(path);
  if (page === 'missing') return [];
  const used = keysOf(path, values);
  const known = (key: string, value: string) => used.includes(key) && (key !== 'compare' || COMPARISONS.some((c) => c.value === value));
  return Object.entries(values).filter(([key, value]) => key !== '' && value !== '' && value !== DEFAULTS[key] && !known(key, value)).map(([key, value]) => `${key}=${value}`);
}

/** Brings the address into its canonical form and follows links and "back". Gives the function that stops it. */
export function listen(): () => void {
  const tidy = () => {
    const path = window.location.pathname.replace(/(.)\/+$/, '$1');
    address = { path, search: window.location.search, trail: trailOf(history.state) };
    const given = current();
    dropped.add({ unused: unusedOf(path, given) });
    const canonical = href(path, { ...given, compare: view.compare });
    if (canonical !== window.location.pathname + window.location.search) settle(canonical, 'replaceState', address.trail);
  };
  const click = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const anchor = event.target instanceof Element ? event.target.closest('a') : null;
    if (!anchor || anchor.target || anchor.hasAttribute('download') || anchor.origin !== window.location.origin || anchor.hash) return;
    event.preventDefault();
    const to = anchor.pathname + anchor.search;
    const { tweak: tweaks, drill: drills, step } = anchor.dataset;
    if (tweaks !== undefined) settle(to, 'replaceState', address.trail);
    else if (drills !== undefined) drill(to);
    else go(to, step === undefined ? [] : address.trail.slice(0, Number(step)));
  };
  const back = () => {
    dropped.clear();
    tidy();
  };
  tidy();
  window.addEventListener('popstate', back);
  document.addEventListener('click', click);
  return () => {
    window.removeEventListener('popstate', back);
    document.removeEventListener('click', click);
  };
}
