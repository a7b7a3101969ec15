// CSV as spreadsheets and programs read it (RFC 4180), figures unrounded.

export type Cell = string | number | null | undefined;

/** A text that a spreadsheet would run as a formula is quoted with an apostrophe; numbers stay numbers. */
function field(cell: Cell): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'number') return Number.isFinite(cell) ? String(cell) : '';
  const text = /^[=+\-@\t\r\0]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A whole file: header, rows, a byte-order mark so that Excel reads UTF-8. */
export function csv(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return `\ufeff${[header, ...rows].map((row) => row.map(field).join(',')).join('\r\n')}\r\n`;
}
