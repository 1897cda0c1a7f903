import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { de, en } from '#renderer/i18n/resources.ts';

/** The texts for component tests, English until a test changes the language. */
export async function setupTexts(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: 'en',
    defaultNS: 'ui',
    resources: { en, de },
    interpolation: { escapeValue: false },
  });
}

/** Gives every element a size, since happy-dom lays nothing out and virtual lists ask for it. */
export function giveLayout(): void {
  const size = { clientWidth: 1000, clientHeight: 600, offsetWidth: 1000, offsetHeight: 600 };
  for (const [name, value] of Object.entries(size)) {
    Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => value });
  }
}
