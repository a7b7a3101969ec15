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

/** Letters to change, leave out, put in or swap with their neighbour to make one text of the other. */
function distance(from: string, to: string): number {
  const rows = [Array.from({ length: to.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= from.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const same = from[i - 1] === to[j - 1] ? 0 : 1;
      let least = Math.min((rows[i - 1]?.[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (rows[i - 1]?.[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) least = Math.min(least, (rows[i - 2]?.[j - 2] ?? 0) + 1);
      row.push(least);
    }
    rows.push(row);
  }
  return rows[from.length]?.[to.length] ?? 0;
}

/** What was probably meant by something that matches nothing: names, or words of them, with a letter or so wrong; nearest first. */
export function near<T>(typed: string, things: readonly T[], names: (thing: T) => readonly string[]): T[] {
  const wanted = fold(typed);
  if (wanted.length < 3 || wanted.length > 64) return [];
  const most = Math.max(1, Math.floor(wanted.length / 3));
  const words = (name: string) => [fold(name), ...fold(name).split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 3)];
  return things
    .map((thing, i) => ({ thing, i, distance: Math.min(...names(thing).flatMap(words).map((name) => distance(wanted, name))) }))
    .filter((hit) => hit.distance <= most)
    .sort((a, b) => a.distance - b.distance || a.i - b.i)
    .map((hit) => hit.thing);
}
