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

/** A check that either holds or does not, by a tool's exit code. */
const check = (name: string, command: string, ...args: string[]): Step => [
  name,
  async () => countCheck(await run(command, args)),
];

const script = (name: string): string => join(root, 'build', 'scripts', name);

function steps(reports: string): Step[] {
  const unit = join(reports, 'unit.json');
  const e2e = join(reports, 'e2e.json');
  const unitOutput = ['--reporter=default', '--reporter=json', `--outputFile.json=${unit}`];
  return [
    check('types of the platform', 'tsc', '-p', 'tsconfig.node.json'),
    check('types of the window', 'tsc', '-p', 'tsconfig.web.json'),
    check('types of the e2e tests', 'tsc', '-p', 'tsconfig.e2e.json'),
    check('lint', 'npm', 'run', '--silent', 'lint'),
    check('layers', 'npm', 'run', '--silent', 'layers'),
    check('format', 'npm', 'run', '--silent', 'format:check'),
    check('dead code', 'npm', 'run', '--silent', 'deadcode'),
    check('generated references', process.execPath, script('docs.ts'), '--check'),
    ['build', async () => countCheck(await bundle('release'))],
    [
      'unit and integration tests',
      async () => countReport(unit, await run('vitest', ['run', ...unitOutput]), countVitest),
    ],
    ['end-to-end tests', async () => countReport(e2e, await playwright([], e2e), countPlaywright)],
    // Packs the app as it ships, reads its fuses back and boots it.
    ...only(
      process.platform === 'linux',
      check('package', process.execPath, script('package.ts'), '--built'),
    ),
    // The whole harness is `npm run test:crash`; here it is short.
    ...only(existsSync(harness), check('crash tests', process.execPath, harness, '--kills', '15')),
  ];
}

const harness = join(root, 'e2e', 'crash', 'harness.ts');

function only(condition: boolean, step: Step): Step[] {
  return condition ? [step] : [];
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
