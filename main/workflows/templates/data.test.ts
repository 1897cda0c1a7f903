import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { describe, expect, it } from 'vitest';
import { gallery, templateTests, text } from './gallery.testing.ts';

const { attempt, run, at, titles, tried } = templateTests();

describe('templates that keep data', () => {
  it('nightly-backup makes an archive that can be read, and keeps the newest', async () => {
    mkdirSync(at('data'));
    writeFileSync(at('data', 'a'), 'content');
    const inputs = { source: at('data'), target: at('backups'), keep: 2 };
    mkdirSync(at('backups'));
    for (const [i, name] of ['x', 'y', 'z'].entries()) {
      writeFileSync(at('backups', `${name}.tar.gz`), '');
      utimesSync(at('backups', `${name}.tar.gz`), i + 1, i + 1);
    }
    const { outputs } = await run('nightly-backup', inputs);
    expect(outputs).toMatchObject({ entries: 2, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(readdirSync(at('backups')).toSorted()).toHaveLength(2);
    expect(existsSync(at('backups', 'z.tar.gz'))).toBe(true);
    expect(
      execFileSync('tar', ['-xzOf', text(outputs['archive']), 'data/a'], { encoding: 'utf8' }),
    ).toBe('content');
  });

  it('nightly-backup of nothing fails loudly and leaves no half archive under its name', async () => {
    const { error } = await attempt('nightly-backup', {
      source: at('none'),
      target: at('backups'),
    });
    expect(error?.code).toBe('shell.failed');
    expect(readdirSync(at('backups')).filter((name) => name.endsWith('.tar.gz'))).toEqual([]);
    expect(titles()).toEqual([`The backup of ${at('none')} failed`]);
  });

  it('backup-then-update updates only after the backup', async () => {
    mkdirSync(at('data'));
    writeFileSync(at('data', 'a'), 'x');
    const inputs = { folder: at('data'), backups: at('backups'), update: `touch ${at('updated')}` };
    const { outputs } = await run('backup-then-update', inputs);
    expect(existsSync(text(outputs['archive']))).toBe(true);
    expect(existsSync(at('updated'))).toBe(true);
    rmSync(at('updated'));
    await attempt('backup-then-update', { ...inputs, folder: at('none') });
    expect(existsSync(at('updated'))).toBe(false);
  });

  it('database-dump calls the right tool for the engine, verifies and rotates', async () => {
    // The database tools themselves may not be installed: stand-ins on PATH show what is asked of them.
    mkdirSync(at('bin'));
    const tool = (name: string, script: string) =>
      writeFileSync(at('bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    tool(
      'pg_dump',
      'for a; do case $a in --file=*) echo "dump of $3" > "${a#--file=}";; esac; done',
    );
    tool('pg_restore', 'test -s "$2"');
    tool(
      'sqlite3',
      'case $3 in .backup*) f=${3#*\\\'}; echo copy > "${f%\\\'}";; *) echo ok;; esac',
    );
    const path = process.env['PATH'];
    process.env['PATH'] = `${at('bin')}:${path}`;
    try {
      const target = at('dumps');
      const pg = await run('database-dump', { database: 'shop', target });
      expect(readFileSync(text(pg.outputs['file']), 'utf8')).toBe('dump of shop\n');
      const lite = await run('database-dump', { engine: 'sqlite', database: at('a.db'), target });
      expect(lite.steps['postgres']!.status).toBe('skipped');
      expect(
        execFileSync('gzip', ['-dc'], {
          input: readFileSync(text(lite.outputs['file'])),
        }).toString(),
      ).toBe('copy\n');
      tool(
        'sqlite3',
        'case $3 in .backup*) f=${3#*\\\'}; echo copy > "${f%\\\'}";; *) echo malformed;; esac',
      );
      const broken = await attempt('database-dump', {
        engine: 'sqlite',
        database: at('b.db'),
        target,
      });
      expect(broken.status).toBe('failed');
    } finally {
      process.env['PATH'] = path;
    }
  });
});

describe('templates when things go wrong', () => {
  it('backup-then-update says which backup failed, and why, at the root', async () => {
    const { error } = await attempt('backup-then-update', {
      folder: at('none'),
      backups: at('backups'),
      update: 'true',
    });
    expect(error).toMatchObject({
      code: 'subworkflow.failed',
      details: { path: ['nightly-backup'], error: { code: 'shell.failed' } },
    });
    expect(error!.message).toMatch(/^The workflow nightly-backup failed: /);
  });
});

it('runs the templates of its part of the gallery, and no other', () => {
  expect(tried()).toEqual(gallery.data);
});
