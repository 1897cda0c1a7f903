import { afterEach, describe, expect, it } from 'vitest';
import { PORT_MESSAGE, pickTransport, portTransport, socketTransport } from './transport.ts';

afterEach(() => {
  delete window.nexus;
});

/** Sends what the preload sends: the port, as a message of this window to itself. */
function post(data: unknown, source: unknown, ports: MessagePort[]): void {
  window.dispatchEvent(new MessageEvent('message', { data, source, ports } as MessageEventInit));
}

describe('pickTransport', () => {
  it('takes the bridge where there is one, and the socket in a browser', () => {
    expect(pickTransport()).toBe(socketTransport);
    window.nexus = { connect: () => undefined };
    expect(pickTransport()).toBe(portTransport);
  });
});

describe('portTransport', () => {
  it('takes the port of the bridge only: not from another window, not under another name', async () => {
    const forged = new MessageChannel();
    const real = new MessageChannel();
    let asked = 0;
    window.nexus = {
      connect: () => {
        asked += 1;
        post(PORT_MESSAGE, {}, [forged.port1]);
        post('something else', window, [forged.port1]);
        post(PORT_MESSAGE, window, []);
        post(PORT_MESSAGE, window, [real.port1]);
      },
    };
    let forgedStarted = false;
    forged.port1.start = () => {
      forgedStarted = true;
    };
    const channel = await portTransport();
    expect(asked).toBe(1);
    expect(forgedStarted).toBe(false);
    const received = new Promise((resolve) => {
      real.port2.addEventListener('message', (event) => resolve(event.data), { once: true });
    });
    real.port2.start();
    // No answer comes; that the request arrives at the real port is what matters.
    channel.link.call(['platform', 'status'], {}, { context: {} }).catch(() => undefined);
    expect(await received).toBeDefined();
    real.port1.close();
    forged.port1.close();
  });
});
