import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { z } from 'zod';
import type { Json } from '#contract/common.ts';
import type { TransferEvent } from '#contract/hostFiles.ts';
import type { Host } from '#contract/hosts.ts';
import { NexusError, toNexusError } from '#main/base/errors.ts';
import { stepKind, type StepContext, type StepKind } from '#main/workflows/kinds/kind.ts';
import { approvalFor, askerOf, chosenHosts, type LateDoor, openDoor, orBlocked } from './door.ts';
import { hostsField } from './ssh.ts';

const shared = {
  hosts: hostsField,
  resume: z.boolean().default(true).meta({
    title: 'Resume',
    description: 'Go on where an earlier transfer of the same file stopped.',
  }),
  verify: z.boolean().default(true).meta({
    title: 'Verify',
    description: 'Compare SHA-256 checksums at the end, where the host can.',
  }),
  parallel: z.number().int().min(1).max(50).default(4).meta({
    title: 'Parallel',
    description: 'How many hosts at once.',
  }),
};
const uploadWith = z.strictObject({
  from: z.string().min(1).meta({
    title: 'From',
    description: 'File or folder on this machine; relative paths are in the run’s own folder.',
  }),
  to: z.string().min(1).meta({
    title: 'To',
    description:
      'Path on the hosts; one that ends in / or is a folder takes it under its own name.',
  }),
  ...shared,
});
const downloadWith = z.strictObject({
  from: z.string().min(1).meta({ title: 'From', description: 'File or folder on the hosts.' }),
  to: z.string().min(1).meta({
    title: 'To',
    description:
      'Path on this machine; relative paths are in the run’s own folder. Of several hosts each has a folder of its name in it.',
  }),
  ...shared,
});
const outputs = z.object({
  results: z.array(
    z.object({
      host: z.string(),
      files: z.number().int(),
      bytes: z.number(),
      verified: z.boolean(),
      sha256: z.string().optional(),
      path: z.string().meta({ description: 'Where it is now.' }),
    }),
  ),
});

/** `ssh.upload`: sends a file or folder to hosts. */
export function uploadKind(late: LateDoor): StepKind {
  return stepKind({
    kind: 'ssh.upload',
    title: 'Upload to hosts',
    description:
      'Sends a file or folder to hosts by SSH; the target appears only when all of it has arrived.',
    icon: 'upload',
    group: 'Data',
    with: uploadWith,
    outputs,
    example: `id: ship
uses: ssh.upload
with:
  hosts: group:web
  from: site.tar.gz
  to: /srv/site/
`,
    effects: 'idempotent',
    async execute(input, context) {
      const from = await allowedPath(input.from, context);
      return transferAll(late, 'upload', { ...input, from }, () => input.to, context);
    },
  });
}

/** `ssh.download`: fetches a file or folder from hosts. */
export function downloadKind(late: LateDoor): StepKind {
  return stepKind({
    kind: 'ssh.download',
    title: 'Download from hosts',
    description: 'Fetches a file or folder from hosts by SSH into the run’s folder.',
    icon: 'download',
    group: 'Data',
    with: downloadWith,
    outputs,
    example: `id: logs
uses: ssh.download
with:
  hosts: group:web
  from: /var/log/app.log
  to: logs/
`,
    effects: 'idempotent',
    async execute(input, context) {
      const to = await allowedPath(input.to, context);
      const folder = /[/\\]$/.test(input.to) ? sep : '';
      const target = (host: Host, count: number) =>
        count === 1 ? to + folder : join(to, host.name) + sep;
      return transferAll(late, 'download', input, target, context);
    },
  });
}

async function transferAll(
  late: LateDoor,
  direction: 'upload' | 'download',
  input: {
    hosts: string | string[];
    from: string;
    to: string;
    resume: boolean;
    verify: boolean;
    parallel: number;
  },
  target: (host: Host, count: number) => string,
  context: StepContext,
) {
  const { inventory, operations, gate } = openDoor(late);
  const hosts = chosenHosts(inventory, input.hosts);
  const command = `${input.from} → ${input.to}`;
  const ask = approvalFor(gate, { operation: direction, command, hosts }, context);
  if (ask) return ask;
  const results = new Map<string, Json>();
  const failures = new Map<string, NexusError>();
  const waiting = [...hosts];
  const { resume, verify, from } = input;
  const one = async (host: Host) => {
    const to = target(host, hosts.length);
    const request = { host: host.name, from, to, resume, verify, interactive: true };
    const events = operations.transferOn(
      direction,
      host,
      request,
      context.signal,
      askerOf(context),
    );
    for await (const event of events) {
      if (event.type !== 'done') continue;
      results.set(host.name, resultOf(event, to));
      await context.log('system', `${host.name}: ${event.files} files, ${event.bytes} bytes\n`);
    }
  };
  // What fails on one host stops no other, and the step ends when nothing of it goes on any more.
  const work = async () => {
    for (let host = waiting.shift(); host && !context.signal.aborted; host = waiting.shift()) {
      const { name } = host;
      await one(host).catch((error: unknown) => failures.set(name, toNexusError(error)));
    }
  };
  return orBlocked(async () => {
    if (hosts.length > 1) operations.checkSecrets(hosts);
    await Promise.all(Array.from({ length: Math.min(input.parallel, hosts.length) }, work));
    context.signal.throwIfAborted();
    if (failures.size > 0) throw failed(hosts, failures);
    return {
      type: 'done',
      outputs: { results: hosts.flatMap(({ name }) => results.get(name) ?? []) },
    };
  });
}

function failed(hosts: Host[], failures: ReadonlyMap<string, NexusError>): NexusError {
  // Done anew, a transfer does no harm: it waits for the vault also where others went well.
  const locked = [...failures.values()].find((error) => error.code === 'vault.locked');
  const [first] = failures.values();
  if (locked || hosts.length === 1) return locked ?? first!;
  const names = [...failures.keys()];
  const where = names.length === 1 ? names[0]! : `${names.length} hosts (${names.join(', ')})`;
  return new NexusError({
    ...first!.toShape(),
    message: `The transfer failed on ${where}: ${first!.message}`,
    details: {
      ...first!.details,
      failed: names,
      succeeded: hosts.map(({ name }) => name).filter((name) => !failures.has(name)),
    },
    cause: first,
  });
}

function resultOf(event: Extract<TransferEvent, { type: 'done' }>, path: string): Json {
  const { host, files, bytes, verified, sha256 } = event;
  return { host, files, bytes, verified, path, ...(sha256 ? { sha256 } : {}) };
}

/** A path that a step may touch, as for the `file` kind: inside one of the workflow's folders, links resolved. */
async function allowedPath(path: string, context: StepContext): Promise<string> {
  const full = isAbsolute(path) ? resolve(path) : resolve(context.runFolder(), path);
  const real = await realOf(full);
  for (const root of context.fileRoots) {
    const inside = relative(await realOf(root), real);
    if (inside === '' || (!inside.startsWith('..') && !isAbsolute(inside))) return full;
  }
  throw new NexusError({
    code: 'file.outside',
    message: `${path} is outside the folders that this workflow may touch.`,
    hint: 'Name its folder in the workflow’s `file_roots`.',
    details: { retryable: false },
  });
}

// The nearest folder that exists decides: the rest is yet to be made.
async function realOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(await realOf(parent), relative(parent, path));
  }
}
