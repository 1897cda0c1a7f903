import { globSync, readFileSync } from 'node:fs';
import ts from 'typescript6';

/** An error as the source throws it; what is known only when it happens stands there as `‹…›`. */
export interface ThrownError {
  file: string;
  line: number;
  code: string;
  messages: string[];
  hints: string[];
}

/**
 * Functions that make an error from a code with its message and hint (in their arguments, or in an
 * object), and what stands before their codes.
 */
const makers: Record<string, Record<string, string>> = {
  sshError: { ssh: 'ssh.' },
  make: { ssh: 'ssh.', vault: 'vault.' },
};

/**
 * Every error that the sources of `folders` (below main/) make with a code that is written out there.
 * A message that is put together elsewhere is left out.
 */
export function thrownErrors(folders: readonly string[]): ThrownError[] {
  const files = folders.flatMap((folder) => globSync(`main/${folder}/**/*.ts`)).sort();
  return files
    .filter((file) => !/\.test\.ts$|\.testing\.ts$|\.d\.ts$|\/testing\//.test(file))
    .flatMap(errorsOf);
}

function errorsOf(file: string): ThrownError[] {
  const source = ts.createSourceFile(
    file,
    readFileSync(file, 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  const found: ThrownError[] = [];
  const add = (node: ts.Node, code: string, message?: ts.Node, hint?: ts.Node) => {
    const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    found.push({ file, line, code, messages: textsOf(message), hints: textsOf(hint) });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && node.expression.getText() === 'NexusError') {
      const [init] = node.arguments ?? [];
      if (init && ts.isObjectLiteralExpression(init))
        for (const code of textsOf(property(init, 'code')))
          if (!code.includes('‹'))
            add(node, code, property(init, 'message'), property(init, 'hint'));
    } else if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
      const prefix = makers[node.expression.text]?.[file.split('/')[1]!];
      const [name, second, third] = node.arguments;
      if (prefix !== undefined && name && ts.isStringLiteralLike(name)) {
        const init = second && ts.isObjectLiteralExpression(second) ? second : undefined;
        const message = init ? property(init, 'message') : second;
        add(node, `${prefix}${name.text}`, message, init ? property(init, 'hint') : third);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function property(object: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
  for (const one of object.properties)
    if (ts.isPropertyAssignment(one) && one.name.getText() === name) return one.initializer;
  return undefined;
}

/** The texts that an expression may give; none where it is not written out. */
function textsOf(node: ts.Node | undefined): string[] {
  if (!node) return [];
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isTemplateExpression(node))
    return [node.head.text + node.templateSpans.map((span) => `‹…›${span.literal.text}`).join('')];
  if (ts.isConditionalExpression(node))
    return [...textsOf(node.whenTrue), ...textsOf(node.whenFalse)];
  if (ts.isParenthesizedExpression(node)) return textsOf(node.expression);
  return [];
}
