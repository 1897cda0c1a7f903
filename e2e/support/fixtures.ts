import { test as base } from '@playwright/test';
import { launchApp, type LaunchOptions, type RunningApp } from './app.ts';
import { startServer, type RunningServer } from './server.ts';

interface Fixtures {
  /** Launches the app; everything launched is closed when the test ends. */
  launch: (options?: LaunchOptions) => Promise<RunningApp>;
  /** The app on a fresh home. */
  app: RunningApp;
  /** `nexus serve` on a fresh home, with the dashboard open in Chromium. */
  server: RunningServer;
}

/** Playwright's `test` with Nexus running. */
export const test = base.extend<Fixtures>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the pattern: nothing is needed.
  launch: async ({}, provide) => {
    const running: RunningApp[] = [];
    await provide(async (options) => {
      const app = await launchApp(options);
      running.push(app);
      return app;
    });
    for (const app of running) await app.close();
  },
  app: async ({ launch }, provide) => provide(await launch()),
  // oxlint-disable-next-line no-empty-pattern -- as above
  server: async ({}, provide) => {
    const server = await startServer();
    await provide(server);
    await server.close();
  },
});

export { expect } from '@playwright/test';
