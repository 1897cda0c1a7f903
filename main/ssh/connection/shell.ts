import type { ClientChannel } from 'ssh2';
import type { ShellChannel } from '../door.ts';
import type { Connection } from './connection.ts';
import { connectionLost } from './errors.ts';

type ExitOf = Parameters<Parameters<ShellChannel['onExit']>[0]>[0];

/** An interactive session over a channel of ssh2. Data that comes before somebody listens waits in the channel's window. */
export function channelShell(
  channel: ClientChannel,
  connection: Connection,
  host: string,
): ShellChannel {
  let ended: ExitOf | undefined;
  let over = false;
  const listeners: ((exit: ExitOf) => void)[] = [];
  const finish = (exit: ExitOf) => {
    if (over) return;
    over = true;
    ended = exit;
    for (const listener of listeners) listener(exit);
  };
  let status: { code: number | null; signal: string | null } | undefined;
  channel.once('exit', (code: number | null, signal?: string) => {
    status = { code: typeof code === 'number' ? code : null, signal: signal ?? null };
  });
  channel.once('close', () => {
    deaf();
    if (status || connection.alive) finish(status ?? { code: null, signal: null });
    else finish({ code: null, signal: null, error: connectionLost(host) });
  });
  const deaf = connection.onClose((error) =>
    finish(status ?? { code: null, signal: null, error: connectionLost(host, error) }),
  );
  channel.on('error', () => undefined);
  // With a terminal the server merges both streams; some still write to the second.
  channel.stderr.on('error', () => undefined);
  return {
    write: (data) => void (over || channel.write(data)),
    get unread() {
      return channel.writableLength;
    },
    resize: (cols, rows) => void (over || channel.setWindow(rows, cols, 0, 0)),
    onData(listener) {
      channel.on('data', listener);
      channel.stderr.on('data', listener);
    },
    onExit(listener) {
      if (ended) listener(ended);
      else listeners.push(listener);
    },
    pause() {
      channel.pause();
      channel.stderr.pause();
    },
    resume() {
      channel.resume();
      channel.stderr.resume();
    },
    close() {
      channel.end();
      channel.close();
    },
  };
}
