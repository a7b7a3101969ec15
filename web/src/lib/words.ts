// Words in narrow columns: where a long one may be parted, and how wide the widest piece is that may not.

const SOFT = '\u00ad';

/** A text whose long words may be parted before their ending: "satisfac-tion". */
export function parted(text: string): string {
  return text.replace(/([a-z]{5,})(tions?|sions?|ments?|ness|ability)(?![a-z])/gi, `$1${SOFT}$2`);
}

/** The pieces of a text between which a line may end; one that is parted ends in its hyphen. */
export function pieces(text: string): string[] {
  return parted(text).split(/\s+|(?<=[-\u00ad])/).filter(Boolean).map((piece) => piece.replace(SOFT, '-'));
}

/** A sentence of the server in which no number is parted from its unit at a line's end. */
export function unbroken(text: string): string {
  return text.replace(/(\d) (?=%|pp\b|pt\b|per\b)/g, '$1\u00a0');
}

/** A sentence as people write it in a file, as the page writes one: with a capital, and a full stop. */
export function sentence(text: string): string {
  return text.trim().replace(/^\p{Ll}/u, (first) => first.toUpperCase()).replace(/[.\s]*$/, (end) => (/[!?…]$/.test(text.trim()) ? end : '.'));
}

const LETTERS = /\b(sla|kb|qa|ces|csat|nps|fcr|aht|enps)\b/gi;

/** An id as words, abbreviations in capitals: "SLA target", "KB usage rate". */
export const idText = (id: string) => id.replaceAll('_', ' ').replace(LETTERS, (letters) => letters.toUpperCase());

/** "1 decision", "3 decisions". */
export const many = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;

let context: CanvasRenderingContext2D | null | undefined;

/** How wide in px the widest piece of some texts is in a font of the page: "500 0.6875rem", rem as on the page. */
export function longest(texts: readonly string[], font: string): number {
  context ??= document.createElement('canvas').getContext('2d');
  if (!context) return 0;
  const { fontSize, fontFamily } = getComputedStyle(document.documentElement);
  context.font = `${font.replace(/([\d.]+)rem/, (_, size: string) => `${Number(size) * parseFloat(fontSize)}px`)} ${getComputedStyle(document.body).fontFamily || fontFamily}`;
  let most = 0;
  for (const piece of texts.flatMap(pieces)) most = Math.max(most, context.measureText(piece).width);
  return most;
}
