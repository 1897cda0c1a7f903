import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

/** Tests live beside the code they test: Node for main/ and contract/, happy-dom for renderer/. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          environment: 'node',
          include: ['{contract,main,preload,build,bench,resources}/**/*.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        plugins: [react()],
        test: {
          name: 'web',
          environment: 'happy-dom',
          include: ['renderer/**/*.test.{ts,tsx}'],
          // Many open the whole window, which takes a busy machine seconds each.
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
