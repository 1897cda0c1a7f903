import { describe, expect, it } from 'vitest';
import type { ShellEvent } from '#contract/hostShells.ts';
import { connectionLost } from './connection/errors.ts';
import type { ShellChannel } from './door.ts';
import { Shells } from './shells.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A shell whose other side is in the test's hands. */
function shell() {
  const state = { paused: false, closed: 0, typed: '', size: [0, 0] };
  let say: (data: Uint8Array) => void = () => undefined;
  let exit: Parameters<ShellChannel['onExit']>[0] = () => undefined;
  const made: ShellChannel = {
    write: (data) => void (state.typed += Buffer.from(data as string).toString()),
    resize: (cols, rows) => void (state.size = [cols, rows]),
    onData: (listener) => void (say = listener),
    onExit: (listener) => void (exit = listener),
    pause: () => void (state.paused = true),
    resume: () => void (state.paused = false),
    close: () => void (state.closed += 1),
  };
  return {
    made,
    state,
    say: (text: string) => say(Buffer.from(text)),
    exit: (end: Parameters<typeof exit>[0]) => exit(end),
  };
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

async function opened(shells: Shells, made: ShellChannel, owner = 'me') {
  const stream = shells.stream(made, owner);
  const first = await stream.next();
  const { session } = first.value as Extract<ShellEvent, { type: 'opened' }>;
  return { stream, session };
}

describe('shells', () => {
  it('hand over all that was said, then how it ended, and are closed', async () => {
    const shells = new Shells();
    const { made, say, exit, state } = shell();
    const { stream } = await opened(shells, made);
    say('one');
    say('two');
    exit({ code: 3, signal: null });
    const events: ShellEvent[] = [];
    for await (const event of stream) events.push(event);
    expect(events).toEqual([
      { type: 'data', data: base64('one') },
      { type: 'data', data: base64('two') },
      { type: 'exit', code: 3, signal: null },
    ]);
    expect(state.closed).toBe(1);
  });

  it('tell why a connection ended', async () => {
    const { made, exit } = shell();
    const { stream } = await opened(new Shells(), made);
    exit({ code: null, signal: null, error: connectionLost('web') });
    expect(await stream.next()).toMatchObject({
      value: { type: 'exit', error: { code: 'ssh.connection_lost' } },
    });
  });

  it('may be typed into by who opened them, and by nobody else', async () => {
    // Bug caught: whoever knows or guesses the session types into another person’s root shell.
    const shells = new Shells();
    const { made, state } = shell();
    const { session } = await opened(shells, made, 'alice');
    shells.write(session, base64('ls\n'), 'alice');
    shells.resize(session, 100, 40, 'alice');
    expect(state).toMatchObject({ typed: 'ls\n', size: [100, 40] });
    const none = expect.objectContaining({ code: 'shell.not_found' });
    expect(() => shells.write(session, base64('rm\n'), 'bob')).toThrow(none);
    expect(() => shells.resize(session, 1, 1, 'bob')).toThrow(none);
    expect(() => shells.write('other', base64('rm\n'), 'alice')).toThrow(none);
    expect(state.typed).toBe('ls\n');
  });

  it('are closed when nobody listens any more, and cannot be typed into after that', async () => {
    const shells = new Shells();
    const { made, state } = shell();
    const { stream, session } = await opened(shells, made);
    await stream.return();
    expect(state.closed).toBe(1);
    expect(() => shells.write(session, '', 'me')).toThrow(/not open/);
  });

  it('hold the host back while nobody reads, and let it go on after that', async () => {
    const { made, state, say } = shell();
    const { stream } = await opened(new Shells(), made);
    for (let i = 0; i < 5; i += 1) say('x'.repeat(64 * 1024));
    expect(state.paused).toBe(true);
    for (let i = 0; i < 5; i += 1) await stream.next();
    await settle();
    expect(state.paused).toBe(false);
    await stream.return();
  });
});
