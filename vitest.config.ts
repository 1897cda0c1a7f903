import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const common = {
  setupFiles: ['build/plainOutput.testing.ts'],
  // A busy machine takes its time: what a test waits for comes or it does not.
  testTimeout: 30_000,
  hookTimeout: 60_000,
  expect: { poll: { timeout: 20_000 } },
};

/** Tests live beside the code they test: Node for main/ and contract/, happy-dom for renderer/. */
export default defineConfig({
  test: {
    // Much of the time goes into waiting: for servers, processes and disks.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'node',
          environment: 'node',
          include: ['{contract,main,preload,build,bench,resources}/**/*.test.ts'],
          ...common,
        },
      },
      {
        plugins: [react()],
        test: {
          name: 'web',
          environment: 'happy-dom',
          include: ['renderer/**/*.test.{ts,tsx}'],
          ...common,
        },
      },
    ],
  },
});
