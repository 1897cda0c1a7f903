import { autocompletion, closeBrackets, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  indentOnInput,
  indentUnit,
} from '@codemirror/language';
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { EditorState, RangeSetBuilder, StateEffect, StateField } from '@codemirror/state';
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  highlightActiveLine,
  hoverTooltip,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { useEffect, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '#contract/errors.ts';
import { expressionMarks } from '../code/expression.ts';
import { codeTheme } from '../code/theme.ts';
import { native } from '../document/layout.ts';
import { stepPlaces } from '../document/stepPlaces.ts';
import { difference, type TextChange } from '../document/TextChange.ts';
import { useNames } from '../inspector/useNames.ts';
import { useDocument, useEditor, useKinds } from '../store/context.ts';
import type { EditorDocument } from '../store/EditorDocument.ts';
import { said } from '#renderer/i18n/said.ts';
import { completeYaml, hoverYaml } from './completeYaml.ts';

/** CodeMirror knows one line ending, and counts it as one; a file with CR LF has two. */
function shown(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

function toShown(text: string, offset: number): number {
  return text.includes('\r\n') ? shown(text.slice(0, offset)).length : offset;
}

function fromShown(text: string, offset: number): number {
  if (!text.includes('\r\n')) return offset;
  let at = 0;
  for (let seen = 0; seen < offset && at < text.length; seen += 1) {
    at += text[at] === '\r' && text[at + 1] === '\n' ? 2 : 1;
  }
  return at;
}

const setStepLines = StateEffect.define<{ from: number; to: number } | null>();
const mark = Decoration.line({ class: 'cm-step-lines' });

/** Tints the lines of the selected step. */
const stepLines = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(old, transaction) {
    let next = old.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(setStepLines)) continue;
      const builder = new RangeSetBuilder<Decoration>();
      if (effect.value) {
        const { doc } = transaction.state;
        const last = doc.lineAt(Math.min(effect.value.to, doc.length)).number;
        for (
          let line = doc.lineAt(Math.min(effect.value.from, doc.length)).number;
          line <= last;
          line += 1
        ) {
          const { from } = doc.line(line);
          builder.add(from, from, mark);
        }
      }
      next = builder.finish();
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Hands what was typed to the document: the exact changes, so that undo is exact too. */
function listen(document: EditorDocument) {
  return EditorView.updateListener.of((update) => {
    const own = update.transactions.some((each) => each.isUserEvent('sync'));
    if (update.docChanged && !own) {
      const { text } = document;
      const { source } = document.state;
      const changes: TextChange[] = [];
      update.changes.iterChanges((from, to, _fromNow, _toNow, insert) =>
        changes.push({
          from: fromShown(text, from),
          to: fromShown(text, to),
          insert: native(source, insert.toString()),
        }),
      );
      document.type(changes);
    }
    if (update.selectionSet && !own && update.view.hasFocus) {
      document.selectAt(fromShown(document.text, update.state.selection.main.head));
    }
  });
}

function diagnostics(state: EditorState, problems: readonly Problem[]): Diagnostic[] {
  return problems.flatMap((one): Diagnostic[] => {
    const problem = said(one);
    if (problem.line === undefined || problem.line > state.doc.lines) return [];
    const line = state.doc.line(Math.max(problem.line, 1));
    const from = Math.min(line.from + (problem.column ?? 1) - 1, line.to);
    const word = /^[\w-]+/.exec(state.sliceDoc(from, line.to))?.[0].length ?? line.to - from;
    return [
      {
        from,
        to: Math.min(Math.max(from + word, from), line.to),
        severity: problem.severity === 'warning' ? 'warning' : 'error',
        message: problem.hint ? `${problem.message}\n${problem.hint}` : problem.message,
      },
    ];
  });
}

function useView(document: EditorDocument, label: string, hint: string) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const kinds = useKinds();
  const names = useNames(undefined);
  const known = useRef({ kinds, names });
  useEffect(() => {
    known.current = { kinds, names };
  });
  useEffect(() => {
    const knowledge = {
      document,
      kinds: () => known.current.kinds,
      names: () => known.current.names,
    };
    const editor = new EditorView({
      parent: host.current as HTMLElement,
      state: EditorState.create({
        doc: shown(document.text),
        extensions: [
          codeTheme,
          yaml(),
          indentUnit.of('  '),
          expressionMarks,
          stepLines,
          lineNumbers(),
          foldGutter(),
          lintGutter(),
          drawSelection(),
          highlightActiveLine(),
          highlightSelectionMatches(),
          closeBrackets(),
          bracketMatching(),
          indentOnInput(),
          search({ top: true }),
          autocompletion({ override: [completeYaml(knowledge)], icons: false }),
          hoverTooltip(hoverYaml(knowledge)),
          keymap.of([
            ...completionKeymap,
            ...searchKeymap,
            ...foldKeymap,
            indentWithTab,
            ...defaultKeymap,
          ]),
          EditorView.contentAttributes.of({
            'aria-label': label,
            'aria-describedby': hint,
            'data-testid': 'yaml-content',
            // Focusable anyway; but what checks pages does not know that of editable text.
            tabindex: '0',
          }),
          EditorState.readOnly.of(document.state.readOnly),
          listen(document),
        ],
      }),
    });
    view.current = editor;
    // At once, not with the next drawing: what is typed is told by its place in what is shown.
    const stop = document.store.subscribe((now, before) => {
      if (now.history.text === before.history.text) return;
      const changes = difference(editor.state.doc.toString(), shown(now.history.text));
      if (changes.length > 0) editor.dispatch({ changes, userEvent: 'sync' });
    });
    return () => {
      stop();
      editor.destroy();
    };
  }, [document, label, hint]);
  return { host, view };
}

/** The file itself, beside the canvas: either side edits the other, and what is selected is selected in both. */
export function YamlPane() {
  const { t } = useTranslation('editor');
  const document = useDocument();
  const problems = useEditor((state) => state.problems);
  const selected = useEditor((state) =>
    state.selection.length === 1 ? state.steps.get(state.selection[0] ?? '') : undefined,
  );
  const reveal = useEditor((state) => state.reveal);
  const hint = useId();
  const { host, view } = useView(document, t('yaml.label'), hint);
  useEffect(() => {
    const editor = view.current;
    // Until the text is checked again its marks move along with it: their line numbers are of before.
    if (editor) editor.dispatch(setDiagnostics(editor.state, diagnostics(editor.state, problems)));
  }, [problems, view]);
  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const { source } = document.state;
    const place =
      selected &&
      stepPlaces(source).find(
        (each) => each.list === selected.list && each.index === selected.index,
      );
    const from = place && toShown(source.text, place.from);
    const effects: StateEffect<unknown>[] = [
      setStepLines.of(place ? { from: from ?? 0, to: toShown(source.text, place.to) } : null),
    ];
    const target = reveal.offset === undefined ? from : toShown(source.text, reveal.offset);
    if (reveal.by !== 'yaml' && target !== undefined && target <= editor.state.doc.length) {
      effects.push(EditorView.scrollIntoView(target, { y: 'center' }));
    }
    editor.dispatch({ effects, userEvent: 'sync' });
  }, [selected, reveal, document, view]);
  return (
    <>
      <div
        ref={host}
        data-testid="yaml-pane"
        className="h-full min-h-0 overflow-hidden bg-surface-2 [&_.cm-editor]:h-full"
      />
      <p id={hint} className="sr-only">
        {t('keys.tabIndents')}
      </p>
    </>
  );
}
