// The server's interface, by hand, in the shape that openapi-typescript writes. Once the server's own document is in
// openapi.json, `npm run api` makes api.d.ts from it, and this file only gives its `paths` and schemas their names.

export type Unit = string;
export type Direction = 'up' | 'down' | 'range';
export type Status = 'on_target' | 'within_tolerance' | 'off_target' | 'too_close_to_call' | 'no_data';
export type Quality = 'no_data' | 'suppressed' | 'settling' | 'low_n' | 'ok';
export type DefinitionStatus = 'template_default' | 'draft' | 'approved' | 'deprecated';

/** Civil days in the organisation's zone, the end exclusive. */
export interface Range {
  from: string;
  to: string;
}

export interface Organisation {
  name: string;
  zone: string;
  currency: string;
  week_start: string;
  fiscal_year_start: number;
  /** Which calendar year a fiscal year that lies in two is called after: `start` or `end`. */
  fiscal_year_named_after: string;
  now: string;
  today: string;
  watermark: string | null;
  version: string;
}

export interface KpiEntry {
  id: string;
  name: string;
  unit: Unit;
  direction: Direction;
  meaning: string;
  status: DefinitionStatus;
  perspectives: string[];
  aliases: string[];
  on_scorecard: boolean;
  /** Names of what it can be broken down and filtered by. */
  dimensions: string[];
}

export interface Target {
  /** The number to reach; of a band its middle. */
  value: number;
  /** The ends of a band; null of a single number. */
  low: number | null;
  high: number | null;
  /** How far short of it is still tolerated. */
  tolerance: number;
  baseline: number | null;
  stretch: number | null;
  deadline: string | null;
  owner: string | null;
}

/** What the company's card holds a metric against, for the definition as it stands: no variant, no parameters set. */
export interface KpiTarget extends Target {
  statistic: string;
}

export interface Related {
  id: string;
  name: string;
  known: boolean;
}

export interface Dimension {
  name: string;
  type: string;
  label: string;
}

export interface Example {
  name: string;
  rows: Record<string, unknown>[];
  variant?: string | null;
  statistic?: string | null;
  parameters: Record<string, unknown>;
  expect: Record<string, unknown>;
}

export interface Kpi {
  id: string;
  name: string;
  aliases: string[];
  meaning: string;
  formula: string;
  measure: Record<string, unknown>;
  unit: Unit;
  direction: Direction;
  status: DefinitionStatus;
  version: number;
  effective: string;
  owner: string;
  perspectives: string[];
  audience: string[];
  channels: string[];
  counterbalances: Related[];
  drivers: Related[];
  gamed: string;
  caveats: string[];
  parameters: { name: string; type: string; default: unknown; meaning: string; one_of: unknown[] }[];
  variants: { name: string; meaning: string; parameters: Record<string, unknown> }[];
  dimensions: Dimension[];
  statistics: string[];
  /** The interval's method; `none` of a full count. */
  margin: string;
  small_sample: { hide_below: number | null; low_below: number | null; words: string };
  settling_days: number;
  sources: string[];
  examples: Example[];
  target: KpiTarget | null;
}

export interface Comparison extends Range {
  value: number | null;
  n: number;
  change: number | null;
  low: number | null;
  high: number | null;
}

export interface AnswerRow extends Range {
  by: Record<string, string | null>;
  value: number | null;
  n: number;
  numerator: number | null;
  denominator: number | null;
  low: number | null;
  high: number | null;
  margin: number | null;
  quality: Quality;
  compare: Comparison | null;
}

export interface Answer {
  metric: string;
  version: number;
  variant: string | null;
  parameters: Record<string, unknown>;
  statistic: string;
  unit: Unit;
  direction: Direction;
  rows: AnswerRow[];
  watermark: string | null;
}

export interface TrendPoint extends Range {
  value: number | null;
  low: number | null;
  high: number | null;
  n: number;
  quality: Quality;
}

export interface CardChange {
  value: number | null;
  previous: number | null;
  low: number | null;
  high: number | null;
  better: boolean | null;
}

export interface Card {
  id: string;
  metric: string;
  name: string;
  variant: string | null;
  statistic: string;
  unit: Unit;
  direction: Direction;
  perspective: string;
  weight: number;
  value: number | null;
  n: number;
  numerator: number | null;
  denominator: number | null;
  low: number | null;
  high: number | null;
  margin: number | null;
  sampled: boolean;
  quality: Quality;
  status: Status;
  target: Target | null;
  change: CardChange | null;
  definition_status: DefinitionStatus;
  trend: TrendPoint[];
  /** Why it has no figure, or no target, under these filters. */
  reason: string | null;
}

export interface ScorecardChange {
  kpi: string;
  name: string;
  statistic: string;
  unit: Unit;
  change: number | null;
  better: boolean | null;
  text: string;
}

export interface Scorecard {
  title: string;
  value_proposition: string;
  status: string;
  range: Range;
  compared: Range | null;
  counts: Record<Status, number>;
  changes: ScorecardChange[];
  perspectives: { id: string; name: string; weight: number }[];
  kpis: Card[];
  /** What it is narrowed to. */
  only: Record<string, (string | null)[]>;
  watermark: string | null;
}

/** How many rows of the range have a value of a dimension. */
export interface DimensionValues {
  dimension: string;
  type: string;
  values: { value: string | null; n: number }[];
  /** Values that are not listed. */
  left_out: number;
}

export interface RowColumn {
  name: string;
  type: string;
  meaning: string;
}

export type CellValue = string | number | boolean | null;

/** A row that a figure counts. */
export interface CountedRow {
  system: string;
  ticket_id: string | null;
  id: string;
  url: string | null;
  at: string | null;
  part: string;
  /** In the metric's unit; null where nothing is added up. */
  amount: number | null;
  weight: number | null;
  /** Not over yet at the time of the answer. */
  open: boolean;
  cells: Record<string, CellValue>;
}

export interface Rows extends Range {
  metric: string;
  version: number;
  variant: string | null;
  parameters: Record<string, unknown>;
  kind: string;
  unit: Unit;
  statistic_names: string[];
  table: string;
  at: string;
  /** Of the whole figure, whatever part is listed. */
  n: number;
  numerator: number | null;
  denominator: number | null;
  sums: { amount: number | null; weight: number | null } | null;
  parts: Record<string, number>;
  watermark: string | null;
  columns: RowColumn[];
  rows: CountedRow[];
  /** Rows of the part asked for. */
  total: number;
  next: string | null;
}

export interface FoundTicket {
  system: string;
  ticket_id: string;
  created_at: string | null;
  status: string | null;
  channel: string | null;
  category: string | null;
  subject: string | null;
  url: string | null;
}

export interface FoundTickets {
  id: string;
  tickets: FoundTicket[];
}

export interface TicketClock {
  name: string;
  from: string;
  to: string | null;
  calendar: number | null;
  business: number | null;
  running: boolean;
}

export interface TimelineEntry {
  at: string;
  until: string | null;
  kind: string;
  text: string;
  id: string | null;
  system: string | null;
  details: Record<string, unknown>;
}

export interface TicketFacts {
  table: string;
  columns: RowColumn[];
  rows: Record<string, CellValue>[];
}

export interface Ticket {
  system: string;
  ticket_id: string;
  subject: string | null;
  status: string | null;
  url: string | null;
  schedule: string | null;
  as_of: string | null;
  clocks: TicketClock[];
  timeline: TimelineEntry[];
  facts: TicketFacts[];
}

export interface ApiProblem {
  error: { code: string; message: string; help?: string | null; problems?: unknown[]; instead?: { name: string; metric: string; variant: string | null }[] };
}

/** A GET with its parameters and the body of its 200. */
interface Get<Body, Parameters = { query?: never; path?: never }> {
  get: {
    parameters: Parameters;
    responses: {
      200: { content: { 'application/json': Body } };
      default: { content: { 'application/json': ApiProblem } };
    };
  };
}

/** What every figure can be asked about. */
interface Asked {
  range?: string;
  only?: string[];
}

export interface AnswersQuery extends Asked {
  compare?: string;
  grain?: string;
  by?: string;
  variant?: string;
  set?: string[];
  where?: string;
}

export interface RowsQuery extends Asked {
  variant?: string;
  part?: string;
  sort?: string;
  limit?: number;
  after?: string;
}

export interface paths {
  '/api/organisation': Get<Organisation>;
  '/api/kpis': Get<KpiEntry[]>;
  '/api/kpis/{id}': Get<Kpi, { path: { id: string } }>;
  '/api/kpis/{id}/answers': Get<Answer[], { path: { id: string }; query?: AnswersQuery }>;
  '/api/kpis/{id}/rows': Get<Rows, { path: { id: string }; query?: RowsQuery }>;
  '/api/kpis/{id}/dimensions/{name}/values': Get<DimensionValues, { path: { id: string; name: string }; query?: Asked & { variant?: string } }>;
  '/api/scorecard': Get<Scorecard, { query?: Asked & { compare?: string } }>;
  '/api/tickets': Get<FoundTickets, { query: { id: string } }>;
  '/api/tickets/{system}/{id}': Get<Ticket, { path: { system: string; id: string } }>;
}
