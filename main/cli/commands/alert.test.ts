import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newFolder, nexus, serve, until } from '#main/integration/nexus.testing.ts';
import { parseCondition } from './alert.ts';

describe('a condition', () => {
  test.each([
    ['cpu.total > 90', 'cpu.total', '>', 90],
    ['cpu.total>=90%', 'cpu.total', '>=', 90],
    ['  memory.available  <  512MiB ', 'memory.available', '<', 512 * 1024 ** 2],
    ['disk.used_percent:/srv/data <= 80.5', 'disk.used_percent:/srv/data', '<=', 80.5],
    ['net.received > 1.5 GiB', 'net.received', '>', 1.5 * 1024 ** 3],
    ['uptime < 1h', 'uptime', '<', 3600],
    ['load.1 > -1', 'load.1', '>', -1],
  ])('%j', (text, metric, comparison, threshold) => {
    expect(parseCondition(text)).toEqual({ metric, comparison, threshold });
  });

  test.each([
    '',
    'cpu.total',
    'cpu.total > ',
    '> 90',
    'cpu.total = 90',
    'cpu.total > many',
    'cpu.total > 1 PiB',
    'cpu.total > 1constructor',
  ])('%j is none, and says how one looks', (text) => {
    expect(() => parseCondition(text)).toThrow(
      expect.objectContaining({ code: 'usage.invalid', hint: expect.stringContaining('rite') }),
    );
  });
});

describe('the commands', { timeout: 60_000 }, () => {
  test('add, list, pause, resume and remove a rule, without a platform running', async () => {
    const home = newFolder();
    const run = (...args: string[]) => nexus(args, { home });
    const added = await run(
      'alert',
      'add',
      'full',
      'disk.used_percent > 90',
      '--for',
      '5m',
      '--clear',
      '80',
      '--json',
    );
    expect(added.json.rule).toMatchObject({
      name: 'full',
      for: '5m',
      clear: 80,
      severity: 'warning',
    });
    const listed = await run('alert', 'list');
    expect(listed.stdout).toContain('disk.used_percent > 90 %, until 80 %');
    expect((await run('alert', 'pause', 'full')).stdout).toBe('full is paused\n');
    expect((await run('alert', 'list')).stdout).toContain('paused');
    expect((await run('alert', 'resume', 'full')).stdout).toBe('full is active\n');
    expect((await run('alert', 'rm', 'full', '--json')).json).toEqual({ removed: true });
    expect((await run('alert', 'list', '--json')).json).toEqual({ rules: [], states: [] });
  });

  test.each([
    [['alert', 'add', 'x', 'cpu.total > 90', '--severity', 'bad'], 2],
    [['alert', 'add', 'x', 'cpu.total > 90', '--clear', '95'], 2],
    [['alert', 'add', 'X', 'cpu.total > 90'], 2],
    [['alert', 'add', 'x', 'cpu.total > 90', '--for', 'soon'], 2],
    [['alert', 'pause', 'none'], 1],
    [['host', 'metrics', 'none'], 1],
    [['host', 'metrics', 'local', '--points', '1'], 2],
    [['alert', 'history', '--limit', '0'], 2],
  ])('%j ends with %s and a hint', async (args, code) => {
    const said = await nexus(args, { home: newFolder() });
    expect(said.code, said.stderr).toBe(code);
    expect(said.stderr).toMatch(/^error: /);
  });

  test('print a host’s figures: a look now where nothing runs', async () => {
    const home = newFolder();
    const { json } = await nexus(['host', 'metrics', 'local', '--json'], { home });
    expect(json.sample.values['cpu.total']).toBeGreaterThanOrEqual(0);
    const text = await nexus(['host', 'metrics', 'local'], { home });
    expect(text.stdout).toMatch(/^memory\.total +[\d.]+ (GiB|MiB)$/m);
  });

  test('print history and alerts of a running platform', async () => {
    const home = newFolder();
    mkdirSync(join(home, 'workflows'));
    await nexus(['alert', 'add', 'always', 'up > 0'], { home });
    const server = await serve(home);
    const fired = await until(async () => {
      const { json } = await nexus(['alert', 'history', '--json'], { home });
      return json.alerts[0];
    });
    expect(fired).toMatchObject({ name: 'always', host: 'local', value: 1 });
    expect((await nexus(['alert', 'list'], { home })).stdout).toContain('firing: This machine');
    expect((await nexus(['alert', 'history'], { home })).stdout).toContain('always');
    const { json } = await nexus(
      ['host', 'metrics', 'local', '--metric', 'up', '--metric', 'none', '--last', '5m', '--json'],
      { home },
    );
    expect(json.series[0].avg).toContain(1);
    expect(json.series[1].avg.every((one: unknown) => one === null)).toBe(true);
    const table = await nexus(['host', 'metrics', 'local', '--metric', 'up'], { home });
    expect(table.stdout).toMatch(/Z +1/);
    await server.kill('SIGTERM');
  });
});
