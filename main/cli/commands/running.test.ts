import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nexusHere, runningNexus, tempFile, tempFolder } from '../here.testing.ts';

const nexus = runningNexus();

describe('nexus cron', () => {
  it('next needs no Nexus, and takes cron, every and at', async () => {
    const nowhere = join(tempFolder(), 'none');
    const next = (...args: string[]) =>
      nexusHere(
        nowhere,
        'cron',
        'next',
        ...args,
        '--count',
        '2',
        '--timezone',
        'UTC',
        '--from',
        '2026-01-01T00:00:00Z',
      );
    expect((await next('0 9 * * *')).stdout).toBe(
      '2026-01-01T09:00:00+00:00\n2026-01-02T09:00:00+00:00\n',
    );
    expect((await next('every 5m', '--json')).json.next).toHaveLength(2);
    expect((await next('at 2026-02-01T08:00')).stdout).toBe('2026-02-01T08:00:00+00:00\n');
    expect(() => statSync(nowhere)).toThrow('ENOENT');
  });

  it('adds by expression, interval and instant; lists, pauses, resumes and removes', async () => {
    expect((await nexus.run('cron', 'list')).stdout).toMatch(/^No schedules yet\. Add one: /);
    const added = await nexus.run(
      'cron',
      'add',
      'welcome',
      '30 2 * * *',
      '--timezone',
      'Europe/Berlin',
      '--jitter',
      '5m',
      '--missed',
      'all',
    );
    expect(added.stdout.split('\n')).toHaveLength(5);
    const { schedules } = await nexus.client.schedules.list({});
    expect(schedules).toMatchObject([
      { workflow: 'welcome', timezone: 'Europe/Berlin', paused: false },
    ]);
    const { id } = schedules[0]!;
    expect((await nexus.run('cron', 'pause', id)).stdout).toBe(`${id} is paused\n`);
    expect((await nexus.run('cron', 'list')).stdout).toMatch(/ paused$/m);
    expect((await nexus.run('cron', 'resume', id)).stdout).toBe(`${id} is active\n`);
    for (const rule of [
      ['--every', '5m'],
      ['--at', '2090-01-01T09:00'],
    ])
      expect((await nexus.run('cron', 'add', 'welcome', ...rule)).code).toBe(0);
    expect((await nexus.run('cron', 'list', '--json')).json.schedules).toHaveLength(3);
    expect((await nexus.run('cron', 'remove', id)).stdout).toBe(`Removed ${id}\n`);
    // As it is called elsewhere: host rm, alert rm, vault rm.
    const left = (await nexus.run('cron', 'list', '--json')).json.schedules[0].id;
    expect((await nexus.run('cron', 'rm', left, '--json')).json).toEqual({ removed: true });
  });

  it.each([
    [['add', 'none', '0 9 * * *'], 'workflow.not_found'],
    [['add', 'welcome'], 'usage.invalid'],
    [['add', 'welcome', '0 9 * * *', '--every', '5m'], 'usage.invalid'],
    [['add', 'welcome', '--every', '0s'], 'schedule.every_invalid'],
    [['add', 'welcome', '--at', '2020-01-01T00:00'], 'schedule.past'],
    [['add', 'welcome', '61 * * * *'], 'schedule.cron_invalid'],
    [['add', 'welcome', '0 9 * * *', '--timezone', 'Mars/Base'], 'schedule.timezone_invalid'],
    [['add', 'welcome', '0 9 * * *', '--jitter', 'some'], 'input.invalid'],
    [['pause', 'none'], 'schedule.unknown'],
    [['remove', 'none'], 'schedule.unknown'],
  ])('%j ends with 2 and [%s], and says what to do', async (args, code) => {
    const said = await nexus.run('cron', ...args);
    expect(said.code).toBe(2);
    expect(said.stderr).toMatch(new RegExp(`^error: .*\\[${code}\\]\nhint: .+\n$`));
  });
});

describe('nexus audit', () => {
  it('lists who did what, narrowed by actor, action and number', async () => {
    await nexus.client.settings.set({ environment: 'staging' });
    const { entries } = (await nexus.run('audit', 'list', '--action', 'settings.set', '--json'))
      .json;
    expect(entries).toMatchObject([
      { actor: 'owner', face: 'cli', action: 'settings.set', outcome: 'allowed' },
    ]);
    expect(
      (await nexus.run('audit', 'list', '--limit', '1')).stdout.trimEnd().split('\n'),
    ).toHaveLength(2);
    expect((await nexus.run('audit', 'list', '--actor', 'nobody')).stdout).toBe(
      'No entry is like that.\n',
    );
  });

  it('exports every entry, one a line, into a file for this user alone, and its chain holds', async () => {
    const out = join(tempFolder(), 'audit.jsonl');
    expect((await nexus.run('audit', 'export', '--out', out)).stdout).toBe('');
    expect(statSync(out).mode & 0o777).toBe(0o600);
    const lines = readFileSync(out, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, at) => at + 1));
    expect((await nexus.run('audit', 'export')).stdout.split('\n').length).toBeGreaterThan(
      lines.length,
    );
    expect((await nexus.run('audit', 'verify')).stdout).toMatch(
      /^✓ \d+ entries, chain intact, head [0-9a-f]{64}\n$/,
    );
  });

  it('is not written where the folder is missing, which is no defect of ours', async () => {
    const said = await nexus.run('audit', 'export', '--out', join(tempFolder(), 'none', 'x'));
    expect([said.code, said.stderr.includes('its folder is not there')]).toEqual([2, true]);
  });
});

describe('nexus alert', () => {
  it('rm of a rule that is not there ends with 1, as text and as JSON', async () => {
    const text = await nexus.run('alert', 'rm', 'none');
    expect([text.code, text.stderr]).toEqual([1, expect.stringContaining('[alert.unknown_rule]')]);
    const json = await nexus.run('alert', 'rm', 'none', '--json');
    expect([json.code, json.json]).toEqual([1, { removed: false }]);
  });

  it('add keeps what its options say', async () => {
    const said = await nexus.run(
      ...['alert', 'add', 'busy', 'memory.available < 512MiB', '--for', '90s', '--no-notify'],
      ...['--hosts', 'tag:web and not old', '--severity', 'critical', '--clear', '1GiB'],
    );
    expect(said.stdout).toBe(
      'busy: memory.available < 512 MiB, until 1 GiB for 90s on tag:web and not old\n',
    );
    const { rules } = await nexus.client.alerts.rules({});
    expect(rules).toMatchObject([
      {
        hosts: 'tag:web and not old',
        severity: 'critical',
        notify: false,
        threshold: 512 * 1024 ** 2,
        clear: 1024 ** 3,
      },
    ]);
    await nexus.run('alert', 'rm', 'busy');
  });

  it('says how to begin where there is nothing', async () => {
    expect((await nexus.run('alert', 'list')).stdout).toMatch(/^No alert rules yet\. Add one: /);
    expect((await nexus.run('alert', 'history')).stdout).toBe('No alert has fired yet.\n');
  });
});

describe('nexus status, serve and schema', () => {
  it('status tells where it runs, and a login link is good once', async () => {
    const said = await nexus.run('status');
    expect(said.stdout).toContain(`runs on ${nexus.home} (pid ${process.pid})`);
    expect((await nexus.run('status', '--json')).json).toMatchObject({
      running: true,
      home: nexus.home,
    });
  });

  it('serve on a home that is taken says so, with what to do', async () => {
    const said = await nexus.run('serve', '--port', '0');
    expect(said.code).toBe(1);
    expect(said.stderr).toMatch(/\[platform\.running\]\nhint: /);
  });

  it('schema prints the published JSON Schema', async () => {
    const said = await nexus.run('schema', 'workflow');
    expect(said.json).toMatchObject({
      type: 'object',
      required: expect.arrayContaining(['steps']),
    });
  });
});

describe('nexus workflow and run', () => {
  const text =
    'name: hello\ninputs: { who: { type: string, default: you } }\nsteps:\n  - { id: say, uses: transform, with: { set: { text: "${{ inputs.who }}" } } }\n';

  it('validate tells each file’s problems where they stand, and hides none behind another', async () => {
    const good = tempFile(text, 'hello.yaml');
    const bad = tempFile('name: bad\nsteps:\n  - { id: a, uses: nothing }\n', 'bad.yaml');
    const said = await nexus.run('workflow', 'validate', good, '/nonexistent.yaml', bad);
    expect(said.code).toBe(2);
    expect(said.stdout).toContain(`✓ ${good} is valid`);
    expect(said.stdout).toContain('✗ /nonexistent.yaml is not valid');
    expect(said.stdout).toMatch(new RegExp(`^${bad}:3:\\d+: error: .*nothing`, 'm'));
  });

  it('run follows to the end and prints the outputs; show prints the same again', async () => {
    const file = tempFile(text, 'hello.yaml');
    const said = await nexus.run('workflow', 'run', file, '--input', 'who=a=b', '--wait', '--json');
    expect(said.code).toBe(0);
    expect(said.json.run.steps[0].outputs).toEqual({ text: 'a=b' });
    const { id } = said.json.run;
    expect((await nexus.run('run', 'show', id, '--json')).json).toEqual(said.json);
    const shown = await nexus.run('run', 'show', id);
    expect(shown.stdout).toMatch(
      new RegExp(`^✓ say \\(transform\\) succeeded .*\n✓ run ${id} succeeded`),
    );
    expect((await nexus.run('run', 'watch', id)).code).toBe(0);
    expect((await nexus.run('run', 'list', '--workflow', 'hello')).stdout).toContain(id);
    expect((await nexus.run('run', 'list', '--workflow', 'none')).stdout).toBe(
      'No run is like that.\n',
    );
  });

  it('approve decides with the choice, the fields and the comment that were given', async () => {
    const ask =
      'name: ask\nsteps:\n  - id: sure\n    uses: approval\n    with: { title: Sure, fields: [{ name: why }] }\n';
    const started = await nexus.run('workflow', 'run', tempFile(ask, 'ask.yaml'), '--json');
    const { id } = started.json.run;
    const approved = await nexus.run(
      'run',
      'approve',
      id,
      '--field',
      'why=because',
      '--comment',
      'fine',
      '--wait',
      '--json',
    );
    expect(approved.code, approved.stderr).toBe(0);
    expect(JSON.stringify(approved.json.run.steps[0].outputs)).toContain('because');
  });

  it('cancel ends a waiting run, and watch tells so with 1', async () => {
    const wait = 'name: wait\nsteps:\n  - { id: long, uses: wait, with: { duration: 1h } }\n';
    const { id } = (await nexus.run('workflow', 'run', tempFile(wait, 'wait.yaml'), '--json')).json
      .run;
    expect((await nexus.run('run', 'cancel', id, '--reason', 'enough')).code).toBe(0);
    const watched = await nexus.run('run', 'watch', id);
    expect(watched.code).toBe(1);
    expect(watched.stdout).toContain(`■ run ${id} cancelled`);
  });

  it.each([
    [['run', 'show', 'none'], 1, 'run.not_found'],
    [['run', 'cancel', 'none'], 1, 'run.not_found'],
    [['run', 'watch', 'none'], 1, 'run.not_found'],
    [['run', 'retry', 'none', '--from', 'middle'], 2, 'usage.invalid'],
    [['run', 'resolve', 'none', 'maybe'], 2, 'usage.invalid'],
    [['run', 'list', '--status', 'done'], 2, 'usage.invalid'],
    [['workflow', 'show', 'none'], 2, 'workflow.not_found'],
    [['workflow', 'new', 'a b'], 2, 'workflow.name'],
    [['workflow', 'new', 'x', '--template', 'none'], 2, 'template.not_found'],
    [['workflow', 'run', './none.yaml'], 2, 'usage.invalid'],
    [['workflow', 'run', 'none'], 2, 'workflow.not_found'],
  ])('%j ends with %i and [%s], and says what to do', async (args, code, error) => {
    const said = await nexus.run(...args);
    expect(said.code).toBe(code);
    expect(said.stderr).toMatch(new RegExp(`^error: .*\\[${error}\\]\nhint: `));
  });
});
