// Names of agents and teams beside their ids. An id stays what addresses, filters and files have; people read the name,
// and the id with it where two have one name.

import { valueName } from './filters';

/** Names by dimension or column, and by id. */
export type Labels = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A value as people know it. */
export function labelled(labels: Labels | undefined, dimension: string, value: string | null): string {
  const own = labels?.[dimension];
  const name = value === null ? undefined : own?.[value];
  if (own === undefined || name === undefined) return valueName(value);
  return Object.values(own).filter((other) => other === name).length > 1 ? `${name} (${value})` : name;
}

/** A value as people know it with the id beside it, where single records are read. */
export function withId(labels: Labels | undefined, dimension: string, value: string): string {
  const name = labels?.[dimension]?.[value];
  return name === undefined ? value : `${name} (${value})`;
}

/** The values of a breakdown's row as people know them. */
export function rowName(labels: Labels | undefined, by: Readonly<Record<string, string | null>>): string {
  return Object.entries(by).map(([dimension, value]) => labelled(labels, dimension, value)).join(' · ');
}

/** The ids of a row, for a tooltip; none where they are what is read anyway. */
export function rowIds(labels: Labels | undefined, by: Readonly<Record<string, string | null>>): string | undefined {
  const named = Object.entries(by).filter(([dimension, value]) => value !== null && labels?.[dimension]?.[value] !== undefined);
  return named.length === 0 ? undefined : named.map(([, value]) => value).join(' · ');
}

/** Names that an answer has given, for filters, which are in the address before anything is asked. */
let known = $state<Labels>({});

export function learn(labels: Labels | undefined): void {
  const fresh = Object.entries(labels ?? {}).filter(([dimension, names]) => Object.entries(names).some(([id, name]) => known[dimension]?.[id] !== name));
  if (fresh.length > 0) known = { ...known, ...Object.fromEntries(fresh.map(([dimension, names]) => [dimension, { ...known[dimension], ...names }])) };
}

/** A value of a filter as people know it, as far as a name of it has been met. */
export const filterName = (dimension: string, value: string | null): string => labelled(known, dimension, value);
