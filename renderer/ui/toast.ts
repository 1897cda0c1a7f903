import { toast as sonner } from 'sonner';
import { toErrorShape } from '#renderer/client/errorShape.ts';

/** Says that something was done, with an undo where there is one. */
export function toastDone(message: string, undo?: { label: string; run: () => void }): void {
  sonner.success(message, {
    duration: undo ? 10_000 : 4_000,
    ...(undo ? { action: { label: undo.label, onClick: undo.run } } : {}),
  });
}

/** Says what went wrong and, below it, what to do. */
export function toastError(error: unknown): void {
  const shape = toErrorShape(error);
  sonner.error(shape.message, { description: shape.hint ?? shape.code, duration: 10_000 });
}
