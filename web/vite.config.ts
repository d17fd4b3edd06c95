// The build: output for the program's embedded files in ../build/web, hashed names under assets/
// (immutable), a manifest for the budget script. The floor is Chromium 78 (WEB.md §4: Vite's own
// default target leaves it white); missing functions come with app/old.ts, by feature test.
import { defineConfig } from 'vite'
import vue from '@vitejs/plugin-vue'
import { fileURLToPath } from 'node:url'

const here = (p: string) => fileURLToPath(new URL(p, import.meta.url))

export default defineConfig({
  plugins: [vue()],
  resolve: {
    alias: Object.fromEntries(['api', 'kit', 'form', 'flow', 'text', 'app'].map(n => ['@' + n, here(n)])),
  },
  define: { __VUE_OPTIONS_API__: true, __VUE_PROD_DEVTOOLS__: false },
  build: {
    outDir: here('../build/web'),
    emptyOutDir: true,
    target: 'chrome78',
    cssTarget: 'chrome61',
    manifest: 'manifest.json',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
    // A page is few requests: Vue and the small kit are one chunk, the rest follows the pages.
    rollupOptions: { output: { codeSplitting: { groups: [
      { name: 'base', test: /node_modules[\\/](@vue|vue|vue-router)[\\/]|web[\\/](kit[\\/](?!ep|EpDate|KSheet)[^\\/]+$|api[\\/]|text[\\/]t\.ts)/ },
    ] } } },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
  preview: { host: '127.0.0.1' },
  test: { include: ['**/*.test.ts'], exclude: ['node_modules/**'] },
} as any)
