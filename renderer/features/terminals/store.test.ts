import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Terminal } from '#contract/terminals.ts';

const terminal = (id: string): Terminal => ({
  id,
  kind: 'local',
  title: id,
  state: 'running',
  cols: 80,
  rows: 24,
  owner: 'owner',
  created_at: '2026-11-21T00:00:00.000Z',
});

/** The store as a fresh page has it. */
async function freshStore() {
  vi.resetModules();
  return import('./store.ts');
}

beforeEach(() => localStorage.clear());

describe('what a window keeps of its terminals', () => {
  it('is the layout and the looks, and nothing of the terminals themselves', async () => {
    const first = await freshStore();
    first.takeTerminals([terminal('a'), terminal('b')]);
    first.changeFont(1);
    first.useTerminals.setState({
      theme: 'solarized',
      drawing: 'elements',
      paste: { text: 'secret', terminal: 'a' },
    });
    expect(JSON.stringify(localStorage)).not.toContain('secret');
    const second = await freshStore();
    const { layout, fontSize, theme, drawing, terminals } = second.useTerminals.getState();
    expect(layout.tabs).toHaveLength(2);
    expect({ fontSize, theme, drawing, terminals }).toEqual({
      fontSize: 14,
      theme: 'solarized',
      drawing: 'elements',
      terminals: undefined,
    });
    second.takeTerminals([terminal('b')]);
    expect(second.useTerminals.getState().layout.tabs.map((tab) => tab.focused)).toEqual(['b']);
  });

  it('starts anew from what it cannot read', async () => {
    // Bug caught: a page that never opens again because of an old or broken entry.
    for (const broken of ['{', '[]', '{"layout":{"tabs":[{"id":1}]},"fontSize":"big"}']) {
      localStorage.setItem('nexus.terminals', broken);
      const { useTerminals } = await freshStore();
      expect(useTerminals.getState()).toMatchObject({ layout: { tabs: [] }, fontSize: 13 });
    }
  });

  it('does not place a terminal that is just being opened elsewhere', async () => {
    const { takeTerminals, useTerminals } = await freshStore();
    takeTerminals([terminal('a')]);
    useTerminals.setState({ opening: 1 });
    takeTerminals([terminal('a'), terminal('b')]);
    expect(useTerminals.getState().layout.tabs).toHaveLength(1);
    useTerminals.setState({ opening: 0 });
    takeTerminals([terminal('a'), terminal('b')]);
    expect(useTerminals.getState().layout.tabs).toHaveLength(2);
  });

  it('keeps letters between readable and reasonable', async () => {
    const { changeFont, useTerminals } = await freshStore();
    for (let i = 0; i < 40; i += 1) changeFont(1);
    expect(useTerminals.getState().fontSize).toBe(32);
    for (let i = 0; i < 40; i += 1) changeFont(-1);
    expect(useTerminals.getState().fontSize).toBe(8);
    changeFont(0);
    expect(useTerminals.getState().fontSize).toBe(13);
  });
});
