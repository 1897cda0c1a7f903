import { afterEach, describe, expect, it } from 'vitest';
import { Connection, retryDelay } from './Connection.ts';
import { useConnection } from './connectionStore.ts';
import { type Channel, Unauthorised } from './transport.ts';

afterEach(() => {
  useConnection.setState({ state: 'connecting', generation: 0 });
});

const link = (name: string) => ({ call: async () => name });

function until(state: string, generation = 0): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      const now = useConnection.getState();
      if (now.state === state && now.generation >= generation) resolve();
    };
    useConnection.subscribe(check);
    check();
  });
}

describe('Connection', () => {
  it('holds calls back while there is no channel, and hands out the new one after a loss', async () => {
    const ends: (() => void)[] = [];
    let made = 0;
    const connection = new Connection(async (): Promise<Channel> => {
      made += 1;
      if (made > 2) throw new Unauthorised('end of test');
      return { link: link(`link ${made}`), closed: new Promise((end) => ends.push(end)) };
    });
    const running = connection.run();
    const call = async () =>
      (await connection.link()).call([], undefined, { context: {}, signal: undefined });
    expect(await call()).toBe('link 1');
    expect(useConnection.getState()).toEqual({ state: 'open', generation: 1 });
    ends[0]?.();
    await until('lost');
    expect(await call()).toBe('link 2');
    expect(useConnection.getState().generation).toBe(2);
    ends[1]?.();
    await running;
    expect(useConnection.getState().state).toBe('unauthorised');
  });

  it('tries again after a failure, but not after being told to log in', async () => {
    let tries = 0;
    await new Connection(async () => {
      tries += 1;
      throw tries === 1 ? new Error('refused') : new Unauthorised('who');
    }).run();
    expect(tries).toBe(2);
    expect(useConnection.getState().state).toBe('unauthorised');
  });
});

describe('retryDelay', () => {
  it('starts at once and never waits longer than five seconds', () => {
    expect([0, 1, 2, 3, 20].map(retryDelay)).toEqual([0, 250, 500, 1000, 5000]);
  });
});
