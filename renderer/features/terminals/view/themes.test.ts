import { afterEach, describe, expect, it } from 'vitest';
import { colours, terminalThemes } from './themes.ts';

afterEach(() => delete document.documentElement.dataset['theme']);

/** Relative luminance of `#rrggbb` (WCAG 2.2). */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const names = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;

describe('the looks of terminals', () => {
  it('give every colour a value of its own notation, so that nothing falls back to another look', () => {
    // Bug caught: a typing mistake in one colour, which xterm passes over in silence.
    for (const name of terminalThemes)
      for (const [key, value] of Object.entries(colours(name)))
        expect(`${name} ${key} ${value as string}`).toMatch(/ #[0-9a-f]{6}$/);
  });

  it('have all sixteen colours', () => {
    for (const name of terminalThemes) {
      const theme = colours(name) as Record<string, string>;
      for (const colour of names) {
        const bright = `bright${colour[0]!.toUpperCase()}${colour.slice(1)}`;
        expect(theme).toHaveProperty(colour);
        expect(theme).toHaveProperty(bright);
      }
    }
  });

  it('let ordinary text be read on the background and where it is selected', () => {
    for (const name of terminalThemes) {
      const { background, foreground, selectionBackground } = colours(name);
      expect(contrast(background!, foreground!)).toBeGreaterThan(4.5);
      expect(contrast(selectionBackground!, foreground!)).toBeGreaterThan(3);
    }
  });

  it('let all colours but the one nearest to the background be read by themselves', () => {
    // xterm raises the contrast of the rest to 4.5; a look that leans on it loses its hues.
    for (const name of ['dark', 'light', 'contrast'] as const) {
      const theme = colours(name) as Record<string, string>;
      for (const colour of names.filter((one) => one !== 'black' && one !== 'white'))
        expect(contrast(theme['background']!, theme[colour]!)).toBeGreaterThan(4.5);
    }
  });

  it('follow the page where nothing else is chosen', () => {
    document.documentElement.dataset['theme'] = 'dark';
    expect(colours('follow')).toEqual(colours('dark'));
    document.documentElement.dataset['theme'] = 'light';
    expect(colours('follow')).toEqual(colours('light'));
    expect(colours('solarized').background).toBe('#002b36');
  });
});
