import { createHash, randomBytes } from 'node:crypto';
import type { ReceivedFile } from '#contract/files.ts';
import type { Host } from '#contract/hosts.ts';
import type { Clock } from '#main/base/clock.ts';
import { NexusError } from '#main/base/errors.ts';
import type { Questions } from '#main/questions/index.ts';
import { approved } from '../approve.ts';
import type { Fabric } from '../fabric.ts';
import type { PolicyGate } from '../policy.ts';
import { lookAt, openOutgoing, type Outgoing, type OutgoingStream } from './outgoing.ts';
import { receiveFile, type Incoming } from './receive.ts';
import { preparePart } from './upload.ts';

export interface FileExchangeOptions {
  fabric: Fabric;
  questions: Questions;
  gate: PolicyGate;
  clock: Pick<Clock, 'now'>;
}

type Ticket = { host: Host; by: string; until: number } & (
  | { way: 'upload'; file: Incoming }
  | { way: 'download'; file: Outgoing }
);

const GOOD_FOR_MS = 10 * 60_000;
const MOST_TICKETS = 1000;

/** What somebody wants to send. */
export interface UploadRequest {
  host: string;
  folder: string;
  name: string;
  size: number;
  modified: number;
  resume: boolean;
}

/**
 * Files between a browser and hosts. A transfer is asked for by an operation, which is guarded like
 * every other; the answer names a ticket, and the bytes then go by it: once, for the same caller, soon.
 */
export class FileExchange {
  readonly #options: FileExchangeOptions;
  readonly #tickets = new Map<string, Ticket>();

  constructor(options: FileExchangeOptions) {
    this.#options = options;
  }

  /** @throws NexusError `host.not_found`, `policy.*`, `ssh.*` */
  async openUpload(
    request: UploadRequest,
    by: string,
    signal: AbortSignal,
  ): Promise<{ url: string; path: string; offset: number }> {
    const { folder, name, size, modified } = request;
    const to = `${folder.replace(/\/+$/, '')}/${name}`;
    const host = await this.#approved('upload', request.host, `${name} → ${folder}`, signal);
    const sessions = this.#sessions(host, by, signal);
    const base = name.split('/').at(-1)!;
    const mark = createHash('sha256')
      .update(JSON.stringify(['browser', by, name, size, modified]))
      .digest('hex')
      .slice(0, 12);
    const place = await preparePart(sessions, to, base, mark);
    const offset = request.resume && place.there <= size ? place.there : 0;
    const id = this.#issue({ host, by, way: 'upload', file: { place, size, offset, modified } });
    return { url: `/files/${id}`, path: place.target, offset };
  }

  /** @throws NexusError `host.not_found`, `policy.*`, `ssh.*` */
  async openDownload(
    request: { host: string; path: string },
    by: string,
    signal: AbortSignal,
  ): Promise<{ url: string; name: string; size?: number }> {
    const host = await this.#approved('download', request.host, request.path, signal);
    const file = await lookAt(this.#sessions(host, by, signal), request.path);
    const id = this.#issue({ host, by, way: 'download', file });
    return {
      url: `/files/${id}`,
      name: file.name,
      ...(file.size === undefined ? {} : { size: file.size }),
    };
  }

  /** What a ticket is for; it is used up by this. @throws NexusError `files.not_found` */
  take(id: string, way: Ticket['way'], by: string): Transfer {
    const ticket = this.#tickets.get(id);
    const good =
      ticket && ticket.way === way && ticket.by === by && ticket.until > this.#options.clock.now();
    if (!good) throw notFound();
    this.#tickets.delete(id);
    const { host } = ticket;
    const sessions = (signal: AbortSignal) => this.#sessions(host, by, signal);
    return {
      host: host.name,
      path: ticket.way === 'upload' ? ticket.file.place.target : ticket.file.path,
      name: ticket.way === 'upload' ? '' : ticket.file.name,
      size: ticket.way === 'upload' ? ticket.file.size - ticket.file.offset : ticket.file.size,
      receive: (body, signal) => {
        if (ticket.way !== 'upload') throw notFound();
        return receiveFile(sessions(signal), ticket.file, body, signal);
      },
      send: (signal) => {
        if (ticket.way !== 'download') throw notFound();
        return openOutgoing(sessions(signal), ticket.file);
      },
    };
  }

  async #approved(
    operation: 'upload' | 'download',
    name: string,
    command: string,
    signal: AbortSignal,
  ): Promise<Host> {
    const { fabric, gate, questions } = this.#options;
    const host = fabric.hosts.get(name);
    const action = { operation, command, hosts: [host] };
    await approved(gate, questions, action, { interactive: true, signal });
    return host;
  }

  #sessions(host: Host, by: string, signal: AbortSignal) {
    return this.#options.fabric.sessions(host, { interactive: true, signal, asker: { by } });
  }

  #issue(ticket: DistributiveOmit<Ticket, 'until'>): string {
    const now = this.#options.clock.now();
    for (const [id, { until }] of this.#tickets)
      if (until <= now || this.#tickets.size >= MOST_TICKETS) this.#tickets.delete(id);
    const id = randomBytes(18).toString('base64url');
    this.#tickets.set(id, { ...ticket, until: now + GOOD_FOR_MS } as Ticket);
    return id;
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** One transfer, by its ticket. */
export interface Transfer {
  host: string;
  path: string;
  /** For the browser to keep it under. */
  name: string;
  /** Bytes that are to go; unknown for an archive. */
  size: number | undefined;
  /** @throws NexusError `ssh.*` */
  receive(body: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<ReceivedFile>;
  /** @throws NexusError `ssh.connection_lost` */
  send(signal: AbortSignal): Promise<OutgoingStream>;
}

function notFound(): NexusError {
  return new NexusError({
    code: 'files.not_found',
    message: 'This transfer is not open: it was used, it is too old, or it is somebody else’s.',
    hint: 'Begin it again.',
  });
}
