// What the server says of cards, strategy, reviews, initiatives, benchmarks and set-up. Names follow the fields on the wire.

import type { Card as PlainCard, Direction, Range, Scorecard as PlainScorecard, Status, Target as PlainTarget } from './api-types';

export type Level = 'company' | 'department' | 'team' | 'agent';
export type Role = 'primary' | 'outcome' | 'driver' | 'counter';

/** A card as the switch lists it. */
export interface CardEntry {
  name: string;
  title: string;
  level: Level;
  /** Name of the card above; null at the top. */
  parent: string | null;
  status: string;
  kpi_count: number;
  /** Values of dimensions that it is held to. */
  only: Record<string, (string | null)[]>;
}

export interface Objective {
  id: string;
  name: string;
  why: string | null;
}

export interface Factor {
  id: string;
  name: string;
  objective: string;
}

/** What holds the total down: a red gate, or a perspective below its floor. */
export interface Cap {
  kind: 'gate' | 'floor';
  id: string;
  name: string;
  at: number;
}

export interface Total {
  /** Null where too little of the weight has a score. */
  score: number | null;
  /** What it would be without caps. */
  uncapped: number | null;
  /** Share of the weight that has a score, 0–1. */
  scored_weight: number;
  caps: Cap[];
}

export interface Gate {
  id: string;
  name: string;
  metric: string;
  status: 'red' | 'green' | 'unknown';
  value: number | null;
  limit: number;
  unit: string;
  sentence: string;
}

/** Which of two KPIs wins where they pull apart. */
export interface Pair {
  kpis: string[];
  wins: string;
  when: string | null;
}

/** A KPI that the data at hand cannot support. */
export interface LeftOut {
  kpi: string;
  name: string;
  needs: string[];
  /** Why, in words, where a proposal says it. */
  why?: string | null;
}

export interface Finding {
  rule: string;
  severity: string;
  title: string;
  message: string;
  fix: string | null;
}

export interface Projection {
  deadline: string;
  value: number;
  low: number | null;
  high: number | null;
  /** Chance that the target is met at the deadline, 0–1. */
  chance: number;
  verdict: 'will make it' | 'unclear' | 'will not make it';
}

export interface Approval {
  status: 'template default' | 'draft' | 'approved' | 'changed since approval';
  by: string | null;
  on: string | null;
  /** Who signed it first, where a second person has to. */
  waits_for_second: string | null;
}

/** What a figure was when its period was closed, where it is another now. */
export interface Restated {
  closed_value: number | null;
  closed_on: string;
  closed_by: string;
  closed_n: number;
  /** Whether the definition has changed since; otherwise records have come in, or were corrected. */
  definition_changed: boolean;
}

export interface Named {
  metric: string;
  name: string;
}

/** What a card says of a KPI beyond its figure. */
export interface CardBeyond {
  role: Role;
  factor: string | null;
  /** Further factors it says something about. */
  also: string[];
  why: string | null;
  operational: Named[];
  cadence: 'weekly' | 'monthly' | 'quarterly';
  /** KPI of the card above that it serves. */
  serves: string | null;
  /** 0 at the baseline, 100 at the target, 120 at the stretch. */
  score: number | null;
  projection: Projection | null;
  /** Why there is none, in words. */
  not_projected?: string | null;
  /** Of its entry with its target; null where the journal was not asked. */
  approval: Approval | null;
  restated: Restated | null;
}
export type Card = PlainCard & CardBeyond;

export type Perspective = PlainScorecard['perspectives'][number] & { score: number | null; scored_weight: number; floor: number };

export type Scorecard = Omit<PlainScorecard, 'kpis' | 'perspectives'> & {
  name: string;
  level: Level;
  parent: string | null;
  /** Of the card as a whole. */
  approval: Approval | null;
  /** How its days were closed, where they are a period that was. */
  closed: { on: string; by: string; provisional: boolean; /** The total then. */ total: number | null } | null;
  objectives: Objective[];
  factors: Factor[];
  total: Total;
  gates: Gate[];
  perspectives: Perspective[];
  pairs: Pair[];
  left_out: LeftOut[];
  findings: Finding[];
  kpis: Card[];
};

interface Boxed {
  id: string;
  name: string;
  /** Sentences that lead from it to the goal. */
  path: string[];
}
export type OperationalBox = Boxed & { kind: 'operational' };
export type KpiBox = Boxed & { kind: 'kpi'; metric: string; status: Status | null; operational: OperationalBox[] };
export type FactorBox = Boxed & { kind: 'factor'; kpis: KpiBox[] };
export type ObjectiveBox = Boxed & { kind: 'objective'; factors: FactorBox[] };

export interface Strategy {
  card: string;
  title: string;
  level: Level;
  parent: string | null;
  value_proposition: string;
  competes_on: { id: string; name: string; share: number }[];
  objectives: ObjectiveBox[];
  /** KPIs that measure no factor. */
  kpis: KpiBox[];
  children: { id: string; kind: 'card'; name: string; level: Level }[];
}

/** What a deed is done to: `metric:fcr`, `kpi:company/fcr`, `target:company/fcr`, `card:company`, `initiative:easy_returns`. */
export type Subject = string;

export interface Due {
  subject: Subject;
  name: string;
  /** Its figure and target, what it means, or that nobody has looked at it for long. */
  kind: 'review' | 'definition' | 'unseen';
  cadence: string;
  last: string | null;
  due: string;
  overdue_days: number;
}

export interface ReviewItem {
  subject: Subject;
  name: string;
  cadence: string;
  approval: Approval;
  /** It takes two people to approve it. */
  second_person: boolean;
  last: string | null;
  retired_by: string | null;
  comments: number;
}

export interface Logged {
  number: number;
  at: string;
  actor: string;
  kind: string;
  subject: Subject;
  /** What was done, in words: "commented: …". */
  text: string;
  /** What it was changed to, as its file has it. */
  changed_to: Record<string, unknown> | null;
}

export interface Announcement {
  number: number;
  at: string;
  by: string;
  subject: Subject;
  text: string;
  acknowledged_by: string[];
}

export interface Reviews {
  due: Due[];
  items: ReviewItem[];
  log: Logged[];
  announcements: Announcement[];
}

export type Verb = 'confirm' | 'approve' | 'change' | 'retire' | 'comment' | 'announce' | 'acknowledge';

/** Something that a person asks to have recorded. */
export interface Deed {
  kind: Verb;
  subject: Subject;
  actor: string;
  reason?: string | null;
  text?: string | null;
  announcement?: number | null;
}

export interface Initiative {
  id: string;
  name: string;
  hypothesis: string;
  status: 'planned' | 'running' | 'done' | 'stopped';
  card: string;
  kpi: string;
  metric: string;
  unit: string;
  /** By how much the figure should move. */
  effect: number | null;
  objective: string | null;
  owner: string | null;
  cost: number | null;
  start: string;
  end: string | null;
  teams: string[];
  channels: string[];
  milestones: { name: string; due: string; done: string | null }[];
}

export interface Decision {
  id: string;
  date: string;
  /** "We chose X because Y". */
  text: string;
  decided_by: string;
  card: string;
  kpis: string[];
  metrics: string[];
  initiative: string | null;
}

export interface BenchmarkRow {
  /** What it counts otherwise; null where the definition matches. */
  differs: string | null;
  value: number | null;
  low: number | null;
  high: number | null;
  unit: string;
  currency: string | null;
  /** What the publisher says it is, as `median`. */
  told: string;
  /** Whose figure it is. */
  subject: string;
  industry: string | null;
  channel: string;
  region: string;
  year: string;
  /** False where the year is a guess. */
  is_dated: boolean;
  n: number | null;
  source: string;
  url: string;
  reliability: 'A' | 'B' | 'C' | 'D';
  note: string | null;
}

interface Measured {
  value: number | null;
  n: number;
  low: number | null;
  high: number | null;
}
export type TeamFigure = Measured & { team: string };

export interface Benchmarks {
  metric: string;
  name: string;
  statistic: string;
  unit: string;
  rows: BenchmarkRow[];
  /** How many more there are that are too old, or of an unknown year. */
  hidden: number;
  own: {
    /** Twelve months each, the last first. */
    history: (Measured & { from: string; to: string })[];
    /** Of the last 91 days, where it is clearly better than all teams together. */
    best_team: TeamFigure | null;
    /** Teams that do the same kinds of work, in groups of two and more. */
    similar_teams: { teams: TeamFigure[] }[];
    why_no_teams: string | null;
  };
}

export interface Choice {
  id: string;
  name: string;
  meaning: string;
}

export interface Setup {
  propositions: Choice[];
  industries: Choice[];
  channels: string[];
  /** Every kind of record. */
  kinds: Choice[];
  /** Those that the sources of the workspace make. */
  kinds_at_hand: string[];
  /** The company card there is, which a proposed one would replace. */
  replaces: Replaced | null;
}

export interface Replaced {
  file: string;
  /** None where the file has errors. */
  title: string | null;
  kpis: number;
  /** KPIs that have a target. */
  targets: number;
  approval: Approval | null;
  /** Otherwise somebody has made it their own, or it has errors: it has to be moved away first. */
  gives_way: boolean;
}

export interface Wish {
  competes_on: Record<string, number>;
  industry: string | null;
  channels: string[];
  kinds: string[];
  write: boolean;
  /** Who replaces the card there is, and why; needed to write where there is one. */
  actor?: string;
  reason?: string;
}

export interface Proposal {
  toml: string;
  left_out: LeftOut[];
  notes: string[];
  /** Written, and in force. */
  written: boolean;
  /** Where the card before it is kept. */
  kept: string | null;
}

export type { Direction, PlainTarget, Range };
