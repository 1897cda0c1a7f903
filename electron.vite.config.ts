import { globSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

/** Modules with a native part: they stay in node_modules and are required at run time. */
const native = ['better-sqlite3', 'node-pty', 'sqlite-vec', 'fsevents'];
/** Asked for inside a try, and not there: without it ssh2 does not know what the processor is good at. */
const missing = ['cpu-features'];

// A build for crash tests keeps the failpoints and stands beside the one that ships.
const withFailpoints = process.env['NEXUS_BUILD_FAILPOINTS'] === '1';
const out = (part: string): string => resolve(withFailpoints ? 'out-test' : 'out', part);

const entry = (file: string): [string, string] => [basename(file, '.ts'), resolve(file)];
const workers = globSync('main/**/*.worker.ts').map((file) => entry(file));

export default defineConfig({
  main: {
    define: { 'process.env.NEXUS_FAILPOINTS_COMPILED': withFailpoints ? '"1"' : '"0"' },
    build: {
      outDir: out('main'),
      // The oldest runtime that loads it is the fallback Electron's Node.
      target: 'node20.18',
      externalizeDeps: false,
      minify: false,
      rolldownOptions: {
        input: Object.fromEntries([entry('main/index.ts'), entry('main/cli.ts'), ...workers]),
        external: [...native, ...missing],
        output: {
          format: 'cjs',
          entryFileNames: '[name].cjs',
          // Beside the entries, so that __dirname means the same in every file.
          chunkFileNames: 'chunk-[name]-[hash].cjs',
        },
      },
    },
  },
  preload: {
    build: {
      outDir: out('preload'),
      target: 'node20.18',
      externalizeDeps: false,
      rolldownOptions: {
        input: Object.fromEntries([entry('preload/index.ts')]),
        // A sandboxed preload is CommonJS.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: resolve('renderer'),
    plugins: [react(), tailwindcss()],
    build: {
      outDir: out('renderer'),
      target: 'chrome130',
      minify: 'oxc',
      cssMinify: true,
      // elkjs, in its own worker, is that large.
      chunkSizeWarningLimit: 2000,
      rolldownOptions: { input: join(resolve('renderer'), 'index.html') },
    },
  },
});
