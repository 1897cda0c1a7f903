import { mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogger, type LogRecord } from './log.ts';
import { openLogFile } from './logFile.ts';
import { LogRing } from './logRing.ts';

const hide = (text: string) => text.replaceAll('hunter22', '***');

describe('createLogger', () => {
  it('lets no secret through in a message, a nested field or an error’s stack', () => {
    const seen: LogRecord[] = [];
    const log = createLogger([(record) => seen.push(record)], hide);
    log.error('login hunter22', {
      deep: [{ value: 'hunter22' }],
      error: new Error('bad hunter22'),
    });
    expect(JSON.stringify(seen)).not.toContain('hunter22');
    expect(JSON.stringify(seen)).toContain('***');
  });

  it('drops what is below its level, and names the part that speaks', () => {
    const seen: LogRecord[] = [];
    const log = createLogger([(record) => seen.push(record)], hide, 'warn').part('engine');
    log.info('no');
    log.warn('yes');
    expect(seen.map((record) => [record.part, record.message])).toEqual([['engine', 'yes']]);
  });
});

describe('LogRing', () => {
  it('gives a late reader what was said before, then what comes, and ends when it is told to', async () => {
    const ring = new LogRing();
    const log = createLogger([ring.sink], hide);
    log.info('before');
    const stop = new AbortController();
    const read: string[] = [];
    const reading = (async () => {
      for await (const record of ring.read(stop.signal)) {
        read.push(record.message);
        if (record.message === 'last') stop.abort();
      }
    })();
    log.info('after');
    log.info('last');
    await reading;
    expect(read).toEqual(['before', 'after', 'last']);
  });

  it('ends a reader that waits for a line that never comes', async () => {
    const stop = new AbortController();
    const reading = new LogRing().read(stop.signal).next();
    stop.abort();
    expect((await reading).done).toBe(true);
  });
});

describe('openLogFile', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nexus-log-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('writes one JSON line per record, readable by this user alone', async () => {
    const file = await openLogFile(join(folder, 'logs'));
    createLogger([file.sink], hide).info('hello\nworld', { n: 1 });
    await file.close();
    const path = join(folder, 'logs', 'nexus.log');
    const lines = (await readFile(path, 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0]!)).toMatchObject({
      level: 'info',
      message: 'hello\nworld',
      fields: { n: 1 },
    });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('does not grow for ever: a large file is turned over at the next start', async () => {
    const path = join(folder, 'nexus.log');
    await writeFile(path, '');
    await truncate(path, 11 * 1024 * 1024);
    const file = await openLogFile(folder);
    createLogger([file.sink], hide).info('fresh');
    await file.close();
    expect((await stat(path)).size).toBeLessThan(1000);
  });

  it('opens where nothing can be written, so that the platform can say what is wrong', async () => {
    const blocked = join(folder, 'file');
    await writeFile(blocked, '');
    const file = await openLogFile(join(blocked, 'logs'));
    createLogger([file.sink], hide).info('nowhere');
    await expect(file.close()).resolves.toBeUndefined();
  });
});
