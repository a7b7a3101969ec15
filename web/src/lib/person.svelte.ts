// Who is at the page, as they say: typed once and kept in this browser. It is recorded as said, not as proved.

const KEY = 'name';

function kept(): string {
  try {
    return localStorage.getItem(KEY) ?? '';
  } catch {
    return '';
  }
}

let name = $state(kept());

export const person = {
  get name(): string {
    return name;
  },
  set name(said: string) {
    name = said;
    try {
      if (said.trim() === '') localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, said.trim());
    } catch {
      // Storage is blocked: the name lasts as long as the page.
    }
  },
};
