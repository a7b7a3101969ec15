// Rows behind a figure: the words for their parts, and how they add up to it.

import type { AnswerRow, CellValue, RowColumn, Rows, TicketFacts } from './api-types';
import { instantText } from './dates';
import { count, figure } from './format';

const PARTS: Record<string, [name: string, meaning: string]> = {
  numerator: ['Above the line', 'what the rate counts'],
  rest: ['Below it only', 'in the number below the line, and not above it'],
  outside: ['Above it only', 'above the line but not below it'],
  positive: ['Positive', 'added, as promoters are'],
  negative: ['Negative', 'taken away, as detractors are'],
  neutral: ['Neutral', 'in between: only in the number of answers'],
  ended: ['Ended', 'the time is known'],
  open: ['Still open', 'the time so far; it is not left out'],
  counted: ['Counted', 'nothing to tell apart'],
};

export const partName = (part: string): string => PARTS[part]?.[0] ?? part;
export const partMeaning = (part: string): string => PARTS[part]?.[1] ?? '';

const ORDER = Object.keys(PARTS);

/** Parts with their number of rows, what is counted above the line first; what is outside the line is listed with that. */
export function partsOf({ parts }: Rows): [part: string, n: number][] {
  const outside = parts['outside'] ?? 0;
  return Object.entries(parts)
    .filter(([name, n]) => name !== 'outside' || n > 0)
    .map(([name, n]): [string, number] => [name, name === 'numerator' ? n + outside : n])
    .sort(([a], [b]) => ORDER.indexOf(a) - ORDER.indexOf(b));
}

const close = (a: number, b: number) => Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(b));

/** How the rows make the figure, in words, and whether they do. `adds` is null where a list cannot show it, as for a median. */
export function sum(rows: Rows, answer: AnswerRow): { text: string; adds: boolean | null } {
  const { parts, n } = rows;
  const part = (name: string) => parts[name] ?? 0;
  const listed = Object.entries(parts).reduce((all, [name, size]) => (name === 'outside' ? all : all + size), 0);
  // The number of rows is the number that the figure says it counted.
  const all = listed === n && n === answer.n;
  switch (rows.kind) {
    case 'share':
    case 'stock_older':
    case 'ratio': {
      const top = part('numerator') + part('outside');
      const value = n === 0 ? null : (100 * top) / n;
      return { text: `${count(top)} of ${count(n)}`, adds: all && (answer.value === null || value === null || rows.unit !== 'percent' || close(value, answer.value)) };
    }
    case 'net_score': {
      const value = n === 0 ? null : (100 * (part('positive') - part('negative'))) / n;
      return { text: `(${count(part('positive'))} − ${count(part('negative'))}) of ${count(n)}`, adds: all && (answer.value === null || value === null || close(value, answer.value)) };
    }
    case 'mean': {
      const { amount = null, weight = null } = rows.sums ?? {};
      const below = weight ?? n;
      const adds = all && (answer.value === null || amount === null || below === 0 || close(amount / below, answer.value));
      return { text: amount === null ? count(n) : `${figure(amount, rows.amount_unit ?? 'count')} over ${count(below)}`, adds };
    }
    case 'sum':
      return { text: `the sum of ${count(n)}`, adds: all && (answer.value === null || rows.sums?.amount == null || close(rows.sums.amount, answer.value)) };
    case 'count':
    case 'stock':
      return { text: count(n), adds: all && (answer.value === null || close(answer.value, n)) };
    case 'survival':
      return { text: part('open') > 0 ? `${count(n)}, ${count(part('open'))} of them still open` : count(n), adds: all ? null : false };
    default:
      return { text: count(n), adds: all ? null : false };
  }
}

/** A cell as people read it; times in the organisation's zone. */
export function cellText(value: CellValue | undefined, type: string, zone: string): string {
  if (value === null || value === undefined || value === '') return '–';
  if (type === 'time') return instantText(String(value), zone);
  if (type === 'duration') return typeof value === 'number' ? figure(value, 'seconds') : String(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'number' && type === 'number' ? new Intl.NumberFormat('en-GB', { maximumFractionDigits: 4 }).format(value).replace('-', '\u2212') : String(value);
}

export const columnName = (name: string): string => {
  const text = name.replace(/^attr\./, '').replaceAll('_', ' ').replace(/ at$/, '').replace(/^sla\b/, 'SLA');
  return text.charAt(0).toUpperCase() + text.slice(1);
};

const FIRST = ['value', 'channel', 'category', 'priority', 'queue', 'team', 'agent', 'status'];

/** The columns that are shown until others are chosen, without those that say what is `said` of every row already. */
export function usualColumns(columns: readonly RowColumn[], said: readonly string[] = ['ticket_id']): string[] {
  const own = columns.map((c) => c.name).filter((name) => !said.includes(name));
  return [...FIRST.filter((name) => own.includes(name)), ...own.filter((name) => !FIRST.includes(name))].slice(0, 4);
}

/** The table of facts that an entry of a ticket's timeline is told from; others are told from events. */
const TABLES: Record<string, string> = { created: 'ticket', turn: 'reply_turn', open: 'open_interval', sla: 'sla_target', contact: 'contact', leg: 'contact_leg', survey: 'survey_answer' };
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/** A detail of an entry of a ticket's timeline, by the type of its column. */
export function detailText(facts: readonly TicketFacts[], kind: string, name: string, value: unknown, zone: string): string {
  const known = typeof value === 'object' && value !== null ? JSON.stringify(value) : (value as CellValue);
  const column = facts.find((f) => f.table === TABLES[kind])?.columns.find((c) => c.name === name);
  const type = column?.type ?? (typeof known === 'string' && INSTANT.test(known) ? 'time' : typeof known);
  return cellText(known, type, zone);
}

/** Most fields of a row of facts that are shown before all are asked for. */
const BRIEF = 10;

/** The fields of a row that are shown first: those with a value that the ticket's own row has not said already. */
export function briefColumns({ table, columns }: TicketFacts, row: Readonly<Record<string, CellValue>>, all: readonly TicketFacts[]): RowColumn[] {
  const own = table === 'ticket' ? undefined : all.find((f) => f.table === 'ticket')?.rows[0];
  const empty = (value: CellValue | undefined) => value === null || value === undefined || value === '';
  return columns.filter(({ name }) => !empty(row[name]) && (own === undefined || own[name] !== row[name])).slice(0, BRIEF);
}
