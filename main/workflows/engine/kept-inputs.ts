import type { Json } from '#contract/common.ts';
import type { Core, SecretPart } from './core.ts';
import type { RunRecord } from './records.ts';

/** No name of an input: those are the definition's. */
const KEY = '$secrets';
const MASK = '***';

/** A text among the inputs that held values of secrets, and how it is put together again. */
export interface HiddenText {
  path: (string | number)[];
  parts: SecretPart[];
}

type Inputs = Record<string, Json>;

/**
 * What the journal keeps of a run's inputs: where one of them holds the value of a secret it keeps
 * the secret's name in its place. Undefined where there is none, which is nearly always.
 */
export function keepInputs(core: Core, inputs: Inputs): Inputs | undefined {
  const { secretsIn, redactJson } = core.options;
  if (!secretsIn) return undefined;
  // The redactor is fast and knows every secret; only what it would hide is looked through.
  if (JSON.stringify(redactJson(inputs)) === JSON.stringify(inputs)) return undefined;
  const hidden: HiddenText[] = [];
  const shown = walk(inputs, [], (text, path) => {
    const parts = secretsIn(text);
    if (parts.every((part) => typeof part === 'string')) return text;
    hidden.push({ path, parts });
    return parts.map((part) => (typeof part === 'string' ? part : MASK)).join('');
  }) as Inputs;
  return hidden.length === 0 ? undefined : { ...shown, [KEY]: hidden as unknown as Json };
}

function walk(
  value: Json,
  path: (string | number)[],
  leaf: (text: string, path: (string | number)[]) => Json,
): Json {
  if (typeof value === 'string') return leaf(value, path);
  if (Array.isArray(value)) return value.map((item, at) => walk(item, [...path, at], leaf));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, walk(item, [...path, key], leaf)]),
  );
}

/** Takes apart what {@link keepInputs} made. */
export function splitKept(kept: Inputs): { inputs: Inputs; hidden?: HiddenText[] } {
  if (!Object.hasOwn(kept, KEY)) return { inputs: kept };
  const { [KEY]: hidden, ...inputs } = kept;
  return { inputs, hidden: hidden as unknown as HiddenText[] };
}

/**
 * The inputs with the values in their places again. They are looked up when an expression reads
 * them: a run can be loaded while the vault is locked.
 */
export function revealInputs(core: Core, { id, workflow, inputs, hidden }: RunRecord): Inputs {
  if (!hidden) return inputs;
  const by = { run: id, workflow };
  const whole: Inputs = { ...inputs };
  for (const name of new Set(hidden.map(({ path }) => String(path[0])))) {
    let known: Json | undefined;
    const texts = new Map(
      hidden
        .filter(({ path }) => path[0] === name)
        .map(({ path, parts }) => [JSON.stringify(path), parts]),
    );
    const join = (parts: SecretPart[]) =>
      parts
        .map((part) => (typeof part === 'string' ? part : core.options.secret(part.secret, by)))
        .join('');
    Object.defineProperty(whole, name, {
      enumerable: true,
      get: () =>
        (known ??= walk(inputs[name] ?? null, [name], (text, path) => {
          const parts = texts.get(JSON.stringify(path));
          return parts ? join(parts) : text;
        })),
    });
  }
  return whole;
}
