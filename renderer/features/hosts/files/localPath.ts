/** Whether this is the desktop window: what is dropped on it has a path that the platform can read. */
export function knowsPaths(): boolean {
  return window.nexus?.pathOf !== undefined;
}

/** Where a file or folder that the person chose or dropped is on this machine. */
export function pathsOf(files: Iterable<File>): string[] {
  return Array.from(files, (file) => window.nexus?.pathOf?.(file) ?? '').filter(Boolean);
}
