// What a person can do to something that is reviewed, in words.

import { link } from './view.svelte';
import type { Due, Subject, Verb } from './strategy-types';

interface Words {
  name: string;
  meaning: string;
  /** What is asked for: why, or what is said. */
  asks: 'reason' | 'text' | 'nothing';
  /** Name of the field. */
  field: string;
  /** On the button. */
  act: string;
}

export const VERBS: Record<Verb, Words> = {
  confirm: { name: 'Confirm', meaning: 'Looked at, and right as it is.', asks: 'reason', field: 'Why', act: 'Record as confirmed' },
  approve: { name: 'Approve', meaning: 'Signed as it is written now. Whoever edits it later has an unapproved one again.', asks: 'reason', field: 'Why (may be left out)', act: 'Approve' },
  change: { name: 'Change', meaning: 'Written anew: its file says something else now, and this records why.', asks: 'reason', field: 'Why', act: 'Record the change' },
  retire: { name: 'Retire', meaning: 'Not used any more, until it is approved or changed again.', asks: 'reason', field: 'Why', act: 'Retire' },
  comment: { name: 'Comment', meaning: 'What those who work under it have to say.', asks: 'text', field: 'Comment', act: 'Comment' },
  announce: { name: 'Announce', meaning: 'Everybody concerned is told, and acknowledges it.', asks: 'text', field: 'What is told', act: 'Announce' },
  acknowledge: { name: 'Acknowledge', meaning: 'Read and understood.', asks: 'nothing', field: '', act: 'Acknowledge' },
};

/** The verbs that are offered for something that is reviewed. */
export const OFFERED: readonly Verb[] = ['confirm', 'approve', 'change', 'retire', 'comment', 'announce'];

export const DUE_WORDS: Record<Due['kind'], string> = { review: 'Figure and target', definition: 'What it means', unseen: 'Not looked at for 90 days' };

const KINDS: Record<string, string> = { metric: 'definition', kpi: 'KPI', target: 'target', card: 'card', initiative: 'initiative' };

/** The parts of a subject: `kpi:company/fcr`. */
export function partsOf(subject: Subject): { kind: string; card: string | null; id: string } {
  const [kind = '', rest = ''] = subject.split(/:(.*)/s);
  const [first = '', second] = rest.split('/');
  return second === undefined ? { kind, card: null, id: first } : { kind, card: first, id: second };
}

/** "KPI on Company scorecard", "definition"; of a card that is not known its name in the file. */
export function kindText(subject: Subject, titleOf: (card: string) => string = (card) => card): string {
  const { kind, card } = partsOf(subject);
  return `${KINDS[kind] ?? kind}${card === null ? '' : ` on ${titleOf(card)}`}`;
}

/** What belongs together in a long list. */
export interface Group<T> {
  key: string;
  name: string;
  members: T[];
}

/** What is of one card together, as of definitions and of initiatives, each in the order of its first. */
export function grouped<T extends { subject: Subject }>(list: readonly T[], titleOf: (card: string) => string): Group<T>[] {
  const groups = new Map<string, Group<T>>();
  for (const one of list) {
    const { kind, card, id } = partsOf(one.subject);
    const of = kind === 'card' ? id : card;
    const key = of === null ? kind : `card ${of}`;
    const group = groups.get(key) ?? { key, name: of !== null ? titleOf(of) : kind === 'metric' ? 'Definitions' : kind === 'initiative' ? 'Initiatives' : kind, members: [] };
    group.members.push(one);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** Where it is looked at; null where the page has no place for it. */
export function placeOf(subject: Subject): string | null {
  const { kind, card, id } = partsOf(subject);
  if (kind === 'metric') return link(`/kpis/${encodeURIComponent(id)}`);
  if (kind === 'card') return link('/', { card: id === 'company' ? null : id });
  return card === null ? null : link('/', { card: card === 'company' ? null : card, kpi: id });
}
