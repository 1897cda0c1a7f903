import {
  autocompletion,
  closeBrackets,
  completionKeymap,
  completionStatus,
} from '@codemirror/autocomplete';
import { defaultKeymap, indentWithTab } from '@codemirror/commands';
import { javascript } from '@codemirror/lang-javascript';
import { bracketMatching, indentOnInput } from '@codemirror/language';
import { Compartment, EditorState, type Extension, Prec } from '@codemirror/state';
import { EditorView, keymap, placeholder as placeholderText } from '@codemirror/view';
import { useEffect, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '#renderer/ui/cn.ts';
import { fieldClasses } from '#renderer/ui/Input.tsx';
import { difference } from '../document/TextChange.ts';
import { completeNames, type ExpressionName, expressionMarks } from './expression.ts';
import { shell } from './shell.ts';
import { codeTheme } from './theme.ts';

export interface CodeFieldProps {
  value: string;
  onChange: (value: string) => void;
  /** `expression`: the whole text is one, without its braces. */
  language?: 'plain' | 'shell' | 'javascript' | 'expression';
  lines?: 'one' | 'many';
  names?: readonly ExpressionName[];
  placeholder?: string;
  id?: string;
  label?: string;
  describedBy?: string | undefined;
  invalid?: boolean;
  readOnly?: boolean;
  className?: string;
}

const languages: Record<NonNullable<CodeFieldProps['language']>, Extension> = {
  plain: [],
  shell,
  javascript: javascript(),
  expression: javascript(),
};

/** Enter has no place in a field of one line; pasted lines become one. */
const oneLine: Extension = [
  EditorView.clipboardInputFilter.of((text) => text.trim().replace(/\s*\r?\n\s*/g, ' ')),
  EditorState.transactionFilter.of((transaction) =>
    transaction.docChanged && transaction.newDoc.lines > 1 ? [] : transaction,
  ),
  Prec.high(
    keymap.of([{ key: 'Enter', run: (view) => completionStatus(view.state) !== 'active' }]),
  ),
];

function attributes(props: CodeFieldProps): Extension {
  return EditorView.contentAttributes.of({
    ...(props.id ? { id: props.id } : {}),
    ...(props.label ? { 'aria-label': props.label } : {}),
    ...(props.describedBy ? { 'aria-describedby': props.describedBy } : {}),
    ...(props.invalid ? { 'aria-invalid': 'true' } : {}),
    'aria-multiline': props.lines === 'many' ? 'true' : 'false',
    // Focusable anyway; but what checks pages does not know that of editable text.
    tabindex: '0',
  });
}

/** In code Tab indents, and Escape before it leaves the field; anywhere else Tab leads on. */
function indents(props: Pick<CodeFieldProps, 'language' | 'lines'>): boolean {
  return props.lines === 'many' && (props.language === 'shell' || props.language === 'javascript');
}

/** A field for code, or for text with expressions in it: colours, completion of names, no history of its own. */
export function CodeField(given: CodeFieldProps) {
  const { t } = useTranslation('editor');
  const hint = useId();
  const props = indents(given)
    ? { ...given, describedBy: [given.describedBy, hint].filter(Boolean).join(' ') }
    : given;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const latest = useRef(props);
  const variable = useRef(new Compartment());
  useEffect(() => {
    latest.current = props;
  });
  useEffect(() => {
    const { language = 'plain', lines = 'one', placeholder, value } = latest.current;
    const complete = completeNames(
      () => latest.current.names ?? [],
      () => latest.current.language === 'expression',
    );
    const editor = new EditorView({
      parent: host.current as HTMLElement,
      state: EditorState.create({
        doc: value,
        extensions: [
          codeTheme,
          languages[language],
          expressionMarks,
          closeBrackets(),
          bracketMatching(),
          autocompletion({ override: [complete], icons: false, activateOnTyping: true }),
          lines === 'one' ? oneLine : [EditorView.lineWrapping, indentOnInput()],
          indents(latest.current) ? keymap.of([indentWithTab]) : [],
          keymap.of([...completionKeymap, ...defaultKeymap]),
          placeholder ? placeholderText(placeholder) : [],
          variable.current.of([
            attributes(latest.current),
            EditorState.readOnly.of(latest.current.readOnly ?? false),
          ]),
          EditorView.updateListener.of((update) => {
            if (
              update.docChanged &&
              !update.transactions.some((each) => each.isUserEvent('sync'))
            ) {
              latest.current.onChange(update.state.doc.toString());
            }
          }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, []);
  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const changes = difference(editor.state.doc.toString(), props.value);
    if (changes.length > 0) editor.dispatch({ changes, userEvent: 'sync' });
  }, [props.value]);
  useEffect(() => {
    view.current?.dispatch({
      effects: variable.current.reconfigure([
        attributes(latest.current),
        EditorState.readOnly.of(latest.current.readOnly ?? false),
      ]),
    });
  }, [props.invalid, props.readOnly, props.label]);
  return (
    <>
      <div
        ref={host}
        className={cn(
          fieldClasses,
          'overflow-hidden px-0 focus-within:border-accent',
          props.lines === 'many'
            ? 'max-h-96 min-h-24 overflow-y-auto [&_.cm-content]:min-h-22'
            : 'h-8 [&_.cm-content]:py-1.5 [&_.cm-scroller]:overflow-x-auto [&_.cm-scroller]:[scrollbar-width:none]',
          props.invalid && 'border-danger',
          props.className,
        )}
      />
      {indents(given) && (
        <p id={hint} className="sr-only">
          {t('keys.tabIndents')}
        </p>
      )}
    </>
  );
}
