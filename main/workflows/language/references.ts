import { expressionVariables } from './cel.ts';
import type { CelNode } from './cel-tree.ts';

/** What one expression refers to, as far as the text alone tells. */
export interface References {
  /** `steps.build.outputs` is `{ root: 'steps', path: ['build', 'outputs'] }`; offsets are of the root, in the expression. */
  names: { root: string; path: string[]; offset: number }[];
  /** Names of functions and methods called. */
  calls: Set<string>;
}

const LOOPS = new Set(['map', 'filter', 'all', 'exists', 'exists_one']);

/** Collects what a tree refers to; variables of `map`, `filter` and their like are no references. */
export function referencesOf(ast: CelNode): References {
  const found: References = { names: [], calls: new Set() };
  walk(ast, new Set(), found);
  return found;
}

/** Whether the tree is nothing but names and literal keys, so that its value is one of the scope's own. */
export function isPlainAccess(node: CelNode): boolean {
  // The library has constants of its own, whose values are no JSON.
  if (node.op === 'id') return (expressionVariables as readonly unknown[]).includes(node.args);
  if (node.op !== '.' && node.op !== '[]') return false;
  return isPlainAccess((node.args as [CelNode, unknown])[0]);
}

function walk(node: CelNode, bound: ReadonlySet<string>, found: References): void {
  const chain = accessChain(node);
  if (chain) {
    if (!bound.has(chain.root))
      found.names.push({ root: chain.root, path: chain.path, offset: chain.offset });
    chain.keys.forEach((key) => walk(key, bound, found));
    return;
  }
  switch (node.op) {
    case 'call': {
      const [name, args] = node.args as [string, CelNode[]];
      found.calls.add(name);
      args.forEach((arg) => walk(arg, bound, found));
      return;
    }
    case 'rcall':
      walkMethod(node, bound, found);
      return;
    default:
      descend(node.args, (child) => walk(child, bound, found));
  }
}

function walkMethod(node: CelNode, bound: ReadonlySet<string>, found: References): void {
  const [name, receiver, args] = node.args as [string, CelNode, CelNode[]];
  const variable = args[0]?.op === 'id' ? (args[0].args as string) : undefined;
  const isBind = name === 'bind' && receiver.op === 'id' && receiver.args === 'cel';
  if (isBind && variable !== undefined && args.length === 3) {
    walk(args[1]!, bound, found);
    walk(args[2]!, new Set([...bound, variable]), found);
    return;
  }
  found.calls.add(name);
  walk(receiver, bound, found);
  if (LOOPS.has(name) && variable !== undefined) {
    const inner = new Set([...bound, variable]);
    args.slice(1).forEach((arg) => walk(arg, inner, found));
    return;
  }
  args.forEach((arg) => walk(arg, bound, found));
}

function descend(args: unknown, see: (node: CelNode) => void): void {
  if (Array.isArray(args)) args.forEach((item) => descend(item, see));
  else if (typeof args === 'object' && args !== null && 'op' in args) see(args as CelNode);
}

// `a.b["c"].d` from its outermost node; a computed key ends the path and is looked at by itself.
function accessChain(
  node: CelNode,
): { root: string; path: string[]; offset: number; keys: CelNode[] } | undefined {
  const path: string[] = [];
  const keys: CelNode[] = [];
  let at = node;
  while (at.op !== 'id') {
    if (!['.', '.?', '[]', '[?]'].includes(at.op)) return undefined;
    const [object, key] = at.args as [CelNode, string | CelNode];
    if (typeof key === 'string') path.unshift(key);
    else if (key.op === 'value' && typeof key.args === 'string') path.unshift(key.args);
    else {
      path.length = 0;
      keys.push(key);
    }
    at = object;
  }
  return { root: at.args as string, path, offset: at.start, keys };
}
