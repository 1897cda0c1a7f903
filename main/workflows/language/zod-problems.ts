import type { z } from 'zod';
import { keysOf } from './zod-keys.ts';
import { suggestion } from '#main/base/suggest.ts';
import type { Path } from './value.ts';

/** What is wrong with data, before it is known where in the file that is. */
export interface DataProblem {
  code: string;
  message: string;
  hint?: string;
  path: Path;
  /** Points at the key instead of the value. */
  atKey?: boolean;
}

type Issue = z.core.$ZodIssue;

/**
 * Says zod's issues in words. `ignore` is asked about the value at an issue's path: true drops the
 * issue (a value that is only known at run time).
 */
export function dataProblems(
  error: z.ZodError,
  schema: z.ZodType,
  data: unknown,
  ignore: (value: unknown, path: Path) => boolean = () => false,
): DataProblem[] {
  const context = { schema, data, ignore };
  return error.issues.flatMap((issue) => describe(issue, [], context));
}

interface Context {
  schema: z.ZodType;
  data: unknown;
  ignore(value: unknown, path: Path): boolean;
}

function describe(issue: Issue, base: Path, context: Context): DataProblem[] {
  const path: Path = [...base, ...(issue.path as Path)];
  const value = valueAt(context.data, path);
  if (context.ignore(value, path)) return [];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(key, path, context));
    case 'invalid_type':
      return [value === undefined ? missing(path) : wrongType(issue.expected, value, path)];
    case 'invalid_value':
      return [notAllowed(issue.values.map(String), value, path)];
    case 'invalid_union':
      return union(issue.errors, path, value, context);
    case 'too_small':
    case 'too_big':
      return [size(issue, path)];
    case 'invalid_key':
      return [
        {
          code: 'workflow.value',
          message: `The name ${String(path.at(-1))} is not allowed here.`,
          hint: 'Use letters, digits and underscores, not starting with a digit.',
          path,
          atKey: true,
        },
      ];
    default:
      return [format(issue, value, path)];
  }
}

const DURATION = 'a duration such as';

function union(branches: Issue[][], path: Path, value: unknown, context: Context): DataProblem[] {
  if (value === undefined) return [missing(path)];
  const texts = JSON.stringify(branches);
  if (texts.includes(DURATION)) return [notDuration(value, path)];
  const described = branches.map((issues) =>
    issues.flatMap((issue) => describe(issue, path, context)),
  );
  // One reading has nothing against it but values that are known only at run time.
  if (described.some((problems) => problems.length === 0)) return [];
  const atRoot = (issues: Issue[]) =>
    issues.some(
      (i) => i.path.length === 0 && (i.code === 'invalid_type' || i.code === 'invalid_value'),
    );
  const fitting = described.filter((_, i) => !atRoot(branches[i]!));
  const best = (fitting.length > 0 ? fitting : []).toSorted((a, b) => a.length - b.length)[0];
  if (best) return best;
  const wanted = branches
    .flat()
    .flatMap((i) =>
      i.code === 'invalid_type'
        ? [noun(i.expected)]
        : i.code === 'invalid_value'
          ? i.values.map(String)
          : [],
    );
  const values = branches.flat().some((i) => i.code === 'invalid_value');
  if (values && typeof value === 'string') return [notAllowed([...new Set(wanted)], value, path)];
  return [
    {
      code: 'workflow.type',
      message: `${show(value)} does not fit here.`,
      hint: `Expected ${[...new Set(wanted)].join(' or ')}.`,
      path,
    },
  ];
}

function notDuration(value: unknown, path: Path): DataProblem {
  return {
    code: 'workflow.duration',
    message: `${show(value)} is not a duration.`,
    hint: 'Write a number with a unit, such as 500ms, 30s, 5m, 1h30m or 2d.',
    path,
  };
}

const FOREIGN: Record<string, string> = {
  run: 'A script is a step of kind shell: write uses: shell and with: { run: … }.',
  jobs: 'A workflow has one list, steps; parallel branches come from needs.',
  depends_on: 'Write needs.',
  when: 'Write if.',
  triggers: 'Write on.',
  trigger: 'Write on.',
  parameters: 'Write inputs.',
  type: 'Write uses.',
  kind: 'Write uses.',
  '<<': 'Merge keys are not part of YAML 1.2: write the keys out.',
};

function unknownKey(key: string, path: Path, { schema }: Context): DataProblem {
  const known = keysOf(schema, path);
  const near = suggestion(key, known, 'key');
  const hint = near.startsWith('Did you') ? near : (FOREIGN[key] ?? near);
  return {
    code: 'workflow.unknown_key',
    message: `The key ${key} is not known here.`,
    hint,
    path: [...path, key],
    atKey: true,
  };
}

function missing(path: Path): DataProblem {
  const key = String(path.at(-1) ?? 'value');
  return {
    code: 'workflow.missing_key',
    message: `The key ${key} is missing.`,
    hint: `Add ${key}.`,
    path,
  };
}

function wrongType(expected: string, value: unknown, path: Path): DataProblem {
  return {
    code: 'workflow.type',
    message: `Expected ${noun(expected)}, got ${show(value)}.`,
    hint: typeHint(expected, value),
    path,
  };
}

function typeHint(expected: string, value: unknown): string {
  if (expected === 'string' && typeof value !== 'object') return 'Put quotes around it.';
  if (expected === 'array') return 'Start each item on its own line with a dash, or write [a, b].';
  if (expected === 'object' || expected === 'record')
    return 'Write key: value pairs, indented below.';
  if (typeof value === 'string')
    return 'Remove the quotes, or use one expression ${{ … }} where the value is only known at run time.';
  return `Write ${noun(expected)}.`;
}

function notAllowed(allowed: string[], value: unknown, path: Path): DataProblem {
  if (value === undefined) return missing(path);
  const hint = typeof value === 'string' ? suggestion(value, allowed, 'value') : '';
  const list = `Allowed: ${allowed.join(', ')}.`;
  return {
    code: 'workflow.value',
    message: `${show(value)} is not allowed here.`,
    hint: hint.startsWith('Did you') ? `${hint} ${list}` : list,
    path,
  };
}

function size(issue: Issue & { code: 'too_small' | 'too_big' }, path: Path): DataProblem {
  const limit =
    issue.code === 'too_small' ? `at least ${issue.minimum}` : `at most ${issue.maximum}`;
  const what = issue.origin === 'array' ? ' items' : issue.origin === 'string' ? ' characters' : '';
  return {
    code: 'workflow.value',
    message: `${String(path.at(-1) ?? 'The value')} must have or be ${limit}${what}.`,
    hint: `Make it ${limit}${what}.`,
    path,
  };
}

function format(issue: Issue, value: unknown, path: Path): DataProblem {
  if (value === undefined && path.length > 0) return missing(path);
  if (issue.message.includes(DURATION)) return notDuration(value, path);
  // Our schemas give their own words for formats and refinements.
  const own = issue.message.startsWith('Invalid') ? undefined : issue.message;
  const code = path.length === 1 && path[0] === 'name' ? 'workflow.name' : 'workflow.value';
  if (issue.code === 'invalid_format' && own)
    return { code, message: `${show(value)} is not allowed here.`, hint: `Use ${own}.`, path };
  return {
    code,
    message: own ?? `${show(value)} is not allowed here: ${issue.message}`,
    hint: 'See the reference of this key.',
    path,
  };
}

const NOUNS: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
  null: 'nothing',
};

function noun(expected: string): string {
  return NOUNS[expected] ?? expected;
}

function show(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  const text = String(value as string | number | boolean | undefined);
  return `“${text.length > 60 ? `${text.slice(0, 59)}…` : text}”`;
}

/** The value at a path, or undefined. */
export function valueAt(data: unknown, path: Path): unknown {
  let at = data;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<string | number, unknown>)[key];
  }
  return at;
}
