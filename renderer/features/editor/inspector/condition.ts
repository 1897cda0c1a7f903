/** A condition as the friendly form shows it. */
export type Condition =
  | { mode: 'success' | 'failure' | 'always' }
  | { mode: 'compare'; left: string; operator: Operator; right: string }
  | { mode: 'raw'; text: string };

export const operators = [
  '==',
  '!=',
  '>',
  '>=',
  '<',
  '<=',
  'contains',
  'startsWith',
  'endsWith',
  'matches',
] as const;
export type Operator = (typeof operators)[number];

const calls = new Set<Operator>(['contains', 'startsWith', 'endsWith', 'matches']);
const OPERAND = String.raw`[A-Za-z_][\w]*(?:\.[A-Za-z_]\w*|\[(?:"[^"\\]*"|'[^'\\]*'|\d+)\])*`;
const LITERAL = String.raw`"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|-?\d+(?:\.\d+)?|true|false|null`;
const COMPARE = new RegExp(`^(${OPERAND})\\s*(==|!=|>=|<=|>|<)\\s*(${LITERAL})$`);
const CALL = new RegExp(
  `^(${OPERAND})\\.(contains|startsWith|endsWith|matches)\\(\\s*(${LITERAL})\\s*\\)$`,
);

function bare(text: string): string {
  const match = /^\s*\$\{\{([^]*)\}\}\s*$/.exec(text);
  return (match && !match[1]?.includes('${{') ? (match[1] ?? '') : text).trim();
}

/** Text as the value that a person types: quotes gone from strings; undefined for escapes that only CEL knows. */
function unquote(literal: string): string | undefined {
  if (literal.startsWith('"')) {
    try {
      return String(JSON.parse(literal));
    } catch {
      return undefined;
    }
  }
  if (!literal.startsWith("'")) return literal;
  return literal.includes('\\') ? undefined : literal.slice(1, -1);
}

/** The value as CEL: numbers, true, false and null as they are, everything else quoted. */
function quote(value: string, operator: Operator): string {
  const plain = /^(?:-?\d+(?:\.\d+)?|true|false|null)$/.test(value);
  return plain && !calls.has(operator) ? value : JSON.stringify(value);
}

/** Reads the `if` of a step. What the friendly form cannot show stays raw, and nothing of it is lost. */
export function readCondition(text: string | undefined): Condition {
  if (text === undefined) return { mode: 'success' };
  const expression = bare(text);
  const call = /^(success|failure|always)\(\)$/.exec(expression);
  if (call) return { mode: call[1] as 'success' | 'failure' | 'always' };
  const match = COMPARE.exec(expression) ?? CALL.exec(expression);
  if (match) {
    const [, left = '', operator = '==', right = ''] = match;
    const typed = unquote(right);
    const known = operator as Operator;
    // A quoted number is not the number: what would be written back as another value is shown as it is.
    const quoted = /^["']/.test(right);
    if (typed !== undefined && quote(typed, known).startsWith('"') === quoted) {
      return { mode: 'compare', left, operator: known, right: typed };
    }
  }
  return { mode: 'raw', text: expression };
}

/** The `if` to write; undefined for the default, which is not written. */
export function writeCondition(condition: Condition): string | undefined {
  switch (condition.mode) {
    case 'success':
      return undefined;
    case 'failure':
    case 'always':
      return `${condition.mode}()`;
    case 'raw':
      return condition.text;
    default: {
      const { left, operator, right } = condition;
      return calls.has(operator)
        ? `${left}.${operator}(${quote(right, operator)})`
        : `${left} ${operator} ${quote(right, operator)}`;
    }
  }
}
