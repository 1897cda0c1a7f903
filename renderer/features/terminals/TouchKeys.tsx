import { ArrowDown, ArrowLeft, ArrowRight, ArrowUp, type LucideIcon } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '#renderer/ui/cn.ts';
import { useMedia, useNarrow } from '#renderer/ui/useMedia.ts';
import { keySequence, type TouchKey, touchKeys, useHeldKeys } from './touchKeys.ts';
import { send, viewOf } from './views.ts';

/** A key that is held down comes again after so long, and then so often; milliseconds. */
const REPEAT_AFTER = 400;
const REPEAT_EVERY = 60;

const icons: Partial<Record<TouchKey, LucideIcon>> = {
  '←': ArrowLeft,
  '↓': ArrowDown,
  '↑': ArrowUp,
  '→': ArrowRight,
};

const repeated = new Set<string>(['←', '↓', '↑', '→', 'PgUp', 'PgDn']);

function press(id: string, key: TouchKey): void {
  const held = useHeldKeys.getState();
  send(id, {
    data: keySequence(key, held, viewOf(id).applicationCursorKeys),
    encoding: 'utf8',
  });
  if (held.ctrl || held.alt) useHeldKeys.setState({ ctrl: false, alt: false });
}

/** Presses at once, and again and again while it is held. */
function useRepeat(run: () => void, again: boolean) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const stop = () => clearTimeout(timer.current);
  useEffect(() => () => clearTimeout(timer.current), []);
  const repeat = (wait: number) => {
    timer.current = setTimeout(() => {
      run();
      repeat(REPEAT_EVERY);
    }, wait);
  };
  return {
    onPointerDown: (event: React.PointerEvent) => {
      // The terminal keeps the keyboard, else the one on the screen would close.
      event.preventDefault();
      run();
      if (again) repeat(REPEAT_AFTER);
    },
    onPointerUp: stop,
    onPointerLeave: stop,
    onPointerCancel: stop,
    // A press by keyboard or by a screen reader has no pointer.
    onClick: (event: React.MouseEvent) => {
      if (event.detail === 0) run();
    },
  };
}

const look =
  'h-9 min-w-10 shrink-0 rounded-control px-2.5 font-mono text-sm text-text select-none touch-manipulation active:bg-surface-3';

function Key({ id, name }: { id: string; name: TouchKey }) {
  const { t } = useTranslation('terminals');
  const handlers = useRepeat(() => press(id, name), repeated.has(name));
  const Icon = icons[name];
  const label = t(`keys.${name}` as 'keys.←', { defaultValue: name });
  return (
    <button type="button" aria-label={label} className={look} {...handlers}>
      {Icon ? <Icon className="mx-auto size-4" aria-hidden /> : name}
    </button>
  );
}

function Modifier({ name }: { name: 'Ctrl' | 'Alt' }) {
  const which = name === 'Ctrl' ? 'ctrl' : 'alt';
  const held = useHeldKeys((state) => state[which]);
  const handlers = useRepeat(
    () => useHeldKeys.setState((state) => ({ ...state, [which]: !state[which] })),
    false,
  );
  return (
    <button
      type="button"
      aria-pressed={held}
      className={cn(look, held && 'bg-accent text-on-accent active:bg-accent')}
      {...handlers}
    >
      {name}
    </button>
  );
}

/** Below the terminals of a phone or tablet: the keys that its keyboard lacks. */
export function TouchKeys({ id }: { id: string }) {
  const { t } = useTranslation('terminals');
  const narrow = useNarrow();
  const touched = useMedia('(pointer: coarse)');
  if (!narrow && !touched) return null;
  return (
    <div
      role="toolbar"
      aria-label={t('keys.label')}
      className="flex shrink-0 gap-0.5 overflow-x-auto border-t border-border bg-surface-2 px-1 py-0.5 [scrollbar-width:none]"
    >
      {touchKeys.map((name) =>
        name === 'Ctrl' || name === 'Alt' ? (
          <Modifier key={name} name={name} />
        ) : (
          <Key key={name} id={id} name={name} />
        ),
      )}
    </div>
  );
}
