import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  type FoundHost,
  type Host,
  type HostImport,
  type HostInput,
  type HostOptions,
  hostInput,
  hostName,
} from '#contract/hosts.ts';
import { NexusError, toNexusError } from '#main/base/errors.ts';
import { expandHome } from '../connection/auth-files.ts';
import type { HostStore } from '../hosts.ts';
import { outlineConfig } from './config-file.ts';
import { CONFIG_OPTIONS, hostFromConfig, resolveByOpenSsh } from './resolve.ts';

export interface ImportRequest {
  file?: string;
  /** Lets `Match exec` run the commands that the file names; without it a file with such a line is refused. */
  allow_exec: boolean;
  dry_run: boolean;
  group?: string;
  accept_new: boolean;
}

const AT_ONCE = 4;

/**
 * Takes over the hosts of an OpenSSH configuration, each as `ssh -G` works it out (Include, Match,
 * jump chains, tokens). Groups, tags and notes that people gave in Nexus stay.
 *
 * @throws NexusError `ssh.config_unreadable`, `ssh.config_runs_commands`, `ssh.openssh_missing`
 */
export async function importConfig(hosts: HostStore, request: ImportRequest): Promise<HostImport> {
  const own = join(homedir(), '.ssh', 'config');
  const file = resolve(expandHome(request.file ?? own));
  const outline = await outlineConfig(file);
  const onRead = outline.commands.filter((one) => one.onRead);
  if (onRead.length > 0 && !request.allow_exec) throw runsCommands(file, onRead);
  const warnings = [...outline.warnings];
  for (const one of outline.commands)
    if (!one.onRead)
      warnings.push(
        `${one.file}:${one.line} runs a command of this machine at every connection: ${one.text}`,
      );
  const found: HostInput[] = [];
  const waiting = [...outline.names];
  const work = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const input = await read(file, name, request, warnings);
      // One's own file runs what one wrote; another's runs nothing unless one says so.
      if (input?.options?.proxy_command && file !== own && !request.allow_exec)
        warnings.push(
          `${name} is passed over: it has a ProxyCommand. Import it with --allow-exec.`,
        );
      else if (input) found.push(input);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const order = new Map(outline.names.map((name, index) => [name, index]));
  found.sort((a, b) => order.get(a.name)! - order.get(b.name)!);
  return { ...apply(hosts, found, request), warnings };
}

async function read(
  file: string,
  name: string,
  request: ImportRequest,
  warnings: string[],
): Promise<HostInput | undefined> {
  if (!hostName.safeParse(name).success) {
    warnings.push(`“${name.slice(0, 80)}” is no name that Nexus takes; it is passed over.`);
    return undefined;
  }
  try {
    const input = hostFromConfig(name, await resolveByOpenSsh(file, name, request.allow_exec));
    const made: HostInput = {
      ...input,
      ...(request.group ? { groups: [request.group] } : {}),
      options: { ...input.options, ...(request.accept_new ? { accept_new: true } : {}) },
    };
    const parsed = hostInput.safeParse(made);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0]!;
    warnings.push(`${name} is passed over: ${issue.path.join('.')}: ${issue.message}`);
    return undefined;
  } catch (thrown) {
    const error = toNexusError(thrown);
    if (error.code === 'ssh.openssh_missing') throw error;
    warnings.push(`${name} is passed over: ${error.message}`);
    return undefined;
  }
}

// What a configuration no longer says of a host is gone: a stale ProxyCommand would lead elsewhere.
// Of a host that people made themselves it only adds.
function keptOptions({ source, options }: Host): HostOptions {
  if (source !== 'imported') return options;
  const spoken: readonly string[] = CONFIG_OPTIONS;
  return Object.fromEntries(Object.entries(options).filter(([name]) => !spoken.includes(name)));
}

function apply(hosts: HostStore, found: HostInput[], { dry_run: dry }: ImportRequest) {
  const list: FoundHost[] = [];
  const note = (change: FoundHost['change'], input: HostInput) => {
    const { name, address, port = 22, user, jump = [] } = input;
    list.push({ name, change, address, port, ...(user ? { user } : {}), jump });
  };
  hosts.transaction(() => {
    for (const input of found) {
      const before = hosts.find(input.name);
      if (!before) {
        note('added', input);
        if (!dry) hosts.add(input, 'imported');
        continue;
      }
      // An import knows nothing of tags: those there are people's.
      const { name: _name, groups, tags: _tags, ...rest } = input;
      const change = {
        ...rest,
        ...(groups?.length ? { groups: [...new Set([...before.groups, ...groups])] } : {}),
        options: { ...keptOptions(before), ...input.options },
      };
      const same = Object.entries(change).every(
        ([key, value]) =>
          JSON.stringify(sorted(value)) ===
          JSON.stringify(sorted(before[key as keyof typeof before])),
      );
      note(same ? 'unchanged' : 'updated', input);
      if (!same && !dry) hosts.update(input.name, change);
    }
  });
  const of = (change: FoundHost['change']) =>
    list.filter((host) => host.change === change).map(({ name }) => name);
  return {
    hosts: list,
    added: of('added'),
    updated: of('updated'),
    unchanged: of('unchanged'),
  };
}

const sorted = (value: unknown): unknown =>
  value && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value;

function runsCommands(
  file: string,
  places: { file: string; line: number; text: string }[],
): NexusError {
  const list = places.slice(0, 5).map((one) => `${one.file}:${one.line}: ${one.text}`);
  return new NexusError({
    code: 'ssh.config_runs_commands',
    message: `Reading ${file} would run commands on this machine (Match exec): ${list.join('; ')}`,
    hint: 'Look at them. If you trust the file, import it with --allow-exec.',
    details: { places: list, retryable: false },
  });
}
