import { screen, waitFor } from '@testing-library/react';
import i18next from 'i18next';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { closeWindow, openWindow, setupWindow } from '#renderer/testing/windowHarness.tsx';
import { de, en } from './resources.ts';

type Tree = { [key: string]: string | Tree };

const texts = (tree: Tree): string[] =>
  Object.values(tree).flatMap((value) => (typeof value === 'string' ? [value] : texts(value)));

/** What is said in English and nowhere in German, as patterns with gaps for the values. */
function englishOnly(): RegExp[] {
  const german = new Set(texts(de));
  return texts(en)
    .filter((text) => !german.has(text) && /[a-z]{2}/i.test(text.replace(/{{\w+}}/g, '')))
    .map((text) => {
      const parts = text
        .split(/{{\w+}}/)
        .map((part) => part.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&'));
      return new RegExp(`^${parts.join('.+')}$`, 's');
    });
}

const attributes = ['aria-label', 'aria-description', 'title', 'placeholder', 'alt'];

/** Everything a person reads or hears on the page. */
function said(): string[] {
  const found: string[] = [];
  for (const element of document.body.querySelectorAll('*')) {
    if (element.closest('style, script')) continue;
    for (const name of attributes) found.push(element.getAttribute(name) ?? '');
    for (const node of element.childNodes)
      if (node.nodeType === Node.TEXT_NODE) found.push(node.textContent ?? '');
  }
  return found.map((text) => text.trim()).filter(Boolean);
}

const pages: [string, string][] = [
  ['/', de.frame.pages.home],
  ['/workflows', de.frame.pages.workflows],
  ['/workflows?create=true', de.frame.pages.workflows],
  ['/templates', de.frame.pages.templates],
  ['/runs', de.frame.pages.runs],
  ['/schedules', de.frame.pages.schedules],
  ['/schedules?add=backup', de.frame.pages.schedules],
  ['/approvals', de.frame.pages.approvals],
  ['/audit', de.frame.pages.audit],
  ['/settings', de.frame.pages.settings],
  ['/settings?tab=platform', de.frame.pages.settings],
  ['/settings?tab=tokens', de.frame.pages.settings],
  ['/settings?tab=about', de.frame.pages.settings],
  ['/no-such-page', de.frame.notFound.title],
];

beforeAll(setupWindow);
afterEach(async () => {
  closeWindow();
  await i18next.changeLanguage('en');
});

describe('pages in German', () => {
  const patterns = englishOnly();

  it.each(pages)('%s says nothing in English', async (path, heading) => {
    // Bug caught: a text written into a component, or read before the language was chosen, stays
    // English on a German page.
    await i18next.changeLanguage('de');
    await openWindow(path, { 'audit.list': () => ({ items: [] }) });
    await waitFor(() => expect(said()).toContain(heading));
    // The page itself and not only its place in the navigation, and with its data.
    await waitFor(() => {
      expect(screen.getByRole('main', { hidden: true }).textContent).not.toBe('');
      expect(document.querySelector('.animate-skeleton')).toBeNull();
    });
    const english = said().filter((text) => patterns.some((pattern) => pattern.test(text)));
    expect(english).toEqual([]);
  });

  it('finds English where there is some, so that the proof above proves something', async () => {
    await openWindow('/runs');
    await waitFor(() => expect(said()).toContain(en.frame.pages.runs));
    expect(said().some((text) => patterns.some((pattern) => pattern.test(text)))).toBe(true);
  });
});

describe('components', () => {
  const sources = import.meta.glob<string>(['../**/*.tsx', '!../**/*.test.tsx', '!../testing/**'], {
    query: '?raw',
    import: 'default',
    eager: true,
  });
  const attribute =
    /\s(?:aria-label|title|placeholder|alt|label)="(?!Nexus")(?=[^"]*[A-Za-z]{2})[^"]*"/g;

  it('hold no words of their own in what is read out', () => {
    // Bug caught: aria-label="Close" in a component can never be German.
    expect(Object.keys(sources).length).toBeGreaterThan(50);
    for (const [file, text] of Object.entries(sources))
      expect(text.match(attribute) ?? [], file).toEqual([]);
  });
});
