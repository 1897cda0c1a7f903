/**
 * Has a field that takes its text only when it is left take it now, so that a save or a run has
 * what is on the screen. The focus stays, unless the field itself is drawn anew.
 */
export function takeField(): void {
  const field = document.activeElement;
  if (!(field instanceof HTMLInputElement)) return;
  field.blur();
  if (field.isConnected) field.focus();
}
