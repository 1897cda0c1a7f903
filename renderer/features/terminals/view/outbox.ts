/** One piece of input. `binary`: each character is one byte. */
export interface Input {
  data: string;
  encoding: 'utf8' | 'binary';
}

/** So many characters go in one call. */
const MAX_CALL = 65_536;

/**
 * Sends what is typed, in order and one call at a time; what is typed meanwhile goes together in the
 * next one. Two calls that are under way at once could overtake each other.
 */
export class Outbox {
  readonly #send: (input: Input) => Promise<unknown>;
  readonly #onError: (error: unknown) => void;
  #waiting: Input[] = [];
  #busy = false;

  constructor(send: (input: Input) => Promise<unknown>, onError: (error: unknown) => void) {
    this.#send = send;
    this.#onError = onError;
  }

  push(input: Input): void {
    const last = this.#waiting.at(-1);
    if (last?.encoding === input.encoding) last.data += input.data;
    else this.#waiting.push({ ...input });
    if (!this.#busy) void this.#work();
  }

  async #work(): Promise<void> {
    this.#busy = true;
    for (let next = this.#take(); next; next = this.#take()) {
      try {
        await this.#send(next);
      } catch (error) {
        // What was typed after what was lost must not arrive without it.
        this.#waiting = [];
        this.#onError(error);
      }
    }
    this.#busy = false;
  }

  #take(): Input | undefined {
    const first = this.#waiting[0];
    if (!first) return undefined;
    if (first.data.length <= MAX_CALL) return this.#waiting.shift();
    // A character of two halves is not cut.
    const high = first.data.charCodeAt(MAX_CALL - 1);
    const end = high >= 0xd800 && high <= 0xdbff ? MAX_CALL - 1 : MAX_CALL;
    const data = first.data.slice(0, end);
    first.data = first.data.slice(end);
    return { data, encoding: first.encoding };
  }
}
