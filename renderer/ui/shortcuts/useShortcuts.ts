import { useEffect, useRef } from 'react';
import { create } from 'zustand';
import { matchKeys } from './matchKeys.ts';

/** One key and what it does. `g h` is g, then h. */
export interface Shortcut {
  keys: string;
  label: string;
  run: (event: KeyboardEvent) => void;
}

/** What `?` shows: the shortcuts of everything that is on screen, by group. */
export const useShortcutGroups = create<{ groups: Record<string, readonly Shortcut[]> }>(() => ({
  groups: {},
}));

const SEQUENCE_MS = 900;
let prefix: { key: string; at: number } | undefined;

function isTyping(target: EventTarget | null): boolean {
  // A box is pressed, not typed into.
  if (target instanceof HTMLInputElement && target.type === 'checkbox') return false;
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

function find(event: KeyboardEvent, shortcuts: readonly Shortcut[]): Shortcut | undefined {
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  // Function keys write nothing.
  const writes = isTyping(event.target) && !/^F\d+$/.test(event.key);
  if (plain && (writes || document.querySelector('[role="dialog"][data-modal]'))) {
    return undefined;
  }
  return shortcuts.find(({ keys }) => {
    const [first, second] = keys.split(' ');
    if (!second) return matchKeys(event, keys);
    return (
      prefix !== undefined &&
      prefix.key === first &&
      event.timeStamp - prefix.at < SEQUENCE_MS &&
      matchKeys(event, second)
    );
  });
}

/** Listens for `shortcuts` while the component is there, and lists them in the help under `group`. */
export function useShortcuts(group: string, shortcuts: readonly Shortcut[]): void {
  const latest = useRef(shortcuts);
  useEffect(() => {
    latest.current = shortcuts;
  });
  const signature = shortcuts.map((s) => `${s.keys}=${s.label}`).join('|');
  useEffect(() => {
    useShortcutGroups.setState((old) => ({ groups: { ...old.groups, [group]: latest.current } }));
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const found = find(event, latest.current);
      if (found) {
        event.preventDefault();
        prefix = undefined;
        found.run(event);
      }
    };
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('keydown', onKey);
      useShortcutGroups.setState((old) => {
        const { [group]: _gone, ...groups } = old.groups;
        return { groups };
      });
    };
  }, [group, signature]);
}

/** Remembers the first key of sequences; installed once by the frame. */
export function installSequences(): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (event.key.length !== 1 || isTyping(event.target)) return;
    prefix = { key: event.key.toLowerCase(), at: event.timeStamp };
  };
  // On window, so that it runs after the listeners on document have looked at the prefix.
  window.addEventListener('keydown', onKey);
  return () => window.removeEventListener('keydown', onKey);
}
