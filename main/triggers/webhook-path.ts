/** A path as the registry knows it: without slashes at its ends. Nothing is decoded. */
export function normalPath(path: string): string {
  let [start, end] = [0, path.length];
  while (path.charCodeAt(start) === 47) start += 1;
  while (end > start && path.charCodeAt(end - 1) === 47) end -= 1;
  return start === 0 && end === path.length ? path : path.slice(start, end);
}
