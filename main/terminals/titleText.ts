/** The longest title that is shown. */
const MAX_TITLE = 80;

/**
 * What a program calls its window, as plain text: no control characters, none that turn the
 * direction of writing round or are not seen, one line, at most 80 characters.
 */
export function titleText(title: string): string {
  const plain = title.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, ' ').replace(/\s+/g, ' ');
  return Array.from(plain.trim()).slice(0, MAX_TITLE).join('').trim();
}
