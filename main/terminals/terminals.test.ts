import { describe, expect, it } from 'vitest';
import { NexusError } from '#main/base/errors.ts';
import type { ShellChannel } from './channel.ts';
import { admin, openTerminals, PlayedShell, Sight, untilListed } from './terminals.testing.ts';

const size = { cols: 80, rows: 24 };

/** Terminals whose shells the test plays, one after the other. */
function played() {
  const shells: PlayedShell[] = [];
  const opened = openTerminals({
    openHostShell: async () => {
      shells.push(new PlayedShell());
      return shells.at(-1)!;
    },
  });
  return { ...opened, shells };
}

describe('all terminals', () => {
  it('are at most 64, and a place is free again when one is closed', async () => {
    // Bug caught: a script that opens terminals in a loop takes all memory and all ptys.
    const { terminals } = played();
    for (let i = 0; i < 64; i += 1) await terminals.openHost({ ...size, host: `h${i}` }, admin);
    const one = () => terminals.openHost({ ...size, host: 'one-more' }, admin);
    await expect(one()).rejects.toMatchObject({ code: 'terminal.too_many' });
    expect(terminals.count).toBe(64);
    await terminals.closeOne(terminals.list(admin)[0]!.id, admin);
    expect((await one()).host).toBe('one-more');
  });

  it('on a host ask for it by its id, so that they come back after it was renamed', async () => {
    // Bug caught: the old name is looked up when the link was lost, and there is no such host.
    const asked: string[] = [];
    const { terminals } = openTerminals({
      hostId: (name) => (name === 'web' ? 'host_1' : undefined),
      openHostShell: async (host) => {
        asked.push(host);
        return new PlayedShell();
      },
    });
    for (const host of ['web', 'unknown']) {
      const { id } = await terminals.openHost({ ...size, host }, admin);
      expect(await untilListed(terminals, id, (one) => one.state === 'running')).toMatchObject({
        host,
      });
    }
    expect(asked).toEqual(['host_1', 'unknown']);
  });

  it('are told of as they are, and again with every change, to whoever watches', async () => {
    const { terminals, shells } = played();
    const { id } = await terminals.openHost({ ...size, host: 'web', title: 'mine' }, admin);
    expect(await untilListed(terminals, id, (one) => one.state === 'running')).toMatchObject({
      title: 'mine',
      host: 'web',
      kind: 'ssh',
      owner: 'owner',
      ...size,
    });
    shells[0]!.say('\x1b]2;what the program says\x07');
    terminals.rename(id, '', admin);
    await untilListed(terminals, id, (one) => one.title === 'what the program says');
    terminals.rename(id, '\u202egnp.exe\n', admin);
    await untilListed(terminals, id, (one) => one.title === 'gnp.exe');
    terminals.resize(id, { cols: 132, rows: 50 }, admin);
    await untilListed(terminals, id, (one) => one.cols === 132);
  });

  it('tell many changes at once as one', async () => {
    // Bug caught: a program that changes its title a thousand times a second floods every window.
    const { terminals } = played();
    const { id } = await terminals.openHost({ ...size, host: 'web' }, admin);
    await untilListed(terminals, id, (one) => one.state === 'running');
    const stop = new AbortController();
    const changes = terminals.watch(admin, stop.signal);
    await changes.next();
    for (let i = 0; i < 1000; i += 1) terminals.rename(id, `title ${i}`, admin);
    const { value } = await changes.next();
    expect(value?.terminals[0]?.title).toBe('title 999');
    const next = changes.next();
    stop.abort();
    expect((await next).done).toBe(true);
  });

  it('say that there are no hosts where there is no fabric', async () => {
    const { terminals } = openTerminals();
    await expect(terminals.openHost({ ...size, host: 'web' }, admin)).rejects.toMatchObject({
      code: 'terminal.no_hosts',
    });
    expect(terminals.count).toBe(0);
  });

  it('all end with the platform, one that is being connected too', async () => {
    // Bug caught: a shell that opens a moment after Nexus was quit, and nobody ever closes it.
    const { terminals, shells } = played();
    await terminals.openHost({ ...size, host: 'a' }, admin);
    let arrive: (shell: ShellChannel) => void = () => undefined;
    const slow = openTerminals({
      openHostShell: () => new Promise((resolve) => (arrive = resolve)),
    });
    await slow.terminals.openHost({ ...size, host: 'b' }, admin);
    await terminals.close();
    await slow.terminals.close();
    const late = new PlayedShell();
    arrive(late);
    await expect.poll(() => late.closed).toBe(true);
    expect(shells[0]!.closed).toBe(true);
    expect(terminals.list(admin)).toEqual([]);
  });

  it('leave no session behind when a local shell cannot be opened', async () => {
    const { terminals } = openTerminals();
    const open = () => terminals.openLocal({ ...size, shell: '/no/such/shell' }, admin);
    await expect(open()).rejects.toBeInstanceOf(NexusError);
    expect(terminals.count).toBe(0);
  });

  it('give a viewer that comes in the middle of a flood a whole screen', async () => {
    // Bug caught: half an escape sequence at the beginning, or a line that is there twice.
    const { terminals, shells } = played();
    const { id } = await terminals.openHost({ ...size, host: 'web' }, admin);
    await untilListed(terminals, id, (one) => one.state === 'running');
    const sights: Sight[] = [];
    for (let i = 0; i < 200; i += 1) {
      shells[0]!.say(`\x1b[3${i % 8}m${'█'.repeat(i % 90)} line ${i}\x1b[0m\r\n`);
      if (i % 40 === 0) sights.push(new Sight(terminals, id));
      if (i % 7 === 0) await new Promise((go) => setImmediate(go));
    }
    shells[0]!.say('the end');
    for (const sight of sights) await sight.until((one) => one.text.includes('the end'));
    const late = new Sight(terminals, id);
    await late.until((one) => one.snapshots > 0);
    const expected = (await late.screen.snapshot()).text;
    for (const sight of sights) expect((await sight.screen.snapshot()).text).toBe(expected);
  });
});
