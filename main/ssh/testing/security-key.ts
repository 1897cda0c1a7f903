import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { createServer, type Socket } from 'node:net';

const TYPE = 'sk-ssh-ed25519@openssh.com';
const APPLICATION = 'ssh:';
const FAILURE = 5;
const REQUEST_IDENTITIES = 11;
const IDENTITIES_ANSWER = 12;
const SIGN_REQUEST = 13;
const SIGN_RESPONSE = 14;
/** A person was there and touched it. */
const TOUCHED = 1;

const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const text = (value: string | Buffer) => {
  const bytes = Buffer.from(value as string);
  return Buffer.concat([u32(bytes.length), bytes]);
};
const sha256 = (value: string | Buffer) => createHash('sha256').update(value).digest();

/**
 * An SSH agent with one FIDO2 key in it, as PROTOCOL.u2f of OpenSSH describes them: a security key
 * that is always touched at once. @param path of its socket
 */
export async function startSecurityKey(
  path: string,
): Promise<{ publicKey: string; signatures: () => number; stop(): void }> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const point = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  const blob = Buffer.concat([text(TYPE), text(point), text(APPLICATION)]);
  let counter = 0;
  const signed = (message: Buffer) => {
    counter += 1;
    const presence = Buffer.from([TOUCHED]);
    const body = Buffer.concat([sha256(APPLICATION), presence, u32(counter), sha256(message)]);
    const signature = sign(null, body, privateKey);
    return Buffer.concat([text(TYPE), text(signature), presence, u32(counter)]);
  };
  const answer = (request: Buffer): Buffer => {
    if (request[0] === REQUEST_IDENTITIES)
      return Buffer.concat([Buffer.from([IDENTITIES_ANSWER]), u32(1), text(blob), text('key')]);
    if (request[0] !== SIGN_REQUEST) return Buffer.from([FAILURE]);
    const at = 5 + request.readUInt32BE(1);
    const message = request.subarray(at + 4, at + 4 + request.readUInt32BE(at));
    return Buffer.concat([Buffer.from([SIGN_RESPONSE]), text(signed(message))]);
  };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let held = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      held = Buffer.concat([held, chunk]);
      while (held.length >= 4 && held.length >= 4 + held.readUInt32BE(0)) {
        const end = 4 + held.readUInt32BE(0);
        socket.write(text(answer(held.subarray(4, end))));
        held = held.subarray(end);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    publicKey: `${TYPE} ${blob.toString('base64')}`,
    signatures: () => counter,
    stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
