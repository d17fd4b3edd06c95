// The build: output for the program's embedded files in ../build/web, hashed names under assets/
// (immutable), a manifest for the budget script. The floor is Chromium 78 (WEB.md §4: Vite's own
// default target leaves it white); missing functions come with app/old.ts, by feature test.
import { defineConfig } from 'vite'
import vue from '@vitejs/plugin-vue'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const here = (p: string) => fileURLToPath(new URL(p, import.meta.url))

// What pdf.js fetches by name when a file needs it: the tables of Chinese fonts that are not in the file,
// and the decoders of scanned pictures in JavaScript.
const beside = {
  name: 'pdf-beside',
  generateBundle(this: any) {
    const of = (from: string, to: string, test: RegExp) => readdirSync(here('node_modules/pdfjs-dist/' + from)).filter(n => test.test(n)).forEach(n => this.emitFile({ type: 'asset', fileName: `pdf/${to}/${n}`, source: readFileSync(here(`node_modules/pdfjs-dist/${from}/${n}`)) }))
    of('cmaps', 'cmaps', /^(GB|UniGB|Adobe-GB)|^LICENSE/)
    of('wasm', 'decoders', /_nowasm_fallback\.js$|^LICENSE_(PDFJS_)?(JBIG2|OPENJPEG)/)
  },
}

export default defineConfig({
  plugins: [vue(), beside],
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
      { name: 'base', test: /node_modules[\\/](@vue|vue|vue-router)[\\/]|web[\\/](kit[\\/](?!ep|EpDate|KSheet|KPaper|KTitle|wrap|pdf|PdfView|Pages|pages|OfdView|sheets|KBook|KExport|exporting|PutCategories|OpinionBox|Ink|ink)[^\\/]+$|api[\\/]|text[\\/]t\.ts)/ },
    ] } } },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
  preview: { host: '127.0.0.1' },
  test: { include: ['**/*.test.ts'], exclude: ['node_modules/**'] },
} as any)
