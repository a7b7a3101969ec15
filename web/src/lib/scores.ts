// Scores of a card and how they make its total: the weighted mean of what has a score, held down by its caps.

import { dateText } from './dates';
import type { DefinitionStatus, Status } from './api-types';
import { DEFINITION_WORDS, STATUSES } from './status';
import type { Approval, Cap, Card, Projection, Role, Total } from './strategy-types';

/** A score from 0 to 120: "83.5". */
export const scoreText = (score: number): string => score.toFixed(1);

/** What a KPI adds to the weighted mean; null where it has no score. */
export function points(kpi: Pick<Card, 'score' | 'weight'>, kpis: readonly Pick<Card, 'score' | 'weight'>[]): number | null {
  const weight = kpis.reduce((sum, k) => (k.score === null ? sum : sum + k.weight), 0);
  return kpi.score === null || weight === 0 ? null : (kpi.score * kpi.weight) / weight;
}

/** What each KPI adds, rounded to tenths so that what is shown adds up to the mean that is shown: the parts that lose most by rounding down are rounded up. */
export function pointsShown(kpis: readonly Pick<Card, 'score' | 'weight'>[]): (string | null)[] {
  const exact = kpis.map((kpi) => points(kpi, kpis));
  const all = Math.round(10 * Number(scoreText(exact.reduce((sum: number, part) => sum + (part ?? 0), 0))));
  // a hair more, or 21.2 kept as 21.199999999999996 would be 21.1
  const tenths = exact.map((part) => (part === null ? null : Math.floor(10 * part + 1e-9)));
  const left = all - tenths.reduce((sum: number, part) => sum + (part ?? 0), 0);
  const lost = exact.flatMap((part, at) => (part === null ? [] : [{ at, by: 10 * part - (tenths[at] ?? 0) }])).sort((one, other) => other.by - one.by);
  for (const { at } of lost.slice(0, Math.max(0, left))) tenths[at] = (tenths[at] ?? 0) + 1;
  return tenths.map((part) => (part === null ? null : scoreText(part / 10)));
}

/** Whether caps lower the total: one below them by itself is not capped. */
export const isCapped = ({ score, uncapped }: Pick<Total, 'score' | 'uncapped'>): boolean => score !== null && uncapped !== null && uncapped - score > 1e-6;

/** "capped at 60: Critical breaches is red"; where the cap does not lower the total only "Critical breaches is red". */
export function capText(cap: Cap, total: Pick<Total, 'score' | 'uncapped'>): string {
  return `${isCapped(total) ? `capped at ${cap.at}: ` : ''}${cap.name} ${cap.kind === 'gate' ? 'is red' : 'is below its floor'}`;
}

/** What is said of more than half of several; null where nothing is. */
export function commonest(said: readonly string[]): string | null {
  if (said.length < 2) return null;
  return said.find((one) => 2 * said.filter((other) => other === one).length > said.length) ?? null;
}

/** Share of the weight in whole percent; never rounded to all or to none of it. */
export function shareText(share: number): string {
  const rounded = Math.round(100 * share);
  return `${rounded === 100 && share < 1 - 1e-9 ? 99 : rounded === 0 && share > 0 ? 1 : rounded}\u00a0%`;
}

/** Parts of a whole in whole percent that add up to 100: those rounded down the furthest get what rounding leaves. */
export function wholeShares(parts: readonly number[]): number[] {
  const sum = parts.reduce((a, b) => a + b, 0);
  if (sum <= 0) return parts.map(() => 0);
  const exact = parts.map((part) => (100 * part) / sum);
  const whole = exact.map(Math.floor);
  const order = exact.map((share, i) => ({ i, lost: share - Math.floor(share) })).sort((a, b) => b.lost - a.lost);
  const left = 100 - whole.reduce((a, b) => a + b, 0);
  for (const { i } of order.slice(0, left)) whole[i] = (whole[i] ?? 0) + 1;
  return whole;
}

/** Why there is no total, or what it leaves out; empty where it leaves out nothing. */
export function lackText(total: Total, kpis: readonly Pick<Card, 'score'>[]): string {
  const without = kpis.filter((k) => k.score === null).length;
  if (without === 0) return '';
  const who = `${without} of ${kpis.length} KPIs ${without === 1 ? 'has' : 'have'} no score`;
  return total.score === null ? `no total: only ${shareText(total.scored_weight)} of the weight has a score` : `over ${shareText(total.scored_weight)} of the weight: ${who}`;
}

/** How many KPIs stand where, in the words of their rows; one with a figure is never said to have no data: what it lacks is a target. */
export function standings({ counts, kpis }: { counts: Record<Status, number>; kpis: readonly { value: number | null; target?: unknown }[] }): [Status | 'no_target', number][] {
  const unjudged = kpis.filter((kpi) => !kpi.target && kpi.value !== null).length;
  const judged = STATUSES.map((status): [Status, number] => [status, counts[status] - (status === 'no_data' ? unjudged : 0)]);
  return [...judged, ['no_target', unjudged] as [Status | 'no_target', number]].filter(([, count]) => count > 0);
}

/** "Will make it: chance 87 %, by 31 Mar 2027"; of a line that leads out of what there can be, that it does. */
export function projectionText({ verdict, chance, deadline, course }: Projection): string {
  const percent = Math.round(100 * chance);
  const said = percent === 0 && chance > 0 ? 'under 1' : percent === 100 && chance < 1 ? 'over 99' : String(percent);
  return `${verdict.charAt(0).toUpperCase()}${verdict.slice(1)}: chance ${said}\u00a0%, by ${dateText(deadline)}${course === 'can go on' ? '' : `; ${course}`}`;
}

export const ROLE_WORDS: Record<Role, { name: string; meaning: string }> = {
  primary: { name: 'Primary', meaning: 'what we want' },
  outcome: { name: 'Outcome', meaning: 'what comes of it later' },
  driver: { name: 'Driver', meaning: 'what brings it about' },
  counter: { name: 'Counterbalance', meaning: 'what must not be paid for it' },
};

/** The same of a KPI that is on a card: whoever retires one does not edit the file. */
export function kpiApprovalText(approval: Approval | null, written?: DefinitionStatus): string {
  if (approval?.status !== 'retired' || approval.waits_for_second) return approvalText(approval, written);
  const on = approval.on ? ` on ${dateText(approval.on)}` : '';
  return `${approvalText(approval, written)}${on}; still on the card: take it out of its file`;
}

/** An approval in words: "approved by Ada Okafor", "template default, not approved". `written`: what its file says, where no journal was asked. */
export function approvalText(approval: Approval | null, written: DefinitionStatus = 'draft'): string {
  if (approval === null) return DEFINITION_WORDS[written];
  if (approval.waits_for_second) return `signed by ${approval.waits_for_second}, waits for a second person`;
  switch (approval.status) {
    case 'approved':
      return approval.by ? `approved by ${approval.by}` : 'approved';
    case 'retired':
      return approval.by ? `retired by ${approval.by}` : 'retired';
    case 'changed since approval':
      return 'changed since approval';
    default:
      return `${approval.status}, not approved`;
  }
}
