/** How fast one remote may go: `burst` at once, then `perSecond`. */
export interface Rate {
  burst: number;
  perSecond: number;
}

/** What is limited, per remote address. */
export interface RateLimits {
  /** Attempts to log in, good ones too. */
  login: Rate;
  /** Requests that were refused: unknown callers, foreign hosts and origins. */
  refusals: Rate;
  /** Calls of known callers over REST. */
  calls: Rate;
  /** Webhook deliveries that were refused. Accepted ones cost nothing. */
  hookRefusals: Rate;
}

/** Meant to stop floods and guessing, and to be out of everybody else's way. */
export const DEFAULT_RATES: RateLimits = {
  login: { burst: 10, perSecond: 1 / 6 },
  refusals: { burst: 60, perSecond: 1 },
  calls: { burst: 20_000, perSecond: 5000 },
  hookRefusals: { burst: 100, perSecond: 5 },
};

/** Remotes that are remembered; the longest unseen are forgotten first. */
const MAX_REMOTES = 10_000;

interface Bucket {
  tokens: number;
  at: number;
}

/** Token buckets by remote address. */
export class RateLimit {
  readonly #rate: Rate;
  readonly #now: () => number;
  readonly #buckets = new Map<string, Bucket>();

  /** @param now milliseconds, monotonic. */
  constructor(rate: Rate, now: () => number = () => performance.now()) {
    this.#rate = rate;
    this.#now = now;
  }

  /** Takes one token; answers 0, or after how many seconds there will be one. */
  take(remote: string): number {
    const wait = this.wait(remote);
    if (wait === 0) this.#bucket(remote).tokens -= 1;
    return wait;
  }

  /** How long until there is a token, in whole seconds; takes none. */
  wait(remote: string): number {
    const { tokens } = this.#bucket(remote);
    return tokens >= 1 ? 0 : Math.max(1, Math.ceil((1 - tokens) / this.#rate.perSecond));
  }

  get size(): number {
    return this.#buckets.size;
  }

  #bucket(remote: string): Bucket {
    const key = remoteKey(remote);
    const now = this.#now();
    let bucket = this.#buckets.get(key);
    if (bucket) {
      const gained = ((now - bucket.at) / 1000) * this.#rate.perSecond;
      bucket.tokens = Math.min(this.#rate.burst, bucket.tokens + gained);
      bucket.at = now;
      this.#buckets.delete(key);
    } else {
      bucket = { tokens: this.#rate.burst, at: now };
      if (this.#buckets.size >= MAX_REMOTES)
        this.#buckets.delete(this.#buckets.keys().next().value!);
    }
    this.#buckets.set(key, bucket);
    return bucket;
  }
}

/** One remote: an IPv4 address, or the /64 that an IPv6 customer has to himself. */
export function remoteKey(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped) return mapped[1]!;
  if (!address.includes(':')) return address;
  const [head, tail] = address.split('%', 1)[0]!.split('::', 2) as [string, string?];
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array.from({ length: zeros }, () => '0'), ...right];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
