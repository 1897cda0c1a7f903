import type { AuditRecord } from '#main/audit/index.ts';
import type { Clock } from '#main/base/clock.ts';
import type { Logger } from '#main/base/log.ts';
import type { KnownVault, Use } from './known.ts';

/** What a secret was used for. */
export interface UseOf {
  run?: string | undefined;
  /** The host that was logged in to. */
  host?: string | undefined;
}

const FLUSH_MS = 2000;
/** Runs whose uses are remembered, so that each is recorded once per secret. */
const REMEMBERED = 10_000;

/**
 * Who used which secret when. Counted in memory and written every two seconds, so that reading a
 * secret costs no commit; the audit log has one entry per secret and run.
 */
export class Uses {
  #waiting = new Map<string, Use>();
  #seen = new Set<string>();
  #cancel: (() => void) | undefined;
  readonly #known: KnownVault;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #record: (entry: AuditRecord) => Promise<void>;

  constructor(options: {
    known: KnownVault;
    clock: Clock;
    log: Logger;
    record: (entry: AuditRecord) => Promise<void>;
  }) {
    this.#known = options.known;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#record = options.record;
  }

  /** @param use set where a run or a login used it; a person's use is recorded by the table of operations */
  note(entry: string, name: string, by: string, use?: UseOf): void {
    const uses = (this.#waiting.get(entry)?.uses ?? 0) + 1;
    this.#waiting.set(entry, { used_at: this.#clock.now(), used_by: by, uses });
    this.#cancel ??= this.#clock.at(this.#clock.now() + FLUSH_MS, () => this.flush());
    if (use !== undefined) this.#audit(name, by, use);
  }

  #audit(name: string, by: string, { run, host }: UseOf): void {
    if (run !== undefined) {
      const key = `${run} ${host ?? ''} ${name}`;
      if (this.#seen.has(key)) return;
      if (this.#seen.size >= REMEMBERED) this.#seen.clear();
      this.#seen.add(key);
    }
    this.#record({
      actor: by,
      face: 'engine',
      action: 'vault.use',
      outcome: 'allowed',
      details: {
        name,
        ...(host === undefined ? {} : { host }),
        ...(run === undefined ? {} : { run }),
      },
    }).catch((error: unknown) => this.#log.warn('The use of a secret was not recorded', { error }));
  }

  /** All uses, also those that are not written yet. */
  all(): Map<string, Use> {
    this.flush();
    return this.#known.uses();
  }

  /** Writes what waits. */
  flush(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const waiting = this.#waiting;
    this.#waiting = new Map();
    try {
      this.#known.addUses(waiting);
    } catch (error) {
      this.#log.warn('When secrets were used could not be written', { error });
    }
  }
}
