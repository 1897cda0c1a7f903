import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import type { Extension } from '@codemirror/state';
import {
  Decoration,
  type EditorView,
  MatchDecorator,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view';
import type { Json } from '#contract/common.ts';

/** A name that an expression may use, as the platform tells it. */
export interface ExpressionName {
  label: string;
  detail?: string | undefined;
  type: 'variable' | 'function' | 'property' | 'keyword';
  value?: Json | undefined;
}

const decorator = new MatchDecorator({
  regexp: /\$\{\{[^]*?\}\}/g,
  decoration: Decoration.mark({ class: 'cm-expression' }),
});

/** Marks `${{ }}` wherever it stands. */
export const expressionMarks: Extension = ViewPlugin.fromClass(
  class {
    decorations;
    constructor(view: EditorView) {
      this.decorations = decorator.createDeco(view);
    }
    update(update: ViewUpdate) {
      this.decorations = decorator.updateDeco(update, this.decorations);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

/** Whether an expression is open at `at`: `${{` without its end before it. */
export function insideExpression(text: string, at: number): boolean {
  const open = text.lastIndexOf('${{', at - 1);
  return open !== -1 && open + 3 <= at && !text.slice(open, at).includes('}}');
}

function preview(value: Json | undefined): string {
  if (value === undefined) return '';
  const text = JSON.stringify(value) ?? '';
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** The names as completions; what has a value from the last run shows it. */
export function nameCompletions(names: readonly ExpressionName[]): Completion[] {
  return names.map((name) => ({
    label: name.label,
    type: name.type,
    // What the run really has comes before what could be computed.
    boost: name.value !== undefined ? 50 : name.type === 'function' ? -50 : 0,
    detail: preview(name.value) || name.detail || '',
    ...(name.type === 'function' && !name.label.endsWith(')') ? { apply: `${name.label}(` } : {}),
    ...(name.detail && name.value !== undefined ? { info: name.detail } : {}),
  }));
}

/** Completes names inside `${{ }}`, or everywhere when the whole text is an expression. */
export function completeNames(names: () => readonly ExpressionName[], bare: () => boolean) {
  return (context: CompletionContext): CompletionResult | null => {
    const text = context.state.sliceDoc(0, context.pos);
    const dollar = context.matchBefore(/\$\{?$/);
    if (dollar && !bare()) {
      const apply = (view: EditorView, _completion: Completion, from: number, to: number) => {
        // Brackets that closed themselves while typing are not wanted twice.
        const closing = /^\}*/.exec(view.state.sliceDoc(to, to + 2))?.[0].length ?? 0;
        view.dispatch({
          changes: { from, to: to + closing, insert: '${{  }}' },
          selection: { anchor: from + 4 },
          userEvent: 'input.complete',
        });
      };
      return { from: dollar.from, options: [{ label: '${{ }}', detail: 'expression', apply }] };
    }
    if (!bare() && !insideExpression(text, context.pos)) return null;
    const word = context.matchBefore(/[\w.[\]"'-]*$/);
    if (!word || (word.from === word.to && !context.explicit && !/[\s({,]$/.test(text)))
      return null;
    return { from: word.from, options: nameCompletions(names()), validFor: /^[\w.[\]"'-]*$/ };
  };
}
