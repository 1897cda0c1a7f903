import { describe, expect, it } from 'vitest';
import type { Caller } from '#contract/platform.ts';
import { ManualClock } from '#main/base/clock.ts';
import { NexusError } from '#main/base/errors.ts';
import {
  admin,
  openTerminals,
  played,
  PlayedShell,
  Sight,
  untilListed,
} from './terminals.testing.ts';

const size = { cols: 80, rows: 24 };
const operator: Caller = { name: 'olga', role: 'operator', face: 'dashboard' };

describe('a session', () => {
  it('is there for whoever comes back, with the screen that was left', async () => {
    // Bug caught: a reload loses the scrollback, or shows the last line twice.
    const { terminals, shell, id } = await played();
    const first = new Sight(terminals, id);
    for (let i = 1; i <= 200; i += 1) shell.say(`\x1b[3${i % 8}mline ${i}\x1b[0m\r\n`);
    shell.say('half a li');
    await first.until((sight) => sight.text.includes('half a li'));
    first.leave();
    const second = new Sight(terminals, id);
    shell.say('ne\r\n$ ');
    await second.until((sight) => sight.text.includes('$ '));
    const third = new Sight(terminals, id);
    await third.until((sight) => sight.snapshots > 0);
    expect((await second.screen.snapshot()).text).toBe((await third.screen.snapshot()).text);
    expect((await third.screen.snapshot()).text).toContain('half a line');
    expect((await third.screen.snapshot()).text).toMatch(/line 1\b/);
  });

  it('shows the same to whoever comes in the middle of a flood, at whatever byte', async () => {
    // Bug caught: a page that is reloaded while output floods in lacks a piece, or has one twice.
    const { terminals, shell, id } = await played();
    const first = new Sight(terminals, id);
    const sights = [first];
    // Lines that wrap, wide characters and colours, cut anywhere.
    const text = Array.from(
      { length: 4000 },
      (_, n) => `\x1b[3${n % 8}m${n} 漢字 ${'é'.repeat(n % 90)}\r\n`,
    );
    const bytes = Buffer.from(text.join(''));
    let at = 0;
    for (let piece = 1; at < bytes.length; piece = (piece * 7919) % 8191) {
      shell.say(bytes.subarray(at, at + piece));
      at += piece;
      if (sights.length < 12 && piece % 13 === 0) sights.push(new Sight(terminals, id));
      await first.until((sight) => sight.bytes >= Math.min(at, bytes.length));
    }
    shell.say('the end');
    for (const sight of sights) await sight.until((one) => one.text.endsWith('the end'));
    // Cells behind the end of a line look the same, whether they are blank or were never written.
    const seen = async (sight: Sight) =>
      (await sight.screen.snapshot()).text.replace(/ +\r$/gm, '\r');
    for (const sight of sights) expect(await seen(sight)).toBe(await seen(first));
    expect(sights.length).toBeGreaterThan(5);
  });

  it('answers no program that does not read the answers', async () => {
    // Bug caught: what a program is answered grows in the memory of the platform as long as it asks.
    const { terminals, shell, id } = await played();
    const sight = new Sight(terminals, id);
    shell.say('\x1b[5n');
    await expect.poll(() => shell.written).toBe('\x1b[0n');
    shell.unread = 4096;
    shell.say('\x1b[5nstill there');
    await sight.until(({ text }) => text.includes('still there'));
    const late = new Sight(terminals, id);
    await late.until(({ snapshots }) => snapshots > 0);
    expect(shell.written).toBe('\x1b[0n');
    shell.unread = 0;
    shell.say('\x1b[5n');
    await expect.poll(() => shell.written).toBe('\x1b[0n\x1b[0n');
  });

  it('waits for no viewer that had left before it came', async () => {
    // Bug caught: a page that is closed at once counts as a reader that never reads.
    const { terminals, shell, id } = await played({ limits: { stallMs: 600_000 } });
    terminals.attach(id, admin, AbortSignal.abort());
    const sight = new Sight(terminals, id);
    const chunk = Buffer.alloc(64 * 1024, 'x\r\n');
    for (let n = 0; n < 16; n += 1) {
      shell.say(chunk);
      await sight.until(({ bytes }) => bytes >= (n + 1) * chunk.length);
    }
    await expect.poll(() => shell.paused).toBe(false);
    expect(sight.resyncs).toBe(0);
  });

  it('holds the shell back while nobody reads, and loses nothing', async () => {
    // Bug caught: an endless command fills the memory of the platform while the window is hidden.
    const { terminals, shell, id } = await played({ limits: { stallMs: 600_000 } });
    const stop = new AbortController();
    const stalled = terminals.attach(id, admin, stop.signal)[Symbol.asyncIterator]();
    await stalled.next();
    const chunk = Buffer.alloc(32 * 1024, 'x\r\n');
    let said = 0;
    while (!shell.paused) {
      shell.say(chunk);
      said += chunk.length;
      await new Promise((go) => setImmediate(go));
    }
    expect(said).toBeLessThan(1024 * 1024);
    // Reading on lets it go on, and everything comes.
    let got = 0;
    while (got < said) {
      const { value } = await stalled.next();
      if (value?.type === 'data') got += Buffer.from(value.data, 'base64').length;
    }
    expect(got).toBe(said);
    await expect.poll(() => shell.paused).toBe(false);
    stop.abort();
  });

  it('leaves a viewer behind that reads no more, and shows it the screen when it does', async () => {
    // Bug caught: a frozen window stops the build that runs in its terminal.
    const { terminals, shell, id } = await played({ limits: { stallMs: 50, holdMs: 40 } });
    const stop = new AbortController();
    const stalled = terminals.attach(id, admin, stop.signal)[Symbol.asyncIterator]();
    await stalled.next();
    const chunk = Buffer.alloc(64 * 1024, 'y\r\n');
    for (let said = 0; said < 100; ) {
      if (shell.paused) await new Promise((go) => setTimeout(go, 5));
      else {
        shell.say(chunk);
        said += 1;
      }
    }
    shell.say('the end');
    const sight = new Sight(terminals, id);
    await sight.until((one) => one.snapshots > 0);
    for (;;) {
      const { value } = await stalled.next();
      if (value?.type !== 'snapshot') continue;
      expect(value.resync).toBe(true);
      if (value.text.includes('the end')) break;
    }
    stop.abort();
  });

  it('does not make one that keeps up wait for one that does not', async () => {
    const { terminals, shell, id } = await played({ limits: { stallMs: 600_000, holdMs: 40 } });
    const stop = new AbortController();
    const stalled = terminals.attach(id, admin, stop.signal)[Symbol.asyncIterator]();
    await stalled.next();
    const fast = new Sight(terminals, id);
    await fast.until((sight) => sight.snapshots > 0);
    const chunk = Buffer.alloc(64 * 1024, 'z');
    for (let said = 0; said < 60; ) {
      if (shell.paused) await new Promise((go) => setTimeout(go, 5));
      else {
        shell.say(chunk);
        said += 1;
      }
    }
    await fast.until((sight) => sight.bytes === 60 * chunk.length);
    expect(fast.resyncs).toBe(0);
    stop.abort();
  });

  it('tells every viewer the size in the order in which it held', async () => {
    const { terminals, shell, id } = await played();
    const sights = [new Sight(terminals, id), new Sight(terminals, id)];
    await Promise.all(sights.map((sight) => sight.until((one) => one.snapshots > 0)));
    shell.say(`${'w'.repeat(100)}\r\n`);
    terminals.resize(id, { cols: 40, rows: 10 }, admin);
    shell.say(`${'n'.repeat(100)}END`);
    await Promise.all(sights.map((sight) => sight.until((one) => one.text.includes('END'))));
    expect(shell.sizes.at(-1)).toBe('40x10');
    const late = new Sight(terminals, id);
    await late.until((one) => one.snapshots > 0);
    const [a, b, c] = await Promise.all([...sights, late].map((one) => one.screen.snapshot()));
    expect(a!.text).toBe(b!.text);
    expect(a!.text).toBe(c!.text);
  });

  it('answers a program once, however many look on', async () => {
    // Bug caught: two windows answer the same question, and the second answer is typed into the shell.
    const { terminals, shell, id } = await played();
    const sights = [new Sight(terminals, id), new Sight(terminals, id)];
    shell.say('\x1b[6n\x1b[c');
    shell.say('\x1b]2;;touch /tmp/pwned;\x07\x1b[21t');
    await Promise.all(sights.map((sight) => sight.until((one) => one.text.includes('21t'))));
    await untilListed(terminals, id, (one) => one.title.includes('touch'));
    expect(shell.written).toBe('\x1b[1;1R\x1b[?1;2c');
  });

  it('says how it ended, keeps its screen, and takes a new shell', async () => {
    const { terminals, shell, shells, id } = await played();
    shell.say('\x1b[?1000h\x1b[?1006h\x1b[?2004h\x1b[?1049hfull screen');
    const error = new NexusError({ code: 'ssh.lost', message: 'The link is down.' });
    shell.end({ code: null, signal: null, error });
    const lost = await untilListed(terminals, id, (one) => one.state === 'disconnected');
    expect(lost.error?.code).toBe('ssh.lost');
    expect(() => terminals.input(id, 'x', 'utf8', admin)).toThrow(/Nothing runs/);
    await terminals.reconnect(id, admin);
    await untilListed(terminals, id, (one) => one.state === 'running');
    // Bug caught: two windows ask at once, and the second one ends what the first has begun.
    expect(await terminals.reconnect(id, admin)).toMatchObject({ state: 'running' });
    expect(shells).toHaveLength(2);
    shells[1]!.say('$ ');
    const sight = new Sight(terminals, id);
    await sight.until((one) => one.snapshots > 0);
    // Bug caught: mouse reports of the program that is gone are typed into the new shell.
    expect((await sight.screen.snapshot()).text).not.toMatch(/\?1000h|\?1006h|\?2004h|\?1049h/);
    terminals.input(id, 'ls\r', 'utf8', admin);
    expect(shells[1]!.written).toBe('ls\r');
  });

  it('comes back by itself after a loss, and a line says that the shell is another', async () => {
    // Bug caught: after a night's sleep every terminal wants to be clicked.
    const clock = new ManualClock(1_700_000_000_000);
    const { terminals, shell, shells, id } = await played({ clock });
    shell.say('before');
    shell.end({
      code: null,
      signal: null,
      error: new NexusError({ code: 'ssh.connection_lost', message: 'The link is down.' }),
    });
    const waiting = await untilListed(terminals, id, (one) => one.state === 'disconnected');
    expect(Date.parse(waiting.retry_at!)).toBe(clock.now() + 1000);
    terminals.woke();
    clock.advance(1);
    const back = await untilListed(terminals, id, (one) => one.state === 'running');
    expect(back.retry_at).toBeUndefined();
    const sight = new Sight(terminals, id);
    await sight.until((one) => one.snapshots > 0);
    expect((await sight.screen.snapshot()).text).toMatch(/before[^]*─{80}/);
    terminals.input(id, 'ls\r', 'utf8', admin);
    expect(shells[1]!.written).toBe('ls\r');
  });

  it('does not come back once it was closed, nor after the person has logged out', async () => {
    // Bug caught: a closed tab goes on knocking at the host for an hour.
    const clock = new ManualClock(1_700_000_000_000);
    const { terminals, shell, shells, id } = await played({ clock });
    shell.end({ code: 0, signal: null });
    await untilListed(terminals, id, (one) => one.state === 'exited');
    clock.advance(7_200_000);
    expect(shells).toHaveLength(1);
    await terminals.reconnect(id, admin);
    await untilListed(terminals, id, (one) => one.state === 'running');
    const error = new NexusError({ code: 'ssh.connection_lost', message: 'Down.' });
    shells[1]!.end({ code: null, signal: null, error });
    await untilListed(terminals, id, (one) => one.retry_at !== undefined);
    await terminals.closeOne(id, admin);
    clock.advance(7_200_000);
    expect(shells).toHaveLength(2);
  });

  it('keeps its place when the host cannot be reached', async () => {
    const { terminals } = openTerminals({
      openHostShell: async () => {
        throw new NexusError({ code: 'ssh.unreachable', message: 'No route.', hint: 'Look.' });
      },
    });
    const { id } = await terminals.openHost({ ...size, host: 'web-1' }, admin);
    const failed = () => untilListed(terminals, id, (one) => one.state === 'disconnected');
    expect(await failed()).toMatchObject({ error: { code: 'ssh.unreachable' } });
    expect(await terminals.reconnect(id, admin)).toMatchObject({ state: 'connecting' });
    expect(await failed()).toMatchObject({ error: { code: 'ssh.unreachable' } });
    expect(await terminals.closeOne(id, admin)).toBe(true);
    expect(terminals.list(admin)).toEqual([]);
  });

  it('can be closed while a person is still being asked something', async () => {
    // Bug caught: a connection that waits for an answer opens a shell that nobody sees any more.
    let given: AbortSignal | undefined;
    const late = new PlayedShell();
    const { terminals } = openTerminals({
      openHostShell: (_host, { signal }) => {
        given = signal;
        return new Promise((resolve) =>
          signal?.addEventListener('abort', () => resolve(late), { once: true }),
        );
      },
    });
    const { id, state } = await terminals.openHost({ ...size, host: 'web-1' }, admin);
    expect(state).toBe('connecting');
    await terminals.closeOne(id, admin);
    expect(given?.aborted).toBe(true);
    await expect.poll(() => late.closed).toBe(true);
  });

  it('takes bytes of old mouse reports as bytes', async () => {
    const { terminals, id, shells } = await played();
    const bytes: number[] = [];
    shells[0]!.write = (data) => void bytes.push(...Buffer.from(data as string));
    terminals.input(id, '\x1b[M\xa0\xff!', 'binary', admin);
    expect(bytes).toEqual([0x1b, 0x5b, 0x4d, 0xa0, 0xff, 0x21]);
  });
});

describe('who may use a session', () => {
  it('shows operators their own hosts’ shells and nobody else’s', async () => {
    // Bug caught: an operator attaches to the root shell that an administrator left open.
    const { terminals, id } = await played({}, operator);
    const other: Caller = { ...operator, name: 'otto' };
    const local = await terminals.openLocal({ ...size, shell: '/bin/sh' }, admin);
    expect(terminals.list(operator).map((one) => one.id)).toEqual([id]);
    expect(terminals.list(other)).toEqual([]);
    expect(terminals.list(admin).map((one) => one.id)).toEqual([id, local.id]);
    for (const act of [
      () => terminals.attach(local.id, operator, new AbortController().signal),
      () => terminals.input(local.id, 'id\r', 'utf8', operator),
      () => terminals.resize(id, size, other),
      () => terminals.rename(id, 'mine', other),
    ])
      expect(act).toThrow(/no terminal/);
    await expect(terminals.closeOne(local.id, operator)).rejects.toMatchObject({
      code: 'terminal.not_found',
    });
    await expect(terminals.startLog(id, other)).rejects.toMatchObject({
      code: 'terminal.not_found',
    });
  });

  it('keeps a demoted administrator out of local shells of their own', async () => {
    const { terminals } = openTerminals();
    const local = await terminals.openLocal({ ...size, shell: '/bin/sh' }, admin);
    expect(terminals.list({ ...admin, role: 'operator' })).toEqual([]);
    expect(() => terminals.input(local.id, 'id', 'utf8', { ...admin, role: 'operator' })).toThrow(
      /no terminal/,
    );
  });
});
