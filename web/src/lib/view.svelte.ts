// The address is the state: the path names the object, the query how it is looked at. Going somewhere adds to the
// history, changing the look replaces the entry. Keys are sorted, defaults left out.

import { COMPARISONS, DEFAULT_RANGE, type CompareWith } from './periods';

/** What a page's query may hold, and what is meant when it does not. An empty default is "the page or server decides". */
const DEFAULTS: Record<string, string> = { range: DEFAULT_RANGE, compare: 'prev', grain: '', kpi: '', by: '', sort: '', stat: '', variant: '', q: '', perspective: '' };

const KEYS = {
  scorecard: ['range', 'compare', 'grain', 'kpi', 'by', 'sort'],
  kpi: ['range', 'compare', 'grain', 'by', 'sort', 'stat', 'variant'],
  dictionary: ['range', 'compare', 'q', 'perspective'],
};

export type Route = { page: 'scorecard' } | { page: 'dictionary' } | { page: 'kpi'; id: string } | { page: 'missing' };

let address = $state({ path: window.location.pathname, search: window.location.search });
const query = $derived(new URLSearchParams(address.search));

export function routeOf(path: string): Route {
  if (path === '/') return { page: 'scorecard' };
  if (path === '/kpis') return { page: 'dictionary' };
  const id = /^\/kpis\/([^/]+)$/.exec(path)?.[1];
  try {
    return id ? { page: 'kpi', id: decodeURIComponent(id) } : { page: 'missing' };
  } catch {
    return { page: 'missing' };
  }
}

function keysOf(path: string): readonly string[] {
  const { page } = routeOf(path);
  return page === 'missing' ? [] : KEYS[page];
}

/** A canonical address: known keys of that page, sorted, without defaults. */
export function href(path: string, values: Record<string, string | null | undefined>): string {
  const pairs = keysOf(path)
    .map((key) => [key, values[key] ?? ''] as const)
    .filter(([key, value]) => value !== '' && value !== DEFAULTS[key])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const search = pairs.map(([key, value]) => `${key}=${encodeURIComponent(value).replaceAll('%2C', ',').replaceAll('%20', '+')}`).join('&');
  return search === '' ? path : `${path}?${search}`;
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
  get: (key: 'grain' | 'kpi' | 'by' | 'sort' | 'stat' | 'variant' | 'q' | 'perspective'): string | null => get(key) || null,
};

/** The address of a page, under the period and comparison in use. */
export function link(path: string, values: Record<string, string> = {}): string {
  return href(path, { range: view.range, compare: view.compare, ...values });
}

/** The address of this page looked at in another way. */
export function variation(changes: Record<string, string | null>): string {
  return href(address.path, { ...current(), ...changes });
}

function settle(to: string, how: 'pushState' | 'replaceState') {
  const url = new URL(to, window.location.origin);
  history[how](null, '', to);
  address = { path: url.pathname, search: url.search };
}

/** Goes to another object: "back" leads here again. */
export function go(to: string) {
  settle(to, 'pushState');
  window.scrollTo(0, 0);
}

/** Looks at the same object in another way. */
export function tweak(changes: Record<string, string | null>) {
  settle(variation(changes), 'replaceState');
}

/** Brings the address into its canonical form and follows links and "back". Gives the function that stops it. */
export function listen(): () => void {
  const tidy = () => {
    const path = window.location.pathname.replace(/(.)\/+$/, '$1');
    address = { path, search: window.location.search };
    const canonical = href(path, current());
    if (canonical !== window.location.pathname + window.location.search) settle(canonical, 'replaceState');
  };
  const click = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const anchor = event.target instanceof Element ? event.target.closest('a') : null;
    if (!anchor || anchor.target || anchor.hasAttribute('download') || anchor.origin !== window.location.origin || anchor.hash) return;
    event.preventDefault();
    const to = anchor.pathname + anchor.search;
    if (anchor.dataset['tweak'] === undefined) go(to);
    else settle(to, 'replaceState');
  };
  tidy();
  window.addEventListener('popstate', tidy);
  document.addEventListener('click', click);
  return () => {
    window.removeEventListener('popstate', tidy);
    document.removeEventListener('click', click);
  };
}
