/** Largest file that an import takes, as the contract bounds its base64. */
export const MOST_IMPORT_BYTES = 4 * 1024 * 1024;

/** Bytes as base64. */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  // In pieces: a call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

/** Base64 as bytes. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** Whether a file's beginning is that of an age file, armored or not: it needs a key. */
export async function needsKey(file: Blob): Promise<boolean> {
  const head = (await file.slice(0, 512).text()).trimStart();
  return (
    head.startsWith('age-encryption.org/v1') ||
    head.startsWith('-----BEGIN AGE ENCRYPTED FILE-----')
  );
}
