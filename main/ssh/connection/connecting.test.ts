import { describe, expect, it } from 'vitest';
import { NexusError } from '#main/base/errors.ts';
import { held, madeLink, settle } from '../testing/link.ts';
import { sshError } from './errors.ts';

describe('connecting', () => {
  it('is done once for all who ask meanwhile, and never with the signal of the first', async () => {
    const { acquire, asked } = madeLink();
    const { signal } = new AbortController();
    await Promise.all([acquire('command', { signal }), acquire(), acquire('tunnel')]);
    expect(asked).toHaveLength(1);
    expect(asked[0]!.signal).not.toBe(signal);
  });

  it('is given up with the last who wants it, the host is not blamed, and the next one begins anew', async () => {
    // Bug caught: Ctrl-C, and a question for the password stays open for minutes that nobody needs.
    const { acquire, asked, state, link, told } = madeLink();
    state.connect = () =>
      new Promise((_, reject) => {
        const { signal } = asked.at(-1)!;
        signal!.addEventListener('abort', () => reject(signal!.reason as Error));
      });
    const [first, last] = [new AbortController(), new AbortController()];
    const both = [first, last].map(({ signal }) => acquire('command', { signal }));
    for (const one of both) one.catch(() => undefined);
    await settle();
    first.abort(new Error('first'));
    await expect(both[0]).rejects.toThrow('first');
    expect(asked[0]!.signal!.aborted).toBe(false);
    last.abort(new Error('last'));
    await expect(both[1]).rejects.toThrow('last');
    expect(asked[0]!.signal!.reason).toEqual(new Error('last'));
    expect(told.at(-1)).toMatchObject({ state: 'idle' });
    state.connect = () => Promise.resolve();
    expect(await acquire()).toBeDefined();
    expect(asked).toHaveLength(2);
    expect(link.health()).toMatchObject({ state: 'connected' });
    expect(link.health()).not.toHaveProperty('error');
  });

  it('is given up when the host is changed or removed: nobody is asked for it any more', async () => {
    const { acquire, asked, state, link } = madeLink();
    state.connect = () =>
      new Promise((_, reject) => {
        const { signal } = asked.at(-1)!;
        signal!.addEventListener('abort', () => reject(signal!.reason as Error));
      });
    const waiting = acquire();
    await settle();
    link.close();
    await expect(waiting).rejects.toMatchObject({ code: 'ssh.host_changed' });
  });

  it('that nobody could be asked about is tried again for one who can', async () => {
    // Bug caught: figures are fetched in the background while a person opens a terminal, and the
    // person reads that nobody may be asked.
    const { acquire, state, asked } = madeLink();
    const first = held();
    state.connect = () => first.promise;
    const background = acquire();
    background.catch(() => undefined);
    const person = acquire('long', { interactive: true });
    await settle();
    state.connect = () => Promise.resolve();
    first.reject(sshError('host_key_unknown', 'not known', 'confirm it'));
    await expect(background).rejects.toMatchObject({ code: 'ssh.host_key_unknown' });
    expect(await person).toBeDefined();
    expect(asked.map((one) => one.interactive)).toEqual([false, true]);
  });

  it('that fails for another reason fails for both: a person would wait twice as long', async () => {
    const { acquire, state, asked } = madeLink();
    const first = held();
    state.connect = () => first.promise;
    const both = [acquire(), acquire('command', { interactive: true })];
    for (const one of both) one.catch(() => undefined);
    await settle();
    first.reject(sshError('unreachable', 'nothing listens there', 'look'));
    for (const one of both) await expect(one).rejects.toMatchObject({ code: 'ssh.unreachable' });
    expect(asked).toHaveLength(1);
  });

  it('opens the breaker after three failures, not where a person refused; a forced try goes through', async () => {
    const { acquire, state, asked, clock, link } = madeLink();
    const fail = (error: NexusError) => {
      state.connect = () => Promise.reject(error);
      return acquire().catch((thrown: NexusError) => thrown.code);
    };
    for (const code of ['question.refused', 'vault.locked', 'ssh.host_key_changed'])
      expect(await fail(new NexusError({ code, message: code }))).toBe(code);
    for (let i = 0; i < 3; i += 1) await fail(sshError('unreachable', 'm', 'h'));
    expect(await fail(sshError('unreachable', 'm', 'h'))).toBe('ssh.circuit_open');
    expect(asked).toHaveLength(6);
    expect(link.health()).toMatchObject({
      state: 'failing',
      error: { code: 'ssh.unreachable' },
      retry_at: expect.any(String),
    });
    state.connect = () => Promise.resolve();
    expect(await acquire('command', { force: true })).toBeDefined();
    expect(link.health()).toMatchObject({ state: 'connected' });
    expect(link.health()).not.toHaveProperty('error');
    clock.advance(1);
  });

  it('that comes up after the host was changed or removed is closed, and used by nobody', async () => {
    // Bug caught: a command goes to the address that the host had before.
    const { acquire, state, link, wires } = madeLink();
    const dialling = held();
    state.connect = () => dialling.promise;
    const waiting = acquire();
    waiting.catch(() => undefined);
    await settle();
    link.close();
    dialling.resolve();
    await expect(waiting).rejects.toMatchObject({ code: 'ssh.host_changed' });
    expect(wires[0]).toMatchObject({ alive: false, closed: true });
  });

  it('is not begun again by who waited for a place when the host was changed', async () => {
    const { acquire, link, wires } = madeLink();
    await Promise.all(Array.from({ length: 8 }, () => acquire()));
    const waiting = acquire();
    waiting.catch(() => undefined);
    await settle();
    link.close();
    await expect(waiting).rejects.toMatchObject({ code: 'ssh.host_changed' });
    expect(wires).toHaveLength(1);
  });
});
