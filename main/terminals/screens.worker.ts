import { parentPort } from 'node:worker_threads';
import { Screen, type Snapshot } from './screen.ts';
import type { ScreenEvent, ScreenRequest } from './screenMessages.ts';

/** Keeps the screens of all sessions: parsing a flood here leaves the platform's thread free. */
const screens = new Map<string, Told>();

/** A screen, and what of it the platform has not been told. */
interface Told {
  screen: Screen;
  reply: string;
  title: string | undefined;
}

/**
 * So much of what one piece of output asks is answered; programs ask a handful of things at once. A
 * file that is shown may hold a million questions, or titles.
 */
const MAX_REPLY = 4096;
const tell = (event: ScreenEvent) => parentPort?.postMessage(event);

parentPort?.on('message', (request: ScreenRequest) => {
  if (request.type === 'open') {
    const { id, cols, rows, scrollback } = request;
    const onReply = (data: string) => {
      if (told.reply.length < MAX_REPLY) told.reply += data;
    };
    const onTitle = (title: string) => (told.title = title.slice(0, 1000));
    const screen = new Screen({ cols, rows, scrollback, onReply, onTitle });
    const told: Told = { screen, reply: '', title: undefined };
    screens.set(id, told);
    return;
  }
  const told = screens.get(request.id);
  const screen = told?.screen;
  if (request.type === 'snapshot') {
    const answer = (snapshot: Snapshot) =>
      tell({ type: 'snapshot', request: request.request, snapshot });
    if (screen) void screen.snapshot().then(answer);
    else answer({ text: '', rest: new Uint8Array() });
    return;
  }
  if (!told || !screen) return;
  if (request.type === 'write') {
    const bytes = request.data.length;
    screen.write(request.data, () => parsed(request.id, told, bytes));
  } else if (request.type === 'resize') screen.resize(request.cols, request.rows);
  else {
    screens.delete(request.id);
    screen.dispose();
  }
});

// Once for each piece that was written: the answers together, and the last title.
function parsed(id: string, told: Told, bytes: number): void {
  const { reply, title } = told;
  told.reply = '';
  told.title = undefined;
  if (reply !== '') tell({ type: 'reply', id, data: reply });
  if (title !== undefined) tell({ type: 'title', id, title });
  tell({ type: 'parsed', id, bytes });
}
