import { ChevronDown, ChevronUp, X } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '#renderer/ui/IconButton.tsx';
import { Input } from '#renderer/ui/Input.tsx';
import type { GraphStep } from '../document/graph.ts';
import { useDocument, useEditor } from '../store/context.ts';
import { useCanvas } from './canvasStore.ts';
import { focusCanvas } from './focusCanvas.ts';

/** Steps whose id, name, kind or settings hold all words of `text`. */
export function searchSteps(steps: readonly GraphStep[], text: string): GraphStep[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  return steps.filter((step) => {
    const all =
      `${step.id} ${step.name ?? ''} ${step.uses} ${step.condition ?? ''} ${JSON.stringify(step.with)}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
}

/** Finds steps on the canvas and goes from one to the next. */
export function CanvasSearch() {
  const { t } = useTranslation('editor');
  const document = useDocument();
  const steps = useEditor((state) => state.graph.steps);
  const open = useCanvas((state) => state.searching);
  const [text, setText] = useState('');
  const [last, setHit] = useState(0);
  const hits = useMemo(() => searchSteps(steps, text), [steps, text]);
  // There may be fewer by now than when it was counted.
  const hit = Math.min(last, Math.max(hits.length - 1, 0));
  if (!open) return null;
  const go = (to: number, among = hits) => {
    if (among.length === 0) return;
    const index = (to + among.length) % among.length;
    setHit(index);
    document.select([among[index]?.id ?? ''], 'list');
  };
  const close = () => {
    useCanvas.setState({ searching: false });
    focusCanvas();
  };
  return (
    <search className="absolute top-3 right-3 z-10 flex w-80 max-w-[calc(100%-24px)] items-center gap-1 rounded-card border border-border bg-surface-2 p-1 shadow-pop">
      <Input
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- it was opened to be typed in
        autoFocus
        aria-label={t('canvas.search')}
        placeholder={t('canvas.search')}
        data-testid="canvas-search"
        className="border-transparent bg-transparent"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          go(0, searchSteps(steps, event.target.value));
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') go(hit + (event.shiftKey ? -1 : 1));
          if (event.key === 'Escape') close();
        }}
      />
      <span className="shrink-0 text-xs text-muted tabular" aria-live="polite">
        {text !== '' &&
          t('canvas.hits', { hit: hits.length === 0 ? 0 : hit + 1, count: hits.length })}
      </span>
      <IconButton size="icon-sm" label={t('canvas.previous')} onClick={() => go(hit - 1)}>
        <ChevronUp />
      </IconButton>
      <IconButton size="icon-sm" label={t('canvas.next')} onClick={() => go(hit + 1)}>
        <ChevronDown />
      </IconButton>
      <IconButton size="icon-sm" label={t('canvas.closeSearch')} onClick={close}>
        <X />
      </IconButton>
    </search>
  );
}
