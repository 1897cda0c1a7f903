import type { Command } from 'commander';
import type { Problem } from '#contract/errors.ts';
import { toNexusError } from '#main/base/errors.ts';
import { pc } from '../colours.ts';
import { collectInputs } from '../inputs.ts';
import {
  exitCode,
  print,
  printJson,
  problemJson,
  problemLine,
  usageError,
  type GlobalOptions,
} from '../io.ts';
import { withSession } from '../session.ts';
import { printTable, relative } from '../table.ts';
import { leave, waitFor } from '../waitForRun.ts';
import { isAtHome, locate, readWorkflow } from '../workflowFile.ts';

interface RunOptions extends GlobalOptions {
  input: string[];
  inputs?: string;
  wait?: boolean;
  from?: string;
  fromRun?: string;
  dedupeKey?: string;
}

/** `nexus workflow …` */
export function workflowCommands(program: Command): void {
  const workflow = program.command('workflow').description('Author and run workflows');
  workflow
    .command('validate <file...>')
    .description('Check workflow files, - for stdin; exit 2 when one is invalid')
    .action(async (files: string[], _options: unknown, command: Command) => {
      process.exitCode = await validate(files, command.optsWithGlobals<GlobalOptions>());
    });
  workflow
    .command('run <file-or-name>')
    .description('Run a workflow by its name or from a file, - for stdin')
    .option(
      '-i, --input <name=value>',
      'an input of the run, repeated',
      (pair: string, all: string[]) => [...all, pair],
      [] as string[],
    )
    .option('--inputs <file>', 'inputs as a JSON object; - reads stdin')
    .option('-w, --wait', 'follow the run to its end; exit 1 when it fails; Ctrl-C cancels it')
    .option('--from <step>', 'start at this step')
    .option('--from-run <id>', 'with --from: what the steps before it gave in this run')
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

async function run(target: string, options: RunOptions): Promise<number> {
  if (options.fromRun !== undefined && options.from === undefined)
    throw usageError('--from-run says nothing without --from.', 'Name the step: --from STEP.');
  const located = await locate(target, options);
  const inputs = await collectInputs(options.input, options.inputs);
  return withSession(options, async (session) => {
    const start = () =>
      session.client.runs.start({
        ...located,
        inputs,
        ...(options.from ? { from_step: options.from } : {}),
        ...(options.fromRun ? { from_run: options.fromRun } : {}),
        ...(options.dedupeKey ? { dedupe_key: options.dedupeKey } : {}),
      });
    if (options.wait) return waitFor(session, start, options.json === true);
    const { id, status } = (await start()).run;
    if (options.json) printJson({ run: { id, status } });
    else print(`run ${id} ${status}`);
    await leave(session, id);
    return exitCode.ok;
  });
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
