// Applies a chosen theme before the first paint; without a choice the system's applies.
(() => {
  try {
    const chosen = localStorage.getItem('theme');
    if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
  } catch {
    // Storage is blocked: follow the system.
  }
})();
