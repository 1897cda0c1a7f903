import type { Clock } from '#main/base/clock.ts';
import type { NexusError } from '#main/base/errors.ts';

/** The waits before the tries after a loss, in seconds; the last one counts for all that follow. */
const WAITS = [1, 2, 5, 10, 20, 30];

/** A connection that held for so long was a good one: the next loss begins with the shortest wait. */
const GOOD_MS = 60_000;

/** A host that has not come back by then is left to the person. */
const GIVE_UP_MS = 60 * 60_000;

/** Opens the shell of a lost connection again: soon at first, then less and less often, for an hour. */
export class ComeBack {
  readonly #clock: Clock;
  readonly #tryAgain: () => void;
  #tries = 0;
  #openedAt: number | undefined;
  #lostAt: number | undefined;
  #next: { at: number; cancel: () => void } | undefined;

  /** @param tryAgain opens the shell, and tells by {@link opened} or {@link failed} what became of it */
  constructor(clock: Clock, tryAgain: () => void) {
    this.#clock = clock;
    this.#tryAgain = tryAgain;
  }

  /** When the next try is made; milliseconds since the epoch. */
  get nextAt(): number | undefined {
    return this.#next?.at;
  }

  /** The shell is there. */
  opened(): void {
    this.cancel();
    this.#openedAt = this.#clock.now();
  }

  /** The connection of a shell that was there broke, or a try to bring it back failed. */
  failed(error: NexusError): void {
    this.cancel();
    // A host that was never reached may be spelled wrongly: a person looks at that.
    if (this.#openedAt === undefined || !mayPass(error)) return;
    const now = this.#clock.now();
    if (this.#lostAt === undefined || this.#lostAt < this.#openedAt) {
      if (now - this.#openedAt >= GOOD_MS) this.#tries = 0;
      this.#lostAt = now;
    }
    if (now - this.#lostAt > GIVE_UP_MS) return;
    const wait = WAITS[Math.min(this.#tries, WAITS.length - 1)]! * 1000;
    this.#tries += 1;
    // A host that is left alone for a while is not asked before.
    const retryAt = error.details?.['retry_at'];
    const notBefore = (typeof retryAt === 'string' && Date.parse(retryAt)) || 0;
    this.#schedule(Math.max(now + wait, notBefore));
  }

  /** The machine has woken: whatever waits is tried at once, and an hour is given anew. */
  woke(): void {
    if (!this.#next) return;
    this.cancel();
    this.#tries = 0;
    this.#lostAt = this.#clock.now();
    this.#schedule(this.#clock.now());
  }

  cancel(): void {
    this.#next?.cancel();
    this.#next = undefined;
  }

  #schedule(at: number): void {
    const cancel = this.#clock.at(at, () => {
      this.#next = undefined;
      this.#tryAgain();
    });
    this.#next = { at, cancel };
  }
}

/** Whether waiting can help: a network that is away, not a key that is refused or a person who said no. */
function mayPass({ code, details }: NexusError): boolean {
  if (details?.['retryable'] === false) return false;
  return /^ssh\.(connection_lost|unreachable|circuit_open|handshake_failed|handshake_timeout|channel_timeout|timeout)$/.test(
    code,
  );
}
