import { describe, expect, it } from 'vitest';
import { silentLogger } from '#main/base/log.ts';
import type { Note } from '#main/notifications/index.ts';
import { openPlatform } from '#main/integration/platform.testing.ts';
import { shortSecrets } from './shortSecrets.ts';

function world() {
  const notes: Note[] = [];
  const warnings: string[] = [];
  const log = { ...silentLogger, warn: (message: string) => void warnings.push(message) };
  const notifications = { notify: (note: Note) => (notes.push(note), undefined as never) };
  return { notes, warnings, log, notifications };
}

describe('secrets that are too short to be hidden', () => {
  it('are told of when there is somebody to tell, those found before too, each by its name', () => {
    const { notes, warnings, log, notifications } = world();
    const short = shortSecrets();
    short.found('PIN');
    short.tell({ log, notifications });
    short.found('CODE');
    short.found('a secret');
    expect(notes.map((note) => note.title)).toEqual([
      'The secret PIN is not hidden',
      'The secret CODE is not hidden',
      'A secret input is not hidden',
    ]);
    expect(warnings).toHaveLength(3);
  });

  it('are only logged by a single command', () => {
    const { notes, warnings, log } = world();
    const short = shortSecrets();
    short.tell({ log });
    short.found('PIN');
    expect(warnings).toHaveLength(1);
    expect(notes).toEqual([]);
  });

  it('reach the notification centre of a platform, once for each value', async () => {
    // Bug caught: the warning exists and nobody ever hears it.
    const { client, run } = await openPlatform();
    const source = `
name: pin
inputs: { pin: { type: string, secret: true } }
steps: [{ id: a, uses: transform, with: { set: { x: 1 } } }]
`;
    await run(source, { pin: '1234' });
    await run(source, { pin: '1234' });
    await run(source, { pin: 'long enough' });
    const { notifications } = await client.notifications.list({});
    expect(notifications.map((note) => note.title)).toEqual(['A secret input is not hidden']);
    expect(JSON.stringify(notifications)).not.toContain('1234');
  });
});
