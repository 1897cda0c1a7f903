import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensurePackages, testPackages } from './ensure.ts';
import { run } from './lib/exec.ts';
import { main } from './lib/failure.ts';
import { playwright } from './lib/playwright.ts';
import { root } from './lib/project.ts';
import { countCheck, countPlaywright, countReport, countVitest, type Count } from './lib/count.ts';
import { bundle } from './lib/vite.ts';

/** One part of the test run: its name and how it counts. */
type Step = [name: string, run: () => Promise<Count>];

/** A script of package.json that either holds or does not. */
const check =
  (script: string): (() => Promise<Count>) =>
  async () =>
    countCheck(await run('npm', ['run', '--silent', script]));

function steps(reports: string): Step[] {
  const vitest = join(reports, 'vitest.json');
  const e2e = join(reports, 'e2e.json');
  return [
    [
      'types of the platform',
      async () => countCheck(await run('tsc', ['-p', 'tsconfig.node.json'])),
    ],
    ['types of the window', async () => countCheck(await run('tsc', ['-p', 'tsconfig.web.json']))],
    ['lint', check('lint')],
    ['layers', check('layers')],
    ['format', check('format:check')],
    ['dead code', check('deadcode')],
    ['build', async () => countCheck(await bundle('release'))],
    [
      'unit and integration tests',
      async () => {
        const output = ['--reporter=default', '--reporter=json', `--outputFile.json=${vitest}`];
        return countReport(vitest, await run('vitest', ['run', ...output]), countVitest);
      },
    ],
    ['end-to-end tests', async () => countReport(e2e, await playwright([], e2e), countPlaywright)],
    ...crash(),
  ];
}

// The whole harness is `npm run test:crash`; here it is short.
function crash(): Step[] {
  const harness = join('e2e', 'crash', 'harness.ts');
  if (!existsSync(join(root, harness))) return [];
  return [
    [
      'crash tests',
      async () => countCheck(await run(process.execPath, [harness, '--kills', '15'])),
    ],
  ];
}

/**
 * Runs every check and every test, each step also when one before it failed, and ends with one line
 * that counts them all: `N passed, N failed`.
 */
async function test(): Promise<number> {
  await ensurePackages(testPackages);
  const reports = mkdtempSync(join(tmpdir(), 'nexus-test-'));
  const total: Count = { passed: 0, failed: 0 };
  const lines: string[] = [];
  for (const [name, step] of steps(reports)) {
    console.log(`\n── ${name}`);
    const from = performance.now();
    const count = await step().catch((error: unknown): Count => {
      console.error(error);
      return { passed: 0, failed: 1 };
    });
    total.passed += count.passed;
    total.failed += count.failed;
    lines.push(line(name, count, (performance.now() - from) / 1000));
    console.log(lines.at(-1));
  }
  rmSync(reports, { recursive: true, force: true });
  console.log(`\n${lines.join('\n')}\n`);
  console.log(`${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0 ? 0 : 1;
}

function line(name: string, count: Count, seconds: number): string {
  const mark = count.failed === 0 ? 'ok    ' : 'FAILED';
  const time = `${seconds.toFixed(1)} s`.padStart(8);
  return `${mark} ${name.padEnd(28)} ${time}   ${count.passed} passed, ${count.failed} failed`;
}

await main(test);
