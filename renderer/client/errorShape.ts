import { ORPCError } from '@orpc/client';
import { type ErrorShape, errorShape } from '#contract/errors.ts';
import { said } from '#renderer/i18n/said.ts';

/** The error as every face shows it, whatever was thrown: by the platform, the connection or the page; in the window's language. */
export function toErrorShape(thrown: unknown): ErrorShape {
  return said(shapeOf(thrown));
}

function shapeOf(thrown: unknown): ErrorShape {
  if (thrown instanceof ORPCError) {
    const shaped = errorShape.safeParse(thrown.data);
    if (shaped.success) return shaped.data;
    return { code: thrown.code.toLowerCase(), message: thrown.message, kind: 'unexpected' };
  }
  const shaped = errorShape.safeParse(thrown);
  if (shaped.success) return shaped.data;
  return {
    code: 'internal',
    message: thrown instanceof Error ? thrown.message : String(thrown),
    kind: 'unexpected',
  };
}
