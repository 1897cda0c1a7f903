import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, rmSync, watch } from 'node:fs';

/**
 * Runs ssh and ends it, with its folder, when our end of the input is closed: also when Nexus is
 * killed and can close nothing itself. What is in the background reads no input, hence the second
 * number for it.
 */
const KEEPER = `folder=$1; shift
exec 3<&0
ssh "$@" 3<&- </dev/null & ssh=$!
(cat <&3 >/dev/null; kill "$ssh" 2>/dev/null) 2>/dev/null & watch=$!
wait "$ssh"; code=$?
kill "$watch" 2>/dev/null
rm -rf -- "$folder"
exit "$code"`;

/** An `ssh` that holds a connection for others (ControlMaster, ssh_config(5)). */
export class Master {
  readonly socket: string;
  readonly #folder: string;
  readonly #child: ChildProcess;
  #errors = '';
  #failure: Error | undefined;
  #ended = false;

  /** @param folder a private one, for the socket; it goes with the connection */
  constructor(folder: string, args: string[], env: Record<string, string>) {
    this.#folder = folder;
    this.socket = `${folder}/s`;
    const all = ['-c', KEEPER, 'sh', folder, '-M', '-N', '-S', this.socket, ...args];
    // Detached: no terminal of ours to ask on, and no Ctrl-C meant for others.
    this.#child = spawn('/bin/sh', all, { env, stdio: ['pipe', 'ignore', 'pipe'], detached: true });
    this.#child.stdin!.on('error', () => undefined);
    this.#child.stderr!.on('data', (chunk: Buffer) => {
      this.#errors = (this.#errors + chunk.toString()).slice(-8000);
    });
    this.#child.once('error', (error) => {
      this.#failure = error;
    });
    this.onEnd(() => {
      this.#ended = true;
      rmSync(folder, { recursive: true, force: true });
    });
  }

  get alive(): boolean {
    return !this.#ended;
  }

  /** What ssh said so far, its end at most. */
  get errors(): string {
    return this.#errors;
  }

  onEnd(listener: () => void): void {
    this.#child.once('close', listener);
  }

  /** Whether it has logged in; false when it ended before. @throws the signal's reason */
  up(signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const finish = (action: () => void) => {
        watcher.close();
        signal.removeEventListener('abort', onAbort);
        action();
      };
      const onAbort = () => finish(() => reject(signal.reason as Error));
      // ssh makes the socket when it has logged in.
      const look = () => existsSync(this.socket) && finish(() => resolve(true));
      const watcher = watch(this.#folder, look);
      watcher.on('error', () => undefined);
      signal.addEventListener('abort', onAbort, { once: true });
      this.onEnd(() => finish(() => (this.#failure ? reject(this.#failure) : resolve(false))));
      if (signal.aborted) onAbort();
      else look();
    });
  }

  close(): void {
    this.#child.stdin!.end();
  }
}
