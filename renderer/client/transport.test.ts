import { implement } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import { afterEach, describe, expect, it } from 'vitest';
import { contract } from '#contract/index.ts';
import {
  PORT_MESSAGE,
  pickTransport,
  portTransport,
  socketTransport,
  Unauthorised,
} from './transport.ts';

const realSocket = globalThis.WebSocket;
const realFetch = globalThis.fetch;

afterEach(() => {
  delete window.nexus;
  globalThis.WebSocket = realSocket;
  globalThis.fetch = realFetch;
});

/** Sends what the preload sends: the port, as a message of this window to itself. */
function post(data: unknown, source: unknown, ports: MessagePort[]): void {
  window.dispatchEvent(new MessageEvent('message', { data, source, ports } as MessageEventInit));
}

/** A platform at the other end of a port, which knows who calls. */
function serve(port: MessagePort): void {
  const whoami = implement(contract).platform.whoami.handler(() => ({
    name: 'ada',
    role: 'admin' as const,
    face: 'window' as const,
  }));
  new RPCHandler({ platform: { whoami } }).upgrade(port);
  port.start();
}

describe('pickTransport', () => {
  it('takes the bridge where there is one, and the socket in a browser', () => {
    // Bug caught: the dashboard waits for a bridge that no browser has.
    expect(pickTransport()).toBe(socketTransport);
    window.nexus = { connect: () => undefined };
    expect(pickTransport()).toBe(portTransport);
  });
});

describe('portTransport', () => {
  it('takes the port of the bridge only: not from another window, not under another name', async () => {
    // Bug caught: a frame that posts a port of its own gets every call of the person.
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
    serve(real.port2);
    const channel = await portTransport();
    expect(asked).toBe(1);
    expect(forgedStarted).toBe(false);
    expect(await channel.link.call(['platform', 'whoami'], {}, { context: {} })).toMatchObject({
      name: 'ada',
    });
    real.port1.close();
    forged.port1.close();
  });

  it('tells when the channel ends', async () => {
    // Bug caught: a window whose platform is gone shows old states as if they were live.
    const { port1, port2 } = new MessageChannel();
    window.nexus = { connect: () => post(PORT_MESSAGE, window, [port1]) };
    serve(port2);
    const channel = await portTransport();
    port2.close();
    await expect(channel.closed).resolves.toBeUndefined();
  });

  it('is no connection where nobody is behind the port', async () => {
    // Bug caught: while a joined platform is down, the window says four times a second that it is back.
    const { port1, port2 } = new MessageChannel();
    window.nexus = { connect: () => post(PORT_MESSAGE, window, [port1]) };
    const connecting = portTransport();
    port2.close();
    await expect(connecting).rejects.toThrow('does not answer');
  });
});

/** A WebSocket that opens or closes as a test says. */
class FakeSocket extends EventTarget {
  static made: FakeSocket[] = [];
  readonly url: string;
  readyState = 0;

  constructor(url: URL) {
    super();
    this.url = String(url);
    FakeSocket.made.push(this);
  }

  say(event: 'open' | 'close'): void {
    this.dispatchEvent(new Event(event));
  }

  send(): void {
    // What is sent is of no interest here.
  }
}

describe('socketTransport', () => {
  function withSocket(status: number): () => FakeSocket {
    FakeSocket.made = [];
    globalThis.WebSocket = FakeSocket as unknown as typeof WebSocket;
    globalThis.fetch = async () => new Response(null, { status });
    return () => FakeSocket.made[0]!;
  }

  it('goes to the server that served the page, and tells when it ends', async () => {
    const socket = withSocket(200);
    const connecting = socketTransport();
    const here = new URL(window.location.href);
    expect(socket().url).toBe(`${here.protocol === 'https:' ? 'wss' : 'ws'}://${here.host}/ws`);
    socket().say('open');
    const channel = await connecting;
    socket().say('close');
    await channel.closed;
  });

  it('asks for a new login when the session is over, and only then', async () => {
    // Bug caught: a server that restarts sends everybody to the login page, or an ended session
    // tries again for ever.
    let socket = withSocket(401);
    const refused = socketTransport();
    socket().say('close');
    await expect(refused).rejects.toBeInstanceOf(Unauthorised);
    socket = withSocket(503);
    const down = socketTransport();
    socket().say('close');
    await expect(down).rejects.not.toBeInstanceOf(Unauthorised);
  });
});
