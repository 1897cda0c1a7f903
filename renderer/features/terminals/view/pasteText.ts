// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

/**
 * A text that may be pasted into a terminal: without control characters, so that it holds no key
 * presses (Ctrl-C, Escape) and cannot end the marks that tell a program where a paste begins and
 * ends (`ESC [201~`), behind which the rest would count as typed. Lines end with `\n`.
 */
export function cleanPaste(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(CONTROLS, '');
}

/** A paste of so many characters is asked about, whatever the program says. */
const LARGE = 100_000;

/**
 * Whether a person should look before this is pasted: several lines, or one that ends with Enter,
 * run at once in a program that does not tell a paste from typing.
 *
 * @param bracketed whether the program said that it can tell (`CSI ?2004h`)
 */
export function needsLook(text: string, bracketed: boolean): boolean {
  return (!bracketed && text.includes('\n')) || text.length > LARGE;
}
