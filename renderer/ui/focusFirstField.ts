/**
 * Where the cursor goes when a dialog opens: its first field, else the dialog itself. (Radix would
 * take the close button, and its tooltip would open at once.)
 */
export function focusFirstField(event: Event): void {
  const content = event.currentTarget;
  if (!(content instanceof HTMLElement)) return;
  event.preventDefault();
  const field = content.querySelector<HTMLElement>(
    'input:not([type="hidden"]):not(:disabled), select:not(:disabled), textarea:not(:disabled)',
  );
  (field ?? content).focus();
}
