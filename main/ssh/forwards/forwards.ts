import { createServer, connect, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Forward, ForwardInput } from '#contract/hostForwards.ts';
import type { Host } from '#contract/hosts.ts';
import { Changes } from '#main/base/changes.ts';
import type { Clock } from '#main/base/clock.ts';
import { NexusError, toNexusError } from '#main/base/errors.ts';
import { newId } from '#main/base/ids.ts';
import type { Lease } from '../connection/link.ts';
import { join } from './join.ts';
import { socksHandshake, socksReply } from './socks.ts';

export interface ForwardsOptions {
  clock: Clock;
  host(name: string): Host;
  /** A place on the host's connection for a tunnel. @param interactive whether a person may be asked */
  acquire(host: Host, signal: AbortSignal, interactive: boolean): Promise<Lease>;
}

interface Open {
  /** Its id: a name may change. */
  host: string;
  forward: Forward;
  stop: AbortController;
  server?: Server;
  sockets: Set<Duplex>;
  /** Gives the connection back, and ends the host's listening. */
  letGo?: () => void;
}

/** Else Node hangs up on whoever has said all and waits for the answer. */
const HALF_OPEN = { allowHalfOpen: true };
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** A browser behind a proxy opens dozens of connections a second; nobody can read along. */
const LOOK_MS = 100;

/**
 * Ports that are handed on through hosts. Each holds the host's connection, so that it is not closed
 * as idle, and outlives its loss: what listens here goes on listening while it is made again, what
 * listens there is asked for again.
 */
export class Forwards {
  readonly #options: ForwardsOptions;
  readonly #open = new Map<string, Open>();
  readonly #changes = new Changes();

  constructor(options: ForwardsOptions) {
    this.#options = options;
  }

  list(): Forward[] {
    return [...this.#open.values()].map(({ forward, sockets }) => ({
      ...forward,
      connections: sockets.size,
    }));
  }

  /** {@link list} now, and again whenever it has changed. */
  watch(signal: AbortSignal): AsyncGenerator<{ forwards: Forward[] }> {
    return this.#changes.watch(() => ({ forwards: this.list() }), signal, LOOK_MS);
  }

  /** @throws NexusError `ssh.forward_invalid`, `ssh.forward_in_use`, and those of connecting */
  async add(
    input: ForwardInput & Required<Pick<ForwardInput, 'listen_address' | 'listen_port'>>,
  ): Promise<Forward> {
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
    const stop = new AbortController();
    const open: Open = { host: host.id, forward, stop, sockets: new Set() };
    try {
      // First the host: that it cannot be reached at all is told at once.
      await this.#hold(open, true);
      if (input.kind !== 'remote') await this.#listenHere(open);
    } catch (error) {
      this.#end(open);
      throw error;
    }
    forward.state = 'active';
    this.#open.set(forward.id, open);
    this.#changes.tell();
    return { ...forward };
  }

  /** False where there is none. */
  remove(id: string): boolean {
    const open = this.#open.get(id);
    if (!open) return false;
    this.#open.delete(id);
    this.#end(open);
    this.#changes.tell();
    return true;
  }

  /** A host has a new name, say. */
  hostChanged({ id, name }: Pick<Host, 'id' | 'name'>): void {
    for (const { host, forward } of this.#open.values()) if (host === id) forward.host = name;
    this.#changes.tell();
  }

  close(): void {
    for (const id of this.#open.keys()) this.remove(id);
  }

  #end(open: Open): void {
    open.stop.abort(new Error('The forward was closed.'));
    open.forward.state = 'stopped';
    open.server?.close();
    open.letGo?.();
    for (const socket of open.sockets) socket.destroy();
  }

  async #listenHere(open: Open): Promise<void> {
    const server = createServer(HALF_OPEN, (socket) => void this.#serve(open, socket));
    open.server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(cannotListen(open.forward, error)));
      server.listen(open.forward.listen_port, open.forward.listen_address, resolve);
    });
    server.on('error', (error) => this.#note(open, error));
    open.forward.listen_port = (server.address() as { port: number }).port;
  }

  async #serve(open: Open, socket: Socket): Promise<void> {
    const dynamic = open.forward.kind === 'dynamic';
    this.#count(open, socket);
    socket.on('error', () => socket.destroy());
    socket.setNoDelay(true);
    let lease: Lease | undefined;
    try {
      const target = dynamic
        ? await socksHandshake(socket)
        : { address: open.forward.target_address!, port: open.forward.target_port! };
      try {
        lease = await this.#options.acquire(this.#options.host(open.host), open.stop.signal, true);
        const stream = await lease.connection.dial(target.address, target.port);
        if (dynamic) socksReply(socket, 0);
        this.#well(open);
        await join(socket, stream);
      } catch (error) {
        this.#note(open, error);
        if (dynamic && !socket.destroyed) socksReply(socket, 1);
      }
    } catch {
      // The client spoke something else and has been told.
    } finally {
      lease?.release();
      socket.destroySoon();
    }
  }

  async #hold(open: Open, interactive: boolean): Promise<void> {
    const { forward, stop } = open;
    const lease = await this.#options.acquire(
      this.#options.host(open.host),
      stop.signal,
      interactive,
    );
    open.letGo = () => lease.release();
    if (forward.kind === 'remote') {
      try {
        await this.#listenThere(open, lease);
        stop.signal.throwIfAborted();
      } catch (error) {
        open.letGo();
        throw error;
      }
    }
    lease.connection.onClose(() => {
      lease.release();
      delete open.letGo;
      if (!stop.signal.aborted) void this.#again(open, FIRST_PAUSE_MS);
    });
  }

  async #listenThere(open: Open, lease: Lease): Promise<void> {
    const { forward } = open;
    const accept = (stream: Duplex) => {
      const socket = connect({
        ...HALF_OPEN,
        host: forward.target_address!,
        port: forward.target_port!,
      });
      socket.setNoDelay(true);
      this.#count(open, stream);
      socket.once('error', (error) => this.#note(open, error));
      socket.once('connect', () => this.#well(open));
      void join(socket, stream);
    };
    const { listen_address: address, listen_port: port } = forward;
    const listening = await lease.connection.listen(address, port, accept);
    forward.listen_port = listening.port;
    open.letGo = () => {
      listening.close();
      lease.release();
    };
  }

  // Tries until the connection is there again. Nobody is asked: whoever uses the forward may be.
  async #again(open: Open, pauseMs: number): Promise<void> {
    const { clock } = this.#options;
    open.forward.state = 'reconnecting';
    this.#changes.tell();
    await new Promise<void>((resolve) => {
      const cancel = clock.at(clock.now() + pauseMs, resolve);
      open.stop.signal.addEventListener('abort', () => (cancel(), resolve()), { once: true });
    });
    if (open.stop.signal.aborted) return;
    try {
      await this.#hold(open, false);
      open.forward.state = 'active';
      delete open.forward.error;
      this.#changes.tell();
    } catch (error) {
      this.#note(open, error);
      const { code } = toNexusError(error);
      // The host is gone from the inventory, and its forwards with it.
      if (code === 'host.not_found') this.remove(open.forward.id);
      else if (!open.stop.signal.aborted)
        void this.#again(open, Math.min(pauseMs * 2, LONGEST_PAUSE_MS));
    }
  }

  #note(open: Open, thrown: unknown): void {
    if (open.stop.signal.aborted) return;
    const { code, message } = toNexusError(thrown);
    open.forward.error = { code, message };
    this.#changes.tell();
  }

  #well(open: Open): void {
    if (!open.forward.error) return;
    delete open.forward.error;
    this.#changes.tell();
  }

  #count(open: Open, stream: Duplex): void {
    open.sockets.add(stream);
    this.#changes.tell();
    stream.once('close', () => {
      open.sockets.delete(stream);
      this.#changes.tell();
    });
  }
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
