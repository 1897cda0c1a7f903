import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';

/** Where the window was, in device-independent pixels. */
export const windowState = z.object({
  x: z.number().int().optional(),
  y: z.number().int().optional(),
  width: z.number().int().min(360).max(16_384),
  height: z.number().int().min(400).max(16_384),
  maximized: z.boolean(),
});
export type WindowState = z.infer<typeof windowState>;

/** A rectangle of a screen. */
export interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

const initial: WindowState = { width: 1440, height: 900, maximized: false };

/** Reads the remembered state; a missing or damaged file means the initial one. */
export async function readWindowState(file: string): Promise<WindowState> {
  try {
    return windowState.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return initial;
  }
}

/** Writes the state in one step. Losing it is no loss: a failure is ignored. */
export async function writeWindowState(file: string, state: WindowState): Promise<void> {
  try {
    await writeFile(`${file}.tmp`, JSON.stringify(state));
    await rename(`${file}.tmp`, file);
  } catch {
    // A full or read-only disk is reported by the platform, not by the window's size.
  }
}

/**
 * Fits a remembered state to the screens of now: a window that would be (nearly) out of sight is
 * put in the middle of the first screen, and none is larger than its screen.
 */
export function fitToScreens(state: WindowState, areas: readonly Area[]): WindowState {
  const { x, y } = state;
  const home = areas.find(
    (area) =>
      x !== undefined &&
      y !== undefined &&
      x < area.x + area.width - 100 &&
      x + state.width > area.x + 100 &&
      y >= area.y - 10 &&
      y < area.y + area.height - 50,
  );
  const area = home ?? areas[0];
  const width = Math.max(360, Math.min(state.width, area?.width ?? state.width));
  const height = Math.max(400, Math.min(state.height, area?.height ?? state.height));
  return {
    width,
    height,
    maximized: state.maximized,
    ...(home ? { x: x as number, y: y as number } : {}),
  };
}
