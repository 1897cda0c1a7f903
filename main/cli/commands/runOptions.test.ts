import { describe, expect, it } from 'vitest';
import { piped, runningNexus, tempFile } from '../here.testing.ts';

const nexus = runningNexus();
const run = (...args: string[]) => nexus.run('workflow', 'run', ...args, '--json');

const shout = tempWorkflow(
  'shout',
  `inputs: { who: { type: string, default: you }, times: { type: integer, default: 1 } }
steps:
  - { id: first, uses: transform, with: { set: { text: "\${{ inputs.who }}", n: "\${{ inputs.times }}" } } }
  - { id: last, uses: transform, with: { set: { at: end } } }
`,
);

function tempWorkflow(name: string, text: string): () => string {
  return () => tempFile(`name: ${name}\n${text}`, `${name}.yaml`);
}

const outputsOf = (said: { json: { run: { steps: { outputs: unknown }[] } } }) =>
  said.json.run.steps.map((step) => step.outputs);

describe('nexus workflow run', () => {
  it('--inputs takes a JSON object from a file or stdin; --input wins over it', async () => {
    const file = tempFile('{"who": "file", "times": 3}');
    const fromFile = await run(shout(), '--inputs', file, '--wait');
    expect(outputsOf(fromFile)[0]).toEqual({ text: 'file', n: 3 });
    const fromStdin = await piped('{"who": "stdin"}', () =>
      run(shout(), '--inputs', '-', '-i', 'times=4', '-w'),
    );
    expect(outputsOf(fromStdin)[0]).toEqual({ text: 'stdin', n: 4 });
    const empty = await piped('', () => run(shout(), '--inputs', '-'));
    expect(empty.json.error).toMatchObject({
      code: 'usage.invalid',
      message: '- does not hold a JSON object.',
    });
  });

  it('--from begins at that step, --from-run with what those before it gave in a run', async () => {
    const before = await run(shout(), '--input', 'who=before', '--wait');
    const { id } = before.json.run as { id: string };
    const said = await run(shout(), '--from', 'last', '--from-run', id, '--wait');
    expect(said.json.run.id).not.toBe(before.json.run.id);
    const [first, last] = said.json.run.steps;
    expect(first).toMatchObject({ attempts: 0, outputs: { text: 'before' } });
    expect(last).toMatchObject({ attempts: 1, status: 'succeeded' });
    const bare = await run(shout(), '--from', 'last', '--wait');
    expect(outputsOf(bare)).toEqual([null, { at: 'end' }]);
    const none = await run(shout(), '--from', 'lst', '--wait');
    expect([none.code, none.json.error.message]).toEqual([2, expect.stringContaining('lst')]);
  });

  it('--dedupe-key starts nothing twice', async () => {
    const first = await run(shout(), '--dedupe-key', 'monday', '--wait');
    const again = await run(shout(), '--dedupe-key', 'monday', '--wait');
    expect(again.json.run.id).toBe(first.json.run.id);
    const other = await run(shout(), '--dedupe-key', 'tuesday', '--wait');
    expect(other.json.run.id).not.toBe(first.json.run.id);
    expect(
      (await nexus.client.runs.list({ workflow: 'shout', limit: 50 })).items.map(({ id }) => id),
    ).toContain(first.json.run.id);
  });
});

describe('nexus run approve', () => {
  const two = tempWorkflow(
    'two',
    `steps:
  - { id: left, uses: approval, needs: [], with: { title: Left } }
  - { id: right, uses: approval, needs: [], with: { title: Right, choices: [approve, later, reject] } }
`,
  );

  it('--step says which of several, --reject and --choice what', async () => {
    const { id } = (await run(two())).json.run as { id: string };
    const unnamed = await nexus.run('run', 'approve', id);
    expect(unnamed.code).toBe(2);
    expect(unnamed.stderr).toMatch(/\[approval\.ambiguous\]\nhint: Say which: left, right\.\n$/);
    const later = await nexus.run('run', 'approve', id, '--step', 'right', '--choice', 'later');
    expect(later.code, later.stderr).toBe(0);
    const rejected = await nexus.run('run', 'approve', id, '--step', 'left', '--reject', '-w');
    expect(rejected.code).toBe(0);
    const { run: ended } = await nexus.client.runs.get({ id });
    const steps = Object.fromEntries(ended.steps.map((step) => [step.id, step]));
    expect(steps['right']).toMatchObject({ outputs: { choice: 'later' } });
    expect(steps['left']).toMatchObject({ outputs: { choice: 'reject' } });
  });

  it('--index says which item of a foreach, and a field reaches it', async () => {
    const each = tempWorkflow(
      'each',
      `steps:
  - id: ask
    uses: approval
    foreach: "\${{ ['a', 'b'] }}"
    with: { title: "For \${{ item }}", fields: [{ name: why }] }
`,
    );
    const { id } = (await run(each())).json.run as { id: string };
    for (const index of ['1', '0']) {
      const said = await nexus.run(
        ...['run', 'approve', id, '--step', 'ask', '--index', index, '-f', `why=item ${index}`],
      );
      expect(said.code, said.stderr).toBe(0);
    }
    const watched = await nexus.run('run', 'watch', id, '--json');
    expect(watched.json.run.status).toBe('succeeded');
    const { items } = watched.json.run.steps[0];
    expect(items.map((one: { outputs: unknown }) => one.outputs)).toMatchObject([
      { fields: { why: 'item 0' } },
      { fields: { why: 'item 1' } },
    ]);
  });
});

describe('nexus cron add', () => {
  // Bug caught: the firings stood there in UTC, whatever zone was asked for.
  it.each([
    [['cron', 'add', 'welcome', '--every', '5m'], /: .*5 min.*\n {2}\d{4}-/i],
    [
      ['cron', 'add', 'welcome', '--at', '2090-07-01T09:00', '--timezone', 'Europe/Berlin'],
      /\n {2}2090-07-01T09:00:00\+02:00\n$/,
    ],
    [
      ['cron', 'add', 'welcome', '30 2 * * *', '--timezone', 'Asia/Tokyo'],
      /T02:30:00\+09:00\n.*T02:30:00\+09:00\n/,
    ],
  ])('%j is told in words and firings, in the zone that was asked for', async (args, words) => {
    const said = await nexus.run(...args);
    expect([said.code, said.stderr]).toEqual([0, '']);
    expect(said.stdout).toMatch(words);
  });
});
