import { listOperations } from '#renderer/client/operations.ts';
import german from './platform/de.json';
import germanTexts from './platform/de.texts.json';
import { de, en } from './resources.ts';

export const textsIn = (tree: unknown): string[] =>
  typeof tree === 'string' ? [tree] : Object.values(tree ?? {}).flatMap(textsIn);
export const wordsIn = (text: string): string[] =>
  text
    // Names of things are the same in every language: gaps, code, keys of a filter.
    .replaceAll(/{{\w+}}|`[^`]*`|\b\w+:\S+|\S*[_./@]\S+/g, ' ')
    .toLowerCase()
    .match(/[a-zäöüß]{3,}/g) ?? [];

/** English words that no German text of ours has. */
export function onlyEnglish(): Set<string> {
  const known = new Set([de, german, germanTexts].flatMap(textsIn).flatMap(wordsIn));
  const said = [
    ...textsIn(en),
    ...Object.keys(germanTexts),
    ...listOperations().map(({ title }) => title),
    'every minute hour day week month at between and on of the',
  ];
  return new Set(said.flatMap(wordsIn).filter((word) => !known.has(word)));
}

/** Every text that a person sees or hears on the page. */
function shownTexts(): string[] {
  const found: string[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    // What people wrote, and names that are code: they have no language of ours.
    if (!parent?.closest('style, script, code, pre, .font-mono, .cm-editor, kbd'))
      found.push(walker.currentNode.textContent ?? '');
  }
  for (const element of document.querySelectorAll('*'))
    for (const name of ['aria-label', 'placeholder', 'title', 'alt', 'aria-description'])
      found.push(element.getAttribute(name) ?? '');
  return found;
}

/** Texts on the page with a word that only English has. */
export function englishTexts(english: ReadonlySet<string>): string[] {
  return shownTexts().filter((text) => wordsIn(text).some((word) => english.has(word)));
}

/** What is said in English and nowhere in German, as patterns with gaps for the values. */
export function phrasesOnlyEnglish(): RegExp[] {
  const german = new Set(textsIn(de));
  return textsIn(en)
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

/** Texts on the page that are a text of ours in English, whatever their words. */
export function englishPhrases(patterns: readonly RegExp[]): string[] {
  return said().filter((text) => patterns.some((pattern) => pattern.test(text)));
}
