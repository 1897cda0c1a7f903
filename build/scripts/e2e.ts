import { ensurePackages, testPackages } from './ensure.ts';
import { main } from './lib/failure.ts';
import { playwright } from './lib/playwright.ts';
import { bundle } from './lib/vite.ts';

/** Builds the app and runs the end-to-end tests; arguments go to Playwright. */
await main(async () => {
  await ensurePackages(testPackages);
  const built = await bundle('release');
  return built === 0 ? playwright(process.argv.slice(2)) : built;
});
