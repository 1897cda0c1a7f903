/** A path below a folder of a host. */
export function joinPath(folder: string, name: string): string {
  return folder.endsWith('/') ? `${folder}${name}` : `${folder}/${name}`;
}

/** A folder as the target of a transfer: what comes is put into it under its own name, files and folders alike. */
export function into(folder: string): string {
  return folder.endsWith('/') ? folder : `${folder}/`;
}

/** The folder that a folder is in; the root's is itself. */
export function parentOf(folder: string): string {
  const at = folder.replace(/\/+$/, '').lastIndexOf('/');
  return at <= 0 ? '/' : folder.slice(0, at);
}

/** The last part of a path of whatever system. */
export function baseName(path: string): string {
  return (
    path
      .replace(/[/\\]+$/, '')
      .split(/[/\\]/)
      .at(-1) ?? path
  );
}

/** Each folder from the root to this one. */
export function trail(folder: string): { name: string; path: string }[] {
  const steps = [{ name: '/', path: '/' }];
  let path = '';
  for (const name of folder.split('/').filter(Boolean)) {
    path += `/${name}`;
    steps.push({ name, path });
  }
  return steps;
}

/** Permission bits as `ls` writes them: `rwxr-x---`, with the special bits. */
export function modeText(mode: number): string {
  const letters = 'rwxrwxrwx'
    .split('')
    .map((letter, index) => ((mode >> (8 - index)) & 1 ? letter : '-'));
  const special: [number, number, string][] = [
    [0o4000, 2, 's'],
    [0o2000, 5, 's'],
    [0o1000, 8, 't'],
  ];
  for (const [bit, at, letter] of special)
    if (mode & bit) letters[at] = letters[at] === 'x' ? letter : letter.toUpperCase();
  return letters.join('');
}
