import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countCheck, countPlaywright, countReport, countVitest } from './count.ts';

describe('counting what the tools report', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'nexus-count-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const good = { numPassedTests: 7, numFailedTests: 0, testResults: [] };

  it('counts a test file that does not load as a failure', () => {
    // Bug caught: a syntax error in a test file hides all its tests and the suite looks green.
    const report = {
      numPassedTests: 3,
      numFailedTests: 1,
      testResults: [
        { status: 'failed', assertionResults: [] },
        { status: 'failed', assertionResults: [{}] },
        { status: 'passed', assertionResults: [{}, {}, {}] },
      ],
    };
    expect(countVitest(report)).toEqual({ passed: 3, failed: 2 });
  });

  it('counts flaky tests and errors outside tests as failures', () => {
    // Bug caught: a retry turns red into green, or a broken global set-up counts as nothing.
    const report = { stats: { expected: 5, unexpected: 1, flaky: 2 }, errors: [{}] };
    expect(countPlaywright(report)).toEqual({ passed: 5, failed: 4 });
  });

  it('believes the exit code when the report is green or missing', () => {
    // Bug caught: a crash after the last test, or before the first, passes unseen.
    const file = join(folder, 'report.json');
    writeFileSync(file, JSON.stringify(good));
    expect(countReport(file, 0, countVitest)).toEqual({ passed: 7, failed: 0 });
    expect(countReport(file, 1, countVitest)).toEqual({ passed: 7, failed: 1 });
    expect(countReport(join(folder, 'none.json'), 0, countVitest)).toEqual({
      passed: 0,
      failed: 1,
    });
    writeFileSync(file, '{"half":');
    expect(countReport(file, 0, countVitest)).toEqual({ passed: 0, failed: 1 });
  });

  it('counts a check once', () => {
    expect(countCheck(0)).toEqual({ passed: 1, failed: 0 });
    expect(countCheck(137)).toEqual({ passed: 0, failed: 1 });
  });
});
