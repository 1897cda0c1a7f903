import type { Socket } from 'node:net';

/** Where a SOCKS client wants to go. */
export interface SocksTarget {
  address: string;
  port: number;
}

const VERSION = 5;
const HELLO_TIMEOUT_MS = 10_000;

/**
 * The server's side of SOCKS 5 (RFC 1928): no authentication, CONNECT only. Resolves with the
 * target; {@link socksReply} must follow.
 *
 * @throws Error when the client speaks something else; it has then been told
 */
export async function socksHandshake(socket: Socket): Promise<SocksTarget> {
  const reader = new Reader(socket);
  const timer = setTimeout(() => socket.destroy(), HELLO_TIMEOUT_MS);
  try {
    const [version, methods] = await reader.take(2);
    if (version !== VERSION) throw new Error('not SOCKS 5');
    const offered = await reader.take(methods!);
    if (!offered.includes(0)) {
      socket.end(Buffer.from([VERSION, 0xff]));
      throw new Error('no method without authentication');
    }
    socket.write(Buffer.from([VERSION, 0]));
    const [, command, , type] = await reader.take(4);
    if (command !== 1) {
      socksReply(socket, 7);
      throw new Error('not CONNECT');
    }
    const address = await readAddress(reader, type!);
    if (address === undefined) {
      socksReply(socket, 8);
      throw new Error('unknown kind of address');
    }
    const port = (await reader.take(2)).readUInt16BE(0);
    reader.release();
    return { address, port };
  } finally {
    clearTimeout(timer);
  }
}

/** Tells the client how it went: 0 it goes on, else an error code of RFC 1928, and the connection ends. */
export function socksReply(socket: Socket, code: number): void {
  const reply = Buffer.from([VERSION, code, 0, 1, 0, 0, 0, 0, 0, 0]);
  if (code === 0) socket.write(reply);
  else socket.end(reply);
}

async function readAddress(reader: Reader, type: number): Promise<string | undefined> {
  if (type === 1) return (await reader.take(4)).join('.');
  if (type === 3) return (await reader.take((await reader.take(1))[0]!)).toString('latin1');
  if (type !== 4) return undefined;
  const bytes = await reader.take(16);
  return Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(i * 2).toString(16)).join(':');
}

/** Takes exactly so many bytes off a socket; what comes too early stays for who reads next. */
class Reader {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.pause();
  }

  take(count: number): Promise<Buffer> {
    if (count === 0) return Promise.resolve(Buffer.alloc(0));
    return new Promise((resolve, reject) => {
      const look = () => {
        const bytes = this.#socket.read(count) as Buffer | null;
        if (bytes?.length === count) finish(() => resolve(bytes));
        else if (bytes) finish(() => reject(new Error('the client hung up')));
      };
      const gone = () => finish(() => reject(new Error('the client hung up')));
      const finish = (action: () => void) => {
        this.#socket.off('readable', look).off('close', gone).off('end', gone);
        action();
      };
      this.#socket.on('readable', look).on('close', gone).on('end', gone);
      look();
    });
  }

  release(): void {
    this.#socket.pause();
  }
}
