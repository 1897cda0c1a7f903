import { createSecretKey, type KeyObject } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Client } from 'ssh2';

/**
 * Sends what is written in one turn in one piece. The client writes each packet in three: 1 GiB was
 * a hundred thousand system calls.
 */
export function writeInOnePiece(socket: Socket): void {
  const write = socket.write.bind(socket) as Socket['write'];
  let corked = false;
  const uncork = () => {
    corked = false;
    socket.uncork();
  };
  socket.write = ((...args: Parameters<Socket['write']>) => {
    if (!corked) {
      corked = true;
      socket.cork();
      process.nextTick(uncork);
    }
    return write(...args);
  }) as Socket['write'];
}

type Key = Buffer | KeyObject;

/**
 * Has the client's ciphers keep their keys as Node does: AES-GCM makes a new cipher for every packet,
 * and turning the bytes into a key each time took a fifth of a transfer. After the handshake, and
 * after each new exchange of keys; other ciphers stay as they are.
 */
export function keepKeys(client: Client): void {
  const { _protocol: protocol } = client as unknown as {
    _protocol?: { _cipher?: { _encKey?: Key }; _decipher?: { _decipherKey?: Key } };
  };
  const { _cipher: cipher, _decipher: decipher } = protocol ?? {};
  if (cipher && Buffer.isBuffer(cipher._encKey)) cipher._encKey = createSecretKey(cipher._encKey);
  if (decipher && Buffer.isBuffer(decipher._decipherKey))
    decipher._decipherKey = createSecretKey(decipher._decipherKey);
}
