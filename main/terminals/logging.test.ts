import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  admin,
  mounts,
  openTerminals,
  played,
  Sight,
  smallDisk,
  untilListed,
} from './terminals.testing.ts';

const size = { cols: 80, rows: 24 };

describe('the log of a session', () => {
  it('is plain text in a file for its owner alone, secrets hidden across every border', async () => {
    // Bug caught: a secret that is cut by a read, by a colour or by the keys it was typed with.
    const { terminals, shell, id, redactor, folder } = await played();
    redactor.add('correct-horse-battery');
    shell.say('before\r\n');
    const { log } = await terminals.startLog(id, admin);
    for (const letter of 'correct-horse-battery') {
      shell.say(letter);
      await new Promise((go) => setTimeout(go, 5));
    }
    shell.say('\r\ncorrect-\x1b[31mhorse\x1b[0m-bat');
    await new Promise((go) => setTimeout(go, 10));
    shell.say('tery\r\n\x1b]0;t\x07');
    shell.say(`${Buffer.from('correct-horse-battery').toString('base64')}\r\nend`);
    await terminals.stopLog(id, admin);
    expect(readFileSync(log!, 'utf8')).toMatch(/^\*\*\*\n\*\*\*\n\*\*\*.*\nend$/);
    expect(statSync(log!).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'logs', 'terminals')).mode & 0o777).toBe(0o700);
    shell.say('after');
    expect(readdirSync(join(folder, 'logs', 'terminals'))).toHaveLength(1);
    expect(terminals.list(admin)[0]!.log).toBeUndefined();
  });

  it('has everything when the terminal is closed', async () => {
    const { terminals, shell, id } = await played();
    const { log } = await terminals.startLog(id, admin);
    for (let i = 1; i <= 5000; i += 1) shell.say(`line ${i}\r\n`);
    await terminals.closeOne(id, admin);
    const lines = readFileSync(log!, 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(5000);
    expect(lines.at(-1)).toBe('line 5000');
  });

  it('is one file, however often it is asked for at once', async () => {
    // Bug caught: two clicks begin two files, and one of them is never closed.
    const { terminals, id, folder } = await played();
    const told = await Promise.all([1, 2, 3].map(() => terminals.startLog(id, admin)));
    expect(new Set(told.map(({ log }) => log)).size).toBe(1);
    expect(readdirSync(join(folder, 'logs', 'terminals'))).toHaveLength(1);
    await Promise.all([terminals.startLog(id, admin), terminals.closeOne(id, admin)]);
  });

  it('hides a secret that is typed over the right border of a real shell', async () => {
    // Bug caught: the shell goes over the border with a space and a return, and the log has both halves.
    const { terminals, redactor } = openTerminals();
    const secret = 'Abcdefghijklmnop0123456789QRSTUVWXyz';
    redactor.add(secret);
    const { id } = await terminals.openLocal({ ...size, shell: '/bin/bash' }, admin);
    const sight = new Sight(terminals, id);
    await sight.until(({ bytes }) => bytes > 0);
    terminals.input(id, "PS1='$ '; clear; echo beg''in\r", 'utf8', admin);
    await sight.until(({ text }) => text.includes('begin\r\n'));
    const { log } = await terminals.startLog(id, admin);
    const line = `true ${'a'.repeat(50)} ${secret} the end`;
    for (const [at, letter] of Array.from(line).entries()) {
      terminals.input(id, letter, 'utf8', admin);
      // As somebody types: the shell draws each key by itself.
      await sight.until(({ text }) => unwrapped(text).includes(line.slice(0, at + 1)));
    }
    await terminals.stopLog(id, admin);
    const text = readFileSync(log!, 'utf8');
    expect(text).toContain('***');
    expect(text).not.toMatch(/Abcdefgh|QRSTUVWXyz/);
  });

  it.skipIf(!mounts)('on a full disk is not listed any more, and people hear of it', async () => {
    // Bug caught: a red mark says that a log is written, and nothing has been for hours.
    const notes: { title: string; body: string }[] = [];
    const opened = await played({ notify: (note) => void notes.push(note) });
    const { terminals, shell, id, folder } = opened;
    mkdirSync(join(folder, 'logs', 'terminals'), { recursive: true });
    smallDisk(join(folder, 'logs', 'terminals'));
    await terminals.startLog(id, admin);
    shell.say(Buffer.alloc(100_000, 'line\n'));
    const listed = await untilListed(terminals, id, ({ log }) => log === undefined);
    expect(listed.state).toBe('running');
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatchObject({
      title: 'The log of the terminal web-1 has ended',
      body: expect.stringMatching(/ENOSPC.*terminals/) as string,
    });
    const { length } = shell.written;
    shell.say('\x1b[5n');
    await expect.poll(() => shell.written.length).toBeGreaterThan(length);
  });

  it('that cannot be begun says so, and can be begun later', async () => {
    const { terminals, id, folder } = await played();
    mkdirSync(join(folder, 'logs'));
    writeFileSync(join(folder, 'logs', 'terminals'), 'in the way');
    await expect(terminals.startLog(id, admin)).rejects.toMatchObject({ code: 'EEXIST' });
    rmSync(join(folder, 'logs', 'terminals'));
    expect((await terminals.startLog(id, admin)).log).toBeDefined();
  });
});

/** What a shell drew, as if the screen had no border. */
const unwrapped = (text: string): string => text.replaceAll(' \r', '');
