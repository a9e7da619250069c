/** How the page is built: `dist/page`, which the server serves. */
import path from 'node:path';
import { defineConfig } from 'vite';

const page = path.join(import.meta.dirname, 'src/page');

export default defineConfig({
  root: page,
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  resolve: {
    alias: [
      // Of transformers.js's runtime the half that computes by WebAssembly alone: 13 MB instead of 27.
      { find: 'onnxruntime-web/webgpu', replacement: 'onnxruntime-web/wasm' },
    ],
  },
  // Of modules, as transformers.js brings its own.
  worker: { format: 'es' },
  build: {
    outDir: path.join(import.meta.dirname, 'dist/page'),
    emptyOutDir: true,
    target: 'es2024',
    // The policy of the page forbids what is inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      input: ['index.html', 'playground.html'].map((file) => path.join(page, file)),
      checks: { bundlerTimings: false },
    },
  },
});
