import { ORPCError } from '@orpc/client';
import { errorShape } from '#contract/errors.ts';
import { operationError } from '#main/api/index.ts';
import { NexusError } from '#main/base/errors.ts';

/** The error that an {@link ORPCError} (or its JSON) stands for. */
export function fromWire(thrown: unknown): NexusError {
  const shaped = errorShape.safeParse((thrown as { data?: unknown } | undefined)?.data);
  if (shaped.success) return new NexusError(shaped.data);
  return operationError(
    thrown instanceof ORPCError || !isJsonError(thrown)
      ? thrown
      : new ORPCError(thrown.code, { message: thrown.message, status: thrown.status }),
    () => undefined,
  );
}

function isJsonError(value: unknown): value is { code: string; message: string; status: number } {
  return typeof value === 'object' && value !== null && 'code' in value && 'status' in value;
}
