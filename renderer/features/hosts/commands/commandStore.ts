import { create } from 'zustand';
import type { ErrorShape } from '#contract/errors.ts';
import type { ExecEvent, ExecInput } from '#contract/hostCommands.ts';
import { client } from '#renderer/client/api.ts';
import { toErrorShape } from '#renderer/client/errorShape.ts';
import { readStream } from '#renderer/client/readStream.ts';
import { expressionOf } from '../list/hostSearch.ts';
import { CommandOutput } from './CommandOutput.ts';

/** How a command is to run; what is left out follows the platform's defaults. */
export type CommandOptions = Pick<ExecInput, 'command' | 'strategy' | 'retries'> & {
  parallel?: number;
  timeout_ms?: number;
};

/** A command that was started from this window. */
interface CommandRun {
  hosts: string;
  options: CommandOptions;
  output: CommandOutput;
  /** `asking`: nothing has begun; perhaps somebody must approve it first. `broken`: it ended in the middle. */
  state: 'asking' | 'running' | 'done' | 'stopped' | 'failed' | 'broken';
  error: ErrorShape | undefined;
  startedAt: number;
  maxBytes: number;
}

interface CommandState {
  run: CommandRun | undefined;
  /** Counts the changes of the output, which changes in place. */
  version: number;
}

/** The newest command; it goes on while other pages are open. */
export const useCommand = create<CommandState>(() => ({ run: undefined, version: 0 }));

let abort: AbortController | undefined;

const FLUSH_MS = 80;
const TOTAL_BYTES = 64 * 1024 * 1024;
const LEAST_BYTES = 64 * 1024;
const MOST_BYTES = 8 * 1024 * 1024;

/** Bytes of each stream of each host that the window takes, so that all of them fit into it. */
export function bytesFor(hosts: number): number {
  return Math.min(MOST_BYTES, Math.max(LEAST_BYTES, Math.floor(TOTAL_BYTES / Math.max(1, hosts))));
}

const change = (more: Partial<CommandRun>) =>
  useCommand.setState(({ run, version }) => ({
    run: run && { ...run, ...more },
    version: version + 1,
  }));

async function perform(hosts: string): Promise<void> {
  const { run } = useCommand.getState();
  if (!run) return;
  const mine = new AbortController();
  abort = mine;
  const { output, options } = run;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    if (abort === mine) change({});
  };
  const take = (events: readonly ExecEvent[]) => {
    if (useCommand.getState().run?.state === 'asking') change({ state: 'running' });
    output.apply(events);
    timer ??= setTimeout(flush, FLUSH_MS);
  };
  try {
    const input = { ...options, hosts, max_bytes: run.maxBytes };
    const frames = await client.hosts.exec(input, { signal: mine.signal });
    const ack = (stream: string, bytes: number) => client.streams.ack({ stream, bytes });
    for await (const events of readStream(frames, ack)) take(events);
    output.stop(undefined);
    if (abort === mine) change({ state: 'done' });
  } catch (thrown) {
    const error = mine.signal.aborted ? undefined : toErrorShape(thrown);
    const begun = useCommand.getState().run?.state === 'running';
    output.stop(error);
    const state = mine.signal.aborted ? 'stopped' : begun ? 'broken' : 'failed';
    if (abort === mine) change({ state, error });
  } finally {
    clearTimeout(timer);
  }
}

/** Runs a command on the hosts that an expression means; `names` are those, as far as they are known. */
export function startCommand(
  hosts: string,
  names: readonly string[],
  options: CommandOptions,
): Promise<void> {
  abort?.abort();
  useCommand.setState(({ version }) => ({
    version: version + 1,
    run: {
      hosts,
      options,
      output: new CommandOutput(names),
      state: 'asking',
      error: undefined,
      startedAt: Date.now(),
      maxBytes: bytesFor(names.length),
    },
  }));
  return perform(hosts);
}

/** The same command again, on these hosts of it alone. */
export function retryCommand(names: readonly string[]): Promise<void> {
  const { run } = useCommand.getState();
  if (!run || names.length === 0) return Promise.resolve();
  run.output.again(names);
  change({ state: 'asking', error: undefined });
  return perform(expressionOf(names));
}

/** Stops waiting: the platform ends what runs and begins nothing more. */
export function stopCommand(): void {
  abort?.abort();
}
