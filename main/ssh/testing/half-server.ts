import { startServer, type TestServer } from './server.ts';

/** How far a server goes before it says nothing more; with `greeting` it greets for ever. */
export type StopsAt = 'login' | 'channel' | 'greeting';

/** What of the library's inner side writes packets. */
interface Speaker {
  _packetRW: {
    write: { allocStart: number; alloc(size: number): Buffer; finalize(packet: Buffer): Buffer };
  };
  _cipher: { encrypt(packet: Buffer): void };
}

// SSH_MSG_USERAUTH_BANNER (RFC 4252, section 5.4), of which the library itself sends one at most.
function sendBanner({ _packetRW: { write }, _cipher: cipher }: Speaker, text: string): void {
  const packet = write.alloc(1 + 4 + text.length + 4);
  const at = write.allocStart;
  packet[at] = 53;
  packet.writeUInt32BE(text.length, at + 1);
  packet.write(text, at + 5);
  packet.writeUInt32BE(0, at + 5 + text.length);
  cipher.encrypt(write.finalize(packet));
}

/** A server that goes so far and then hangs, with every connection open. */
export function startHalfServer(at: StopsAt): Promise<TestServer> {
  return startServer((client) => {
    // Who does not listen for sessions would refuse them.
    client.on('session', () => undefined);
    client.on('authentication', (context) => {
      if (at === 'channel') context.accept();
      if (at !== 'greeting') return;
      const { _protocol: protocol } = client as unknown as { _protocol: Speaker };
      const greet = () => {
        if (!open) return;
        sendBanner(protocol, 'Welcome. '.repeat(1000));
        setImmediate(greet);
      };
      greet();
    });
    let open = true;
    client.on('close', () => (open = false));
  });
}
