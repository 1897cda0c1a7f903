import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NexusClient, readStream } from '#contract/client.ts';
import type { ExecEvent } from '#contract/hostCommands.ts';
import type { HostInput } from '#contract/hosts.ts';
import type { Question } from '#contract/questions.ts';
import { makeKey, startSshd, stopAll, type Sshd } from '#main/ssh/testing/sshd.ts';
import { withUser } from '#main/ssh/testing/user.ts';
import { statuses } from '#main/workflows/engine/testing.ts';
import { newFolder, until } from './nexus.testing.ts';
import { openPlatform, outputsOf } from './platform.testing.ts';

const PASSPHRASE = 'correct horse battery staple';
const KEY_PASSPHRASE = 'the words of the key';
const PASSWORD = 'the password of the host 9';
const USER = 'nexus-vault-test';
let sshd: Sshd;
let encrypted: string;

withUser(USER, PASSWORD);
beforeAll(async () => {
  sshd = await startSshd({ config: ['UsePAM yes', 'PasswordAuthentication yes'] });
  encrypted = makeKey(join(sshd.dir, 'encrypted'), 'ed25519', KEY_PASSPHRASE);
  appendFileSync(join(sshd.dir, 'authorized'), readFileSync(`${encrypted}.pub`));
});
afterAll(stopAll);

/** A platform with a locked vault that holds what its hosts need: `key`, `password`, and `open`, which needs nothing. */
async function locked() {
  const platform = await openPlatform();
  const { client } = platform;
  await client.vault.init({ passphrase: PASSPHRASE, recovery: false });
  await client.vault.set({ name: 'KEY_PASS', value: KEY_PASSPHRASE });
  await client.vault.set({ name: 'HOST_PASS', value: PASSWORD });
  const add = (name: string, more: Partial<HostInput>) =>
    client.hosts.add({
      name,
      address: '127.0.0.1',
      port: sshd.port,
      user: sshd.user,
      ...more,
      options: { accept_new: true, identity_agent: 'none', ...more.options },
    });
  await add('key', { identity: [encrypted], options: { passphrase_secret: 'KEY_PASS' } });
  await add('password', { user: USER, options: { password_secret: 'HOST_PASS' } });
  await add('open', { identity: [sshd.key] });
  await client.vault.lock({});
  return { ...platform, add };
}

/** Runs a command on hosts; resolves with what came of each. */
async function exec(client: NexusClient, hosts: string, command: string, interactive = true) {
  const ended: Extract<ExecEvent, { type: 'end' }>[] = [];
  const { signal } = new AbortController();
  const stream = client.hosts.exec({ hosts, command, interactive }, { signal });
  for await (const event of readStream(client, stream, signal))
    if (event.type === 'end') ended.push(event);
  return ended.toSorted((a, b) => (a.host < b.host ? -1 : 1));
}

const questionsOf = async (client: NexusClient): Promise<Question[]> =>
  (await client.questions.list({})).questions;
const nextQuestion = (client: NexusClient, after?: string): Promise<Question> =>
  until(async () => (await questionsOf(client)).find((one) => one.id !== after));

async function audited(client: NexusClient, action: string) {
  const { items } = await client.audit.list({ action, limit: 100 });
  return items
    .toReversed()
    .map(({ actor, outcome, code, details }) => ({ actor, outcome, code, details }));
}

describe('a login that needs a secret of a locked vault', () => {
  it('asks for the passphrase, again where it was wrong, and goes on', async () => {
    // Bug caught: the connection fails, and the person has to unlock elsewhere and type the command anew.
    const { client } = await locked();
    const done = exec(client, 'key', 'echo in');
    const first = await nextQuestion(client);
    expect(first).toMatchObject({
      kind: 'unlock',
      subject: 'key',
      text: expect.stringContaining('KEY_PASS'),
      fields: [{ name: 'passphrase', type: 'secret', required: true }],
    });
    await client.questions.answer({ id: first.id, values: { passphrase: 'not that one' } });
    const second = await nextQuestion(client, first.id);
    expect(second.text).toBe('That was not the passphrase.');
    await client.questions.answer({ id: second.id, values: { passphrase: PASSPHRASE } });
    expect(await done).toMatchObject([{ host: 'key', exit_code: 0 }]);
    expect((await client.vault.status({})).state).toBe('unlocked');
    // Who used it, where, and that somebody tried to unlock it.
    expect(await audited(client, 'vault.use')).toEqual([
      {
        actor: 'owner',
        outcome: 'allowed',
        code: undefined,
        details: { name: 'KEY_PASS', host: 'key' },
      },
    ]);
    expect(await audited(client, 'vault.unlock')).toEqual([
      {
        actor: 'question',
        outcome: 'failed',
        code: 'vault.wrong_passphrase',
        details: { host: 'key' },
      },
      { actor: 'question', outcome: 'allowed', code: undefined, details: { host: 'key' } },
    ]);
    const { secrets } = await client.vault.list({});
    expect(secrets.find((one) => one.name === 'KEY_PASS')).toMatchObject({
      uses: 1,
      last_used_by: 'owner',
    });
  });

  it('asks once for all hosts, and unlocking it elsewhere is an answer too', async () => {
    const { client } = await locked();
    const done = exec(client, 'key or password or open', 'echo in');
    const question = await nextQuestion(client);
    await client.vault.unlock({ passphrase: PASSPHRASE });
    const ended = await done;
    expect(ended.map(({ host, exit_code }) => [host, exit_code])).toEqual([
      ['key', 0],
      ['open', 0],
      ['password', 0],
    ]);
    expect(await questionsOf(client)).toEqual([]);
    await expect(client.questions.refuse({ id: question.id })).rejects.toMatchObject({
      code: 'question.not_found',
    });
    const used = await audited(client, 'vault.use');
    expect(used.map(({ details }) => (details as { host: string }).host).toSorted()).toEqual([
      'key',
      'password',
    ]);
  });

  it('fails as locked where a person refuses or the third passphrase is wrong, and asks anew next time', async () => {
    const { client } = await locked();
    const refused = exec(client, 'password', 'echo in');
    const question = await nextQuestion(client);
    await client.questions.refuse({ id: question.id });
    expect(await refused).toMatchObject([{ error: { code: 'vault.locked' } }]);
    const wrong = exec(client, 'password', 'echo in');
    let last: string | undefined;
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const next = await nextQuestion(client, last);
      last = next.id;
      await client.questions.answer({ id: next.id, values: { passphrase: `wrong ${attempt}` } });
    }
    expect(await wrong).toMatchObject([{ error: { code: 'vault.locked' } }]);
    // Whether somebody opens the vault says nothing of the host: it is not left alone for it.
    const { connections } = await client.hosts.health({});
    expect(connections.find((one) => one.host === 'password')).not.toHaveProperty('retry_at');
    const right = exec(client, 'password', 'id -un');
    const again = await nextQuestion(client);
    await client.questions.answer({ id: again.id, values: { passphrase: PASSPHRASE } });
    expect(await right).toMatchObject([{ exit_code: 0 }]);
  });

  it('asks nobody where nobody may be asked, also while another waits for an answer', async () => {
    const { client } = await locked();
    expect(await exec(client, 'key', 'echo in', false)).toMatchObject([
      { error: { code: 'vault.locked' } },
    ]);
    expect(await questionsOf(client)).toEqual([]);
    // Bug caught: a person who comes while such a login goes on gets its failure and no question.
    const silent = exec(client, 'key', 'echo in', false);
    const asked = exec(client, 'key', 'echo in');
    const question = await nextQuestion(client);
    await client.questions.answer({ id: question.id, values: { passphrase: PASSPHRASE } });
    expect(await asked).toMatchObject([{ exit_code: 0 }]);
    expect(await silent).toHaveLength(1);
  });

  it('goes on by the system’s ssh as well, and in a terminal', async () => {
    const { client, add } = await locked();
    await add('system', {
      identity: [encrypted],
      options: { passphrase_secret: 'KEY_PASS', client: 'openssh' },
    });
    const done = exec(client, 'system', 'echo in');
    const question = await nextQuestion(client);
    expect(question).toMatchObject({ kind: 'unlock', subject: 'system' });
    await client.questions.answer({ id: question.id, values: { passphrase: PASSPHRASE } });
    expect(await done).toMatchObject([{ exit_code: 0 }]);
    await client.vault.lock({});
    const opened = client.terminals.connect({ host: 'password', cols: 80, rows: 24 });
    const other = await nextQuestion(client, question.id);
    await client.questions.answer({ id: other.id, values: { passphrase: PASSPHRASE } });
    const { id } = (await opened).terminal;
    const state = async () =>
      (await client.terminals.list({})).terminals.find((one) => one.id === id)?.state;
    expect(await until(async () => (await state()) === 'running')).toBe(true);
    const used = await audited(client, 'vault.use');
    expect(used.map(({ details }) => (details as { host: string }).host)).toEqual([
      'system',
      'password',
    ]);
  });
});

describe('a step that needs it', () => {
  it('waits, asks nobody a question, and goes on with the run’s name in the audit log', async () => {
    const { client, start, platform } = await locked();
    const id = await start(`name: backup
steps:
  - { id: who, uses: ssh, with: { hosts: password, run: id -un } }
`);
    await until(async () => (await client.vault.status({})).paused.length === 1);
    expect(await questionsOf(client)).toEqual([]);
    await client.vault.unlock({ passphrase: PASSPHRASE });
    const run = await platform.engine.finished(id);
    expect(outputsOf(run, 'who')['stdout']).toBe(USER);
    expect(await audited(client, 'vault.use')).toEqual([
      {
        actor: 'workflow:backup',
        outcome: 'allowed',
        code: undefined,
        details: { name: 'HOST_PASS', host: 'password', run: id },
      },
    ]);
  });

  it('of several hosts waits before the first is touched', async () => {
    // Bug caught: the script has run on the hosts without a secret, and runs there once more after unlocking.
    const { client, start, platform } = await locked();
    const mark = join(newFolder(), 'ran');
    const id = await start(`name: many
steps:
  - id: mark
    uses: ssh
    with: { hosts: open or password, run: 'umask 000; [ "$(id -u)" != 0 ] || echo "$(id -un)" >> ${mark}' }
`);
    await until(async () => (await client.vault.status({})).paused.length === 1);
    expect(existsSync(mark)).toBe(false);
    await client.vault.unlock({ passphrase: PASSPHRASE });
    const run = await platform.engine.finished(id);
    expect(statuses(run)).toEqual({ mark: 'succeeded' });
    expect(readFileSync(mark, 'utf8')).toBe('root\n');
  });

  it('needs no vault where the connection is there already', async () => {
    const { client, run } = await locked();
    await client.vault.unlock({ passphrase: PASSPHRASE });
    expect(await exec(client, 'key or password', 'true')).toHaveLength(2);
    await client.vault.lock({});
    const ended = await run(`name: warm
steps:
  - { id: say, uses: ssh, with: { hosts: key or password, run: echo warm } }
`);
    expect(statuses(ended)).toEqual({ say: 'succeeded' });
  });
});
