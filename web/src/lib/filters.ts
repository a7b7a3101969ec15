// Filters: what the rows behind every figure are narrowed to. In the address a dimension is a key and its values stand
// behind each other, `channel=Email,Phone`; `~` is "no value".

export interface Filter {
  dimension: string;
  /** Any of these; null is a row without a value. */
  values: readonly (string | null)[];
}

/** A value inside a list: commas, percent signs and a leading tilde are written as in an address. */
function write(value: string | null): string {
  if (value === null) return '~';
  if (value === '') return '%';
  return value.replace(/[%,]|^~/g, (c) => (c === '~' ? '%7E' : encodeURIComponent(c)));
}

function read(text: string): string | null {
  if (text === '~') return null;
  if (text === '%') return '';
  return text.replace(/%(25|2C|7E)/gi, (escaped) => decodeURIComponent(escaped));
}

export function writeValues(values: readonly (string | null)[]): string {
  return values.map(write).join(',');
}

/** Values of a list, each once. */
export function readValues(text: string): (string | null)[] {
  return [...new Set(text.split(',').filter((part) => part !== '').map(read))];
}

/** As the server takes them: `channel=Email` for each value, `channel` for "no value". */
export function only(filters: readonly Filter[]): string[] {
  return filters.flatMap(({ dimension, values }) => values.map((value) => (value === null ? dimension : `${dimension}=${value}`)));
}

export function valueName(value: string | null): string {
  return value === null ? 'not set' : value === '' ? 'empty' : value;
}

/** A dimension's name in words, where no definition gives it a label. */
export function dimensionName(name: string): string {
  const text = name.replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The filters with one dimension's values put in place; none left, it goes. */
export function withValues(filters: readonly Filter[], dimension: string, values: readonly (string | null)[]): Filter[] {
  const others = filters.filter((f) => f.dimension !== dimension);
  return values.length === 0 ? others : [...others, { dimension, values }];
}

/** Filters of a KPI that it cannot be narrowed by, because its rows have no such dimension. */
export function lacking(filters: readonly Filter[], dimensions: readonly string[] | undefined): string[] {
  return dimensions === undefined ? [] : filters.map((f) => f.dimension).filter((name) => !dimensions.includes(name));
}

/** A dimension as it was meant: one of a customer's own fields may be named with the prefix it has in the records. */
export function meant(name: string, known: readonly string[]): string | null {
  if (known.includes(name)) return name;
  const other = name.startsWith('attr.') ? name.slice(5) : `attr.${name}`;
  return known.includes(other) ? other : null;
}

/** The dimensions that a breakdown in the address means, and the names among them that are nobody's. */
export function cutsOf(by: string | null, known: readonly string[]): { cuts: string[]; unknown: string[] } {
  const names = by === null || by === 'none' ? [] : by.split(',').filter((name) => name !== '');
  const found = names.map((name) => [name, meant(name, known)] as const);
  return { cuts: [...new Set(found.flatMap(([, name]) => name ?? []))], unknown: found.filter(([, name]) => name === null).map(([name]) => name) };
}
