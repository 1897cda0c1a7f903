import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Json } from '#contract/common.ts';
import type { NexusError } from '#main/base/errors.ts';
import type { StepContext, StepKind, StepOutcome } from './kind.ts';

/** For tests: a context over a real folder of its own, and what was logged and notified through it. */
export interface Harness {
  context: StepContext;
  folder: string;
  controller: AbortController;
  logged: { stream: string; text: string }[];
  notes: Parameters<StepContext['notify']>[0][];
  text(stream?: 'stdout' | 'stderr'): string;
  remove(): void;
}

export function harness(over: Partial<StepContext> = {}): Harness {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'nexus-kind-')));
  const controller = new AbortController();
  const logged: Harness['logged'] = [];
  const notes: Harness['notes'] = [];
  const runFolder = join(folder, 'run');
  const context: StepContext = {
    run: { id: 'run_1', workflow: 'test' },
    step: { id: 'step', attempt: 1 },
    signal: controller.signal,
    env: {},
    log: (stream, chunk) => void logged.push({ stream, text: chunk.toString() }),
    runFolder() {
      mkdirSync(runFolder, { recursive: true });
      return runFolder;
    },
    home: folder,
    fileRoots: [],
    allowPrivateAddresses: false,
    notify: (note) => void notes.push(note),
    clock: { now: () => Date.now() },
    ...over,
  };
  return {
    context,
    folder,
    controller,
    logged,
    notes,
    text: (stream) =>
      logged
        .filter((l) => !stream || l.stream === stream)
        .map((l) => l.text)
        .join(''),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Validates `input` as the engine does and executes the kind. */
export async function runKind(
  kind: StepKind,
  input: unknown,
  context: StepContext,
): Promise<StepOutcome> {
  return kind.execute(kind.with.parse(input), context);
}

/** The outputs of a kind that is done at once. */
export async function outputsOf(
  kind: StepKind,
  input: unknown,
  context: StepContext,
): Promise<Record<string, Json>> {
  const outcome = await runKind(kind, input, context);
  if (outcome.type !== 'done') throw new Error(`expected done, got ${outcome.type}`);
  return outcome.outputs as Record<string, Json>;
}

/** The error of a step that must fail. */
export async function failureOf(
  kind: StepKind,
  input: unknown,
  context: StepContext,
): Promise<NexusError> {
  try {
    await runKind(kind, input, context);
  } catch (error) {
    return error as NexusError;
  }
  throw new Error(`expected a failure of ${JSON.stringify(input)}`);
}
