/** Where the keys go on when what had the focus on the canvas is gone; else Tab begins at the top of the page. */
export function focusCanvas(): void {
  document.querySelector<HTMLElement>('.canvas-stage')?.focus();
}
