import { once } from 'node:events';
import { MessageChannel, type MessagePort as NodePort } from 'node:worker_threads';
import { RPCLink } from '@orpc/client/message-port';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createNexusClient } from '#contract/client.ts';
import type { Notification } from '#contract/platform.ts';
import type { PortLike } from '#main/api/index.ts';
import { NexusError } from '#main/base/errors.ts';
import { pathsOf } from '#main/base/paths.ts';
import { openPlatform } from '#main/integration/platform.testing.ts';
import { newFolder } from '#main/integration/nexus.testing.ts';
import { createPlatform } from '#main/platform.ts';
import { type Behind, openBehind } from './desktop.ts';

/** What a desktop window does on a home; `shown` are the notifications on its desktop. */
async function openWindow(home: string) {
  const shown: Notification[] = [];
  const heard: (() => void)[] = [];
  const behind = await openBehind({
    socket: pathsOf(home).socket,
    desktop: (note) => {
      shown.push(note);
      for (const tell of heard.splice(0)) tell();
    },
    log: () => undefined,
    async open(): Promise<Behind> {
      const platform = await createPlatform({ home, mode: 'desktop' });
      return {
        bindPort: (port) =>
          platform.api.bindPort(port, { name: 'ada', role: 'admin', face: 'window' }),
        openTerminals: () => platform.openTerminals(),
        power: () => undefined,
        stop: () => platform.close(),
      };
    },
  });
  onTestFinished(() => behind.stop());
  const page = () => {
    const { port1, port2 } = new MessageChannel();
    behind.bindPort(port1 as PortLike);
    const client = createNexusClient(new RPCLink({ port: port2 as NodePort & EventTarget }));
    const closed = once(port2, 'close');
    port2.start();
    onTestFinished(() => port2.close());
    return { client, closed };
  };
  return {
    behind,
    page,
    shown,
    notification: () => new Promise<void>((resolve) => heard.push(resolve)),
  };
}

const notifying = `name: tell
steps:
  - id: tell
    uses: notify
    with: {title: The backup is old}
`;

describe('what stands behind a window', () => {
  it('is its own platform where none runs', async () => {
    const window = await openWindow(newFolder());
    expect(await window.page().client.platform.whoami({})).toMatchObject({ name: 'ada' });
  });

  it('is the platform that has the home already: one truth, seen from both', async () => {
    // Bug caught: a window on the home of a running `nexus serve` shows only a failure.
    const serving = await openPlatform();
    serving.save('tell', notifying);
    const window = await openWindow(serving.home);
    const { client } = window.page();
    expect(await client.platform.whoami({})).toMatchObject({ face: 'window', role: 'admin' });
    const shown = window.notification();
    const { run } = await client.runs.start({ name: 'tell', source: notifying });
    expect((await serving.platform.engine.finished(run.id)).status).toBe('succeeded');
    expect((await client.runs.get({ id: run.id })).run.status).toBe('succeeded');
    // Bug caught: nobody at the desk hears of anything, since the server has no desktop.
    await shown;
    expect(window.shown.map(({ title }) => title)).toContain('The backup is old');
  });

  it('leaves the joined platform running when the window closes', async () => {
    const serving = await openPlatform();
    const window = await openWindow(serving.home);
    const { client, closed } = window.page();
    await client.platform.status({});
    await window.behind.stop();
    expect((await serving.client.platform.status({})).engine).toBe('ready');
    await serving.close();
    await closed;
  });

  it('waits for a joined platform that ended, and joins it again when it is back', async () => {
    // Bug caught: the window takes the home while the server restarts, and the server cannot start.
    const serving = await openPlatform();
    const { home } = serving;
    const window = await openWindow(home);
    const first = window.page();
    await first.client.platform.status({});
    await serving.close();
    await first.closed;
    await window.page().closed;
    const back = await openPlatform({ home });
    const { client } = window.page();
    expect(await client.platform.whoami({})).toMatchObject({ face: 'window' });
    const shown = window.notification();
    await back.start(notifying);
    await shown;
  });

  it('has the joined platform lock its vault when the person leaves the desk, or it sleeps itself', async () => {
    // Bug caught: the screen is locked, and the vault of the server beside it stays open.
    const serving = await openPlatform();
    const { vault } = serving.client;
    const passphrase = 'correct horse battery';
    await vault.init({ passphrase, recovery: false, keychain: false });
    const window = await openWindow(serving.home);
    await window.page().client.platform.status({});
    const locked = () =>
      new Promise<string>((resolve) => {
        const stop = serving.platform.vault.on('locked', ({ reason }) => {
          stop();
          resolve(reason);
        });
      });
    for (const signal of ['sleep', 'screen'] as const) {
      const next = locked();
      window.behind.power(signal);
      expect(await next).toBe(signal);
      await vault.unlock({ passphrase });
    }
    window.behind.power('resume');
    await serving.client.settings.set({ vault_lock_with_screen: false });
    await serving.platform.woke(1);
    expect((await vault.status({})).state).toBe('unlocked');
    await serving.client.settings.set({ vault_lock_with_screen: true });
    await serving.platform.woke(1);
    expect((await vault.status({})).state).toBe('locked');
  });

  it('hides no other failure', async () => {
    const open = () =>
      Promise.reject(
        new NexusError({ code: 'database.corrupt', message: 'x', kind: 'operational' }),
      );
    const options = { socket: 'nowhere', open, desktop: () => undefined, log: () => undefined };
    await expect(openBehind(options)).rejects.toMatchObject({ code: 'database.corrupt' });
  });

  it('opens its own after all where the other one ended in between', async () => {
    // Bug caught: starting the window just as a server stops ends in "already runs".
    let tries = 0;
    const own: Behind = {
      bindPort: () => undefined,
      openTerminals: () => 0,
      power: () => undefined,
      stop: async () => undefined,
    };
    const behind = await openBehind({
      socket: pathsOf(newFolder()).socket,
      desktop: () => undefined,
      log: () => undefined,
      async open() {
        tries += 1;
        if (tries === 1)
          throw new NexusError({ code: 'platform.running', message: 'x', kind: 'operational' });
        return own;
      },
    });
    expect(behind).toBe(own);
  });
});
