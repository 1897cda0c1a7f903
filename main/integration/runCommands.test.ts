import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { newFolder, nexus, serve, start, until, workflowFile } from './nexus.testing.ts';

const save = (home: string, name: string, text: string) =>
  workflowFile(join(home, 'workflows'), name, text);

/** A home that exists, with these workflows in it. */
async function homeWith(workflows: Record<string, string>): Promise<string> {
  const home = newFolder();
  await nexus(['workflow', 'list'], { home });
  for (const [name, text] of Object.entries(workflows)) save(home, name, text);
  return home;
}

const gate = (home: string) => `name: gate
steps:
  - id: first
    uses: shell
    with: { run: 'echo x >> "${home}/first"' }
  - id: ask
    uses: approval
    with:
      title: Go on?
      choices: [approve, later, reject]
      fields:
        - { name: version, type: string, required: true }
        - { name: hosts, type: number }
  - id: last
    uses: transform
    with:
      set:
        said: \${{ steps.ask.outputs.choice }}
        fields: \${{ steps.ask.outputs.fields }}
outputs:
  said: \${{ steps.last.outputs.said }}
  fields: \${{ steps.last.outputs.fields }}
`;

/** Starts the workflow of that name and waits until it stands still for a person. */
async function waiting(home: string, name: string): Promise<string> {
  const { json } = await nexus(['workflow', 'run', name, '--json'], { home });
  const id = json.run.id as string;
  const { json: shown } = await nexus(['run', 'show', id, '--json'], { home });
  expect(shown.run.status).toBe('waiting');
  return id;
}

describe('deciding from the command line', { timeout: 120_000 }, () => {
  it('takes the choice, the form and the comment, and follows the run to its end', async () => {
    const home = await homeWith({});
    save(home, 'gate', gate(home));
    const id = await waiting(home, 'gate');
    const said = await nexus(
      [
        ...['run', 'approve', id, '--choice', 'later', '--comment', 'after lunch'],
        ...['--field', 'version=1.2', '--field', 'hosts=3', '--wait', '--json'],
      ],
      { home },
    );
    expect(said.stderr).toBe('');
    expect(said.json.run).toMatchObject({
      status: 'succeeded',
      outputs: { said: 'later', fields: { version: '1.2', hosts: 3 } },
    });
    // The first step was done before; deciding must not run it again.
    expect(readFileSync(join(home, 'first'), 'utf8')).toBe('x\n');
  });

  it('a form that is not filled or a choice that is not there decides nothing', async () => {
    // Bug caught: the run goes on with an empty version.
    const home = await homeWith({});
    save(home, 'gate', gate(home));
    const id = await waiting(home, 'gate');
    for (const args of [
      [],
      ['--field', 'version=1', '--choice', 'perhaps'],
      ['--field', 'version=1', '--field', 'hosts=many'],
    ]) {
      const said = await nexus(['run', 'approve', id, ...args, '--json'], { home });
      expect(said.code, args.join(' ')).not.toBe(0);
      expect(said.json.error.code, args.join(' ')).toMatch(/^(approval|run|request)\./);
      expect(said.json.error.hint ?? said.json.error.message).toBeTruthy();
    }
    const { json } = await nexus(['run', 'show', id, '--json'], { home });
    expect(json.run.status).toBe('waiting');
  });
});

describe('run retry', { timeout: 120_000 }, () => {
  const flaky = (home: string) => `name: flaky
steps:
  - id: once
    uses: shell
    with: { run: 'echo x >> "${home}/count"' }
  - id: sometimes
    uses: shell
    with: { run: 'test -e "${home}/ready"' }
`;

  it('keeps what succeeded, unless it is told to begin at the start', async () => {
    const home = await homeWith({});
    save(home, 'flaky', flaky(home));
    const count = () => readFileSync(join(home, 'count'), 'utf8').length / 2;
    const first = await nexus(['workflow', 'run', 'flaky', '--wait', '--json'], { home });
    expect([first.code, first.json.run.status]).toEqual([1, 'failed']);
    writeFileSync(join(home, 'ready'), '');
    const { id } = first.json.run;
    const again = await nexus(['run', 'retry', id, '--wait', '--json'], { home });
    expect([again.code, again.json.run.status, count()]).toEqual([0, 'succeeded', 1]);
    const anew = await nexus(['run', 'retry', id, '--from', 'start', '--wait', '--json'], { home });
    expect([anew.json.run.status, count()]).toEqual(['succeeded', 2]);
  });

  it('runs on the version it was pinned to, or on the file as it is now', async () => {
    const home = await homeWith({
      v: 'name: v\nsteps:\n  - { id: a, uses: shell, with: { run: exit 3 } }\n',
    });
    const { json } = await nexus(['workflow', 'run', 'v', '--wait', '--json'], { home });
    save(home, 'v', 'name: v\nsteps:\n  - { id: a, uses: shell, with: { run: exit 0 } }\n');
    const same = await nexus(['run', 'retry', json.run.id, '--wait', '--json'], { home });
    expect(same.code).toBe(1);
    const latest = await nexus(['run', 'retry', json.run.id, '--latest', '--wait', '--json'], {
      home,
    });
    expect(latest.code).toBe(0);
  });

  it('a run that did not fail is not retried, and the reason is said', async () => {
    const home = await homeWith({
      ok: 'name: ok\nsteps:\n  - { id: a, uses: transform, with: { set: { a: 1 } } }\n',
    });
    const { json } = await nexus(['workflow', 'run', 'ok', '--wait', '--json'], { home });
    const said = await nexus(['run', 'retry', json.run.id, '--json'], { home });
    expect(said.code).toBe(1);
    expect(said.json.error).toMatchObject({ code: expect.any(String), hint: expect.any(String) });
  });
});

describe('run watch, run list and run cancel', { timeout: 120_000 }, () => {
  const slow = `name: slow
steps:
  - { id: wait, uses: wait, with: { duration: 1h } }
`;

  it('watch ends with the run, with its exit code, while another process cancels it', async () => {
    const home = await homeWith({ slow });
    await serve(home);
    const { json } = await nexus(['workflow', 'run', 'slow', '--json'], { home });
    const watch = start(['run', 'watch', json.run.id, '--json'], { home });
    await until(async () => {
      const shown = await nexus(['run', 'show', json.run.id, '--json'], { home });
      return shown.json.run.status === 'waiting';
    });
    const cancel = await nexus(['run', 'cancel', json.run.id, '--reason', 'not today', '--json'], {
      home,
    });
    expect(cancel.code).toBe(0);
    const seen = await watch.ended;
    expect(seen.code).toBe(1);
    expect(seen.json.run.status).toBe('cancelled');
    expect(JSON.stringify(seen.json)).toContain('not today');
  });

  it('list narrows by workflow, status and number, newest first', async () => {
    const home = await homeWith({
      ok: 'name: ok\nsteps:\n  - { id: a, uses: transform, with: { set: { a: 1 } } }\n',
      bad: 'name: bad\nsteps:\n  - { id: a, uses: shell, with: { run: exit 1 } }\n',
    });
    for (const name of ['ok', 'bad', 'ok'])
      await nexus(['workflow', 'run', name, '--wait'], { home });
    const list = async (...args: string[]) =>
      (await nexus(['run', 'list', ...args, '--json'], { home })).json.runs.map(
        (run: { workflow: string; status: string }) => `${run.workflow} ${run.status}`,
      );
    expect(await list()).toEqual(['ok succeeded', 'bad failed', 'ok succeeded']);
    expect(await list('--workflow', 'bad')).toEqual(['bad failed']);
    expect(await list('--status', 'failed', 'cancelled')).toEqual(['bad failed']);
    expect(await list('--limit', '1')).toEqual(['ok succeeded']);
  });
});

describe('the audit log', { timeout: 120_000 }, () => {
  it('names who did what, is exported line by line, and its chain holds', async () => {
    const home = await homeWith({});
    await nexus(['workflow', 'new', 'mine'], { home });
    await nexus(['workflow', 'run', 'welcome', '--wait'], { home });
    const { json } = await nexus(['audit', 'list', '--action', 'workflows.create', '--json'], {
      home,
    });
    expect(json.entries).toHaveLength(1);
    expect(json.entries[0]).toMatchObject({
      face: 'cli',
      outcome: 'allowed',
      details: { name: 'mine' },
    });
    const file = join(home, 'audit.jsonl');
    expect((await nexus(['audit', 'export', '--out', file], { home })).code).toBe(0);
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    const seqs = lines.map((line) => (JSON.parse(line) as { seq: number }).seq);
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    const verified = await nexus(['audit', 'verify', '--json'], { home });
    expect([verified.code, verified.json.ok]).toEqual([0, true]);
  });

  it.each([
    ['changed', "UPDATE audit SET actor = 'nobody' WHERE seq = 2"],
    ['removed', 'DELETE FROM audit WHERE seq = 2'],
  ])(
    'an entry that was %s behind its back is found, and the exit code says so',
    async (_what, sql) => {
      const home = await homeWith({});
      for (const name of ['a', 'b', 'c']) await nexus(['workflow', 'new', name], { home });
      const db = new Database(join(home, 'nexus.db'));
      // The log is append-only by trigger; somebody with the file can drop that.
      for (const { name } of db
        .prepare("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'")
        .all() as { name: string }[])
        db.exec(`DROP TRIGGER ${name}`);
      db.exec(sql);
      db.close();
      const said = await nexus(['audit', 'verify', '--json'], { home });
      expect(said.code).toBe(1);
      expect(said.json.ok).toBe(false);
      expect(said.json.problem.seq).toBeGreaterThanOrEqual(2);
    },
  );
});

describe('completion', { timeout: 120_000 }, () => {
  /** What bash would offer for a line with the cursor at its end. */
  function offered(script: string, words: string[]): string[] {
    const line = words.map((word) => `'${word}'`).join(' ');
    const text = `${script}\nCOMP_WORDS=(${line}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _nexus; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return execFileSync('bash', ['-c', text], { encoding: 'utf8' }).split('\n').filter(Boolean);
  }

  it('bash offers commands, their commands and their options, also behind an argument', async () => {
    const { stdout } = await nexus(['completion', 'bash']);
    expect(offered(stdout, ['nexus', 'wor'])).toEqual(['workflow']);
    expect(offered(stdout, ['nexus', 'workflow', 'va'])).toEqual(['validate']);
    expect(offered(stdout, ['nexus', 'run', 'cancel', 'run_1', '--rea'])).toEqual(['--reason']);
    expect(offered(stdout, ['nexus', 'cron', 'next', '--js'])).toEqual(['--json']);
  });

  it.each(['zsh', 'fish'])('%s takes the script, where that shell is there', async (shell) => {
    const { stdout } = await nexus(['completion', shell]);
    expect(stdout).toContain('workflow');
    if (!existsSync(`/usr/bin/${shell}`)) return;
    const checked = spawnSync(shell, ['-n'], { input: stdout, encoding: 'utf8' });
    expect(checked.stderr).toBe('');
  });
});
