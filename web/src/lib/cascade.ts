// Where a card's figure comes from: its parts, theirs below them where they are cards with cards of their own, and the
// words that say how they add up.

import type { Cascade, CascadePart } from './api-types';
import { Problem, request, type Request } from './client';
import { count, figure, lineUnit } from './format';
import type { CardEntry } from './strategy-types';

/** A part with what it is made of; nothing below it where that is not another sum of the same figure. */
export interface Branch {
  part: CascadePart;
  below: Tree | null;
}
export interface Tree {
  cascade: Cascade;
  branches: Branch[];
}

/** A line of the table: how deep it lies, and what it is there. */
export interface Line {
  key: string;
  depth: number;
  part: CascadePart;
  kind: 'part' | 'rest' | 'total';
}

const same = (a: CascadePart, b: CascadePart) => a.value === b.value && a.n === b.n && a.numerator === b.numerator && a.denominator === b.denominator;

/** Asks for a figure's parts, and for theirs. A card that counts the KPI in another way, or not at all, is not taken apart. */
export function tree(asked: { card: string; kpi: string; by: string | null; range: string }, cards: readonly CardEntry[]): Request<Tree> {
  const load = async (card: string, kpi: string, signal: AbortSignal): Promise<Tree> => {
    const cascade = await request<Cascade>('/api/cascade', { card, kpi, by: asked.by, range: asked.range }).load(signal);
    const below = async (part: CascadePart): Promise<Tree | null> => {
      const holds = cards.find((c) => c.name === part.card)?.metrics.includes(cascade.metric);
      if (part.card === null || !holds || !cards.some((c) => c.parent === part.card)) return null;
      try {
        const found = await load(part.card, cascade.metric, signal);
        return found.cascade.by === null && found.cascade.statistic === cascade.statistic && same(found.cascade.total, part) ? found : null;
      } catch (error) {
        // a file that has changed in between
        if (error instanceof Problem && error.code !== 'unreachable') return null;
        throw error;
      }
    };
    return { cascade, branches: await Promise.all(cascade.parts.map(async (part) => ({ part, below: await below(part) }))) };
  };
  return { key: `cascade ${JSON.stringify([asked, cards.map((c) => [c.name, c.parent, c.metrics])])}`, load: (signal) => load(asked.card, asked.kpi, signal) };
}

/** What belongs to none of the parts is nothing where they are all there is. */
const isLeft = (rest: CascadePart | null): rest is CascadePart => rest !== null && (rest.n > 0 || (rest.numerator ?? 0) !== 0 || (rest.denominator ?? rest.value ?? 0) !== 0);

/** The lines of a table, the total last; each part’s own parts follow it. Shares are of the whole, however deep a part lies. */
export function lines({ cascade, branches }: Tree, depth = 0, above = '', whole = 1): Line[] {
  const scaled = (part: CascadePart): CascadePart => ({ ...part, share: part.share === null ? null : part.share * whole });
  const own = branches.flatMap(({ part, below }, i): Line[] => {
    const key = `${above}${i}`;
    return [{ key, depth, part: scaled(part), kind: 'part' }, ...(below ? lines(below, depth + 1, `${key}.`, whole * (part.share ?? 1)) : [])];
  });
  const { rest, total } = cascade;
  const named = rest === null || depth === 0 ? rest : { ...rest, name: `${total.name}, ${rest.name.charAt(0).toLowerCase()}${rest.name.slice(1)}` };
  if (isLeft(rest) && named) own.push({ key: `${above}rest`, depth, part: scaled(named), kind: 'rest' });
  return depth === 0 ? [...own, { key: 'total', depth, part: total, kind: 'total' }] : own;
}

/** A number above or below the line, in its unit; one of unlike things as it was counted. */
export function part(value: number | null, unit: string | null | undefined): string {
  if (value === null) return '–';
  return unit === 'currency' || unit === 'seconds' ? figure(value, unit) : count(value);
}

/** How the figure is made, in a sentence; null where its parts do not add up. */
export function sentence({ total, parts, rest, adds_up, line_unit, times, unit }: Cascade): string | null {
  if (!adds_up || total.value === null) return null;
  const all = [...parts, ...(isLeft(rest) ? [rest] : [])];
  if (total.numerator === null || total.denominator === null) return `${all.map((p) => figure(p.value ?? 0, unit)).join(' + ')} = ${figure(total.value, unit)}.`;
  const above = all.map((p) => part(p.numerator ?? 0, line_unit?.numerator)).join(' + ');
  const below = all.map((p) => part(p.denominator ?? 0, line_unit?.denominator)).join(' + ');
  const [top, bottom] = [part(total.numerator, line_unit?.numerator), part(total.denominator, line_unit?.denominator)];
  const of = lineUnit(line_unit) === null ? 'over' : 'of';
  // a share is told in percent, which is its hundred
  const multiplied = times === null || times === 1 || unit === 'percent' ? '' : ` × ${count(times)}`;
  const figureOf = `${top} ${of} ${bottom}${multiplied}`;
  // of one part there is nothing to add
  if (all.length === 1) return `${figureOf} in the part as in the whole: ${figure(total.value, unit)}.`;
  return `(${above}) ${of} (${below}) is ${figureOf}: ${figure(total.value, unit)}. It is not the mean of the parts’ own figures.`;
}
