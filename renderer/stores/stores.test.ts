import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

// Each store reads what was kept when it is first loaded, so every test loads it anew.
const load = async () => {
  vi.resetModules();
  return {
    preferences: await import('./preferences.ts'),
    theme: await import('./applyTheme.ts'),
    frame: await import('./frame.ts'),
  };
};

beforeEach(() => {
  localStorage.clear();
  delete document.documentElement.dataset['theme'];
});
afterEach(() => vi.unstubAllGlobals());

/** A system that prefers dark or light, and may change its mind. */
function system(dark: boolean) {
  const heard = new Set<() => void>();
  const list = {
    matches: dark,
    addEventListener: (_type: string, tell: () => void) => heard.add(tell),
    removeEventListener: (_type: string, tell: () => void) => heard.delete(tell),
  };
  vi.stubGlobal('matchMedia', () => list);
  return (next: boolean) => {
    list.matches = next;
    for (const tell of heard) tell();
  };
}

describe('preferences', () => {
  it('are kept for the next time, one without losing the other', async () => {
    const { preferences } = await load();
    expect(preferences.usePreferences.getState()).toEqual({ theme: 'system' });
    preferences.setPreference({ theme: 'dark' });
    preferences.setPreference({ language: 'de' });
    const again = (await load()).preferences;
    expect(again.usePreferences.getState()).toEqual({ theme: 'dark', language: 'de' });
  });

  it.each([
    '',
    'not json',
    'null',
    '[]',
    '{"theme":"pink","language":7}',
    '{"theme":"dark","x":1}',
  ])('what was kept by another version does not stop the window: %j', async (kept) => {
    // Bug caught: one wrong word in the browser's storage shows an empty window for ever.
    localStorage.setItem('nexus.preferences', kept);
    const { preferences } = await load();
    expect(['system', 'dark']).toContain(preferences.usePreferences.getState().theme);
    preferences.setPreference({ theme: 'light' });
    expect((await load()).preferences.usePreferences.getState().theme).toBe('light');
  });

  it.each([
    ['de-AT', 'de'],
    ['DE', 'de'],
    ['en-GB', 'en'],
    ['fr-FR', 'en'],
  ])('a machine that speaks %s begins in %s', async (spoken, language) => {
    vi.stubGlobal('navigator', { language: spoken });
    expect((await load()).preferences.systemLanguage()).toBe(language);
  });
});

describe('the theme', () => {
  const shown = () => document.documentElement.dataset['theme'];

  it('follows the system as long as nothing else is chosen', async () => {
    const change = system(true);
    const { theme, preferences } = await load();
    theme.followTheme();
    expect(shown()).toBe('dark');
    change(false);
    expect(shown()).toBe('light');
    preferences.setPreference({ theme: 'dark' });
    expect(shown()).toBe('dark');
    change(false);
    change(true);
    expect(shown()).toBe('dark');
    preferences.setPreference({ theme: 'system' });
    expect(shown()).toBe('dark');
  });

  it('tells what draws by itself, and only when the colours really change', async () => {
    // Bug caught: every change of the language draws all charts again.
    system(false);
    const { theme, preferences } = await load();
    const told = vi.fn();
    window.addEventListener('nexus:theme', told);
    theme.followTheme();
    expect(told).toHaveBeenCalledOnce();
    preferences.setPreference({ language: 'de' });
    preferences.setPreference({ theme: 'light' });
    expect(told).toHaveBeenCalledOnce();
    preferences.setPreference({ theme: 'dark' });
    expect(told).toHaveBeenCalledTimes(2);
    window.removeEventListener('nexus:theme', told);
  });
});

describe('what is open around the page', () => {
  it('the bottom panel opens where it was last', async () => {
    const { frame } = await load();
    const panel = () => frame.useFrame.getState().panel;
    frame.togglePanel();
    expect(panel()).toBe('logs');
    frame.showPanel('problems');
    frame.togglePanel();
    expect(panel()).toBeNull();
    frame.togglePanel();
    expect(panel()).toBe('problems');
    frame.showPanel(null);
    frame.togglePanel();
    expect(panel()).toBe('problems');
  });

  it('the palette opens and closes by itself', async () => {
    const { frame } = await load();
    frame.showPalette(true);
    expect(frame.useFrame.getState()).toMatchObject({ palette: true, help: false, panel: null });
    frame.showPalette(false);
    expect(frame.useFrame.getState().palette).toBe(false);
  });
});
