import type { Terminal } from '@xterm/xterm';

/** In a flood a frame is drawn at most so often; milliseconds. */
const FLOOD_FRAME_MS = 66;
/** More bytes than this in so many milliseconds are a flood. */
const FLOOD_BYTES = 100_000;
const FLOOD_MS = 100;

/** What xterm asks for its frames: a window. */
type Frames = Pick<Window, 'requestAnimationFrame' | 'cancelAnimationFrame'>;

interface Waiting {
  draw: FrameRequestCallback;
  /** The browser's number, once it has been asked. */
  frame: number | undefined;
}

/**
 * Lets a terminal draw fewer frames while output floods in. Nobody reads a screen that is replaced
 * forty times a second, and drawing each takes more than half of the time that parsing needs. What
 * comes at the pace of a person or a program on the whole screen is drawn with every frame.
 */
export class FramePacer {
  readonly #frames: Frames;
  readonly #waiting = new Map<number, Waiting>();
  #ids = 0;
  #last = -Infinity;
  #since = 0;
  #bytes = 0;
  #before = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(frames: Frames = window) {
    this.#frames = frames;
  }

  /** So many bytes have been parsed. */
  count(bytes: number): void {
    this.#turn();
    this.#bytes += bytes;
  }

  request(draw: FrameRequestCallback): number {
    this.#ids += 1;
    this.#waiting.set(this.#ids, { draw, frame: undefined });
    const early = this.#last + FLOOD_FRAME_MS - performance.now();
    if (early > 0 && this.#flooded) this.#timer ??= setTimeout(() => this.#release(), early);
    else this.#release();
    return this.#ids;
  }

  cancel(id: number): void {
    const frame = this.#waiting.get(id)?.frame;
    if (frame !== undefined) this.#frames.cancelAnimationFrame(frame);
    this.#waiting.delete(id);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const id of this.#waiting.keys()) this.cancel(id);
  }

  get #flooded(): boolean {
    this.#turn();
    return Math.max(this.#bytes, this.#before) > FLOOD_BYTES;
  }

  // A flood is told from the stretch of time that goes on and the one before it.
  #turn(): void {
    const gone = performance.now() - this.#since;
    if (gone < FLOOD_MS) return;
    this.#before = gone < 2 * FLOOD_MS ? this.#bytes : 0;
    this.#bytes = 0;
    this.#since += gone;
  }

  #release(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [id, waiting] of this.#waiting)
      waiting.frame ??= this.#frames.requestAnimationFrame((time) => {
        this.#waiting.delete(id);
        this.#last = performance.now();
        waiting.draw(time);
      });
  }
}

/** What of xterm's inside {@link paceFrames} changes. */
interface Core {
  _coreBrowserService: { window: Window };
  _syncTextArea(): void;
}

/**
 * Makes `terminal`, which has been opened, draw by `pacer`. xterm has no option for it: the frames
 * are asked of the window that one of its inner services holds, and the field that takes the keys is
 * moved along with the cursor at every piece of output, each time at the price of a layout.
 */
export function paceFrames(terminal: Terminal, pacer: FramePacer): void {
  const core = (terminal as unknown as { _core: Core })._core;
  const own: Record<PropertyKey, unknown> = {
    requestAnimationFrame: (draw: FrameRequestCallback) => pacer.request(draw),
    cancelAnimationFrame: (id: number) => pacer.cancel(id),
  };
  const paced = new Proxy(core._coreBrowserService.window, {
    get(target, key) {
      if (Object.hasOwn(own, key)) return own[key];
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  Object.defineProperty(core._coreBrowserService, 'window', { get: () => paced });
  const moveKeys = core._syncTextArea.bind(core);
  let asked = false;
  core._syncTextArea = () => {
    if (asked) return;
    asked = true;
    pacer.request(() => {
      asked = false;
      moveKeys();
    });
  };
}
