import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** How many tests or checks ended well and how many did not. */
export interface Count {
  passed: number;
  failed: number;
}

const vitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
});

/**
 * Counts vitest's JSON report. A file that could not even be loaded has no tests in it and counts
 * as one failure.
 */
export function countVitest(report: unknown): Count {
  const { numPassedTests, numFailedTests, testResults } = vitestReport.parse(report);
  const broken = testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  return { passed: numPassedTests, failed: numFailedTests + broken.length };
}

const playwrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number() }),
  errors: z.array(z.unknown()),
});

/** Counts Playwright's JSON report. A flaky test failed; an error outside any test is a failure. */
export function countPlaywright(report: unknown): Count {
  const { stats, errors } = playwrightReport.parse(report);
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky + errors.length };
}

/**
 * Reads a report and counts it with `count`. The tool's exit code has the last word: a run that
 * failed without a failed test, or left no report, counts as one failure.
 */
export function countReport(file: string, code: number, count: (report: unknown) => Count): Count {
  let result: Count;
  try {
    result = count(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return { passed: 0, failed: 1 };
  }
  if (code !== 0 && result.failed === 0) return { ...result, failed: 1 };
  return result;
}

/** A check that either holds or does not. */
export function countCheck(code: number): Count {
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}
