// Parts of an address that mean nothing here: left out of it, and named until the reader has gone elsewhere.

let names = $state.raw<readonly string[]>([]);

export const dropped = {
  get names(): readonly string[] {
    return names;
  },
  add(more: readonly string[]) {
    names = [...new Set([...names, ...more])];
  },
  clear() {
    if (names.length > 0) names = [];
  },
};
