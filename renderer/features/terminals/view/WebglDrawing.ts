import type { WebglAddon } from '@xterm/addon-webgl';
import type { Terminal as XtermTerminal } from '@xterm/xterm';
import { loadWebgl } from './loadXterm.ts';
import { loseContexts, WebglPool } from './webglPool.ts';

const pool = new WebglPool();

/** A terminal's drawing with WebGL, as long as it is wanted and one of the few contexts is to be had. */
export class WebglDrawing {
  readonly #element: HTMLElement;
  /** Whether it is wanted now; asked again when the addon has been loaded. */
  readonly #wanted: () => boolean;
  #webgl: WebglAddon | undefined;

  constructor(element: HTMLElement, wanted: () => boolean) {
    this.#element = element;
    this.#wanted = wanted;
  }

  async take(terminal: XtermTerminal): Promise<void> {
    if (this.#webgl || !this.#wanted() || !pool.acquire(this)) return;
    try {
      const WebglAddon = await loadWebgl();
      if (this.#webgl) return;
      if (!this.#wanted()) return this.drop();
      const webgl = new WebglAddon();
      webgl.onContextLoss(() => this.drop());
      terminal.loadAddon(webgl);
      this.#webgl = webgl;
    } catch {
      // No context to be had: xterm goes on drawing with elements.
      this.drop();
    }
  }

  drop(): void {
    const webgl = this.#webgl;
    this.#webgl = undefined;
    const canvases = webgl ? [...this.#element.querySelectorAll('canvas')] : [];
    webgl?.dispose();
    loseContexts(canvases);
    pool.release(this);
  }
}
