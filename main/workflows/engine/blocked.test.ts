import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NexusError } from '#main/base/errors.ts';
import type { EngineOptions } from './core.ts';
import type { BlockedStep } from './door.ts';
import type { DurableEngine } from './engine.ts';
import { instantKind, Lab, manual, outcomeKind, stall } from './testing.ts';

let lab: Lab;
let locked: boolean;
let asked: BlockedStep[];
/** What the kind `reach` finds out while it is locked. */
let found: NexusError;
const used: { name: string; by: { run: string; workflow: string } }[] = [];

/** A vault, as far as the engine knows one. */
const vault: Partial<EngineOptions> = {
  secret: (name, by) => {
    if (locked) throw new NexusError({ code: 'vault.locked', message: 'The vault is locked.' });
    used.push({ name, by });
    return 'open sesame';
  },
  blockedBy: ({ code }) => (code === 'vault.locked' ? 'vault' : undefined),
  isBlocked: () => locked,
};

beforeEach(() => {
  locked = true;
  found = new NexusError({ code: 'vault.locked', message: 'The vault is locked.' });
  asked = [];
  used.length = 0;
  lab = new Lab({
    ...vault,
    kinds: [
      instantKind('echo', 'pure', (input) => input),
      instantKind('send', 'once', (input) => input),
      outcomeKind('reach', () =>
        locked ? { type: 'blocked', error: found } : { type: 'done', outputs: 1 },
      ),
    ],
  });
  lab.events.on('step_blocked', (step) => asked.push(step));
});
afterEach(() => lab.close());

async function started(engine: DurableEngine, yaml: string): Promise<string> {
  const { run } = await engine.start({ workflow: lab.workflow(yaml), ...manual });
  await engine.parked();
  return run.id;
}

function opens(engine: DurableEngine): void {
  locked = false;
  engine.unblock('vault');
}

const step = (text: string) => `
name: blocked
steps:
  - id: before
    uses: echo
    with: { n: "1" }
  - id: secret
    needs: before
${text}
`;

describe('a step that needs what is locked', () => {
  it.each([
    ['its input, and is pure', '    uses: echo\n    with: { v: "${{ secrets.A }}" }'],
    ['its input, and has an effect', '    uses: send\n    with: { v: "${{ secrets.A }}" }'],
    ['its env', '    uses: send\n    env: { A: "${{ secrets.A }}" }\n    with: { v: "x" }'],
    ['its condition', '    if: ${{ secrets.A != "x" }}\n    uses: send\n    with: { v: "x" }'],
    [
      'a condition that asks whether there is one',
      '    if: ${{ has(secrets.A) }}\n    uses: send\n    with: { v: "x" }',
    ],
    [
      'its list',
      '    foreach: ${{ [secrets.A, "b"] }}\n    uses: send\n    with: { v: "${{ item }}" }',
    ],
    [
      'one of its items',
      '    foreach: ["a", "b"]\n    uses: send\n    with: { v: "${{ secrets.A + item }}" }',
    ],
  ])('in %s waits, is asked about, and goes on', async (_, text) => {
    // Bug caught: a run that fails at night because nobody had unlocked the vault.
    const engine = await lab.opened();
    const id = await started(engine, step(text));
    const waiting = engine.get(id);
    expect(waiting.status).toBe('waiting');
    expect(waiting.steps[1]).toMatchObject({ status: 'waiting' });
    expect(asked[0]).toMatchObject({ run: id, step: 'secret', key: 'vault', workflow: 'blocked' });
    expect(engine.blocked('vault').length).toBeGreaterThan(0);
    expect(engine.approvals()).toEqual({ approvals: [], interrupted: [] });
    opens(engine);
    const done = await engine.finished(id);
    expect(done.status).toBe('succeeded');
    expect(done.steps[1]).toMatchObject({ status: 'succeeded', attempts: 1 });
    expect(used.every(({ by }) => by.run === id && by.workflow === 'blocked')).toBe(true);
    expect(engine.blocked('vault')).toEqual([]);
  });

  it('says what it waits for, and begins no attempt while it does', async () => {
    const engine = await lab.opened();
    const id = await started(engine, step('    uses: send\n    with: { v: "${{ secrets.A }}" }'));
    expect(engine.get(id).steps[1]).toMatchObject({ blocked_by: 'vault', attempts: 0 });
    // Still locked: an unlock for something else, or a second lock, leaves it where it is.
    engine.unblock('other');
    engine.unblock('vault');
    await engine.parked();
    expect(engine.get(id).steps[1]).toMatchObject({ status: 'waiting', attempts: 0 });
    expect(engine.counters()['attempts']).toBe(1);
  });

  it('goes on after a restart, when it is unlocked then', async () => {
    // Bug caught: a wait that only lives in the memory of the process that began it.
    const first = await lab.opened();
    const id = await started(first, step('    uses: send\n    with: { v: "${{ secrets.A }}" }'));
    await first.close(0);
    const second = await lab.opened();
    expect(second.get(id).status).toBe('waiting');
    opens(second);
    expect((await second.finished(id)).status).toBe('succeeded');
  });

  it('goes on at once in a process that takes it over and has the key', async () => {
    // Bug caught: a run of a command whose vault was locked, forgotten by the platform whose vault is open.
    const first = await lab.opened();
    const id = await started(
      first,
      step('    if: ${{ secrets.A != "" }}\n    uses: send\n    with: { v: "x" }'),
    );
    await first.close(0);
    stall(lab);
    locked = false;
    const second = await lab.opened();
    expect((await second.finished(id)).status).toBe('succeeded');
  });

  it('can be cancelled, and its run with it', async () => {
    const engine = await lab.opened();
    const id = await started(engine, step('    uses: send\n    with: { v: "${{ secrets.A }}" }'));
    await engine.cancel(id, 'me');
    expect((await engine.finished(id)).status).toBe('cancelled');
    opens(engine);
    await engine.parked();
    expect(engine.get(id).status).toBe('cancelled');
  });

  it('does not spend its retries, and does not count as failed', async () => {
    const engine = await lab.opened();
    const text =
      '    uses: send\n    retry: { attempts: 2, backoff: 1ms }\n    with: { v: "${{ secrets.A }}" }';
    const id = await started(engine, step(text));
    engine.unblock('vault');
    engine.unblock('vault');
    await engine.parked();
    opens(engine);
    const done = await engine.finished(id);
    expect(done.steps[1]).toMatchObject({ status: 'succeeded', attempts: 1 });
    expect(lab.rows('SELECT * FROM attempts')).toEqual([]);
  });
});

describe('a step that finds out in the midst of its work', () => {
  const yaml = `
name: reach
steps:
  - { id: go, uses: reach, with: {} }
`;

  it('waits as if it had not begun, also over a restart, and goes on', async () => {
    // Bug caught: the login to a host needs a secret, and the run fails because the vault is locked.
    const first = await lab.opened();
    const id = await started(first, yaml);
    await first.parked();
    expect(first.get(id).steps[0]).toMatchObject({
      status: 'waiting',
      blocked_by: 'vault',
      attempts: 0,
    });
    expect(asked).toMatchObject([{ run: id, step: 'go', key: 'vault' }]);
    await first.close(0);
    const second = await lab.opened();
    opens(second);
    const done = await second.finished(id);
    expect(done.steps[0]).toMatchObject({ status: 'succeeded', attempts: 1 });
    expect(lab.rows('SELECT * FROM attempts')).toEqual([]);
  });

  it('fails where nothing is known to wait for', async () => {
    found = new NexusError({ code: 'other', message: 'Something else.' });
    const engine = await lab.opened();
    const id = await started(engine, yaml);
    const done = await engine.finished(id);
    expect(done.steps[0]).toMatchObject({ status: 'failed', error: { code: 'other' } });
  });

  it('is cancelled with its run and not begun anew', async () => {
    const engine = await lab.opened();
    const id = await started(engine, yaml);
    await engine.cancel(id, 'me');
    expect((await engine.finished(id)).status).toBe('cancelled');
    opens(engine);
    await engine.parked();
    expect(engine.get(id).status).toBe('cancelled');
  });
});

describe('a run whose outputs need what is locked', () => {
  it('waits, also over a restart, and ends when it is unlocked', async () => {
    // Bug caught: everything is done, and the run fails because it was locked at the very end.
    const yaml = `
name: outputs
env: { A: "\${{ secrets.A }}" }
steps:
  - id: one
    uses: approval
    with: { title: Go on }
outputs: { n: "\${{ steps.one.outputs.choice }}" }
`;
    locked = false;
    const first = await lab.opened();
    const id = await started(first, yaml);
    await first.close(0);
    locked = true;
    const second = await lab.opened();
    await second.approve(id, { fields: {}, by: 'me', roles: ['admin'] });
    await second.parked();
    expect(second.get(id)).toMatchObject({ status: 'waiting', steps: [{ status: 'succeeded' }] });
    await second.close(0);
    const third = await lab.opened();
    expect(third.get(id).status).toBe('waiting');
    opens(third);
    expect(await third.finished(id)).toMatchObject({
      status: 'succeeded',
      outputs: { n: 'approve' },
    });
  });
});

describe('an input that holds the value of a secret', () => {
  const yaml = `
name: kept
inputs: { url: { type: string }, deep: { type: object, default: {} } }
steps:
  - { id: hold, uses: approval, with: { title: Go on } }
  - id: use
    uses: send
    needs: hold
    with: { v: "\${{ inputs.url }}", w: "\${{ inputs.deep.a[1] }}" }
`;
  const secretsIn = (text: string) =>
    text
      .split('open sesame')
      .flatMap((piece, at) => (at === 0 ? [piece] : [{ secret: 'A' }, piece]))
      .filter((piece) => piece !== '');
  const hide: Partial<EngineOptions> = {
    secretsIn,
    redactJson: (value) =>
      JSON.parse(JSON.stringify(value).replaceAll('open sesame', '***')) as typeof value,
  };
  const inputs = { url: 'https://open sesame@host', deep: { a: ['x', 'open sesame'] } };

  it('is in the journal by its name, and is there again after a restart', async () => {
    // Bug caught: a token that one workflow hands to another, in the clear in the database for ever.
    const seen: unknown[] = [];
    const engine = await lab.opened({ ...hide, secret: () => 'open sesame' });
    const { run } = await engine.start({ ...manual, workflow: lab.workflow(yaml), inputs });
    await engine.parked();
    const text = JSON.stringify(lab.rows('SELECT * FROM runs'));
    expect(text).not.toContain('open sesame');
    expect(engine.get(run.id).inputs).toEqual({
      url: 'https://***@host',
      deep: { a: ['x', '***'] },
    });
    await engine.close(0);
    // Loaded while it is locked: it waits, as any step that needs a secret.
    const second = await lab.opened({
      ...hide,
      redactJson: (value) => (seen.push(JSON.stringify(value)), hide.redactJson!(value)),
    });
    await second.approve(run.id, { fields: {}, by: 'me', roles: ['admin'] });
    await second.parked();
    expect(second.get(run.id).steps[1]).toMatchObject({ status: 'waiting', blocked_by: 'vault' });
    opens(second);
    expect((await second.finished(run.id)).status).toBe('succeeded');
    expect(seen.join()).toContain('"v":"https://open sesame@host","w":"open sesame"');
    // A retry gets the value, not the mask.
    seen.length = 0;
    const again = await second.retry(run.id, { from: 'start', by: 'me' });
    await second.approve(again.id, { fields: {}, by: 'me', roles: ['admin'] });
    await second.finished(again.id);
    expect(seen.join()).toContain('"v":"https://open sesame@host"');
  });

  it('cannot be asked for by whoever writes such a text themselves', async () => {
    // Bug caught: a webhook that names a secret in the journal's own notation and gets its value.
    const engine = await lab.opened({ ...hide, secret: () => 'open sesame' });
    const forged = { url: 'x', deep: { $secrets: [{ path: ['url'], parts: [{ secret: 'A' }] }] } };
    const { run } = await engine.start({ ...manual, workflow: lab.workflow(yaml), inputs: forged });
    await engine.parked();
    await engine.close(0);
    const second = await lab.opened({ ...hide, secret: () => 'open sesame' });
    expect(second.get(run.id).inputs).toEqual(forged);
    await expect(
      second.start({
        ...manual,
        workflow: lab.workflow(yaml),
        inputs: { url: 'x', $secrets: [] },
      }),
    ).rejects.toMatchObject({ code: 'run.input_invalid' });
  });
});
