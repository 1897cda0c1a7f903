import { rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { durationText, json } from '#contract/common.ts';
import { privateFolder } from '#main/base/privateFolder.ts';
import { durationMs } from '#main/base/duration.ts';
import { NexusError } from '#main/base/errors.ts';
import { bindShell } from '../shell/index.ts';
import { Capture } from './capture.ts';
import { childEnvironment } from './environment.ts';
import { interpreterOf, type Interpreter } from './interpreter.ts';
import { stepKind, type StepContext, type Unresolved } from './kind.ts';
import { runProcess, type ProcessResult } from './process.ts';
import {
  checkScript,
  effectsOf,
  envField,
  expressionInScript,
  idempotentField,
  scriptField,
  stdinField,
  stdinText,
  stepVariables,
  successCodesField,
} from './script.ts';
import { shellOutputs } from './shelloutputs.ts';

const MIB = 1024 * 1024;
/** A value above this goes to a file: Linux refuses one variable above 128 KiB, and all of them above 2 MiB or so. */
const INLINE_LIMIT = 64 * 1024;
const STDERR_TAIL = 16 * 1024;

const withSchema = z.strictObject({
  run: scriptField(
    'The script. Expressions reach it as environment variables, byte for byte, never as spliced text.',
  ),
  interpreter: z
    .string()
    .min(1)
    .optional()
    .meta({
      title: 'Interpreter',
      description:
        'Program that reads the script, e.g. sh, python3 or pwsh; default: bash where installed, else sh.',
      examples: ['bash', 'sh', 'python3', 'node', 'pwsh'],
    }),
  cwd: z.string().min(1).optional().meta({
    title: 'Folder',
    description: 'Working folder; default and base of relative paths: the run’s own folder.',
  }),
  env: envField('Further environment variables.'),
  inherit_env: z.array(z.string()).default([]).meta({
    title: 'Inherit environment',
    description:
      'Names of variables to take over from Nexus itself, e.g. SSH_AUTH_SOCK. PATH, HOME, LANG and the like always are.',
  }),
  stdin: stdinField,
  output: z.enum(['auto', 'text', 'json', 'none']).default('auto').meta({
    title: 'Output',
    description:
      'What becomes of standard output. auto: kept as text, and as JSON where it is JSON; json: must be JSON; none: only logged.',
  }),
  max_output: z
    .number()
    .int()
    .min(0)
    .max(64 * MIB)
    .default(MIB)
    .meta({
      title: 'Output limit',
      description: 'Bytes of standard output to keep as an output. The log has its own limit.',
    }),
  success_codes: successCodesField,
  kill_grace: durationText.default('5s').meta({
    title: 'Kill grace',
    description: 'Time between asking the processes to end and ending them, on cancel and timeout.',
  }),
  idempotent: idempotentField,
});
type ShellInput = z.output<typeof withSchema>;

/** `shell`: runs a script on this machine, in a process group of its own. */
export const shell = stepKind({
  kind: 'shell',
  title: 'Run script',
  description:
    'Runs a script on this machine with a streaming log. Set outputs by writing name=value to "$NEXUS_OUTPUT", or print JSON.',
  icon: 'terminal',
  group: 'Run',
  with: withSchema,
  outputs: z.looseObject({
    exit_code: z.number().int(),
    stdout: z
      .string()
      .optional()
      .meta({ description: 'Standard output without the last newline.' }),
    stderr: z.string().optional().meta({ description: 'End of standard error.' }),
    json: json.optional().meta({ description: 'Standard output as JSON, where it is JSON.' }),
    truncated: z.boolean().optional().meta({ description: 'Whether stdout was cut at the limit.' }),
  }),
  example: `id: disk
uses: shell
with:
  run: |
    used=$(df --output=pcent \${{ inputs.path }} | tail -n 1 | tr -dc 0-9)
    echo "used=$used" >> "$NEXUS_OUTPUT"
`,
  effects: effectsOf,
  unresolved: ['run'],
  check: (authored) => checkScript(authored, (name) => interpreterOf(name).shell),
  async execute(input, context) {
    // Not in the home: large values and what the script puts out lie there as they are.
    const folder = await privateFolder('shell');
    try {
      return { type: 'done', outputs: await runScript(input, context, folder) };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
});

async function runScript(input: ShellInput, context: StepContext, folder: string) {
  const interpreter = interpreterOf(input.interpreter);
  const outputFile = join(folder, 'output');
  const { script, env: bound } = await bindScript(input.run, interpreter, folder);
  const scriptFile = join(folder, `script${interpreter.extension}`);
  await writeFile(scriptFile, script, { mode: 0o600 });
  await writeFile(outputFile, '', { mode: 0o600 });
  const stdout = new Capture(input.output === 'none' ? 0 : input.max_output, 'head');
  const stderr = new Capture(STDERR_TAIL, 'tail');
  const env = {
    ...childEnvironment(process.env, input.inherit_env),
    ...context.env,
    ...input.env,
    ...bound,
    ...platformVariables(context, outputFile),
  };
  refuseNul(env);
  const result = await runProcess({
    command: interpreter.command,
    args: [...interpreter.args, scriptFile],
    cwd: folderOf(input.cwd, context.runFolder()),
    env,
    stdin: stdinText(input.stdin),
    signal: context.signal,
    graceMs: durationMs(input.kill_grace),
    onOutput(stream, chunk) {
      (stream === 'stdout' ? stdout : stderr).add(chunk);
      return context.log(stream, chunk);
    },
  });
  if (result.exitCode === null || !input.success_codes.includes(result.exitCode))
    throw scriptFailed(result, stderr.text(), stdout);
  return shellOutputs(input.output, result.exitCode, stdout, stderr, outputFile);
}

async function bindScript(run: unknown, interpreter: Interpreter, folder: string) {
  if (typeof run === 'string') return { script: run, env: {} };
  const unresolved = run as Unresolved;
  if (unresolved.values.length === 0) return { script: unresolved.literals.join(''), env: {} };
  if (!interpreter.shell) throw expressionInScript();
  const { script, env, files } = bindShell(unresolved, { inlineLimit: INLINE_LIMIT });
  for (const [i, { pathVariable, content }] of files.entries()) {
    const path = join(folder, `value-${i}`);
    await writeFile(path, content, { mode: 0o600 });
    env[pathVariable] = path;
  }
  return { script, env };
}

function platformVariables(context: StepContext, outputFile: string): Record<string, string> {
  return {
    NEXUS_OUTPUT: outputFile,
    ...stepVariables(context),
    NEXUS_RUN_FOLDER: context.runFolder(),
  };
}

function refuseNul(env: Record<string, string>): void {
  const name = Object.keys(env).find((key) => env[key]!.includes('\0'));
  if (name === undefined) return;
  throw new NexusError({
    code: 'shell.nul_byte',
    message: `The value for ${name} holds a zero byte, which no environment variable can carry.`,
    hint: 'Pass it by `stdin`.',
    details: { retryable: false },
  });
}

function folderOf(cwd: string | undefined, base: string): string {
  if (cwd === undefined) return base;
  if (cwd === '~' || cwd.startsWith('~/')) return join(homedir(), cwd.slice(1));
  return resolve(base, cwd);
}

/** How much of its last words an error of a script carries. */
const TAIL_LINES = 10;
const TAIL_CHARACTERS = 2000;

function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-TAIL_LINES).join('\n').slice(-TAIL_CHARACTERS);
}

function scriptFailed(result: ProcessResult, stderr: string, stdout: Capture): NexusError {
  const last = (text: string) => text.trimEnd().split('\n').at(-1)?.trim().slice(0, 300) ?? '';
  const line = last(stderr) || last(stdout.text());
  const tail = lastLines(stderr) || lastLines(stdout.text());
  const how =
    result.killedBy === null
      ? `ended with exit code ${result.exitCode}`
      : `was ended by ${result.killedBy}`;
  return new NexusError({
    code: result.killedBy === null ? 'shell.failed' : 'shell.killed',
    message: `The script ${how}${line ? `: ${line}` : '.'}`,
    hint: 'See the step’s log. `success_codes` lists the exit codes that count as success.',
    kind: 'operational',
    details: {
      exit_code: result.exitCode,
      ...(tail.includes('\n') ? { tail } : {}),
      ...(result.killedBy === null ? {} : { signal: result.killedBy }),
    },
  });
}
