import { toErrorShape } from '#renderer/client/errorShape.ts';

/** What went wrong with a form, and what to do, where the form is. */
export function FormError({ error }: { error: unknown }) {
  if (error === undefined) return null;
  const { message, hint } = toErrorShape(error);
  return (
    <p role="alert" className="rounded-control bg-danger/10 px-3 py-2 text-sm text-danger">
      {message} {hint && <span className="text-text">{hint}</span>}
    </p>
  );
}
