import { useState } from 'react';

/** What had the focus; of a menu, which is gone by then, the button that opened it. */
function focused(): Element | null {
  const { activeElement } = document;
  const trigger = activeElement?.closest('[role="menu"]')?.getAttribute('aria-labelledby');
  return trigger ? document.getElementById(trigger) : activeElement;
}

/**
 * Gives the focus back to what had it before a dialog opened. (Radix only does so for a trigger
 * inside of its dialog; ours are opened from anywhere, and the focus would be lost to the page.)
 *
 * @returns a handler for the `onCloseAutoFocus` of the dialog's content.
 */
export function useOpener(open: boolean): (event: Event) => void {
  const [was, setWas] = useState<{ open: boolean; opener: Element | null }>(() => ({
    open,
    opener: open ? focused() : null,
  }));
  // While it is drawn, before a field inside takes the focus for itself.
  if (was.open !== open) setWas({ open, opener: open ? focused() : was.opener });
  return (event) => {
    event.preventDefault();
    // Whoever has gone on to something else meanwhile is not called back.
    const free = document.activeElement === null || document.activeElement === document.body;
    if (free && was.opener instanceof HTMLElement) was.opener.focus();
  };
}
