import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'vite';
import { expect, test } from 'vitest';

const source = fileURLToPath(new URL('./failpoint.ts', import.meta.url));

/** The module as the bundler of the release (`'"0"'`) or of the crash tests (`'"1"'`) leaves it. */
async function bundled(compiled: string): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    define: { 'process.env.NEXUS_FAILPOINTS_COMPILED': compiled },
    build: {
      write: false,
      minify: false,
      ssr: source,
      rolldownOptions: { output: { format: 'es' } },
    },
  });
  const [first] = [result].flat();
  if (!first || !('output' in first)) throw new Error('nothing was built');
  return first.output[0].code;
}

test('a release can be told by no variable of its environment to kill itself', async () => {
  const release = await bundled('"0"');
  expect(release).not.toContain('SIGKILL');
  // The same build with failpoints has it, so that the line above can fail.
  expect(await bundled('"1"')).toContain('SIGKILL');
});

/** Passes `wanted` three times in a process of its own. @returns how often it was told to have passed, and how it ended. */
async function passes(failpoint: string | undefined): Promise<string> {
  const script = `const { failpoint } = await import(${JSON.stringify(source)});
    for (let n = 1; n <= 3; n += 1) { console.log(n); failpoint('test.here'); failpoint('test.other'); }`;
  const env = { ...process.env };
  delete env['NEXUS_FAILPOINT'];
  if (failpoint) env['NEXUS_FAILPOINT'] = failpoint;
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { env });
  const { stdout, signal } = await run.then(
    (ended) => ({ ...ended, signal: null }),
    (error: { stdout: string; signal: string | null }) => error,
  );
  return `${stdout.trim().split('\n').at(-1)} ${signal}`;
}

test.each([
  ['test.here', '1 SIGKILL'],
  ['test.here:2', '2 SIGKILL'],
  ['test.here:4', '3 null'],
  ['test.elsewhere', '3 null'],
  [undefined, '3 null'],
])('with the wish %s a process ends as the wish says', async (wish, end) => {
  expect(await passes(wish)).toBe(end);
});
