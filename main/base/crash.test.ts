import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { crashText, redactCrashes } from './crash.ts';
import { createRedactor } from './redact.ts';

describe('the text of a crash', () => {
  it('has no secret, neither in the message nor in a cause', () => {
    // Bug caught: the message of a library that quotes the request it could not send.
    const redactor = createRedactor();
    redactor.add('hunter2hunter2');
    const stop = redactCrashes((text) => redactor.redactText(text));
    const cause = new Error('Bearer aHVudGVyMmh1bnRlcjI= refused');
    const text = crashText(new Error('with hunter2hunter2', { cause }));
    expect(text).toContain('caused by');
    expect(text).not.toMatch(/hunter2|aHVudGVyMm/);
    stop();
    expect(crashText(new Error('with hunter2hunter2'))).toContain('hunter2');
  });

  it('says nothing at all where the redactor itself fails', () => {
    const stop = redactCrashes(() => {
      throw new Error('broken');
    });
    expect(crashText(new Error('hunter2hunter2'))).not.toContain('hunter2');
    stop();
  });

  it('is what a process ends with that throws in a timer', () => {
    const url = JSON.stringify(new URL('./crash.ts', import.meta.url).href);
    const script = `import { endOnCrash, redactCrashes } from ${url};
      endOnCrash();
      redactCrashes((text) => text.replaceAll('hunter2', '***'));
      setTimeout(() => { throw new Error('hunter2'); });
      setTimeout(() => console.log('still here'), 2000);`;
    const { status, stderr, stdout } = spawnSync(
      process.execPath,
      ['--input-type=module-typescript', '-e', script],
      { encoding: 'utf8' },
    );
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('ended by a defect: Error: ***');
    expect(stderr).not.toContain('hunter2');
  });
});
