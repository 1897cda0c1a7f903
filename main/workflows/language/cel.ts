import { Environment } from '@marcbachmann/cel-js';
import { budget, tooExpensive } from './cel-budget.ts';
import { registerFunctions, renamed } from './cel-functions.ts';
import { bindScope, statusFunctions } from './cel-status.ts';
import { type CelNode, guardWork, loosenTernaries, rename } from './cel-tree.ts';

/** Names that expressions may use. */
export const expressionVariables = [
  'inputs',
  'steps',
  'run',
  'trigger',
  'env',
  'secrets',
  'item',
  'index',
] as const;

export const MAX_EXPRESSION_LENGTH = 16_384;

const environment = new Environment({
  unlistedVariablesAreDyn: false,
  homogeneousAggregateLiterals: false,
  enableOptionalTypes: true,
  limits: {
    maxAstNodes: 5000,
    maxDepth: 100,
    maxListElements: 1000,
    maxMapEntries: 1000,
    maxCallArguments: 32,
  },
});
for (const name of expressionVariables) environment.registerVariable(name, 'dyn');
for (const { signature, call } of statusFunctions) {
  environment.registerFunction(signature, call, { async: false } as object);
}
registerFunctions(environment);

/** Definitions of every function, for autocomplete and the reference. */
export function celFunctions(): { name: string; signature: string; description: string | null }[] {
  const hidden = new Set(['bind', ...renamed.values()]);
  return environment.getDefinitions().functions.filter((f) => !hidden.has(f.name));
}

/** Why a text is not a CEL expression, and where in it. */
export class CelSyntaxError extends Error {
  readonly code: string;
  /** 0-based, in UTF-16 units. */
  readonly offset: number;

  constructor(code: string, message: string, offset: number) {
    super(message);
    this.code = code;
    this.offset = offset;
  }
}

/** A CEL expression, parsed and type-checked once. */
export interface CelProgram {
  /** The static type as CEL names it: `bool`, `int`, `dyn`, … */
  type: string;
  ast: CelNode;
  /** Evaluates against a context of {@link expressionVariables}. Throws the library's errors. */
  run(context: object, needs: { failed: boolean; cancelled: boolean }): unknown;
}

interface LibraryError {
  code?: string;
  summary?: string;
  message: string;
  range?: { start: number; end: number };
}

/**
 * Parses and checks one expression. No JavaScript is made from it: the library walks the tree.
 * @throws CelSyntaxError
 */
export function parseCel(text: string): CelProgram {
  if (text.length > MAX_EXPRESSION_LENGTH) {
    throw new CelSyntaxError(
      'too_long',
      `The expression is longer than ${MAX_EXPRESSION_LENGTH} characters.`,
      0,
    );
  }
  let parsed = prepare(text, false);
  let checked = parsed.check();
  if (!checked.valid && (checked.error as LibraryError)?.code === 'incompatible_ternary_branches') {
    // `c ? 1 : null` is too useful to refuse; the branches are made dynamic.
    parsed = prepare(text, true);
    checked = parsed.check();
  }
  if (!checked.valid) throw syntaxError(checked.error as LibraryError);
  const ast = parsed.ast as unknown as CelNode;
  const loops = guardWork(ast);
  return {
    ast,
    type: checked.type ?? 'dyn',
    run: (context, needs) => run(parsed, loops, context, needs),
  };
}

type Parsed = ReturnType<Environment['parse']>;

function prepare(text: string, loosen: boolean): Parsed {
  try {
    const parsed = environment.parse(text);
    const ast = parsed.ast as unknown as CelNode;
    rename(ast);
    if (loosen) loosenTernaries(ast, environment.parse('dyn(1)').ast as unknown as CelNode);
    return parsed;
  } catch (error) {
    throw syntaxError(error as LibraryError);
  }
}

function syntaxError(error: LibraryError): CelSyntaxError {
  let message = (error.summary ?? error.message).replace(
    'Unexpected token: EOF',
    'it ends too early.',
  );
  for (const [name, own] of renamed) message = message.replace(own, name);
  return new CelSyntaxError(error.code ?? 'invalid', message, error.range?.start ?? 0);
}

function run(
  parsed: Parsed,
  loops: boolean,
  context: object,
  needs: { failed: boolean; cancelled: boolean },
): unknown {
  bindScope(needs);
  budget.reset();
  const value: unknown = parsed(context as Record<string, unknown>);
  if (loops && budget.exhausted) throw tooExpensive();
  return value;
}
