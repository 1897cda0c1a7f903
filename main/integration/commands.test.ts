import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newFolder, nexus, serve, workflowFile } from './nexus.testing.ts';

const broken = `name: broken
steps:
  - id: a
    uses: shel
  - id: b
    uses: shell
    needs: [nope]
    with: { run: 'echo \${{ inputs.missing }}' }
    timeout: 5parsecs
`;

const hello = `name: hello
inputs:
  who: { type: string, default: world }
  count: { type: integer, default: 1 }
  mode: { enum: [fast, slow], default: fast }
steps:
  - id: greet
    uses: shell
    with: { run: 'printf "text=%s\\n" \${{ inputs.who }} >> "$NEXUS_OUTPUT"' }
outputs:
  text: \${{ steps.greet.outputs.text }}
  count: \${{ inputs.count }}
`;

describe('workflow validate', () => {
  it('reports every problem at once, each with all the keys that programs rely on', async () => {
    const folder = newFolder();
    const file = workflowFile(folder, 'broken', broken);
    const said = await nexus(['workflow', 'validate', file, '--json']);
    expect(said.code).toBe(2);
    expect(said.json.valid).toBe(false);
    expect(said.json.problems.length).toBeGreaterThanOrEqual(4);
    for (const problem of said.json.problems) {
      expect(Object.keys(problem)).toEqual(
        expect.arrayContaining(['code', 'message', 'hint', 'file', 'line', 'column']),
      );
      expect(problem.file).toBe(file);
      expect(problem.line).toBeGreaterThan(2);
      expect(problem.column).toBeGreaterThan(1);
      expect(problem.hint).toEqual(expect.any(String));
    }
  });

  it('answers in the same shape for what is no file, too large, empty or half written', async () => {
    const folder = newFolder();
    mkdirSync(join(folder, 'folder.yaml'));
    const files = [
      join(folder, 'missing.yaml'),
      join(folder, 'folder.yaml'),
      workflowFile(folder, 'empty', ''),
      workflowFile(folder, 'large', `name: large\n# ${'x'.repeat(2_100_000)}\n`),
      workflowFile(folder, 'half', 'name: half\nsteps:\n  - id: ['),
    ];
    const said = await nexus(['workflow', 'validate', ...files, '--json']);
    expect(said.code).toBe(2);
    expect(said.json.valid).toBe(false);
    for (const file of files) {
      const own = said.json.problems.filter((problem: { file: string }) => problem.file === file);
      expect(own.length, file).toBeGreaterThan(0);
      for (const problem of own) expect(problem.line, file).toEqual(expect.any(Number));
    }
  });

  it('exits 0 and says so for a valid file, without making a home', async () => {
    const folder = newFolder();
    const file = workflowFile(folder, 'hello', hello);
    const said = await nexus(['workflow', 'validate', file, '--json'], {
      home: join(folder, 'never'),
    });
    expect(said.code).toBe(0);
    expect(said.json).toEqual({ valid: true, problems: [] });
    const { access } = await import('node:fs/promises');
    await expect(access(join(folder, 'never'))).rejects.toThrow('ENOENT');
  });
});

describe('workflow run', () => {
  it('prints the run in its documented shape, with --wait and by run show', async () => {
    const folder = newFolder();
    const file = workflowFile(folder, 'hello', hello);
    const home = join(folder, 'a home with ü and 漢');
    const said = await nexus(
      ['workflow', 'run', file, '--input', 'who=you', '--input', 'count=3', '--wait', '--json'],
      { home },
    );
    expect(said.stderr).toBe('');
    expect(said.code).toBe(0);
    expect(said.json.run).toMatchObject({
      workflow: 'hello',
      status: 'succeeded',
      outputs: { text: 'you', count: 3 },
      steps: [
        { id: 'greet', status: 'succeeded', attempts: 1, outputs: { text: 'you' }, error: null },
      ],
    });
    const shown = await nexus(['run', 'show', said.json.run.id, '--json', '--home', home]);
    expect(shown.json).toEqual(said.json);
  });

  it('calls a workflow as its text does, whatever the file is called', async () => {
    const folder = newFolder();
    const file = workflowFile(folder, 'My draft (2)', hello);
    const checked = await nexus(['workflow', 'validate', file, '--json'], { home: folder });
    expect(checked.json).toEqual({ valid: true, problems: [] });
    const said = await nexus(['workflow', 'run', file, '--wait', '--json'], { home: folder });
    expect(said.json.run).toMatchObject({ workflow: 'hello', status: 'succeeded' });
  });

  it('exits 1 for a failed run, with the error of its step', async () => {
    const folder = newFolder();
    const file = workflowFile(
      folder,
      'fails',
      'name: fails\nsteps:\n  - id: no\n    uses: shell\n    with: { run: exit 7 }\n',
    );
    const said = await nexus(['workflow', 'run', file, '--wait', '--json'], { home: folder });
    expect(said.code).toBe(1);
    expect(said.json.run.status).toBe('failed');
    expect(said.json.run.steps[0].error).toMatchObject({
      code: expect.any(String),
      message: expect.stringContaining('7'),
    });
  });

  it('prints id and status at once without --wait, and still sees the work done', async () => {
    const folder = newFolder();
    const file = workflowFile(folder, 'hello', hello);
    const said = await nexus(['workflow', 'run', file, '--json'], { home: folder });
    expect(said.code).toBe(0);
    expect(said.json).toEqual({
      run: { id: expect.stringMatching(/^run_/), status: expect.stringMatching(/queued|running/) },
    });
    const shown = await nexus(['run', 'show', said.json.run.id, '--json'], { home: folder });
    expect(shown.json.run.status).toBe('succeeded');
  });

  // Each of these is the caller's mistake: a script must be able to tell it from a failed run.
  it.each([
    ['an unknown input', ['--input', 'nope=1'], /nope/],
    ['a wrong type', ['--input', 'count=many'], /count/],
    ['a value outside the enumeration', ['--input', 'mode=warp'], /mode/],
    ['no NAME=VALUE', ['--input', 'count'], /NAME=VALUE/],
    ['a step that is not there', ['--from', 'nope'], /nope/],
  ])('exits 2 for %s', async (_what, args, message) => {
    const folder = newFolder();
    const file = workflowFile(folder, 'hello', hello);
    const said = await nexus(['workflow', 'run', file, '--wait', '--json', ...args], {
      home: folder,
    });
    expect(said.json.error).toMatchObject({ code: expect.any(String), hint: expect.any(String) });
    expect(said.stderr).toMatch(message);
    expect(said.stderr).not.toContain('undefined');
    expect(said.code).toBe(2);
  });

  it('exits 2 for an invalid file, a missing file and an unknown name', async () => {
    const folder = newFolder();
    const file = workflowFile(folder, 'broken', broken);
    for (const target of [file, join(folder, 'missing.yaml'), 'unknown-name']) {
      const said = await nexus(['workflow', 'run', target, '--wait', '--json'], { home: folder });
      expect(said.code, target).toBe(2);
      expect(said.json.error.hint ?? said.json.error.details.problems, target).toBeTruthy();
    }
  });
});

describe('bad usage', () => {
  it.each([
    [['frobnicate']],
    [['workflow', 'frobnicate']],
    [['workflow', 'run']],
    [['run', 'list', '--frobnicate']],
    [['run', 'list', '--status', 'done']],
    [['run', 'resolve', 'run_x', 'maybe']],
    [['audit', 'list', '--limit', 'many']],
    [['cron', 'next', '61 * * * *']],
    [['cron', 'next', '0 9 * * *', '--timezone', 'Mars/Base']],
    [['cron', 'next', '0 9 * * *', '--from', 'yesterday']],
    [['serve', '--port', '99999']],
    [['schema', 'nothing']],
    [['completion', 'tcsh']],
  ])('%j exits 2 with a line on stderr and an error as JSON', async (args) => {
    const said = await nexus([...args, '--json'], { home: newFolder() });
    expect(said.code).toBe(2);
    expect(said.stderr).toMatch(/^error: /m);
    expect(said.json.error).toMatchObject({
      code: expect.any(String),
      message: expect.any(String),
    });
  });

  it('exits 1 for what does not exist or does not run', async () => {
    const home = newFolder();
    for (const args of [
      ['run', 'show', 'run_x'],
      ['run', 'cancel', 'run_x'],
      ['status', '--login-link'],
    ])
      expect((await nexus([...args, '--json'], { home })).code, args.join(' ')).toBe(1);
  });
});

describe('the other commands', () => {
  it('cron next prints ISO instants with their offset, --from exclusive, across a DST change', async () => {
    const said = await nexus([
      ...['cron', 'next', '30 2 * * *', '--timezone', 'Europe/Berlin'],
      ...['--from', '2026-03-27T02:30:00+01:00', '--count', '3', '--json'],
    ]);
    expect(said.json.next).toEqual([
      '2026-03-28T02:30:00+01:00',
      '2026-03-29T03:00:00+02:00',
      '2026-03-30T02:30:00+02:00',
    ]);
  });

  it('schedules live: add, list, pause, resume, remove', async () => {
    const home = newFolder();
    const added = await nexus(
      ['cron', 'add', 'welcome', '0 9 * * MON-FRI', '--timezone', 'UTC', '--json'],
      { home },
    );
    const { id } = added.json.schedule;
    const list = await nexus(['cron', 'list', '--json'], { home });
    expect(list.json.schedules).toHaveLength(1);
    expect(list.json.schedules[0].next.length).toBe(10);
    expect((await nexus(['cron', 'pause', id, '--json'], { home })).json.schedule.paused).toBe(
      true,
    );
    expect((await nexus(['cron', 'resume', id, '--json'], { home })).json.schedule.paused).toBe(
      false,
    );
    expect((await nexus(['cron', 'remove', id, '--json'], { home })).json.removed).toBe(true);
    expect((await nexus(['cron', 'remove', id, '--json'], { home })).code).toBe(2);
  });

  it('status tells everything in one shape, whether Nexus runs or not', async () => {
    const home = newFolder();
    const keys = ['pid', 'version', 'home', 'address', 'uptime', 'schedules', 'active_runs'];
    const off = await nexus(['status', '--json'], { home });
    expect(off.code).toBe(0);
    expect(Object.keys(off.json)).toEqual(expect.arrayContaining(keys));
    const server = await serve(home);
    const on = await nexus(['status', '--json'], { home });
    expect(on.json).toMatchObject({
      running: true,
      pid: server.pid,
      home,
      address: server.address,
      schedules: 0,
      active_runs: 0,
    });
    expect(Object.keys(on.json)).toEqual(expect.arrayContaining(keys));
  });

  it('makes a workflow from a template, lists and shows it', async () => {
    const home = newFolder();
    expect(
      (await nexus(['workflow', 'new', 'mine', '--template', 'nightly-backup'], { home })).code,
    ).toBe(0);
    const list = await nexus(['workflow', 'list', '--json'], { home });
    expect(list.json.workflows.map((one: { name: string }) => one.name).sort()).toEqual([
      'mine',
      'welcome',
    ]);
    const shown = await nexus(['workflow', 'show', 'mine'], { home });
    expect(shown.stdout).toMatch(/^name: mine$/m);
    writeFileSync(join(home, 'workflows', 'broken.yaml'), broken);
    const again = await nexus(['workflow', 'list', '--json'], { home });
    const found = again.json.workflows.find((one: { name: string }) => one.name === 'broken');
    expect(found.valid).toBe(false);
  });

  it('writes no escape sequences into a pipe', async () => {
    const home = newFolder();
    for (const args of [
      ['workflow', 'run', 'welcome', '--wait'],
      ['workflow', 'list'],
      ['status'],
    ]) {
      const said = await nexus(args, { home });
      expect(said.stdout + said.stderr, args.join(' ')).not.toContain('\u001b');
    }
  });
});
