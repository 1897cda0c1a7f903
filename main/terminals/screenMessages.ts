import type { Snapshot } from './screen.ts';

/** What the platform tells the thread that keeps the screens. */
export type ScreenRequest =
  | { type: 'open'; id: string; cols: number; rows: number; scrollback: number }
  | { type: 'write'; id: string; data: Uint8Array }
  | { type: 'resize'; id: string; cols: number; rows: number }
  | { type: 'snapshot'; id: string; request: number }
  | { type: 'close'; id: string };

/** What the thread tells the platform. */
export type ScreenEvent =
  | { type: 'parsed'; id: string; bytes: number }
  | { type: 'snapshot'; request: number; snapshot: Snapshot }
  | { type: 'reply'; id: string; data: string }
  | { type: 'title'; id: string; title: string };
