// Light or dark: the system's, until a person chooses the other one. theme.js applies the choice before the first paint.

const system = window.matchMedia('(prefers-color-scheme: dark)');
let systemDark = $state(system.matches);
let chosen = $state(document.documentElement.dataset['theme'] ?? null);
system.addEventListener('change', (event) => {
  systemDark = event.matches;
});

export const theme = {
  get dark(): boolean {
    return chosen === null ? systemDark : chosen === 'dark';
  },
  /** Changes to the other one; back at the system's, the choice is forgotten. */
  toggle() {
    const wanted = theme.dark ? 'light' : 'dark';
    chosen = wanted === (systemDark ? 'dark' : 'light') ? null : wanted;
    if (chosen === null) delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = chosen;
    try {
      if (chosen === null) localStorage.removeItem('theme');
      else localStorage.setItem('theme', chosen);
    } catch {
      // Storage is blocked: the choice lasts as long as the page.
    }
  },
};
