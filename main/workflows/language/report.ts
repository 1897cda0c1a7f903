import type { Problem } from '#contract/errors.ts';
import type { ProblemCode } from './problem-codes.ts';
import type { WorkflowSource } from './source.ts';
import type { Path } from './value.ts';

/** What a check found. */
export interface Finding {
  code: ProblemCode | (string & {});
  message: string;
  hint: string;
  path: Path;
  /** Points at the key instead of the value. */
  atKey?: boolean;
  /** Points at this character of the text at `path`. */
  offset?: number;
  severity?: 'error' | 'warning';
}

/** Gathers findings as problems with their places. */
export class Report {
  readonly problems: Problem[];
  readonly #source: WorkflowSource;
  readonly #file: string | undefined;

  constructor(source: WorkflowSource, file: string | undefined) {
    this.#source = source;
    this.#file = file;
    this.problems = source.problems.map((p) => (file === undefined ? p : { ...p, file }));
  }

  add(finding: Finding): void {
    const { code, message, hint, path, atKey, offset, severity = 'error' } = finding;
    const place = this.#source.locate(path, {
      ...(atKey ? { key: true } : {}),
      ...(offset === undefined ? {} : { offset }),
    });
    const step = this.#stepAt(path);
    this.problems.push({
      code,
      message,
      hint,
      severity,
      ...(this.#file === undefined ? {} : { file: this.#file }),
      ...place,
      path,
      ...(step === undefined ? {} : { step }),
    });
  }

  /** In the order of the file, each said once. */
  sorted(): Problem[] {
    const seen = new Set<string>();
    const once = this.problems.filter((p) => {
      const key = `${p.line}:${p.column}:${p.code}:${p.message}`;
      return seen.has(key) ? false : seen.add(key);
    });
    return once.toSorted(
      (a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
    );
  }

  #stepAt(path: Path): string | undefined {
    const [list, index] = path;
    if ((list !== 'steps' && list !== 'on_failure') || typeof index !== 'number') return undefined;
    const steps = (this.#source.data as Record<string, unknown>)[list];
    const id = Array.isArray(steps) ? (steps[index] as { id?: unknown } | null)?.id : undefined;
    return typeof id === 'string' ? id : undefined;
  }
}
