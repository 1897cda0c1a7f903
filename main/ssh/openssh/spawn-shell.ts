import type { Socket } from 'node:net';
import { homedir } from 'node:os';
import { ptyWriter } from '#main/base/ptyWriter.ts';
import type { Connection, ShellOptions } from '../connection/connection.ts';
import { connectionLost } from '../connection/errors.ts';
import type { ShellChannel } from '../door.ts';
import { opensshEnvironment } from './environment.ts';

/** The code that ssh itself ends with when the connection broke (ssh(1), EXIT STATUS). */
const SSH_FAILED = 255;

/** The system's `ssh` on a pseudo-terminal of this machine, as a shell of a host. */
export async function spawnShell(
  args: string[],
  options: ShellOptions,
  connection: Pick<Connection, 'alive'>,
  host: string,
): Promise<ShellChannel> {
  // Only here: the module is native, and most never come this way.
  const { spawn } = await import('node-pty');
  const pty = spawn('ssh', args, {
    name: options.term,
    cols: options.cols,
    rows: options.rows,
    cwd: homedir(),
    env: { ...opensshEnvironment(), ...options.env, TERM: options.term },
    encoding: null,
  });
  const end = keepLastOutput(pty);
  const writer = ptyWriter(pty);
  let over = false;
  pty.onExit(() => {
    over = true;
    writer?.close();
  });
  return {
    write: (data) => {
      if (over) return;
      const bytes = Buffer.from(data as string);
      if (writer) writer.write(bytes);
      else pty.write(bytes);
    },
    get unread() {
      return writer?.waiting ?? 0;
    },
    resize(cols, rows) {
      try {
        if (!over) pty.resize(cols, rows);
      } catch {
        // It ended between the check and the call.
      }
    },
    onData: (listener) => void pty.onData((data) => listener(Buffer.from(data as Uint8Array))),
    onExit: (listener) =>
      void pty.onExit(({ exitCode }) =>
        listener({
          code: exitCode,
          signal: null,
          ...(exitCode === SSH_FAILED && !connection.alive ? { error: connectionLost(host) } : {}),
        }),
      ),
    pause: () => pty.pause(),
    resume: () => pty.resume(),
    close() {
      end();
      if (!over) pty.kill();
    },
  };
}

// 200 ms after the end of the process node-pty destroys what it reads from, and with it the output
// that flow control still holds back. Nothing else holds this terminal: its end always comes.
function keepLastOutput(pty: object): () => void {
  const { _socket: socket } = pty as { _socket?: Socket };
  if (!socket) return () => undefined;
  const destroy = socket.destroy.bind(socket);
  socket.destroy = (error) => (error || socket.readableEnded ? destroy(error) : socket);
  return () => void destroy();
}
