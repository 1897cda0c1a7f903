import { delimiter, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { capture, run, toolEnv } from './exec.ts';
import { devCache, hasDisplay, root } from './project.ts';

const quiet = { stdio: 'ignore' as const };

describe('run', () => {
  it.each([
    ['exit 0', 0],
    ['exit 7', 7],
    ['kill -TERM $$', 143],
    ['kill -KILL $$', 137],
  ])('ends as its command does: %s', async (script, code) => {
    // Bug caught: a step that was killed counts as passed.
    expect(await run('sh', ['-c', script], quiet)).toBe(code);
  });

  it('fails for a command that is not there, and leaves no listener behind', async () => {
    const before = process.listenerCount('SIGINT');
    await expect(run('no-such-command-here', [], quiet)).rejects.toMatchObject({ code: 'ENOENT' });
    await run('true', [], quiet);
    expect(process.listenerCount('SIGINT')).toBe(before);
  });
});

describe('capture', () => {
  it('gives both streams and the code; what is not there has 127', async () => {
    expect(await capture('sh', ['-c', 'echo out; echo err >&2; exit 3'])).toEqual({
      code: 3,
      stdout: 'out\n',
      stderr: 'err\n',
    });
    expect(await capture('no-such-command-here', [])).toMatchObject({ code: 127, stdout: '' });
    expect((await capture('sh', ['-c', 'kill -KILL $$'])).code).not.toBe(0);
  });

  it('takes no half character for a whole one, wherever a chunk ends', async () => {
    const { stdout } = await capture(process.execPath, [
      '-e',
      'process.stdout.write("ü".repeat(100001))',
    ]);
    expect(stdout).toBe('ü'.repeat(100_001));
  });
});

describe('the project', () => {
  it('puts its own tools first', () => {
    const [first] = toolEnv({ EXTRA: '1' })['PATH']!.split(delimiter);
    expect(first).toBe(`${root}/node_modules/.bin`);
    expect(toolEnv({ EXTRA: '1' })['EXTRA']).toBe('1');
  });

  it('keeps large things outside the checkout', () => {
    expect(devCache({ XDG_CACHE_HOME: '/cache' })).toBe('/cache/nexus-dev');
    expect(devCache({}).startsWith(root + sep)).toBe(false);
  });

  it.runIf(process.platform === 'linux')('knows whether a window can be shown', () => {
    expect(hasDisplay({})).toBe(false);
    expect(hasDisplay({ DISPLAY: ':1' })).toBe(true);
    expect(hasDisplay({ WAYLAND_DISPLAY: 'wayland-0' })).toBe(true);
  });
});
