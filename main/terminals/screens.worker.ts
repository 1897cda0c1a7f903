import { parentPort } from 'node:worker_threads';
import { Screen } from './screen.ts';
import type { ScreenEvent, ScreenRequest } from './screenMessages.ts';

/** Keeps the screens of all sessions: parsing a flood here leaves the platform's thread free. */
const screens = new Map<string, Screen>();
const tell = (event: ScreenEvent) => parentPort?.postMessage(event);

parentPort?.on('message', (request: ScreenRequest) => {
  if (request.type === 'open') {
    const { id, cols, rows, scrollback } = request;
    const onReply = (data: string) => tell({ type: 'reply', id, data });
    const onTitle = (title: string) => tell({ type: 'title', id, title: title.slice(0, 1000) });
    screens.set(id, new Screen({ cols, rows, scrollback, onReply, onTitle }));
    return;
  }
  const screen = screens.get(request.id);
  if (request.type === 'snapshot') {
    const answer = (text: string) => tell({ type: 'snapshot', request: request.request, text });
    if (screen) void screen.snapshot().then(answer);
    else answer('');
    return;
  }
  if (!screen) return;
  if (request.type === 'write') {
    const bytes = request.data.length;
    screen.write(request.data, () => tell({ type: 'parsed', id: request.id, bytes }));
  } else if (request.type === 'resize') screen.resize(request.cols, request.rows);
  else {
    screens.delete(request.id);
    screen.dispose();
  }
});
