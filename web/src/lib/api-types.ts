// Names for what the server's own document says, which openapi-typescript has written into api.d.ts. The document is
// the program's: `make reference` writes both, and a test fails where they differ from it.

import type { components } from './api';

export type { paths } from './api';

type Schemas = components['schemas'];

/**
 * A body as it is sent. The document calls a field that may be null also one that may be missing, and an object of any
 * fields one of none; on the wire every field is there.
 */
type Sent<T> = T extends readonly (infer Element)[]
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
export type Quality = Schemas['Quality'];
export type DefinitionStatus = Schemas['DefinitionStatus'];

export type KpiEntry = Sent<Schemas['KpiSummary']>;
export type Kpi = Sent<Schemas['KpiBody']>;
export type Target = Sent<Schemas['Target']>;
export type Related = Sent<Schemas['Related']>;
export type Dimension = Sent<Schemas['DimensionBody']>;
export type Example = Sent<Schemas['ExampleBody']>;

export type Answer = Sent<Schemas['Answer']>;
export type AnswerRow = Sent<Schemas['AnswerRow']>;
export type TrendPoint = Sent<Schemas['TrendPoint']>;

export type Scorecard = Sent<Schemas['Scorecard']>;
export type Card = Sent<Schemas['Card']>;
export type ScorecardChange = Sent<Schemas['ScorecardChange']>;

export type RowColumn = Sent<Schemas['ColumnBody']>;
/** A row that a figure counts. */
export type CountedRow = Omit<Sent<Schemas['RowBody']>, 'cells'> & { cells: Cells };
export type Rows = Omit<Sent<Schemas['RowsBody']>, 'rows'> & { rows: CountedRow[] };
export type DimensionValues = Sent<Schemas['ValuesBody']>;

export type FoundTickets = Sent<Schemas['FoundBody']>;
export type TicketFacts = Omit<Sent<Schemas['FactsBody']>, 'rows'> & { rows: Cells[] };
export type TimelineEntry = Sent<Schemas['EntryBody']>;
export type Ticket = Omit<Sent<Schemas['TicketBody']>, 'facts'> & { facts: TicketFacts[] };

/** The body of a failed request; a server of before may leave out what came later. */
export type ApiProblem = Schemas['ErrorBody'];
