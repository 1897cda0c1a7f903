/** A request target, taken apart. */
export interface Target {
  /** As it was sent, without the query: never decoded, so nothing can hide behind an encoding. */
  path: string;
  /** With its question mark, or empty. */
  search: string;
}

/**
 * Takes a request target apart, or refuses it (undefined). What is left is unambiguous: a path that
 * starts with one slash and has no `.` or `..` segment, no empty segment, no encoded slash, backslash,
 * dot segment or control character, and no path parameters on a dot segment (`..;`). So the rules that
 * follow see the same path as whoever serves it.
 */
export function parseTarget(url: string | undefined): Target | undefined {
  if (url === undefined || url.length > 8192 || url.charCodeAt(0) !== 47) return undefined;
  const mark = url.indexOf('?');
  const path = mark === -1 ? url : url.slice(0, mark);
  const search = mark === -1 ? '' : url.slice(mark);
  return isPlain(path) || isUnambiguous(path) ? { path, search } : undefined;
}

// The common case without any regular expression: letters, digits, -, _, ~ and dots inside a segment.
function isPlain(path: string): boolean {
  let before = 47;
  for (let i = 1; i < path.length; i += 1) {
    const code = path.charCodeAt(i);
    const letter = (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
    const plain =
      letter || (code >= 48 && code <= 57) || code === 45 || code === 95 || code === 126;
    const inner = (code === 46 || code === 47) && before !== 47;
    if (!plain && !inner) return false;
    before = code;
  }
  return true;
}

function isUnambiguous(path: string): boolean {
  if (/[\\\s#]/.test(path)) return false;
  const segments = path.slice(1).split('/');
  return segments.every((segment, i) => {
    // A slash at the end is an empty last segment; "/" alone has only that.
    if (segment === '') return i === segments.length - 1;
    let decoded: string;
    try {
      decoded = decodeURIComponent(segment);
    } catch {
      return false;
    }
    // Nothing is encoded twice: whoever decodes once more must see nothing new.
    if (/[/\\%\p{Cc}]/u.test(decoded)) return false;
    return !/^\.{1,2}$/.test(decoded.split(';', 1)[0]!);
  });
}
