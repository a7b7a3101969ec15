// What the rows of a table of facts are called, and the server's words about them as people say them.

import { dateText } from './dates';

const NOUNS: Record<string, string> = {
  ticket: 'tickets', contact: 'contacts', contact_leg: 'contact legs', customer_contact: 'contacts of customers', sla_target: 'promises of time', reply_turn: 'turns of a conversation',
  open_interval: 'stretches of open work', survey_answer: 'survey answers', survey_offer: 'occasions to ask', session: 'sessions', daily_count: 'daily counts', quality_review: 'quality reviews',
  compliance_check: 'compliance checks', complaint: 'complaints', cost: 'shares of costs', order: 'orders', refund: 'refunds', offer: 'occasions of an offer', revenue_event: 'purchases', subscription: 'stretches of subscriptions',
  employment: 'stretches of employment', absence: 'days of absence', work_day: 'working days', agent_state: 'stretches of staff time', employee_answer: 'answers of staff',
};

/** What the rows of a fact table are called. */
export const rowsOf = (table: string | null): string => (table === null ? 'figures' : (NOUNS[table] ?? `rows of ${table.replaceAll('_', ' ')}`));

/** Where a stretch of something is a row, the link to the rows has the thing itself. */
const THINGS: Record<string, string> = { customer_contact: 'contacts', open_interval: 'open tickets', subscription: 'subscriptions', employment: 'members of staff' };

/** What a link to rows calls them: "the orders". */
export const linkedAs = (table: string | null): string => `the ${(table !== null && THINGS[table]) || rowsOf(table)}`;

const capital = (text: string) => text.replace(/^\p{Ll}/u, (first) => first.toUpperCase());

/** What a list of rows calls one of them: the ticket that it is about where rows name one, else the record itself. */
export const recordName = (table: string, tickets: boolean): string => (tickets ? 'Ticket' : capital(table.replaceAll('_', ' ')));

/**
 * Why there is no figure, without names of tables and columns as files have them: "of 1,706 survey answers in the period none
 * counts, by instrument and scale". `nameOf`: names of metrics, for a reason that is of an input.
 */
export function reasonText(reason: string, nameOf: (metric: string) => string | undefined = () => undefined): string {
  return reason
    .replace(/^([a-z][a-z0-9_]*): /, (whole, id: string) => (nameOf(id) ? `${nameOf(id)}: ` : whole))
    .replace(/\bthere is no row of ([a-z_]+)/, (_, table: string) => `there are no ${rowsOf(table)}`)
    .replace(/\brows? of ([a-z_]+)/, (_, table: string) => rowsOf(table))
    .replace(/\d{4}-\d\d-\d\d\b/g, dateText)
    .replace(/`([^`]+)`/g, (_, name: string) => nameOf(name) ?? name.replaceAll('_', ' '));
}
