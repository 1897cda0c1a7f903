/** Told once, when a connection is gone; with the error where it did not end by our wish. */
export type EndListener = (error: Error | undefined) => void;

/**
 * Who is to hear of a connection's end. A connection lives for weeks and every command on it listens
 * for a moment: whoever has heard enough takes itself off the list.
 */
export class Ending {
  readonly #listeners = new Set<EndListener>();
  #over: { error: Error | undefined } | undefined;

  get over(): boolean {
    return this.#over !== undefined;
  }

  /** How many still listen. */
  get listeners(): number {
    return this.#listeners.size;
  }

  /** Calls back at once where it is over already. @returns takes the listener away again */
  listen(listener: EndListener): () => void {
    if (this.#over) {
      listener(this.#over.error);
      return () => undefined;
    }
    // The same function may listen twice.
    const entry: EndListener = (error) => listener(error);
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  /** Only the first call counts. */
  end(error: Error | undefined): void {
    if (this.#over) return;
    this.#over = { error };
    for (const listener of this.#listeners) listener(error);
    this.#listeners.clear();
  }
}
