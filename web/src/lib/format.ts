// Figures as people read them. Rates move by percentage points, durations have two units, minus is a minus, money is led
// by its currency.

import { coins, currency } from './currency';

const NBSP = '\u00a0';
const MINUS = '\u2212';
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const formats = new Map<number, Intl.NumberFormat>();

function fixed(value: number, digits: number): string {
  let format = formats.get(digits);
  if (!format) {
    format = new Intl.NumberFormat('en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits });
    formats.set(digits, format);
  }
  // A value that rounds to nothing has no sign.
  const text = format.format(Math.abs(value));
  return value < 0 && /[1-9]/.test(text) ? MINUS + text : text;
}

/** A unit of the server with the word that goes beside its numbers: `count per order`. */
export const worded = (unit: string, word: string | null): string => (word ? `${unit} ${word}` : unit);
/** The unit as the server names it. */
export const plainUnit = (unit: string): string => unit.split(' ')[0] ?? unit;
/** The word beside the number; none for most. */
export const unitWord = (unit: string): string => unit.slice(plainUnit(unit).length + 1);

export function count(n: number): string {
  return fixed(n, 0);
}

/** A share that is not all is never rounded to all, nor one that is something to nothing. */
function percentDigits(value: number): number {
  for (let digits = 1; digits < 4; digits += 1) {
    const rounded = Number(value.toFixed(digits));
    if ((rounded !== 100 || value === 100) && (rounded !== 0 || value === 0)) return digits;
  }
  return 4;
}

/** A piece of a figure: the number, or its unit in small print. */
export interface Part {
  text: string;
  small: boolean;
}

function durationParts(seconds: number): { amount: string; unit: 'd' | 'h' | 'm' | 's' }[] {
  const size = Math.abs(seconds);
  if (size < 10 && size !== Math.round(size)) return [{ amount: fixed(size, 1), unit: 's' }];
  // What rounds up to a bigger unit is told in it: 59 m 59.7 s is 1 h and not 60 m, 23 h 59.5 m is 1 d.
  const steps = [
    ['d', DAY, 'h', HOUR, MINUTE],
    ['h', HOUR, 'm', MINUTE, 1],
    ['m', MINUTE, 's', 1, 1],
  ] as const;
  for (const [big, bigSize, small, smallSize, finer] of steps) {
    if (Math.round(size / finer) * finer < bigSize) continue;
    const rounded = Math.round(size / smallSize) * smallSize;
    const whole = Math.floor(rounded / bigSize);
    const rest = Math.round((rounded - whole * bigSize) / smallSize);
    const first = { amount: count(whole), unit: big };
    return rest === 0 ? [first] : [first, { amount: count(rest), unit: small }];
  }
  return [{ amount: count(Math.round(size)), unit: 's' }];
}

/** A rate that is something is not written as nothing: complaints a contact are 0.01. */
function countDigits(value: number): number {
  if (Number.isInteger(value) || Math.abs(value) >= 100) return 0;
  for (let digits = 1; digits < 6; digits += 1) {
    if (Number(Math.abs(value).toFixed(digits)) !== 0) return digits;
  }
  return 6;
}

/** An amount of money: to the coin up to a thousand, then whole, from a million on "1.2 M". */
function amount(value: number, code: string): string {
  const size = Math.abs(value);
  const digits = coins(code);
  if (Number(size.toFixed(digits)) < 1_000) return fixed(value, digits);
  if (Math.round(size) < 1_000_000) return fixed(value, 0);
  return size < 999_950_000 ? `${fixed(value / 1e6, 1)}${NBSP}M` : `${fixed(value / 1e9, 1)}${NBSP}bn`;
}

/** Pieces of a figure, so that a card can print units small. */
export function parts(value: number, unit: string): Part[] {
  const word = unitWord(unit);
  const beside = word ? [{ text: word, small: true }] : [];
  switch (plainUnit(unit)) {
    case 'percent':
      return [{ text: fixed(value, percentDigits(value)), small: false }, { text: '%', small: true }];
    case 'points':
      return [{ text: fixed(value, 1), small: false }, ...beside];
    case 'score':
      return [{ text: fixed(value, 2), small: false }];
    case 'per_thousand':
      return [{ text: fixed(value, Math.abs(value) < 1 ? 2 : 1), small: false }, { text: 'per 1,000', small: true }];
    case 'currency': {
      const code = currency();
      const text = amount(value, code);
      // The sign stands before the code.
      const sign = text.startsWith(MINUS) ? MINUS : '';
      return code === '' ? [{ text, small: false }] : [{ text: sign + code, small: true }, { text: text.slice(sign.length), small: false }];
    }
    case 'seconds': {
      const pieces = durationParts(value).flatMap(({ amount, unit: name }) => [{ text: amount, small: false }, { text: name, small: true }]);
      const [first] = pieces;
      if (value < 0 && first && /[1-9]/.test(first.text)) first.text = MINUS + first.text;
      return pieces;
    }
    case 'count':
      return [{ text: fixed(value, countDigits(value)), small: false }, ...beside];
    // amounts of a thousand and more are told without their cents
    case 'currency':
      return [{ text: fixed(value, Math.abs(value) >= 1000 ? 0 : 2), small: false }];
    default:
      return [{ text: fixed(value, Math.abs(value) >= 100 ? 0 : 2), small: false }, { text: unit, small: true }];
  }
}

/** "86.4 %", "3 h 31 m", "1,435". */
export function figure(value: number | null, unit: string): string {
  return value === null ? '–' : parts(value, unit).map((p) => p.text).join(NBSP);
}

function sign(text: string, value: number): string {
  return /[1-9]/.test(text) && value > 0 ? `+${text}` : text;
}

/** Differences of ten minutes and more are told without their seconds. */
function coarse(value: number, unit: string): number {
  return unit === 'seconds' && Math.abs(value) >= 600 ? Math.round(value / MINUTE) * MINUTE : value;
}

/** A difference of two figures, with its sign: "+1.2 pp", "−36 m", "+47". */
export function difference(change: number, worded: string): string {
  const unit = plainUnit(worded);
  switch (unit) {
    case 'percent':
      return sign(fixed(change, 1), change) + NBSP + 'pp';
    case 'points':
      return sign(fixed(change, 1), change) + NBSP + 'pt';
    case 'currency':
      return (change > 0 && /[1-9]/.test(amount(change, currency())) ? '+' : '') + figure(change, unit);
    default:
      return sign(figure(coarse(change, unit), unit), change);
  }
}

/** A change, for counts and money with its relative size: "+47 (+3.4 %)". A rate's change has none: it would be taken for points. */
export function change(value: number, worded: string, previous: number | null): string {
  const unit = plainUnit(worded);
  const text = difference(value, unit);
  if ((unit !== 'count' && unit !== 'currency') || previous === null || previous <= 0) return text;
  const relative = (100 * value) / previous;
  return `${text} (${sign(fixed(relative, 1), relative)}${NBSP}%)`;
}

/** The least and the most that a figure like `value` can be: a ratio in percent may be over 100, a share may not. */
export function possible(value: number, worded: string): [number, number] {
  const unit = plainUnit(worded);
  if (unit === 'percent') return [0, value > 100 ? Infinity : 100];
  if (unit === 'points') return [-100, 100];
  return unit === 'currency' || (unit === 'count' && value < 0) ? [-Infinity, Infinity] : [0, Infinity];
}

/**
 * How well a value is known: "± 0.7 pp" where its interval reaches as far below as above, to the digits shown, and no
 * further than there can be; otherwise its ends, "72.2–87.5 %". Nothing without one.
 */
export function margin(value: number, low: number | null, high: number | null, unit: string): string {
  if (low === null && high === null) return '';
  if (low === null || high === null) return interval(low, high, unit);
  // Without the last binary digits, by which one half of an even interval can round up and the other down.
  const [below, above] = [value - low, high - value].map((half) => difference(Number(half.toFixed(9)), unit).replace('+', ''));
  const [least, most] = possible(value, unit);
  return below === above && low >= least && high <= most ? `±${NBSP}${below}` : interval(low, high, unit);
}

/** A whole, possibly lopsided interval: "85.7–87.1 %", "3 h 20 m – 3 h 41 m". */
export function interval(low: number | null, high: number | null, unit: string): string {
  if (low === null && high === null) return '–';
  if (low === null || high === null) return low === null ? `up to ${figure(high, unit)}` : `${figure(low, unit)} or more`;
  if (unit === 'seconds') return `${figure(low, unit)} – ${figure(high, unit)}`;
  if (unit === 'currency') {
    const [bottom, top] = [figure(low, unit), figure(high, unit)];
    // The code is said once: "EUR 4.70–4.94".
    const lead = `${currency()}${NBSP}`;
    return low < 0 || !top.startsWith(lead) ? `${bottom} to ${top}` : `${bottom}${/[Mbn]$/.test(bottom + top) ? ' – ' : '–'}${top.slice(lead.length)}`;
  }
  const [bottom, top] = [parts(low, unit), parts(high, unit)];
  const dash = low < 0 || high < 0 ? ' to ' : '–';
  return `${bottom[0]?.text}${dash}${top.map((p) => p.text).join(NBSP)}`;
}

/** An interval of a change: "+0.4 to +2.0 pp". */
export function differenceInterval(low: number, high: number, unit: string): string {
  return `${difference(low, unit)} to ${difference(high, unit)}`;
}

interface Goal {
  value: number;
  low: number | null;
  high: number | null;
}

/** A target as a condition: "≥ 88.0 %", "75.0–85.0 %"; with what it is for a month where that is another number: "≤ 72 (≤ 24 a month)". */
export function condition(target: Goal & { month?: Goal | null | undefined }, direction: string, unit: string): string {
  const { month } = target;
  const told = target.low !== null && target.high !== null ? interval(target.low, target.high, unit) : `${direction === 'down' ? '≤' : '≥'}${NBSP}${figure(target.value, unit)}`;
  const isOther = month && Math.abs(month.value - target.value) > 1e-9 * Math.max(1, Math.abs(target.value));
  return isOther ? `${told} (${condition({ value: month.value, low: month.low, high: month.high }, direction, unit)} a month)` : told;
}

const SPOKEN: Record<string, [string, string]> = { d: ['day', 'days'], h: ['hour', 'hours'], m: ['minute', 'minutes'], s: ['second', 'seconds'] };

/** A figure for a screen reader: "3 hours 31 minutes", "minus 4.2 points". */
export function spoken(value: number | null, unit: string): string {
  if (value === null) return 'no data';
  const minus = value < 0 ? 'minus ' : '';
  if (unit === 'currency') return minus + figure(Math.abs(value), unit).replace(/\u00a0M$/, ' million').replace(/\u00a0bn$/, ' billion').replace(NBSP, ' ');
  if (unit === 'seconds') return minus + durationParts(value).map(({ amount, unit: name }) => `${amount} ${SPOKEN[name]?.[amount === '1' ? 0 : 1]}`).join(' ');
  const text = parts(Math.abs(value), unit)[0]?.text ?? '';
  const names: Record<string, string> = { percent: ' percent', points: ' points', score: '', count: '', per_thousand: ' per thousand' };
  const plain = plainUnit(unit);
  return `${minus}${text}${plain === 'count' && unit !== plain ? ` ${unitWord(unit)}` : (names[plain] ?? ` ${unit}`)}`;
}

/** The unit of both sides of a line; null where there is no line, or its sides are of different kinds. */
export function lineUnit(units: { numerator: string | null; denominator: string | null } | null | undefined): string | null {
  return units && units.numerator === units.denominator ? units.numerator : null;
}

/** What stands above and below a line: counts, money or time, in the unit they are in. */
export function counted(above: number, below: number, unit: string): string {
  if (unit === 'seconds') return `${figure(above, unit)} of ${figure(below, unit)}`;
  // Of a rate of money the millions would hide what it is about.
  return `${unit === 'currency' && currency() !== '' ? `${currency()}${NBSP}` : ''}${count(above)} of ${count(below)}`;
}
