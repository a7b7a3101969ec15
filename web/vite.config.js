import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

// `npm run dev` takes its figures from a running server: the fixture's or a real one.
const server = process.env.CROSSCHECK_URL ?? 'http://127.0.0.1:7172';

export default defineConfig({
  plugins: [svelte()],
  server: { proxy: { '/api': server } },
  build: {
    target: ['chrome123', 'firefox121', 'safari17.5'],
    cssTarget: ['chrome123', 'firefox121', 'safari17.5'],
    license: { fileName: 'licences.md' },
    modulePreload: { polyfill: false },
    // A data: URL would need a hole in the content security policy.
    assetsInlineLimit: 0,
  },
});
