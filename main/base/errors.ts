import type { ErrorShape } from '#contract/errors.ts';

/** What a {@link NexusError} is made from. */
export interface NexusErrorInit extends Omit<ErrorShape, 'kind'> {
  kind?: ErrorShape['kind'];
  cause?: unknown;
}

/** The one error type that crosses a service's door. Every face renders it the same way. */
export class NexusError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly kind: ErrorShape['kind'];
  readonly details: Record<string, unknown> | undefined;

  constructor(init: NexusErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    this.name = 'NexusError';
    this.code = init.code;
    this.hint = init.hint;
    this.kind = init.kind ?? 'user';
    this.details = init.details;
  }

  /** The shape that crosses a process or a network; the cause and the stack stay here. */
  toShape(): ErrorShape {
    return {
      code: this.code,
      message: this.message,
      kind: this.kind,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      ...(this.details === undefined ? {} : { details: this.details }),
    };
  }
}

/** Turns whatever was thrown into a {@link NexusError}; what is not one becomes `internal`, unexpected. */
export function toNexusError(thrown: unknown): NexusError {
  if (thrown instanceof NexusError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new NexusError({
    code: 'internal',
    message,
    hint: 'This is a defect in Nexus. Please report it with the log file.',
    kind: 'unexpected',
    cause: thrown,
  });
}
