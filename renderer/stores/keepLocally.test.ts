import { afterEach, describe, expect, it, vi } from 'vitest';
import { changeFont, useTerminals } from '#renderer/features/terminals/store.ts';
import { keepLocally } from './keepLocally.ts';
import { setPreference, usePreferences } from './preferences.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  localStorage.clear();
  useTerminals.setState(useTerminals.getInitialState(), true);
  setPreference({ theme: 'system' });
});

/** A browser whose storage is full, or that keeps nothing of this page. */
const broken = {
  getItem: () => null,
  setItem: () => {
    throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
  },
  clear: () => undefined,
};

describe('what a window keeps for the next time', () => {
  it('is there again as it was', () => {
    keepLocally('nexus.test', { list: ['a', 1], none: null });
    expect(JSON.parse(localStorage.getItem('nexus.test')!)).toEqual({ list: ['a', 1], none: null });
  });

  it('where nothing can be kept, is not, and the window goes on', () => {
    // Bug caught: with the storage switched off neither the theme nor the terminals can be changed.
    vi.stubGlobal('localStorage', broken);
    keepLocally('nexus.test', 1);
    setPreference({ theme: 'dark' });
    expect(usePreferences.getState().theme).toBe('dark');
    changeFont(1);
    changeFont(1);
    expect(useTerminals.getState().fontSize).toBe(15);
  });
});
