import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import { pc } from '../colours.ts';
import type { Problem } from '#contract/errors.ts';
import { toNexusError } from '#main/base/errors.ts';
import { pathsOf, resolveHome } from '#main/base/paths.ts';
import { concludeRun, followRun, statusExit } from '../follow.ts';
import { collectInputs } from '../inputs.ts';
import {
  exitCode,
  note,
  print,
  printJson,
  problemJson,
  problemLine,
  type GlobalOptions,
} from '../io.ts';
import { onInterrupt } from '../interrupts.ts';
import { readLocal } from '../localFile.ts';
import { givenPassphrase } from '../passphrase.ts';
import { askHidden, canAsk } from '../prompt.ts';
import { runJson } from '../runJson.ts';
import { withSession, type Session } from '../session.ts';
import { printTable, relative } from '../table.ts';

interface RunOptions extends GlobalOptions {
  input: string[];
  inputs?: string;
  wait?: boolean;
  from?: string;
  dedupeKey?: string;
}

/** `nexus workflow …` */
export function workflowCommands(program: Command): void {
  const workflow = program.command('workflow').description('Author and run workflows');
  workflow
    .command('validate <file...>')
    .description('Check workflow files; exit 2 when one is invalid')
    .action(async (files: string[], _options: unknown, command: Command) => {
      process.exitCode = await validate(files, command.optsWithGlobals<GlobalOptions>());
    });
  workflow
    .command('run <file-or-name>')
    .description('Run a workflow by its name or from a file')
    .option(
      '-i, --input <name=value>',
      'an input of the run, repeated',
      (pair: string, all: string[]) => [...all, pair],
      [] as string[],
    )
    .option('--inputs <file>', 'inputs as a JSON object; - reads stdin')
    .option('-w, --wait', 'follow the run to its end; exit 1 when it fails; Ctrl-C cancels it')
    .option('--from <step>', 'start at this step')
    .option('--dedupe-key <key>', 'a second run with the same key starts nothing')
    .action(async (target: string, _options: unknown, command: Command) => {
      process.exitCode = await run(target, command.optsWithGlobals<RunOptions>());
    });
  workflow
    .command('list')
    .description('List workflows')
    .action((_options: unknown, command: Command) =>
      list(command.optsWithGlobals<GlobalOptions>()),
    );
  workflow
    .command('show <name>')
    .description('Print a workflow as it is on disk')
    .action((name: string, _options: unknown, command: Command) =>
      show(name, command.optsWithGlobals<GlobalOptions>()),
    );
  workflow
    .command('new <name>')
    .description('Create a workflow, optionally from a template')
    .option('-t, --template <id>', 'template to start from')
    .action((name: string, _options: unknown, command: Command) =>
      create(name, command.optsWithGlobals<GlobalOptions & { template?: string }>()),
    );
}

async function readWorkflow(file: string): Promise<string> {
  const hint =
    'Give the path of a workflow file, or the name of a workflow that `nexus workflow list` shows.';
  return (await readLocal(file, hint)).toString('utf8');
}

// Validation touches neither the database nor a running platform: it must work on a build machine.
async function validate(files: string[], options: GlobalOptions): Promise<number> {
  const results = [];
  for (const file of files) results.push({ file, ...(await validateFile(file, options)) });
  const valid = results.every((result) => result.valid);
  const problems = results.flatMap((result) =>
    result.problems.map((problem) => problemJson(problem, result.file)),
  );
  if (options.json) printJson({ valid, problems });
  else {
    for (const result of results)
      for (const problem of result.problems) print(problemLine({ file: result.file, ...problem }));
    for (const result of results)
      print(
        result.valid
          ? `${pc.green('✓')} ${result.file} is valid`
          : `${pc.red('✗')} ${result.file} is not valid`,
      );
  }
  return valid ? exitCode.ok : exitCode.usage;
}

// A file that cannot be read is a problem like any other: it must not hide those of the files beside it.
async function validateFile(
  file: string,
  options: GlobalOptions,
): Promise<{ valid: boolean; problems: Problem[] }> {
  const { validateSource } = await import('../validate.ts');
  try {
    const { valid, problems } = await validateSource(await readWorkflow(file), file);
    const otherName = ({ code, severity }: Problem) =>
      code === 'workflow.name' && severity === 'warning';
    return {
      valid,
      problems: isAtHome(file, options) ? problems : problems.filter((one) => !otherName(one)),
    };
  } catch (thrown) {
    const { message, hint } = toNexusError(thrown);
    const problem: Problem = { code: 'workflow.unreadable', message, severity: 'error' };
    return { valid: false, problems: [hint === undefined ? problem : { ...problem, hint }] };
  }
}

async function locate(
  target: string,
  options: GlobalOptions,
): Promise<{ name: string; source?: string }> {
  const looksLikeFile = /\.ya?ml$/i.test(target) || target.includes('/') || target.includes('\\');
  const exists =
    looksLikeFile ||
    (await stat(target).then(
      (entry) => entry.isFile(),
      () => false,
    ));
  if (!exists) return { name: target };
  const source = await readWorkflow(resolve(target));
  const ofFile = basename(target).replace(/\.ya?ml$/i, '');
  return { name: isAtHome(target, options) ? ofFile : ((await nameIn(source)) ?? ofFile), source };
}

// In the workflows folder a workflow is called as its file is; anywhere else as its text says.
function isAtHome(file: string, options: GlobalOptions): boolean {
  return dirname(resolve(file)) === pathsOf(resolveHome(options.home)).workflows;
}

async function nameIn(source: string): Promise<string | undefined> {
  const { parseDocument } = await import('yaml');
  const name: unknown = parseDocument(source).get('name');
  return typeof name === 'string' && name !== '' ? name : undefined;
}

async function run(target: string, options: RunOptions): Promise<number> {
  const located = await locate(target, options);
  const inputs = await collectInputs(options.input, options.inputs);
  return withSession(options, async (session) => {
    const started = await session.client.runs.start({
      ...located,
      inputs,
      ...(options.from ? { from_step: options.from } : {}),
      ...(options.dedupeKey ? { dedupe_key: options.dedupeKey } : {}),
    });
    const { id, status } = started.run;
    if (options.wait) return waitFor(session, id, options.json === true);
    if (options.json) printJson({ run: { id, status } });
    else print(`run ${id} ${status}`);
    await leave(session, id);
    return exitCode.ok;
  });
}

// A vault in this process nobody else can unlock. In a running Nexus somebody else may.
async function unlockFor(session: Session): Promise<boolean> {
  // What is heard may be older than an unlock.
  if ((await session.client.vault.status({})).state !== 'locked') return true;
  const given = await givenPassphrase({});
  if (given === undefined && !canAsk()) {
    note('A step waits for the vault, which is locked. Unlock it: nexus vault unlock');
    if (session.own) note('Or run the command with NEXUS_VAULT_PASSPHRASE. The run goes on then.');
    return session.own === undefined;
  }
  note('A step waits for the vault, which is locked.');
  for (;;) {
    const passphrase = given ?? (await askHidden('Passphrase of the vault'));
    try {
      await session.client.vault.unlock({ passphrase });
      return true;
    } catch (thrown) {
      const error = toNexusError(thrown);
      if (given !== undefined || error.code !== 'vault.wrong_passphrase') throw error;
      note(error.message);
    }
  }
}

/** Follows a run; the first Ctrl-C cancels it and exits with 130. */
export async function waitFor(session: Session, id: string, json: boolean): Promise<number> {
  const interrupted = new AbortController();
  const stopListening = onInterrupt(() => interrupted.abort());
  try {
    const ended = await followRun(session.client, id, {
      json,
      signal: interrupted.signal,
      onLocked: () => unlockFor(session),
    });
    if (interrupted.signal.aborted) {
      note('Cancelling the run.');
      await session.client.runs.cancel({ id, reason: 'Ctrl-C' });
      const cancelled = await followRun(session.client, id, {
        json: true,
        signal: new AbortController().signal,
      });
      if (json) printJson({ run: runJson(cancelled) });
      else concludeRun(cancelled);
      return exitCode.interrupted;
    }
    if (json) printJson({ run: runJson(ended) });
    return json ? statusExit(ended) : concludeRun(ended);
  } finally {
    stopListening();
  }
}

/**
 * Without a running platform the run lives in this process: stay until nothing of it executes, and
 * say so when it goes on waiting, because nobody is left to wake it.
 */
export async function leave(session: Session, id: string): Promise<void> {
  if (!session.own) return;
  await session.own.parked();
  const { run } = await session.client.runs.get({ id });
  if (['queued', 'waiting', 'interrupted'].includes(run.status)) {
    note(
      `The run is ${run.status}${run.at_step ? ` at ${run.at_step}` : ''}. It goes on when Nexus runs: nexus serve`,
    );
  }
}

async function list(options: GlobalOptions): Promise<void> {
  await withSession(options, async ({ client }) => {
    const { workflows } = await client.workflows.list({});
    if (options.json) return printJson({ workflows });
    if (workflows.length === 0)
      return print('No workflows yet. Create one: nexus workflow new NAME --template welcome');
    printTable(
      ['name', 'steps', 'triggers', 'last run', 'next', ''],
      workflows.map((workflow) => [
        workflow.name,
        String(workflow.steps),
        workflow.triggers.join(', ') || 'manual',
        workflow.last_run
          ? `${workflow.last_run.status} ${relative(workflow.last_run.created_at)}`
          : '–',
        relative(workflow.next_at),
        workflow.valid ? '' : pc.red(`${workflow.problems.length} problems`),
      ]),
    );
  });
}

async function show(name: string, options: GlobalOptions): Promise<void> {
  await withSession(options, async ({ client }) => {
    const { workflow } = await client.workflows.get({ name });
    if (options.json) printJson({ workflow });
    else process.stdout.write(workflow.source);
  });
}

async function create(name: string, options: GlobalOptions & { template?: string }): Promise<void> {
  await withSession(options, async ({ client }) => {
    const { workflow } = await client.workflows.create({
      name,
      ...(options.template ? { template: options.template } : {}),
    });
    if (options.json) printJson({ workflow });
    else
      print(
        `Created ${workflow.name} in ${workflow.file}. Run it: nexus workflow run ${workflow.name} --wait`,
      );
  });
}
