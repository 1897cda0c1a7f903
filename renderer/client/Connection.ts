import type { ClientLink } from '@orpc/client';
import { useConnection } from './connectionStore.ts';
import { type Transport, Unauthorised } from './transport.ts';

type Link = ClientLink<Record<never, never>>;

/** Waiting time before the n-th try, in ms: at once, then doubling to 5 s. */
export function retryDelay(attempt: number): number {
  return attempt === 0 ? 0 : Math.min(5_000, 250 * 2 ** (attempt - 1));
}

/**
 * Keeps one channel to the platform open: makes it again after a loss, and holds calls back
 * until there is one. The screen keeps what it shows meanwhile.
 */
export class Connection {
  readonly #transport: Transport;
  #link: Promise<Link>;
  #ready: (link: Link) => void = () => undefined;

  constructor(transport: Transport) {
    this.#transport = transport;
    this.#link = this.#pending();
  }

  /** Connects and stays connected until a new login is needed. */
  async run(): Promise<void> {
    let attempt = 0;
    for (;;) {
      await new Promise((go) => setTimeout(go, retryDelay(attempt)));
      try {
        const channel = await this.#transport();
        attempt = 0;
        this.#ready(channel.link);
        useConnection.setState((old) => ({ state: 'open', generation: old.generation + 1 }));
        await channel.closed;
        this.#link = this.#pending();
        useConnection.setState({ state: 'lost' });
      } catch (error) {
        if (error instanceof Unauthorised) {
          useConnection.setState({ state: 'unauthorised' });
          return;
        }
        useConnection.setState({ state: 'lost' });
      }
      attempt += 1;
    }
  }

  /** The link to call through; waits while there is none. */
  link(): Promise<Link> {
    return this.#link;
  }

  #pending(): Promise<Link> {
    return new Promise((resolve) => {
      this.#ready = resolve;
    });
  }
}
