// Names for what the server's document says of cards, strategy, reviews, initiatives, benchmarks and set-up. What the
// page reads in a narrower sense than the document has is written out.

import type { Direction, Range, Scorecard as PlainScorecard, Schemas, Sent, Target as PlainTarget } from './api-types';

export type Level = Schemas['Level'];
export type Role = Schemas['Role'];

/** A card as the switch lists it. */
export type CardEntry = Sent<Schemas['CardBody']>;
export type Objective = Sent<Schemas['Objective']>;
export type Factor = Sent<Schemas['Factor']>;

/** What holds the total down: a red gate, or a perspective below its floor. */
export type Cap = Sent<Schemas['Cap']>;
export type Total = Sent<Schemas['Total']>;
export type Gate = Sent<Schemas['CardGate']>;

/** Which of two KPIs wins where they pull apart. */
export type Pair = Sent<Schemas['Pair']>;

/** A KPI that the data at hand cannot support; a proposal says why in words. */
export type LeftOut = Sent<Schemas['LeftOut']> & Partial<Pick<Sent<Schemas['SetupLeftOut']>, 'why'>>;
/** What in another file does not fit a proposed card. */
export type Unfit = Sent<Schemas['Unfit']>;
export type Finding = Sent<Schemas['Finding']>;
export type Projection = Sent<Schemas['Projection']>;
export type Approval = Sent<Schemas['Approval']>;

/** Something on a closed card that is otherwise now: its figure, or only what it is judged by. */
export type SinceClosed = Sent<Schemas['SinceClosed']>;

/** What a figure was when its period was closed, where it is another now. */
export type Restated = Sent<Schemas['Restated']>;
export type Named = Sent<Schemas['MetricName']>;

export type { Card } from './api-types';
export type Perspective = Sent<Schemas['CardPerspective']>;
export type Scorecard = PlainScorecard & { findings: Finding[] };

export type OperationalBox = Sent<Schemas['OperationalBox']>;
export type KpiBox = Sent<Schemas['KpiBox']>;
export type FactorBox = Sent<Schemas['FactorBox']>;
export type ObjectiveBox = Sent<Schemas['ObjectiveBox']>;
export type Strategy = Sent<Schemas['Strategy']>;

/** What a deed is done to: `metric:fcr`, `kpi:company/fcr`, `target:company/fcr`, `card:company`, `initiative:easy_returns`. */
export type Subject = string;

export type Due = Sent<Schemas['Due']>;
export type ReviewItem = Sent<Schemas['ItemBody']>;
export type Logged = Sent<Schemas['LogEntry']>;
export type Announcement = Sent<Schemas['AnnouncementBody']>;
export type Reviews = Sent<Schemas['ReviewsBody']>;

export type Verb = Schemas['Verb'];

/** Something that a person asks to have recorded. */
export type Deed = Schemas['Deed'];

export type Initiative = Sent<Schemas['Initiative']>;
export type Decision = Sent<Schemas['Decision']>;

export type BenchmarkRow = Sent<Schemas['Benchmark']>;
export type TeamFigure = Sent<Schemas['TeamFigure']>;
export type Benchmarks = Sent<Schemas['Yardsticks']>;

export type Choice = Sent<Schemas['Choice']>;
export type Setup = Sent<Schemas['SetupBody']>;
export type Wish = Sent<Schemas['SetupWish']>;
export type Proposal = Sent<Schemas['SetupProposal']>;
export type Replaced = Sent<Schemas['Replaced']>;

export type { Direction, PlainTarget, Range };
