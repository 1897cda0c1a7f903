import { defineConfig } from '@playwright/test';

/** End-to-end tests drive the built app; `npm run e2e` builds it first, finds an Electron
 * and brings a display. */
export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results',
  // One window at a time: they share a screen and a keyboard.
  workers: 1,
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: 'list',
  use: { trace: 'retain-on-failure' },
});
