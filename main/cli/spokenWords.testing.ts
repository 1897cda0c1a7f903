import { globSync, readFileSync } from 'node:fs';
import ts from 'typescript6';

/** What looks like one command line in a test. */
export interface SpokenLine {
  words: Set<string>;
  /** Every word of the file: `vault('set', …)` says elsewhere that it is `nexus vault`. */
  around: Set<string>;
}

/** A table of cases is no command line: its rows are looked at one by one. */
const LONGEST = 45;

/** The lines of all files that `patterns` mean. */
export function spokenLines(patterns: string[]): SpokenLine[] {
  return globSync(patterns).flatMap((file) => linesOf(readFileSync(file, 'utf8')));
}

/** The lines of a test's source: the words of each array, call and text in it. */
export function linesOf(text: string): SpokenLine[] {
  const source = ts.createSourceFile('x.ts', text, ts.ScriptTarget.Latest, true);
  const around = new Set<string>();
  const lines: SpokenLine[] = [];
  const visit = (node: ts.Node): void => {
    const words = wordsOf(node);
    for (const word of words) around.add(word);
    if (words.length > 1 && words.length <= LONGEST) lines.push({ words: new Set(words), around });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return lines;
}

// The words of a call are its arguments' and its name: vault('set', NAME, …) or host('add', …).
function wordsOf(node: ts.Node): string[] {
  if (ts.isStringLiteralLike(node)) return node.text.split(/\s+/);
  if (ts.isTemplateExpression(node)) return node.getText().split(/[\s`]+/);
  if (ts.isSpreadElement(node)) return wordsOf(node.expression);
  if (ts.isArrayLiteralExpression(node)) return node.elements.flatMap(wordsOf);
  if (ts.isCallExpression(node)) {
    const name = ts.isIdentifier(node.expression) ? [node.expression.text] : [];
    return [...name, ...node.arguments.flatMap(wordsOf)];
  }
  return [];
}
