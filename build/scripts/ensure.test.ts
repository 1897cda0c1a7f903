import { describe, expect, it } from 'vitest';
import { missingPackages, testPackages } from './ensure.ts';
import { capture } from './lib/exec.ts';

const debian = (await capture('dpkg-query', ['--version'])).code === 0;

describe.runIf(debian)('the packages that tests need', () => {
  it('knows what is installed, under its newer name too, and what is not', async () => {
    // Bug caught: libgtk-3-0 is called libgtk-3-0t64 now, and is installed anew at every test run.
    expect(await missingPackages(['dpkg', 'no-such-package-of-debian'])).toEqual([
      'no-such-package-of-debian',
    ]);
    expect(await missingPackages([])).toEqual([]);
  });

  it('are named once each', () => {
    expect(new Set(testPackages).size).toBe(testPackages.length);
  });
});
