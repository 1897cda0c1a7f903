import { z } from 'zod';
import { durationText, json, type Json } from '#contract/common.ts';
import type { ExecEvent } from '#contract/hostCommands.ts';
import type { Host } from '#contract/hosts.ts';
import { durationMs } from '#main/base/duration.ts';
import { NexusError } from '#main/base/errors.ts';
import {
  isUnresolved,
  stepKind,
  type StepContext,
  type StepKind,
  type Unresolved,
} from '#main/workflows/kinds/kind.ts';
import {
  checkScript,
  effectsOf,
  envField,
  idempotentField,
  scriptField,
  stdinField,
  stdinText,
  stepVariables,
  successCodesField,
} from '#main/workflows/kinds/script.ts';
import { approvalFor, askerOf, chosenHosts, type LateDoor, openDoor, orBlocked } from './door.ts';
import { isShell, remoteProgram } from './program.ts';
import { ResultBook } from './results.ts';

const MIB = 1024 * 1024;
const PARALLEL = 10;

export const hostsField = z.union([z.string().min(1), z.array(z.string()).min(1)]).meta({
  title: 'Hosts',
  description:
    'A host expression (web-* and not tag:old, group:db, env:production), or a list of names.',
  examples: ['web-1', 'group:web', 'env:staging and not tag:old'],
});

const withSchema = z.strictObject({
  hosts: hostsField,
  run: scriptField(
    'The script. Expressions reach it as variables, byte for byte, never as spliced text; nothing of it stands on a command line.',
  ),
  interpreter: z
    .string()
    .min(1)
    .optional()
    .meta({
      title: 'Interpreter',
      description:
        'Program on the host that reads the script; default: bash where installed, else sh.',
      examples: ['bash', 'sh', 'python3'],
    }),
  env: envField('Environment variables on the hosts.'),
  stdin: stdinField,
  parallel: z.number().int().min(1).max(200).optional().meta({
    title: 'Parallel',
    description: 'How many hosts at once; default 10, and one after the other for rolling.',
  }),
  strategy: z.enum(['all', 'rolling', 'canary']).default('all').meta({
    title: 'Strategy',
    description:
      'all: every host, whatever happens on others; rolling: no further host after a failure; canary: the first host alone, then the others like rolling. So at most as many hosts fail as run at once.',
  }),
  retries: z.number().int().min(0).max(10).default(0).meta({
    title: 'Retries',
    description:
      'How often the hosts that failed are tried again: at the end, with rolling and canary before any further host.',
  }),
  timeout: durationText.optional().meta({ title: 'Timeout per host' }),
  max_output: z
    .number()
    .int()
    .min(0)
    .max(16 * MIB)
    .default(256 * 1024)
    .meta({ title: 'Output limit', description: 'Bytes of each host’s output to keep.' }),
  success_codes: successCodesField,
  idempotent: idempotentField,
});
type SshInput = z.output<typeof withSchema>;

const hostResult = z.object({
  host: z.string(),
  exit_code: z.number().int().nullable(),
  stdout: z.string(),
  stderr: z.string(),
  ms: z.number(),
  truncated: z.boolean().optional(),
});

/** `ssh`: runs a script on hosts. */
export function sshKind(late: LateDoor): StepKind {
  return stepKind({
    kind: 'ssh',
    title: 'Run on hosts',
    description:
      'Runs a script on one or many hosts by SSH, in parallel, host by host, or on one host first.',
    icon: 'server',
    group: 'Run',
    with: withSchema,
    outputs: z.looseObject({
      results: z.array(hostResult).meta({ description: 'One entry for each host.' }),
      stdout: z
        .string()
        .optional()
        .meta({ description: 'Of a single host, without the last newline.' }),
      stderr: z.string().optional(),
      exit_code: z.number().int().optional(),
      json: json
        .optional()
        .meta({ description: 'Of a single host: its output as JSON, where it is JSON.' }),
    }),
    example: `id: restart
uses: ssh
with:
  hosts: group:web
  strategy: rolling
  run: |
    systemctl restart app
    curl --fail --silent http://localhost/health
`,
    effects: effectsOf,
    unresolved: ['run'],
    check: (authored) => checkScript(authored, isShell),
    async execute(input, context) {
      const { inventory, gate } = openDoor(late);
      const hosts = chosenHosts(inventory, input.hosts);
      const shown = textOf(input.run);
      const ask = approvalFor(gate, { operation: 'exec', command: shown, hosts }, context);
      if (ask) return ask;
      return orBlocked(async () => ({
        type: 'done',
        outputs: await runOn(late, hosts, input, context),
      }));
    },
  });
}

// What a person approves: the script with its values, which are part of what will be done.
function textOf(run: unknown): string {
  if (!isUnresolved(run)) return String(run);
  const values = run.values.map((value) =>
    typeof value === 'string' ? value : JSON.stringify(value),
  );
  return run.literals.map((text, index) => text + (values[index] ?? '')).join('');
}

async function runOn(
  late: LateDoor,
  hosts: Host[],
  input: SshInput,
  context: StepContext,
): Promise<Json> {
  const env = {
    ...context.env,
    ...input.env,
    ...stepVariables(context),
  };
  const program = remoteProgram(input.run as string | Unresolved, env, input.interpreter);
  const stdin = stdinText(input.stdin) ?? '';
  const { operations } = openDoor(late);
  // The step waits for a locked vault, and is begun anew then: not with half of the hosts done.
  if (hosts.length > 1) operations.checkSecrets(hosts);
  const events = operations.execOn(
    hosts,
    {
      command: program.command,
      stdin: Buffer.concat([program.input, Buffer.from(stdin)]).toString('base64'),
      parallel: input.parallel ?? (input.strategy === 'rolling' ? 1 : PARALLEL),
      strategy: input.strategy,
      retries: input.retries,
      max_bytes: input.max_output,
      interactive: true,
      successCodes: input.success_codes,
      ...(input.timeout === undefined ? {} : { timeout_ms: durationMs(input.timeout) }),
    },
    context.signal,
    askerOf(context),
  );
  const book = new ResultBook(hosts.length > 1, context);
  for await (const event of events) await book.take(event);
  context.signal.throwIfAborted();
  return conclude(book, hosts.length === 1);
}

function conclude(book: ResultBook, single: boolean): Json {
  const done = book.done!;
  if (done.failed.length > 0) throw failed(book, done);
  const results = book.results();
  const [only] = results;
  if (!single || !only) return { results } as unknown as Json;
  const { exit_code, stdout, stderr } = only;
  const text = stdout.replace(/\r?\n$/, '');
  const parsed = parseJson(text);
  return {
    results,
    exit_code,
    stdout: text,
    stderr: stderr.trimEnd(),
    ...(parsed === undefined ? {} : { json: parsed }),
  } as unknown as Json;
}

const isLocked = (book: ResultBook, host: string) => book.failure(host).code === 'vault.locked';

function parseJson(text: string): Json | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function failed(book: ResultBook, done: Extract<ExecEvent, { type: 'done' }>): NexusError {
  const first = book.failure(done.failed[0]!);
  const where =
    done.failed.length === 1
      ? done.failed[0]!
      : `${done.failed.length} hosts (${done.failed.slice(0, 5).join(', ')}${done.failed.length > 5 ? ', …' : ''})`;
  // Begun anew it would run once more where it has run.
  const touched = done.succeeded.length > 0 || done.failed.some((host) => !isLocked(book, host));
  const skipped = done.skipped.length > 0 ? ` ${done.skipped.length} were not begun.` : '';
  return new NexusError({
    // One host that could not be reached may be tried again as such.
    code: (isLocked(book, done.failed[0]!) && touched ? undefined : first.code) ?? 'ssh.failed',
    message: `The script failed on ${where}: ${first.message}${skipped}`,
    hint:
      first.hint ??
      'See the step’s log. `success_codes` lists the exit codes that count as success.',
    kind: 'operational',
    details: {
      ...(first.exitCode === null ? {} : { exit_code: first.exitCode }),
      failed: done.failed,
      succeeded: done.succeeded,
      skipped: done.skipped,
    },
  });
}
