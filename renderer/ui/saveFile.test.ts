import { afterEach, describe, expect, it, vi } from 'vitest';
import { saveFile } from './saveFile.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** The file that would have been saved. */
function saved(run: () => void) {
  const files: { name: string; blob: Blob }[] = [];
  let blob: Blob | undefined;
  vi.spyOn(URL, 'createObjectURL').mockImplementation((given) => {
    blob = given as Blob;
    return 'blob:nexus/1';
  });
  const revoked = vi.spyOn(URL, 'revokeObjectURL').mockImplementation(() => undefined);
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function click(
    this: HTMLAnchorElement,
  ) {
    if (blob && this.href.startsWith('blob:')) files.push({ name: this.download, blob });
  });
  run();
  return { files, revoked };
}

describe('a file to keep', () => {
  it('has its name and every letter of its text', async () => {
    const text = 'ä → 漢\r\n\u0000end';
    const { files } = saved(() => saveFile('run log.txt', text));
    expect(files.map((file) => file.name)).toEqual(['run log.txt']);
    expect(await files[0]?.blob.text()).toBe(text);
    expect(files[0]?.blob.type).toBe('text/plain;charset=utf-8');
  });

  it('is let go of, but not before the browser has taken it', () => {
    // Bug caught: Safari saves an empty file, since it was gone when the download began.
    vi.useFakeTimers();
    const { revoked } = saved(() => saveFile('a.json', '{}', 'application/json'));
    expect(revoked).not.toHaveBeenCalled();
    vi.advanceTimersByTime(60_000);
    expect(revoked).toHaveBeenCalledExactlyOnceWith('blob:nexus/1');
  });
});
