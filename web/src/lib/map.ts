// The strategy map: where each box stands. A box spans the columns of the KPIs below it, so that a link to the box it
// stands under is a straight line down and no two of them can cross; links to other boxes are curves beside them.

import type { Status } from './api-types';
import type { KpiBox, Strategy } from './strategy-types';

/** A box of the map, whatever it is. */
export interface Box {
  id: string;
  kind: 'objective' | 'factor' | 'kpi' | 'operational';
  name: string;
  metric?: string;
  path: readonly string[];
  /** Other boxes above it than the one it stands under. */
  also?: readonly string[];
  children: readonly Box[];
}

/** The boxes of a card's strategy; `also`: further factors of each KPI. KPIs that measure no factor stand beside the objectives. */
export function boxesOf({ objectives, kpis }: Strategy, also: ReadonlyMap<string, readonly string[]> = new Map()): Box[] {
  const kpi = ({ operational, ...box }: KpiBox): Box => ({ ...box, kind: 'kpi', also: also.get(box.id) ?? [], children: operational.map((one) => ({ ...one, kind: 'operational', metric: one.id, children: [] })) });
  return [
    ...objectives.map(({ factors, ...objective }): Box => ({ ...objective, kind: 'objective', children: factors.map(({ kpis: own, ...factor }) => ({ ...factor, kind: 'factor', children: own.map(kpi) })) })),
    ...kpis.map(kpi),
  ];
}

/** A box in its place. */
export interface Placed {
  key: string;
  box: Box;
  /** First column, from 0, and the one after the last. */
  from: number;
  to: number;
  parent: string | null;
  children: readonly string[];
}

/** A link to another box than the one it stands under; in columns, at the middle of both. */
export interface Also {
  key: string;
  from: number;
  to: number;
  /** Name of the box above. */
  name: string;
}

export interface Rows {
  columns: number;
  objectives: readonly Placed[];
  factors: readonly Placed[];
  kpis: readonly Placed[];
  /** Of each KPI, in its column. */
  operational: readonly Placed[];
  /** Between factors and KPIs. */
  also: readonly Also[];
  /** Between objectives and factors. */
  alsoFactors: readonly Also[];
  all: ReadonlyMap<string, Placed>;
}

/** One box may stand in several places, as a metric that drives two KPIs does: its key says where. */
const keyOf = (box: Box, parent: string | null) => (box.kind === 'operational' && parent ? `${parent}~${box.id}` : `${box.kind}~${box.id}`);

export function place(objectives: readonly Box[]): Rows {
  const all = new Map<string, Placed>();
  let column = 0;
  const put = (box: Box, parent: string | null): Placed => {
    const key = keyOf(box, parent);
    const from = column;
    if (box.kind === 'kpi' || box.children.length === 0) column += 1;
    // Reserves its place before those below it: the order is that in which they are read.
    all.set(key, { key, box, from, to: column, parent, children: [] });
    const children = box.kind === 'kpi' ? box.children.map((child) => own(child, key, from)) : box.children.map((child) => put(child, key));
    const placed = { key, box, from, to: Math.max(column, from + 1), parent, children: children.map((child) => child.key) };
    all.set(key, placed);
    return placed;
  };
  const own = (box: Box, parent: string, at: number): Placed => {
    const placed = { key: keyOf(box, parent), box, from: at, to: at + 1, parent, children: [] };
    all.set(placed.key, placed);
    return placed;
  };
  for (const objective of objectives) put(objective, null);
  const placed = [...all.values()];
  const of = (kind: Box['kind']) => placed.filter((p) => p.box.kind === kind);
  const links = (below: readonly Placed[], above: readonly Placed[]): Also[] => below.flatMap((child) => (child.box.also ?? []).flatMap((id) => {
    const other = above.find((p) => p.box.id === id && p.key !== child.parent);
    return other ? [{ key: `${child.key} ${other.key}`, from: (child.from + child.to) / 2, to: (other.from + other.to) / 2, name: other.box.name }] : [];
  }));
  const [tops, factors, kpis] = [of('objective'), of('factor'), of('kpi')];
  return { columns: Math.max(1, column), objectives: tops, factors, kpis, operational: of('operational'), also: links(kpis, factors), alsoFactors: links(factors, tops), all };
}

/** The boxes from one up to its objective, itself first. */
export function upwards(key: string, all: ReadonlyMap<string, Placed>): string[] {
  const found = all.get(key);
  return found ? [key, ...(found.parent ? upwards(found.parent, all) : [])] : [];
}

/** The KPIs below a box, itself if it is one. */
export function kpisBelow(key: string, all: ReadonlyMap<string, Placed>): Placed[] {
  const found = all.get(key);
  if (!found) return [];
  return found.box.kind === 'kpi' ? [found] : found.children.flatMap((child) => kpisBelow(child, all));
}

const WORST: readonly Status[] = ['off_target', 'within_tolerance', 'too_close_to_call', 'no_data', 'on_target'];

/** The worst status among some KPIs, and how many of them are on target; null where there are none. */
export function rolledUp(statuses: readonly Status[]): { status: Status; onTarget: number; of: number } | null {
  const status = WORST.find((one) => statuses.includes(one));
  return status ? { status, onTarget: statuses.filter((one) => one === 'on_target').length, of: statuses.length } : null;
}

/** The box that an arrow key leads to: up and down along the links, left and right along the row. */
export function step(key: string, arrow: string, rows: Rows): string | null {
  const here = rows.all.get(key);
  if (!here) return null;
  if (arrow === 'ArrowUp') {
    const above = here.parent === null ? null : rows.all.get(here.parent);
    // The operational metrics of one KPI stand under each other.
    if (here.box.kind !== 'operational' || !above) return here.parent;
    return above.children[above.children.indexOf(key) - 1] ?? above.key;
  }
  if (arrow === 'ArrowDown') {
    if (here.box.kind !== 'operational') return here.children[0] ?? null;
    const above = here.parent === null ? undefined : rows.all.get(here.parent);
    return above?.children[above.children.indexOf(key) + 1] ?? null;
  }
  // Of what stands under each other in the columns beside it, the first.
  const beside = [...rows.all.values()].filter((p) => p.box.kind === here.box.kind && (p.from !== here.from || p === here));
  const firsts = beside.filter((p, i) => p === here || beside.findIndex((other) => other.from === p.from) === i);
  const at = firsts.indexOf(here);
  if (arrow === 'ArrowLeft') return firsts[at - 1]?.key ?? null;
  if (arrow === 'ArrowRight') return firsts[at + 1]?.key ?? null;
  if (arrow === 'Home') return firsts[0]?.key ?? null;
  if (arrow === 'End') return firsts.at(-1)?.key ?? null;
  return null;
}
