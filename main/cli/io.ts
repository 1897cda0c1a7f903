import type { ErrorShape, Problem } from '#contract/errors.ts';
import { NexusError } from '#main/base/errors.ts';
import { coloured } from './colours.ts';

/** What every command may be told. */
export interface GlobalOptions {
  home?: string;
  json?: boolean;
}

/** Exit codes, documented in the command line's reference. */
export const exitCode = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Codes of errors that mean the caller's input was wrong: exit 2. */
const USAGE_CODES =
  /^(usage|workflow|input|schedule|duration|expression|template)\.|[._](invalid|unknown|ambiguous)$/;

/** Writes one JSON document to stdout, indented for people who look and parsable for programs. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Writes one line to stdout. */
export function print(line = ''): void {
  process.stdout.write(`${clean(line)}\n`);
}

/** Writes one line to stderr: progress and hints, never results. */
export function note(line: string): void {
  // Colours are chosen by what stdout is; stderr may be a file all the same (`2> log`).
  process.stderr.write(`${coloured(process.stderr) ? clean(line) : withoutColours(clean(line))}\n`);
}

/** A text as it is read: colours have no width. */
export function withoutColours(text: string): string {
  // oxlint-disable-next-line no-control-regex -- what colours are made of
  return text.replace(/\u001b\[[0-9;]*m/g, '');
}

/**
 * Names, logs and errors are other people's text: control characters other than tab and newline,
 * and escape sequences other than colours of our own, must not reach the terminal.
 */
export function clean(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return text.replace(/\u001b\[[0-9;]*m|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, (match) =>
    match.startsWith('\u001b[') ? match : '',
  );
}

/** Renders an error on stderr (and as JSON on stdout with `--json`) and gives the exit code for it. */
export function reportError(error: NexusError, json: boolean): number {
  if (json) printJson({ error: error.toShape() });
  note(`error: ${error.message} [${error.code}]`);
  // Other errors' problems (an input that is missing) are said in the message already.
  for (const problem of problemsOf(error)) if (problem.code) note(problemLine(problem));
  if (error.hint) note(`hint: ${error.hint}`);
  if (error.kind === 'unexpected' && process.env['NEXUS_DEBUG']) note(error.stack ?? '');
  return exitOfError(error);
}

/** 2 where the caller's input was wrong, 130 where a person gave up, else 1. */
export function exitOfError(error: NexusError): number {
  if (error.code === 'interrupted') return exitCode.interrupted;
  return error.kind === 'user' && USAGE_CODES.test(error.code) ? exitCode.usage : exitCode.failed;
}

function problemsOf(error: NexusError): Problem[] {
  const problems = error.details?.['problems'];
  return Array.isArray(problems) ? (problems as Problem[]) : [];
}

/**
 * The stable JSON of a problem, version 1: `code, message, hint, file, line, column` are always there.
 * What concerns a whole file stands at its first character.
 */
export function problemJson(problem: Problem, file: string) {
  return {
    ...problem,
    hint: problem.hint ?? null,
    file: problem.file ?? file,
    line: problem.line ?? 1,
    column: problem.column ?? 1,
  };
}

/** `file:line:column: severity: message [code]`, as compilers write it, so that editors can jump there. */
export function problemLine(problem: Problem): string {
  const place = [problem.file, problem.line, problem.column]
    .filter((part) => part !== undefined)
    .join(':');
  const hint = problem.hint ? `\n    ${problem.hint}` : '';
  return `${place ? `${place}: ` : ''}${problem.severity ?? 'error'}: ${problem.message} [${problem.code}]${hint}`;
}

/** An error of usage: exit code 2. */
export function usageError(message: string, hint?: string): NexusError {
  return new NexusError({
    code: 'usage.invalid',
    message,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** `code: message` of a step's or run's error, on one line. */
export function errorLine(error: ErrorShape | null | undefined): string {
  return error ? `${error.message} [${error.code}]${error.hint ? ` — ${error.hint}` : ''}` : '';
}
