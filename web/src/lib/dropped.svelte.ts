// Parts of an address that mean nothing here: left out of it, and named until the reader has gone elsewhere.

/** Keys that are nobody's, and what the page at hand has no use for, as `key=value`. */
export interface Dropped {
  readonly strangers: readonly string[];
  readonly unused: readonly string[];
}

const NOTHING: Dropped = { strangers: [], unused: [] };
let left = $state.raw(NOTHING);

const joined = (some: readonly string[], more: readonly string[]) => [...new Set([...some, ...more])];

export const dropped = {
  get strangers() {
    return left.strangers;
  },
  get unused() {
    return left.unused;
  },
  add({ strangers = [], unused = [] }: Partial<Dropped>) {
    left = { strangers: joined(left.strangers, strangers), unused: joined(left.unused, unused) };
  },
  clear() {
    left = NOTHING;
  },
};
