import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { closeFabrics, testFabric } from './testing/fabric.ts';
import { startSshd, stopAll, type Sshd } from './testing/sshd.ts';

afterEach(closeFabrics);
afterAll(stopAll);

const impatient = (): Promise<Sshd> =>
  startSshd({ config: ['LoginGraceTime 1', 'PasswordAuthentication yes'] });

describe('a server that waits for an answer no longer', () => {
  it('takes the question for a password away with it, and the next try asks anew', async () => {
    // Bug caught: the window goes on asking for a password that goes nowhere, for minutes.
    const test = testFabric();
    test.host('a', await impatient(), { identity: [], options: { identities_only: true } });
    const closed: string[] = [];
    const over = new AbortController();
    const watching = (async () => {
      for await (const event of test.questions.watch(over.signal))
        if (event.type === 'closed') closed.push(event.id);
    })();
    await expect(test.fabric.run('a', 'true')).rejects.toMatchObject({
      code: 'ssh.auth_too_late',
      message: expect.stringContaining('hung up while it waited for an answer'),
    });
    expect(test.asked).toMatchObject([{ kind: 'password' }]);
    expect(test.questions.list()).toEqual([]);
    await expect.poll(() => closed).toEqual([test.asked[0]!.id]);
    over.abort();
    await watching;
    test.answer = () => 'refuse';
    await expect(test.fabric.run('a', 'true')).rejects.toMatchObject({ code: 'question.refused' });
  });

  it('takes the question for its key away, and is not left alone for a person’s slowness', async () => {
    // Bug caught: nobody answers, the server hangs up, and when the question has had its time the
    // client that is over is told “no”, throws, and ends Nexus.
    const test = testFabric();
    test.host('a', await impatient(), { options: { accept_new: false } });
    for (let again = 0; again < 4; again += 1)
      await expect(test.fabric.run('a', 'true')).rejects.toMatchObject({
        code: 'ssh.auth_too_late',
      });
    expect(test.questions.list()).toEqual([]);
    test.answer = () => ({ answer: 'trust' });
    expect((await test.fabric.run('a', 'echo in')).stdout.toString()).toBe('in\n');
  });
});

describe('a person who gives up', () => {
  it('takes the question along, and is asked anew the next time', async () => {
    const test = testFabric();
    const server = await startSshd({ config: ['PasswordAuthentication yes'] });
    test.host('a', server, { identity: [], options: { identities_only: true } });
    const over = new AbortController();
    const running = test.fabric.run('a', 'true', { signal: over.signal });
    running.catch(() => undefined);
    await expect.poll(() => test.questions.list().length).toBe(1);
    over.abort(new Error('Ctrl-C'));
    await expect(running).rejects.toThrow('Ctrl-C');
    await expect.poll(() => test.questions.list()).toEqual([]);
    expect(test.fabric.health()).toMatchObject([{ state: 'idle' }]);
    test.answer = () => 'refuse';
    await expect(test.fabric.run('a', 'true')).rejects.toMatchObject({ code: 'question.refused' });
    expect(test.asked).toHaveLength(2);
  });
});
