import { onTestFinished, vi } from 'vitest';

/** The window is so many pixels wide until the test ends. */
export function windowWidth(pixels: number): void {
  const before = window.innerWidth;
  Object.assign(window, { innerWidth: pixels });
  onTestFinished(() => void Object.assign(window, { innerWidth: before }));
}

/** Media queries are answered like this until the test ends, and never change. */
export function answerMedia(matches: (query: string) => boolean): void {
  const spy = vi.spyOn(window, 'matchMedia').mockImplementation(
    (query) =>
      ({
        matches: matches(query),
        addEventListener: () => undefined,
        removeEventListener: () => undefined,
      }) as unknown as MediaQueryList,
  );
  onTestFinished(() => spy.mockRestore());
}
