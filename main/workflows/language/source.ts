import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type YAMLParseError,
} from 'yaml';
import type { Problem } from '#contract/errors.ts';
import { rawOffset, type ScalarStyle } from './scalar-offset.ts';
import type { Path } from './value.ts';

const MAX_SOURCE = 2_000_000;
/** How often anchors may be resolved; more is an alias bomb. */
const MAX_ALIASES = 100;

export interface Place {
  /** 1-based. */
  line: number;
  /** 1-based, in UTF-16 units. */
  column: number;
}

/** A YAML text as data that remembers where it stood. */
export interface WorkflowSource {
  /** Plain data; undefined when the text is not YAML. */
  data: unknown;
  problems: Problem[];
  /**
   * Where a value stands (or its key, or a character inside a string). What is not there is said
   * to be where its nearest parent is.
   */
  locate(path: Path, what?: { key?: boolean; offset?: number }): Place;
}

/** Reads untrusted YAML 1.2 without ever throwing. */
export function readSource(text: string): WorkflowSource {
  if (text.length > MAX_SOURCE) {
    const message = `The file has ${text.length} characters; ${MAX_SOURCE} are allowed.`;
    return broken({
      code: 'workflow.too_large',
      severity: 'error',
      message,
      hint: 'Split it into several workflows, and move data to files.',
    });
  }
  try {
    return read(text);
  } catch (error) {
    const deep = error instanceof RangeError;
    return broken({
      code: 'workflow.yaml',
      severity: 'error',
      message: deep
        ? 'The YAML is nested too deeply.'
        : `The YAML cannot be read: ${(error as Error).message}`,
      hint: deep ? 'Flatten it.' : 'Look for aliases that refer to each other.',
      line: 1,
      column: 1,
    });
  }
}

function broken(problem: Problem): WorkflowSource {
  return { data: undefined, problems: [problem], locate: () => ({ line: 1, column: 1 }) };
}

function read(text: string): WorkflowSource {
  const document = parseDocument(text, {
    version: '1.2',
    prettyErrors: false,
    logLevel: 'silent',
  });
  const place = placesIn(text);
  const problems = withoutEchoes(document.errors).map((error): Problem => {
    const duplicate = error.code === 'DUPLICATE_KEY';
    return {
      code: duplicate ? 'workflow.duplicate_key' : 'workflow.yaml',
      severity: 'error',
      message: duplicate ? 'This key stands twice in the same map.' : sentence(error.message),
      hint: duplicate ? 'Remove one of the two.' : yamlHint(error.code),
      ...place(error.pos[0]),
    };
  });
  const fatal = problems.some((p) => p.code === 'workflow.yaml');
  if (!fatal) problems.push(...forbiddenKeys(document.contents as Node | null, place));
  const data: unknown = fatal ? undefined : document.toJS({ maxAliasCount: MAX_ALIASES });
  const resolve = (node: unknown): unknown => (isAlias(node) ? node.resolve(document) : node);
  return {
    data,
    problems,
    locate: (path, what = {}) => place(offsetOf(text, document.contents, path, what, resolve)),
  };
}

// The library's own counter of lines goes wrong behind some errors.
function placesIn(text: string): (offset: number) => Place {
  let starts: number[] | undefined;
  return (offset) => {
    if (!starts) {
      starts = [0];
      for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1))
        starts.push(at + 1);
    }
    const wanted = Math.min(Math.max(0, offset), text.length);
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= wanted) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: wanted - starts[low]! + 1 };
  };
}

// Once the parser has lost its place, each token of the rest is one more error.
function withoutEchoes(errors: readonly YAMLParseError[]): readonly YAMLParseError[] {
  const lost = errors.findIndex((error) =>
    /^Unexpected .* (at node end|in YAML stream)/.test(error.message),
  );
  if (lost < 0) return errors;
  return errors.filter((error, at) => at <= lost || !/ in YAML stream/.test(error.message));
}

// A key that would set an object's prototype has no place in data.
function forbiddenKeys(root: Node | null, place: (offset: number) => Place): Problem[] {
  const found: Problem[] = [];
  const look = (node: unknown): void => {
    if (isSeq(node)) node.items.forEach(look);
    if (!isMap(node)) return;
    for (const { key, value } of node.items) {
      if (isScalar(key) && key.value === '__proto__') {
        found.push({
          code: 'workflow.unknown_key',
          severity: 'error',
          message: 'The key __proto__ is not allowed.',
          hint: 'Choose another name.',
          ...place(key.range?.[0] ?? 0),
        });
      }
      look(value);
    }
  };
  look(root);
  return found;
}

function sentence(message: string): string {
  const text = message.trim().replace(/\s+/g, ' ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}

function yamlHint(code: string): string {
  if (code === 'TAB_AS_INDENT') return 'Indent with spaces.';
  if (code === 'MULTIPLE_DOCS') return 'Keep one workflow per file: remove the --- in the middle.';
  if (code === 'BAD_INDENT' || code === 'MISSING_CHAR' || code === 'MULTILINE_IMPLICIT_KEY') {
    return 'Check the indentation and the quotes of this line and the one before.';
  }
  return 'Check quotes, brackets and indentation here; a text with : or # in it needs quotes.';
}

function offsetOf(
  text: string,
  root: unknown,
  path: Path,
  what: { key?: boolean; offset?: number },
  resolve: (node: unknown) => unknown,
): number {
  let node = resolve(root);
  let pair: Pair | undefined;
  let start = startOf(node) ?? 0;
  for (const [depth, step] of path.entries()) {
    const last = depth === path.length - 1;
    if (isMap(node)) {
      pair = node.items.find(
        (item) => isScalar(item.key) && String(item.key.value) === String(step),
      );
      if (!pair) return start;
      const keyStart = startOf(pair.key) ?? start;
      if (last && what.key) return keyStart;
      node = pair.value;
      start = startOf(node) ?? keyStart;
    } else if (isSeq(node) && typeof step === 'number') {
      node = node.items[step];
      start = startOf(node) ?? start;
    } else return start;
    if (!last || what.offset !== undefined) node = resolve(node);
  }
  if (what.offset === undefined || !isScalar(node) || !node.range) return start;
  const raw = text.slice(node.range[0], node.range[1]);
  return node.range[0] + rawOffset(raw, styleOf(node.type), String(node.value), what.offset);
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

function styleOf(type: string | undefined): ScalarStyle {
  if (type === 'QUOTE_DOUBLE') return 'double';
  if (type === 'QUOTE_SINGLE') return 'single';
  return type === 'BLOCK_LITERAL' || type === 'BLOCK_FOLDED' ? 'block' : 'plain';
}
