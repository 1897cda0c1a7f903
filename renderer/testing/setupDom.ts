import { configure } from '@testing-library/react';
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { de, en } from '#renderer/i18n/resources.ts';

// What a test waits for comes or it does not: a busy machine takes its time.
configure({ asyncUtilTimeout: 20_000 });

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

/**
 * Lets React Flow measure its nodes, which it needs before it draws a connection: sizes are told to
 * observers at once, and nothing is scaled.
 */
export function giveMeasures(): void {
  class Observer implements ResizeObserver {
    readonly #tell: ResizeObserverCallback;
    constructor(tell: ResizeObserverCallback) {
      this.#tell = tell;
    }
    observe(target: Element): void {
      const { width, height } = target.getBoundingClientRect();
      const contentRect = new DOMRect(0, 0, width, height);
      const entry = { target, contentRect } as ResizeObserverEntry;
      queueMicrotask(() => this.#tell([entry], this));
    }
    unobserve(): void {}
    disconnect(): void {}
  }
  Object.assign(window, {
    ResizeObserver: Observer,
    DOMMatrixReadOnly: class {
      readonly m22 = 1;
    },
  });
}
