/** The parts of a key press that shortcuts look at. */
export interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

/** Whether a press is the (single-stroke) shortcut `keys`: `mod+k`, `j`, `shift+j`, `?`. */
export function matchKeys(press: KeyPress, keys: string): boolean {
  const parts = keys.toLowerCase().split('+');
  const key = parts.at(-1) ?? '';
  if (press.key.toLowerCase() !== key) return false;
  const mod = press.ctrlKey || press.metaKey;
  if (parts.includes('mod') !== mod || parts.includes('alt') !== press.altKey) return false;
  // Signs such as ? need shift on some keyboards and not on others.
  const isSign = key.length === 1 && !/[a-z0-9]/.test(key);
  return isSign || parts.includes('shift') === press.shiftKey;
}
