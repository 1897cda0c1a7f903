import { budget } from './cel-budget.ts';
import { renamed } from './cel-functions.ts';

/**
 * A node of the library's tree, as far as we touch it. `args` by `op`: `id` a name, `.` and `.?`
 * `[object, name]`, `[]` and `[?]` `[object, key]`, `call` `[name, args]`, `rcall`
 * `[name, receiver, args]`, `value` a literal, the rest nodes or lists of nodes.
 */
export interface CelNode {
  op: string;
  args: unknown;
  start: number;
  end: number;
  readonly meta?: { alternate?: CelNode; check: unknown; evaluate: unknown };
  clone(op: { name: string; check: unknown; evaluate: unknown }, args: unknown): CelNode;
  evaluate: (this: unknown, evaluator: unknown, node: unknown, context: unknown) => unknown;
}

/** The nodes directly below one, as written (macros unexpanded). */
export function childrenOf(node: CelNode): CelNode[] {
  const found: CelNode[] = [];
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(collect);
    else if (isNode(value)) found.push(value);
  };
  collect(node.args);
  return found;
}

/** Visits a tree, parents first. */
export function visit(node: CelNode, see: (node: CelNode) => void): void {
  see(node);
  for (const child of childrenOf(node)) visit(child, see);
}

function isNode(value: unknown): value is CelNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'evaluate' in value;
}

/**
 * Points calls of functions that we take over to ours: the library lets nobody replace one of its
 * own. Expanded macros share these nodes, so they see the change.
 */
export function rename(ast: CelNode): void {
  visit(ast, (node) => {
    if (node.op !== 'rcall' && node.op !== 'call') return;
    const args = node.args as [string, ...unknown[]];
    args[0] = renamed.get(args[0]) ?? args[0];
  });
}

/** Wraps both branches of every `? :` in `dyn()`. `template` is a parsed `dyn(1)`. */
export function loosenTernaries(ast: CelNode, template: CelNode): void {
  const { check, evaluate } = template.meta!;
  const wrap = (node: CelNode) => node.clone({ name: 'call', check, evaluate }, ['dyn', [node]]);
  visit(ast, (node) => {
    if (node.op !== '?:') return;
    const args = node.args as CelNode[];
    args[1] = wrap(args[1]!);
    args[2] = wrap(args[2]!);
  });
}

interface Comprehension {
  step: Pick<CelNode, 'evaluate'>;
  condition?: (accumulated: unknown) => boolean;
}

/**
 * Makes every loop and every `+` of a checked tree count against the budget.
 * @returns whether there is anything to count
 */
export function guardWork(ast: CelNode): boolean {
  let guarded = false;
  visit(ast, (node) => {
    const expanded = node.meta?.alternate;
    if (expanded?.op === 'comprehension') guardLoop(expanded.args as Comprehension);
    else if (node.op === '+') guardSum(node);
    else if (node.op !== 'call' && node.op !== 'rcall') return;
    guarded = true;
  });
  return guarded;
}

function guardLoop(loop: Comprehension): void {
  const { step, condition } = loop;
  loop.step = {
    evaluate(evaluator, _node, context) {
      budget.turn();
      return step.evaluate(evaluator, step, context);
    },
  };
  loop.condition = (accumulated) =>
    !budget.exhausted && (condition === undefined || condition(accumulated));
}

// On its first use a node replaces its own `evaluate` by the final one; the accessor lets that
// replacement through while what callers get stays ours.
function guardSum(node: CelNode): void {
  let inner = node.evaluate;
  const outer: CelNode['evaluate'] = (evaluator, self, context) => {
    const value = inner.call(node, evaluator, self, context);
    if (typeof value === 'string' || Array.isArray(value)) budget.spend(value.length);
    return value;
  };
  Object.defineProperty(node, 'evaluate', {
    get: () => outer,
    set: (replacement: CelNode['evaluate']) => {
      inner = replacement;
    },
  });
}
