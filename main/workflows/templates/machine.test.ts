import { mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { gallery, templateTests, text } from './gallery.testing.ts';

const { run, at, titles, tried } = templateTests();

describe('templates about this machine', () => {
  it('welcome greets, measures and writes its report', async () => {
    const { outputs } = await run('welcome', { name: 'Ada' });
    expect(outputs['title']).toBe('Hello, Ada. This is your first run.');
    expect(readFileSync(text(outputs['report']), 'utf8')).toContain('the last one 229');
    expect(titles()).toEqual(['Your first workflow ran']);
  });

  it('daily-report gathers every part', async () => {
    const { outputs } = await run('daily-report');
    expect(readFileSync(text(outputs['report']), 'utf8')).toMatch(
      /load average[\s\S]*## Disks\n```\nFilesystem/,
    );
  });

  it('disk-space does nothing below its limit, and deletes only after a yes', async () => {
    mkdirSync(at('old'));
    writeFileSync(at('old', 'a b'), 'x');
    utimesSync(at('old', 'a b'), 1, 1);
    writeFileSync(at('old', 'new'), 'x');
    const inputs = { path: at(), cleanup_folder: at('old'), older_than_days: 14 };
    const quiet = await run('disk-space', { ...inputs, limit: 101 });
    expect(quiet.steps['ask']!.status).toBe('skipped');
    const full = { ...inputs, limit: 0 };
    await run('disk-space', full);
    expect(readdirSync(at('old'))).toEqual(['a b', 'new']);
    const { steps } = await run('disk-space', full, { approvals: { ask: { choice: 'delete' } } });
    expect(JSON.stringify(steps['largest']!.outputs)).toContain('a b');
    expect(readdirSync(at('old'))).toEqual(['new']);
  });

  it('log-scan groups what is alike, and bears a log without errors', async () => {
    const log = at('app.log');
    writeFileSync(log, 'ok\nError 17 in x | y\nError 18 in x | y\nfailed: z\n');
    const { outputs } = await run('log-scan', { log, limit: 3 });
    expect(outputs).toMatchObject({ total: 3, kinds: 2 });
    expect(readFileSync(text(outputs['report']), 'utf8')).toContain('| 2 | Error 17 in x \\| y |');
    expect(titles()).toEqual([`3 errors in ${log}`]);
    writeFileSync(log, 'ok\n');
    expect((await run('log-scan', { log })).outputs).toMatchObject({ total: 0, kinds: 0 });
  });

  it('config-drift remembers first, then tells what was added, changed and removed', async () => {
    mkdirSync(at('etc', 'sub dir'), { recursive: true });
    for (const name of ['keep', 'change', 'remove'])
      writeFileSync(at('etc', 'sub dir', name), name);
    const inputs = { folder: at('etc'), baseline: at('state', 'baseline') };
    expect((await run('config-drift', inputs)).outputs).toMatchObject({ first: true, added: [] });
    writeFileSync(at('etc', 'new "one"'), '');
    writeFileSync(at('etc', 'sub dir', 'change'), 'other');
    rmSync(at('etc', 'sub dir', 'remove'));
    const drift = {
      first: false,
      added: ['./new "one"'],
      changed: ['./sub dir/change'],
      removed: ['./sub dir/remove'],
    };
    expect((await run('config-drift', inputs)).outputs).toEqual(drift);
    expect((await run('config-drift', { ...inputs, accept: true })).outputs).toEqual(drift);
    expect((await run('config-drift', inputs)).outputs).toMatchObject({
      added: [],
      changed: [],
      removed: [],
    });
  });
});

it('runs the templates of its part of the gallery, and no other', () => {
  expect(tried()).toEqual(gallery.machine);
});
