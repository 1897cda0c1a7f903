import { randomUUID } from 'node:crypto';
import { STREAM_WINDOW } from '#contract/stream.ts';
import { NexusError } from '#main/base/errors.ts';

/** No honest window has so many live views; a loop that opens streams is stopped here. */
const MAX_STREAMS = 256;

/** The credit of one stream: how much was sent and not yet acknowledged. */
export interface Gate {
  /** Name to acknowledge with; empty where the transport has backpressure of its own. */
  id: string;
  /** Counts bytes that go out. */
  sent(bytes: number): void;
  /** Resolves when more may be sent, or when `signal` is aborted. */
  open(signal: AbortSignal): Promise<void>;
  close(): void;
}

/** The open streams of one connection. A caller can acknowledge only streams of its own connection. */
export class StreamGates {
  readonly #gated: boolean;
  readonly #gates = new Map<string, { unacknowledged: number; wake: (() => void) | undefined }>();
  #open = 0;

  /** @param gated false where the transport pushes back by itself (HTTP, a call in this process). */
  constructor(gated: boolean) {
    this.#gated = gated;
  }

  /** How many streams are open now. */
  get size(): number {
    return this.#open;
  }

  /** @throws NexusError `stream.too_many` */
  start(): Gate {
    if (this.#open >= MAX_STREAMS) {
      throw new NexusError({
        code: 'stream.too_many',
        message: `This connection has ${MAX_STREAMS} streams open already.`,
        hint: 'Close streams that are no longer read.',
      });
    }
    this.#open += 1;
    return this.#gated ? this.#startGated() : this.#startFree();
  }

  /** Gives `bytes` of credit back. A stream that has just ended is no error. */
  acknowledge(id: string, bytes: number): void {
    const gate = this.#gates.get(id);
    if (!gate) return;
    gate.unacknowledged = Math.max(0, gate.unacknowledged - bytes);
    if (gate.unacknowledged < STREAM_WINDOW) gate.wake?.();
  }

  #startFree(): Gate {
    return {
      id: '',
      sent: () => undefined,
      open: () => Promise.resolve(),
      close: () => void (this.#open -= 1),
    };
  }

  #startGated(): Gate {
    const id = randomUUID();
    const state = { unacknowledged: 0, wake: undefined as (() => void) | undefined };
    this.#gates.set(id, state);
    return {
      id,
      sent: (bytes) => void (state.unacknowledged += bytes),
      open: (signal) => {
        if (state.unacknowledged < STREAM_WINDOW || signal.aborted) return Promise.resolve();
        return new Promise((resolve) => {
          const wake = () => {
            signal.removeEventListener('abort', wake);
            state.wake = undefined;
            resolve();
          };
          state.wake = wake;
          signal.addEventListener('abort', wake, { once: true });
        });
      },
      close: () => {
        this.#gates.delete(id);
        this.#open -= 1;
      },
    };
  }
}
