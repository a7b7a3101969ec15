// A definition in words: what its kind of measure computes, its parts as declared, its margin and its small samples.

import type { Example, Kpi } from './api-types';
import { count, figure } from './format';
import { rowsOf } from './records';

/** Parts of measures, in the order they are read, and what each of them says. */
const PARTS: Record<string, string> = {
  population: 'which rows are looked at',
  hit: 'rows of these that count above the line',
  numerator: 'rows above the line',
  denominator: 'rows below the line',
  positive: 'the best answers',
  negative: 'the worst answers',
  value: 'what is added up, or whose quantiles are asked',
  weight: 'what is added up below the line',
  start: 'when it began',
  end: 'when it ended; empty while it is open',
  calendar: 'how long it took on all hours',
  business: 'how long it took in business hours',
  clock: 'the clock that counts',
  censoring: 'whether open work counts as open, or is left out',
  quantiles: 'the quantiles asked for',
  matures: 'seconds after which a row is judged',
};

export interface Part {
  name: string;
  meaning: string;
  expression: string;
}

/** The parts of a formula as it is written: `population: …`, each from the start of a line. */
export function partsOf(kpi: Pick<Kpi, 'formula' | 'measure'>): Part[] {
  const found: Part[] = [];
  for (const line of kpi.formula.split('\n')) {
    const [, name, rest = ''] = /^([a-z_]+): ?(.*)$/.exec(line) ?? [];
    const last = found.at(-1);
    if (name !== undefined && (Object.hasOwn(PARTS, name) || !last)) found.push({ name, meaning: kpi.measure.kind === 'derived' && name === 'value' ? 'the formula, of the figures below' : (PARTS[name] ?? ''), expression: rest });
    else if (last) last.expression += `\n${line}`;
    else if (line.trim() !== '') found.push({ name: 'formula', meaning: '', expression: line });
  }
  return found;
}

/** Prose of a definition in which other metrics stand by id, with their names in place of these. */
export const spelled = (text: string, nameOf: (id: string) => string | undefined): string => text.replace(/\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b/g, (id) => nameOf(id) ?? id);

/** The parameters that a variant asks with, the defaults where it names none, as a text to compare; of the default too. */
export function parametersOf(kpi: Pick<Kpi, 'parameters' | 'variants'>, variant: string | null): string | null {
  const own = variant === null ? {} : kpi.variants.find((v) => v.name === variant)?.parameters;
  return own ? JSON.stringify(kpi.parameters.map((p) => [p.name, own[p.name] ?? p.default])) : null;
}

export const titled = (name: string): string => name.replaceAll('_', ' ').replace(/^./, (c) => c.toUpperCase());

/** Words as a sentence. */
export const sentence = (text: string): string => text.replace(/^./, (c) => c.toUpperCase()).replace(/[^.!?…]$/, '$&.');

const KINDS: Record<string, { name: string; words: (rows: string, unit: string) => string }> = {
  share: { name: 'share', words: (rows) => `100 × the ${rows} that count as met ÷ all ${rows} that are looked at.` },
  ratio: { name: 'ratio', words: (rows) => `100 × the ${rows} above the line ÷ the ${rows} below it; those above need not be among those below.` },
  net_score: { name: 'net score', words: (rows) => `100 × (the best ${rows} − the worst ${rows}) ÷ all ${rows} that are looked at, in points from −100 to 100.` },
  mean: { name: 'mean', words: (rows) => `What the ${rows} add up to ÷ their number or what they weigh; those without a value are left out.` },
  sum: { name: 'sum', words: (rows) => `What the ${rows} that are looked at add up to.` },
  count: { name: 'count', words: (rows) => `The number of ${rows} that are looked at.` },
  quantile: { name: 'quantile', words: (rows) => `Of the ${rows} that have a value, the one that half of them, or nine tenths, do not exceed.` },
  survival: { name: 'time until done', words: (rows) => `The time by which half of the ${rows}, or nine tenths, are done. Those still open count as open for as long as they have been (Kaplan–Meier): leaving them out would make the time look shorter than it is.` },
  stock: { name: 'level', words: (rows) => `The number of ${rows} at the end of each period; levels of several periods are never added.` },
  cohort: { name: 'cohort', words: () => '100 × what those who were there at the start of a period have at its end ÷ what they had at its start; who came in between does not count.' },
  derived: { name: 'made of other KPIs', words: () => 'Arithmetic of the figures of other KPIs.' },
};

export const kindName = (kind: string): string => KINDS[kind]?.name ?? kind.replaceAll('_', ' ');

/**
 * The arithmetic of a derived metric with the names of its inputs: "Cost of service ÷ Issues resolved". Of a choice between
 * formulas the one that the parameters' defaults make; none where it is more than sums and quotients.
 */
function arithmetic(kpi: Pick<Kpi, 'formula' | 'measure' | 'parameters'>, nameOf: (id: string) => string): string | null {
  const written = partsOf(kpi).find((part) => part.name === 'value')?.expression.replace(/\s+/g, ' ').trim();
  if (!written) return null;
  const [, name, on, then, otherwise] = /^case \$(\w+) when '([^']*)' then (.+) else (.+) end$/.exec(written) ?? [];
  const chosen = name === undefined ? written : kpi.parameters.find((p) => p.name === name)?.default === on ? then : otherwise;
  const { inputs } = kpi.measure;
  const tokens = chosen?.match(/[A-Za-z_]\w*|[\d.]+|[-+*/()]|\S/g) ?? [];
  if (tokens.length === 0 || tokens.some((token) => !/^([\d.]+|[-+*/()])$/.test(token) && !Object.hasOwn(inputs, token))) return null;
  const signs: Record<string, string> = { '*': '×', '/': '÷', '-': '\u2212' };
  return tokens.map((token) => (Object.hasOwn(inputs, token) ? nameOf(inputs[token] ?? token) : (signs[token] ?? token))).join(' ').replace(/\( /g, '(').replace(/ \)/g, ')');
}

/** The formula in words. `nameOf`: names of other metrics. */
export function inWords(kpi: Pick<Kpi, 'measure' | 'unit' | 'formula' | 'parameters'>, nameOf: (id: string) => string = titled): string {
  if (kpi.measure.kind === 'derived') {
    const made = arithmetic(kpi, nameOf);
    const inputs = Object.values(kpi.measure.inputs).map(nameOf);
    return `${made ?? `Made of ${inputs.length > 1 ? `${inputs.slice(0, -1).join(', ')} and ${inputs.at(-1)}` : inputs.join('')}, by the formula beside`}, of the same period; no figure where one of them has none.`;
  }
  return KINDS[kpi.measure.kind]?.words(rowsOf(kpi.measure.table), kpi.unit) ?? `A ${kindName(kpi.measure.kind)} of ${rowsOf(kpi.measure.table)}.`;
}

export const UNITS: Record<string, string> = { percent: 'percent', points: 'points', score: 'mean of a scale', seconds: 'duration', count: 'count', currency: 'money', per_thousand: 'per 1,000' };
export const BETTER: Record<string, string> = { up: 'more is better', down: 'less is better', range: 'a range is best' };

const MARGINS: Record<string, string> = {
  wilson: 'The 95 % interval of a share by Wilson: never below 0 nor above 100 %, and there even where all or none are met. Changes by Newcombe’s method.',
  net_score: 'The 95 % interval of a difference of two shares of the same answers. It takes two to three times the sample of a share.',
  mean: 'The 95 % interval of a mean, from the spread of its rows.',
  quantile: 'The 95 % interval from the order of the values, lopsided where they are; of work still open, from the curve of what is done.',
  carried: 'The 95 % interval of one of its inputs, carried through the formula.',
  none: 'None: a full count, nothing was sampled.',
};

export const marginWords = (margin: string): string => MARGINS[margin] ?? `${titled(margin)}, 95 %.`;

/** What is done with few rows. */
export function fewWords({ hide_below: hide, low_below: low, words }: Kpi['small_sample']): string {
  if (hide === null && low === null) return words ? `${words.charAt(0).toUpperCase()}${words.slice(1)}.` : 'Shown however few there are.';
  if (hide !== null && low === null) return /\bfrom \d/.test(words) ? `Shown where enough lie beyond the quantile: ${words}.` : `Under ${hide}, only the count is shown.`;
  const said = [...(hide ? [`under ${count(hide)}, only the count is shown and no figure`] : []), ...(low ? [`under ${count(low)}, the figure is marked “low n”`] : [])].join('; ');
  return said ? `${said.charAt(0).toUpperCase()}${said.slice(1)}.` : 'Shown however few there are.';
}

/** Types of columns by their name, from the lineage. */
export type Types = ReadonlyMap<string, string>;
export const typesOf = (kpi: Kpi): Types => new Map((kpi.lineage ?? []).flatMap((l) => l.columns.map((c) => [c.name, c.type] as const)));

/** A length of time to the second and beyond: an edge case is about the moment that rounding would hide. */
export function lengthText(seconds: number): string {
  const plain = `${String(seconds).replace('-', '\u2212')}\u00a0s`;
  if (!Number.isInteger(seconds) || seconds <= 0) return plain;
  const units = ([[86_400, 'd'], [3_600, 'h'], [60, 'm'], [1, 's']] as const).flatMap(([size, name], i, all) => {
    const of = Math.floor((i === 0 ? seconds : seconds % (all[i - 1]?.[0] ?? 1)) / size);
    return of > 0 ? [`${of}\u00a0${name}`] : [];
  });
  return units.length <= 2 ? units.join('\u00a0') : plain;
}

/** A value as a definition's reader sees it. */
export function valueText(value: unknown, type?: string): string {
  if (value === null || value === undefined) return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return type === 'duration' ? lengthText(value) : String(value).replace('-', '\u2212');
  if (typeof value === 'string') {
    if (value === '') return 'empty';
    const [, date, time] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d(?::\d\d)?)(?:\.0+)?Z?$/.exec(value) ?? [];
    return date ? `${date}\u00a0${time?.replace(/:00$/, '')}` : value;
  }
  return JSON.stringify(value);
}

export interface Given {
  /** What all rows have in common. */
  common: [column: string, value: unknown][];
  /** What each has of its own, and how many there are of it. */
  rows: { times: number; cells: [column: string, value: unknown][] }[];
  /** Rows in all. */
  total: number;
}

/** The rows of an example, what they share told once. */
export function givenOf(example: Pick<Example, 'rows'>): Given {
  const plain = (example.rows as Record<string, unknown>[]).map(({ times, ...cells }) => ({ times: typeof times === 'number' ? times : 1, cells }));
  const [first] = plain;
  const same = (name: string) => plain.length > 1 && plain.every((row) => JSON.stringify(row.cells[name]) === JSON.stringify(first?.cells[name]));
  const common = Object.entries(first?.cells ?? {}).filter(([name]) => same(name));
  const rows = plain.map(({ times, cells }) => ({ times, cells: Object.entries(cells).filter(([name]) => !same(name)) }));
  return { common, rows, total: plain.reduce((sum, row) => sum + row.times, 0) };
}

const EXPECTED: Record<string, string> = { n: 'n', low: 'lower end', high: 'upper end', numerator: 'above the line', denominator: 'below the line' };
const QUALITIES: Record<string, string> = { ok: 'can be relied on', no_data: 'no data', low_n: 'marked “low n”', suppressed: 'too few: only the count', settling: 'still settling', withheld: 'withheld: fewer than five people', provisional: 'provisional', not_reached: 'not reached' };

/** What an example expects, the value first. */
export function expectedOf(expect: Record<string, unknown>, unit: string): { value: string | null; rest: string[] } {
  const none = (value: unknown) => value === null || value === 'none';
  const shown = (value: unknown) => (none(value) ? 'none' : typeof value === 'number' ? figure(value, unit) : valueText(value));
  const { value, ...others } = expect;
  const rest = Object.entries(others).map(([name, found]) => {
    if (name === 'quality') return QUALITIES[String(found)] ?? String(found);
    const amount = name === 'low' || name === 'high' ? shown(found) : typeof found === 'number' ? count(found) : valueText(found);
    return name === 'n' ? `n ${amount}` : `${EXPECTED[name] ?? name.replaceAll('_', ' ')} ${amount}`;
  });
  return { value: 'value' in expect ? (none(value) ? 'no figure' : shown(value)) : null, rest };
}
