// Just enough of TOML to show what a proposed card holds: tables that stand in lists, with texts, numbers and lists of
// texts. The file itself is read and checked by the server alone.

export type Value = string | number | readonly string[];
export type Table = Readonly<Record<string, Value>>;

function scalar(text: string): Value | null {
  if (/^"(?:[^"\\]|\\.)*"$/.test(text)) {
    try {
      return JSON.parse(text) as string;
    } catch {
      return null;
    }
  }
  if (/^'[^']*'$/.test(text)) return text.slice(1, -1);
  if (/^[-+]?[\d_]+(\.\d+)?$/.test(text)) return Number(text.replaceAll('_', ''));
  if (/^\[.*\]$/.test(text)) {
    const inside = text.slice(1, -1).match(/"(?:[^"\\]|\\.)*"|'[^']*'/g) ?? [];
    return inside.map((one) => String(scalar(one) ?? ''));
  }
  return null;
}

/** The tables of `[[name]]`, in order; `''` has one with what stands before the first. */
export function tables(text: string): ReadonlyMap<string, readonly Table[]> {
  const found = new Map<string, Record<string, Value>[]>();
  const begin = (name: string) => {
    const table: Record<string, Value> = {};
    found.set(name, [...(found.get(name) ?? []), table]);
    return table;
  };
  let table = begin('');
  for (const line of text.split('\n')) {
    const [, name] = /^\[\[([\w-]+)\]\]\s*(?:#.*)?$/.exec(line.trim()) ?? [];
    const [, key, said] = /^([\w-]+)\s*=\s*(.+?)\s*$/.exec(line) ?? [];
    if (name) table = begin(name);
    else if (key && said && !line.startsWith('#')) {
      const value = scalar(said);
      if (value !== null) table[key] = value;
    }
  }
  return found;
}

/** A text of a table; empty where it has none. */
export const textOf = (table: Table, key: string): string => (typeof table[key] === 'string' ? table[key] : '');
/** A list of texts of a table. */
export const listOf = (table: Table, key: string): readonly string[] => (Array.isArray(table[key]) ? table[key] : []);
