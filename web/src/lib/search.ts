// Ranking of names: what begins with the words typed, then what has a word that does, then what contains them. Only where
// nothing does, what is a slip of the fingers away: beside good hits, near ones would be in the way.

/** 0 is best; null is no match. */
export function rank(typed: string, names: readonly string[]): number | null {
  const wanted = fold(typed);
  if (wanted === '') return 0;
  let best: number | null = null;
  names.forEach((name, i) => {
    const text = fold(name);
    const place = text.startsWith(wanted) ? 0 : new RegExp(`[^\\p{L}\\p{N}]${escape(wanted)}`, 'u').test(text) ? 1 : text.includes(wanted) ? 2 : null;
    // The first name is the thing's own; a hit in an alias comes after the same kind of hit in a name.
    if (place !== null) best = Math.min(best ?? Infinity, place * 2 + (i === 0 ? 0 : 1));
  });
  return best;
}

function fold(text: string): string {
  return text.trim().toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '');
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Slips that a word may have. In a short one each letter counts, or everything would be near everything, and so does each digit of a code. */
const slips = (word: string) => (word.length < 4 || /\d/.test(word) ? 0 : word.length < 8 ? 1 : 2);

/** Letters to change, put in, leave out or swap with the next until `typed` is how `word` begins. */
function apart(typed: string, word: string): number {
  let [before, last]: number[][] = [[], Array.from({ length: word.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= typed.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= word.length; j += 1) {
      const same = typed[i - 1] === word[j - 1];
      const swapped = i > 1 && j > 1 && typed[i - 1] === word[j - 2] && typed[i - 2] === word[j - 1];
      row.push(Math.min((last?.[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last?.[j - 1] ?? 0) + (same ? 0 : 1), swapped ? (before?.[j - 2] ?? 0) + 1 : Infinity));
    }
    [before, last] = [last, row];
  }
  return Math.min(...(last ?? []));
}

const words = (text: string) => fold(text).split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');

/** How many slips all the words typed are from words of one name, in any order; null where one of them is too far. */
export function near(typed: string, names: readonly string[]): number | null {
  const wanted = words(typed);
  if (wanted.length === 0) return null;
  const sums = names.map(words).map((name) => wanted.reduce((sum, word) => {
    const least = Math.min(...name.map((one) => apart(word, one)));
    return least <= slips(word) ? sum + least : Infinity;
  }, 0));
  const best = Math.min(...sums);
  return best === Infinity ? null : best * 2 + (sums[0] === best ? 0 : 1);
}

export interface Found<T> {
  hits: T[];
  /** Nothing is called so; these are close to it. */
  close: boolean;
}

/** The things that match, best first; equals stay in their order. */
export function search<T>(typed: string, things: readonly T[], names: (thing: T) => readonly string[]): Found<T> {
  const ranked = (by: typeof near) => things
    .map((thing, i) => ({ thing, i, rank: by(typed, names(thing)) }))
    .filter((hit) => hit.rank !== null)
    .sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0) || a.i - b.i)
    .map((hit) => hit.thing);
  const hits = ranked(rank);
  if (hits.length > 0) return { hits, close: false };
  const others = ranked(near);
  return { hits: others, close: others.length > 0 };
}

/** The things that go by exactly the name typed: where there are several, the name does not tell which is meant. */
export function namesakes<T>(typed: string, things: readonly T[], names: (thing: T) => readonly string[]): T[] {
  const wanted = fold(typed);
  return wanted === '' ? [] : things.filter((thing) => names(thing).some((name) => fold(name) === wanted));
}
