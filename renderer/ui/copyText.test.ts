import { afterEach, describe, expect, it, vi } from 'vitest';
import { copyText } from './copyText.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  document.body.replaceChildren();
});

const insecure = (copies: boolean) => {
  vi.stubGlobal('navigator', { clipboard: undefined });
  const copied: string[] = [];
  document.execCommand = () => {
    const field = document.querySelector('textarea');
    if (copies && field) copied.push(field.value);
    return copies;
  };
  return copied;
};

describe('copyText', () => {
  it('uses the clipboard where there is one', async () => {
    const writeText = vi.fn(async (_text: string) => undefined);
    vi.stubGlobal('navigator', { clipboard: { writeText } });
    await copyText('abc');
    expect(writeText).toHaveBeenCalledWith('abc');
  });

  it('copies on a page without a clipboard of its own, and leaves nothing behind', async () => {
    // Bug caught: on a dashboard over plain HTTP the button that shows a token once copies nothing.
    const copied = insecure(true);
    const button = document.createElement('button');
    document.body.append(button);
    button.focus();
    await copyText('nxs_secret');
    expect(copied).toEqual(['nxs_secret']);
    expect(document.querySelector('textarea')).toBeNull();
    expect(document.activeElement).toBe(button);
  });

  it('stays inside an open dialog, which holds the focus', async () => {
    insecure(true);
    const dialog = document.createElement('div');
    dialog.setAttribute('role', 'dialog');
    dialog.dataset['modal'] = '';
    document.body.append(dialog);
    const added = vi.spyOn(dialog, 'append');
    await copyText('x');
    expect(added).toHaveBeenCalledOnce();
  });

  it('says so when nothing was copied', async () => {
    // Bug caught: "Copied" is shown, and somebody pastes yesterday's text into a shell.
    insecure(false);
    await expect(copyText('x')).rejects.toThrow('did not copy');
    expect(document.querySelector('textarea')).toBeNull();
  });
});
