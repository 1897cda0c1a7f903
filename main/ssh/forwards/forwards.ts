import { createServer, connect, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Forward, ForwardInput, Host } from '#contract/hosts.ts';
import type { Clock } from '#main/base/clock.ts';
import { NexusError, toNexusError } from '#main/base/errors.ts';
import { newId } from '#main/base/ids.ts';
import type { Lease } from '../connection/link.ts';
import { socksHandshake, socksReply } from './socks.ts';

export interface ForwardsOptions {
  clock: Clock;
  host(name: string): Host;
  /** A place on the host's connection for a tunnel. */
  acquire(host: Host, signal: AbortSignal): Promise<Lease>;
}

interface Open {
  forward: Forward;
  input: Required<Pick<ForwardInput, 'listen_address' | 'listen_port'>> & ForwardInput;
  stop: AbortController;
  server?: Server;
  sockets: Set<Duplex>;
  /** Ends the host's listening. */
  unlisten?: () => void;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** Ports that are handed on through hosts. They outlive a lost connection: what listens here goes on listening, what listens there is asked for again. */
export class Forwards {
  readonly #options: ForwardsOptions;
  readonly #open = new Map<string, Open>();

  constructor(options: ForwardsOptions) {
    this.#options = options;
  }

  list(): Forward[] {
    return [...this.#open.values()].map(({ forward, sockets }) => ({
      ...forward,
      connections: sockets.size,
    }));
  }

  /** @throws NexusError `ssh.forward_invalid`, `ssh.forward_in_use`, and those of connecting */
  async add(input: Open['input']): Promise<Forward> {
    const host = this.#options.host(input.host);
    if (input.kind !== 'dynamic' && (!input.target_address || !input.target_port))
      throw invalid('A local or remote forward needs a target address and port.');
    const forward: Forward = {
      id: newId('fwd', this.#options.clock.now()),
      host: host.name,
      kind: input.kind,
      listen_address: input.listen_address,
      listen_port: input.listen_port,
      ...(input.target_address ? { target_address: input.target_address } : {}),
      ...(input.target_port ? { target_port: input.target_port } : {}),
      state: 'starting',
      connections: 0,
    };
    const open: Open = { forward, input, stop: new AbortController(), sockets: new Set() };
    try {
      if (input.kind === 'remote') await this.#listenThere(open);
      else await this.#listenHere(open);
    } catch (error) {
      this.#end(open);
      throw error;
    }
    forward.state = 'active';
    this.#open.set(forward.id, open);
    return { ...forward };
  }

  /** False where there is none. */
  remove(id: string): boolean {
    const open = this.#open.get(id);
    if (!open) return false;
    this.#open.delete(id);
    this.#end(open);
    return true;
  }

  close(): void {
    for (const id of this.#open.keys()) this.remove(id);
  }

  #end(open: Open): void {
    open.stop.abort(new Error('The forward was closed.'));
    open.forward.state = 'stopped';
    open.server?.close();
    open.unlisten?.();
    for (const socket of open.sockets) socket.destroy();
  }

  async #listenHere(open: Open): Promise<void> {
    // Tells at once when the host cannot be reached at all.
    (
      await this.#options.acquire(this.#options.host(open.forward.host), open.stop.signal)
    ).release();
    const server = createServer((socket) => void this.#serve(open, socket));
    open.server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(cannotListen(open.forward, error)));
      server.listen(open.forward.listen_port, open.forward.listen_address, resolve);
    });
    server.on('error', (error) => this.#trouble(open, error));
    open.forward.listen_port = (server.address() as { port: number }).port;
  }

  async #serve(open: Open, socket: Socket): Promise<void> {
    const dynamic = open.forward.kind === 'dynamic';
    open.sockets.add(socket);
    socket.once('close', () => open.sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.setNoDelay(true);
    let lease: Lease | undefined;
    try {
      const target = dynamic
        ? await socksHandshake(socket)
        : { address: open.forward.target_address!, port: open.forward.target_port! };
      try {
        lease = await this.#options.acquire(
          this.#options.host(open.forward.host),
          open.stop.signal,
        );
        const stream = await lease.connection.dial(target.address, target.port);
        if (dynamic) socksReply(socket, 0);
        delete open.forward.error;
        open.forward.state = 'active';
        await join(socket, stream);
      } catch (error) {
        this.#trouble(open, error);
        if (dynamic && !socket.destroyed) socksReply(socket, 1);
      }
    } catch {
      // The client spoke something else and has been told.
    } finally {
      lease?.release();
      socket.destroy();
    }
  }

  async #listenThere(open: Open): Promise<void> {
    const { forward, stop } = open;
    const lease = await this.#options.acquire(this.#options.host(forward.host), stop.signal);
    const accept = (stream: Duplex) => {
      const socket = connect(forward.target_port!, forward.target_address!);
      socket.setNoDelay(true);
      open.sockets.add(stream);
      void join(socket, stream).finally(() => open.sockets.delete(stream));
    };
    try {
      const listening = await lease.connection.listen(
        forward.listen_address,
        forward.listen_port,
        accept,
      );
      forward.listen_port = listening.port;
      open.unlisten = () => {
        listening.close();
        lease.release();
      };
    } catch (error) {
      lease.release();
      throw error;
    }
    lease.connection.onClose(() => {
      lease.release();
      delete open.unlisten;
      if (!stop.signal.aborted) void this.#again(open, FIRST_PAUSE_MS);
    });
  }

  // A connection that listens for us is needed all the time: it is asked for until it is there.
  async #again(open: Open, pauseMs: number): Promise<void> {
    const { clock } = this.#options;
    open.forward.state = 'reconnecting';
    await new Promise<void>((resolve) => {
      const cancel = clock.at(clock.now() + pauseMs, resolve);
      open.stop.signal.addEventListener('abort', () => (cancel(), resolve()), { once: true });
    });
    if (open.stop.signal.aborted) return;
    try {
      await this.#listenThere(open);
      open.forward.state = 'active';
      delete open.forward.error;
    } catch (error) {
      this.#trouble(open, error);
      if (!open.stop.signal.aborted)
        void this.#again(open, Math.min(pauseMs * 2, LONGEST_PAUSE_MS));
    }
  }

  #trouble(open: Open, thrown: unknown): void {
    if (open.stop.signal.aborted) return;
    const { code, message } = toNexusError(thrown);
    open.forward.error = { code, message };
    open.forward.state = 'reconnecting';
  }
}

// Half-closed connections stay half-closed; an end with an error ends both.
function join(socket: Socket, stream: Duplex): Promise<void> {
  return new Promise((resolve) => {
    let ends = 0;
    const end = () => {
      if ((ends += 1) === 2) resolve();
    };
    const destroy = () => {
      socket.destroy();
      stream.destroy();
      resolve();
    };
    socket.on('error', destroy).on('end', end);
    stream.on('error', destroy).on('end', end);
    socket.once('close', destroy);
    stream.once('close', destroy);
    socket.pipe(stream);
    stream.pipe(socket);
    socket.resume();
  });
}

function invalid(message: string): NexusError {
  return new NexusError({
    code: 'ssh.forward_invalid',
    message,
    hint: 'For example: nexus ssh forward web -L 8080:localhost:80',
  });
}

function cannotListen(forward: Forward, cause: NodeJS.ErrnoException): NexusError {
  return new NexusError({
    code: 'ssh.forward_in_use',
    message: `Nexus cannot listen on ${forward.listen_address}:${forward.listen_port}: ${cause.code ?? cause.message}.`,
    hint: 'Choose another port, or 0 for a free one.',
    kind: 'operational',
    cause,
  });
}
