import { create } from 'zustand';
import type { Input } from './view/outbox.ts';

/** Keys that a touch keyboard lacks; `Ctrl` and `Alt` hold for the next key, wherever it is pressed. */
export const touchKeys = [
  'Esc',
  'Tab',
  'Ctrl',
  'Alt',
  '←',
  '↓',
  '↑',
  '→',
  '|',
  '/',
  '-',
  '~',
  'Home',
  'End',
  'PgUp',
  'PgDn',
] as const;
export type TouchKey = Exclude<(typeof touchKeys)[number], 'Ctrl' | 'Alt'>;

/** The modifiers that wait for the next key. */
export const useHeldKeys = create<{ ctrl: boolean; alt: boolean }>(() => ({
  ctrl: false,
  alt: false,
}));

interface Modifiers {
  ctrl: boolean;
  alt: boolean;
}

const letters: Partial<Record<TouchKey, string>> = {
  '←': 'D',
  '↓': 'B',
  '↑': 'A',
  '→': 'C',
  Home: 'H',
  End: 'F',
};
const tildes: Partial<Record<TouchKey, string>> = { PgUp: '5', PgDn: '6' };

/**
 * What a key of the row sends, as xterm does for a real one ("PC-Style Function Keys" in xterm's
 * ctlseqs).
 *
 * @param application whether the program asked for the other form of the cursor keys (DECCKM)
 */
export function keySequence(key: TouchKey, held: Modifiers, application: boolean): string {
  const modifier = 1 + (held.alt ? 2 : 0) + (held.ctrl ? 4 : 0);
  const letter = letters[key];
  if (letter !== undefined)
    return modifier > 1 ? `\x1b[1;${modifier}${letter}` : `\x1b${application ? 'O' : '['}${letter}`;
  const number = tildes[key];
  if (number !== undefined) return `\x1b[${number}${modifier > 1 ? `;${modifier}` : ''}~`;
  const plain = key === 'Esc' ? '\x1b' : key === 'Tab' ? '\t' : key;
  return withModifiers(plain, held);
}

/** A key with Ctrl or Alt: the control character of ASCII, and Escape before it. */
export function withModifiers(key: string, { ctrl, alt }: Modifiers): string {
  const sent = ctrl ? controlOf(key) : key;
  return alt ? `\x1b${sent}` : sent;
}

function controlOf(key: string): string {
  const upper = key.toUpperCase();
  if (/^[@A-Z[\\\]^_]$/.test(upper)) return String.fromCharCode(upper.charCodeAt(0) & 0x1f);
  // As on a VT220: Ctrl with a digit, where the keyboard has no key for the sign.
  const digits: Record<string, string> = {
    ' ': '\0',
    '2': '\0',
    '3': '\x1b',
    '4': '\x1c',
    '5': '\x1d',
    '6': '\x1e',
    '7': '\x1f',
    '/': '\x1f',
    '-': '\x1f',
    '8': '\x7f',
    '?': '\x7f',
    '~': '\x1e',
  };
  return digits[key] ?? key;
}

/** What is typed, with the modifiers that wait; they are used up by it. */
export function withHeld(input: Input): Input {
  const held = useHeldKeys.getState();
  // A report of the mouse or an answer is no key.
  if ((!held.ctrl && !held.alt) || input.data.startsWith('\x1b')) return input;
  useHeldKeys.setState({ ctrl: false, alt: false });
  // A whole word comes from a keyboard that completes it.
  if (Array.from(input.data).length !== 1) return input;
  return { ...input, data: withModifiers(input.data, held) };
}
