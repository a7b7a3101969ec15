// Names for what the server's own document says, which openapi-typescript has written into api.d.ts. The document is
// the program's: `make reference` writes both, and a test fails where they differ from it.

import type { components } from './api';
import type { Labels } from './labels.svelte';

export type { paths } from './api';

export type Schemas = components['schemas'];

/**
 * A body as it is sent. The document calls a field that may be null also one that may be missing, and an object of any
 * fields one of none; on the wire every field is there.
 */
export type Sent<T> = T extends readonly (infer Element)[]
  ? Sent<Element>[]
  : T extends object
    ? string extends keyof T
      ? { [name: string]: [T[keyof T]] extends [never] ? unknown : Sent<Exclude<T[keyof T], undefined>> }
      : { [Field in keyof T]-?: Sent<Exclude<T[Field], undefined>> }
    : T;

export type CellValue = string | number | boolean | null;
type Cells = Record<string, CellValue>;

export type Organisation = Sent<Schemas['OrganisationBody']>;
/** Civil days in the organisation's zone, the end exclusive. */
export type Range = Sent<Schemas['Range']>;
export type Direction = Schemas['Direction'];
export type Status = Schemas['Status'];
/** Beside what the document names: withheld for privacy, made of an open ledger, and a quantile that open work keeps out of reach. */
export type Quality = Schemas['Quality'] | 'withheld' | 'provisional' | 'not_reached';
/** Beside what the document names: a mean of a scale, money, and rates per 1,000. */
export type Unit = Schemas['Unit'] | 'score' | 'currency' | 'per_thousand';
export type DefinitionStatus = Schemas['DefinitionStatus'];

/** Of whom figures are withheld. */
export interface Privacy {
  /** Figures of fewer people are withheld. */
  minimum: number;
  /** Of fewer they are withheld in a breakdown. */
  breakdown_minimum: number;
}

/** A column of facts that a metric uses. */
export interface LineageColumn {
  name: string;
  type: string;
  meaning: string;
  /** Parts of the measure that name it, `at` among them. */
  used_in: string[];
  /** Fields of records it is folded from. */
  from: { record: string; field: string }[];
}

/** A kind of record that facts are folded from. */
export interface LineageRecord {
  kind: string;
  meaning: string;
  /** Source files of this workspace that make such records, and the fields they map. */
  sources: { name: string; file: string; fields: string[] }[];
}

/** Where a figure comes from: one a fact table, several of a derived metric. */
export interface Lineage {
  table: string;
  meaning: string;
  columns: LineageColumn[];
  records: LineageRecord[];
}

/** What a server says beyond the document; a server of before leaves it out. */
interface EntryBeyond {
  audience?: string[];
  /** Kind of measure. */
  kind?: string;
  /** Fact table; none of a derived metric. */
  table?: string | null;
  privacy?: Privacy | null;
}
interface KpiBeyond {
  privacy?: Privacy | null;
  lineage?: Lineage[];
}
interface ExampleBeyond {
  /** When it is asked, where the file says it. */
  now?: string | null;
  /** Figures of the inputs of a derived metric, by name. */
  given?: Record<string, number>;
}

type Measured<T> = Omit<T, 'unit'> & { unit: Unit };

export type KpiEntry = Measured<Sent<Schemas['KpiSummary']>> & EntryBeyond;
export type Kpi = Omit<Measured<Sent<Schemas['KpiBody']>>, 'examples'> & KpiBeyond & { examples: Example[] };
export type Target = Sent<Schemas['Target']>;
export type Related = Sent<Schemas['Related']>;
export type Dimension = Sent<Schemas['DimensionBody']>;
export type Example = Sent<Schemas['ExampleBody']> & ExampleBeyond;

type Judged<T> = Omit<T, 'quality'> & { quality: Quality };
export type AnswerRow = Judged<Sent<Schemas['AnswerRow']>>;
export type Answer = Omit<Sent<Schemas['Answer']>, 'rows' | 'labels'> & { rows: AnswerRow[]; labels?: Labels };
/** Units of what stands above and below a line. */
export type LineUnit = Sent<Schemas['LineUnit']>;
export type TrendPoint = Judged<Sent<Schemas['TrendPoint']>>;

export type Card = Omit<Judged<Measured<Sent<Schemas['Card']>>>, 'trend'> & { trend: TrendPoint[] };
export type Scorecard = Omit<Sent<Schemas['Scorecard']>, 'kpis'> & { kpis: Card[] };
export type ScorecardChange = Sent<Schemas['ScorecardChange']>;

/** A figure taken apart, and a part of it. */
export type Cascade = Omit<Sent<Schemas['Cascade']>, 'total' | 'parts' | 'rest'> & { total: CascadePart; parts: CascadePart[]; rest: CascadePart | null };
export type CascadePart = Judged<Sent<Schemas['CascadePart']>>;
/** Whether somebody can be recognised for a KPI, and why. */
export type Eligibility = Measured<Sent<Schemas['Eligibility']>> & { label?: string | null };

export type RowColumn = Sent<Schemas['ColumnBody']>;
/** A row that a figure counts. */
export type CountedRow = Omit<Sent<Schemas['RowBody']>, 'cells'> & { cells: Cells };
export type Rows = Omit<Sent<Schemas['RowsBody']>, 'rows' | 'labels'> & { rows: CountedRow[]; labels?: Labels };
export type DimensionValues = Omit<Sent<Schemas['ValuesBody']>, 'values'> & { values: (Sent<Schemas['ValueBody']> & { label?: string | null })[] };

export type FoundTickets = Sent<Schemas['FoundBody']>;
export type TicketFacts = Omit<Sent<Schemas['FactsBody']>, 'rows'> & { rows: Cells[] };
export type TimelineEntry = Sent<Schemas['EntryBody']>;
export type Ticket = Omit<Sent<Schemas['TicketBody']>, 'facts'> & { facts: TicketFacts[] };

/** The body of a failed request; a server of before may leave out what came later. */
export type ApiProblem = Schemas['ErrorBody'];
