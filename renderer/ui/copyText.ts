/**
 * Puts text on the clipboard. A dashboard that is served over plain HTTP to another machine has no
 * `navigator.clipboard`; there the old way through a selected field still works.
 *
 * @throws Error where the browser lets nobody at its clipboard
 */
export async function copyText(text: string): Promise<void> {
  // Typed as always there, which it is only in a secure context.
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (clipboard) return clipboard.writeText(text);
  const field = document.createElement('textarea');
  field.value = text;
  field.style.position = 'fixed';
  field.style.opacity = '0';
  // Inside an open dialog, which would take the focus back from anywhere else.
  const host = document.querySelector('[role="dialog"][data-modal]') ?? document.body;
  const focused = document.activeElement;
  host.append(field);
  try {
    field.select();
    if (!document.execCommand('copy')) throw new Error('The browser did not copy the text.');
  } finally {
    field.remove();
    if (focused instanceof HTMLElement) focused.focus();
  }
}
