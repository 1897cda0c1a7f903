/**
 * Bytes as text, or undefined where they are no UTF-8: what came of them otherwise would be other
 * characters than they were, and nobody would see it.
 *
 * @param keepMark leaves a mark at the beginning (BOM) in the text
 */
export function utf8Text(bytes: Uint8Array, keepMark = false): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: keepMark }).decode(bytes);
  } catch {
    return undefined;
  }
}
