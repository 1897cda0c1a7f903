/** Browsers drop the oldest context above 16; other drawings on the page need some too. */
const MAX_CONTEXTS = 12;

/** Gives out at most so many WebGL contexts; a terminal that gets none is drawn with elements. */
export class WebglPool {
  readonly #users = new Set<object>();
  readonly #max: number;

  constructor(max = MAX_CONTEXTS) {
    this.#max = max;
  }

  /** Whether `user` may make a context now; it must give it back with {@link release}. */
  acquire(user: object): boolean {
    if (this.#users.has(user)) return true;
    if (this.#users.size >= this.#max) return false;
    this.#users.add(user);
    return true;
  }

  release(user: object): void {
    this.#users.delete(user);
  }

  get size(): number {
    return this.#users.size;
  }
}

/**
 * Gives the contexts of drawings that are gone back to the browser. The addon leaves them to the
 * collector, and until that comes the browser counts them and takes the oldest ones away.
 */
export function loseContexts(canvases: readonly HTMLCanvasElement[]): void {
  for (const canvas of canvases)
    canvas.getContext('webgl2')?.getExtension('WEBGL_lose_context')?.loseContext();
}

/** How terminals are drawn: with WebGL, with elements, or with what is faster here. */
export const drawings = ['auto', 'webgl', 'elements'] as const;
export type Drawing = (typeof drawings)[number];

/** Whether terminals that are drawn so want a context. */
export function wantsWebgl(drawing: Drawing): boolean {
  return drawing === 'webgl' || (drawing === 'auto' && hasWebglHardware());
}

let hardware: boolean | undefined;

/** Whether WebGL is drawn by a graphics card here: where it is emulated, elements are five times as fast. */
export function hasWebglHardware(): boolean {
  hardware ??= probe();
  return hardware;
}

function probe(): boolean {
  const context = document.createElement('canvas').getContext('webgl2');
  if (!context) return false;
  const info = context.getExtension('WEBGL_debug_renderer_info');
  const name: unknown = info ? context.getParameter(info.UNMASKED_RENDERER_WEBGL) : '';
  context.getExtension('WEBGL_lose_context')?.loseContext();
  return !/swiftshader|llvmpipe|softpipe|software|basic render/i.test(String(name));
}
