/** Passes items on in order; whoever pushes waits while too much lies there unread. */
export class BoundedQueue<T> {
  readonly #limit: number;
  readonly #items: { item: T; size: number }[] = [];
  readonly #pushers: (() => void)[] = [];
  #size = 0;
  #ended = false;
  #error: { thrown: unknown } | undefined;
  #wake: () => void = () => undefined;

  /** @param limit the sum of sizes above which pushing waits */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes the item at once; undefined, or resolves when more may come. After the end it does nothing. */
  push(item: T, size = 64): Promise<void> | undefined {
    if (this.#ended) return undefined;
    this.#items.push({ item, size });
    this.#size += size;
    this.#wake();
    if (this.#size <= this.#limit) return undefined;
    return new Promise((resolve) => this.#pushers.push(resolve));
  }

  end(): void {
    this.#ended = true;
    this.#wake();
    for (const go of this.#pushers.splice(0)) go();
  }

  /** The reader gets what is there, then this error. */
  fail(error: unknown): void {
    this.#error = { thrown: error };
    this.end();
  }

  async *read(): AsyncGenerator<T, void, undefined> {
    for (;;) {
      const next = this.#items.shift();
      if (next) {
        this.#size -= next.size;
        if (this.#size <= this.#limit) for (const go of this.#pushers.splice(0)) go();
        yield next.item;
      } else if (this.#error) throw this.#error.thrown;
      else if (this.#ended) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
