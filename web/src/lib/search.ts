// Ranking of names: what begins with the words typed, then what has a word that does, then what contains them.

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

/** The things that match, best first; equals stay in their order. */
export function found<T>(typed: string, things: readonly T[], names: (thing: T) => readonly string[]): T[] {
  return things
    .map((thing, i) => ({ thing, i, rank: rank(typed, names(thing)) }))
    .filter((hit) => hit.rank !== null)
    .sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0) || a.i - b.i)
    .map((hit) => hit.thing);
}
