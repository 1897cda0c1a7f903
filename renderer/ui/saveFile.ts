import { saveBytes } from './saveBytes.ts';

/** Offers `text` to the reader as a file to keep. */
export function saveFile(name: string, text: string, type = 'text/plain'): void {
  saveBytes(name, new Blob([text], { type: `${type};charset=utf-8` }));
}
