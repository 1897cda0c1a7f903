import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Caller } from '#contract/platform.ts';
import { roleAllows } from '#contract/define.ts';
import { unauthenticated } from '#main/api/index.ts';
import type { AuditRecord } from '#main/audit/index.ts';
import { NexusError, toNexusError } from '#main/base/errors.ts';
import type { FileExchange } from '#main/ssh/index.ts';
import { SAFE_HEADERS, sendJson, wrongMethod } from './answer.ts';
import type { Identity } from './identity.ts';

/** What transfers of files need. */
export interface FileDoor {
  files: Pick<FileExchange, 'take'>;
  record(entry: AuditRecord): Promise<void>;
}

/** A connection on which nothing moves for so long is given up. */
const STILL_MS = 2 * 60_000;
/** How often it is looked whether the caller may still be here. */
const LOOK_MS = 5000;

/**
 * Serves `PUT /files/TICKET` and `GET /files/TICKET`: the bytes of a transfer that an operation has
 * opened for this caller. The audit log has how it ended: of an upload before its answer goes out.
 *
 * @throws NexusError `access.unauthenticated`, `http.method`, `files.not_found`, `ssh.*`
 */
export async function serveFile(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  identity: Identity | undefined,
  door: FileDoor,
): Promise<void> {
  const caller = identity?.again();
  if (!identity || !caller || !roleAllows(caller.role, 'admin')) throw unauthenticated();
  const { method } = request;
  if (method !== 'PUT' && method !== 'GET') throw wrongMethod(method);
  const way = method === 'PUT' ? 'upload' : 'download';
  const transfer = door.files.take(path.slice('/files/'.length), way, caller.name);
  const gone = new AbortController();
  const { signal } = gone;
  const giveUp = (error: NexusError) => gone.abort(error);
  response.once('close', () => giveUp(broken()));
  const still = () => giveUp(broken());
  request.socket.setTimeout(STILL_MS, still);
  const look = setInterval(() => {
    if (!identity.again()) giveUp(unauthenticated());
  }, LOOK_MS).unref();
  const note = recorder(door, caller, `files.${way}`, { host: transfer.host, path: transfer.path });
  try {
    if (way === 'upload') {
      const received = await transfer.receive(bodyOf(request), signal);
      const { bytes, resumed, sha256 } = received;
      await note(undefined, { bytes, resumed, sha256 });
      sendJson(response, 200, received);
    } else await send(response, transfer, signal, note);
  } catch (thrown) {
    const error = toNexusError(signal.aborted ? signal.reason : thrown);
    await note(error, {});
    // With bytes on their way there is no other word for it than the end.
    if (response.headersSent) response.destroy();
    else throw error;
  } finally {
    clearInterval(look);
    // With its listener: the connection serves further transfers.
    request.socket.setTimeout(0, still);
  }
}

// Not destroyed where the reader stops: the answer goes by the same socket.
function bodyOf(request: IncomingMessage): AsyncIterable<Uint8Array> {
  return request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
}

type Note = (error: NexusError | undefined, more: Record<string, unknown>) => Promise<void>;

function recorder(door: FileDoor, caller: Caller, action: string, what: object): Note {
  return (error, more) =>
    door.record({
      actor: caller.name,
      face: caller.face,
      action,
      outcome: error ? 'failed' : 'allowed',
      code: error?.code,
      details: { ...what, ...more },
    });
}

async function send(
  response: ServerResponse,
  transfer: ReturnType<FileDoor['files']['take']>,
  signal: AbortSignal,
  note: Note,
): Promise<void> {
  const { stream, ended, stop } = await transfer.send(signal);
  signal.addEventListener('abort', stop, { once: true });
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => (bytes += chunk.length));
  stream.pause();
  response.writeHead(200, {
    ...SAFE_HEADERS,
    'content-type': 'application/octet-stream',
    'content-disposition': attachment(transfer.name),
    // Whatever it is, it is no page of ours.
    'content-security-policy': "default-src 'none'; sandbox",
    ...(transfer.size === undefined ? {} : { 'content-length': String(transfer.size) }),
  });
  try {
    // The end of the answer waits for the word of the host that this was all.
    await pipeline(stream, response, { signal, end: false });
    await ended;
    await note(undefined, { bytes });
    response.end();
  } finally {
    stop();
  }
}

/** The header that has a browser keep what comes under this name (RFC 6266), harmless to programs that know only ASCII. */
export function attachment(name: string): string {
  // By way of bytes: half of a surrogate pair cannot be encoded.
  const plain = name.replace(/[^\w.() -]/g, '_');
  const encoded = encodeURIComponent(Buffer.from(name).toString()).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

function broken(): NexusError {
  return new NexusError({
    code: 'files.broken',
    message: 'The transfer was given up, or its connection broke.',
    hint: 'Begin it again; an upload goes on where it stopped.',
    kind: 'operational',
  });
}
