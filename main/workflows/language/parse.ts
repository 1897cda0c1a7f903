import { basename } from 'node:path';
import type { z } from 'zod';
import type { Problem } from '#contract/errors.ts';
import { type Workflow, workflow as workflowSchema, workflowName } from '#contract/workflow.ts';
import type { KindRegistry } from '../kinds/registry.ts';
import { checkWorkflow } from './check.ts';
import type { CheckCron } from './check-triggers.ts';
import { compileWorkflow } from './compile.ts';
import type { CompiledWorkflow } from './compiled.ts';
import { isRecord } from './loose.ts';
import { Report } from './report.ts';
import { readSource } from './source.ts';
import { dataProblems } from './zod-problems.ts';

export interface ParseOptions {
  /** Path or name of the file: shown in problems, and the name of a workflow that has none. */
  file?: string;
  kinds: KindRegistry;
  checkCron?: CheckCron;
}

export interface ParsedWorkflow {
  /** True when no problem is an error. */
  valid: boolean;
  /** In the order of the file; warnings too. */
  problems: Problem[];
  definition?: Workflow;
  compiled?: CompiledWorkflow;
}

/** Reads, checks and compiles a workflow. Never throws, whatever the text; finds every problem at once. */
export function parseWorkflow(source: string, options: ParseOptions): ParsedWorkflow {
  const read = readSource(source);
  const report = new Report(read, options.file);
  if (read.data === undefined && read.problems.length > 0) return finish(report);
  if (!isRecord(read.data)) {
    report.add({
      code: 'workflow.yaml',
      message:
        read.data === null || read.data === undefined
          ? 'The file is empty.'
          : 'The file is not a map of keys.',
      hint: 'Start with name: and steps:, see the tour in the documentation.',
      path: [],
    });
    return finish(report);
  }
  const fallback = nameOfFile(options.file);
  const data: Record<string, unknown> = { name: fallback ?? 'untitled', ...read.data };
  checkName(data['name'], options.file, fallback, report);
  const parsed = workflowSchema.safeParse(data);
  if (!parsed.success) addSchemaProblems(parsed.error, data, report);
  const name = typeof data['name'] === 'string' ? data['name'] : '';
  checkWorkflow(data, { kinds: options.kinds, report, checkCron: options.checkCron, name });
  if (!parsed.success || hasErrors(report)) return finish(report);
  return {
    ...finish(report),
    definition: parsed.data,
    compiled: compileWorkflow(parsed.data, source, options.kinds),
  };
}

function addSchemaProblems(error: z.ZodError, data: unknown, report: Report): void {
  for (const problem of dataProblems(error, workflowSchema, data)) {
    // The check of triggers says this one better.
    if (problem.path.at(-1) === 'auth' && problem.code === 'workflow.missing_key') continue;
    report.add({ hint: '', ...problem });
  }
}

function hasErrors(report: Report): boolean {
  return report.problems.some((p) => p.severity === 'error');
}

function finish(report: Report): ParsedWorkflow {
  return { valid: !hasErrors(report), problems: report.sorted() };
}

/** The name that a file gives its workflow: `Nightly Backup.yaml` → `nightly-backup`. */
export function nameOfFile(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  const name = basename(file)
    .replace(/\.ya?ml$/i, '')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 100);
  return workflowName.safeParse(name).success ? name : undefined;
}

function checkName(
  name: unknown,
  file: string | undefined,
  expected: string | undefined,
  report: Report,
): void {
  if (
    file === undefined ||
    expected === undefined ||
    name === expected ||
    !workflowName.safeParse(name).success
  )
    return;
  report.add({
    code: 'workflow.name',
    severity: 'warning',
    message: `The workflow is called ${String(name)}, its file ${basename(file)}.`,
    hint: `Rename one of the two; in the workflows folder the file’s name counts.`,
    path: ['name'],
  });
}
