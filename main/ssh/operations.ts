import type { ExecEvent, ExecInput } from '#contract/hostCommands.ts';
import type { RemoteEntry, TransferEvent, TransferInput } from '#contract/hostFiles.ts';
import type { Forward } from '#contract/hostForwards.ts';
import type { ShellEvent } from '#contract/hostShells.ts';
import type { Host, HostEvent, HostFacts, HostImport, HostTest } from '#contract/hosts.ts';
import { toNexusError } from '#main/base/errors.ts';
import type { Questions } from '#main/questions/index.ts';
import type { SFTPWrapper } from 'ssh2';
import { approved } from './approve.ts';
import type { Asker } from './door.ts';
import { BoundedQueue } from './bounded-queue.ts';
import { ownerOf } from './connection/dial.ts';
import { runMany } from './exec-many.ts';
import type { Fabric } from './fabric.ts';
import { FACTS_PROGRAM, readFacts } from './facts.ts';
import { ask, listFolder, overSftp, removePath, statOf } from './files/browse.ts';
import { script } from './files/script.ts';
import { failedTransfer, transfer } from './files/transfer.ts';
import { Forwards } from './forwards/forwards.ts';
import { importConfig, type ImportRequest } from './import/import.ts';
import type { PolicyGate } from './policy.ts';
import { execute } from './run.ts';
import { Shells } from './shells.ts';

export interface HostOperationsOptions {
  fabric: Fabric;
  questions: Questions;
  gate: PolicyGate;
  clock: ConstructorParameters<typeof Forwards>[0]['clock'];
}

const PARALLEL = 50;

/** What the table of operations offers of hosts. */
export class HostOperations {
  readonly #fabric: Fabric;
  readonly #questions: Questions;
  readonly #gate: PolicyGate;
  readonly #shells = new Shells();
  readonly forwards: Forwards;

  constructor(options: HostOperationsOptions) {
    this.#fabric = options.fabric;
    this.#questions = options.questions;
    this.#gate = options.gate;
    this.forwards = new Forwards({
      clock: options.clock,
      host: (name) => this.#fabric.hosts.get(name),
      acquire: (host, signal, interactive) =>
        this.#fabric.pool.acquire(host, { use: 'tunnel', interactive, signal }),
    });
    this.#fabric.events.on('host_changed', (host) => this.forwards.hostChanged(host));
  }

  import(request: ImportRequest): Promise<HostImport> {
    return importConfig(this.#fabric.hosts, request);
  }

  /** The connections now, then every change. */
  async *watch(signal: AbortSignal): AsyncGenerator<HostEvent, void, undefined> {
    const queue = new BoundedQueue<HostEvent>(Number.POSITIVE_INFINITY);
    const { events } = this.#fabric;
    const stops = [
      events.on('host_added', (host) => void queue.push({ type: 'host', host })),
      events.on('host_changed', (host) => void queue.push({ type: 'host', host })),
      events.on('host_removed', (gone) => void queue.push({ type: 'removed', ...gone })),
      events.on('health', (health) => void queue.push({ type: 'health', health })),
    ];
    const end = () => queue.end();
    signal.addEventListener('abort', end, { once: true });
    for (const health of this.#fabric.health()) void queue.push({ type: 'health', health });
    try {
      yield* queue.read();
    } finally {
      for (const stop of stops) stop();
      signal.removeEventListener('abort', end);
    }
  }

  /** Connects (also to a host that is left alone) and runs a few empty commands. Errors are part of the answer. */
  async test(name: string, interactive: boolean, asker?: Asker): Promise<HostTest> {
    const host = this.#fabric.hosts.get(name);
    const begin = performance.now();
    try {
      return await this.#fabric.withSession(
        host,
        'command',
        { interactive, force: true, ...(asker ? { asker } : {}) },
        async (connection) => {
          const connected = performance.now() - begin;
          const times: number[] = [];
          for (let i = 0; i < 5; i += 1) {
            const from = performance.now();
            await script(connection, ':', 'test_failed');
            times.push(performance.now() - from);
          }
          const median = times.toSorted((a, b) => a - b)[2]!;
          this.#fabric.pool.link(host).noteLatency(median);
          return {
            host: host.name,
            ok: true,
            connect_ms: connected,
            command_ms: median,
            client: connection.client,
          };
        },
      );
    } catch (error) {
      return { host: host.name, ok: false, error: toNexusError(error).toShape() };
    }
  }

  async facts(name: string, interactive: boolean, asker?: Asker): Promise<HostFacts> {
    const host = this.#fabric.hosts.get(name);
    const options = { interactive, ...(asker ? { asker } : {}) };
    const text = await this.#fabric.withSession(host, 'command', options, (connection) =>
      script(connection, FACTS_PROGRAM, 'facts_failed'),
    );
    return readFacts(text);
  }

  forgetKey(name: string): Promise<number> {
    return this.#fabric.keys.forget(ownerOf(this.#fabric.hosts.get(name)));
  }

  /** @throws NexusError `hosts.*`, `policy.*`; what goes wrong on one host is part of its events */
  async *exec(
    input: ExecInput,
    signal: AbortSignal,
    asker?: Asker,
  ): AsyncGenerator<ExecEvent, void, undefined> {
    const hosts = this.#fabric.hosts.select(input.hosts);
    const { interactive, command } = input;
    const action = { operation: 'exec' as const, command, hosts };
    await approved(this.#gate, this.#questions, action, { interactive, signal });
    yield* this.execOn(hosts, input, signal, asker);
  }

  /** The same on hosts that have been chosen and approved. */
  execOn(
    hosts: Host[],
    input: Omit<ExecInput, 'hosts'> & { env?: Record<string, string>; successCodes?: number[] },
    signal: AbortSignal,
    asker?: Asker,
  ): AsyncGenerator<ExecEvent, void, undefined> {
    const { strategy, retries, interactive } = input;
    const parallel = input.parallel ?? (strategy === 'rolling' ? 1 : PARALLEL);
    const maxBytes = input.max_bytes ?? Number.POSITIVE_INFINITY;
    const stdin = input.stdin === undefined ? undefined : Buffer.from(input.stdin, 'base64');
    return runMany(
      {
        hosts,
        parallel,
        strategy,
        retries,
        maxBytes,
        signal,
        ...(input.successCodes ? { successCodes: input.successCodes } : {}),
      },
      (host, options, onOutput) => {
        const limits = {
          ...options,
          interactive,
          ...(asker ? { asker } : {}),
          ...(input.timeout_ms === undefined ? {} : { timeoutMs: input.timeout_ms }),
        };
        return this.#fabric.withSession(host, 'command', limits, (connection) =>
          execute(
            connection,
            host.name,
            input.command,
            {
              ...limits,
              ...(stdin ? { stdin } : {}),
              ...(input.env ? { env: input.env } : {}),
            },
            onOutput,
          ),
        );
      },
    );
  }

  /** Looks whether the secrets of these hosts' logins can be had. @throws NexusError `vault.locked`, `secret.missing` */
  checkSecrets(hosts: Host[]): void {
    this.#fabric.pool.checkSecrets(hosts);
  }

  files(
    name: string,
    path: string,
    asker?: Asker,
  ): Promise<{ path: string; entries: RemoteEntry[] }> {
    return this.#sftp(name, asker, (sftp) => listFolder(sftp, path));
  }

  makeFolder(name: string, path: string, asker?: Asker): Promise<RemoteEntry> {
    return this.#change(name, `make the folder ${path}`, asker, async (sftp) => {
      await ask<void>(path, (done) => sftp.mkdir(path, done as never));
      return statOf(sftp, path);
    });
  }

  renameFile(name: string, path: string, to: string, asker?: Asker): Promise<RemoteEntry> {
    return this.#change(name, `rename ${path} to ${to}`, asker, async (sftp) => {
      // SFTP's rename of version 3 refuses a target that exists, which is what is wanted here.
      await ask<void>(path, (done) => sftp.rename(path, to, done as never));
      return statOf(sftp, to);
    });
  }

  removeFile(name: string, path: string, recursive: boolean, asker?: Asker): Promise<number> {
    const what = `delete ${path}${recursive ? ' and all that is in it' : ''}`;
    return this.#change(name, what, asker, (sftp) => removePath(sftp, path, recursive));
  }

  /** @throws NexusError `policy.*`, `host.not_found`; a failed transfer is its last event */
  async *transfer(
    direction: 'upload' | 'download',
    input: TransferInput,
    signal: AbortSignal,
    asker?: Asker,
  ): AsyncGenerator<TransferEvent, void, undefined> {
    const host = this.#fabric.hosts.get(input.host);
    const { interactive } = input;
    const command = `${input.from} → ${input.to}`;
    const action = { operation: direction, command, hosts: [host] };
    await approved(this.#gate, this.#questions, action, { interactive, signal });
    try {
      yield* this.transferOn(direction, host, input, signal, asker);
    } catch (error) {
      yield failedTransfer(host.name, error);
    }
  }

  /** The same on a host that has been approved. @throws NexusError `ssh.*` */
  transferOn(
    direction: 'upload' | 'download',
    host: Host,
    input: TransferInput,
    signal: AbortSignal,
    asker?: Asker,
  ): AsyncGenerator<TransferEvent, void, undefined> {
    const { interactive } = input;
    const options = { interactive, signal, ...(asker ? { asker } : {}) };
    const sessions = this.#fabric.sessions(host, options);
    return transfer(direction, sessions, { ...input, host: host.name }, signal);
  }

  async *shell(
    input: { host: string; cols: number; rows: number; term: string },
    owner: string,
    signal: AbortSignal,
  ): AsyncGenerator<ShellEvent, void, undefined> {
    const shell = await this.#fabric.shell(input.host, { ...input, signal, asker: { by: owner } });
    yield* this.#shells.stream(shell, owner);
  }

  shellWrite(session: string, data: string, owner: string): void {
    this.#shells.write(session, data, owner);
  }

  shellResize(session: string, cols: number, rows: number, owner: string): void {
    this.#shells.resize(session, cols, rows, owner);
  }

  /** @throws NexusError `policy.*`, and those of opening */
  async openForward(input: Parameters<Forwards['add']>[0]): Promise<Forward> {
    const { kind, host, target_address: target, target_port: port } = input;
    const listen = `${input.listen_address}:${input.listen_port}`;
    const command = `${kind} ${listen}${target ? ` → ${target}:${port}` : ''}`;
    const action = {
      operation: 'forward' as const,
      command,
      hosts: [this.#fabric.hosts.get(host)],
    };
    await approved(this.#gate, this.#questions, action, { interactive: true });
    return this.forwards.add(input);
  }

  close(): void {
    this.forwards.close();
  }

  async #change<T>(
    name: string,
    command: string,
    asker: Asker | undefined,
    work: (sftp: SFTPWrapper) => Promise<T>,
  ): Promise<T> {
    const action = { operation: 'file' as const, command, hosts: [this.#fabric.hosts.get(name)] };
    await approved(this.#gate, this.#questions, action, { interactive: true });
    return this.#sftp(name, asker, work);
  }

  #sftp<T>(
    name: string,
    asker: Asker | undefined,
    work: (sftp: SFTPWrapper) => Promise<T>,
  ): Promise<T> {
    const host = this.#fabric.hosts.get(name);
    return this.#fabric.withSession(host, 'command', asker ? { asker } : {}, (connection) =>
      overSftp(connection, work),
    );
  }
}
