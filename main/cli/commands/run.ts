import type { Command } from 'commander';
import { terminalRunStatuses, runStatus, type RunStatus, type RunSummary } from '#contract/runs.ts';
import { concludeRun, followRun, statusExit, stepLine } from '../follow.ts';
import { collectInputs } from '../inputs.ts';
import { print, printJson, usageError, type GlobalOptions } from '../io.ts';
import { onInterrupt } from '../interrupts.ts';
import { onOutputGone } from '../output.ts';
import { runJson } from '../runJson.ts';
import { withSession, type Session } from '../session.ts';
import { printTable, relative } from '../table.ts';
import { leave, waitFor } from '../waitForRun.ts';
import { wholeNumber } from '../wholeNumber.ts';

interface ListOptions extends GlobalOptions {
  workflow?: string;
  status?: string[];
  limit: string;
}

interface ActOptions extends GlobalOptions {
  wait?: boolean;
}

/** `nexus run …` */
export function runCommands(program: Command): void {
  const run = program.command('run').description('See and steer runs');
  run
    .command('list')
    .description('List runs, newest first')
    .option('--workflow <name>', 'only of this workflow')
    .option('--status <status...>', `only with this status: ${runStatus.options.join(', ')}`)
    .option('--limit <n>', 'at most so many', '50')
    .action((_options: unknown, command: Command) => list(command.optsWithGlobals<ListOptions>()));
  run
    .command('show <id>')
    .description('Show a run and its steps')
    .action((id: string, _options: unknown, command: Command) =>
      show(id, command.optsWithGlobals<GlobalOptions>()),
    );
  run
    .command('watch <id>')
    .description(
      'Follow a run and its log to the end, or print that of one that is over; exit 1 when it failed',
    )
    .action(async (id: string, _options: unknown, command: Command) => {
      process.exitCode = await watch(id, command.optsWithGlobals<GlobalOptions>());
    });
  run
    .command('cancel <id>')
    .description('Cancel a run')
    .option('--reason <text>', 'noted with the run')
    .action((id: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { reason?: string }>();
      return act(id, options, (session) =>
        session.client.runs.cancel({ id, ...(options.reason ? { reason: options.reason } : {}) }),
      );
    });
  retryCommand(run);
  approveCommand(run);
  resolveCommand(run);
}

function retryCommand(run: Command): void {
  run
    .command('retry <id>')
    .description('Run again, keeping what succeeded')
    .option('--from <where>', 'failed (keep what succeeded) or start', 'failed')
    .option('--latest', 'on the workflow as it is now, instead of the version the run is pinned to')
    .option('-w, --wait', 'follow the new run to its end')
    .action((id: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ActOptions & { from: string; latest?: boolean }>();
      const from = oneOf(options.from, ['failed', 'start'] as const, '--from');
      return act(id, options, (session) =>
        session.client.runs.retry({ id, from, version: options.latest ? 'latest' : 'same' }),
      );
    });
}

function approveCommand(run: Command): void {
  run
    .command('approve <id>')
    .description('Decide what a run waits for')
    .option('--step <id>', 'where several steps wait')
    .option('--index <n>', 'item of a foreach step')
    .option('--choice <choice>', 'one of the choices; default: the first')
    .option('--reject', 'the same as --choice reject')
    .option(
      '-f, --field <name=value>',
      'a form field, repeated',
      (pair: string, all: string[]) => [...all, pair],
      [] as string[],
    )
    .option('--comment <text>', 'noted with the decision')
    .option('-w, --wait', 'follow the run to its end')
    .action(async (id: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<
        ActOptions & {
          step?: string;
          index?: string;
          choice?: string;
          reject?: boolean;
          field: string[];
          comment?: string;
        }
      >();
      const fields = await collectInputs(options.field, undefined, '--field');
      const choice = options.reject ? 'reject' : options.choice;
      const where = place(options);
      await act(id, options, (session) =>
        session.client.runs.approve({
          id,
          fields,
          ...where,
          ...(choice ? { choice } : {}),
          ...(options.comment ? { comment: options.comment } : {}),
        }),
      );
    });
}

function resolveCommand(run: Command): void {
  run
    .command('resolve <id> <action>')
    .description('Say what to do with an interrupted step: retry, skip or fail')
    .option('--step <id>', 'where several steps were interrupted')
    .option('--index <n>', 'item of a foreach step')
    .option('-w, --wait', 'follow the run to its end')
    .action((id: string, action: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ActOptions & { step?: string; index?: string }>();
      const chosen = oneOf(action, ['retry', 'skip', 'fail'] as const, 'action');
      const where = place(options);
      return act(id, options, async (session) => {
        const step = options.step ?? (await onlyInterrupted(session, id));
        return session.client.runs.resolve({
          id,
          action: chosen,
          ...where,
          step,
        });
      });
    });
}

function oneOf<T extends string>(value: string, allowed: readonly T[], what: string): T {
  const found = allowed.find((one) => one === value);
  if (!found)
    throw usageError(`${what} cannot be “${value}”.`, `It is one of: ${allowed.join(', ')}.`);
  return found;
}

function place(options: { step?: string; index?: string }) {
  return {
    ...(options.step ? { step: options.step } : {}),
    ...(options.index === undefined ? {} : { index: wholeNumber(options.index, '--index', 0) }),
  };
}

async function onlyInterrupted(session: Session, id: string): Promise<string> {
  const { run } = await session.client.runs.get({ id });
  const steps = run.steps.filter((step) => step.status === 'interrupted').map((step) => step.id);
  if (steps.length === 1) return steps[0]!;
  throw usageError(
    steps.length
      ? `Several steps of ${id} are interrupted: ${steps.join(', ')}.`
      : `No step of ${id} is interrupted.`,
    steps.length ? 'Name one with --step.' : undefined,
  );
}

async function list(options: ListOptions): Promise<void> {
  const status = options.status
    ?.flatMap((part) => part.split(','))
    .map((part) => oneOf<RunStatus>(part, runStatus.options, '--status'));
  const limit = wholeNumber(options.limit, '--limit', 1, 500);
  await withSession(options, async ({ client }) => {
    const page = await client.runs.list({
      limit,
      ...(options.workflow ? { workflow: options.workflow } : {}),
      ...(status ? { status } : {}),
    });
    if (options.json) return printJson({ runs: page.items, next: page.next ?? null });
    printTable(
      ['id', 'workflow', 'status', 'steps', 'created', 'trigger'],
      page.items.map((run) => [
        run.id,
        run.workflow,
        run.status,
        `${run.steps_done}/${run.steps_total}`,
        relative(run.created_at),
        run.trigger.kind,
      ]),
      options.workflow || status
        ? 'No run is like that.'
        : 'No runs yet. Start one: nexus workflow run welcome --wait',
    );
  });
}

async function show(id: string, options: GlobalOptions): Promise<void> {
  await withSession(options, async ({ client }) => {
    const { run } = await client.runs.get({ id });
    if (options.json) return printJson({ run: runJson(run) });
    for (const step of run.steps) print(stepLine(step));
    concludeRun(run);
  });
}

async function watch(id: string, options: GlobalOptions): Promise<number> {
  return withSession(options, async (session) => {
    await session.own?.adopt(id);
    const interrupted = new AbortController();
    const stopListening = onInterrupt(() => interrupted.abort());
    // Nobody reads any more (`| head`). Where the run lives in this process it is still driven to its end.
    const stopWatching = session.own ? undefined : onOutputGone(() => interrupted.abort());
    const run = await followRun(session.client, id, {
      json: options.json === true,
      signal: interrupted.signal,
    });
    stopListening();
    stopWatching?.();
    if (options.json) printJson({ run: runJson(run) });
    else concludeRun(run);
    return interrupted.signal.aborted && !terminalRunStatuses.includes(run.status)
      ? 130
      : statusExit(run);
  });
}

async function act(
  id: string,
  options: ActOptions,
  work: (session: Session) => Promise<{ run: RunSummary }>,
): Promise<void> {
  await withSession(options, async (session) => {
    const foreign = session.own !== undefined && !(await session.own.adopt(id));
    if (options.wait) {
      process.exitCode = await waitFor(session, () => work(session), options.json === true);
      return;
    }
    const { run } = await work(session);
    if (options.json) printJson({ run: { id: run.id, status: run.status } });
    else print(`run ${run.id} ${run.status}`);
    if (!foreign || run.id !== id) await leave(session, run.id);
  });
}
