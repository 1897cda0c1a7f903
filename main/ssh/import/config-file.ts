import { readdir, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { expandHome } from '../connection/auth-files.ts';
import { NexusError } from '#main/base/errors.ts';
import { globMatches } from '../expression.ts';

/** What a configuration names; the values themselves are `ssh -G`'s to work out. */
export interface ConfigOutline {
  /** Names that stand on a `Host` line without wildcards, in order. */
  names: string[];
  /** Places of what would run a command: `Match exec`, `ProxyCommand`, `KnownHostsCommand`, `LocalCommand`. */
  commands: { file: string; line: number; text: string; onRead: boolean }[];
  warnings: string[];
}

const MAX_BYTES = 4 * 1024 * 1024;
const MAX_DEPTH = 16;
const MAX_FILES = 256;
const MAX_NAMES = 5000;

/**
 * Looks through an OpenSSH client configuration and what it includes, without running anything
 * (ssh_config(5)): which hosts it names, and which commands it would run.
 *
 * @throws NexusError `ssh.config_unreadable`
 */
export async function outlineConfig(file: string): Promise<ConfigOutline> {
  const outline: ConfigOutline = { names: [], commands: [], warnings: [] };
  const seen = { files: 0, names: new Set<string>() };
  await readInto(outline, seen, file, 0, []);
  return outline;
}

async function readInto(
  outline: ConfigOutline,
  seen: { files: number; names: Set<string> },
  file: string,
  depth: number,
  stack: string[],
): Promise<void> {
  if (stack.includes(file)) {
    outline.warnings.push(`${file} includes itself; it is read once.`);
    return;
  }
  if (depth > MAX_DEPTH || (seen.files += 1) > MAX_FILES) {
    outline.warnings.push(`${file} is not read: too many files are included.`);
    return;
  }
  const text = await contents(file, depth === 0, outline);
  for (const [index, raw] of text.split('\n').entries()) {
    const parsed = directive(raw);
    if (!parsed) continue;
    const { keyword, rest, words } = parsed;
    const place = { file, line: index + 1, text: raw.trim().slice(0, 200) };
    if (keyword === 'host') names(outline, seen.names, words);
    else if (keyword === 'match' && mayExec(rest))
      outline.commands.push({ ...place, onRead: true });
    else if (
      /^(proxycommand|knownhostscommand|localcommand)$/.test(keyword) &&
      rest.toLowerCase() !== 'none'
    )
      outline.commands.push({ ...place, onRead: false });
    else if (keyword === 'include')
      for (const pattern of words)
        for (const one of await expand(pattern, outline))
          await readInto(outline, seen, one, depth + 1, [...stack, file]);
  }
}

// OpenSSH takes quotes and an equals sign almost anywhere: `Match exec="…"` too. It may find more
// than there is (a host of that name), never less.
const mayExec = (rest: string) => rest.split(/[\s="!]+/).some((word) => /^exec$/i.test(word));

/** Keyword in lower case and arguments of one line; undefined for blank lines and comments. */
export function directive(
  raw: string,
): { keyword: string; rest: string; words: string[] } | undefined {
  const match = /^\s*"?([A-Za-z][A-Za-z0-9]*)"?(?:\s*=\s*|\s+)(.*?)\s*$/.exec(raw.slice(0, 8192));
  if (!match) return undefined;
  const rest = match[2]!;
  const words = [...rest.matchAll(/"([^"]*)"|(\S+)/g)].map((word) => word[1] ?? word[2]!);
  return { keyword: match[1]!.toLowerCase(), rest, words };
}

function names(outline: ConfigOutline, seen: Set<string>, words: string[]): void {
  for (const word of words) {
    if (/[*?!]/.test(word) || seen.has(word)) continue;
    if (seen.size >= MAX_NAMES) {
      if (seen.size === MAX_NAMES) outline.warnings.push(`Only ${MAX_NAMES} hosts are taken over.`);
      seen.add(word);
      return;
    }
    seen.add(word);
    outline.names.push(word);
  }
}

// A path that is not absolute is below ~/.ssh, wherever the file stands (ssh_config(5), Include).
async function expand(pattern: string, outline: ConfigOutline): Promise<string[]> {
  const path = expandHome(pattern);
  const full = isAbsolute(path) ? path : join(homedir(), '.ssh', path);
  if (!/[*?[]/.test(full)) return [full];
  const folder = dirname(full);
  if (/[*?[]/.test(folder) || basename(full).includes('[')) {
    outline.warnings.push(
      `Include ${pattern} is passed over: only the last part may have wildcards, which are * and ?.`,
    );
    return [];
  }
  const found = await readdir(folder).catch(() => []);
  return found
    .filter((name) => globMatches(basename(full), name) && !name.startsWith('.'))
    .toSorted()
    .map((name) => join(folder, name));
}

async function contents(file: string, must: boolean, outline: ConfigOutline): Promise<string> {
  try {
    const info = await stat(file);
    if (info.size > MAX_BYTES || !info.isFile())
      throw new Error(info.isFile() ? `it is larger than ${MAX_BYTES} bytes` : 'it is not a file');
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (!must) {
      outline.warnings.push(`${file} cannot be read and is passed over.`);
      return '';
    }
    throw new NexusError({
      code: 'ssh.config_unreadable',
      message: `${file} cannot be read: ${(cause as Error).message}`,
      hint: 'Name another file: nexus host import FILE',
      cause,
    });
  }
}
